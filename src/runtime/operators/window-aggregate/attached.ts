/**
 * Window aggregation over windows that the rows bring along as columns: cascades (a 1 h window over
 * the results of 1 min windows) and aggregates above a SESSION table function. Flink:
 * `WindowedSliceAssigner`. The row says its window; the window fires at its end like any other, and a
 * row whose window has fired is late.
 *
 * State: one accumulator per key and window until the window fires.
 */
import { assert, present } from '../../base/assert.ts';
import { objectBytes } from '../../data/memory-size.ts';
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
import { type Accumulators, accumulatorsBytes } from '../../sql/4-codegen/compiled.ts';
import { inspectValues } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { fireTimeMs, type WindowAggregateSettings, windowResult, windowStateDescriptor } from './window-result.ts';

interface OpenWindow {
  accumulators: Accumulators;
  rowCount: number;
}

type WindowEntry = StateEntry<OpenWindow>;

/** Aggregates per key and attached window. The state's key is: keys, window start, window end. */
export class AttachedWindowAggregateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: WindowAggregateSettings;
  readonly #keyColumns: readonly number[];
  readonly #endColumn: number;
  readonly #windows: KeyedState<OpenWindow>;
  readonly #state: InspectedState;
  #timers: TimerService<WindowEntry> | null = null;

  constructor(settings: WindowAggregateSettings, columns: { readonly start: number; readonly end: number }) {
    super();
    this.#settings = settings;
    this.#keyColumns = [...settings.keys, columns.start, columns.end];
    this.#endColumn = columns.end;
    const { handler } = settings;
    this.#windows = new KeyedState(this.describeState()[0]?.keySchema ?? [], undefined, {
      bytes: ({ accumulators }) => objectBytes(2) + accumulatorsBytes(accumulators, handler),
    });
    this.#state = inspectValues(
      () => this.#windows,
      ({ accumulators, rowCount }) => [...handler.values(accumulators), rowCount],
    );
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#windows.open({ ttlMs: 0, nowMs: () => context.eval.currentTimeMs() });
    const onTimer = ({ tag }: { readonly tag: WindowEntry }): void => this.#fire(tag);
    this.#timers =
      this.#settings.attribute === 'rowtime'
        ? context.eventTimers<WindowEntry>(onTimer)
        : context.processingTimers<WindowEntry>(onTimer);
  }

  processRow(kind: RowKind, row: Row): void {
    const { attribute, handler, zone, retract } = this.#settings;
    const endMs = row[this.#endColumn];
    assert(typeof endMs === 'number', 'window_end is a timestamp of millisecond precision');
    const fireMs = fireTimeMs(endMs, zone);
    if (attribute === 'rowtime' && this.context.currentWatermarkMs() >= fireMs) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    let entry = this.#windows.find(row, this.#keyColumns);
    if (entry === undefined) {
      entry = this.#windows.insert(row, this.#keyColumns, { accumulators: handler.create(), rowCount: 0 });
      present(this.#timers, 'timers of a window').register(fireMs, entry);
    }
    const bytesBefore = accumulatorsBytes(entry.value.accumulators, handler);
    if (isAccumulate(kind)) {
      handler.accumulate(entry.value.accumulators, row, this.context.eval);
      entry.value.rowCount += 1;
    } else {
      assert(retract, 'a window aggregate planned for insert-only input gets no retraction');
      handler.retract(entry.value.accumulators, row, this.context.eval);
      entry.value.rowCount -= 1;
    }
    this.#windows.grow(entry, 0, 0, accumulatorsBytes(entry.value.accumulators, handler) - bytesBefore);
    this.#windows.touch(entry);
  }

  override snapshot(): OperatorSnapshot {
    const windows: Value[] = [];
    for (const { key, value, updatedMs } of this.#windows.entries()) {
      windows.push([key, this.#settings.handler.encode(value.accumulators), value.rowCount, updatedMs]);
    }
    return { versions: stateVersions(this.describeState()), states: { windows } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const saved of listed(snapshot.states.windows)) {
      const [key, accumulators, rowCount, updatedMs] = saved as [Row, Value, number, number];
      const open = { accumulators: this.#settings.handler.decode(accumulators), rowCount };
      const entry = this.#windows.restoreEntry(key, open, updatedMs);
      const endMs = key[key.length - 1] as number;
      present(this.#timers, 'timers of a window').register(fireTimeMs(endMs, this.#settings.zone), entry);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    return [windowStateDescriptor(this.#settings, 'One entry per key and window; it goes when the window fires.')];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #fire(entry: WindowEntry): void {
    this.#windows.delete(entry);
    if (entry.value.rowCount === 0) return;
    const keyCount = this.#settings.keys.length;
    const window = { startMs: entry.key[keyCount] as number, endMs: entry.key[keyCount + 1] as number };
    const values = this.#settings.handler.values(entry.value.accumulators);
    this.output.processRow(RowKind.Insert, windowResult(this.#settings, entry.key.slice(0, keyCount), values, window));
  }
}
