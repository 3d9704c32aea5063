/**
 * Bound relations: the query as a tree of relational nodes, the counterpart of Calcite's `RelNode`
 * right after SQL-to-rel conversion. Each has an output schema. Views are expanded; the scan of a
 * table is already scan → computed columns → watermark, as Flink's `CatalogSourceTable` does it.
 * Nodes are shared, not copied, where one view is read twice: planning keeps such plans shared.
 */
import type { Span } from '../../base/span.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import type { DeclarationOf } from '../../udf/declaration.ts';
import type { UserFunctionRef } from '../functions/user-function.ts';
import type { AggregateCall, BoundExpr } from './bound-expr.ts';
import type { BoundTable } from './catalog.ts';

/** Order by one column. `nullsFirst` is already decided (Flink: NULL is the smallest value). */
export interface Collation {
  readonly index: number;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** A time window of a window table function or of a legacy group window. Times in milliseconds. */
export type WindowSpec =
  | { readonly kind: 'tumble'; readonly sizeMs: number; readonly offsetMs: number }
  | { readonly kind: 'hop'; readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number }
  | { readonly kind: 'cumulate'; readonly maxSizeMs: number; readonly stepMs: number; readonly offsetMs: number }
  | { readonly kind: 'session'; readonly gapMs: number; readonly partitionKeys: readonly number[] };

/** The time column of a window. */
export interface TimeColumn {
  readonly index: number;
  readonly attribute: 'rowtime' | 'proctime';
  /** True for TIMESTAMP_LTZ: windows are cut at the session zone's wall clock. */
  readonly local: boolean;
}

interface RelBase {
  readonly schema: Schema;
  /** Text that this node comes from; absent for nodes that stand for no text of their own. */
  readonly span?: Span;
  /** Canvas node (`program/graph.ts`) whose output this is: set on the root of each view, table scan and query. */
  readonly nodeId?: string;
}

/** A relational node. */
export type Rel =
  /** Physical and metadata columns of a table as the connector produces them. */
  | (RelBase & { readonly kind: 'scan'; readonly table: BoundTable; readonly hints: Readonly<Record<string, string>> })
  | (RelBase & { readonly kind: 'values'; readonly rows: readonly (readonly BoundExpr[])[] })
  | (RelBase & { readonly kind: 'project'; readonly input: Rel; readonly exprs: readonly BoundExpr[] })
  | (RelBase & { readonly kind: 'filter'; readonly input: Rel; readonly condition: BoundExpr })
  /** `WATERMARK FOR column AS expr`: makes `column` a rowtime attribute. */
  | (RelBase & { readonly kind: 'watermark'; readonly input: Rel; readonly column: number; readonly expr: BoundExpr })
  /**
   * GROUP BY. Output: group keys (in order of `keys`), then calls. SELECT DISTINCT is an aggregate
   * without calls. With `groupWindow` (legacy TUMBLE/HOP/SESSION in GROUP BY) the output ends with one
   * column per entry of `windowProperties`. GROUPING SETS are an `expand` under it.
   */
  | (RelBase & {
      readonly kind: 'aggregate';
      readonly input: Rel;
      readonly keys: readonly number[];
      readonly calls: readonly AggregateCall[];
      readonly groupWindow?: { readonly window: WindowSpec; readonly time: TimeColumn };
      readonly windowProperties?: readonly ('start' | 'end' | 'rowtime' | 'proctime')[];
    })
  /**
   * One output row for each projection (GROUPING SETS). All projections have the types of `schema`;
   * the last column tells them apart. Flink: `Expand`, made by `DecomposeGroupingSetsRule`.
   */
  | (RelBase & {
      readonly kind: 'expand';
      readonly input: Rel;
      readonly projections: readonly (readonly BoundExpr[])[];
    })
  /** Input columns, then window_start, window_end, window_time. */
  | (RelBase & {
      readonly kind: 'window-tvf';
      readonly input: Rel;
      readonly window: WindowSpec;
      readonly time: TimeColumn;
    })
  | (RelBase & {
      readonly kind: 'join';
      readonly type: 'inner' | 'left' | 'right' | 'full' | 'semi' | 'anti';
      readonly left: Rel;
      readonly right: Rel;
      /** Over left columns, then right columns. TRUE literal for a cross join. */
      readonly condition: BoundExpr;
      readonly hints: Readonly<Record<string, string>>;
    })
  /** `FOR SYSTEM_TIME AS OF`: event-time temporal or lookup join. `period` is over the left columns. */
  | (RelBase & {
      readonly kind: 'temporal-join';
      readonly type: 'inner' | 'left';
      readonly left: Rel;
      readonly right: Rel;
      readonly period: BoundExpr;
      readonly condition: BoundExpr;
    })
  /** LATERAL: `right` may hold `correlated` references (depth 1) to the left columns. */
  | (RelBase & { readonly kind: 'correlate'; readonly type: 'inner' | 'left'; readonly left: Rel; readonly right: Rel })
  /** UNNEST and table functions: one row in (the correlated left row), rows out. */
  | (RelBase & { readonly kind: 'unnest'; readonly operand: BoundExpr; readonly withOrdinality: boolean })
  | (RelBase & {
      readonly kind: 'table-function';
      readonly name: string;
      /** A function of the user's own; absent for those that planning puts in. */
      readonly user?: UserFunctionRef;
      /** False: never shared between equal calls. Absent: true. */
      readonly deterministic?: boolean;
      readonly args: readonly BoundExpr[];
    })
  /** Keys of the partition, the function's own columns, `rowtime` with `on_time`. Flink: `ProcessTableFunction`. */
  | (RelBase & { readonly kind: 'process-function'; readonly input: Rel; readonly call: ProcessCall })
  | (RelBase & {
      readonly kind: 'set-operation';
      readonly operator: 'union' | 'intersect' | 'except';
      readonly all: boolean;
      readonly inputs: readonly Rel[];
    })
  | (RelBase & {
      readonly kind: 'sort';
      readonly input: Rel;
      readonly collations: readonly Collation[];
      readonly offset?: number;
      readonly limit?: number;
    })
  /** OVER windows: input columns, then one column per call of each group. */
  | (RelBase & { readonly kind: 'over'; readonly input: Rel; readonly groups: readonly OverGroup[] })
  | (RelBase & { readonly kind: 'match'; readonly input: Rel; readonly match: BoundMatch })
  /** Made by planning only: ROW_NUMBER with a bound on it. Output: input columns, then the number if `outputRank`. */
  | (RelBase & {
      readonly kind: 'rank';
      readonly input: Rel;
      readonly fn: string;
      readonly partitionBy: readonly number[];
      readonly orderBy: readonly Collation[];
      readonly start: number;
      readonly end: number;
      readonly endColumn?: number;
      readonly outputRank: boolean;
    })
  /** Made by planning only: turns an upsert or duplicated changelog into a regular one. */
  | (RelBase & {
      readonly kind: 'changelog-normalize';
      readonly input: Rel;
      readonly keys: readonly number[];
      readonly condition?: BoundExpr;
    });

/** One kind of relational node. */
export type RelOf<K extends Rel['kind']> = Extract<Rel, { kind: K }>;

/** A column that a process function sees. */
export interface ProcessColumn {
  readonly name: string;
  /** Position in the input. */
  readonly index: number;
  /** As the function declares it, else as it comes. */
  readonly type: LogicalType;
}

/** `f(input => TABLE t PARTITION BY k ORDER BY o, on_time => DESCRIPTOR(ts), uid => 'u', a => 1)`. */
export interface ProcessCall {
  readonly user: UserFunctionRef;
  readonly declaration: DeclarationOf<'process'>;
  readonly partitionBy: readonly number[];
  /** Empty: rows in order of arrival; else rows wait for the watermark, and late ones are dropped. */
  readonly orderBy: readonly Collation[];
  /** Column of `on_time`. */
  readonly onTime: number | null;
  /** Names the state; the function's name when it is not given. */
  readonly uid: string;
  /** Constants, in the order of the declaration. */
  readonly args: readonly BoundExpr[];
  readonly columns: readonly ProcessColumn[];
}

/** OVER calls that share partition, order and frame. */
export interface OverGroup {
  readonly partitionBy: readonly number[];
  readonly orderBy: readonly Collation[];
  readonly unit: 'rows' | 'range';
  /** `undefined`: UNBOUNDED PRECEDING. Rows, or milliseconds/number for RANGE. */
  readonly preceding?: number;
  /** Always CURRENT ROW in streams; kept for the error. */
  readonly following: number;
  readonly calls: readonly AggregateCall[];
}

/** MATCH_RECOGNIZE, bound. */
export interface BoundMatch {
  readonly partitionBy: readonly number[];
  readonly orderBy: readonly Collation[];
  readonly pattern: import('../1-parse/ast.ts').Pattern;
  readonly define: ReadonlyMap<string, BoundExpr>;
  readonly measures: readonly { readonly name: string; readonly expr: BoundExpr }[];
  readonly afterMatch:
    | { readonly kind: 'next-row' | 'past-last-row' }
    | { readonly kind: 'to-first' | 'to-last'; readonly variable: string };
  readonly withinMs?: number;
  readonly rowsPerMatch: 'one' | 'all';
}

/** `INSERT INTO`: the query already cast to the sink's column types and order. */
export interface BoundInsert {
  readonly kind: 'insert';
  readonly table: BoundTable;
  readonly query: Rel;
  /** Columns of the table that the statement names, as positions; the rest is filled with NULL. */
  readonly targetColumns: readonly number[];
  readonly overwrite: boolean;
  readonly onConflict?: string;
  readonly span?: Span;
}
