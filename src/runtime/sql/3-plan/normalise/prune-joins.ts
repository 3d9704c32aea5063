/** Pruning of nodes with two sides; the columns of the right one count from the end of the left. */
import type { BoundExpr } from '../../2-bind/bound-expr.ts';
import { inputsOf, mapInputs, mapOperands } from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { mapRelExprs } from '../../2-bind/rel-tools.ts';
import { exactly, moved, type PrunedRel, type PruneOptions, prune } from './prune-columns.ts';

/** The columns of both sides that are needed, each counted from its own start. */
function sides(needed: ReadonlySet<number>, width: number): [Set<number>, Set<number>] {
  return [
    new Set([...needed].filter((c) => c < width)),
    new Set([...needed].filter((c) => c >= width).map((c) => c - width)),
  ];
}

/** Positions over both sides from positions over each. */
function joined(left: PrunedRel, right: PrunedRel, width: number): Map<number, number> {
  const newWidth = left.rel.schema.length;
  return new Map([...left.at, ...[...right.at].map(([from, to]) => [from + width, to + newWidth] as const)]);
}

function schemaOf(rel: Rel, at: ReadonlyMap<number, number>): Rel['schema'] {
  const order = [...at].sort((a, b) => a[1] - b[1]).map(([from]) => from);
  return order.flatMap((c) => rel.schema[c] ?? []);
}

/** A join keeps what is read above it and what its condition compares. */
export function pruneJoin(rel: RelOf<'join'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const width = rel.left.schema.length;
  const [l, r] = sides(inputsOf(rel.condition, new Set(needed)), width);
  const left = exactly(rel.left, l, options);
  const right = exactly(rel.right, r, options);
  const both = joined(left, right, width);
  const semi = rel.type === 'semi' || rel.type === 'anti';
  const at = semi ? left.at : both;
  const condition = mapInputs(rel.condition, (ref) => ({ ...ref, index: both.get(ref.index) ?? 0 }));
  return { rel: { ...rel, left: left.rel, right: right.rel, condition, schema: schemaOf(rel, at) }, at };
}

/** A temporal join keeps the time attributes of the right side too. */
export function pruneTemporal(
  rel: RelOf<'temporal-join'>,
  needed: ReadonlySet<number>,
  options: PruneOptions,
): PrunedRel {
  const width = rel.left.schema.length;
  const all = inputsOf(rel.period, inputsOf(rel.condition, new Set(needed)));
  const [l, r] = sides(all, width);
  for (const [i, field] of rel.right.schema.entries())
    if ('timeAttribute' in field.type && field.type.timeAttribute !== undefined) r.add(i);
  const left = exactly(rel.left, l, options);
  const right = exactly(rel.right, r, options);
  const at = joined(left, right, width);
  const map = (e: BoundExpr): BoundExpr => mapInputs(e, (ref) => ({ ...ref, index: at.get(ref.index) ?? 0 }));
  return {
    rel: {
      ...rel,
      left: left.rel,
      right: right.rel,
      period: moved(rel.period, left.at),
      condition: map(rel.condition),
      schema: schemaOf(rel, at),
    },
    at,
  };
}

/** LATERAL keeps what the right side reads of the left row. */
export function pruneCorrelate(rel: RelOf<'correlate'>, needed: ReadonlySet<number>, options: PruneOptions): PrunedRel {
  const width = rel.left.schema.length;
  const [l, r] = sides(needed, width);
  const collect = (e: BoundExpr, depth: number): void => {
    if (e.kind === 'correlated' && e.depth === depth) l.add(e.index);
  };
  mapRelExprs(rel.right, 1, (e, depth) => {
    visit(e, (x) => collect(x, depth));
    return e;
  });
  const left = exactly(rel.left, l, options);
  const pruned = prune(rel.right, r, options);
  const right = mapRelExprs(pruned.rel, 1, (e, depth) => mapCorrelatedRefs(e, depth, left.at));
  const at = joined(left, { rel: right, at: pruned.at }, width);
  return { rel: { ...rel, left: left.rel, right, schema: schemaOf(rel, at) }, at };
}

function visit(expr: BoundExpr, see: (e: BoundExpr) => void): void {
  mapTree(expr, (e) => {
    see(e);
    return e;
  });
}

function mapCorrelatedRefs(expr: BoundExpr, depth: number, at: ReadonlyMap<number, number>): BoundExpr {
  return mapTree(expr, (e) =>
    e.kind === 'correlated' && e.depth === depth ? { ...e, index: at.get(e.index) ?? 0 } : e,
  );
}

function mapTree(expr: BoundExpr, map: (e: BoundExpr) => BoundExpr): BoundExpr {
  return mapOperands(map(expr), (operand) => mapTree(operand, map));
}
