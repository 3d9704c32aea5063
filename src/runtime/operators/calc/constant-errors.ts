/**
 * Constants of a select list that Flink cannot compute while it plans. Most constants that fail are left
 * to the running job; some kinds are not, and these are found here:
 *
 *   1 / 0, also in a branch of CASE      Calcite divides literals itself
 *   SHA2('a', 100)                       generating code for it fails
 *   CAST(1E308 * 10 AS FLOAT)            infinity has no literal
 *   'a' LIKE 'a!' ESCAPE '!'             patterns are taken apart while generating code
 */
import { RunError } from '../../base/diagnostic.ts';
import type { Value } from '../../data/value.ts';
import type { BoundExpr } from '../../sql/2-bind/bound-expr.ts';
import { isDeterministic, operandsOf, some } from '../../sql/2-bind/expr-tools.ts';
import type { Problem } from '../../sql/2-bind/problem.ts';
import { compileEvaluator } from '../../sql/4-codegen/compile-calc.ts';
import type { EvalContext } from '../../sql/functions/function.ts';

/** Failures of single constants that Flink meets while planning. */
const FAILS_PLANNING = new Set(['Unsupported algorithm.', 'Infinite or NaN']);

/** What is wrong with a constant, and where it is. */
export interface ConstantError {
  readonly problem: Problem;
  readonly expr: BoundExpr;
}

/** The first constant of `expr` that fails. */
export function constantError(expr: BoundExpr, timeZone: string): ConstantError | undefined {
  if (expr.kind === 'literal' || expr.kind === 'input') return undefined;
  for (const operand of operandsOf(expr)) {
    const found = constantError(operand, timeZone);
    if (found !== undefined) return found;
  }
  if (expr.kind === 'cast' && expr.implicit && expr.operand.kind === 'literal') return undefined;
  if (!isConstant(expr) || expr.type.kind === 'ARRAY' || expr.type.kind === 'MAP' || expr.type.kind === 'ROW')
    return undefined;
  if (expr.kind === 'call' && expr.fn.name === '/') {
    const divisor = expr.args[1];
    return divisor !== undefined && isZero(evaluate(divisor, timeZone))
      ? failed(expr, 'Division by zero', 'java.lang.ArithmeticException')
      : undefined;
  }
  const result = evaluate(expr, timeZone);
  const isLiteralCast = expr.kind === 'cast' && expr.operand.kind === 'literal';
  if (expr.type.kind === 'FLOAT' && typeof result === 'number' && !Number.isFinite(result) && !isLiteralCast) {
    return failed(expr, 'Infinite or NaN', 'java.lang.NumberFormatException');
  }
  if (!(result instanceof RunError)) return undefined;
  if (!FAILS_PLANNING.has(result.message) && !result.message.startsWith('Invalid escape')) return undefined;
  return failed(expr, result.message, result.flinkClass);
}

function failed(expr: BoundExpr, message: string, flinkClass: string): ConstantError {
  const hint = 'This part is the same for every row and fails for all of them.';
  return { problem: { code: 'plan/constant', phase: 'plan', message, flinkClass, hint }, expr };
}

function isZero(value: Value | RunError | undefined): boolean {
  return value === 0 || value === 0n;
}

/** The value of a constant, or its failure; `undefined` when it needs a running job after all. */
function evaluate(expr: BoundExpr, timeZone: string): Value | RunError | undefined {
  if (expr.kind === 'literal') return expr.value;
  const fixed: EvalContext = {
    currentTimeMs: () => 0,
    queryStartMs: 0,
    random: () => 0,
    currentWatermarkMs: () => null,
    timeZone,
  };
  try {
    return compileEvaluator(expr, [])([], fixed);
  } catch (error) {
    return error instanceof RunError ? error : undefined;
  }
}

function isConstant(expr: BoundExpr): boolean {
  if ((expr.kind !== 'call' && expr.kind !== 'cast') || !isDeterministic(expr)) return false;
  return !some(
    expr,
    (e) =>
      !['call', 'cast', 'literal', 'symbol', 'field'].includes(e.kind) ||
      (e.kind === 'call' && e.fn.user !== undefined),
  );
}
