/**
 * What code generation gives to operators: JavaScript functions made once per query from typed
 * expressions. No tree is walked per row. Each of these types has one `compile-….ts` that makes it.
 */
import type { Row, Value } from '../../data/value.ts';
import type { EvalContext } from '../functions/function.ts';

/** New row from an input row. */
export type Projection = (row: Row, cx: EvalContext) => Row;

/** Whether the condition is TRUE (neither FALSE nor NULL). */
export type Predicate = (row: Row, cx: EvalContext) => boolean;

/** A join condition over a left and a right row. */
export type JoinPredicate = (left: Row, right: Row, cx: EvalContext) => boolean;

/** One value from a row. */
export type Evaluator = (row: Row, cx: EvalContext) => Value;

/** Filter and projection in one: `null` when the row is filtered out. */
export type CalcFunction = (row: Row, cx: EvalContext) => Row | null;

/** Negative, zero or positive, as the ORDER BY says. */
export type RowComparator = (a: Row, b: Row) => number;

/** Whether two rows of one schema are equal under Flink's `RecordEqualiser` (NULL equals NULL, NaN equals NaN). */
export type RowEquals = (a: Row, b: Row) => boolean;

/** The accumulator of a list of aggregate calls for one group: an object private to its handler. */
export type Accumulators = object;

/**
 * All aggregate calls of one operator, compiled together. Flink: `AggsHandleFunction`.
 * FILTER and DISTINCT are handled inside.
 */
export interface AggregateHandler {
  create(): Accumulators;
  accumulate(acc: Accumulators, row: Row, cx: EvalContext): void;
  /** Only when compiled for retraction. */
  retract(acc: Accumulators, row: Row, cx: EvalContext): void;
  /** Folds `other` into `acc`. */
  merge(acc: Accumulators, other: Accumulators): void;
  /** Results of all calls in order. */
  values(acc: Accumulators): Value[];
  /** Accumulators as plain values for snapshots, and back. */
  encode(acc: Accumulators): Value;
  decode(encoded: Value): Accumulators;
  /** Estimated bytes of every accumulator; `null` where they depend on what it holds (texts, lists, DISTINCT). */
  readonly fixedBytes: number | null;
  /** Estimated bytes of one accumulator, for state size figures. O(slots). */
  sizeBytes(acc: Accumulators): number;
}

/** Estimated bytes of one accumulator. O(1) for fixed sizes, else O(slots). */
export function accumulatorsBytes(accumulators: Accumulators, handler: AggregateHandler): number {
  return handler.fixedBytes ?? handler.sizeBytes(accumulators);
}
