/**
 * A multiset of whole rows in insertion order: what joins and materialisers keep per key.
 * Flink: `MapState<RowData, Integer>`, whose order is that of a hash; ours is that of arrival.
 */
import { assert } from '../base/assert.ts';
import type { LogicalType } from '../data/logical-type.ts';
import { LIST_BYTES, MAP_SLOT_BYTES, objectBytes, rowBytes, SLOT_BYTES } from '../data/memory-size.ts';
import type { Row, Value } from '../data/value.ts';
import { type KeyCodec, keyCodec, type PrimitiveKey } from '../data/value-key.ts';

/** A row that is in the multiset `count` times. `mark` belongs to the owner (outer joins count matches). */
export interface CountedRow {
  readonly row: Row;
  count: number;
  mark: number;
}

/** Rows of a multiset in order: each with its count and its mark. */
export type SavedRows = readonly (readonly [row: Row, count: number, mark: number])[];

/** Finds equal rows: one codec per column, shared by all multisets of an operator. */
export class RowKeys {
  readonly #codecs: readonly KeyCodec[];
  readonly #columns: readonly number[];

  /** `columns`: those that identify a row; all columns for a plain multiset. */
  constructor(types: readonly LogicalType[], columns: readonly number[]) {
    this.#columns = columns;
    this.#codecs = columns.map((column) => keyCodec(types[column] as LogicalType));
  }

  /** Whether two rows are equal in the identifying columns. */
  same(a: Row, b: Row): boolean {
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as number;
      const left = a[column] as Value;
      const right = b[column] as Value;
      // Zeros of both signs are equal to JavaScript, but not to the codec of DOUBLE.
      if ((left === right && left !== 0) || (Number.isNaN(left) && Number.isNaN(right))) continue;
      const codec = this.#codecs[i];
      if (left === right && (codec === null || codec === undefined)) continue;
      if (codec === null || codec === undefined || codec(left) !== codec(right)) return false;
    }
    return true;
  }

  /** A primitive that is equal for equal rows, for sets too large to search. */
  key(row: Row): PrimitiveKey {
    const columns = this.#columns;
    if (columns.length === 1) return this.#part(0, row);
    let text = '';
    for (let i = 0; i < columns.length; i++) {
      const part = this.#part(i, row);
      const piece = part === null ? 'n' : typeof part === 'string' ? `s${part}` : typeof part + part;
      text += `${piece.length}:${piece}`;
    }
    return text;
  }

  #part(index: number, row: Row): PrimitiveKey {
    const value = row[this.#columns[index] as number] as Value;
    const codec = this.#codecs[index];
    return codec === null || codec === undefined ? (value as PrimitiveKey) : codec(value);
  }
}

/** Up to this many distinct rows are searched one by one; more get an index. */
const SCAN_COUNT_MAX = 8;
/** An empty multiset. */
const OWN_BYTES = objectBytes(4) + LIST_BYTES;

/** A row, its count, and its place in the list or the index: which of both it is must not show in the figure. */
function countedBytes(row: Row): number {
  return objectBytes(3) + SLOT_BYTES + MAP_SLOT_BYTES / 2 + rowBytes(row);
}

/** Rows of one key. Most keys hold few rows, so the index is only made when it pays. */
export class RowMultiset {
  readonly #keys: RowKeys;
  #rows: CountedRow[] = [];
  #bytes = 0;
  #index: Map<PrimitiveKey, CountedRow> | null = null;

  constructor(keys: RowKeys) {
    this.#keys = keys;
  }

  /** Number of distinct rows. */
  get size(): number {
    return this.#index === null ? this.#rows.length : this.#index.size;
  }

  /** Estimated bytes in memory. O(1). */
  get bytes(): number {
    return OWN_BYTES + this.#bytes;
  }

  /** Distinct rows in order of first arrival. Not to be changed while iterating. */
  values(): Iterable<CountedRow> {
    return this.#index === null ? this.#rows : this.#index.values();
  }

  find(row: Row): CountedRow | undefined {
    if (this.#index !== null) return this.#index.get(this.#keys.key(row));
    const rows = this.#rows;
    for (let i = 0; i < rows.length; i++) {
      const counted = rows[i] as CountedRow;
      if (counted.row === row || this.#keys.same(counted.row, row)) return counted;
    }
    return undefined;
  }

  /** Adds one copy; `mark` replaces the owner's mark. */
  add(row: Row, mark: number): CountedRow {
    const found = this.find(row);
    if (found !== undefined) {
      found.count += 1;
      found.mark = mark;
      return found;
    }
    return this.#append({ row, count: 1, mark });
  }

  /** Puts `row` in place of the row with equal identifying columns, keeping its place in the order. */
  put(row: Row, mark: number): CountedRow {
    const found = this.find(row);
    if (found === undefined) return this.#append({ row, count: 1, mark });
    const replaced: CountedRow = { row, count: 1, mark };
    this.#bytes += countedBytes(row) - countedBytes(found.row);
    if (this.#index !== null) this.#index.set(this.#keys.key(row), replaced);
    else this.#rows[this.#rows.indexOf(found)] = replaced;
    return replaced;
  }

  /** Takes one copy out; false when there was none. */
  remove(row: Row): boolean {
    const found = this.find(row);
    if (found === undefined) return false;
    found.count -= 1;
    if (found.count > 0) return true;
    this.#bytes -= countedBytes(found.row);
    if (this.#index !== null) this.#index.delete(this.#keys.key(row));
    else this.#rows.splice(this.#rows.indexOf(found), 1);
    return true;
  }

  /** The rows as a snapshot keeps them. */
  save(): SavedRows {
    const saved: (readonly [Row, number, number])[] = [];
    for (const { row, count, mark } of this.values()) saved.push([row, count, mark]);
    return saved;
  }

  /** Fills an empty multiset. */
  load(saved: SavedRows): void {
    assert(this.size === 0, 'saved rows come into an empty multiset');
    for (const [row, count, mark] of saved) {
      assert(count > 0, 'a row of a multiset is there at least once');
      this.#append({ row, count, mark });
    }
  }

  #append(counted: CountedRow): CountedRow {
    this.#bytes += countedBytes(counted.row);
    if (this.#index !== null) {
      this.#index.set(this.#keys.key(counted.row), counted);
      return counted;
    }
    this.#rows.push(counted);
    if (this.#rows.length > SCAN_COUNT_MAX) {
      this.#index = new Map(this.#rows.map((each) => [this.#keys.key(each.row), each]));
      this.#rows = [];
    }
    return counted;
  }
}
