/**
 * Aggregation over TUMBLE, HOP and CUMULATE windows. Flink: `WindowAggOperator` with
 * `SliceUnsharedWindowAggProcessor` and `SliceSharedWindowAggProcessor`.
 *
 * Time is cut into slices that do not overlap; every row is added to one slice, and a window is put
 * together from its slices when it fires. So HOP costs one addition per row, not size/slide:
 *
 *   slices     |--a--|--b--|--c--|--d--|        HOP(slide = slice, size = 3 slices)
 *   windows    [a  b  c)                        fires at the end of c, then forgets a
 *                    [b  c  d)                  fires at the end of d, then forgets b
 *
 * CUMULATE keeps a running accumulator per maximal window into which each slice is folded as it closes.
 * Lateness is per window (flink-semantics #6): a row whose slice has closed still counts in the windows
 * that have not fired; only when all have fired it is dropped and counted. Results are +I, final, one
 * per key and window that holds a row.
 *
 * State: accumulators of open slices per key; a slice is forgotten when the last window that uses it
 * has fired. Cost per row: one key look-up, one slice look-up.
 */
import { assert, present } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import { MAP_SLOT_BYTES, objectBytes } from '../../data/memory-size.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
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
import {
  type AlignedWindows,
  lastWindowEnd,
  sliceEndOf,
  sliceSizeMs,
  windowStartOfEnd,
} from '../../engine/time-windows.ts';
import { inspectLists } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { newSlice, type Slice, sliceBytes, TwoPhaseBatches, totalOf } from './two-phase.ts';
import { WaitingKeys } from './waiting-keys.ts';
import { fireTimeMs, type WindowAggregateSettings, windowResult, windowStateDescriptor } from './window-result.ts';

/** Slices of one key by their end. `running` (CUMULATE): totals by the end of the maximal window. */
interface KeySlices {
  readonly slices: Map<number, Slice>;
  readonly running: Map<number, Slice>;
}

type KeyEntry = StateEntry<KeySlices>;

function slicesOf({ slices, running }: KeySlices): number {
  return slices.size + running.size;
}

/** Without slices: the object with its two maps. */
const KEY_BYTES = objectBytes(2) + 2 * objectBytes(4);

/** Aggregates per key and aligned window. */
export class WindowAggregateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: WindowAggregateSettings;
  readonly #windows: AlignedWindows;
  readonly #keys: KeyedState<KeySlices>;
  /** Keys that wait for the window ending then, in order of registration. */
  readonly #waiting = new WaitingKeys<KeyEntry>();
  readonly #states: Readonly<Record<'windows' | 'timers', InspectedState>>;
  #timers: TimerService<number> | null = null;
  /** Only where the order of additions shows. */
  readonly #batches: TwoPhaseBatches | null;
  /** End of the slice that the watermark was in when the batches were looked at last. */
  #sliceOfWatermarkEndMs = Number.NEGATIVE_INFINITY;

  constructor(settings: WindowAggregateSettings, windows: AlignedWindows) {
    super();
    this.#settings = settings;
    this.#windows = windows;
    this.#keys = new KeyedState(settings.keySchema, undefined, {
      count: (value, list) => (list === 0 ? slicesOf(value) : 0),
      bytes: (value, list) => (list === 0 ? KEY_BYTES + this.#bytesOf(value) : 0),
    });
    this.#states = { windows: this.#inspectWindows(), timers: this.#waiting.inspect(() => this.#keys.changeCount) };
    const isInexact = settings.callSchema.some(({ type }) => type.kind === 'DOUBLE' || type.kind === 'FLOAT');
    // Flink splits only aggregates of insert-only input over event time.
    const isSplit = isInexact && settings.attribute === 'rowtime' && !settings.retract;
    this.#batches = isSplit ? new TwoPhaseBatches(settings.handler) : null;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#keys.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    const onTimer = ({ tag }: { readonly tag: number }): void => this.#fireAll(tag);
    this.#timers =
      this.#settings.attribute === 'rowtime'
        ? context.eventTimers<number>(onTimer)
        : context.processingTimers<number>(onTimer);
  }

  processRow(kind: RowKind, row: Row): void {
    const { attribute, zone, timeColumn, keys } = this.#settings;
    const time = attribute === 'proctime' ? this.context.eval.currentTimeMs() : row[timeColumn];
    if (time === null || time === undefined) {
      const message = 'RowTime field should not be null, please convert it to a non-null long value.';
      throw new RunError('run/null-rowtime', message, 'java.lang.RuntimeException');
    }
    assert(typeof time === 'number', 'a time attribute has at most millisecond precision');
    const sliceEndMs = sliceEndOf(this.#windows, zone.toLocal(time));
    if (attribute === 'rowtime' && this.#hasFired(sliceEndMs)) {
      this.#addLate(kind, row, sliceEndMs);
      return;
    }
    const entry = this.#entry(row, keys);
    this.#add(kind, row, entry, entry.value.slices, sliceEndMs, this.#batches);
    this.#wait(entry, sliceEndMs);
  }

  override processWatermark(_timeMs: number): void {
    this.#handOverBatches();
  }

  override snapshot(): OperatorSnapshot {
    const { handler } = this.#settings;
    const positions = new Map<KeyEntry, number>();
    const encode = (slices: Map<number, Slice>): Value =>
      [...slices].map(([endMs, { accumulators, rowCount, local, global }]) => [
        endMs,
        handler.encode(accumulators),
        rowCount,
        local === null ? null : handler.encode(local),
        global === null ? null : handler.encode(global),
      ]);
    const windows: Value[] = [];
    for (const entry of this.#keys.entries()) {
      positions.set(entry, windows.length);
      windows.push([entry.key, encode(entry.value.slices), encode(entry.value.running), entry.updatedMs]);
    }
    const timers: Value[] = [...this.#waiting.ends()].map(([endMs, entries]) => [
      endMs,
      [...entries].map((entry) => present(positions.get(entry), 'waiting key')),
    ]);
    return { versions: stateVersions(this.describeState()), states: { windows, timers } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const { handler } = this.#settings;
    const decode = (saved: Value): Map<number, Slice> =>
      new Map(
        (saved as [number, Value, number, Value, Value][]).map(([endMs, accumulators, rowCount, local, global]) => {
          const slice: Slice = {
            accumulators: handler.decode(accumulators),
            rowCount,
            local: local === null ? null : handler.decode(local),
            global: global === null ? null : handler.decode(global),
          };
          this.#batches?.adopt(slice, endMs);
          return [endMs, slice];
        }),
      );
    const entries: KeyEntry[] = [];
    for (const saved of listed(snapshot.states.windows)) {
      const [key, slices, running, updatedMs] = saved as [Row, Value, Value, number];
      entries.push(this.#keys.restoreEntry(key, { slices: decode(slices), running: decode(running) }, updatedMs));
    }
    for (const saved of listed(snapshot.states.timers)) {
      const [endMs, positions] = saved as [number, number[]];
      for (const position of positions) this.#wait(present(entries[position], 'waiting key'), endMs);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    const bound = 'One entry per key and open slice; a slice goes when its last window has fired.';
    const windows = windowStateDescriptor(this.#settings, bound);
    const end = windows.keySchema.slice(-1);
    const timers: StateDescriptor = {
      name: 'timers',
      kind: 'timers',
      keySchema: end,
      valueSchema: [{ name: 'keys', type: { kind: 'BIGINT', nullable: false } }],
      ttlMs: 0,
      bound: 'One entry per window that will fire.',
      version: 1,
    };
    return [windows, timers];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'timers' ? 'timers' : 'windows'];
  }

  #inspectWindows(): InspectedState {
    const windows = this.#windows;
    const sizeMs = sliceSizeMs(windows);
    return inspectLists(() => this.#keys, 0, {
      *items({ running, slices }: KeySlices): IterableIterator<readonly [number, number, Slice]> {
        for (const [endMs, slice] of running) yield [windowStartOfEnd(windows, endMs), endMs, slice];
        for (const [endMs, slice] of slices) yield [endMs - sizeMs, endMs, slice];
      },
      countOf: slicesOf,
      key: (key, [startMs, endMs]) => [...key, startMs, endMs],
      value: ([, , slice]) => this.#shown(slice),
    });
  }

  #bytesOf({ slices, running }: KeySlices): number {
    const { handler } = this.#settings;
    let bytes = 0;
    for (const slice of slices.values()) bytes += MAP_SLOT_BYTES + sliceBytes(slice, handler);
    for (const slice of running.values()) bytes += MAP_SLOT_BYTES + sliceBytes(slice, handler);
    return bytes;
  }

  #shown(slice: Slice): Row {
    const { handler } = this.#settings;
    return [...handler.values(totalOf(slice, handler)), slice.rowCount];
  }

  /** Before windows fire, and after a watermark that lets none fire. */
  #handOverBatches(): void {
    if (this.#batches === null) return;
    const watermarkMs = this.context.currentWatermarkMs();
    // At the last watermark every slice has ended.
    const isTime = Math.abs(watermarkMs) < Number.MAX_SAFE_INTEGER;
    const endMs = isTime ? sliceEndOf(this.#windows, this.#settings.zone.toLocal(watermarkMs + 1)) : watermarkMs;
    if (endMs === this.#sliceOfWatermarkEndMs) return;
    this.#sliceOfWatermarkEndMs = endMs;
    this.#batches.handOver((sliceEndMs) => this.#hasFired(sliceEndMs));
  }

  #entry(row: Row, keys: readonly number[]): KeyEntry {
    return this.#keys.find(row, keys) ?? this.#keys.insert(row, keys, { slices: new Map(), running: new Map() });
  }

  #hasFired(windowEndMs: number): boolean {
    return this.context.currentWatermarkMs() >= fireTimeMs(windowEndMs, this.#settings.zone);
  }

  /** The slice has closed: the row counts where a window with that slice is still open. */
  #addLate(kind: RowKind, row: Row, sliceEndMs: number): void {
    const lastEndMs = lastWindowEnd(this.#windows, sliceEndMs);
    if (this.#hasFired(lastEndMs)) {
      this.context.metrics.numLateRecordsDropped += 1;
      this.#batches?.touch(sliceEndMs);
      return;
    }
    const entry = this.#entry(row, this.#settings.keys);
    // CUMULATE has folded the closed slice into its running total already.
    const { running, slices } = entry.value;
    if (this.#windows.kind === 'cumulate') this.#add(kind, row, entry, running, lastEndMs, null);
    else this.#add(kind, row, entry, slices, sliceEndMs, this.#batches);
    let endMs = sliceEndMs;
    while (this.#hasFired(endMs)) endMs += sliceSizeMs(this.#windows);
    this.#wait(entry, endMs);
  }

  #add(
    kind: RowKind,
    row: Row,
    entry: KeyEntry,
    slices: Map<number, Slice>,
    endMs: number,
    batches: TwoPhaseBatches | null,
  ): void {
    const { handler, retract } = this.#settings;
    let slice = slices.get(endMs);
    if (slice === undefined) {
      slice = newSlice(handler);
      slices.set(endMs, slice);
      this.#keys.grow(entry, 0, 1, MAP_SLOT_BYTES + sliceBytes(slice, handler));
    }
    const bytes = sliceBytes(slice, handler);
    if (isAccumulate(kind)) {
      const accumulators = batches?.batchOf(slice, endMs) ?? slice.accumulators;
      handler.accumulate(accumulators, row, this.context.eval);
      slice.rowCount += 1;
    } else {
      assert(retract, 'a window aggregate planned for insert-only input gets no retraction');
      handler.retract(slice.accumulators, row, this.context.eval);
      slice.rowCount -= 1;
    }
    this.#keys.grow(entry, 0, 0, sliceBytes(slice, handler) - bytes);
    this.#keys.touch(entry);
  }

  #wait(entry: KeyEntry, windowEndMs: number): void {
    if (!this.#waiting.add(entry, windowEndMs)) return;
    present(this.#timers, 'timers of a window').register(fireTimeMs(windowEndMs, this.#settings.zone), windowEndMs);
  }

  #fireAll(windowEndMs: number): void {
    this.#handOverBatches();
    for (const entry of this.#waiting.take(windowEndMs)) {
      if (entry.isDeleted) continue;
      const countBefore = slicesOf(entry.value);
      const bytesBefore = this.#bytesOf(entry.value);
      this.#fire(entry, windowEndMs);
      this.#keys.grow(entry, 0, slicesOf(entry.value) - countBefore, this.#bytesOf(entry.value) - bytesBefore);
      const { slices, running } = entry.value;
      if (slices.size > 0 || running.size > 0) continue;
      this.#keys.delete(entry);
      this.#waiting.forget(entry);
    }
  }

  #fire(entry: KeyEntry, endMs: number): void {
    const windows = this.#windows;
    if (windows.kind === 'tumble') this.#fireTumble(entry, endMs);
    else if (windows.kind === 'hop') this.#fireHop(entry, endMs, windows);
    else this.#fireCumulate(entry, endMs, windows);
  }

  #fireTumble(entry: KeyEntry, endMs: number): void {
    const slice = entry.value.slices.get(endMs);
    entry.value.slices.delete(endMs);
    if (slice !== undefined) this.#emit(entry, endMs, slice);
  }

  #fireHop(entry: KeyEntry, endMs: number, windows: AlignedWindows & { readonly kind: 'hop' }): void {
    const { slices } = entry.value;
    const { handler } = this.#settings;
    const total = newSlice(handler);
    // Newest slice first, as Flink merges them: FIRST_VALUE and LISTAGG show the order.
    for (let sliceEndMs = endMs; sliceEndMs > endMs - windows.sizeMs; sliceEndMs -= windows.slideMs) {
      const slice = slices.get(sliceEndMs);
      if (slice === undefined) continue;
      handler.merge(total.accumulators, slice.accumulators);
      total.rowCount += slice.rowCount;
    }
    if (total.rowCount > 0) {
      this.#emit(entry, endMs, total);
      this.#wait(entry, endMs + windows.slideMs);
    }
    slices.delete(endMs - windows.sizeMs + windows.slideMs);
    if (total.rowCount === 0) this.#dropBefore(slices, endMs);
  }

  /** An empty window ends the chain of timers, so what it leaves behind would never be looked at again. */
  #dropBefore(slices: Map<number, Slice>, endMs: number): void {
    for (const sliceEndMs of slices.keys()) if (sliceEndMs <= endMs) slices.delete(sliceEndMs);
  }

  #fireCumulate(entry: KeyEntry, endMs: number, windows: AlignedWindows & { readonly kind: 'cumulate' }): void {
    const { slices, running } = entry.value;
    const lastEndMs = lastWindowEnd(windows, endMs);
    const slice = slices.get(endMs);
    slices.delete(endMs);
    let total = running.get(lastEndMs);
    if (total === undefined) {
      total = slice ?? newSlice(this.#settings.handler);
      running.set(lastEndMs, total);
    } else if (slice !== undefined) {
      this.#settings.handler.merge(total.accumulators, slice.accumulators);
      total.rowCount += slice.rowCount;
    }
    this.#emit(entry, endMs, total);
    if (endMs < lastEndMs) this.#wait(entry, endMs + windows.stepMs);
    else running.delete(lastEndMs);
  }

  #emit(entry: KeyEntry, endMs: number, slice: Slice): void {
    // All rows were taken back: the window is as if it had never been.
    if (slice.rowCount === 0) return;
    const values = this.#settings.handler.values(slice.accumulators);
    const window = { startMs: windowStartOfEnd(this.#windows, endMs), endMs };
    this.output.processRow(RowKind.Insert, windowResult(this.#settings, entry.key, values, window));
  }
}
