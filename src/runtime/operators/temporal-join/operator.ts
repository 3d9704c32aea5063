/**
 * The event-time temporal join: each left row meets the version of the right row that was valid at its
 * time. Flink: `TemporalRowTimeJoinOperator`.
 *
 * Left rows wait until the watermark (the minimum of both inputs) has reached their time; then they are
 * joined to the greatest version not after it, in order of arrival per key, with their own kind. No
 * version, or a deleted one: an inner join drops the row, a left join pads it. Of versions with one time
 * the last to arrive counts.
 *
 * State: waiting left rows; versions that a waiting or coming row may still need: all after the
 * watermark and the one before it.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { LIST_BYTES, objectBytes } from '../../data/memory-size.ts';
import { isAccumulate, type RowKind } from '../../data/row-kind.ts';
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
import { compileJoinPredicate } from '../../sql/4-codegen/compile-calc.ts';
import type { JoinPredicate } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';
import { listedRowBytes } from '../../state/row-list.ts';
import type { StateEntry } from '../../state/state-entry.ts';

/** Settings of a temporal join. */
export interface TemporalJoinSettings {
  readonly isLeftOuter: boolean;
  readonly leftKeys: readonly number[];
  readonly rightKeys: readonly number[];
  readonly nullSafe: readonly boolean[];
  readonly keySchema: Schema;
  readonly leftSchema: Schema;
  readonly rightSchema: Schema;
  readonly leftTime: number;
  readonly rightTime: number;
  readonly residual: JoinPredicate | null;
}

interface WaitingRow {
  readonly kind: RowKind;
  readonly row: Row;
}

interface Version {
  readonly timeMs: number;
  readonly kind: RowKind;
  readonly row: Row;
}

/** `timerMs`: when the key is next looked at; null when nothing waits. */
interface KeyRows {
  left: WaitingRow[];
  /** In order of time, one per time. */
  versions: Version[];
  timerMs: number | null;
}

type KeyEntry = StateEntry<KeyRows>;

const CONTENTS: Contents<KeyRows> = {
  count: ({ left, versions }, list) => (list === 0 ? left : versions).length,
  bytes: ({ left, versions }, list) => LIST_BYTES + objectBytes(1) + keptBytes(list === 0 ? left : versions),
};

function keptBytes(rows: readonly { readonly row: Row }[]): number {
  return rows.reduce((sum, { row }) => sum + objectBytes(3) + listedRowBytes(row), 0);
}

/** Joins rows with versions. */
export class TemporalJoinOperator extends OperatorBase {
  readonly inputs: readonly RowInput[];
  readonly #settings: TemporalJoinSettings;
  readonly #keys: KeyedState<KeyRows>;
  readonly #states: Readonly<Record<'left' | 'versions', InspectedState>>;
  readonly #nullRight: Row;
  #timers: TimerService<KeyEntry> | null = null;

  constructor(settings: TemporalJoinSettings) {
    super();
    this.#settings = settings;
    this.#keys = new KeyedState(settings.keySchema, undefined, CONTENTS);
    this.#states = {
      left: inspectLists(() => this.#keys, 0, {
        items: ({ left }) => left,
        countOf: ({ left }) => left.length,
        value: ({ row }) => row,
      }),
      versions: inspectLists(() => this.#keys, 1, {
        items: ({ versions }) => versions,
        countOf: ({ versions }) => versions.length,
        value: ({ row }) => row,
      }),
    };
    this.#nullRight = settings.rightSchema.map(() => null);
    this.inputs = [
      { processRow: (kind, row) => this.#addLeft(kind, row) },
      { processRow: (kind, row) => this.#addVersion(kind, row) },
    ];
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#keys.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    this.#timers = context.eventTimers<KeyEntry>(({ tag }) => this.#fire(tag));
  }

  override snapshot(): OperatorSnapshot {
    const left: Value[] = [];
    const versions: Value[] = [];
    const places = new Map<KeyEntry, number>();
    for (const entry of this.#keys.entries()) {
      const { key, value } = entry;
      places.set(entry, left.length);
      left.push([key, value.timerMs, value.left.map(({ kind, row }): Value => [kind, row]), entry.updatedMs]);
      versions.push([key, value.versions.map(({ timeMs, kind, row }): Value => [timeMs, kind, row])]);
    }
    // In firing order: keys that are due at the same time send their rows in the order of their timers.
    const order = present(this.#timers, 'timers of a temporal join')
      .pending()
      .map(({ tag }) => present(places.get(tag), 'key of a timer'));
    left.unshift(order);
    return { versions: stateVersions(this.describeState()), states: { left, versions } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const allVersions = listed(snapshot.states.versions);
    const [order, ...lefts] = listed(snapshot.states.left);
    const entries = lefts.map((saved, index) => {
      const [key, timerMs, left, updatedMs] = saved as [Row, number | null, [RowKind, Row][], number];
      const [, versions] = allVersions[index] as [Row, [number, RowKind, Row][]];
      return this.#keys.restoreEntry(
        key,
        {
          left: left.map(([kind, row]) => ({ kind, row })),
          versions: versions.map(([timeMs, kind, row]) => ({ timeMs, kind, row })),
          timerMs,
        },
        updatedMs,
      );
    });
    for (const place of order as readonly number[]) {
      const entry = present(entries[place], 'key of a timer');
      present(this.#timers, 'timers').register(present(entry.value.timerMs, 'time of a timer'), entry);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    const state = (name: string, valueSchema: Schema, bound: string): StateDescriptor => ({
      name,
      kind: 'list',
      keySchema: this.#settings.keySchema,
      valueSchema,
      ttlMs: 0,
      bound,
      version: 3,
    });
    return [
      state('left', this.#settings.leftSchema, 'Left rows ahead of the watermark.'),
      state(
        'versions',
        this.#settings.rightSchema,
        'Versions after the watermark and the last one before it, per key; no key goes.',
      ),
    ];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'left' ? 'left' : 'versions'];
  }

  #addLeft(kind: RowKind, row: Row): void {
    const entry = this.#entry(row, this.#settings.leftKeys);
    const waiting: WaitingRow = { kind, row };
    entry.value.left.push(waiting);
    this.#keys.grow(entry, 0, 1, keptBytes([waiting]));
    this.#keys.touch(entry);
    this.#wakeAt(entry, rowtimeMs(row, this.#settings.leftTime));
  }

  #addVersion(kind: RowKind, row: Row): void {
    const entry = this.#entry(row, this.#settings.rightKeys);
    const timeMs = rowtimeMs(row, this.#settings.rightTime);
    const { versions } = entry.value;
    let at = versions.length;
    while (at > 0 && (versions[at - 1] as Version).timeMs > timeMs) at -= 1;
    const isReplaced = at > 0 && (versions[at - 1] as Version).timeMs === timeMs;
    const added: Version = { timeMs, kind, row };
    const replaced = versions.splice(isReplaced ? at - 1 : at, isReplaced ? 1 : 0, added);
    this.#keys.grow(entry, 1, 1 - replaced.length, keptBytes([added]) - keptBytes(replaced));
    this.#keys.touch(entry);
    this.#wakeAt(entry, timeMs);
  }

  #entry(row: Row, keys: readonly number[]): KeyEntry {
    return this.#keys.find(row, keys) ?? this.#keys.insert(row, keys, { left: [], versions: [], timerMs: null });
  }

  /** One timer per key, at the earliest time that matters. */
  #wakeAt(entry: KeyEntry, timeMs: number): void {
    const { timerMs } = entry.value;
    if (timerMs !== null && timerMs <= timeMs) return;
    const timers = present(this.#timers, 'timers of a temporal join');
    if (timerMs !== null) timers.cancel(timerMs, entry);
    entry.value.timerMs = timeMs;
    timers.register(timeMs, entry);
  }

  #fire(entry: KeyEntry): void {
    const { value } = entry;
    const watermarkMs = this.context.currentWatermarkMs();
    value.timerMs = null;
    const due: WaitingRow[] = [];
    const waiting: WaitingRow[] = [];
    let nextMs = Number.POSITIVE_INFINITY;
    for (const left of value.left) {
      const timeMs = rowtimeMs(left.row, this.#settings.leftTime);
      if (timeMs <= watermarkMs) due.push(left);
      else {
        waiting.push(left);
        nextMs = Math.min(nextMs, timeMs);
      }
    }
    value.left = waiting;
    this.#keys.grow(entry, 0, -due.length, -keptBytes(due));
    for (const left of due) this.#join(left, entry);
    // The last version at or before the watermark may still be the valid one.
    let keptFrom = 0;
    while (keptFrom + 1 < value.versions.length && (value.versions[keptFrom + 1] as Version).timeMs <= watermarkMs)
      keptFrom += 1;
    if (keptFrom > 0) {
      const gone = value.versions.splice(0, keptFrom);
      this.#keys.grow(entry, 1, -gone.length, -keptBytes(gone));
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#wakeAt(entry, nextMs);
  }

  #join({ kind, row }: WaitingRow, { key, value }: KeyEntry): void {
    const { nullSafe, residual, isLeftOuter } = this.#settings;
    const hasNullKey = nullSafe.some((safe, index) => !safe && key[index] === null);
    const version = hasNullKey ? undefined : versionAt(value.versions, rowtimeMs(row, this.#settings.leftTime));
    const isMatch =
      version !== undefined &&
      isAccumulate(version.kind) &&
      (residual === null || residual(row, version.row, this.context.eval));
    if (isMatch) this.output.processRow(kind, row.concat(version.row));
    else if (isLeftOuter) this.output.processRow(kind, row.concat(this.#nullRight));
  }
}

/** The greatest version not after `timeMs`. */
function versionAt(versions: readonly Version[], timeMs: number): Version | undefined {
  let low = 0;
  let high = versions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((versions[middle] as Version).timeMs <= timeMs) low = middle + 1;
    else high = middle;
  }
  return versions[low - 1];
}

/** Runtime of `temporal-join`. */
export const temporalJoinFactory: OperatorFactory<'temporal-join'> = {
  kind: 'temporal-join',
  create(options, shape) {
    const left = present(shape.inputs[0], 'left input of a join');
    const right = present(shape.inputs[1], 'right input of a join');
    return new TemporalJoinOperator({
      isLeftOuter: options.type === 'left',
      leftKeys: options.keys.map((key) => key.left),
      rightKeys: options.keys.map((key) => key.right),
      nullSafe: options.keys.map((key) => key.nullSafe),
      keySchema: options.keys.map((key) => present(left[key.left], 'join key')),
      leftSchema: left,
      rightSchema: right,
      leftTime: options.leftTime,
      rightTime: options.rightTime,
      residual: options.residual === undefined ? null : compileJoinPredicate(options.residual, left.length),
    });
  },
};
