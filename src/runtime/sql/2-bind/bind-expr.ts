/**
 * Binds expressions: resolves names, types every node, makes implicit casts explicit. Calls live in
 * `bind-call.ts`. A part that does not bind is reported once and becomes ERROR, which silences
 * everything that depends on it. Calcite: `SqlValidatorImpl.deriveType` and `SqlToRelConverter.convertExpression`.
 */
import { unreachable } from '../../base/assert.ts';
import type { Span } from '../../base/span.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { supportsExplicitCast } from '../../data/type-casts.ts';
import { isNumeric, isTimestamp } from '../../data/type-families.ts';
import { booleanType, errorType, leastRestrictiveType, sameType, withNullable } from '../../data/type-rules.ts';
import { typeToDigest } from '../../data/type-text.ts';
import type { Expr, ExprOf } from '../1-parse/ast.ts';
import { bindCall, callFunction } from './bind-call.ts';
import { bindLiteral, bindNegativeNumber, negateLiteral } from './bind-literal.ts';
import { bindPatternColumn } from './bind-match.ts';
import { bindInnerQuery } from './bind-query.ts';
import { bindIn, bindQuantified, bindScalarSubquery } from './bind-subquery.ts';
import { bindType } from './bind-type.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { ExprEnv } from './expr-env.ts';
import { castTo, conjunction, errorExpr, flattenLogical, isError, literal, negation } from './expr-tools.ts';
import type { ColumnMeaning } from './listener.ts';
import { problems } from './messages.ts';
import { fieldOf, matchesTable, mergedColumns, resolveColumn } from './scope.ts';

/** Binds one expression. */
export function bindExpr(expr: Expr, env: ExprEnv): BoundExpr {
  const bound = bindAny(expr, env);
  env.cx.listener?.typed(expr, bound);
  return bound;
}

function bindAny(expr: Expr, env: ExprEnv): BoundExpr {
  switch (expr.kind) {
    case 'literal':
      return bindLiteral(expr.value, expr.span, env.cx);
    case 'column':
      return bindColumn(expr, env);
    case 'paren':
      return bindExpr(expr.operand, env);
    case 'unary':
      return bindUnary(expr, env);
    case 'binary':
      return bindBinary(expr, env);
    case 'postfix':
      return callFunction(expr.test, [bindExpr(expr.operand, env)], expr.span, env.cx);
    case 'between':
      return bindBetween(expr, env);
    case 'like':
      return bindLike(expr, env);
    case 'in':
      return bindIn(expr, env);
    case 'quantified':
      return bindQuantified(expr, env);
    case 'exists': {
      const rel = bindInnerQuery(expr.query, { cx: env.cx, parent: env.scope, ctes: env.ctes });
      return { kind: 'exists', rel, type: booleanType(false), span: expr.span };
    }
    case 'subquery':
      return bindScalarSubquery(expr, env);
    case 'case':
      return bindCase(expr, env);
    case 'cast':
      return bindCast(expr, env);
    case 'call':
      return bindCall(expr, env);
    case 'symbol':
      return { kind: 'symbol', symbol: expr.symbol, type: { kind: 'SYMBOL', nullable: false }, span: expr.span };
    case 'row':
      return callFunction(
        'ROW',
        expr.items.map((i) => bindExpr(i, env)),
        expr.span,
        env.cx,
      );
    case 'array':
    case 'map':
    case 'multiset':
      if (expr.query !== undefined || expr.kind === 'multiset')
        return unsupported(`${expr.kind.toUpperCase()} of a query`, expr.span, env);
      return callFunction(
        expr.kind.toUpperCase(),
        expr.items.map((i) => bindExpr(i, env)),
        expr.span,
        env.cx,
      );
    case 'item':
      return bindItem(expr, env);
    case 'field': {
      const operand = bindExpr(expr.operand, env);
      if (isError(operand)) return errorExpr(expr.span);
      const field = fieldOf(operand, expr.name, expr.span);
      if (field !== undefined) return field;
      env.cx.report(problems.unknownColumn(expr.name.name), expr.name.span);
      return errorExpr(expr.span);
    }
    case 'interval': {
      const unit = bindLiteral({ kind: 'interval', text: '1', negative: false, unit: expr.unit }, expr.span, env.cx);
      return callFunction('*', [bindExpr(expr.amount, env), unit], expr.span, env.cx);
    }
    case 'star':
      env.cx.report(problems.starIllegal(), expr.span);
      return errorExpr(expr.span);
    case 'at-time-zone':
      return unsupported('AT TIME ZONE', expr.span, env);
    case 'descriptor':
      return unsupported('DESCRIPTOR outside a table function', expr.span, env);
    case 'table-arg':
      return unsupported('A table outside a table function', expr.span, env);
    case 'running-final': {
      const operand = bindExpr(expr.operand, env);
      if (env.match !== undefined && !isError(operand)) {
        env.cx.report(
          problems.matchUnsupported(`Unsupported call: ${expr.mode}`, 'FIRST and LAST need no such word.'),
          expr.span,
        );
        return errorExpr(expr.span);
      }
      return operand;
    }
    case 'unsupported':
      return unsupported(expr.what, expr.span, env);
    case 'error':
      return errorExpr(expr.span);
    default:
      return unreachable(expr);
  }
}

/** Reports what Flink's grammar has and this engine has not. */
export function unsupported(what: string, span: Span, env: ExprEnv): BoundExpr {
  env.cx.report(problems.unsupportedExpr(what), span);
  return errorExpr(span);
}

/** Binds a condition and checks that it is BOOLEAN. */
export function bindCondition(expr: Expr, env: ExprEnv): BoundExpr {
  const bound = bindExpr(expr, env);
  if (isError(bound) || bound.type.kind === 'BOOLEAN') return bound;
  if (bound.type.kind === 'NULL') return literal(null, booleanType(true), bound.span);
  env.cx.report(problems.conditionNotBoolean(env.clause), expr.span);
  return errorExpr(expr.span);
}

function bindColumn(expr: ExprOf<'column'>, env: ExprEnv): BoundExpr {
  const { parts } = expr.name;
  env.cx.listener?.lookup(expr.name, env);
  if (env.match !== undefined) {
    const ref = bindPatternColumn(expr, env, env.match);
    if (ref !== undefined) return ref;
  }
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    const aliased = env.aliases?.get(only.name);
    if (aliased !== undefined) {
      if (env.select !== undefined) env.cx.listener?.output(expr.name, env.select);
      return aliased;
    }
  }
  return resolveColumn(expr.name, env.scope, env.cx, env.insideAggregate === true ? 'SELECT' : env.clause);
}

function bindUnary(expr: ExprOf<'unary'>, env: ExprEnv): BoundExpr {
  // The smallest BIGINT is written with a minus before a number that is one too large by itself.
  if (expr.operator === '-' && expr.operand.kind === 'literal' && expr.operand.value.kind === 'number') {
    return bindNegativeNumber(expr.operand.value.text, expr.span, env.cx);
  }
  const operand = bindExpr(expr.operand, env);
  if (isError(operand)) return errorExpr(expr.span);
  switch (expr.operator) {
    case 'NOT':
      return callFunction('NOT', [operand], expr.span, env.cx);
    case '-': {
      const folded = negateLiteral(operand);
      return folded === undefined
        ? callFunction('NEGATE', [operand], expr.span, env.cx)
        : { ...folded, span: expr.span };
    }
    case '+':
      if (isNumeric(operand.type) || operand.type.kind.startsWith('INTERVAL')) return operand;
      env.cx.report(
        problems.notComparable(
          `Cannot apply '+' to arguments of type '+<${typeToDigest(operand.type)}>'. Supported form(s): '+<NUMERIC>'\n'+<DATETIME_INTERVAL>'`,
        ),
        expr.span,
      );
      return errorExpr(expr.span);
    default:
      return unreachable(expr.operator);
  }
}

function bindBinary(expr: ExprOf<'binary'>, env: ExprEnv): BoundExpr {
  if (expr.operator === 'AND' || expr.operator === 'OR') return bindLogical(expr, expr.operator, env);
  const left = bindExpr(expr.left, env);
  const right = bindExpr(expr.right, env);
  if (
    left.kind === 'call' &&
    left.fn.name === 'ROW' &&
    right.kind === 'call' &&
    right.fn.name === 'ROW' &&
    expr.operator === '=' &&
    left.args.length === right.args.length
  ) {
    const pairs = left.args.map((l, i) => callFunction('=', [l, right.args[i] ?? l], expr.span, env.cx));
    return pairs.some(isError) ? errorExpr(expr.span) : conjunction(pairs);
  }
  return callFunction(expr.operator, [left, right], expr.span, env.cx);
}

function bindLogical(expr: ExprOf<'binary'>, operator: 'AND' | 'OR', env: ExprEnv): BoundExpr {
  const written = flattenLogical(expr, operator);
  const operands = written.map((e) => bindExpr(e, env));
  let bad = operands.some(isError);
  for (const [i, operand] of operands.entries()) {
    if (operand.type.kind === 'BOOLEAN' || isError(operand)) continue;
    bad = true;
    if (operand.type.kind === 'NULL') env.cx.report(problems.illegalNull(), operand.span ?? expr.span);
    else {
      const other = operands[i === 0 ? 1 : i - 1] ?? operand;
      const [l, r] = i === 0 ? [operand, other] : [other, operand];
      env.cx.report(
        problems.notComparable(
          `Cannot apply '${operator}' to arguments of type '<${typeToDigest(l.type)}> ${operator} <${typeToDigest(r.type)}>'. Supported form(s): '<BOOLEAN> ${operator} <BOOLEAN>'`,
        ),
        operand.span ?? expr.span,
      );
    }
  }
  if (bad) return errorExpr(expr.span);
  const kind = operator === 'AND' ? 'and' : 'or';
  return { kind, operands, type: booleanType(operands.some((o) => o.type.nullable)), span: expr.span };
}

function bindBetween(expr: ExprOf<'between'>, env: ExprEnv): BoundExpr {
  const operand = bindExpr(expr.operand, env);
  const low = bindExpr(expr.low, env);
  const high = bindExpr(expr.high, env);
  const within = (a: BoundExpr, b: BoundExpr): BoundExpr => {
    const above = callFunction('>=', [operand, a], expr.span, env.cx);
    const below = callFunction('<=', [operand, b], expr.span, env.cx);
    if (isError(above) || isError(below)) return errorExpr(expr.span);
    return {
      kind: 'and',
      operands: [above, below],
      type: booleanType(above.type.nullable || below.type.nullable),
      span: expr.span,
    };
  };
  let test = within(low, high);
  if (expr.symmetric && !isError(test)) {
    test = { kind: 'or', operands: [test, within(high, low)], type: test.type, span: expr.span };
  }
  return expr.negated && !isError(test) ? negation(test) : test;
}

function bindLike(expr: ExprOf<'like'>, env: ExprEnv): BoundExpr {
  const args = [expr.operand, expr.pattern, ...(expr.escape === undefined ? [] : [expr.escape])].map((e) =>
    bindExpr(e, env),
  );
  const name = expr.operator === 'RLIKE' ? 'REGEXP' : expr.operator;
  const test = callFunction(name, args, expr.span, env.cx);
  return expr.negated && !isError(test) ? negation(test) : test;
}

function bindCase(expr: ExprOf<'case'>, env: ExprEnv): BoundExpr {
  const operand = expr.operand === undefined ? undefined : bindExpr(expr.operand, env);
  const branches = expr.branches.map((branch) => {
    const tests = branch.when.map((w) =>
      operand === undefined
        ? bindCondition(w, { ...env, clause: 'CASE' })
        : callFunction('=', [operand, bindExpr(w, env)], w.span, env.cx),
    );
    const [first] = tests;
    const when: BoundExpr =
      tests.length === 1 && first !== undefined
        ? first
        : { kind: 'or', operands: tests, type: booleanType(tests.some((t) => t.type.nullable)) };
    return { when, bad: tests.some(isError), then: bindExpr(branch.then, env) };
  });
  const otherwise = expr.otherwise === undefined ? undefined : bindExpr(expr.otherwise, env);
  const results = [...branches.map((b) => b.then), ...(otherwise === undefined ? [] : [otherwise])];
  if (branches.some((b) => b.bad) || results.some(isError)) return errorExpr(expr.span);
  if (results.every((r) => r.type.kind === 'NULL')) {
    env.cx.report(problems.caseAllNull(), expr.span);
    return errorExpr(expr.span);
  }
  const kinds = new Set(results.map((r) => r.type.kind));
  const mixesDates = kinds.has('DATE') && (kinds.has('TIMESTAMP') || kinds.has('TIMESTAMP_LTZ'));
  const common = leastRestrictiveType(...results.map((r) => r.type));
  if (common === undefined || mixesDates) {
    env.cx.report(problems.caseTypes(), expr.span);
    return errorExpr(expr.span);
  }
  const type = withNullable(common, common.nullable || otherwise === undefined);
  return {
    kind: 'case',
    branches: branches.map((b) => ({ when: b.when, then: castTo(b.then, type) })),
    otherwise: otherwise === undefined ? literal(null, withNullable(type, true)) : castTo(otherwise, type),
    type,
    span: expr.span,
  };
}

function bindCast(expr: ExprOf<'cast'>, env: ExprEnv): BoundExpr {
  const operand = bindExpr(expr.operand, env);
  const target = bindType(expr.type, env.cx, 'cast');
  if (isError(operand) || target.kind === 'ERROR') return errorExpr(expr.span);
  const from = operand.type;
  const nullable = expr.safe || from.nullable || from.kind === 'NULL';
  const type: LogicalType = withNullable(target, nullable);
  if (from.kind !== 'NULL' && !supportsExplicitCast(from, type)) {
    const problem =
      isTimestamp(from) && isNumeric(type)
        ? problems.castTimestampNumeric()
        : isNumeric(from) && isTimestamp(type)
          ? problems.castNumericTimestamp()
          : problems.cannotCast(typeToDigest(from), typeToDigest(type));
    env.cx.report(problem, expr.span);
    return errorExpr(expr.span);
  }
  if (operand.kind === 'literal' && from.kind === 'NULL') return literal(null, type, expr.span);
  if (sameType(from, type) && !('timeAttribute' in from && from.timeAttribute !== undefined)) return operand;
  return { kind: 'cast', operand, safe: expr.safe, implicit: false, type, span: expr.span };
}

function bindItem(expr: ExprOf<'item'>, env: ExprEnv): BoundExpr {
  const operand = bindExpr(expr.operand, env);
  const index = bindExpr(expr.index, env);
  if (operand.type.kind === 'ROW' && index.kind === 'literal' && !isError(index)) {
    const position =
      typeof index.value === 'number' ? index.value - 1 : operand.type.fields.findIndex((f) => f.name === index.value);
    const field = operand.type.fields[position];
    if (field !== undefined) {
      return {
        kind: 'field',
        operand,
        index: position,
        type: withNullable(field.type, field.type.nullable || operand.type.nullable),
        span: expr.span,
      };
    }
  }
  return callFunction('ITEM', [operand, index], expr.span, env.cx);
}

/** What `*` or `t.*` stands for: expressions with their names. Reports when it stands for nothing. */
export function expandStar(
  expr: ExprOf<'star'>,
  env: ExprEnv,
): readonly { readonly expr: BoundExpr; readonly name: string; readonly columns: readonly ColumnMeaning[] }[] {
  const { scope, cx } = env;
  const qualifier = expr.qualifier;
  if (qualifier === undefined) {
    if (scope.tables.length === 0) {
      cx.report(problems.starNeedsFrom(), expr.span);
      return [];
    }
    const hidden = new Set(scope.merged.flatMap((m) => m.sources));
    const merged = scope.merged.map((m) => ({ expr: m.expr, name: m.name, columns: mergedColumns(scope, m) }));
    const plain = scope.tables.flatMap((t) =>
      t.fields.map((f, i) => ({
        expr: { kind: 'input' as const, index: t.offset + i, type: f.type, span: expr.span },
        name: f.name,
        columns: [{ table: t, index: i }],
        index: t.offset + i,
      })),
    );
    return [...merged, ...plain.filter((p) => !hidden.has(p.index))];
  }
  const table = scope.tables.find((t) => matchesTable(t, qualifier.parts));
  if (table !== undefined) {
    cx.listener?.star(expr, table);
    return table.fields.map((f, i) => ({
      expr: { kind: 'input', index: table.offset + i, type: f.type, span: expr.span },
      name: f.name,
      columns: [{ table, index: i }],
    }));
  }
  const row = cx.silently(() => resolveColumn(qualifier, scope, cx));
  const type: LogicalType = isError(row) ? errorType() : row.type;
  if (type.kind === 'ROW') {
    return type.fields.map((f, index) => ({
      expr: {
        kind: 'field',
        operand: row,
        index,
        type: withNullable(f.type, f.type.nullable || type.nullable),
        span: expr.span,
      },
      name: f.name,
      columns: [],
    }));
  }
  if (!scope.tables.some((t) => t.open))
    cx.report(problems.starUnknown(qualifier.parts.map((p) => p.name).join('.')), qualifier.span);
  return [];
}
