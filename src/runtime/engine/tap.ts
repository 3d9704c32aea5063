/**
 * A tap keeps the newest rows that left one canvas node, so that the designer can show them during
 * and after a run. It holds the rows as they are and formats nothing: text is made when somebody reads.
 */

import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';

/** Rows kept per node: what a person can scroll through, and at 40 columns still only megabytes. */
export const TAP_ROW_COUNT_MAX = 10_000;

/** One kept row. `sequence` counts the node's changes from 0. */
export interface TappedRow {
  readonly sequence: number;
  readonly kind: RowKind;
  readonly row: Row;
}

/** Ring of the newest `TAP_ROW_COUNT_MAX` changes of one node. */
export class Tap {
  readonly #kinds: RowKind[] = [];
  readonly #rows: Row[] = [];
  #total = 0;
  /** Oldest change that a restored tap has. */
  #restoredFrom = 0;

  /** Called for every change; the hot path. */
  add(kind: RowKind, row: Row): void {
    const slot = this.#total % TAP_ROW_COUNT_MAX;
    this.#kinds[slot] = kind;
    this.#rows[slot] = row;
    this.#total += 1;
  }

  /** Puts back the newest rows of an empty tap that had seen `total` changes. */
  restore(total: number, rows: readonly TappedRow[]): void {
    this.#total = total;
    this.#restoredFrom = total - rows.length;
    for (const { sequence, kind, row } of rows) {
      this.#kinds[sequence % TAP_ROW_COUNT_MAX] = kind;
      this.#rows[sequence % TAP_ROW_COUNT_MAX] = row;
    }
  }

  /**
   * Takes in older changes of the same node that another tap has kept, where they join on to those here. The
   * changelog of a replayed node is the same however one came to it, and so is a change with its number.
   */
  joinOlder(other: Tap): void {
    const until = this.retainedFrom;
    const from = Math.max(other.retainedFrom, this.#total - TAP_ROW_COUNT_MAX);
    if (other.total < until || from >= until) return;
    for (const { sequence, kind, row } of other.read(from, other.total - from)) {
      if (sequence >= until) break;
      this.#kinds[sequence % TAP_ROW_COUNT_MAX] = kind;
      this.#rows[sequence % TAP_ROW_COUNT_MAX] = row;
    }
    this.#restoredFrom = from;
  }

  /** Number of changes seen. */
  get total(): number {
    return this.#total;
  }

  /** Sequence number of the oldest change still kept. */
  get retainedFrom(): number {
    return Math.max(this.#restoredFrom, this.#total - TAP_ROW_COUNT_MAX);
  }

  /** The newest `countMax` kept changes at or after `fromSequence`, oldest first. */
  read(fromSequence: number, countMax: number): TappedRow[] {
    const from = Math.max(fromSequence, this.retainedFrom, this.#total - countMax);
    const read: TappedRow[] = [];
    for (let sequence = from; sequence < this.#total; sequence++) {
      const slot = sequence % TAP_ROW_COUNT_MAX;
      read.push({ sequence, kind: this.#kinds[slot] as RowKind, row: this.#rows[slot] as Row });
    }
    return read;
  }
}
