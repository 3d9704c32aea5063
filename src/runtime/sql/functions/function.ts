/**
 * What a function is: how a call is typed (used by the binder) and how it becomes JavaScript (used by
 * code generation). One definition serves both, so that a function is added in one place.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import type { Value } from '../../data/value.ts';
import type { UserFunctionRef } from './user-function.ts';

/** An argument as the typing rule sees it. */
export interface ArgumentInfo {
  readonly type: LogicalType;
  /** Value of a literal argument; `undefined` when it is not a literal. */
  readonly literal?: Value | undefined;
  /** Set for keyword arguments (`DAY`). */
  readonly symbol?: string | undefined;
}

/** A call that fits: result type, and the types the arguments are cast to (same length as the arguments). */
export interface Resolved {
  readonly type: LogicalType;
  readonly argTypes: readonly LogicalType[];
}

/** A call that does not fit. `message` is Flink's wording where it has one. */
export interface Mismatch {
  readonly message: string;
  readonly hint?: string;
  readonly flinkClass?: string;
}

/** Whether the value depends on more than the arguments. `per-query`: fixed for a batch query (CURRENT_DATE). */
export type Determinism = 'deterministic' | 'per-query' | 'per-row';

/** For documentation, completion and hover. */
export interface FunctionDoc {
  /** `LPAD(string, length, pad)`. */
  readonly signature: string;
  readonly text: string;
  readonly example?: string;
  readonly category:
    | 'comparison'
    | 'logical'
    | 'arithmetic'
    | 'string'
    | 'temporal'
    | 'conditional'
    | 'type'
    | 'collection'
    | 'json'
    | 'value'
    | 'hash'
    | 'aggregate'
    | 'time-attribute'
    | 'window'
    | 'variant'
    | 'bitmap';
}

/**
 * What code generation offers to `emit`: terms are JavaScript expressions without side effects
 * (names of temporaries or literals), never null where the emitter is called for `strict` functions.
 */
export interface EmitContext {
  /** Puts a value (a RegExp, a table, a type) into the generated function's constants; returns its name. */
  constant(value: unknown): string;
  /** A fresh local variable name, declared at the top of the function. */
  local(): string;
  /** Appends a statement before the current expression is used. */
  statement(code: string): void;
  /** A name for the time in ms, read once per row (per query in batch) however often it is asked for. */
  now(): string;
  /** Name of the run-time context object (`EvalContext`). */
  readonly runtime: string;
}

/** What generated code may ask of the engine while it runs: everything that is not a function of the row. */
export interface EvalContext {
  /** Processing time now, from the clock seam, in ms. */
  currentTimeMs(): number;
  /** Start of the query, for `per-query` functions in batch mode. */
  readonly queryStartMs: number;
  /** Uniform in [0, 1), from the random seam. */
  random(): number;
  /** Current event-time watermark of the operator; `null` before the first one. */
  currentWatermarkMs(): number | null;
  /** `table.local-time-zone`. */
  readonly timeZone: string;
}

/** A scalar function or operator. */
export interface ScalarFunction {
  /** Upper-case SQL name, or the operator itself (`+`, `=`). */
  readonly name: string;
  readonly determinism: Determinism;
  /** `strict`: NULL when an argument is NULL, and `emit` is only called with non-null terms. */
  readonly nulls: 'strict' | 'own';
  readonly doc: FunctionDoc;
  /** Set for functions of the user's own (`user-function.ts`). */
  readonly user?: UserFunctionRef;
  /** Types a call. */
  resolve(args: readonly ArgumentInfo[]): Resolved | Mismatch;
  /** JavaScript expression for a call. `types` are the argument types after casting. */
  emit(args: readonly string[], types: readonly LogicalType[], result: LogicalType, cx: EmitContext): string;
}

/** One value that an aggregate keeps per group. */
export interface AccumulatorSlot {
  /** JavaScript expression of its initial value. */
  readonly initial: string;
  /** How it is stored in a snapshot: by SQL type, or by its own codec for composite accumulators. */
  readonly codec:
    | { readonly kind: 'value'; readonly type: LogicalType }
    | { readonly kind: 'custom'; encode(v: unknown): Value; decode(v: Value): unknown };
}

/** JavaScript of one aggregate call over its slots. Slot and argument terms are given by name. */
export interface AggregateCode {
  readonly slots: readonly AccumulatorSlot[];
  /** Statements that add a row. Arguments may be null. */
  accumulate(slots: readonly string[], args: readonly string[]): string;
  /** Statements that take a row back; absent when the aggregate cannot retract. */
  retract?(slots: readonly string[], args: readonly string[]): string;
  /** Statements that fold `other` into `slots`; needed for merging windows and shared slices. */
  merge?(slots: readonly string[], other: readonly string[]): string;
  /** Expression of the result. */
  value(slots: readonly string[]): string;
}

/** An aggregate function. */
export interface AggregateFunction {
  readonly name: string;
  readonly doc: FunctionDoc;
  resolve(args: readonly ArgumentInfo[]): Resolved | Mismatch;
  /** `retract`: the input may take rows back, so that MIN and MAX must keep all values. */
  code(
    call: {
      readonly argTypes: readonly LogicalType[];
      readonly literals: readonly (Value | undefined)[];
      readonly type: LogicalType;
      readonly retract: boolean;
      readonly ignoreNulls: boolean;
    },
    cx: EmitContext,
  ): AggregateCode;
}
