/**
 * Set operations in terms of joins, aggregates and UNION ALL, as Flink rewrites them:
 *
 *   UNION          DISTINCT over UNION ALL
 *   INTERSECT      DISTINCT over a semi join on all columns (NULL equals NULL)
 *   EXCEPT         DISTINCT over an anti join on all columns
 *   INTERSECT ALL  counts per side, then min(left, right) copies of each row
 *   EXCEPT ALL     sum of +1 and -1, then that many copies of each row
 *
 * Flink: `ReplaceIntersectWithSemiJoinRule`, `ReplaceMinusWithAntiJoinRule`, `RewriteIntersectAllRule`, `RewriteMinusAllRule`.
 */
import type { LogicalType } from '../../../data/logical-type.ts';
import { bigintType, booleanType, withNullable } from '../../../data/type-rules.ts';
import type { AggregateCall, BoundExpr } from '../../2-bind/bound-expr.ts';
import { booleanLiteral, callOf, conjunction, inputRef, literal } from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { allRefs, filterOf, namesOf, projectOf } from '../../2-bind/rel-tools.ts';
import { aggregateFunction } from '../../functions/registry.ts';

/** Rewrites one set operation; UNION ALL stays. */
export function rewriteSetOperation(rel: RelOf<'set-operation'>): Rel {
  const { operator, all } = rel;
  if (operator === 'union')
    return all ? rel : ({ ...distinct({ ...rel, all: true }), schema: rel.schema, nodeId: rel.nodeId } as Rel);
  const [first, ...rest] = rel.inputs;
  if (first === undefined) return rel;
  return rest.reduce<Rel>((left, right) => {
    if (all) return operator === 'intersect' ? intersectAll(left, right, rel) : exceptAll(left, right, rel);
    return distinct(matchAll(operator === 'intersect' ? 'semi' : 'anti', left, right));
  }, first);
}

function distinct(rel: Rel): Rel {
  return { kind: 'aggregate', input: rel, keys: rel.schema.map((_, i) => i), calls: [], schema: rel.schema };
}

function matchAll(type: 'semi' | 'anti', left: Rel, right: Rel): Rel {
  const width = left.schema.length;
  const tests = left.schema.map((f, i) => {
    const r = right.schema[i]?.type ?? f.type;
    return callOf('IS NOT DISTINCT FROM', [inputRef(i, f.type), inputRef(width + i, r)], booleanType(false));
  });
  return { kind: 'join', type, left, right, condition: conjunction(tests), hints: {}, schema: left.schema };
}

function marked(rel: Rel, markers: readonly BoundExpr[]): Rel {
  return projectOf(
    rel,
    [...allRefs(rel.schema), ...markers],
    [...namesOf(rel.schema), ...markers.map((_, i) => `vcol${i}`)],
  );
}

function unionAll(left: Rel, right: Rel): Rel {
  const schema = left.schema.map((f, i) => ({
    name: f.name,
    type: withNullable(f.type, f.type.nullable || (right.schema[i]?.type.nullable ?? true)),
  }));
  return { kind: 'set-operation', operator: 'union', all: true, inputs: [left, right], schema };
}

function call(name: string, arg: number, argType: LogicalType, type: LogicalType): AggregateCall {
  const fn = aggregateFunction(name);
  if (fn === undefined) throw new Error(`aggregate ${name} exists`);
  return { fn, args: [arg], argTypes: [argType], distinct: false, type, name: `${name.toLowerCase()}${arg}` };
}

function grouped(rel: Rel, width: number, calls: readonly AggregateCall[]): Rel {
  const schema = [...rel.schema.slice(0, width), ...calls.map((c) => ({ name: c.name, type: c.type }))];
  return { kind: 'aggregate', input: rel, keys: Array.from({ length: width }, (_, i) => i), calls, schema };
}

function intersectAll(left: Rel, right: Rel, rel: Rel): Rel {
  const width = left.schema.length;
  const present = booleanLiteral(true);
  const absent = literal(null, booleanType(true));
  const both = unionAll(marked(left, [present, absent]), marked(right, [absent, present]));
  const count = bigintType(false);
  const counts = grouped(both, width, [
    call('COUNT', width, booleanType(true), count),
    call('COUNT', width + 1, booleanType(true), count),
  ]);
  const [l, r] = [inputRef(width, count), inputRef(width + 1, count)];
  const one = literal(1, count);
  const some = filterOf(
    counts,
    conjunction([callOf('>=', [l, one], booleanType(false)), callOf('>=', [r, one], booleanType(false))]),
  );
  const least: BoundExpr = {
    kind: 'case',
    branches: [{ when: callOf('>', [l, r], booleanType(false)), then: r }],
    otherwise: l,
    type: count,
  };
  return replicated(some, least, width, rel);
}

function exceptAll(left: Rel, right: Rel, rel: Rel): Rel {
  const width = left.schema.length;
  const one = bigintType(false);
  const both = unionAll(marked(left, [literal(1, one)]), marked(right, [literal(-1, one)]));
  const sums = grouped(both, width, [call('SUM', width, one, one)]);
  const sum = inputRef(width, one);
  return replicated(filterOf(sums, callOf('>', [sum, literal(0, one)], booleanType(false))), sum, width, rel);
}

/** `count` copies of each row's first `width` columns. */
function replicated(input: Rel, count: BoundExpr, width: number, rel: Rel): Rel {
  const columns = input.schema.slice(0, width);
  const counted = projectOf(
    input,
    [count, ...columns.map((f, i) => inputRef(i, f.type))],
    ['count', ...columns.map((f) => f.name)],
  );
  const args = counted.schema.map((f, i): BoundExpr => ({ kind: 'correlated', depth: 1, index: i, type: f.type }));
  const copies: Rel = { kind: 'table-function', name: 'REPLICATE_ROWS', args, schema: columns };
  const lateral: Rel = {
    kind: 'correlate',
    type: 'inner',
    left: counted,
    right: copies,
    schema: [...counted.schema, ...columns],
  };
  return projectOf(
    lateral,
    columns.map((f, i) => inputRef(counted.schema.length + i, f.type)),
    namesOf(rel.schema),
  );
}
