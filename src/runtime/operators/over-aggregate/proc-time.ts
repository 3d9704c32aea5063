/**
 * OVER ordered by processing time. Flink: `ProcTimeUnboundedPrecedingFunction`,
 * `ProcTimeRowsBoundedPrecedingFunction`, `ProcTimeRangeBoundedPrecedingFunction`.
 *
 * Rows come in their order, so a result leaves with its row; only RANGE with a lower bound waits until
 * the millisecond is over, because rows of one millisecond are peers. What waits at the end of bounded
 * input is lost, as in Flink (flink-semantics #17).
 *
 * State: accumulators per key for ever (or TTL), and for bounded frames the rows of the last frame.
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
import type { KeyedState } from '../../state/keyed-state.ts';
import { PendingRows } from '../../state/pending-rows.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { advanceRange, advanceRows, decodeFrame, emptyFrame, encodeFrame, type Frame, frameBytes } from './frame.ts';
import { framesDescriptor, type OverSettings, overResult, rowsDescriptor } from './over-settings.ts';
import { inspectTimedPartitions, timedPartitions } from './timed-partitions.ts';

/** A partition: its frame, and rows of milliseconds that are not over. */
interface Partition {
  frame: Frame;
  readonly pending: PendingRows;
}

type PartitionEntry = StateEntry<Partition>;

/** OVER by processing time. */
export class ProcTimeOverOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: OverSettings;
  readonly #partitions: KeyedState<Partition>;
  readonly #states: Readonly<Record<'frames' | 'pending', InspectedState>>;
  #timers: TimerService<PartitionEntry> | null = null;
  #ttlMs = 0;

  constructor(settings: OverSettings) {
    super();
    this.#settings = settings;
    this.#partitions = timedPartitions(settings, 2);
    this.#states = inspectTimedPartitions(() => this.#partitions, settings);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#partitions.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
    this.#timers = context.processingTimers<PartitionEntry>(({ timeMs, tag }) => this.#onTimer(tag, timeMs));
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'OVER by time takes no updates');
    const { keys, unit, preceding, handler } = this.#settings;
    const entry =
      this.#partitions.find(row, keys) ??
      this.#partitions.insert(row, keys, { frame: emptyFrame(this.#settings), pending: new PendingRows() });
    this.#partitions.touch(entry);
    const nowMs = this.context.eval.currentTimeMs();
    if (unit === 'range' && preceding !== null) {
      this.#change(entry, () => {
        if (entry.value.pending.add(nowMs, row)) present(this.#timers, 'timers of OVER').register(nowMs + 1, entry);
      });
      return;
    }
    const { frame } = entry.value;
    this.#change(entry, () => advanceRows(frame, row, nowMs, this.#settings, this.context.eval));
    this.output.processRow(RowKind.Insert, overResult(row, frame.accumulators, handler));
  }

  override snapshot(): OperatorSnapshot {
    const positions = new Map<PartitionEntry, number>();
    const frames: Value[] = [];
    for (const entry of this.#partitions.entries()) {
      positions.set(entry, frames.length);
      const { frame, pending } = entry.value;
      frames.push([entry.key, encodeFrame(frame, this.#settings), entry.updatedMs, [...pending.times()]]);
    }
    const pending: Value[] = [];
    for (const { timeMs, tag } of present(this.#timers, 'timers of OVER').pending()) {
      const position = positions.get(tag);
      if (position !== undefined) pending.push([position, timeMs - 1, [...(tag.value.pending.at(timeMs - 1) ?? [])]]);
    }
    return { versions: stateVersions(this.describeState()), states: { frames, pending } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const entries = listed(snapshot.states.frames).map((saved) => {
      const [key, frame, updatedMs, times] = saved as unknown as [Row, Value, number, number[]];
      const partition = { frame: decodeFrame(frame, this.#settings), pending: new PendingRows(times) };
      return this.#partitions.restoreEntry(key, partition, updatedMs);
    });
    for (const saved of listed(snapshot.states.pending)) {
      const [position, timeMs, rows] = saved as [number, number, Row[]];
      const entry = present(entries[position], 'partition of pending rows');
      this.#change(entry, () => {
        for (const row of rows) entry.value.pending.add(timeMs, row);
      });
      present(this.#timers, 'timers of OVER').register(timeMs + 1, entry);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    const bound = 'One entry per partition for ever, unless table.exec.state.ttl is set.';
    return [
      framesDescriptor(this.#settings, this.#ttlMs, bound),
      rowsDescriptor(this.#settings, 'pending', this.#ttlMs, 'Rows go when their millisecond is over.'),
    ];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'pending' ? 'pending' : 'frames'];
  }

  /** Runs what changes the frame, or the waiting rows, of a partition, and keeps its figures up. */
  #change(entry: PartitionEntry, change: () => void): void {
    const { frame, pending } = entry.value;
    const [count, pendingBytes, bytes] = [pending.count, pending.bytes, frameBytes(frame, this.#settings)];
    change();
    this.#partitions.grow(entry, 0, 0, frameBytes(entry.value.frame, this.#settings) - bytes);
    this.#partitions.grow(entry, 1, pending.count - count, pending.bytes - pendingBytes);
  }

  #onTimer(entry: PartitionEntry, timeMs: number): void {
    if (entry.isDeleted) return;
    const { frame, pending } = entry.value;
    let rows: Row[] = [];
    this.#change(entry, () => {
      rows = pending.take(timeMs - 1) ?? [];
      if (rows.length > 0) advanceRange(frame, rows, timeMs - 1, this.#settings, this.context.eval);
    });
    if (rows.length === 0) return;
    this.#partitions.touch(entry);
    const values = this.#settings.handler.values(frame.accumulators);
    for (const row of rows) this.output.processRow(RowKind.Insert, row.concat(values));
  }
}
