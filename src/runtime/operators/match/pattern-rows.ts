/**
 * Conditions and measures over the rows of a match. `A.x`, `FIRST(A.x, 1)`, `LAST(x)` and aggregates
 * become columns of a small row that is filled from the match; the rest of the expression is compiled
 * over that row like any other. Flink: `MatchCodeGenerator`.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { Row, Value } from '../../data/value.ts';
import type { BoundExpr, BoundOf } from '../../sql/2-bind/bound-expr.ts';
import { inputRef, mapOperands } from '../../sql/2-bind/expr-tools.ts';
import { compileAggregates } from '../../sql/4-codegen/compile-aggregates.ts';
import { compileEvaluator, compilePredicate, compileProjection } from '../../sql/4-codegen/compile-calc.ts';
import type { EvalContext } from '../../sql/functions/function.ts';

/** The rows of a match or of a part of one. */
export interface MatchedRows {
  /** Rows mapped to a variable, in order; of any variable for `*`. */
  of(variable: string): readonly Row[];
}

/** A value from matched rows. */
export type MatchEvaluator = (rows: MatchedRows, cx: EvalContext) => Value;

/** Whether a condition is TRUE over matched rows, the last of which is the row in question. */
export type MatchPredicate = (rows: MatchedRows, cx: EvalContext) => boolean;

/** Compiles a measure. */
export function compileMeasure(expr: BoundExpr, input: Schema): MatchEvaluator {
  const { slots, over, schema } = takeOutSlots(expr, input);
  const evaluate = compileEvaluator(over, schema);
  return (rows, cx) => evaluate(fill(slots, rows, cx), cx);
}

/** Compiles a condition of DEFINE. */
export function compileDefine(expr: BoundExpr, input: Schema): MatchPredicate {
  const { slots, over, schema } = takeOutSlots(expr, input);
  const holds = compilePredicate(over, schema);
  return (rows, cx) => holds(fill(slots, rows, cx), cx);
}

interface SlotRow {
  readonly slots: readonly MatchEvaluator[];
  /** The expression over the row of slots. */
  readonly over: BoundExpr;
  readonly schema: Schema;
}

function takeOutSlots(expr: BoundExpr, input: Schema): SlotRow {
  const slots: MatchEvaluator[] = [];
  const schema: { name: string; type: BoundExpr['type'] }[] = [];
  const add = (slot: MatchEvaluator, type: BoundExpr['type']): BoundExpr => {
    schema.push({ name: `s${slots.length}`, type });
    return inputRef(slots.push(slot) - 1, type);
  };
  const replace = (e: BoundExpr): BoundExpr => {
    if (e.kind === 'pattern-ref') return add(columnOf(e), e.type);
    if (e.kind === 'pattern-aggregate') return add(aggregateOf(e, input), e.type);
    return mapOperands(e, replace);
  };
  return { over: replace(expr), slots, schema };
}

function fill(slots: readonly MatchEvaluator[], rows: MatchedRows, cx: EvalContext): Row {
  return slots.map((slot) => slot(rows, cx));
}

function columnOf({ variable, index, from, offset }: BoundOf<'pattern-ref'>): MatchEvaluator {
  return (matched) => {
    const rows = matched.of(variable);
    const row = rows[from === 'first' ? offset : rows.length - 1 - offset];
    return row?.[index] ?? null;
  };
}

function aggregateOf({ call, args, variable }: BoundOf<'pattern-aggregate'>, input: Schema): MatchEvaluator {
  const argSchema = args.map((arg, index) => ({ name: `a${index}`, type: arg.type }));
  const handler = compileAggregates([call], argSchema, { retract: false });
  const project = compileProjection(args, input);
  return (matched, cx) => {
    const accumulators = handler.create();
    for (const row of matched.of(variable)) handler.accumulate(accumulators, project(row, cx), cx);
    return present(handler.values(accumulators), 'results of an aggregate')[0] ?? null;
  };
}
