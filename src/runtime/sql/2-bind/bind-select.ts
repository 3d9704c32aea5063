/**
 * Binds SELECT. The order is SQL's order of evaluation:
 *
 *   FROM → WHERE → GROUP BY → HAVING → OVER → QUALIFY → select list → DISTINCT → ORDER BY, LIMIT
 *
 * Expressions are bound over the FROM row first, with placeholders for aggregates and OVER calls
 * (`expr-env.ts`); once the aggregate node exists they are rewritten to its output.
 */
import { assert } from '../../base/assert.ts';
import type { Field } from '../../data/logical-type.ts';
import { bigintType, withNullable } from '../../data/type-rules.ts';
import type { Select, SelectItem } from '../1-parse/ast.ts';
import { bindCondition, bindExpr, expandStar } from './bind-expr.ts';
import { bindFrom } from './bind-from.ts';
import { type BoundGroupBy, bindGroupBy } from './bind-group-by.ts';
import { collation, type Ending, exprEnv, type QueryEnv, sortColumn, sortRel } from './bind-query.ts';
import type { AggregateCall, BoundExpr } from './bound-expr.ts';
import {
  AGGREGATE_BASE,
  type ExprEnv,
  GROUPING_BASE,
  OVER_BASE,
  type PendingAggregate,
  SelectCalls,
  WINDOW_PROPERTY_BASE,
} from './expr-env.ts';
import { callOf, errorExpr, hasSubquery, inputRef, isError, literal, mapInputs, mapOperands } from './expr-tools.ts';
import { problems } from './messages.ts';
import type { Collation, OverGroup, Rel } from './rel.ts';
import { allRefs, filterOf, namesOf, projectOf } from './rel-tools.ts';
import type { Scope } from './scope.ts';
import { exprKey } from './tree-keys.ts';

interface Item {
  readonly expr: BoundExpr;
  readonly name: string;
}

/** Binds a SELECT with the ORDER BY and LIMIT that follow it. */
export function bindSelect(select: Select, ending: Ending, env: QueryEnv): Rel {
  const { cx } = env;
  const from = select.from === undefined ? undefined : bindFrom(select.from, env);
  const base: Rel = from?.rel ?? { kind: 'values', rows: [[]], schema: [] };
  const scope: Scope = { tables: from?.tables ?? [], merged: from?.merged ?? [], parent: env.parent };
  const plain = exprEnv(env, scope, 'SELECT');
  let rel = base;
  if (select.where !== undefined) {
    const condition = bindCondition(select.where, { ...plain, clause: 'WHERE' });
    if (!isError(condition)) rel = filterOf(rel, condition, select.whereSpan ?? select.where.span);
  }
  const windows = new Map(select.windows.map((w) => [w.name.name, w.spec] as const));
  const calls = new SelectCalls();
  const groupBy =
    select.groupBy === undefined ? undefined : bindGroupBy(select.groupBy.items, { ...plain, clause: 'GROUP BY' });
  const itemEnv: ExprEnv = {
    ...plain,
    calls,
    allowOver: true,
    windows,
    groupWindow: groupBy?.window,
    groupKeys: groupBy?.keys ?? [],
  };
  const items = bindItems(select.items, itemEnv);
  const aliases = new Map(items.map((i) => [i.name, i.expr] as const));
  const having =
    select.having === undefined
      ? undefined
      : bindCondition(select.having, { ...itemEnv, clause: 'HAVING', allowOver: false });
  const qualify =
    select.qualify === undefined
      ? undefined
      : bindCondition(select.qualify, { ...itemEnv, clause: 'QUALIFY', aliases });
  const sortEnv: ExprEnv = { ...itemEnv, clause: 'ORDER BY', aliases };
  const sorts = ending.orderBy.map((item) => ({ item, column: sortColumn(item, items.length, sortEnv) }));

  let rewrite = (expr: BoundExpr): BoundExpr => expr;
  if (groupBy !== undefined || calls.aggregates.length > 0 || having !== undefined) {
    const grouped = buildAggregate(rel, groupBy, calls, itemEnv);
    rel = grouped.rel;
    rewrite = grouped.rewrite;
  }
  if (having !== undefined && !isError(having)) {
    const condition = rewrite(having);
    if (!isError(condition)) rel = filterOf(rel, condition, select.havingSpan ?? select.having?.span);
  }
  if (calls.overs.length > 0) {
    const over = buildOver(rel, calls, rewrite);
    rel = over.rel;
    const before = rewrite;
    rewrite = (expr) => over.rewrite(before(expr));
  }
  // Flink's rule for it stumbles over the aggregate.
  if (qualify !== undefined && (groupBy !== undefined || calls.aggregates.length > 0)) {
    cx.report(problems.qualifyAggregate(), select.qualify?.span);
  }
  if (qualify !== undefined && !isError(qualify)) rel = filterOf(rel, rewrite(qualify), select.qualify?.span);

  const exprs = items.map((i) => rewrite(i.expr));
  const names = items.map((i) => i.name);
  const projected = projectOf(rel, exprs, names, select.span);
  const distinct = select.quantifier === 'DISTINCT';
  const output: Rel = distinct ? distinctOf(projected) : projected;
  if (ending.orderBy.length === 0 && ending.offset === undefined && ending.limit === undefined) return output;

  // Sort keys that are no output columns are computed beside them and dropped after sorting.
  const hidden: BoundExpr[] = [];
  const collations: Collation[] = [];
  for (const { item, column } of sorts) {
    if (column === undefined) continue;
    if (typeof column === 'number') {
      collations.push(collation(item, column));
      continue;
    }
    const expr = rewrite(column);
    if (isError(expr)) continue;
    const key = exprKey(expr);
    const index = exprs.findIndex((e) => exprKey(e) === key);
    if (index !== -1) collations.push(collation(item, index));
    else if (distinct) cx.report(problems.notGrouped(cx.textOf(item.span)), item.span);
    else if (expr.kind !== 'literal') collations.push(collation(item, exprs.length + hidden.push(expr) - 1));
  }
  if (hidden.length === 0) return sortRel(output, collations, [], ending);
  const wide = projectOf(rel, [...exprs, ...hidden], [...names, ...hidden.map((_, i) => `$sort${i}`)], select.span);
  const sorted = sortRel(wide, collations, [], ending);
  return projectOf(
    sorted,
    wide.schema.slice(0, exprs.length).map((f, i) => inputRef(i, f.type)),
    names,
  );
}

/** SELECT DISTINCT: an aggregate without calls. */
export function distinctOf(rel: Rel): Rel {
  return { kind: 'aggregate', input: rel, keys: rel.schema.map((_, i) => i), calls: [], schema: rel.schema };
}

function bindItems(written: readonly SelectItem[], env: ExprEnv): readonly Item[] {
  const items: Item[] = [];
  for (const item of written) {
    if (item.expr.kind === 'star') {
      items.push(...expandStar(item.expr, env));
      continue;
    }
    const expr = bindExpr(item.expr, env);
    if (expr.type.kind === 'NULL') env.cx.report(problems.illegalNull(), item.span);
    items.push({ expr, name: item.alias?.name ?? naturalName(item) ?? `EXPR$${items.length}` });
  }
  return items;
}

/** The name an expression has by itself: the last part of a column name. Calcite: `SqlValidatorUtil.alias`. */
function naturalName(item: SelectItem): string | undefined {
  let expr = item.expr;
  while (expr.kind === 'paren') expr = expr.operand;
  return expr.kind === 'column' ? expr.name.parts[expr.name.parts.length - 1]?.name : undefined;
}

// ---------------------------------------------------------------- GROUP BY

interface Built {
  readonly rel: Rel;
  readonly rewrite: (expr: BoundExpr) => BoundExpr;
}

/** Aggregates whose result is NULL for no rows, so that a global or filtered call is nullable whatever its argument. */
const NULL_IF_EMPTY = new Set([
  'SUM',
  'MIN',
  'MAX',
  'AVG',
  'STDDEV_POP',
  'STDDEV_SAMP',
  'STDDEV',
  'VAR_POP',
  'VAR_SAMP',
  'VARIANCE',
  'FIRST_VALUE',
  'LAST_VALUE',
  'SINGLE_VALUE',
]);

function buildAggregate(input: Rel, groupBy: BoundGroupBy | undefined, calls: SelectCalls, env: ExprEnv): Built {
  const keys = groupBy?.keys ?? [];
  const columns: BoundExpr[] = [...keys];
  const names = keys.map((k, i) => (k.kind === 'input' ? (input.schema[k.index]?.name ?? `$f${i}`) : `$f${i}`));
  const columnOf = (expr: BoundExpr): number => {
    const key = exprKey(expr);
    // Group keys are not shared with arguments: GROUPING SETS null the keys but not the arguments.
    const found = columns.findIndex((c, i) => i >= keys.length && exprKey(c) === key);
    if (found !== -1) return found;
    names.push(
      expr.kind === 'input' ? (input.schema[expr.index]?.name ?? `$f${columns.length}`) : `$f${columns.length}`,
    );
    return columns.push(expr) - 1;
  };
  const time =
    groupBy?.window === undefined ? undefined : { ...groupBy.window.time, index: columnOf(groupBy.window.timeExpr) };
  const built = calls.aggregates.map((call, i) =>
    aggregateCall(call, `agg$${i}`, keys.length === 0 && groupBy?.window === undefined, columnOf),
  );
  const sets = groupBy?.sets;
  let source: Rel = projectOf(input, columns, names);
  let keyTypes = keys.map((k) => k.type);
  let keyCount = keys.length;
  if (sets !== undefined) {
    keyTypes = keyTypes.map((t, k) => withNullable(t, t.nullable || sets.some((s) => !s.includes(k))));
    source = expandSets(source, keyTypes, sets);
    keyCount += 1;
  }
  const keyFields: Field[] = keyTypes.map((type, i) => ({ name: names[i] ?? '', type }));
  if (sets !== undefined) keyFields.push({ name: '$e', type: bigintType(false) });
  const properties = calls.properties.map((p) => p.property);
  const schema: Field[] = [
    ...keyFields,
    ...built.map((c) => ({ name: c.name, type: c.type })),
    ...calls.properties.map((p, i) => ({ name: `w$${p.property}${i}`, type: p.type })),
  ];
  const keyColumns = [...keys.keys(), ...(sets === undefined ? [] : [source.schema.length - 1])];
  const rel: Rel = {
    kind: 'aggregate',
    input: source,
    keys: keyColumns,
    calls: built,
    schema,
    ...(groupBy?.window === undefined || time === undefined
      ? {}
      : { groupWindow: { window: groupBy.window.window, time }, windowProperties: properties }),
  };
  const keyIndex = new Map(keys.map((k, i) => [exprKey(k), i] as const));
  const rewrite = (expr: BoundExpr): BoundExpr =>
    rewriteGrouped(expr, { keyIndex, keyTypes, keyCount, built, calls, sets, env });
  return { rel, rewrite };
}

function aggregateCall(
  call: PendingAggregate,
  name: string,
  global: boolean,
  columnOf: (e: BoundExpr) => number,
): AggregateCall {
  const nullable = call.type.nullable || (NULL_IF_EMPTY.has(call.fn.name) && (global || call.filter !== undefined));
  return {
    fn: call.fn,
    args: call.args.map(columnOf),
    argTypes: call.args.map((a) => a.type),
    distinct: call.distinct,
    ...(call.filter === undefined ? {} : { filter: columnOf(call.filter) }),
    ...(call.ignoreNulls === undefined ? {} : { ignoreNulls: call.ignoreNulls }),
    literals: call.literals,
    type: withNullable(call.type, nullable),
    name,
    span: call.span,
  };
}

/** One copy of each row per grouping set, absent keys NULL, the set's number in the last column. */
function expandSets(input: Rel, keyTypes: readonly Field['type'][], sets: readonly (readonly number[])[]): Rel {
  const projections = sets.map((set) => [
    ...input.schema.map((f, i): BoundExpr => {
      const type = keyTypes[i];
      return type !== undefined && !set.includes(i) ? literal(null, withNullable(type, true)) : inputRef(i, f.type);
    }),
    literal(groupingSetId(set, keyTypes.length), bigintType(false)),
  ]);
  const schema = [
    ...input.schema.map((f, i) => ({ name: f.name, type: keyTypes[i] ?? f.type })),
    { name: '$e', type: bigintType(false) },
  ];
  return { kind: 'expand', input, projections, schema };
}

/** Bits of absent keys, the first key highest. Flink: `ExpandUtil.genExpandId`. */
function groupingSetId(set: readonly number[], keyCount: number): number {
  return Array.from({ length: keyCount }, (_, i) => (set.includes(i) ? 0 : 1)).reduce<number>(
    (id, bit) => id * 2 + bit,
    0,
  );
}

interface GroupedScope {
  readonly keyIndex: ReadonlyMap<string, number>;
  readonly keyTypes: readonly Field['type'][];
  readonly keyCount: number;
  readonly built: readonly AggregateCall[];
  readonly calls: SelectCalls;
  readonly sets: readonly (readonly number[])[] | undefined;
  readonly env: ExprEnv;
}

/** Rewrites an expression over the FROM row to one over the aggregate's output. */
function rewriteGrouped(expr: BoundExpr, at: GroupedScope): BoundExpr {
  const key = at.keyIndex.get(exprKey(expr));
  if (key !== undefined) return inputRef(key, at.keyTypes[key] ?? expr.type, expr.span);
  if (expr.kind === 'input') return rewriteGroupedInput(expr.index, expr, at);
  if (hasSubquery(expr) && (expr.kind === 'scalar-subquery' || expr.kind === 'exists' || expr.kind === 'in-subquery')) {
    return mapInputs(expr, (ref) => rewriteGrouped(ref, at));
  }
  let failed = false;
  const mapped = mapOperands(expr, (operand) => {
    const next = rewriteGrouped(operand, at);
    failed ||= isError(next) && !isError(operand);
    return next;
  });
  return failed ? errorExpr(expr.span) : mapped;
}

function rewriteGroupedInput(index: number, expr: BoundExpr, at: GroupedScope): BoundExpr {
  if (index >= GROUPING_BASE) return groupingValue(at.calls.groupings[index - GROUPING_BASE] ?? [], at);
  if (index >= WINDOW_PROPERTY_BASE) {
    return inputRef(at.keyCount + at.built.length + index - WINDOW_PROPERTY_BASE, expr.type, expr.span);
  }
  if (index >= OVER_BASE) return expr;
  if (index >= AGGREGATE_BASE) {
    const call = at.built[index - AGGREGATE_BASE];
    assert(call !== undefined, 'an aggregate placeholder names a collected call');
    return inputRef(at.keyCount + index - AGGREGATE_BASE, call.type, expr.span);
  }
  const text = expr.span === undefined ? 'column' : at.env.cx.textOf(expr.span);
  at.env.cx.report(problems.notGrouped(text), expr.span);
  return errorExpr(expr.span);
}

/** GROUPING(a, b): the bits of the absent ones among them, read off the set's number. */
function groupingValue(positions: readonly number[], at: GroupedScope): BoundExpr {
  const { sets } = at;
  if (sets === undefined) return literal(0, bigintType(false));
  const id = inputRef(at.keyCount - 1, bigintType(false));
  const bitsOf = (set: readonly number[]): BoundExpr =>
    literal(
      positions.reduce((bits, p) => bits * 2 + (set.includes(p) ? 0 : 1), 0),
      bigintType(false),
    );
  const [first, ...rest] = sets;
  if (first === undefined) return literal(0, bigintType(false));
  const branches = rest.map((set) => ({
    when: callOf('=', [id, literal(groupingSetId(set, at.keyTypes.length), bigintType(false))], {
      kind: 'BOOLEAN',
      nullable: false,
    }),
    then: bitsOf(set),
  }));
  if (branches.length === 0) return bitsOf(first);
  return { kind: 'case', branches, otherwise: bitsOf(first), type: bigintType(false) };
}

// ---------------------------------------------------------------- OVER

function buildOver(input: Rel, calls: SelectCalls, rewrite: (e: BoundExpr) => BoundExpr): Built {
  const width = input.schema.length;
  const extra: BoundExpr[] = [];
  const columnOf = (expr: BoundExpr): number => {
    if (expr.kind === 'input') return expr.index;
    const key = exprKey(expr);
    const found = extra.findIndex((e) => exprKey(e) === key);
    return width + (found === -1 ? extra.push(expr) - 1 : found);
  };
  const groups: { spec: Omit<OverGroup, 'calls'>; key: string; calls: AggregateCall[]; indexes: number[] }[] = [];
  for (const [index, pending] of calls.overs.entries()) {
    const partitionBy = pending.partitionBy.map((e) => columnOf(rewrite(e)));
    const orderBy = pending.orderBy.map((o) => ({
      index: columnOf(rewrite(o.expr)),
      descending: o.descending,
      nullsFirst: o.nullsFirst,
    }));
    const { call } = pending;
    const args = call.args.map(rewrite);
    const built = aggregateCall(
      { ...call, args, filter: call.filter === undefined ? undefined : rewrite(call.filter) },
      `w0$o${index}`,
      false,
      columnOf,
    );
    const spec = {
      partitionBy,
      orderBy,
      unit: pending.unit,
      following: pending.following,
      ...(pending.preceding === undefined ? {} : { preceding: pending.preceding }),
    };
    const key = JSON.stringify([
      partitionBy,
      orderBy,
      pending.unit,
      pending.preceding ?? null,
      String(pending.following),
    ]);
    const group = groups.find((g) => g.key === key);
    if (group === undefined) groups.push({ spec, key, calls: [built], indexes: [index] });
    else {
      group.calls.push(built);
      group.indexes.push(index);
    }
  }
  const source =
    extra.length === 0
      ? input
      : projectOf(
          input,
          [...allRefs(input.schema), ...extra],
          [...namesOf(input.schema), ...extra.map((_, i) => `$over${i}`)],
        );
  const positions = new Map<number, { index: number; type: Field['type'] }>();
  let next = source.schema.length;
  const schema: Field[] = [...source.schema];
  for (const group of groups) {
    for (const [i, call] of group.calls.entries()) {
      positions.set(group.indexes[i] ?? 0, { index: next, type: call.type });
      schema.push({ name: call.name, type: call.type });
      next += 1;
    }
  }
  const rel: Rel = { kind: 'over', input: source, groups: groups.map((g) => ({ ...g.spec, calls: g.calls })), schema };
  return {
    rel,
    rewrite: (expr) =>
      mapInputs(expr, (ref) => {
        if (ref.index < OVER_BASE || ref.index >= WINDOW_PROPERTY_BASE) return ref;
        const position = positions.get(ref.index - OVER_BASE);
        assert(position !== undefined, 'an OVER placeholder names a collected call');
        return inputRef(position.index, position.type, ref.span);
      }),
  };
}
