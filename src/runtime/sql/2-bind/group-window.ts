/**
 * Legacy group windows: TUMBLE, HOP and SESSION inside GROUP BY. Flink: `LogicalWindowAggregateRuleBase`.
 */
import type { Argument, ExprOf } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { ExprEnv, GroupWindow } from './expr-env.ts';
import { isError } from './expr-tools.ts';
import { problems } from './messages.ts';
import { exprKey } from './tree-keys.ts';

/** Equal for equal window arguments. */
export function groupWindowKey(args: readonly Argument[], env: ExprEnv): string {
  const { calls: _, ...plain } = env;
  return args.map((a) => exprKey(bindExpr(a.value, plain))).join(',');
}

/** Whether a GROUP BY expression is a group window. */
export function isGroupWindowCall(expr: ExprOf<'call'>): boolean {
  return (
    expr.over === undefined && /^(TUMBLE|HOP|SESSION)$/i.test(expr.name.parts[expr.name.parts.length - 1]?.name ?? '')
  );
}

/** Binds a group window; `undefined` (reported) when it is none. */
export function bindGroupWindow(expr: ExprOf<'call'>, env: ExprEnv): GroupWindow | undefined {
  const name = (expr.name.parts[expr.name.parts.length - 1]?.name ?? '').toUpperCase() as GroupWindow['name'];
  const args = expr.args.map((a) => bindExpr(a.value, env));
  if (args.some(isError)) return undefined;
  const [timeExpr, first, second, third] = args;
  const needed = name === 'HOP' ? 3 : 2;
  if (timeExpr === undefined || args.length < needed || args.length > needed + 1) {
    env.cx.report(problems.windowArguments(name, needed), expr.span);
    return undefined;
  }
  const type = timeExpr.type;
  const attribute = 'timeAttribute' in type ? type.timeAttribute : undefined;
  // A batch query groups by any timestamp column.
  if (
    attribute === undefined &&
    !(env.cx.session.batch && (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ'))
  ) {
    env.cx.report(problems.legacyWindowTime(), timeExpr.span ?? expr.span);
    return undefined;
  }
  const a = intervalMs(first);
  const b = name === 'HOP' ? intervalMs(second) : undefined;
  const offset = name === 'HOP' ? third : second;
  const offsetMs =
    offset === undefined
      ? 0
      : offset.kind === 'literal' && offset.type.kind === 'TIME' && typeof offset.value === 'number'
        ? offset.value
        : undefined;
  if (a === undefined || (name === 'HOP' && b === undefined) || offsetMs === undefined) {
    env.cx.report(problems.windowInterval(name), expr.span);
    return undefined;
  }
  const window =
    name === 'TUMBLE'
      ? ({ kind: 'tumble', sizeMs: a, offsetMs } as const)
      : name === 'HOP'
        ? ({ kind: 'hop', slideMs: a, sizeMs: b ?? a, offsetMs } as const)
        : ({ kind: 'session', gapMs: a, partitionKeys: [] } as const);
  return {
    name,
    key: groupWindowKey(expr.args, env),
    window,
    timeExpr,
    time: { attribute: attribute ?? 'rowtime', local: type.kind === 'TIMESTAMP_LTZ' },
  };
}

/** Milliseconds of a constant day-time interval. */
export function intervalMs(expr: BoundExpr | undefined): number | undefined {
  if (expr === undefined || expr.kind !== 'literal' || typeof expr.value !== 'number') return undefined;
  return expr.type.kind === 'INTERVAL_DAY_TIME' ? expr.value : undefined;
}
