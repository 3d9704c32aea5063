/**
 * Moves filters towards the sources, and turns outer joins whose padded rows a filter throws away into
 * inner ones (which changes the changelog, so it must happen exactly where Flink does it).
 * Flink: `FlinkFilterJoinRule`, `FilterProjectTransposeRule`, `FilterAggregateTransposeRule`, `FilterSetOpTransposeRule`.
 */
import type { BoundExpr } from '../../2-bind/bound-expr.ts';
import { conjunction, conjuncts, hasSubquery, inputsOf, isDeterministic, mapInputs } from '../../2-bind/expr-tools.ts';
import type { Rel, RelOf } from '../../2-bind/rel.ts';
import { filterOf, mapRelInputs } from '../../2-bind/rel-tools.ts';
import type { PassMemo } from './pass-memo.ts';

/** How to push. With `taps`, what a canvas node shows is not changed. */
export interface PushOptions {
  readonly taps: boolean;
  readonly memo: PassMemo;
}

/** Pushes all filters of a tree down. */
export function pushFilters(rel: Rel, options: PushOptions): Rel {
  return push(rel, [], options);
}

/** `conditions` are over the columns of `rel`; the answer has them applied. */
function push(rel: Rel, conditions: readonly BoundExpr[], options: PushOptions): Rel {
  if (conditions.length > 0) return pushHere(rel, conditions, options);
  return options.memo.of('filters', rel, (r) => pushHere(r, [], options));
}

function pushHere(rel: Rel, conditions: readonly BoundExpr[], options: PushOptions): Rel {
  if (options.taps && rel.nodeId !== undefined) {
    const plain = { ...rel, nodeId: undefined } as Rel;
    // ROW_NUMBER() alone cannot run on a stream: a view of it lives in the Top-N of its reader.
    if (conditions.length > 0 && numbersRows(rel)) return pushHere(plain, conditions, options);
    return filtered({ ...push(plain, [], options), nodeId: rel.nodeId } as Rel, conditions);
  }
  switch (rel.kind) {
    case 'filter':
      return push(rel.input, [...conjuncts(rel.condition), ...conditions], options);
    case 'project': {
      const [down, stay] = split(
        conditions,
        (c) => isDeterministic(c) && [...inputsOf(c)].every((i) => isMovable(rel.exprs[i])),
      );
      const input = push(
        rel.input,
        down.map((c) => substitute(c, rel.exprs)),
        options,
      );
      return filtered({ ...rel, input }, stay);
    }
    case 'join':
      return pushJoin(rel, conditions, options);
    case 'aggregate': {
      const [down, stay] = split(
        conditions,
        (c) => isDeterministic(c) && inputsOf(c).size > 0 && [...inputsOf(c)].every((i) => i < rel.keys.length),
      );
      const mapped = down.map((c) => mapInputs(c, (ref) => ({ ...ref, index: rel.keys[ref.index] ?? ref.index })));
      return filtered({ ...rel, input: push(rel.input, mapped, options) }, stay);
    }
    case 'set-operation': {
      const [down, stay] = split(conditions, isDeterministic);
      return filtered({ ...rel, inputs: rel.inputs.map((i) => push(i, down, options)) }, stay);
    }
    case 'correlate':
    case 'temporal-join': {
      const width = rel.left.schema.length;
      const [down, stay] = split(
        conditions,
        (c) => isDeterministic(c) && inputsOf(c).size > 0 && [...inputsOf(c)].every((i) => i < width),
      );
      return filtered({ ...rel, left: push(rel.left, down, options), right: push(rel.right, [], options) }, stay);
    }
    default:
      if (conditions.length > 0) return filtered(push(rel, [], options), conditions);
      return mapRelInputs(rel, (input) => push(input, [], options));
  }
}

/** Whether the columns come from OVER calls that only a filter on them makes runnable. */
function numbersRows(rel: Rel): boolean {
  if (rel.kind === 'project' || rel.kind === 'filter') return numbersRows(rel.input);
  return (
    rel.kind === 'over' && rel.groups.some((g) => g.calls.some((c) => /^(ROW_NUMBER|RANK|DENSE_RANK)$/.test(c.fn.name)))
  );
}

function filtered(rel: Rel, conditions: readonly BoundExpr[]): Rel {
  return conditions.length === 0 ? rel : filterOf(rel, conjunction(conditions));
}

/** An expression may be copied below when computing it again gives the same and costs no sub-query. */
function isMovable(expr: BoundExpr | undefined): boolean {
  return expr !== undefined && isDeterministic(expr) && !hasSubquery(expr);
}

function split(conditions: readonly BoundExpr[], test: (c: BoundExpr) => boolean): [BoundExpr[], BoundExpr[]] {
  return [conditions.filter(test), conditions.filter((c) => !test(c))];
}

/** `expr` over the input of a projection instead of over its output. */
export function substitute(expr: BoundExpr, exprs: readonly BoundExpr[]): BoundExpr {
  return mapInputs(expr, (ref) => exprs[ref.index] ?? ref);
}

function pushJoin(rel: RelOf<'join'>, conditions: readonly BoundExpr[], options: PushOptions): Rel {
  const width = rel.left.schema.length;
  const type = simplifiedType(rel, conditions, width);
  const sideOf = (c: BoundExpr): 'left' | 'right' | 'both' | 'none' => {
    if (!isDeterministic(c) || hasSubquery(c)) return 'both';
    const inputs = [...inputsOf(c)];
    if (inputs.length === 0) return 'none';
    if (inputs.every((i) => i < width)) return 'left';
    return inputs.every((i) => i >= width) ? 'right' : 'both';
  };
  const above: BoundExpr[] = [];
  const on: BoundExpr[] = [];
  const left: BoundExpr[] = [];
  const right: BoundExpr[] = [];
  for (const c of conditions) {
    const side = sideOf(c);
    if (side === 'left' && type !== 'right' && type !== 'full') left.push(c);
    else if (side === 'right' && (type === 'inner' || type === 'right')) right.push(c);
    else if (type === 'inner' && side === 'both' && isDeterministic(c) && !hasSubquery(c)) on.push(c);
    else above.push(c);
  }
  for (const c of conjuncts(rel.condition)) {
    const side = sideOf(c);
    if (side === 'left' && (type === 'inner' || type === 'right' || type === 'semi')) left.push(c);
    else if (side === 'right' && type !== 'right' && type !== 'full') right.push(c);
    else on.push(c);
  }
  const joined: Rel = {
    ...rel,
    type,
    left: push(rel.left, left, options),
    right: push(
      rel.right,
      right.map((c) => mapInputs(c, (ref) => ({ ...ref, index: ref.index - width }))),
      options,
    ),
    condition: conjunction(on),
  };
  return filtered(joined, above);
}

/** An outer join whose missing side makes a filter fail needs no padded rows. */
function simplifiedType(rel: RelOf<'join'>, conditions: readonly BoundExpr[], width: number): RelOf<'join'>['type'] {
  const { type } = rel;
  if (type !== 'left' && type !== 'right' && type !== 'full') return type;
  const rejects = (isSide: (i: number) => boolean): boolean => conditions.some((c) => rejectsNulls(c, isSide));
  const needsRight = rejects((i) => i >= width);
  const needsLeft = rejects((i) => i < width);
  if (type === 'left') return needsRight ? 'inner' : 'left';
  if (type === 'right') return needsLeft ? 'inner' : 'right';
  if (needsLeft && needsRight) return 'inner';
  if (needsLeft) return 'left';
  return needsRight ? 'right' : 'full';
}

/** Whether the condition is never TRUE when all columns of one side are NULL. Calcite: `Strong`. */
function rejectsNulls(condition: BoundExpr, isSide: (i: number) => boolean): boolean {
  if (condition.kind === 'and') return condition.operands.some((o) => rejectsNulls(o, isSide));
  if (condition.kind === 'or') return condition.operands.every((o) => rejectsNulls(o, isSide));
  if (condition.kind === 'call') {
    const [arg] = condition.args;
    if (arg !== undefined && (condition.fn.name === 'IS NOT NULL' || condition.fn.name === 'IS TRUE'))
      return nullOnNulls(arg, isSide);
  }
  return nullOnNulls(condition, isSide);
}

function nullOnNulls(expr: BoundExpr, isSide: (i: number) => boolean): boolean {
  switch (expr.kind) {
    case 'input':
      return isSide(expr.index);
    case 'cast':
    case 'field':
      return nullOnNulls(expr.operand, isSide);
    case 'call':
      return expr.fn.nulls === 'strict' && expr.args.some((a) => nullOnNulls(a, isSide));
    default:
      return false;
  }
}
