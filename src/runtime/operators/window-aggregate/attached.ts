/**
 * Window aggregation over windows that the rows bring along as columns: cascades (a 1 h window over
 * the results of 1 min windows) and aggregates above a SESSION table function. Flink:
 * `WindowedSliceAssigner`. The row says its window; the window fires at its end like any other, and a
 * row whose window has fired is late.
 *
 * State: one accumulator per key and window until the window fires.
 */
import { assert, present } from '../../base/assert.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
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
import type { Accumulators } from '../../sql/4-codegen/compiled.ts';
import { KeyedState, type StateEntry } from '../../state/keyed-state.ts';
import { pageOf } from '../../state/state-page.ts';
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
  #timers: TimerService<WindowEntry> | null = null;

  constructor(settings: WindowAggregateSettings, columns: { readonly start: number; readonly end: number }) {
    super();
    this.#settings = settings;
    this.#keyColumns = [...settings.keys, columns.start, columns.end];
    this.#endColumn = columns.end;
    this.#windows = new KeyedState(this.describeState()[0]?.keySchema ?? []);
  }

  override open(context: OperatorContext): void {
    super.open(context);
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
    if (isAccumulate(kind)) {
      handler.accumulate(entry.value.accumulators, row, this.context.eval);
      entry.value.rowCount += 1;
    } else {
      assert(retract, 'a window aggregate planned for insert-only input gets no retraction');
      handler.retract(entry.value.accumulators, row, this.context.eval);
      entry.value.rowCount -= 1;
    }
  }

  override snapshot(): OperatorSnapshot {
    const windows: Value[] = [];
    for (const { key, value } of this.#windows.entries()) {
      windows.push([key, this.#settings.handler.encode(value.accumulators), value.rowCount]);
    }
    return { versions: stateVersions(this.describeState()), states: { windows } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const saved of snapshot.states.windows ?? []) {
      const [key, accumulators, rowCount] = saved as [Row, Value, number];
      const open = { accumulators: this.#settings.handler.decode(accumulators), rowCount };
      const entry = this.#windows.restoreEntry(key, open, 0);
      const endMs = key[key.length - 1] as number;
      present(this.#timers, 'timers of a window').register(fireTimeMs(endMs, this.#settings.zone), entry);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    return [windowStateDescriptor(this.#settings, 'One entry per key and window; it goes when the window fires.')];
  }

  override listState(_name: string, query: StateQuery): StatePage {
    return pageOf(this.#listed(), query);
  }

  *#listed(): IterableIterator<{ key: Row; value: Row; updatedMs: null }> {
    for (const { key, value } of this.#windows.entries()) {
      const values = this.#settings.handler.values(value.accumulators);
      yield { key, value: [...values, value.rowCount], updatedMs: null };
    }
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
