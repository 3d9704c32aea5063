/**
 * Splits of a source whose watermarks are made one by one (partitions of a topic). A reader that has splits adds one
 * value behind the columns of every row that it gives: the name of the row's split, and where the set of splits that
 * are still being read has changed since the row before, all of their names:
 *
 *     [...columns, 'orders-0']        [...columns, ['orders-0', ['orders-0', 'orders-1']]]
 *
 * So a recording, which holds the rows of such a reader as they entered, holds their splits too, and a replay makes
 * the same watermarks. The value is taken off before the row enters the graph. Flink: `SourceOutputWithWatermarks`,
 * `WatermarkOutputMultiplexer`.
 */
import { assert } from '../base/assert.ts';
import type { Row, Value } from '../data/value.ts';

/** The value behind the columns. */
export function splitMark(split: string, changedTo: readonly string[] | null): Value {
  return changedTo === null ? split : [split, changedTo];
}

/** Which split the row under way is of. One for a reader, shared with the watermark assigners behind it. */
export class SplitCursor {
  readonly #columnCount: number;
  #current = '';
  #live: readonly string[] = [];
  #changeCount = 0;

  /** `columnCount`: columns of a row without the mark. */
  constructor(columnCount: number) {
    this.#columnCount = columnCount;
  }

  /** Split of the row under way. */
  get current(): string {
    return this.#current;
  }

  /** Splits that are still being read. */
  get live(): readonly string[] {
    return this.#live;
  }

  /** Grows whenever `live` changes. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** Moves on to a row and takes its mark off. */
  enter(row: Row): Row {
    const mark = row[this.#columnCount];
    if (typeof mark === 'string') this.#current = mark;
    else {
      assert(Array.isArray(mark) && Array.isArray(mark[1]), 'a row of a reader with splits has the mark of its split');
      this.#current = String(mark[0]);
      this.#live = (mark[1] as readonly Value[]).map(String);
      this.#changeCount += 1;
    }
    return row.slice(0, this.#columnCount);
  }

  /** As plain data. */
  snapshot(): Value {
    return [this.#current, this.#live, this.#changeCount];
  }

  restore(saved: Value): void {
    assert(Array.isArray(saved) && Array.isArray(saved[1]), 'the snapshot of splits is a list');
    this.#current = String(saved[0]);
    this.#live = (saved[1] as readonly Value[]).map(String);
    this.#changeCount = Number(saved[2]);
  }
}
