/**
 * Binds what compares with many values: IN and quantified comparisons over lists and queries, and
 * sub-queries that stand for one value.
 */
import type { Span } from '../../base/span.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import {
  booleanType,
  leastRestrictiveType,
  sameType,
  withNullable,
  withoutTimeAttribute,
} from '../../data/type-rules.ts';
import type { Expr, ExprOf, Query } from '../1-parse/ast.ts';
import { aggregateFunction } from '../functions/registry.ts';
import { callFunction } from './bind-call.ts';
import { bindExpr, unsupported } from './bind-expr.ts';
import { bindInnerQuery } from './bind-query.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { ExprEnv } from './expr-env.ts';
import { castTo, conjunction, errorExpr, isError, literal, negation } from './expr-tools.ts';
import { problems } from './messages.ts';
import { projectOf } from './rel-tools.ts';

/** Binds `x IN (…)`. */
export function bindIn(expr: ExprOf<'in'>, env: ExprEnv): BoundExpr {
  const operand = bindExpr(expr.operand, env);
  const test =
    expr.source.kind === 'list'
      ? inList(operand, expr.source.items, expr.span, env)
      : inQuery(operand, expr.source.query, expr.span, env);
  return expr.negated && !isError(test) ? negation(test) : test;
}

function inList(operand: BoundExpr, items: readonly Expr[], span: Span, env: ExprEnv): BoundExpr {
  const bound = items.map((i) => bindExpr(i, env));
  if (isError(operand) || bound.some(isError)) return errorExpr(span);
  if (operand.kind === 'call' && operand.fn.name === 'ROW') {
    const rows = bound.map((item) => {
      if (item.kind !== 'call' || item.fn.name !== 'ROW' || item.args.length !== operand.args.length)
        return errorExpr(span);
      const pairs = item.args.map((x, i) => callFunction('=', [operand.args[i] ?? x, x], span, env.cx));
      return pairs.some(isError) ? errorExpr(span) : conjunction(pairs);
    });
    if (rows.some(isError)) {
      env.cx.report(problems.notComparable('Values passed to IN operator must have compatible types'), span);
      return errorExpr(span);
    }
    return rows.length === 1 && rows[0] !== undefined
      ? rows[0]
      : { kind: 'or', operands: rows, type: booleanType(rows.some((r) => r.type.nullable)), span };
  }
  const [only] = bound;
  if (bound.length === 1 && only !== undefined) return callFunction('=', [operand, only], span, env.cx);
  return callFunction('IN', [operand, ...bound], span, env.cx);
}

function inQuery(operand: BoundExpr, query: Parameters<typeof bindInnerQuery>[0], span: Span, env: ExprEnv): BoundExpr {
  const rel = bindInnerQuery(query, { cx: env.cx, parent: env.scope, ctes: env.ctes });
  if (isError(operand) || rel.schema.some((f) => f.type.kind === 'ERROR')) return errorExpr(span);
  const operands = operand.kind === 'call' && operand.fn.name === 'ROW' ? operand.args : [operand];
  if (rel.schema.length !== operands.length) {
    env.cx.report(problems.subqueryColumns(operands.length), span);
    return errorExpr(span);
  }
  const casts = operands.map((o, i) => {
    const column = rel.schema[i];
    return column === undefined ? undefined : leastRestrictiveType(o.type, column.type);
  });
  if (casts.some((t) => t === undefined)) {
    env.cx.report(problems.notComparable('Values passed to IN operator must have compatible types'), span);
    return errorExpr(span);
  }
  const nullable = operands.some((o) => o.type.nullable) || rel.schema.some((f) => f.type.nullable);
  // The sub-query's columns are cast too where the common type asks for it.
  const castRel = rel.schema.every((f, i) => sameType(f.type, casts[i] ?? f.type, { ignoreNullability: true }))
    ? rel
    : ({
        kind: 'project',
        input: rel,
        exprs: rel.schema.map((f, i) => castTo({ kind: 'input', index: i, type: f.type }, casts[i] ?? f.type)),
        schema: rel.schema.map((f, i) => ({ name: f.name, type: withNullable(casts[i] ?? f.type, f.type.nullable) })),
      } as const);
  return {
    kind: 'in-subquery',
    operands: operands.map((o, i) => castTo(o, casts[i] ?? o.type)),
    rel: castRel,
    type: booleanType(nullable),
    span,
  };
}

/** `= SOME (…)` and `<> ALL (…)` are IN and NOT IN; others over lists become OR and AND. */
export function bindQuantified(expr: ExprOf<'quantified'>, env: ExprEnv): BoundExpr {
  const operand = bindExpr(expr.operand, env);
  const all = expr.quantifier === 'ALL';
  if (expr.source.kind === 'query') {
    if (!all && expr.operator === '=') return inQuery(operand, expr.source.query, expr.span, env);
    if (all && expr.operator === '<>') {
      const test = inQuery(operand, expr.source.query, expr.span, env);
      return isError(test) ? test : negation(test);
    }
    return quantifiedQuery(operand, expr.operator, all, expr.source.query, expr.span, env);
  }
  const tests = expr.source.items.map((i) =>
    callFunction(expr.operator, [operand, bindExpr(i, env)], expr.span, env.cx),
  );
  if (tests.some(isError)) return errorExpr(expr.span);
  return {
    kind: all ? 'and' : 'or',
    operands: tests,
    type: booleanType(tests.some((t) => t.type.nullable)),
    span: expr.span,
  };
}

const OPPOSITE: Readonly<Record<string, string>> = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '<>': '=' };

/**
 * `x > SOME (q)` holds when x is above the least value of q; what NULLs in q make of it is decided by
 * counting. `x > ALL (q)` is NOT `x <= SOME (q)`. Calcite: `SubQueryRemoveRule.rewriteSome`.
 */
function quantifiedQuery(
  operand: BoundExpr,
  operator: string,
  all: boolean,
  query: Query,
  span: Span,
  env: ExprEnv,
): BoundExpr {
  const name = all ? (OPPOSITE[operator] ?? '') : operator;
  const extreme = name === '>' || name === '>=' ? 'MIN' : name === '<' || name === '<=' ? 'MAX' : undefined;
  const rel = bindInnerQuery(query, { cx: env.cx, parent: env.scope, ctes: env.ctes });
  const [column] = rel.schema;
  const fn = extreme === undefined ? undefined : aggregateFunction(extreme);
  const count = aggregateFunction('COUNT');
  if (fn === undefined || count === undefined)
    return unsupported(`${operator} ${all ? 'ALL' : 'SOME'} with a query`, span, env);
  if (isError(operand) || column === undefined || column.type.kind === 'ERROR') return errorExpr(span);
  if (rel.schema.length > 1) {
    env.cx.report(problems.subqueryColumns(1), span);
    return errorExpr(span);
  }
  const type = withNullable(withoutTimeAttribute(column.type), true);
  const whole: LogicalType = { kind: 'BIGINT', nullable: false };
  const call = { args: [0], argTypes: [column.type], distinct: false };
  const aggregate = {
    kind: 'aggregate',
    input: rel,
    keys: [],
    calls: [
      { ...call, fn, type, name: 'm' },
      { ...call, args: [], argTypes: [], fn: count, type: whole, name: 'c' },
      { ...call, fn: count, type: whole, name: 'd' },
    ],
    schema: [
      { name: 'm', type },
      { name: 'c', type: whole },
      { name: 'd', type: whole },
    ],
  } as const;
  const rowType: LogicalType = { kind: 'ROW', nullable: true, fields: aggregate.schema };
  const row = callFunction(
    'ROW',
    aggregate.schema.map((f, index) => ({ kind: 'input', index, type: f.type })),
    span,
    env.cx,
  );
  const summary: BoundExpr = { kind: 'scalar-subquery', rel: projectOf(aggregate, [row], ['q']), type: rowType };
  const part = (index: number): BoundExpr => ({
    kind: 'field',
    operand: summary,
    index,
    type: withNullable(aggregate.schema[index]?.type ?? whole, true),
  });
  const test = callFunction(name, [operand, part(0)], span, env.cx);
  if (isError(test)) return test;
  const result = booleanType(true);
  const zero = literal(0, whole);
  const some: BoundExpr = {
    kind: 'case',
    branches: [
      { when: callFunction('=', [part(1), zero], span, env.cx), then: literal(false, result) },
      { when: callFunction('IS TRUE', [test], span, env.cx), then: literal(true, result) },
      { when: callFunction('>', [part(1), part(2)], span, env.cx), then: literal(null, result) },
    ],
    otherwise: castTo(test, result),
    type: result,
    span,
  };
  return all ? negation(some) : some;
}

/** Binds a query in parentheses that gives one value. */
export function bindScalarSubquery(expr: ExprOf<'subquery'>, env: ExprEnv): BoundExpr {
  const rel = bindInnerQuery(expr.query, { cx: env.cx, parent: env.scope, ctes: env.ctes });
  const [column] = rel.schema;
  if (column === undefined || rel.schema.length > 1) {
    if (rel.schema.length > 1) env.cx.report(problems.subqueryColumns(1), expr.span);
    return errorExpr(expr.span);
  }
  if (column.type.kind === 'ERROR') return errorExpr(expr.span);
  return { kind: 'scalar-subquery', rel, type: withNullable(withoutTimeAttribute(column.type), true), span: expr.span };
}
