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
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  StatePage,
  StateQuery,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import { KeyedState, type StateEntry } from '../../state/keyed-state.ts';
import { pageOf } from '../../state/state-page.ts';
import { advanceRange, advanceRows, decodeFrame, emptyFrame, encodeFrame, type Frame } from './frame.ts';
import { framesDescriptor, type OverSettings, overResult, rowsDescriptor } from './over-settings.ts';

/** A partition: its frame, and rows of milliseconds that are not over. */
interface Partition {
  frame: Frame;
  readonly pending: Map<number, Row[]>;
}

type PartitionEntry = StateEntry<Partition>;

/** OVER by processing time. */
export class ProcTimeOverOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: OverSettings;
  #partitions: KeyedState<Partition>;
  #timers: TimerService<PartitionEntry> | null = null;
  #ttlMs = 0;

  constructor(settings: OverSettings) {
    super();
    this.#settings = settings;
    this.#partitions = new KeyedState(settings.keySchema);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    const nowMs = (): number => context.eval.currentTimeMs();
    this.#partitions = new KeyedState(this.#settings.keySchema, { ttlMs: context.stateTtlMs, nowMs });
    this.#timers = context.processingTimers<PartitionEntry>(({ timeMs, tag }) => this.#onTimer(tag, timeMs));
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'OVER by time takes no updates');
    const { keys, unit, preceding, handler } = this.#settings;
    const entry =
      this.#partitions.find(row, keys) ??
      this.#partitions.insert(row, keys, { frame: emptyFrame(this.#settings), pending: new Map() });
    this.#partitions.touch(entry);
    const nowMs = this.context.eval.currentTimeMs();
    if (unit === 'range' && preceding !== null) {
      const rows = entry.value.pending.get(nowMs);
      if (rows !== undefined) rows.push(row);
      else {
        entry.value.pending.set(nowMs, [row]);
        present(this.#timers, 'timers of OVER').register(nowMs + 1, entry);
      }
      return;
    }
    const { frame } = entry.value;
    advanceRows(frame, row, nowMs, this.#settings, this.context.eval);
    this.output.processRow(RowKind.Insert, overResult(row, frame.accumulators, handler));
  }

  override snapshot(): OperatorSnapshot {
    const positions = new Map<PartitionEntry, number>();
    const frames: Value[] = [];
    for (const entry of this.#partitions.entries()) {
      positions.set(entry, frames.length);
      frames.push([entry.key, encodeFrame(entry.value.frame, this.#settings), entry.updatedMs]);
    }
    const pending: Value[] = [];
    for (const { timeMs, tag } of present(this.#timers, 'timers of OVER').pending()) {
      const position = positions.get(tag);
      if (position !== undefined) pending.push([position, timeMs - 1, tag.value.pending.get(timeMs - 1) ?? []]);
    }
    return { versions: stateVersions(this.describeState()), states: { frames, pending } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const entries = (snapshot.states.frames ?? []).map((saved) => {
      const [key, frame, updatedMs] = saved as [Row, Value, number];
      const partition = { frame: decodeFrame(frame, this.#settings), pending: new Map() };
      return this.#partitions.restoreEntry(key, partition, updatedMs);
    });
    for (const saved of snapshot.states.pending ?? []) {
      const [position, timeMs, rows] = saved as [number, number, Row[]];
      const entry = present(entries[position], 'partition of pending rows');
      entry.value.pending.set(timeMs, [...rows]);
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

  override listState(name: string, query: StateQuery): StatePage {
    return pageOf(name === 'pending' ? this.#listPending() : this.#listFrames(), query);
  }

  *#listFrames(): IterableIterator<{ key: Row; value: Row; updatedMs: number | null }> {
    for (const { key, value, updatedMs } of this.#partitions.entries()) {
      const values = this.#settings.handler.values(value.frame.accumulators);
      yield { key, value: values, updatedMs: this.#ttlMs > 0 ? updatedMs : null };
    }
  }

  *#listPending(): IterableIterator<{ key: Row; value: Row; updatedMs: null }> {
    for (const { key, value } of this.#partitions.entries()) {
      for (const rows of value.pending.values()) for (const row of rows) yield { key, value: row, updatedMs: null };
    }
  }

  #onTimer(entry: PartitionEntry, timeMs: number): void {
    const rows = entry.value.pending.get(timeMs - 1);
    if (rows === undefined || entry.isDeleted) return;
    entry.value.pending.delete(timeMs - 1);
    const { frame } = entry.value;
    advanceRange(frame, rows, timeMs - 1, this.#settings, this.context.eval);
    const values = this.#settings.handler.values(frame.accumulators);
    for (const row of rows) this.output.processRow(RowKind.Insert, row.concat(values));
  }
}
