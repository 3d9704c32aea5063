/**
 * Binds calls: scalar functions, aggregates, OVER calls, and the auxiliary functions of group windows
 * and grouping sets. Typing rules are the functions' own (`functions/`).
 */
import type { Span } from '../../base/span.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { bigintType, timestampType, withNullable, withoutTimeAttribute } from '../../data/type-rules.ts';
import type { Argument, ExprOf } from '../1-parse/ast.ts';
import type { ArgumentInfo, Mismatch, Resolved } from '../functions/function.ts';
import { aggregateFunction, allFunctions, scalarFunction } from '../functions/registry.ts';
import { bindCondition, bindExpr } from './bind-expr.ts';
import { bindPatternCall } from './bind-match.ts';
import { bindOver } from './bind-over.ts';
import { bindUserCall } from './bind-user-call.ts';
import type { BoundExpr } from './bound-expr.ts';
import { argumentFamily } from './call-signature.ts';
import type { BindContext } from './context.ts';
import { expandStatistic } from './expand-statistics.ts';
import {
  AGGREGATE_BASE,
  type ExprEnv,
  GROUPING_BASE,
  type PendingAggregate,
  type SelectCalls,
  WINDOW_PROPERTY_BASE,
  type WindowProperty,
} from './expr-env.ts';
import { castTo, errorExpr, inputRef, isError } from './expr-tools.ts';
import { groupWindowKey } from './group-window.ts';
import { jsonArguments } from './json-arguments.ts';
import { problems } from './messages.ts';
import { nearest } from './scope.ts';
import { callKey, exprKey, typeKey, valueKey } from './tree-keys.ts';

/** Binds a call in an expression. */
export function bindCall(expr: ExprOf<'call'>, env: ExprEnv): BoundExpr {
  const written = expr.name.parts[expr.name.parts.length - 1]?.name ?? '';
  const name = written.toUpperCase();
  if (env.match !== undefined) {
    const pattern = bindPatternCall(expr, name, env, env.match);
    if (pattern !== undefined) return pattern;
  }
  if (expr.over !== undefined) return bindOver(expr, expr.over, name, env);
  const path = env.cx.session.resolve(expr.name);
  const own = env.cx.session.functions.beforeBuiltIn(expr.name.parts, path);
  if (own !== undefined) env.cx.listener?.userFunction(expr.name, own);
  if (own !== undefined) return bindUserCall(own, expr, env);
  const special = bindAuxiliary(expr, name, env);
  if (special !== undefined) return special;
  if (aggregateFunction(name) !== undefined) return bindAggregateCall(expr, name, env);
  const userFunction = scalarFunction(name) === undefined ? env.cx.session.functions.afterBuiltIn(path) : undefined;
  if (userFunction !== undefined) env.cx.listener?.userFunction(expr.name, userFunction);
  if (userFunction !== undefined) return bindUserCall(userFunction, expr, env);
  const args = [
    ...expr.args.map((a) => bindExpr(a.value, env)),
    ...jsonArguments(name, expr.json, (e) => bindExpr(e, env), env.cx),
  ];
  return callFunction(name, args, expr.span, env.cx, written);
}

/** A call of a built-in function over bound arguments: finds it, types it, casts the arguments. */
export function callFunction(
  name: string,
  args: readonly BoundExpr[],
  span: Span,
  cx: BindContext,
  written = name,
): BoundExpr {
  if (args.some(isError)) return errorExpr(span);
  const [first] = args;
  // Flink cannot tell the type of a bare NULL where a condition is wanted.
  if (name === 'IF' && first?.type.kind === 'NULL') {
    cx.report(problems.illegalNull(), first.span ?? span);
    return errorExpr(span);
  }
  const fn = scalarFunction(name);
  if (fn === undefined) {
    const known = allFunctions()
      .map((f) => f.name)
      .filter((n) => /^[A-Z]/.test(n));
    cx.report(
      problems.unknownFunction(
        written,
        args.map((a) => argumentFamily(a)),
        nearest(name, known),
      ),
      span,
    );
    return errorExpr(span);
  }
  const resolved = fn.resolve(args.map(name === 'CURRENT_WATERMARK' ? fullArgumentInfo : argumentInfo));
  if (isMismatch(resolved)) {
    cx.report(problems.callMismatch(resolved.message, resolved.hint, resolved.flinkClass), span);
    return errorExpr(span);
  }
  const casted = args.map((a, i) => castTo(a, resolved.argTypes[i] ?? a.type));
  return { kind: 'call', fn, args: casted, type: resolved.type, span };
}

/** An argument as typing rules see it; computations do not see time attributes. */
export function argumentInfo(expr: BoundExpr): ArgumentInfo {
  if (expr.kind === 'symbol') return { type: expr.type, symbol: expr.symbol };
  const type = withoutTimeAttribute(expr.type);
  return expr.kind === 'literal' ? { type, literal: expr.value } : { type };
}

/** The same with the time attribute, for the few functions that ask for one. */
function fullArgumentInfo(expr: BoundExpr): ArgumentInfo {
  return { ...argumentInfo(expr), type: expr.type };
}

/** Whether a typing rule refused. */
export function isMismatch(result: Resolved | Mismatch): result is Mismatch {
  return 'message' in result;
}

// ---------------------------------------------------------------- aggregates

function bindAggregateCall(expr: ExprOf<'call'>, name: string, env: ExprEnv): BoundExpr {
  if (env.insideAggregate) {
    env.cx.report(problems.nestedAggregate(), expr.span);
    return errorExpr(expr.span);
  }
  const calls = env.calls;
  if (calls === undefined) {
    env.cx.report(problems.aggregateIllegal(env.clause), expr.span);
    return errorExpr(expr.span);
  }
  const pending = pendingAggregate(expr, name, env);
  if (pending === undefined) return errorExpr(expr.span);
  const register = (call: PendingAggregate): BoundExpr =>
    inputRef(AGGREGATE_BASE + registerAggregate(calls, call), call.type, expr.span);
  return expandStatistic(pending, register) ?? register(pending);
}

/** Types an aggregate call; `undefined` (reported) when it does not fit. */
export function pendingAggregate(
  expr: ExprOf<'call'>,
  name: string,
  env: ExprEnv,
  use: 'group' | 'over' = 'group',
): PendingAggregate | undefined {
  const fn = aggregateFunction(name);
  if (fn === undefined) return undefined;
  // OVER may be over aggregates of a GROUP BY: SUM(COUNT(*)) OVER (…).
  const inner: ExprEnv = { ...env, insideAggregate: use === 'group', allowOver: false };
  const args = bindArguments(expr.args, name, inner);
  if (args === undefined) return undefined;
  args.push(...jsonArguments(name, expr.json, (e) => bindExpr(e, inner), env.cx));
  const filter = expr.filter === undefined ? undefined : bindCondition(expr.filter, { ...inner, clause: 'FILTER' });
  const sort = expr.withinGroup ?? expr.orderBy;
  if (sort !== undefined && sort.length > 0)
    env.cx.report(problems.unsupportedExpr(`ORDER BY inside ${name}`), sort[0]?.span ?? expr.span);
  if (args.some(isError) || (filter !== undefined && isError(filter))) return undefined;
  // MIN and MAX of a time attribute keep its type as it is, so aggregates see the full type.
  const resolved = fn.resolve(args.map((a) => ({ ...argumentInfo(a), type: a.type })));
  if (isMismatch(resolved)) {
    env.cx.report(problems.callMismatch(resolved.message, resolved.hint, resolved.flinkClass), expr.span);
    return undefined;
  }
  const casted = args.map((a, i) => castTo(a, resolved.argTypes[i] ?? a.type));
  return {
    fn,
    args: casted,
    literals: casted.map((a) => (a.kind === 'literal' ? a.value : a.kind === 'symbol' ? a.symbol : undefined)),
    distinct: expr.distinct,
    filter,
    ...(expr.ignoreNulls === undefined ? {} : { ignoreNulls: expr.ignoreNulls }),
    type: extremeType(name, args[0]?.type, resolved.type),
    span: expr.span,
  };
}

const KEEPS_ARGUMENT_TYPE = new Set(['MIN', 'MAX', 'FIRST_VALUE', 'LAST_VALUE']);

/** Picking one value of a time attribute is typed as one, though it means nothing any more. */
function extremeType(name: string, argument: LogicalType | undefined, type: LogicalType): LogicalType {
  if (!KEEPS_ARGUMENT_TYPE.has(name) || argument === undefined || !('timeAttribute' in argument)) return type;
  return withNullable(argument, type.nullable);
}

/** COUNT(*) has no arguments; COUNT() is a mistake. */
function bindArguments(args: readonly Argument[], name: string, env: ExprEnv): BoundExpr[] | undefined {
  const [only] = args;
  if (only !== undefined && args.length === 1 && only.value.kind === 'star' && name === 'COUNT') return [];
  if (args.length === 0 && name === 'COUNT') {
    env.cx.report(problems.argumentCount('COUNT', 1), env.cx.statement > 0 ? only?.span : undefined);
    return undefined;
  }
  if (name === 'COUNT' && args.length > 1) {
    env.cx.report(problems.countFields(), args[1]?.span);
    return undefined;
  }
  return args.map((a) => bindExpr(a.value, env));
}

/** Registers a call once; equal calls share a column. */
function registerAggregate(calls: SelectCalls, pending: PendingAggregate): number {
  const key = aggregateKey(pending);
  const found = calls.aggregates.findIndex((c) => aggregateKey(c) === key);
  if (found !== -1) return found;
  calls.aggregates.push(pending);
  return calls.aggregates.length - 1;
}

function aggregateKey(call: PendingAggregate): string {
  const head = callKey({
    fn: call.fn,
    args: [],
    argTypes: [],
    distinct: call.distinct,
    type: call.type,
    name: '',
    ...(call.ignoreNulls === undefined ? {} : { ignoreNulls: call.ignoreNulls }),
  });
  return `${head}${call.args.map(exprKey).join(',')};${call.literals.map(valueKey).join(',')};${call.filter === undefined ? '' : exprKey(call.filter)};${typeKey(call.type)}`;
}

// ---------------------------------------------------------------- auxiliary functions

const GROUP_WINDOW_FUNCTION = /^(TUMBLE|HOP|SESSION)_(START|END|ROWTIME|PROCTIME)$/;

function bindAuxiliary(expr: ExprOf<'call'>, name: string, env: ExprEnv): BoundExpr | undefined {
  const auxiliary = GROUP_WINDOW_FUNCTION.exec(name);
  if (auxiliary !== null) return bindWindowProperty(expr, name, auxiliary[1] ?? '', auxiliary[2] ?? '', env);
  if (name === 'TUMBLE' || name === 'HOP' || name === 'SESSION') {
    env.cx.report(problems.groupWindowIllegal(name), expr.span);
    return errorExpr(expr.span);
  }
  if (name === 'GROUPING' || name === 'GROUPING_ID') return bindGrouping(expr, name, env);
  return undefined;
}

function bindWindowProperty(
  expr: ExprOf<'call'>,
  name: string,
  windowName: string,
  part: string,
  env: ExprEnv,
): BoundExpr {
  const { groupWindow, calls } = env;
  const key = groupWindowKey(expr.args, env);
  if (groupWindow === undefined || calls === undefined || groupWindow.name !== windowName || groupWindow.key !== key) {
    env.cx.report(problems.groupWindowAuxiliary(name, windowName), expr.span);
    return errorExpr(expr.span);
  }
  const property = part.toLowerCase() as WindowProperty;
  const type: LogicalType =
    property === 'start' || property === 'end'
      ? timestampType(3, false)
      : property === 'rowtime'
        ? ({ ...withoutTimeAttribute(groupWindow.timeExpr.type), timeAttribute: 'rowtime' } as LogicalType)
        : { kind: 'TIMESTAMP_LTZ', nullable: false, precision: 3, timeAttribute: 'proctime' };
  let index = calls.properties.findIndex((p) => p.property === property);
  if (index === -1) index = calls.properties.push({ property, type }) - 1;
  return inputRef(WINDOW_PROPERTY_BASE + index, type, expr.span);
}

function bindGrouping(expr: ExprOf<'call'>, name: string, env: ExprEnv): BoundExpr {
  const { calls, groupKeys } = env;
  if (calls === undefined || groupKeys === undefined) {
    env.cx.report(problems.aggregateIllegal(env.clause), expr.span);
    return errorExpr(expr.span);
  }
  const positions: number[] = [];
  for (const argument of expr.args) {
    const bound = bindExpr(argument.value, { ...env, calls: undefined as never, insideAggregate: true });
    if (isError(bound)) return errorExpr(expr.span);
    const position = groupKeys.findIndex((k) => exprKey(k) === exprKey(bound));
    if (position === -1) {
      env.cx.report(
        problems.callMismatch(
          `Argument to operator '${name}' must be a grouped expression`,
          'Use an expression of GROUP BY.',
          undefined,
        ),
        argument.span,
      );
      return errorExpr(expr.span);
    }
    positions.push(position);
  }
  calls.groupings.push(positions);
  return inputRef(GROUPING_BASE + calls.groupings.length - 1, bigintType(false), expr.span);
}
