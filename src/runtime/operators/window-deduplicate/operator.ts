/**
 * The first or last row by time of each key and window, sent once when the window ends.
 * Flink: `RowTimeDeduplicateRecordsCombiner` in a window operator. Of equal times the later arrival is
 * last and the earlier one first. State: one row per key and open window.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { objectBytes, rowBytes } from '../../data/memory-size.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { windowZone } from '../../engine/window-zone.ts';
import { inspectValues } from '../../state/inspect.ts';
import { type WindowColumns, WindowState } from '../../state/window-state.ts';

/** Settings of a window deduplication. */
export interface WindowDeduplicateSettings {
  readonly schema: Schema;
  readonly columns: WindowColumns;
  readonly keep: 'first' | 'last';
  readonly timeColumn: number;
}

/** Keeps one row per key and window. */
export class WindowDeduplicateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: WindowDeduplicateSettings;
  readonly #windows: WindowState<{ row: Row }>;
  readonly #state: InspectedState;

  constructor(settings: WindowDeduplicateSettings, windows: WindowState<{ row: Row }>) {
    super();
    this.#settings = settings;
    this.#windows = windows;
    this.#state = inspectValues(
      () => windows.keyed,
      ({ row }) => row,
    );
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#windows.open(context, ({ value }) => this.output.processRow(RowKind.Insert, value.row));
  }

  processRow(_kind: RowKind, row: Row): void {
    const { columns, keep, timeColumn } = this.#settings;
    const entry = this.#windows.entryOf(row, columns, () => ({ row }));
    if (entry === null || entry.value.row === row) return;
    const keptMs = entry.value.row[timeColumn] as number;
    const timeMs = row[timeColumn] as number;
    if (keep === 'last' ? keptMs > timeMs : timeMs >= keptMs) return;
    const { keyed } = this.#windows;
    keyed.grow(entry, 0, 0, rowBytes(row) - rowBytes(entry.value.row));
    keyed.touch(entry);
    entry.value.row = row;
  }

  override snapshot(): OperatorSnapshot {
    const rows: Value[] = [];
    for (const { key, value, updatedMs } of this.#windows.entries()) rows.push([key, value.row, updatedMs]);
    return { versions: stateVersions(this.describeState()), states: { rows } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const saved of listed(snapshot.states.rows)) {
      const [key, row, updatedMs] = saved as [Row, Row, number];
      this.#windows.restore(key, { row }, updatedMs);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'rows',
        kind: 'value',
        keySchema: this.#windows.keySchema,
        valueSchema: this.#settings.schema,
        ttlMs: 0,
        bound: 'One row per key and open window; it goes when the window ends.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }
}

/** Runtime of `window-deduplicate`. */
export const windowDeduplicateFactory: OperatorFactory<'window-deduplicate'> = {
  kind: 'window-deduplicate',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a window deduplication');
    const keySchema = options.keys.map((key) => present(schema[key], 'key column'));
    const settings: WindowDeduplicateSettings = {
      schema,
      columns: { keys: options.keys, end: options.windowEnd },
      keep: options.keep,
      timeColumn: options.timeColumn,
    };
    return new WindowDeduplicateOperator(
      settings,
      new WindowState(keySchema, windowZone(options.local, shape.timeZone), {
        bytes: ({ row }) => objectBytes(1) + rowBytes(row),
      }),
    );
  },
};
