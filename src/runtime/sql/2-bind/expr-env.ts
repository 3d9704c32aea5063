/**
 * Where an expression stands while it is bound: what names mean there, and whether aggregates and
 * OVER calls may occur. Calls of aggregates and OVER are collected, and a placeholder stands for each:
 * an `input` whose index is far beyond any column. `bind-select.ts` replaces them once the nodes exist.
 */
import type { Span } from '../../base/span.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Value } from '../../data/value.ts';
import type { Select, WindowSpec as WindowClause } from '../1-parse/ast.ts';
import type { AggregateFunction } from '../functions/function.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { BindContext, CteScope } from './context.ts';
import type { TimeColumn, WindowSpec } from './rel.ts';
import type { Scope } from './scope.ts';

/** Placeholder ranges: no row has a million columns. */
export const AGGREGATE_BASE = 1_000_000;
export const OVER_BASE = 2_000_000;
export const WINDOW_PROPERTY_BASE = 3_000_000;
export const GROUPING_BASE = 4_000_000;

/** An aggregate call before its arguments have columns. */
export interface PendingAggregate {
  readonly fn: AggregateFunction;
  readonly args: readonly BoundExpr[];
  readonly literals: readonly (Value | undefined)[];
  readonly distinct: boolean;
  readonly filter?: BoundExpr | undefined;
  readonly ignoreNulls?: boolean;
  readonly type: LogicalType;
  readonly span: Span;
}

/** An OVER call before its columns exist. */
export interface PendingOver {
  readonly call: PendingAggregate;
  readonly partitionBy: readonly BoundExpr[];
  readonly orderBy: readonly { readonly expr: BoundExpr; readonly descending: boolean; readonly nullsFirst: boolean }[];
  readonly unit: 'rows' | 'range';
  /** `undefined`: unbounded. */
  readonly preceding: number | undefined;
  readonly following: number;
  readonly span: Span;
}

/** TUMBLE, HOP or SESSION in GROUP BY. */
export interface GroupWindow {
  readonly name: 'TUMBLE' | 'HOP' | 'SESSION';
  /** Equal for equal arguments: how TUMBLE_START finds its TUMBLE. */
  readonly key: string;
  readonly window: WindowSpec;
  readonly timeExpr: BoundExpr;
  readonly time: Omit<TimeColumn, 'index'>;
}

/** A window property asked for by TUMBLE_START and its like. */
export type WindowProperty = 'start' | 'end' | 'rowtime' | 'proctime';

/** Collects what one SELECT computes beyond plain expressions. */
export class SelectCalls {
  readonly aggregates: PendingAggregate[] = [];
  readonly overs: PendingOver[] = [];
  readonly properties: { readonly property: WindowProperty; readonly type: LogicalType }[] = [];
  /** GROUPING and GROUPING_ID calls: positions among the group keys. */
  readonly groupings: (readonly number[])[] = [];
}

/** Where an expression stands. */
export interface ExprEnv {
  readonly cx: BindContext;
  readonly scope: Scope;
  readonly ctes: CteScope | undefined;
  /** For messages: WHERE, GROUP BY, ON, … */
  readonly clause: string;
  /** Set where aggregates may stand. */
  readonly calls?: SelectCalls;
  /** Set where OVER may stand. */
  readonly allowOver?: boolean;
  /** Windows of the WINDOW clause by name. */
  readonly windows?: ReadonlyMap<string, WindowClause>;
  /** Output columns that a bare name may mean (ORDER BY, QUALIFY). */
  readonly aliases?: ReadonlyMap<string, BoundExpr>;
  /** The SELECT whose output columns those are. */
  readonly select?: Select;
  /** Inside an aggregate's arguments. */
  readonly insideAggregate?: boolean;
  readonly groupWindow?: GroupWindow | undefined;
  readonly groupKeys?: readonly BoundExpr[];
  readonly match?: import('./bind-match.ts').MatchEnv;
}
