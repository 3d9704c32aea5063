/**
 * Takes join conditions apart: equality keys and the rest. Keys that are expressions become columns of
 * the side they come from. Flink: `JoinUtil.createJoinInfo`, Calcite: `JoinPushExpressionsRule`.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import { isCharacter, isExactNumeric } from '../../data/type-families.ts';
import { commonType } from '../../data/type-rules.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import {
  castTo,
  conjunction,
  conjuncts,
  inputRef,
  inputsOf,
  isDeterministic,
  mapInputs,
} from '../2-bind/expr-tools.ts';
import type { Rel } from '../2-bind/rel.ts';
import type { Columns, JoinKey, JoinUniqueness } from './physical-options.ts';
import type { Draft, PlanContext } from './rule.ts';

/** A join with its key expressions made columns. */
export interface AnalysedJoin {
  /** Inputs, wider than before where keys were computed. */
  readonly left: Draft;
  readonly right: Draft;
  readonly keys: readonly JoinKey[];
  /** Over the columns of both (widened) inputs. */
  readonly residual: BoundExpr | undefined;
  /** Columns of the join before widening, as positions in the widened left then right columns. */
  readonly output: readonly number[];
}

/** Analyses the condition of a join between two planned inputs. */
export function analyseJoin(
  condition: BoundExpr,
  left: Draft,
  right: Draft,
  semi: boolean,
  cx: PlanContext,
): AnalysedJoin {
  const width = left.schema.length;
  const leftExtra: BoundExpr[] = [];
  const rightExtra: BoundExpr[] = [];
  const pairs: { left: BoundExpr; right: BoundExpr; nullSafe: boolean }[] = [];
  const rest: BoundExpr[] = [];
  for (const c of conjuncts(condition)) {
    const pair = equality(c, width);
    if (pair === undefined) rest.push(c);
    else pairs.push(pair);
  }
  const columnOf = (expr: BoundExpr, extra: BoundExpr[], base: number): number => {
    if (expr.kind === 'input') return expr.index;
    return base + extra.push(expr) - 1;
  };
  const rightWidth = right.schema.length;
  const keys = pairs.map((p) => ({
    left: columnOf(p.left, leftExtra, width),
    right: columnOf(p.right, rightExtra, rightWidth),
    nullSafe: p.nullSafe,
  }));
  const wideLeft = widen(left, leftExtra, cx);
  const wideRight = widen(right, rightExtra, cx);
  const newWidth = wideLeft.schema.length;
  const shift = (i: number): number => (i < width ? i : i - width + newWidth);
  const residual =
    rest.length === 0 ? undefined : mapInputs(conjunction(rest), (ref) => ({ ...ref, index: shift(ref.index) }));
  const output = [
    ...Array.from({ length: width }, (_, i) => i),
    ...(semi ? [] : Array.from({ length: rightWidth }, (_, i) => newWidth + i)),
  ];
  return { left: wideLeft, right: wideRight, keys, residual, output };
}

function widen(draft: Draft, extra: readonly BoundExpr[], cx: PlanContext): Draft {
  if (extra.length === 0) return draft;
  const refs = draft.schema.map((f, i) => inputRef(i, f.type));
  return cx.calc(draft, [...refs, ...extra], [...draft.schema.map((f) => f.name), ...extra.map((_, i) => `$key${i}`)]);
}

/** `l = r` or `l IS NOT DISTINCT FROM r` with one side from each input; both over their own input. */
function equality(c: BoundExpr, width: number): { left: BoundExpr; right: BoundExpr; nullSafe: boolean } | undefined {
  if (c.kind !== 'call' || (c.fn.name !== '=' && c.fn.name !== 'IS NOT DISTINCT FROM') || !isDeterministic(c))
    return undefined;
  const [a, b] = c.args;
  if (a === undefined || b === undefined) return undefined;
  const sideOf = (e: BoundExpr): 'left' | 'right' | undefined => {
    const inputs = [...inputsOf(e)];
    if (inputs.length === 0) return undefined;
    if (inputs.every((i) => i < width)) return 'left';
    return inputs.every((i) => i >= width) ? 'right' : undefined;
  };
  const [sa, sb] = [sideOf(a), sideOf(b)];
  if (sa === undefined || sb === undefined || sa === sb) return undefined;
  const [l, r] = sa === 'left' ? [a, b] : [b, a];
  const [left, right] = alike(withoutTextCast(l), withoutTextCast(r));
  const own = mapInputs(right, (ref) => ({ ...ref, index: ref.index - width }));
  return { left, right: own, nullSafe: c.fn.name !== '=' };
}

/** Texts compare the same whatever their declared lengths. */
function withoutTextCast(e: BoundExpr): BoundExpr {
  const { type } = e;
  if (e.kind !== 'cast' || e.safe || type.kind !== 'VARCHAR' || !isCharacter(e.operand.type)) return e;
  return e.operand.type.length <= type.length ? withoutTextCast(e.operand) : e;
}

/** Keys are compared as values: both sides must hold equal values in the same form. */
function alike(l: BoundExpr, r: BoundExpr): [BoundExpr, BoundExpr] {
  if (sameForm(l.type, r.type)) return [l, r];
  const common = commonType(l.type, r.type);
  return common === undefined ? [l, r] : [castTo(l, common), castTo(r, common)];
}

function sameForm(a: LogicalType, b: LogicalType): boolean {
  if (isCharacter(a) && isCharacter(b)) return true;
  if (isExactNumeric(a) && isExactNumeric(b)) return scaleOf(a) === scaleOf(b);
  if (a.kind !== b.kind) return false;
  return (
    !('precision' in a) || !('precision' in b) || a.precision === b.precision || (a.precision <= 3 && b.precision <= 3)
  );
}

function scaleOf(type: LogicalType): number {
  return type.kind === 'DECIMAL' ? type.scale : 0;
}

/** How rows of a join side are kept. Flink: `JoinUtil.analyzeJoinInput`. */
export function uniquenessOf(side: Draft, keys: Columns): JoinUniqueness {
  const unique = side.upsertKeys;
  if (unique.length === 0) return { kind: 'none' };
  if (keys.length > 0 && unique.some((u) => u.every((c) => keys.includes(c)))) return { kind: 'join-key' };
  const smallest = unique.reduce((best, u) => (u.length < best.length ? u : best));
  return { kind: 'unique-key', columns: smallest };
}

/**
 * Keys of a join's output. A key of one side stays one when the other side has at most one row for each
 * join key; else keys of both sides together. Flink: `FlinkRelMdUpsertKeys.getJoinUpsertKeys`.
 */
export function joinKeysOf(
  type: Extract<Rel, { kind: 'join' }>['type'],
  left: Draft,
  right: Draft,
  keys: readonly JoinKey[],
): readonly Columns[] {
  const leftOn = keys.map((k) => k.left);
  const rightOn = keys.map((k) => k.right);
  const width = left.schema.length;
  const covering = (all: readonly Columns[], on: Columns): readonly Columns[] =>
    all.filter((key) => on.every((c) => key.includes(c)));
  const leftKeys = covering(left.upsertKeys, leftOn);
  if (type === 'semi' || type === 'anti') return leftKeys;
  const rightKeys = covering(right.upsertKeys, rightOn);
  const isUnique = (all: readonly Columns[], on: Columns): boolean =>
    all.some((key) => key.every((c) => on.includes(c)));
  const out: Columns[] = leftKeys.flatMap((l) => rightKeys.map((r) => [...l, ...r.map((c) => c + width)]));
  if (isUnique(right.upsertKeys, rightOn) && (type === 'inner' || type === 'left')) out.push(...leftKeys);
  if (isUnique(left.upsertKeys, leftOn) && (type === 'inner' || type === 'right'))
    out.push(...rightKeys.map((r) => r.map((c) => c + width)));
  return out;
}

/** Columns of both (possibly widened) sides; the side that may be missing is nullable. */
export function joinedSchema(
  rel: Extract<Rel, { kind: 'join' | 'temporal-join' }>,
  left: Draft,
  right: Draft,
): Draft['schema'] {
  const leftNullable = rel.type === 'right' || rel.type === 'full';
  const rightNullable = rel.type === 'left' || rel.type === 'full';
  const nullableIf = (schema: Draft['schema'], yes: boolean): Draft['schema'] =>
    yes ? schema.map((f) => ({ name: f.name, type: { ...f.type, nullable: true } })) : schema;
  if (rel.type === 'semi' || rel.type === 'anti') return left.schema;
  return [...nullableIf(left.schema, leftNullable), ...nullableIf(right.schema, rightNullable)];
}
