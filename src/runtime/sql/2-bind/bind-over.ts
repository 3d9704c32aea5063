/** Binds OVER calls: `f(x) OVER (PARTITION BY … ORDER BY … ROWS …)`. Calcite: `SqlWindow`. */
import type { ExprOf, FrameBound, WindowSpec } from '../1-parse/ast.ts';
import { aggregateFunction } from '../functions/registry.ts';
import { pendingAggregate } from './bind-call.ts';
import { bindExpr } from './bind-expr.ts';
import type { BoundExpr } from './bound-expr.ts';
import { type ExprEnv, OVER_BASE, type PendingOver } from './expr-env.ts';
import { errorExpr, inputRef, isError } from './expr-tools.ts';
import { problems } from './messages.ts';

/** Functions whose frame is always ROWS UNBOUNDED PRECEDING, whatever is written. */
const RANKS = new Set(['ROW_NUMBER', 'PERCENT_RANK', 'CUME_DIST', 'NTILE']);

/** Functions whose frame is always RANGE UNBOUNDED PRECEDING: in streams peers share what they give. */
const PEER_FUNCTIONS = new Set(['LAG', 'LEAD', 'RANK', 'DENSE_RANK']);

/** Binds a call with OVER; a placeholder stands for its column. */
export function bindOver(expr: ExprOf<'call'>, over: WindowSpec, name: string, env: ExprEnv): BoundExpr {
  const { cx, calls } = env;
  if (env.insideAggregate) {
    cx.report(problems.nestedAggregate(), expr.span);
    return errorExpr(expr.span);
  }
  if (calls === undefined || env.allowOver !== true) {
    cx.report(problems.overIllegal(env.clause), expr.span);
    return errorExpr(expr.span);
  }
  if (aggregateFunction(name) === undefined) {
    cx.report(problems.notAnAggregate(name), expr.name.span);
    return errorExpr(expr.span);
  }
  if (expr.filter !== undefined) {
    cx.report(problems.notAnAggregate('FILTER'), expr.span);
    return errorExpr(expr.span);
  }
  const spec = resolveSpec(over, env);
  if (spec === undefined) return errorExpr(expr.span);
  // Arguments of OVER calls may hold aggregates of a GROUP BY, but no further OVER.
  const inner: ExprEnv = { ...env, allowOver: false };
  const call = pendingAggregate(expr, name, inner, 'over');
  const partitionBy = spec.partitionBy.map((e) => bindExpr(e, inner));
  const orderBy = spec.orderBy.map((item) => ({
    expr: bindExpr(item.expr, inner),
    descending: item.descending,
    nullsFirst: item.nulls === undefined ? !item.descending : item.nulls === 'FIRST',
  }));
  if (call === undefined || partitionBy.some(isError) || orderBy.some((o) => isError(o.expr)))
    return errorExpr(expr.span);
  const frame = bindFrame(spec, name, orderBy.length > 0, inner);
  if (frame === undefined) return errorExpr(expr.span);
  const pending: PendingOver = { call, partitionBy, orderBy, ...frame, span: expr.span };
  const index = calls.overs.push(pending) - 1;
  return inputRef(OVER_BASE + index, call.type, expr.span);
}

/** Follows `OVER w` and `(w ORDER BY …)` to the WINDOW clause. */
function resolveSpec(over: WindowSpec, env: ExprEnv): WindowSpec | undefined {
  if (over.base === undefined) return over;
  const base = env.windows?.get(over.base.name);
  if (base === undefined) {
    env.cx.report(problems.windowUndefined(over.base.name), over.base.span);
    return undefined;
  }
  const resolved = resolveSpec(base, env);
  if (resolved === undefined) return undefined;
  const frame = over.frame ?? resolved.frame;
  return {
    span: over.span,
    partitionBy: over.partitionBy.length > 0 ? over.partitionBy : resolved.partitionBy,
    orderBy: over.orderBy.length > 0 ? over.orderBy : resolved.orderBy,
    ...(frame === undefined ? {} : { frame }),
  };
}

type Frame = Pick<PendingOver, 'unit' | 'preceding' | 'following'>;

function bindFrame(spec: WindowSpec, name: string, ordered: boolean, env: ExprEnv): Frame | undefined {
  if (RANKS.has(name)) return { unit: 'rows', preceding: undefined, following: 0 };
  if (PEER_FUNCTIONS.has(name)) return { unit: 'range', preceding: undefined, following: 0 };
  const { frame } = spec;
  if (frame === undefined)
    return { unit: 'range', preceding: undefined, following: ordered ? 0 : Number.POSITIVE_INFINITY };
  const start = boundOffset(frame.start, env);
  const end = frame.end === undefined ? 0 : boundOffset(frame.end, env);
  if (start === undefined || end === undefined) return undefined;
  return {
    unit: frame.unit === 'ROWS' ? 'rows' : 'range',
    preceding: start === Number.NEGATIVE_INFINITY ? undefined : -start,
    following: end,
  };
}

/** Offset from the current row: negative before it. `undefined` (reported) when it is not constant. */
function boundOffset(bound: FrameBound, env: ExprEnv): number | undefined {
  switch (bound.kind) {
    case 'unbounded-preceding':
      return Number.NEGATIVE_INFINITY;
    case 'unbounded-following':
      return Number.POSITIVE_INFINITY;
    case 'current-row':
      return 0;
    case 'preceding':
    case 'following': {
      const offset = bindExpr(bound.offset, env);
      if (isError(offset)) return undefined;
      if (offset.kind !== 'literal' || typeof offset.value !== 'number') {
        env.cx.report(problems.unsupportedExpr('A frame bound that is not a constant'), bound.span);
        return undefined;
      }
      return bound.kind === 'preceding' ? -offset.value : offset.value;
    }
  }
}
