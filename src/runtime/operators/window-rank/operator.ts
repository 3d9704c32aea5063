/**
 * Top-N within windows: the first rows of each window, sent once when the window ends, in rank order.
 * Flink: `WindowRankOperatorBuilder`. Insert-only in and out; rows of ended windows are late.
 *
 * State: the first `end` rows per key and open window.
 */
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
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
import { compileComparator } from '../../sql/4-codegen/compile-comparator.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';
import { inspectRowLists, listedRowBytes, rowListContents } from '../../state/row-list.ts';
import { type WindowColumns, WindowState } from '../../state/window-state.ts';

/** Settings of a window rank. */
export interface WindowRankSettings {
  readonly schema: Schema;
  readonly columns: WindowColumns;
  readonly compare: RowComparator;
  readonly start: number;
  readonly end: number;
  readonly outputRank: boolean;
}

/** Ranks rows per key and window. */
export class WindowRankOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: WindowRankSettings;
  readonly #windows: WindowState<Row[]>;
  readonly #state: InspectedState;

  constructor(settings: WindowRankSettings, windows: WindowState<Row[]>) {
    super();
    this.#settings = settings;
    this.#windows = windows;
    this.#state = inspectRowLists(() => windows.keyed);
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#windows.open(context, ({ value }) => this.#fire(value));
  }

  processRow(_kind: RowKind, row: Row): void {
    const entry = this.#windows.entryOf(row, this.#settings.columns, () => []);
    if (entry === null) return;
    const { compare, end } = this.#settings;
    const rows = entry.value;
    let at = rows.length;
    // Behind equal rows: the earlier one ranks first.
    while (at > 0 && compare(row, rows[at - 1] as Row) < 0) at -= 1;
    if (at >= end) return;
    const { keyed } = this.#windows;
    rows.splice(at, 0, row);
    keyed.grow(entry, 0, 1, listedRowBytes(row));
    for (const out of rows.splice(end)) keyed.grow(entry, 0, -1, -listedRowBytes(out));
    keyed.touch(entry);
  }

  override snapshot(): OperatorSnapshot {
    const rows: Value[] = [];
    for (const { key, value, updatedMs } of this.#windows.entries()) rows.push([key, [...value], updatedMs]);
    return { versions: stateVersions(this.describeState()), states: { rows } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const saved of listed(snapshot.states.rows)) {
      const [key, rows, updatedMs] = saved as [Row, Row[], number];
      this.#windows.restore(key, [...rows], updatedMs);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'rows',
        kind: 'list',
        keySchema: this.#windows.keySchema,
        valueSchema: this.#settings.schema,
        ttlMs: 0,
        bound: 'The first rows per key and open window; they go when the window ends.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #fire(rows: readonly Row[]): void {
    const { start, outputRank } = this.#settings;
    for (let rank = start; rank <= rows.length; rank++) {
      const row = rows[rank - 1] as Row;
      this.output.processRow(RowKind.Insert, outputRank ? [...row, rank] : row);
    }
  }
}

/** Runtime of `window-rank`. */
export const windowRankFactory: OperatorFactory<'window-rank'> = {
  kind: 'window-rank',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a window rank');
    const keySchema = options.partitionBy.map((key) => present(schema[key], 'partition column'));
    const settings: WindowRankSettings = {
      schema,
      columns: { keys: options.partitionBy, end: options.windowEnd },
      compare: compileComparator(options.orderBy, schema),
      start: options.start,
      end: options.end,
      outputRank: options.outputRank,
    };
    return new WindowRankOperator(
      settings,
      new WindowState(keySchema, windowZone(options.local, shape.timeZone), rowListContents),
    );
  },
};
