/**
 * The interval join: rows of two insert-only inputs whose times lie within a bound of each other.
 * Flink: `TimeIntervalJoin`, `RowTimeIntervalJoin`.
 *
 *   left time between right time + lower and right time + upper, both inclusive
 *
 *   left row at t joins right rows at [t - upper, t - lower]; it is kept while such rows may still come
 *
 * Rows go when the watermark has passed their partners' times; an outer row that has not found one by
 * then is padded with NULLs. A late row still meets the other side's kept rows but is not kept itself
 * (flink-semantics #66). Watermarks leave delayed by the widest bound, as the joined row's time may lie
 * that far back.
 *
 * State: rows of both sides by key and time. Cost: a walk over the other side's kept rows of the key.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { LIST_BYTES, MAP_SLOT_BYTES, objectBytes } from '../../data/memory-size.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { rowtimeMs } from '../../engine/row-time.ts';
import type { JoinCondition } from '../../sql/3-plan/physical-options.ts';
import { compileJoinPredicate } from '../../sql/4-codegen/compile-calc.ts';
import type { JoinPredicate } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';
import { listedRowBytes } from '../../state/row-list.ts';
import type { StateEntry } from '../../state/state-entry.ts';

/** Settings of an interval join. */
export interface IntervalJoinSettings {
  readonly type: JoinCondition['type'];
  readonly attribute: 'rowtime' | 'proctime';
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly nullSafe: readonly boolean[];
  readonly keySchema: Schema;
  readonly leftSchema: Schema;
  readonly rightSchema: Schema;
  readonly leftTime: number;
  readonly rightTime: number;
  readonly lowerMs: number;
  readonly upperMs: number;
  readonly residual: JoinPredicate | null;
}

interface TimedRow {
  readonly row: Row;
  isJoined: boolean;
}

/** Kept rows of one side and key by time, and when they are next looked through. */
interface SideRows {
  readonly byTime: Map<number, TimedRow[]>;
  cleanUpMs: number | null;
  count: number;
  bytes: number;
}

interface KeyRows {
  readonly left: SideRows;
  readonly right: SideRows;
}

type SideName = 'left' | 'right';
interface CleanUp {
  readonly entry: StateEntry<KeyRows>;
  readonly side: SideName;
}

const CONTENTS: Contents<KeyRows> = {
  count: ({ left, right }, list) => (list === 0 ? left : right).count,
  bytes: ({ left, right }, list) => SIDE_BYTES + (list === 0 ? left : right).bytes,
};
/** A side without rows, and a row with its place among those of other times. */
const SIDE_BYTES = 2 * objectBytes(4);
const TIMED_BYTES = objectBytes(2) + MAP_SLOT_BYTES + LIST_BYTES;

/** Joins two inputs by time. */
export class IntervalJoinOperator extends OperatorBase {
  readonly inputs: readonly RowInput[];
  override readonly forwardsWatermarks = false;
  readonly #settings: IntervalJoinSettings;
  readonly #leftSizeMs: number;
  readonly #rightSizeMs: number;
  readonly #keys: KeyedState<KeyRows>;
  readonly #cleanUps = new Map<StateEntry<KeyRows>, { readonly left: CleanUp; readonly right: CleanUp }>();
  readonly #states: Readonly<Record<SideName, InspectedState>>;
  readonly #nullLeft: Row;
  readonly #nullRight: Row;
  /** Times up to here are known to be gone, over all keys. */
  readonly #expiredMs = { left: 0, right: 0 };
  #timers: TimerService<CleanUp> | null = null;

  constructor(settings: IntervalJoinSettings) {
    super();
    assert(settings.lowerMs <= settings.upperMs, 'the lower bound is not above the upper one');
    this.#settings = settings;
    this.#leftSizeMs = -settings.lowerMs;
    this.#rightSizeMs = settings.upperMs;
    this.#keys = new KeyedState(settings.keySchema, undefined, CONTENTS);
    const inspect = (side: SideName): InspectedState =>
      inspectLists(() => this.#keys, side === 'left' ? 0 : 1, {
        items: (value) => rowsOf(value[side]),
        countOf: (value) => value[side].count,
        value: ({ row }) => row,
      });
    this.#states = { left: inspect('left'), right: inspect('right') };
    this.#nullLeft = settings.leftSchema.map(() => null);
    this.#nullRight = settings.rightSchema.map(() => null);
    this.inputs = [
      { processRow: (_, row) => this.#process(row, 'left') },
      { processRow: (_, row) => this.#process(row, 'right') },
    ];
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#keys.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    const onTimer = ({ timeMs, tag }: { readonly timeMs: number; readonly tag: CleanUp }): void =>
      this.#cleanUp(timeMs, tag);
    this.#timers =
      this.#settings.attribute === 'rowtime'
        ? context.eventTimers<CleanUp>(onTimer)
        : context.processingTimers<CleanUp>(onTimer);
  }

  override processWatermark(timeMs: number): void {
    const delayMs = Math.max(this.#leftSizeMs, this.#rightSizeMs, 0);
    this.context.emitWatermark(timeMs - delayMs);
  }

  override snapshot(): OperatorSnapshot {
    const side = (rows: SideRows): Value => [
      rows.cleanUpMs,
      [...rows.byTime].map(
        ([timeMs, timed]): Value => [timeMs, timed.map(({ row, isJoined }): Value => [row, isJoined])],
      ),
    ];
    const places = new Map<StateEntry<KeyRows>, number>();
    const left: Value[] = [];
    const right: Value[] = [];
    for (const entry of this.#keys.entries()) {
      places.set(entry, left.length);
      left.push([entry.key, side(entry.value.left), entry.updatedMs]);
      right.push([entry.key, side(entry.value.right)]);
    }
    // In firing order: keys whose rows go at the same time send them in the order of their timers.
    const timers = (name: SideName): Value[] =>
      present(this.#timers, 'timers')
        .pending()
        .flatMap(({ timeMs, tag }, order): Value[] => {
          const place = places.get(tag.entry);
          return place === undefined || tag.side !== name ? [] : [[timeMs, place, order]];
        });
    left.unshift([this.#expiredMs.left, timers('left')]);
    right.unshift([this.#expiredMs.right, timers('right')]);
    return { versions: stateVersions(this.describeState()), states: { left, right } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    type Saved = [number | null, [number, [Row, boolean][]][]];
    const read = ([cleanUpMs, times]: Saved): SideRows => {
      const rows = { ...emptySide(), cleanUpMs };
      for (const [timeMs, timed] of times) for (const [row, isJoined] of timed) keep(rows, timeMs, { row, isJoined });
      return rows;
    };
    type Head = [expiredMs: number, timers: [timeMs: number, place: number, order: number][]];
    const [leftHead, ...lefts] = listed(snapshot.states.left);
    const [rightHead, ...rights] = listed(snapshot.states.right);
    const [leftExpiredMs, leftTimers] = leftHead as unknown as Head;
    const [rightExpiredMs, rightTimers] = rightHead as unknown as Head;
    assert(lefts.length === rights.length, 'both sides were saved for the same keys');
    this.#expiredMs.left = leftExpiredMs;
    this.#expiredMs.right = rightExpiredMs;
    const entries = lefts.map((saved, index) => {
      const [key, left, updatedMs] = saved as unknown as [Row, Saved, number];
      const [, right] = rights[index] as unknown as [Row, Saved];
      return this.#keys.restoreEntry(key, { left: read(left), right: read(right) }, updatedMs);
    });
    const timers = [
      ...leftTimers.map((timer) => ({ timer, name: 'left' as const })),
      ...rightTimers.map((timer) => ({ timer, name: 'right' as const })),
    ].sort((a, b) => a.timer[2] - b.timer[2]);
    for (const { timer, name } of timers) {
      const entry = present(entries[timer[1]], 'entry of a timer');
      present(this.#timers, 'timers').register(timer[0], this.#tag(entry, name));
    }
  }

  override describeState(): readonly StateDescriptor[] {
    const state = (name: string, valueSchema: Schema): StateDescriptor => ({
      name,
      kind: 'map',
      keySchema: this.#settings.keySchema,
      valueSchema,
      ttlMs: 0,
      bound: 'Rows that may still find a partner; they go when the watermark has passed the interval.',
      version: 3,
    });
    return [state('left', this.#settings.leftSchema), state('right', this.#settings.rightSchema)];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name as SideName];
  }

  #process(row: Row, own: SideName): void {
    const { leftKeys, rightKeys, nullSafe, leftTime, rightTime, attribute } = this.#settings;
    const isLeft = own === 'left';
    const keys = isLeft ? leftKeys : rightKeys;
    // Rows with a NULL key join nothing, but an outer one waits for its time like the others.
    const hasNullKey = keys.some((key, index) => row[key] === null && !nullSafe[index]);
    const column = isLeft ? leftTime : rightTime;
    const time = attribute === 'proctime' ? this.context.eval.currentTimeMs() : rowtimeMs(row, column);
    const entry = this.#keys.find(row, keys) ?? this.#keys.insert(row, keys, { left: emptySide(), right: emptySide() });
    const operatorMs = this.#operatorTimeMs();
    const fromMs = time - (isLeft ? this.#rightSizeMs : this.#leftSizeMs);
    const toMs = time + (isLeft ? this.#leftSizeMs : this.#rightSizeMs);
    const isJoined = this.#meet(hasNullKey ? null : row, own, entry, { fromMs, toMs, operatorMs });
    if (operatorMs < toMs) {
      const rows = entry.value[own];
      keep(rows, time, { row, isJoined });
      this.#keys.grow(entry, isLeft ? 0 : 1, 1, TIMED_BYTES + listedRowBytes(row));
      this.#keys.touch(entry);
      if (rows.cleanUpMs === null) this.#scheduleCleanUp(entry, own, time);
    } else if (!isJoined && this.#isOuter(own)) this.#emitPadded(row, own);
    this.#dropIfEmpty(entry);
  }

  /** Clears the other side's rows that have passed, and joins with those in the interval. */
  #meet(
    row: Row | null,
    own: SideName,
    entry: StateEntry<KeyRows>,
    span: { readonly fromMs: number; readonly toMs: number; readonly operatorMs: number },
  ): boolean {
    const other: SideName = own === 'left' ? 'right' : 'left';
    const rows = entry.value[other];
    if (this.#expiredMs[other] >= span.toMs) return false;
    const expiredMs = this.#expirationMs(span.operatorMs, other);
    this.#expiredMs[other] = expiredMs;
    let isJoined = false;
    for (const [timeMs, timed] of rows.byTime) {
      if (timeMs <= expiredMs) {
        this.#expire(entry, timeMs, timed, other);
        continue;
      }
      if (row === null || timeMs < span.fromMs || timeMs > span.toMs) continue;
      for (const partner of timed) {
        if (!this.#holds(row, partner.row, own)) continue;
        isJoined = true;
        partner.isJoined = true;
        this.output.processRow(RowKind.Insert, own === 'left' ? row.concat(partner.row) : partner.row.concat(row));
      }
    }
    return isJoined;
  }

  #holds(row: Row, partner: Row, own: SideName): boolean {
    const { residual } = this.#settings;
    if (residual === null) return true;
    return own === 'left' ? residual(row, partner, this.context.eval) : residual(partner, row, this.context.eval);
  }

  #operatorTimeMs(): number {
    if (this.#settings.attribute === 'proctime') return this.context.eval.currentTimeMs();
    return Math.max(0, this.context.currentWatermarkMs());
  }

  /** Rows of `side` at or before this time can find no partner any more. */
  #expirationMs(operatorMs: number, side: SideName): number {
    return operatorMs - (side === 'left' ? this.#leftSizeMs : this.#rightSizeMs) - 1;
  }

  #scheduleCleanUp(entry: StateEntry<KeyRows>, side: SideName, timeMs: number): void {
    const sizeMs = side === 'left' ? this.#leftSizeMs : this.#rightSizeMs;
    // Not as soon as one row expires but for several at once, as Flink does it.
    const intervalMs = Math.trunc((this.#leftSizeMs + this.#rightSizeMs) / 2);
    const cleanUpMs = timeMs + sizeMs + intervalMs + 1;
    entry.value[side].cleanUpMs = cleanUpMs;
    present(this.#timers, 'timers').register(cleanUpMs, this.#tag(entry, side));
  }

  #tag(entry: StateEntry<KeyRows>, side: SideName): CleanUp {
    let tags = this.#cleanUps.get(entry);
    if (tags === undefined) {
      tags = { left: { entry, side: 'left' }, right: { entry, side: 'right' } };
      this.#cleanUps.set(entry, tags);
    }
    return tags[side];
  }

  #cleanUp(timeMs: number, { entry, side }: CleanUp): void {
    const rows = entry.value[side];
    if (entry.isDeleted || rows.cleanUpMs !== timeMs) return;
    const expiredMs = this.#expirationMs(this.#operatorTimeMs(), side);
    this.#expiredMs[side] = expiredMs;
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const [rowMs, timed] of rows.byTime) {
      if (rowMs <= expiredMs) this.#expire(entry, rowMs, timed, side);
      else earliestMs = Math.min(earliestMs, rowMs);
    }
    rows.cleanUpMs = null;
    if (earliestMs !== Number.POSITIVE_INFINITY) this.#scheduleCleanUp(entry, side, earliestMs);
    this.#dropIfEmpty(entry);
  }

  #expire(entry: StateEntry<KeyRows>, timeMs: number, timed: readonly TimedRow[], side: SideName): void {
    const rows = entry.value[side];
    const bytes = timed.reduce((sum, { row }) => sum + TIMED_BYTES + listedRowBytes(row), 0);
    rows.byTime.delete(timeMs);
    rows.count -= timed.length;
    rows.bytes -= bytes;
    this.#keys.grow(entry, side === 'left' ? 0 : 1, -timed.length, -bytes);
    if (!this.#isOuter(side)) return;
    for (const { row, isJoined } of timed) if (!isJoined) this.#emitPadded(row, side);
  }

  #isOuter(side: SideName): boolean {
    return this.#settings.type === 'full' || this.#settings.type === side;
  }

  #emitPadded(row: Row, side: SideName): void {
    this.output.processRow(RowKind.Insert, side === 'left' ? row.concat(this.#nullRight) : this.#nullLeft.concat(row));
  }

  #dropIfEmpty(entry: StateEntry<KeyRows>): void {
    const { left, right } = entry.value;
    if (left.byTime.size > 0 || right.byTime.size > 0 || left.cleanUpMs !== null || right.cleanUpMs !== null) return;
    this.#keys.delete(entry);
    this.#cleanUps.delete(entry);
  }
}

function emptySide(): SideRows {
  return { byTime: new Map(), cleanUpMs: null, count: 0, bytes: 0 };
}

function keep(rows: SideRows, timeMs: number, row: TimedRow): void {
  const timed = rows.byTime.get(timeMs);
  if (timed === undefined) rows.byTime.set(timeMs, [row]);
  else timed.push(row);
  rows.count += 1;
  rows.bytes += TIMED_BYTES + listedRowBytes(row.row);
}

function* rowsOf({ byTime }: SideRows): IterableIterator<TimedRow> {
  for (const timed of byTime.values()) yield* timed;
}

/** Runtime of `interval-join`. */
export const intervalJoinFactory: OperatorFactory<'interval-join'> = {
  kind: 'interval-join',
  create(options, shape) {
    const left = present(shape.inputs[0], 'left input of a join');
    const right = present(shape.inputs[1], 'right input of a join');
    return new IntervalJoinOperator({
      type: options.type,
      attribute: options.attribute,
      leftKeys: options.keys.map((key) => key.left),
      rightKeys: options.keys.map((key) => key.right),
      nullSafe: options.keys.map((key) => key.nullSafe),
      keySchema: options.keys.map((key) => present(left[key.left], 'join key')),
      leftSchema: left,
      rightSchema: right,
      leftTime: options.leftTime,
      rightTime: options.rightTime,
      lowerMs: options.lowerMs,
      upperMs: options.upperMs,
      residual: options.residual === undefined ? null : compileJoinPredicate(options.residual, left.length),
    });
  },
};
