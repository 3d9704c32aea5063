/**
 * Takes the conditions that refer to the query outside out of a sub-query, so that they can become a
 * join condition. What the conditions need of the inside is added to its output columns, at the end.
 * Flink: `SubQueryDecorrelator`, Calcite: `RelDecorrelator`.
 */

import { booleanType } from '../../../data/type-rules.ts';
import type { BoundExpr } from '../../2-bind/bound-expr.ts';
import { callOf, conjunction, conjuncts, inputRef, mapInputs, mapOperands, some } from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { isCorrelated, projectOf } from '../../2-bind/rel-tools.ts';

/** Thrown and caught inside normalisation only: the query has a form that cannot be decorrelated. */
export class NotDecorrelated extends Error {}

/** A relation without correlation, and the conditions over its columns (inputs) and the outside (correlated). */
export interface Pulled {
  readonly rel: Rel;
  readonly conditions: readonly BoundExpr[];
}

/** How the pulled relation is used. */
export interface PullUse {
  /** Only whether there is a match counts, not how many. */
  readonly existence: boolean;
  /** The query outside, whose values a condition that is no equality must be tried for one by one. */
  readonly outer?: Rel;
}

/** Pulls all correlated conditions out of `rel`. Its own columns stay first. Throws `NotDecorrelated`. */
export function pullCorrelated(rel: Rel, use: PullUse = { existence: false }): Pulled {
  if (!isCorrelated(rel)) return { rel, conditions: [] };
  switch (rel.kind) {
    case 'filter': {
      const input = pullCorrelated(rel.input, use);
      const all = conjuncts(rel.condition);
      const outside = all.filter(isOuter);
      const inside = all.filter((c) => !isOuter(c));
      const kept: Rel =
        inside.length === 0
          ? input.rel
          : {
              kind: 'filter',
              input: input.rel,
              condition: conjunction(inside),
              schema: input.rel.schema,
              span: rel.span,
            };
      return { rel: kept, conditions: [...input.conditions, ...outside] };
    }
    case 'project':
      return pullProject(rel, use);
    case 'aggregate':
      return pullAggregate(rel, use);
    case 'join':
      return pullJoin(rel, use);
    case 'sort':
      return pullSort(rel, use);
    default:
      throw new NotDecorrelated();
  }
}

function isOuter(expr: BoundExpr): boolean {
  return some(expr, (e) => e.kind === 'correlated');
}

function pullProject(rel: RelOf<'project'>, use: PullUse): Pulled {
  if (rel.exprs.some(isOuter)) throw new NotDecorrelated();
  const input = pullCorrelated(rel.input, use);
  const exprs: BoundExpr[] = [...rel.exprs];
  const names = rel.schema.map((f) => f.name);
  const position = (column: number): number => {
    const found = exprs.findIndex((e) => e.kind === 'input' && e.index === column);
    if (found !== -1) return found;
    const field = input.rel.schema[column];
    if (field === undefined) throw new NotDecorrelated();
    names.push(field.name);
    return exprs.push(inputRef(column, field.type)) - 1;
  };
  const conditions = input.conditions.map((c) => mapInputs(c, (ref) => ({ ...ref, index: position(ref.index) })));
  return { rel: projectOf(input.rel, exprs, names, rel.span), conditions };
}

/** Conditions that equate an inner column with the outside make that column a further group key. */
function pullAggregate(rel: RelOf<'aggregate'>, use: PullUse): Pulled {
  if (rel.groupWindow !== undefined) throw new NotDecorrelated();
  const input = pullCorrelated(rel.input);
  if (!input.conditions.every(isEquality)) return aggregatePerValue(rel, input, use.outer);
  const keys = [...rel.keys];
  const added: number[] = [];
  const conditions = input.conditions.map((c) => {
    if (!isEquality(c)) throw new NotDecorrelated();
    return mapInputs(c, (ref) => {
      let position = keys.indexOf(ref.index);
      if (position === -1) position = keys.length + added.length;
      if (!keys.includes(ref.index)) {
        const again = added.indexOf(ref.index);
        if (again === -1) added.push(ref.index);
        else position = keys.length + again;
      }
      return { ...ref, index: position };
    });
  });
  const allKeys = [...keys, ...added];
  const callCount = rel.calls.length;
  const schema = [
    ...allKeys.flatMap((k) => input.rel.schema[k] ?? []),
    ...rel.calls.map((c) => ({ name: c.name, type: c.type })),
  ];
  const grouped: Rel = { ...rel, input: input.rel, keys: allKeys, schema };
  if (added.length === 0) return { rel: grouped, conditions };
  // The aggregate's own columns first, then the added keys.
  const order = [
    ...keys.keys(),
    ...Array.from({ length: callCount }, (_, i) => allKeys.length + i),
    ...added.map((_, i) => keys.length + i),
  ];
  const moved = projectOf(
    grouped,
    order.map((i) => inputRef(i, schema[i]?.type ?? { kind: 'ERROR', nullable: true })),
    order.map((i) => schema[i]?.name ?? ''),
  );
  return {
    rel: moved,
    conditions: conditions.map((c) => mapInputs(c, (ref) => ({ ...ref, index: order.indexOf(ref.index) }))),
  };
}

/**
 * The distinct outer values are joined in, and the aggregate groups by them: one result for each.
 * Calcite: the value generator of `RelDecorrelator`.
 */
function aggregatePerValue(rel: RelOf<'aggregate'>, input: Pulled, outer: Rel | undefined): Pulled {
  const columns: number[] = [];
  const collect = (e: BoundExpr): BoundExpr => {
    if (e.kind === 'correlated') {
      if (e.depth !== 1) throw new NotDecorrelated();
      if (!columns.includes(e.index)) columns.push(e.index);
    }
    return mapOperands(e, collect);
  };
  input.conditions.forEach(collect);
  if (outer === undefined || columns.some((c) => outer.schema[c] === undefined)) throw new NotDecorrelated();
  const fields = columns.flatMap((c) => outer.schema[c] ?? []);
  const values = projectOf(
    outer,
    columns.map((c, i) => inputRef(c, fields[i]?.type ?? booleanType())),
    fields.map((f) => f.name),
  );
  const generator: Rel = { kind: 'aggregate', input: values, keys: fields.map((_, i) => i), calls: [], schema: fields };
  const width = input.rel.schema.length;
  const overBoth = (e: BoundExpr): BoundExpr =>
    e.kind === 'correlated' ? inputRef(width + columns.indexOf(e.index), e.type) : mapOperands(e, overBoth);
  const joined: Rel = {
    kind: 'join',
    type: 'inner',
    left: input.rel,
    right: generator,
    condition: conjunction(input.conditions.map(overBoth)),
    hints: {},
    schema: [...input.rel.schema, ...fields],
  };
  const keys = [...rel.keys, ...fields.map((_, i) => width + i)];
  const schema = [
    ...keys.flatMap((k) => joined.schema[k] ?? []),
    ...rel.calls.map((c) => ({ name: c.name, type: c.type })),
  ];
  const grouped: Rel = { ...rel, input: joined, keys, schema };
  const own = rel.keys.length;
  const order = [...rel.keys.keys(), ...rel.calls.map((_, i) => keys.length + i), ...fields.map((_, i) => own + i)];
  const moved = projectOf(
    grouped,
    order.map((i) => inputRef(i, schema[i]?.type ?? booleanType())),
    order.map((i) => schema[i]?.name ?? ''),
  );
  const conditions = columns.map((c, i) => {
    const type = fields[i]?.type ?? booleanType();
    const value = inputRef(own + rel.calls.length + i, type);
    return callOf(
      'IS NOT DISTINCT FROM',
      [{ kind: 'correlated', depth: 1, index: c, type }, value],
      booleanType(false),
    );
  });
  return { rel: moved, conditions };
}

function isEquality(condition: BoundExpr): boolean {
  if (condition.kind !== 'call' || condition.fn.name !== '=') return false;
  const [a, b] = condition.args;
  return a !== undefined && b !== undefined && isOuter(a) !== isOuter(b);
}

function pullJoin(rel: RelOf<'join'>, use: PullUse): Pulled {
  // Where only existence counts, a semi join inside may be an inner one, whose right columns can be compared outside.
  if (rel.type === 'semi' && use.existence) {
    return pullJoin({ ...rel, type: 'inner', schema: [...rel.left.schema, ...rel.right.schema] }, use);
  }
  const leftOnly = rel.type === 'left' || rel.type === 'semi' || rel.type === 'anti';
  if (rel.type !== 'inner' && !leftOnly) throw new NotDecorrelated();
  const own = conjuncts(rel.condition);
  const outside = own.filter(isOuter);
  if (leftOnly && (outside.length > 0 || isCorrelated(rel.right))) throw new NotDecorrelated();
  const left = pullCorrelated(rel.left, use);
  const right = pullCorrelated(rel.right, use);
  const before = rel.left.schema.length;
  const width = left.rel.schema.length;
  const shift = (e: BoundExpr): BoundExpr =>
    mapInputs(e, (ref) => ({ ...ref, index: ref.index < before ? ref.index : ref.index - before + width }));
  const condition = conjunction(own.filter((c) => !isOuter(c)).map(shift));
  const semi = rel.type === 'semi' || rel.type === 'anti';
  const schema = [...left.rel.schema, ...(semi ? [] : right.rel.schema.map((f, i) => rel.schema[before + i] ?? f))];
  const joined: Rel = { ...rel, left: left.rel, right: right.rel, condition, schema };
  const pulled = [
    ...left.conditions,
    ...right.conditions.map((c) => mapInputs(c, (ref) => ({ ...ref, index: ref.index + width }))),
    ...outside.map(shift),
  ];
  // The join's own columns first: those that the left side gained go to the end.
  if (width === before) return { rel: joined, conditions: pulled };
  const rightWidth = semi ? 0 : rel.right.schema.length;
  const order = [
    ...Array.from({ length: before }, (_, i) => i),
    ...Array.from({ length: rightWidth }, (_, i) => width + i),
    ...Array.from({ length: width - before }, (_, i) => before + i),
    ...Array.from({ length: semi ? 0 : right.rel.schema.length - rightWidth }, (_, i) => width + rightWidth + i),
  ];
  const moved = projectOf(
    joined,
    order.map((i) => inputRef(i, schema[i]?.type ?? { kind: 'ERROR', nullable: true })),
    order.map((i) => schema[i]?.name ?? ''),
  );
  return {
    rel: moved,
    conditions: pulled.map((c) => mapInputs(c, (ref) => ({ ...ref, index: order.indexOf(ref.index) }))),
  };
}

/** ORDER BY … LIMIT n for each outer row is the Top-N of each group of equal correlation columns. */
function pullSort(rel: RelOf<'sort'>, use: PullUse): Pulled {
  const input = pullCorrelated(rel.input);
  if (rel.limit === undefined && rel.offset === undefined) return input;
  // Flink can take apart the first row of each group only. Calcite: `RelDecorrelator.decorrelateFetchOneSort`.
  if (!input.conditions.every(isEquality) || rel.limit !== 1 || (rel.offset ?? 0) > 0) throw new NotDecorrelated();
  if (use.outer === undefined || !isDistinctOn(use.outer, input.conditions)) throw new NotDecorrelated();
  const partition = new Set<number>();
  for (const c of input.conditions) {
    mapInputs(c, (ref) => {
      partition.add(ref.index);
      return ref;
    });
  }
  const start = (rel.offset ?? 0) + 1;
  const rank: Rel = {
    kind: 'rank',
    input: input.rel,
    fn: 'ROW_NUMBER',
    partitionBy: [...partition],
    orderBy: rel.collations,
    start,
    end: rel.limit === undefined ? Number.MAX_SAFE_INTEGER : start + rel.limit - 1,
    outputRank: false,
    schema: input.rel.schema,
    span: rel.span,
  };
  // What was equal for the filter inside becomes "not distinct" for the join outside: NULL finds NULL.
  const conditions = input.conditions.map((c) =>
    c.kind === 'call' ? callOf('IS NOT DISTINCT FROM', c.args, booleanType(false)) : c,
  );
  return { rel: rank, conditions };
}

/** Flink takes LIMIT 1 of each group apart only when the outer rows are distinct in what they compare. */
function isDistinctOn(outer: Rel, conditions: readonly BoundExpr[]): boolean {
  const columns = new Set<number>();
  const collect = (e: BoundExpr): BoundExpr => {
    if (e.kind === 'correlated' && e.depth === 1) columns.add(e.index);
    return mapOperands(e, collect);
  };
  conditions.forEach(collect);
  let rel = outer;
  let at = [...columns];
  while (rel.kind === 'project') {
    const exprs = rel.exprs;
    at = at.flatMap((c) => {
      const e = exprs[c];
      return e?.kind === 'input' ? [e.index] : [];
    });
    rel = rel.input;
  }
  return rel.kind === 'aggregate' && rel.keys.every((_, i) => at.includes(i));
}
