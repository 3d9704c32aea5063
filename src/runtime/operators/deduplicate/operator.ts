/**
 * Keeps one row per key: `ROW_NUMBER() OVER (PARTITION BY k ORDER BY time) = 1`. Flink has a function
 * for each combination, and so do we:
 *
 *   first, processing time   the first arrival, +I; all others are dropped
 *   last, processing time    every arrival replaces the row: +I, then -U/+U (nothing when it is equal);
 *                            over an updating input also -D
 *   first, event time        waits for the watermark, then +I of the row with the smallest time; rows
 *                            older than the watermark are late
 *   last, event time         a row with the same or a later time replaces: +I, then -U/+U
 *
 * State: one row (or one mark) per key, for ever unless `table.exec.state.ttl` is set.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { objectBytes, rowBytes } from '../../data/memory-size.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  SnapshotForm,
  StateDescriptor,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { rowtimeMs } from '../../engine/row-time.ts';
import { compileStoredRowEquals } from '../../sql/4-codegen/compile-comparator.ts';
import type { RowEquals } from '../../sql/4-codegen/compiled.ts';
import { inspectValues } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';
import type { ValueCodec } from '../../state/save-chunks.ts';
import type { StateEntry } from '../../state/state-entry.ts';

/** Settings of a deduplication. */
export interface DeduplicateSettings {
  readonly schema: Schema;
  readonly keys: readonly number[];
  readonly keep: 'first' | 'last';
  readonly time: 'rowtime' | 'proctime';
  readonly timeColumn: number;
  readonly updateBefore: boolean;
  readonly same: RowEquals;
}

/** The row of a key; `isSent` false while it waits for the watermark. */
interface Kept {
  row: Row;
  isSent: boolean;
}

type KeptEntry = StateEntry<Kept>;

const CODEC: ValueCodec<Kept> = {
  save: ({ row, isSent }) => [row, isSent],
  load: (saved) => {
    const [row, isSent] = saved as [Row, boolean];
    return { row, isSent };
  },
};

const CONTENTS: Contents<Kept> = { bytes: ({ row }) => objectBytes(2) + rowBytes(row) };

/** Keeps one row per key. */
export class DeduplicateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: DeduplicateSettings;
  readonly #process: (kind: RowKind, row: Row) => void;
  readonly #rows: KeyedState<Kept>;
  readonly #state: InspectedState;
  #timers: TimerService<KeptEntry> | null = null;
  #ttlMs = 0;

  constructor(settings: DeduplicateSettings) {
    super();
    this.#settings = settings;
    this.#rows = new KeyedState(this.#keySchema(), undefined, CONTENTS, CODEC);
    this.#state = inspectValues(
      () => this.#rows,
      ({ row }) => row,
    );
    if (settings.keep === 'first') {
      this.#process =
        settings.time === 'rowtime' ? (_, row) => this.#firstByTime(row) : (_, row) => this.#firstArrival(row);
    } else {
      this.#process =
        settings.time === 'rowtime' ? (_, row) => this.#lastByTime(row) : (kind, row) => this.#lastArrival(kind, row);
    }
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#rows.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
    this.#timers = context.eventTimers<KeptEntry>(({ tag }) => {
      // It was forgotten before its time came.
      if (tag.isDeleted || this.#rows.isExpired(tag)) return;
      tag.value.isSent = true;
      this.#rows.changed(tag);
      this.output.processRow(RowKind.Insert, tag.value.row);
    });
  }

  processRow(kind: RowKind, row: Row): void {
    this.#process(kind, row);
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: this.#rows.save(form) } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#rows.restore(snapshot.states.rows);
    // Only what waits for its time has a timer.
    if (this.#settings.keep !== 'first' || this.#settings.time !== 'rowtime') return;
    for (const entry of this.#rows.entries()) {
      const { row, isSent } = entry.value;
      if (!isSent) present(this.#timers, 'timers').register(this.#timeOf(row), entry);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'rows',
        kind: 'value',
        keySchema: this.#keySchema(),
        valueSchema: this.#settings.schema,
        ttlMs: this.#ttlMs,
        bound: 'One row per key ever seen; nothing makes it shrink unless table.exec.state.ttl is set.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #keySchema(): Schema {
    return this.#settings.keys.map((key) => present(this.#settings.schema[key], 'key column'));
  }

  #timeOf(row: Row): number {
    return rowtimeMs(row, this.#settings.timeColumn);
  }

  #firstArrival(row: Row): void {
    if (this.#rows.find(row, this.#settings.keys) !== undefined) return;
    this.#rows.insert(row, this.#settings.keys, { row, isSent: true });
    this.output.processRow(RowKind.Insert, row);
  }

  #firstByTime(row: Row): void {
    const timeMs = this.#timeOf(row);
    if (timeMs < this.context.currentWatermarkMs()) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const timers = present(this.#timers, 'timers');
    const entry = this.#rows.find(row, this.#settings.keys);
    if (entry === undefined) {
      timers.register(timeMs, this.#rows.insert(row, this.#settings.keys, { row, isSent: false }));
      return;
    }
    // What was sent cannot be taken back: the result is insert-only.
    if (entry.value.isSent) return;
    const keptMs = this.#timeOf(entry.value.row);
    if (timeMs >= keptMs) return;
    timers.cancel(keptMs, entry);
    timers.register(timeMs, entry);
    this.#keep(entry, row);
  }

  #lastByTime(row: Row): void {
    const entry = this.#rows.find(row, this.#settings.keys);
    if (entry !== undefined && this.#timeOf(row) < this.#timeOf(entry.value.row)) return;
    this.#replace(entry, row);
  }

  #lastArrival(kind: RowKind, row: Row): void {
    const entry = this.#rows.find(row, this.#settings.keys);
    if (!isAccumulate(kind)) {
      if (entry === undefined) return;
      this.#rows.delete(entry);
      // The remembered row, always as -D: a +U need not follow.
      this.output.processRow(RowKind.Delete, entry.value.row);
      return;
    }
    if (entry !== undefined && this.#ttlMs === 0 && this.#settings.same(entry.value.row, row)) return;
    this.#replace(entry, row);
  }

  #keep(entry: KeptEntry, row: Row): void {
    this.#rows.grow(entry, 0, 0, rowBytes(row) - rowBytes(entry.value.row));
    entry.value.row = row;
    this.#rows.touch(entry);
  }

  #replace(entry: KeptEntry | undefined, row: Row): void {
    if (entry === undefined) {
      this.#rows.insert(row, this.#settings.keys, { row, isSent: true });
      this.output.processRow(RowKind.Insert, row);
      return;
    }
    const before = entry.value.row;
    this.#keep(entry, row);
    if (this.#settings.updateBefore) this.output.processRow(RowKind.UpdateBefore, before);
    this.output.processRow(RowKind.UpdateAfter, row);
  }
}

/** Runtime of `deduplicate`. */
export const deduplicateFactory: OperatorFactory<'deduplicate'> = {
  kind: 'deduplicate',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a deduplication');
    return new DeduplicateOperator({
      schema,
      keys: options.keys,
      keep: options.keep,
      time: options.time,
      timeColumn: options.timeColumn,
      updateBefore: options.updateBefore,
      same: compileStoredRowEquals(schema.map((field) => field.type)),
    });
  },
};
