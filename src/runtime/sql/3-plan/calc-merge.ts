/** When two projections in a row may become one, and what stands in the way. Flink: `FlinkCalcMergeRule`. */
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import { operandsOf } from '../2-bind/expr-tools.ts';
import type { Draft } from './rule.ts';

/** Names that the binder made up; giving them their real name needs no operator. */
const INTERNAL_NAME = /^(agg\$|w\$|w0\$o|\$f|EXPR\$)/;

/** Whether a projection does nothing but give made-up columns their names. */
export function renamesInternal(input: Draft, projection: readonly BoundExpr[], names: readonly string[]): boolean {
  if (input.nodeIds.length > 0 || projection.length !== input.schema.length) return false;
  return projection.every((e, i) => {
    const name = input.schema[i]?.name ?? '';
    return e.kind === 'input' && e.index === i && (name === names[i] || INTERNAL_NAME.test(name));
  });
}

/** A computed column used twice or that is not deterministic must not be computed again above. */
export function mayMerge(
  below: readonly BoundExpr[],
  projection: readonly BoundExpr[],
  condition: BoundExpr | undefined,
): boolean {
  const uses = new Map<number, number>();
  const count = (e: BoundExpr): void => {
    if (e.kind === 'input') uses.set(e.index, (uses.get(e.index) ?? 0) + 1);
    else for (const o of operandsOf(e)) count(o);
  };
  for (const e of projection) count(e);
  if (condition !== undefined) count(condition);
  return below.every((e, i) => isStable(e) || (uses.get(i) ?? 0) <= 1);
}

/** Name of a call whose value may differ each time it is computed. */
export function nonDeterministicCall(e: BoundExpr): string | undefined {
  if (e.kind === 'call' && e.fn.determinism === 'per-row') return e.fn.user?.name ?? e.fn.name;
  for (const operand of operandsOf(e)) {
    const found = nonDeterministicCall(operand);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isStable(e: BoundExpr): boolean {
  if (e.kind === 'call' && e.fn.determinism !== 'deterministic' && e.fn.name !== 'PROCTIME') return false;
  return operandsOf(e).every(isStable);
}
