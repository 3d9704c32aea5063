/**
 * OVER ordered by event time. Flink: `RowTimeRangeUnboundedPrecedingFunction`,
 * `RowTimeRowsUnboundedPrecedingFunction`, `RowTimeRangeBoundedPrecedingFunction`,
 * `RowTimeRowsBoundedPrecedingFunction`.
 *
 *   row ──> pending[key][time]           until the watermark reaches its time
 *   timer (time, key) ──> frame moves on ──> +I row, results
 *
 * RANGE sends all rows of one time with the same result; ROWS counts them in order of arrival.
 * Lateness differs by frame, as in Flink: without a lower bound a row at or before the watermark is
 * dropped (flink-semantics #4, #9); with one, a row at or before the last time that was worked off for
 * its own key, so a quiet key takes rows from before the watermark.
 *
 * State: pending rows until the watermark; accumulators per key for ever (or TTL), and for bounded
 * frames the rows of the last frame. Cost per row: one key look-up, and amortised one removal.
 */
import { assert, present } from '../../base/assert.ts';
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
import { rowtimeMs } from '../../engine/row-time.ts';
import type { KeyedState } from '../../state/keyed-state.ts';
import { PendingRows } from '../../state/pending-rows.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { advanceRange, advanceRows, decodeFrame, emptyFrame, encodeFrame, type Frame, frameBytes } from './frame.ts';
import { framesDescriptor, type OverSettings, overResult, rowsDescriptor } from './over-settings.ts';
import { inspectTimedPartitions, timedPartitions } from './timed-partitions.ts';

/** All that is known of one partition. */
interface Partition {
  frame: Frame;
  /** Rows that wait for the watermark, by time. */
  readonly pending: PendingRows;
  /** Last time that was worked off; bounded frames drop what is not after it. Flink starts at 0. */
  lastTimeMs: number;
  /** When the rows of the frame are forgotten (RANGE with a lower bound). */
  cleanUpMs: number | null;
}

type PartitionEntry = StateEntry<Partition>;

/** OVER by event time. */
export class RowTimeOverOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: OverSettings;
  readonly #partitions: KeyedState<Partition>;
  readonly #states: Readonly<Record<'frames' | 'pending', InspectedState>>;
  #timers: TimerService<PartitionEntry> | null = null;
  #ttlMs = 0;

  constructor(settings: OverSettings) {
    super();
    this.#settings = settings;
    this.#partitions = timedPartitions(settings, 4);
    this.#states = inspectTimedPartitions(() => this.#partitions, settings);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    // A bounded range forgets by event time; Flink applies the TTL to the others.
    this.#ttlMs = this.#isBoundedRange() ? 0 : context.stateTtlMs;
    this.#partitions.open({ ttlMs: this.#ttlMs, nowMs: () => context.eval.currentTimeMs() });
    this.#timers = context.eventTimers<PartitionEntry>(({ timeMs, tag }) => this.#onTimer(tag, timeMs));
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'OVER by time takes no updates');
    const { keys, timeColumn, preceding } = this.#settings;
    const timeMs = rowtimeMs(row, timeColumn);
    const found = this.#partitions.find(row, keys);
    const doneMs = preceding === null ? this.context.currentWatermarkMs() : (found?.value.lastTimeMs ?? 0);
    if (timeMs <= doneMs) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    const entry = found ?? this.#partitions.insert(row, keys, newPartition(this.#settings));
    this.#partitions.touch(entry);
    const { pending } = entry.value;
    const bytes = pending.bytes;
    if (pending.add(timeMs, row)) this.#register(timeMs, entry);
    this.#partitions.grow(entry, 1, 1, pending.bytes - bytes);
    if (this.#isBoundedRange()) this.#planCleanUp(entry, timeMs);
  }

  override snapshot(): OperatorSnapshot {
    const positions = new Map<PartitionEntry, number>();
    const frames: Value[] = [];
    for (const entry of this.#partitions.entries()) {
      positions.set(entry, frames.length);
      const { frame, lastTimeMs, cleanUpMs, pending } = entry.value;
      const saved = encodeFrame(frame, this.#settings);
      frames.push([entry.key, saved, lastTimeMs, cleanUpMs, entry.updatedMs, [...pending.times()]]);
    }
    const pending: Value[] = [];
    for (const { timeMs, tag } of present(this.#timers, 'timers of OVER').pending()) {
      const position = positions.get(tag);
      if (position !== undefined) pending.push([position, timeMs, [...(tag.value.pending.at(timeMs) ?? [])]]);
    }
    return { versions: stateVersions(this.describeState()), states: { frames, pending } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const entries = listed(snapshot.states.frames).map((saved) => {
      type Saved = [Row, Value, number, number | null, number, number[]];
      const [key, frame, lastTimeMs, cleanUpMs, updatedMs, times] = saved as unknown as Saved;
      const pending = new PendingRows(times);
      const partition = { frame: decodeFrame(frame, this.#settings), pending, lastTimeMs, cleanUpMs };
      return this.#partitions.restoreEntry(key, partition, updatedMs);
    });
    for (const saved of listed(snapshot.states.pending)) {
      const [position, timeMs, rows] = saved as [number, number, Row[]];
      const entry = present(entries[position], 'partition of pending rows');
      const { pending } = entry.value;
      const bytes = pending.bytes;
      for (const row of rows) pending.add(timeMs, row);
      this.#partitions.grow(entry, 1, rows.length, pending.bytes - bytes);
      this.#register(timeMs, entry);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    const { preceding } = this.#settings;
    const frames =
      preceding === null
        ? 'One entry per partition for ever, unless table.exec.state.ttl is set.'
        : this.#isBoundedRange()
          ? 'One entry per partition; the rows of its last frame go when the watermark has left them behind.'
          : 'One entry per partition with the rows of its last frame; none goes unless table.exec.state.ttl is set.';
    return [
      framesDescriptor(this.#settings, this.#ttlMs, frames),
      rowsDescriptor(this.#settings, 'pending', this.#ttlMs, 'Rows go when the watermark reaches their time.'),
    ];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'pending' ? 'pending' : 'frames'];
  }

  #isBoundedRange(): boolean {
    return this.#settings.unit === 'range' && this.#settings.preceding !== null;
  }

  #register(timeMs: number, entry: PartitionEntry): void {
    present(this.#timers, 'timers of OVER').register(timeMs, entry);
  }

  /** Flink: `registerCleanupTimer`: half a frame later than needed, so that it moves rarely. */
  #planCleanUp(entry: PartitionEntry, timeMs: number): void {
    const preceding = this.#settings.preceding ?? 0;
    const { cleanUpMs } = entry.value;
    if (cleanUpMs !== null && cleanUpMs >= timeMs + preceding + 1) return;
    entry.value.cleanUpMs = timeMs + Math.floor(preceding * 1.5) + 1;
    this.#register(entry.value.cleanUpMs, entry);
  }

  #onTimer(entry: PartitionEntry, timeMs: number): void {
    if (entry.isDeleted) return;
    const partition = entry.value;
    if (partition.cleanUpMs !== null && partition.cleanUpMs <= timeMs) {
      assert(partition.pending.count === 0, 'rows are forgotten only when none of the partition waits');
      const bytes = frameBytes(partition.frame, this.#settings);
      partition.frame = emptyFrame(this.#settings);
      this.#partitions.grow(entry, 0, 0, frameBytes(partition.frame, this.#settings) - bytes);
      partition.cleanUpMs = null;
      return;
    }
    const { pending, frame } = partition;
    const pendingBytes = pending.bytes;
    const rows = pending.take(timeMs);
    // Also without rows: a clean-up that was put off counts as progress of the key, as in Flink.
    partition.lastTimeMs = timeMs;
    if (rows === undefined) return;
    this.#partitions.grow(entry, 1, -rows.length, pending.bytes - pendingBytes);
    this.#partitions.touch(entry);
    const bytes = frameBytes(frame, this.#settings);
    this.#send(frame, rows, timeMs);
    this.#partitions.grow(entry, 0, 0, frameBytes(frame, this.#settings) - bytes);
  }

  #send(frame: Frame, rows: readonly Row[], timeMs: number): void {
    const { unit, handler } = this.#settings;
    const cx = this.context.eval;
    if (unit === 'range') {
      advanceRange(frame, rows, timeMs, this.#settings, cx);
      const values = handler.values(frame.accumulators);
      for (const row of rows) this.output.processRow(RowKind.Insert, row.concat(values));
      return;
    }
    for (const row of rows) {
      advanceRows(frame, row, timeMs, this.#settings, cx);
      this.output.processRow(RowKind.Insert, overResult(row, frame.accumulators, handler));
    }
  }
}

function newPartition(settings: OverSettings): Partition {
  return { frame: emptyFrame(settings), pending: new PendingRows(), lastTimeMs: 0, cleanUpMs: null };
}
