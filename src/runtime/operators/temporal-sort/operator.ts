/**
 * ORDER BY a time attribute: rows wait for the watermark and leave in time order, those of one time in
 * the order of the further keys, then of arrival. Flink: `RowTimeSortOperator`, `ProcTimeSortOperator`.
 *
 * A row is late when its time is not after the last time that was sent, not when it is behind the
 * watermark. Over processing time rows are sorted per millisecond of arrival. State: waiting rows.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  StateEntry,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { rowtimeMs } from '../../engine/row-time.ts';
import { compileComparator } from '../../sql/4-codegen/compile-comparator.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';
import { inspectFew, RowGauge } from '../../state/inspect.ts';

/** Settings of a temporal sort. `compare` orders rows of equal time; null: by arrival. */
export interface TemporalSortSettings {
  readonly schema: Schema;
  readonly timeColumn: number;
  readonly attribute: 'rowtime' | 'proctime';
  readonly compare: RowComparator | null;
}

/** Sorts by time. */
export class TemporalSortOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: TemporalSortSettings;
  readonly #rows = new Map<number, Row[]>();
  readonly #gauge = new RowGauge();
  readonly #states: Readonly<Record<'rows' | 'progress', InspectedState>>;
  #sentMs = Number.NEGATIVE_INFINITY;
  #timers: TimerService<null> | null = null;

  constructor(settings: TemporalSortSettings) {
    super();
    this.#settings = settings;
    const gauge = this.#gauge;
    const progress = (): StateEntry[] =>
      Number.isFinite(this.#sentMs) ? [{ key: [], value: [this.#sentMs], updatedMs: null }] : [];
    this.#states = {
      rows: {
        entryCount: () => gauge.entryCount,
        sizeBytes: () => gauge.sizeBytes,
        changeCount: () => gauge.changeCount,
        entries: (offset) => this.#listed(offset),
      },
      progress: inspectFew(progress, () => gauge.changeCount),
    };
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const onTimer = ({ timeMs }: { readonly timeMs: number }): void => this.#send(timeMs);
    this.#timers =
      this.#settings.attribute === 'rowtime'
        ? context.eventTimers<null>(onTimer)
        : context.processingTimers<null>(onTimer);
  }

  processRow(_kind: RowKind, row: Row): void {
    const { attribute, timeColumn, compare } = this.#settings;
    if (attribute === 'proctime' && compare === null) {
      // Processing time is the order of arrival.
      this.output.processRow(RowKind.Insert, row);
      return;
    }
    const time = attribute === 'proctime' ? this.context.eval.currentTimeMs() + 1 : rowtimeMs(row, timeColumn);
    if (attribute === 'rowtime' && time <= this.#sentMs) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    this.#wait(time, row);
  }

  override snapshot(): OperatorSnapshot {
    const rows: Value[] = [...this.#rows].map(([timeMs, waiting]): Value => [timeMs, [...waiting]]);
    return { versions: stateVersions(this.describeState()), states: { rows, progress: [this.#sentMs] } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#sentMs = listed(snapshot.states.progress)[0] as number;
    for (const each of listed(snapshot.states.rows)) {
      const [timeMs, rows] = each as [number, Row[]];
      assert(timeMs > this.#sentMs, 'waiting rows are not late');
      for (const row of rows) this.#wait(timeMs, row);
    }
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'rows',
        kind: 'list',
        keySchema: [{ name: 'time', type: { kind: 'TIMESTAMP', nullable: false, precision: 3 } }],
        valueSchema: this.#settings.schema,
        ttlMs: 0,
        bound:
          this.#settings.attribute === 'rowtime'
            ? 'Rows ahead of the watermark.'
            : 'Rows of a millisecond that is not over.',
        version: 1,
      },
      {
        name: 'progress',
        kind: 'value',
        keySchema: [],
        valueSchema: [{ name: 'sent_up_to', type: { kind: 'TIMESTAMP', nullable: false, precision: 3 } }],
        ttlMs: 0,
        bound: 'One time.',
        version: 1,
      },
    ];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'progress' ? 'progress' : 'rows'];
  }

  /** Time by time, in order of the first arrival. */
  *#listed(offset: number): IterableIterator<StateEntry> {
    let left = offset;
    for (const [timeMs, rows] of this.#rows) {
      if (left >= rows.length) {
        left -= rows.length;
        continue;
      }
      for (const value of rows.slice(left)) yield { key: [timeMs], value, updatedMs: null };
      left = 0;
    }
  }

  #wait(timeMs: number, row: Row): void {
    this.#gauge.add(row);
    const rows = this.#rows.get(timeMs);
    if (rows !== undefined) {
      rows.push(row);
      return;
    }
    this.#rows.set(timeMs, [row]);
    present(this.#timers, 'timers of a sort').register(timeMs, null);
  }

  #send(timeMs: number): void {
    const rows = this.#rows.get(timeMs) ?? [];
    this.#rows.delete(timeMs);
    for (const row of rows) this.#gauge.remove(row);
    this.#sentMs = timeMs;
    if (this.#settings.compare !== null) rows.sort(this.#settings.compare);
    for (const row of rows) this.output.processRow(RowKind.Insert, row);
  }
}

/** Runtime of `temporal-sort`. */
export const temporalSortFactory: OperatorFactory<'temporal-sort'> = {
  kind: 'temporal-sort',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a sort');
    const others = options.orderBy.filter((collation) => collation.index !== options.timeColumn);
    return new TemporalSortOperator({
      schema,
      timeColumn: options.timeColumn,
      attribute: options.attribute,
      compare: others.length === 0 ? null : compileComparator(others, schema),
    });
  },
};
