/**
 * STDDEV and VAR are no aggregates of their own in Flink: the planner keeps the sum of squared distances
 * and the count, and computes the rest behind them. It shows: a row that moves only the count sends an
 * update, though the statistic stays. Flink: `FlinkAggregateReduceFunctionsRule`.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import { bigintType, booleanType, doubleType } from '../../data/type-rules.ts';
import { aggregateFunction } from '../functions/registry.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { PendingAggregate } from './expr-env.ts';
import { callOf, literal } from './expr-tools.ts';

const SHAPES: ReadonlyMap<string, { readonly root: boolean; readonly sample: boolean }> = new Map([
  ['STDDEV_POP', { root: true, sample: false }],
  ['STDDEV_SAMP', { root: true, sample: true }],
  ['STDDEV', { root: true, sample: true }],
  ['VAR_POP', { root: false, sample: false }],
  ['VAR_SAMP', { root: false, sample: true }],
  ['VARIANCE', { root: false, sample: true }],
]);

/**
 * The expression that `call` stands for, over columns that `register` makes for its parts; `undefined`
 * when the call is no statistic.
 */
export function expandStatistic(
  call: PendingAggregate,
  register: (part: PendingAggregate) => BoundExpr,
): BoundExpr | undefined {
  const shape = SHAPES.get(call.fn.name);
  const m2Function = aggregateFunction('$WELFORD_M2');
  const countFunction = aggregateFunction('COUNT');
  if (shape === undefined || m2Function === undefined || countFunction === undefined) return undefined;
  const m2 = register({ ...call, fn: m2Function, type: doubleType(true) });
  const count = register({ ...call, fn: countFunction, type: bigintType(false) });
  const least = shape.sample ? 1 : 0;
  const rows: BoundExpr =
    least === 0 ? count : callOf('-', [count, literal(least, bigintType(false))], bigintType(false));
  const variance = callOf('/', [m2, castOf(rows, doubleType(false))], doubleType(true));
  const statistic = shape.root ? callOf('SQRT', [variance], doubleType(true)) : variance;
  const tooFew = callOf('<=', [count, literal(least, bigintType(false))], booleanType(false));
  const value: BoundExpr = {
    kind: 'case',
    branches: [{ when: tooFew, then: literal(null, doubleType(true)) }],
    otherwise: statistic,
    type: doubleType(true),
    span: call.span,
  };
  return castOf(value, call.type);
}

function castOf(operand: BoundExpr, type: LogicalType): BoundExpr {
  return operand.type.kind === type.kind ? operand : { kind: 'cast', operand, safe: false, implicit: true, type };
}
