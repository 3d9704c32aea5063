/**
 * Turns sub-queries and LATERAL into joins. Flink: `FlinkSubQueryRemoveRule`, `SubQueryDecorrelator`,
 * `FlinkDecorrelateProgram`.
 *
 *   EXISTS, IN          semi join            NOT EXISTS, NOT IN   anti join
 *   (SELECT …)          left join with its single row
 *   LATERAL (SELECT …)  inner or left join on what it was correlated by
 *
 * NOT IN compares with NULLs in mind: one NULL on the right makes every comparison UNKNOWN.
 */
import { bigintType, booleanType, withNullable } from '../../../data/type-rules.ts';
import type { BoundExpr, BoundOf } from '../../2-bind/bound-expr.ts';
import {
  booleanLiteral,
  callOf,
  conjunction,
  conjuncts,
  hasSubquery,
  inputRef,
  literal,
  mapInputs,
  mapOperands,
  some,
} from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { allRefs, isCorrelated, mapRelInputs, namesOf, projectOf } from '../../2-bind/rel-tools.ts';
import { aggregateFunction } from '../../functions/registry.ts';
import type { PassMemo } from './pass-memo.ts';
import { NotDecorrelated, pullCorrelated } from './pull-correlated.ts';

/** Removes all sub-queries of a tree. Throws `NotDecorrelated`. */
export function removeSubqueries(rel: Rel, memo: PassMemo): Rel {
  return memo.of('subqueries', rel, (r) => removeHere(r, memo));
}

function removeHere(rel: Rel, memo: PassMemo): Rel {
  const inside = mapRelInputs(rel, (input) => removeSubqueries(input, memo));
  switch (inside.kind) {
    case 'filter':
      return hasSubquery(inside.condition) ? filterWith(inside, memo) : inside;
    case 'project':
      return inside.exprs.some(hasSubquery) ? projectWith(inside, memo) : inside;
    case 'correlate':
      return lateral(inside);
    case 'join':
      if (hasSubquery(inside.condition)) throw new NotDecorrelated();
      return inside;
    default:
      return inside;
  }
}

function filterWith(filter: RelOf<'filter'>, memo: PassMemo): Rel {
  const width = filter.input.schema.length;
  let input = filter.input;
  const rest: BoundExpr[] = [];
  for (const condition of conjuncts(filter.condition)) {
    const joined = asJoin(input, condition, memo);
    if (joined !== undefined) input = joined;
    else rest.push(condition);
  }
  if (rest.length === 0) return input;
  const scalars = joinScalars(input, rest, true, memo);
  const kept: Rel = {
    ...filter,
    input: scalars.rel,
    condition: conjunction(scalars.exprs),
    schema: scalars.rel.schema,
  };
  return scalars.rel === input
    ? { ...kept, schema: filter.schema }
    : projectOf(kept, allRefs(filter.schema.slice(0, width)), namesOf(filter.schema));
}

/** EXISTS and IN at the top of a condition, possibly under NOT. */
function asJoin(left: Rel, condition: BoundExpr, memo: PassMemo): Rel | undefined {
  if (condition.kind === 'exists') return semiJoin('semi', left, condition.rel, [], memo);
  if (condition.kind === 'in-subquery') return inJoin('semi', left, condition, memo);
  if (condition.kind !== 'call' || condition.fn.name !== 'NOT') return undefined;
  const [negated] = condition.args;
  if (negated?.kind === 'exists') return semiJoin('anti', left, negated.rel, [], memo);
  return negated?.kind === 'in-subquery' ? inJoin('anti', left, negated, memo) : undefined;
}

function inJoin(type: 'semi' | 'anti', left: Rel, test: BoundOf<'in-subquery'>, memo: PassMemo): Rel {
  if (test.operands.some(hasSubquery)) throw new NotDecorrelated();
  const width = left.schema.length;
  const pairs = test.operands.map((operand, i) => {
    const field = test.rel.schema[i];
    const right = inputRef(width + i, field?.type ?? operand.type);
    const nullable = operand.type.nullable || right.type.nullable;
    const equal = callOf('=', [operand, right], booleanType(nullable));
    if (type === 'semi' || !nullable) return equal;
    // NOT IN: a comparison that is UNKNOWN keeps the row out as one that is TRUE does.
    const unknowns = [operand, right]
      .filter((e) => e.type.nullable)
      .map((e) => callOf('IS NULL', [e], booleanType(false)));
    return { kind: 'or', operands: [equal, ...unknowns], type: booleanType(true) } satisfies BoundExpr;
  });
  return semiJoin(type, left, test.rel, pairs, memo);
}

/** `pairs` are over left columns, then the columns of `right` as it stands. */
function semiJoin(type: 'semi' | 'anti', left: Rel, right: Rel, pairs: readonly BoundExpr[], memo: PassMemo): Rel {
  const width = left.schema.length;
  const inner = removeSubqueries(right, memo);
  const pulled = pullCorrelated(inner, { existence: true });
  const conditions = [...pairs, ...pulled.conditions.map((c) => overJoin(c, width))];
  return {
    kind: 'join',
    type,
    left,
    right: pulled.rel,
    condition: conjunction(conditions),
    hints: {},
    schema: left.schema,
  };
}

/** A pulled condition (inner columns as inputs, outer ones correlated) over left, then right columns. */
export function overJoin(condition: BoundExpr, leftWidth: number): BoundExpr {
  const map = (e: BoundExpr): BoundExpr => {
    if (e.kind === 'input') return { ...e, index: e.index + leftWidth };
    if (e.kind !== 'correlated') return mapOperands(e, map);
    return e.depth === 1 ? inputRef(e.index, e.type, e.span) : { ...e, depth: e.depth - 1 };
  };
  return map(condition);
}

function projectWith(project: RelOf<'project'>, memo: PassMemo): Rel {
  const { rel, exprs } = joinScalars(project.input, project.exprs, false, memo);
  return { ...project, input: rel, exprs };
}

/**
 * Joins the scalar sub-queries of expressions to their input and reads their columns instead.
 * `asFilter`: only TRUE counts, so that UNKNOWN may as well be FALSE.
 */
function joinScalars(
  input: Rel,
  exprs: readonly BoundExpr[],
  asFilter: boolean,
  memo: PassMemo,
): { readonly rel: Rel; readonly exprs: readonly BoundExpr[] } {
  let rel = input;
  const take = (joined: Joined): BoundExpr => {
    rel = joined.rel;
    return joined.value;
  };
  const replace = (expr: BoundExpr, onlyTrueCounts: boolean): BoundExpr => {
    if (expr.kind === 'scalar-subquery') return take(scalarJoin(rel, expr, memo));
    if (expr.kind === 'exists') return take(markJoin(rel, expr, memo));
    if (expr.kind === 'in-subquery') {
      return take(onlyTrueCounts || !expr.type.nullable ? markJoin(rel, expr, memo) : threeValuedIn(rel, expr, memo));
    }
    if (!some(expr, (e) => e.kind === 'scalar-subquery' || e.kind === 'exists' || e.kind === 'in-subquery'))
      return expr;
    const deeper = onlyTrueCounts && (expr.kind === 'and' || expr.kind === 'or');
    return mapOperands(expr, (operand) => replace(operand, deeper));
  };
  const mapped = exprs.map((e) => replace(e, asFilter));
  return { rel, exprs: mapped };
}

interface Joined {
  readonly rel: Rel;
  readonly value: BoundExpr;
}

function scalarJoin(left: Rel, subquery: BoundOf<'scalar-subquery'>, memo: PassMemo): Joined {
  const width = left.schema.length;
  const inner = removeSubqueries(subquery.rel, memo);
  const pulled = pullCorrelated(inner, { existence: false, outer: left });
  const single = isSingleRow(inner)
    ? pulled.rel
    : singleValue(pulled.rel, pulled.conditions.length === 0 ? [] : pulled.rel.schema.slice(1).map((_, i) => i + 1));
  const type = withNullable(subquery.type, true);
  const rel: Rel = {
    kind: 'join',
    type: 'left',
    left,
    right: single,
    condition: conjunction(pulled.conditions.map((c) => overJoin(c, width))),
    hints: {},
    schema: [...left.schema, ...single.schema.map((f) => ({ ...f, type: withNullable(f.type, true) }))],
  };
  const value: BoundExpr = inputRef(width, type);
  // COUNT of no rows is 0, but a group that does not exist gives no row to join with.
  if (pulled.conditions.length > 0 && isBareCount(inner)) {
    const zero = literal(0, withNullable(type, false));
    const missing = callOf('IS NULL', [value], booleanType(false));
    return {
      rel,
      value: { kind: 'case', branches: [{ when: missing, then: withNullableType(zero) }], otherwise: value, type },
    };
  }
  return { rel, value };
}

function withNullableType(expr: BoundOf<'literal'>): BoundExpr {
  return { ...expr, type: withNullable(expr.type, true) };
}

function isBareCount(rel: Rel): boolean {
  if (rel.kind === 'project') return rel.exprs.length === 1 && rel.exprs[0]?.kind === 'input' && isBareCount(rel.input);
  return rel.kind === 'aggregate' && rel.keys.length === 0 && rel.calls[0]?.fn.name === 'COUNT';
}

/** A global aggregate gives exactly one row. */
function isSingleRow(rel: Rel): boolean {
  if (rel.kind === 'project') return isSingleRow(rel.input);
  if (rel.kind === 'values') return rel.rows.length === 1;
  return rel.kind === 'aggregate' && rel.keys.length === 0 && rel.groupWindow === undefined;
}

/** SINGLE_VALUE fails the job when the sub-query gives a second row. */
function singleValue(rel: Rel, keys: readonly number[]): Rel {
  const fn = aggregateFunction('SINGLE_VALUE');
  const field = rel.schema[0];
  if (fn === undefined || field === undefined) throw new NotDecorrelated();
  const type = withNullable(field.type, true);
  const aggregate: Rel = {
    kind: 'aggregate',
    input: rel,
    keys,
    calls: [{ fn, args: [0], argTypes: [field.type], distinct: false, type, name: field.name }],
    schema: [...keys.flatMap((k) => rel.schema[k] ?? []), { name: field.name, type }],
  };
  // The value first, then the keys, as the rest expects it.
  const order = [keys.length, ...keys.keys()];
  return projectOf(
    aggregate,
    order.map((i) => inputRef(i, aggregate.schema[i]?.type ?? type)),
    order.map((i) => aggregate.schema[i]?.name ?? ''),
  );
}

/** EXISTS or IN inside a larger expression: a left join with the distinct matches, and a marker. UNKNOWN comes out as FALSE. */
function markJoin(left: Rel, test: BoundOf<'exists' | 'in-subquery'>, memo: PassMemo): Joined {
  const width = left.schema.length;
  const inner = removeSubqueries(test.rel, memo);
  const pulled = pullCorrelated(inner);
  const operands = test.kind === 'in-subquery' ? test.operands : [];
  const compared = operands.map((_, i) => i);
  const extra = pulled.rel.schema.map((_, i) => i).filter((i) => i >= inner.schema.length);
  const columns = [...compared, ...extra];
  const narrowed = projectOf(
    pulled.rel,
    columns.map((i) => inputRef(i, pulled.rel.schema[i]?.type ?? booleanType())),
    columns.map((i) => pulled.rel.schema[i]?.name ?? ''),
  );
  const distinct: Rel = {
    kind: 'aggregate',
    input: narrowed,
    keys: narrowed.schema.map((_, i) => i),
    calls: [],
    schema: narrowed.schema,
  };
  const marked = projectOf(
    distinct,
    [...allRefs(distinct.schema), booleanLiteral(true)],
    [...namesOf(distinct.schema), '$mark'],
  );
  const position = new Map(columns.map((c, i) => [c, i] as const));
  const conditions = [
    ...operands.map((o, i) =>
      callOf('=', [o, inputRef(width + i, marked.schema[i]?.type ?? o.type)], booleanType(true)),
    ),
    ...pulled.conditions.map((c) =>
      overJoin(
        mapInputs(c, (ref) => ({ ...ref, index: position.get(ref.index) ?? ref.index })),
        width,
      ),
    ),
  ];
  const markIndex = width + marked.schema.length - 1;
  const rel: Rel = {
    kind: 'join',
    type: 'left',
    left,
    right: marked,
    condition: conjunction(conditions),
    hints: {},
    schema: [...left.schema, ...marked.schema.map((f) => ({ ...f, type: withNullable(f.type, true) }))],
  };
  return { rel, value: callOf('IS NOT NULL', [inputRef(markIndex, booleanType(true))], booleanType(false)) };
}

/**
 * IN where UNKNOWN matters: how many rows the sub-query has, and how many of them are not NULL, decide
 * between FALSE and UNKNOWN. Calcite: `SubQueryRemoveRule.rewriteIn`.
 */
function threeValuedIn(left: Rel, test: BoundOf<'in-subquery'>, memo: PassMemo): Joined {
  const [operand, ...more] = test.operands;
  const inner = removeSubqueries(test.rel, memo);
  const column = inner.schema[0];
  const count = aggregateFunction('COUNT');
  if (operand === undefined || more.length > 0 || column === undefined || count === undefined || isCorrelated(inner))
    throw new NotDecorrelated();
  const width = left.schema.length;
  const whole = bigintType(false);
  const counts: Rel = {
    kind: 'aggregate',
    input: inner,
    keys: [],
    calls: [
      { fn: count, args: [], argTypes: [], distinct: false, type: whole, name: 'c' },
      { fn: count, args: [0], argTypes: [column.type], distinct: false, type: whole, name: 'ck' },
    ],
    schema: [
      { name: 'c', type: whole },
      { name: 'ck', type: whole },
    ],
  };
  const counted: Rel = {
    kind: 'join',
    type: 'inner',
    left,
    right: counts,
    condition: booleanLiteral(true),
    hints: {},
    schema: [...left.schema, ...counts.schema],
  };
  const marked = markJoin(counted, { ...test, rel: inner }, memo);
  const [all, known] = [inputRef(width, whole), inputRef(width + 1, whole)];
  const type = booleanType(true);
  const unknown = literal(null, type);
  const nullOperand = callOf('IS NULL', [operand], booleanType(false));
  const value: BoundExpr = {
    kind: 'case',
    branches: [
      { when: callOf('=', [all, literal(0, whole)], booleanType(false)), then: literal(false, type) },
      { when: marked.value, then: literal(true, type) },
      { when: nullOperand, then: unknown },
      { when: callOf('<', [known, all], booleanType(false)), then: unknown },
    ],
    otherwise: literal(false, type),
    type,
  };
  return { rel: marked.rel, value };
}

/** LATERAL: UNNEST and table functions stay, a query becomes a join. */
function lateral(rel: RelOf<'correlate'>): Rel {
  if (isUnnestChain(rel.right)) return rel;
  const width = rel.left.schema.length;
  const rightWidth = rel.right.schema.length;
  // Computing with left columns in the select list is done after the join.
  if (
    rel.type === 'inner' &&
    rel.right.kind === 'project' &&
    rel.right.exprs.some((e) => some(e, (x) => x.kind === 'correlated'))
  ) {
    const below = rel.right.input;
    const joined = lateral({ ...rel, right: below, schema: [...rel.left.schema, ...below.schema] });
    return projectOf(
      joined,
      [...allRefs(rel.left.schema), ...rel.right.exprs.map((e) => overJoin(e, width))],
      namesOf(rel.schema),
    );
  }
  const pulled = isCorrelated(rel.right)
    ? pullCorrelated(rel.right, { existence: false, outer: rel.left })
    : { rel: rel.right, conditions: [] };
  const schema = [
    ...rel.left.schema,
    ...pulled.rel.schema.map((f) => (rel.type === 'left' ? { ...f, type: withNullable(f.type, true) } : f)),
  ];
  const join: Rel = {
    kind: 'join',
    type: rel.type,
    left: rel.left,
    right: pulled.rel,
    condition: conjunction(pulled.conditions.map((c) => overJoin(c, width))),
    hints: {},
    schema,
  };
  if (pulled.rel.schema.length === rightWidth) return { ...join, schema: rel.schema, nodeId: rel.nodeId } as Rel;
  return projectOf(join, allRefs(schema.slice(0, width + rightWidth)), namesOf(rel.schema));
}

/** Projections and filters over UNNEST or a table function. */
export function isUnnestChain(rel: Rel): boolean {
  if (rel.kind === 'project' || rel.kind === 'filter') return isUnnestChain(rel.input);
  return rel.kind === 'unnest' || rel.kind === 'table-function';
}
