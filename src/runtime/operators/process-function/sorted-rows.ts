/**
 * `PARTITION BY k ORDER BY ts`: rows wait until the watermark has reached their time and then go on in
 * order of time, of the further columns, of arrival. Rows behind the watermark are late and dropped.
 * Flink: `ProcessSetTableOperator` with sorted input.
 */
import type { Schema } from '../../data/logical-type.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  SavedState,
  StateDescriptor,
  TimerService,
} from '../../engine/operator.ts';
import { listed } from '../../engine/operator-base.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';
import { RowGauge } from '../../state/inspect.ts';

/** Rows that wait for their time. */
export class SortedRows {
  readonly inspected: InspectedState;
  readonly #byTime = new Map<number, Row[]>();
  readonly #gauge = new RowGauge();
  readonly #compare: RowComparator | null;
  readonly #partitionBy: readonly number[];
  #timers: TimerService<number> | null = null;

  /** `compare`: order of rows of one time; null: of arrival. */
  constructor(compare: RowComparator | null, partitionBy: readonly number[]) {
    this.#compare = compare;
    this.#partitionBy = partitionBy;
    const gauge = this.#gauge;
    this.inspected = {
      entryCount: () => gauge.entryCount,
      sizeBytes: () => gauge.sizeBytes,
      changeCount: () => gauge.changeCount,
      entries: (offset) => this.#entries(offset),
    };
  }

  /** Must come before other timers are asked for: rows go on before timers of the same watermark fire. */
  open(context: OperatorContext, onRow: (row: Row) => void): void {
    this.#timers = context.eventTimers<number>(({ timeMs }) => {
      const rows = this.#byTime.get(timeMs) ?? [];
      this.#byTime.delete(timeMs);
      if (this.#compare !== null) rows.sort(this.#compare);
      for (const row of rows) {
        this.#gauge.remove(row);
        onRow(row);
      }
    });
  }

  add(row: Row, timeMs: number): void {
    const rows = this.#byTime.get(timeMs);
    if (rows === undefined) this.#byTime.set(timeMs, [row]);
    else rows.push(row);
    this.#gauge.add(row);
    this.#timers?.register(timeMs, 0);
  }

  describe(name: string, keySchema: Schema, inputSchema: Schema): StateDescriptor {
    return {
      name,
      kind: 'list',
      keySchema,
      valueSchema: inputSchema,
      ttlMs: 0,
      bound: 'Rows go on when the watermark reaches their time.',
      version: 1,
    };
  }

  snapshot(): readonly Value[] {
    return this.#times().map((timeMs) => [timeMs, this.#byTime.get(timeMs) ?? []]);
  }

  restore(saved: SavedState): void {
    const entries = listed(saved);
    for (const saved of entries) {
      const [timeMs, rows] = saved as [number, Row[]];
      for (const row of rows) this.add(row, timeMs);
    }
  }

  #times(): readonly number[] {
    return [...this.#byTime.keys()].sort((a, b) => a - b);
  }

  *#entries(offset: number): IterableIterator<{ key: Row; value: Row; updatedMs: null }> {
    let left = offset;
    for (const timeMs of this.#times()) {
      for (const row of this.#byTime.get(timeMs) ?? []) {
        if (left > 0) left -= 1;
        else yield { key: this.#partitionBy.map((c) => row[c] ?? null), value: row, updatedMs: null };
      }
    }
  }
}
