/**
 * Bound expressions: names resolved to positions, every node typed, implicit casts made explicit.
 * The counterpart of Calcite's `RexNode`. Input of planning and of code generation.
 */
import type { Span } from '../../base/span.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Value } from '../../data/value.ts';
import type { AggregateFunction, ScalarFunction } from '../functions/function.ts';
import type { Rel } from './rel.ts';

/** Common to all bound expressions. `span` is absent for what the binder made up itself. */
interface Typed {
  readonly type: LogicalType;
  readonly span?: Span;
}

/** An expression over the columns of its input row (for joins: left columns, then right columns). */
export type BoundExpr =
  | (Typed & { readonly kind: 'input'; readonly index: number })
  | (Typed & { readonly kind: 'literal'; readonly value: Value })
  /** A keyword argument (`DAY`); its type is SYMBOL. */
  | (Typed & { readonly kind: 'symbol'; readonly symbol: string })
  /** A call of a scalar function or operator. Arguments already have the types that the function wants. */
  | (Typed & { readonly kind: 'call'; readonly fn: ScalarFunction; readonly args: readonly BoundExpr[] })
  /** Three-valued, evaluated left to right, stops at the first deciding operand. */
  | (Typed & { readonly kind: 'and' | 'or'; readonly operands: readonly BoundExpr[] })
  | (Typed & {
      readonly kind: 'case';
      readonly branches: readonly { readonly when: BoundExpr; readonly then: BoundExpr }[];
      readonly otherwise: BoundExpr;
    })
  /** `safe`: TRY_CAST. `implicit`: put in by the binder. */
  | (Typed & { readonly kind: 'cast'; readonly operand: BoundExpr; readonly safe: boolean; readonly implicit: boolean })
  /** Field of a ROW value. NULL when the row is NULL. */
  | (Typed & { readonly kind: 'field'; readonly operand: BoundExpr; readonly index: number })
  /** A column of an enclosing query: `depth` 1 is the next one out. Planning turns it into a join. */
  | (Typed & { readonly kind: 'correlated'; readonly depth: number; readonly index: number })
  | (Typed & { readonly kind: 'scalar-subquery'; readonly rel: Rel })
  | (Typed & { readonly kind: 'exists'; readonly rel: Rel })
  | (Typed & { readonly kind: 'in-subquery'; readonly operands: readonly BoundExpr[]; readonly rel: Rel })
  /** In MATCH_RECOGNIZE: a column of the rows mapped to a pattern variable (`*`: of any). */
  | (Typed & {
      readonly kind: 'pattern-ref';
      readonly variable: string;
      readonly index: number;
      /** FIRST/LAST with its logical offset. */
      readonly from: 'first' | 'last';
      readonly offset: number;
    })
  /** An aggregate over the rows of a pattern variable; `args` are over the input row, and `call.args` count them. */
  | (Typed & {
      readonly kind: 'pattern-aggregate';
      readonly call: AggregateCall;
      readonly args: readonly BoundExpr[];
      readonly variable: string;
    });

/** One kind of bound expression. */
export type BoundOf<K extends BoundExpr['kind']> = Extract<BoundExpr, { kind: K }>;

/** A call of an aggregate function over the input of its aggregate node. */
export interface AggregateCall {
  readonly fn: AggregateFunction;
  /** Positions of the arguments in the input. */
  readonly args: readonly number[];
  readonly argTypes: readonly LogicalType[];
  readonly distinct: boolean;
  /** Position of a BOOLEAN column: only rows where it is TRUE count. */
  readonly filter?: number;
  readonly ignoreNulls?: boolean;
  /** Constant arguments by position in `args`, for example the separator of LISTAGG. */
  readonly literals?: readonly (Value | undefined)[];
  readonly type: LogicalType;
  /** Name of the output column. */
  readonly name: string;
  readonly span?: Span;
  /** Set by the planner for MAX of a column that only grows (MIN: falls): rows that are taken back change nothing. */
  readonly ignoresRetraction?: boolean;
}
