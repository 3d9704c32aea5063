/**
 * Pure helpers over bound relations: making nodes with their schemas, walking and rewriting them.
 */
import { unreachable } from '../../base/assert.ts';
import type { Span } from '../../base/span.ts';
import type { Schema } from '../../data/logical-type.ts';
import { sameType } from '../../data/type-rules.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { Rel, RelOf } from './rel.ts';

/** A projection; `names` are the output columns'. */
export function projectOf(
  input: Rel,
  exprs: readonly BoundExpr[],
  names: readonly string[],
  span?: Span,
): RelOf<'project'> {
  const schema = exprs.map((e, i) => ({ name: names[i] ?? `EXPR$${i}`, type: e.type }));
  return span === undefined
    ? { kind: 'project', input, exprs, schema }
    : { kind: 'project', input, exprs, schema, span };
}

/** A filter. */
export function filterOf(input: Rel, condition: BoundExpr, span?: Span): RelOf<'filter'> {
  return { kind: 'filter', input, condition, schema: input.schema, span };
}

/** References to all columns of `schema`, from `offset` on. */
export function allRefs(schema: Schema, offset = 0): BoundExpr[] {
  return schema.map((f, i) => ({ kind: 'input', index: i + offset, type: f.type }));
}

/** Names of all columns. */
export function namesOf(schema: Schema): string[] {
  return schema.map((f) => f.name);
}

/** Whether a projection hands its input on as it is, name for name. */
export function isIdentity(rel: RelOf<'project'>): boolean {
  return (
    rel.exprs.length === rel.input.schema.length &&
    rel.exprs.every(
      (e, i) => e.kind === 'input' && e.index === i && sameType(e.type, rel.input.schema[i]?.type ?? e.type),
    )
  );
}

/** Direct inputs of a node. */
export function relInputs(rel: Rel): readonly Rel[] {
  switch (rel.kind) {
    case 'scan':
    case 'values':
    case 'unnest':
    case 'table-function':
      return [];
    case 'project':
    case 'filter':
    case 'watermark':
    case 'aggregate':
    case 'window-tvf':
    case 'sort':
    case 'over':
    case 'match':
    case 'process-function':
    case 'expand':
    case 'rank':
    case 'changelog-normalize':
      return [rel.input];
    case 'join':
    case 'temporal-join':
    case 'correlate':
      return [rel.left, rel.right];
    case 'set-operation':
      return rel.inputs;
    default:
      return unreachable(rel);
  }
}

/** The same node over other inputs; `rel` itself when nothing changed. Schemas are not recomputed. */
export function mapRelInputs(rel: Rel, map: (input: Rel, index: number) => Rel): Rel {
  const inputs = relInputs(rel);
  const mapped = inputs.map(map);
  if (mapped.every((m, i) => m === inputs[i])) return rel;
  return withRelInputs(rel, mapped);
}

/** The same node over given inputs. */
export function withRelInputs(rel: Rel, inputs: readonly Rel[]): Rel {
  const [first, second] = inputs;
  switch (rel.kind) {
    case 'scan':
    case 'values':
    case 'unnest':
    case 'table-function':
      return rel;
    case 'project':
    case 'watermark':
    case 'aggregate':
    case 'window-tvf':
    case 'over':
    case 'match':
    case 'process-function':
    case 'expand':
    case 'rank':
    case 'changelog-normalize':
      return first === undefined ? rel : { ...rel, input: first };
    case 'filter':
    case 'sort':
      return first === undefined ? rel : { ...rel, input: first };
    case 'join':
    case 'temporal-join':
    case 'correlate':
      return first === undefined || second === undefined ? rel : { ...rel, left: first, right: second };
    case 'set-operation':
      return { ...rel, inputs };
    default:
      return unreachable(rel);
  }
}

/** Maps the expressions that stand in this node itself (not in its inputs). */
export function mapOwnExprs(rel: Rel, map: (expr: BoundExpr) => BoundExpr): Rel {
  switch (rel.kind) {
    case 'project':
      return { ...rel, exprs: rel.exprs.map(map) };
    case 'filter':
      return { ...rel, condition: map(rel.condition) };
    case 'watermark':
      return { ...rel, expr: map(rel.expr) };
    case 'join':
      return { ...rel, condition: map(rel.condition) };
    case 'temporal-join':
      return { ...rel, period: map(rel.period), condition: map(rel.condition) };
    case 'values':
      return { ...rel, rows: rel.rows.map((row) => row.map(map)) };
    case 'expand':
      return { ...rel, projections: rel.projections.map((row) => row.map(map)) };
    case 'unnest':
      return { ...rel, operand: map(rel.operand) };
    case 'table-function':
      return { ...rel, args: rel.args.map(map) };
    case 'process-function':
      return { ...rel, call: { ...rel.call, args: rel.call.args.map(map) } };
    case 'scan':
    case 'aggregate':
    case 'window-tvf':
    case 'correlate':
    case 'set-operation':
    case 'sort':
    case 'over':
    case 'match':
    case 'rank':
    case 'changelog-normalize':
      return rel;
    default:
      return unreachable(rel);
  }
}

/**
 * Maps all expressions of a tree. `depth` is how many borders lie between an expression and the query
 * outside: it grows on the right side of LATERAL and inside sub-queries.
 */
export function mapRelExprs(rel: Rel, depth: number, map: (expr: BoundExpr, depth: number) => BoundExpr): Rel {
  const inside = mapRelInputs(rel, (input, i) =>
    mapRelExprs(input, depth + (rel.kind === 'correlate' && i === 1 ? 1 : 0), map),
  );
  return mapOwnExprs(inside, (expr) => mapNested(map(expr, depth), depth, map));
}

function mapNested(expr: BoundExpr, depth: number, map: (expr: BoundExpr, depth: number) => BoundExpr): BoundExpr {
  switch (expr.kind) {
    case 'scalar-subquery':
    case 'exists':
      return { ...expr, rel: mapRelExprs(expr.rel, depth + 1, map) };
    case 'in-subquery':
      return {
        ...expr,
        rel: mapRelExprs(expr.rel, depth + 1, map),
        operands: expr.operands.map((o) => mapNested(o, depth, map)),
      };
    case 'call':
      return expr.args.some(mayNest) ? { ...expr, args: expr.args.map((a) => mapNested(a, depth, map)) } : expr;
    case 'and':
    case 'or':
      return expr.operands.some(mayNest)
        ? { ...expr, operands: expr.operands.map((o) => mapNested(o, depth, map)) }
        : expr;
    case 'case':
      return {
        ...expr,
        branches: expr.branches.map((b) => ({
          when: mapNested(b.when, depth, map),
          then: mapNested(b.then, depth, map),
        })),
        otherwise: mapNested(expr.otherwise, depth, map),
      };
    case 'cast':
    case 'field':
      return mayNest(expr.operand) ? { ...expr, operand: mapNested(expr.operand, depth, map) } : expr;
    default:
      return expr;
  }
}

function mayNest(expr: BoundExpr): boolean {
  return expr.kind !== 'input' && expr.kind !== 'literal' && expr.kind !== 'correlated';
}

/** Whether the tree refers to a query outside it. */
export function isCorrelated(rel: Rel, outerDepth = 1): boolean {
  let found = false;
  mapRelExprs(rel, outerDepth, (expr, depth) => {
    found ||= refersOutside(expr, depth);
    return expr;
  });
  return found;
}

function refersOutside(expr: BoundExpr, depth: number): boolean {
  if (expr.kind === 'correlated') return expr.depth >= depth;
  if (expr.kind === 'call') return expr.args.some((a) => refersOutside(a, depth));
  if (expr.kind === 'and' || expr.kind === 'or') return expr.operands.some((o) => refersOutside(o, depth));
  if (expr.kind === 'in-subquery') return expr.operands.some((o) => refersOutside(o, depth));
  if (expr.kind === 'cast' || expr.kind === 'field') return refersOutside(expr.operand, depth);
  if (expr.kind === 'case') {
    return (
      expr.branches.some((b) => refersOutside(b.when, depth) || refersOutside(b.then, depth)) ||
      refersOutside(expr.otherwise, depth)
    );
  }
  return false;
}

/** Makes names distinct as Calcite does it: the second `a` becomes `a0`, the next `a1`. */
export function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let attempt = 0; used.has(unique); attempt += 1) unique = `${name}${attempt}`;
    used.add(unique);
    return unique;
  });
}
