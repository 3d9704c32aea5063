/** Binds GROUP BY: plain keys, GROUPING SETS, CUBE, ROLLUP, and legacy group windows. */
import type { Expr, GroupItem } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { ExprEnv, GroupWindow } from './expr-env.ts';
import { isError } from './expr-tools.ts';
import { bindGroupWindow, isGroupWindowCall } from './group-window.ts';
import { exprKey } from './tree-keys.ts';

/** A bound GROUP BY. `sets` (positions among `keys`) is absent for a plain one. */
export interface BoundGroupBy {
  readonly keys: readonly BoundExpr[];
  readonly sets: readonly (readonly number[])[] | undefined;
  readonly window: GroupWindow | undefined;
}

/** Binds the items of GROUP BY over the FROM row. */
export function bindGroupBy(items: readonly GroupItem[], env: ExprEnv): BoundGroupBy {
  const keys: BoundExpr[] = [];
  let window: GroupWindow | undefined;
  const keyOf = (expr: Expr): readonly number[] => {
    if (expr.kind === 'call' && isGroupWindowCall(expr)) {
      window = bindGroupWindow(expr, env) ?? window;
      return [];
    }
    const bound = bindExpr(expr, env);
    if (isError(bound)) return [];
    const key = exprKey(bound);
    const found = keys.findIndex((k) => exprKey(k) === key);
    return [found === -1 ? keys.push(bound) - 1 : found];
  };
  const keysOf = (exprs: readonly Expr[]): readonly number[] => [...new Set(exprs.flatMap((e) => keyOf(unwrapped(e))))];
  /** The sets that one item stands for. */
  const setsOf = (item: GroupItem): readonly (readonly number[])[] => {
    switch (item.kind) {
      case 'expr': {
        const expr = unwrapped(item.expr);
        return [expr.kind === 'row' && !expr.explicit ? keysOf(expr.items) : keyOf(expr)];
      }
      case 'set':
        return [keysOf(item.exprs)];
      case 'rollup': {
        const parts = item.items.map(keysOf);
        return Array.from({ length: parts.length + 1 }, (_, i) => parts.slice(0, parts.length - i).flat());
      }
      case 'cube': {
        const parts = item.items.map(keysOf);
        return Array.from({ length: 2 ** parts.length }, (_, mask) =>
          parts.filter((_p, i) => (mask & (1 << (parts.length - 1 - i))) === 0).flat(),
        );
      }
      case 'grouping-sets':
        return item.items.flatMap(setsOf);
    }
  };
  let sets: readonly (readonly number[])[] = [[]];
  for (const item of items) {
    const own = setsOf(item);
    sets = sets.flatMap((left) => own.map((right) => [...new Set([...left, ...right])].sort((a, b) => a - b)));
  }
  const plain = items.every((i) => i.kind === 'expr' || i.kind === 'set');
  return { keys, sets: plain ? undefined : orderedSets(sets), window };
}

function unwrapped(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrapped(expr.operand) : expr;
}

/** Calcite's order of grouping sets, which is the order of Expand: enclosing sets first, then by bits. */
function orderedSets(sets: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const bits = (set: readonly number[]): number => set.reduce((n, i) => n + 2 ** i, 0);
  const contains = (a: readonly number[], b: readonly number[]): boolean => b.every((i) => a.includes(i));
  return [...sets].sort((a, b) => {
    if (bits(a) === bits(b)) return 0;
    if (contains(a, b)) return -1;
    return contains(b, a) ? 1 : bits(a) - bits(b);
  });
}
