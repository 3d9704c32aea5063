/** Rows of one key that wait for their time, in order of arrival within each time. Counts itself. */
import { LIST_BYTES, MAP_SLOT_BYTES, objectBytes } from '../data/memory-size.ts';
import type { Row } from '../data/value.ts';
import { listedRowBytes } from './row-list.ts';

/** Nothing waits. */
const EMPTY_BYTES = objectBytes(3) + objectBytes(4);
const TIME_BYTES = MAP_SLOT_BYTES + LIST_BYTES;

/** Waiting rows by time. */
export class PendingRows {
  readonly #byTime = new Map<number, Row[]>();
  #count = 0;
  #bytes = EMPTY_BYTES;

  /** `times`: those that will be filled again, in the order that they had (`times()` of a snapshot). */
  constructor(times: readonly number[] = []) {
    for (const timeMs of times) this.#byTime.set(timeMs, []);
    this.#bytes += times.length * TIME_BYTES;
  }

  /** Rows. */
  get count(): number {
    return this.#count;
  }

  /** Estimated bytes in memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Times that rows wait for, in order of arrival of their first row. */
  times(): IterableIterator<number> {
    return this.#byTime.keys();
  }

  at(timeMs: number): readonly Row[] | undefined {
    return this.#byTime.get(timeMs);
  }

  /** All rows, time by time in order of arrival. */
  *rows(): IterableIterator<Row> {
    for (const rows of this.#byTime.values()) yield* rows;
  }

  /** Adds a row; true when it is the first of its time. */
  add(timeMs: number, row: Row): boolean {
    this.#count += 1;
    this.#bytes += listedRowBytes(row);
    const rows = this.#byTime.get(timeMs);
    if (rows !== undefined) {
      rows.push(row);
      return false;
    }
    this.#byTime.set(timeMs, [row]);
    this.#bytes += TIME_BYTES;
    return true;
  }

  /** Takes all rows of a time out. */
  take(timeMs: number): Row[] | undefined {
    const rows = this.#byTime.get(timeMs);
    if (rows === undefined) return undefined;
    this.#byTime.delete(timeMs);
    this.#count -= rows.length;
    this.#bytes -= TIME_BYTES;
    for (const row of rows) this.#bytes -= listedRowBytes(row);
    return rows;
  }
}
