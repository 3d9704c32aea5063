/**
 * Finds the time bounds of an interval join in its condition. Flink: `IntervalJoinUtil.extractWindowBoundsFromPredicate`.
 */
import type { Schema } from '../../data/logical-type.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import { conjunction, conjuncts } from '../2-bind/expr-tools.ts';
import { timeAttributeOf } from './draft-tools.ts';

/** left time between right time + lower and right time + upper, both inclusive, in ms. */
export interface IntervalBounds {
  readonly leftTime: number;
  readonly rightTime: number;
  readonly attribute: 'rowtime' | 'proctime';
  readonly lowerMs: number;
  readonly upperMs: number;
  /** The rest of the condition. */
  readonly rest: BoundExpr;
}

interface TimeTerm {
  readonly column: number;
  readonly shiftMs: number;
}

/** The bounds in `condition` (over left, then right columns), or `undefined` when it has not both. */
export function intervalBounds(condition: BoundExpr, left: Schema, right: Schema): IntervalBounds | undefined {
  const width = left.length;
  const attributeOf = (column: number): 'rowtime' | 'proctime' | undefined =>
    timeAttributeOf(column < width ? left[column]?.type : right[column - width]?.type);
  let pair: { left: number; right: number } | undefined;
  let lowerMs = Number.NEGATIVE_INFINITY;
  let upperMs = Number.POSITIVE_INFINITY;
  const rest: BoundExpr[] = [];
  for (const c of conjuncts(condition)) {
    const bound = timeBound(c, width, attributeOf);
    const fits =
      bound !== undefined && (pair === undefined || (pair.left === bound.left && pair.right === bound.right));
    if (bound === undefined || !fits) {
      rest.push(c);
      continue;
    }
    pair ??= { left: bound.left, right: bound.right };
    lowerMs = Math.max(lowerMs, bound.lowerMs);
    upperMs = Math.min(upperMs, bound.upperMs);
  }
  if (pair === undefined || !Number.isFinite(lowerMs) || !Number.isFinite(upperMs)) return undefined;
  const attribute = attributeOf(pair.left);
  if (attribute === undefined || attributeOf(pair.right) !== attribute) return undefined;
  return { leftTime: pair.left, rightTime: pair.right - width, attribute, lowerMs, upperMs, rest: conjunction(rest) };
}

interface Bound {
  readonly left: number;
  readonly right: number;
  readonly lowerMs: number;
  readonly upperMs: number;
}

/** One comparison of a left and a right time: left - right within bounds. */
function timeBound(
  c: BoundExpr,
  width: number,
  attributeOf: (column: number) => string | undefined,
): Bound | undefined {
  if (c.kind !== 'call' || !['<', '<=', '>', '>=', '='].includes(c.fn.name)) return undefined;
  const [a, b] = c.args.map(timeTerm);
  if (a === undefined || b === undefined || attributeOf(a.column) === undefined || attributeOf(b.column) === undefined)
    return undefined;
  const aLeft = a.column < width;
  if (aLeft === b.column < width) return undefined;
  // a + sa OP b + sb; in terms of left - right: with a on the left, OP (sb - sa); else the mirror image.
  const distance = aLeft ? b.shiftMs - a.shiftMs : a.shiftMs - b.shiftMs;
  const operator = aLeft ? c.fn.name : (MIRRORED[c.fn.name] ?? c.fn.name);
  const [left, right] = aLeft ? [a.column, b.column] : [b.column, a.column];
  const none = { lowerMs: Number.NEGATIVE_INFINITY, upperMs: Number.POSITIVE_INFINITY };
  switch (operator) {
    case '<':
      return { left, right, ...none, upperMs: distance - 1 };
    case '<=':
      return { left, right, ...none, upperMs: distance };
    case '>':
      return { left, right, ...none, lowerMs: distance + 1 };
    case '>=':
      return { left, right, ...none, lowerMs: distance };
    default:
      return { left, right, lowerMs: distance, upperMs: distance };
  }
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '=' };

/** A time column, plus or minus constant intervals. */
function timeTerm(e: BoundExpr): TimeTerm | undefined {
  if (e.kind === 'input') return { column: e.index, shiftMs: 0 };
  if (e.kind === 'cast' && e.implicit) return timeTerm(e.operand);
  if (e.kind !== 'call' || (e.fn.name !== '+' && e.fn.name !== '-')) return undefined;
  const [a, b] = e.args;
  const right = intervalOf(b);
  const term = a === undefined ? undefined : timeTerm(a);
  if (term !== undefined && right !== undefined)
    return { column: term.column, shiftMs: term.shiftMs + (e.fn.name === '+' ? right : -right) };
  const left = intervalOf(a);
  const other = b === undefined ? undefined : timeTerm(b);
  return e.fn.name === '+' && other !== undefined && left !== undefined
    ? { column: other.column, shiftMs: other.shiftMs + left }
    : undefined;
}

function intervalOf(e: BoundExpr | undefined): number | undefined {
  return e?.kind === 'literal' && e.type.kind === 'INTERVAL_DAY_TIME' && typeof e.value === 'number'
    ? e.value
    : undefined;
}
