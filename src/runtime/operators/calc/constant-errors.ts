/**
 * Finds constants that cannot be computed (`1 / 0`, `SHA2('a', 0)`) while planning, as Flink does when
 * it reduces them. Flink: `ExpressionReducer`. Branches of CASE, AND and OR are left alone: they may
 * never be reached.
 */
import { RunError } from '../../base/diagnostic.ts';
import { isCharacter } from '../../data/type-families.ts';
import type { BoundExpr } from '../../sql/2-bind/bound-expr.ts';
import { isDeterministic, operandsOf, some } from '../../sql/2-bind/expr-tools.ts';
import type { Problem } from '../../sql/2-bind/problem.ts';
import { compileEvaluator } from '../../sql/4-codegen/compile-calc.ts';
import type { EvalContext } from '../../sql/functions/function.ts';

/** Failures that Flink's reducer leaves to the running job. */
const LEFT_TO_RUN = 'TableRuntimeException';
const LAZY: readonly BoundExpr['kind'][] = ['case', 'and', 'or', 'scalar-subquery', 'exists', 'in-subquery'];

/** The first constant of `expr` that fails, as a problem. */
export function constantError(
  expr: BoundExpr,
  timeZone: string,
): { readonly problem: Problem; readonly expr: BoundExpr } | undefined {
  if (LAZY.includes(expr.kind) || expr.kind === 'literal' || expr.kind === 'input') return undefined;
  // A constant cast that fails is left to the running job, and so is all that is built on it.
  if (!isConstant(expr) || some(expr, (e) => e.kind === 'cast' && !e.safe && isCharacter(e.operand.type))) {
    for (const operand of operandsOf(expr)) {
      const found = constantError(operand, timeZone);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (expr.kind === 'cast' && expr.implicit && expr.operand.kind === 'literal' && expr.type.kind === 'VARCHAR')
    return undefined;
  if (expr.type.kind === 'ARRAY' || expr.type.kind === 'MAP' || expr.type.kind === 'ROW') return undefined;
  const fixed: EvalContext = {
    currentTimeMs: () => 0,
    queryStartMs: 0,
    random: () => 0,
    currentWatermarkMs: () => null,
    timeZone,
  };
  try {
    const value = compileEvaluator(expr, [])([], fixed);
    // Flink makes a decimal literal of a FLOAT constant, which infinity is not.
    if (expr.type.kind !== 'FLOAT' || value === null || Number.isFinite(value)) return undefined;
    throw new RunError('run/bad-number', 'Infinite or NaN', 'java.lang.NumberFormatException');
  } catch (error) {
    if (!(error instanceof RunError) || error.flinkClass.endsWith(LEFT_TO_RUN)) return undefined;
    const problem: Problem = {
      code: 'plan/constant',
      phase: 'plan',
      message: error.message,
      flinkClass: error.flinkClass,
      hint: error.hint ?? 'This part is the same for every row and fails for all of them.',
    };
    return { problem, expr };
  }
}

function isConstant(expr: BoundExpr): boolean {
  return (
    (expr.kind === 'call' || expr.kind === 'cast') &&
    isDeterministic(expr) &&
    !some(
      expr,
      (e) =>
        e.kind !== 'call' && e.kind !== 'cast' && e.kind !== 'literal' && e.kind !== 'symbol' && e.kind !== 'field',
    )
  );
}
