/**
 * Makes the aggregate node of a SELECT from its collected calls: group keys and arguments are
 * projected, GROUPING SETS expanded, and everything after it rewritten to its output.
 * Calcite: `SqlToRelConverter.AggConverter`, Flink: `DecomposeGroupingSetsRule`.
 */
import { assert } from '../../base/assert.ts';
import type { Field } from '../../data/logical-type.ts';
import { bigintType, withNullable } from '../../data/type-rules.ts';
import type { BoundGroupBy } from './bind-group-by.ts';
import type { AggregateCall, BoundExpr } from './bound-expr.ts';
import {
  AGGREGATE_BASE,
  type ExprEnv,
  GROUPING_BASE,
  OVER_BASE,
  type PendingAggregate,
  type SelectCalls,
  WINDOW_PROPERTY_BASE,
} from './expr-env.ts';
import { callOf, errorExpr, hasSubquery, inputRef, isError, literal, mapInputs, mapOperands } from './expr-tools.ts';
import { problems } from './messages.ts';
import type { Rel } from './rel.ts';
import { projectOf } from './rel-tools.ts';
import { exprKey } from './tree-keys.ts';

/** A relation, and how expressions over the FROM row become expressions over it. */
export interface Built {
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

/** Makes the aggregate node of a SELECT; `rewrite` reports what is not being grouped. */
export function buildAggregate(input: Rel, groupBy: BoundGroupBy | undefined, calls: SelectCalls, env: ExprEnv): Built {
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

/** A collected call whose arguments have columns. `global`: there may be no row at all. */
export function aggregateCall(
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
  // A column of something broken has no key to be found by; what broke it is said already.
  if (isError(expr)) return errorExpr(expr.span);
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
