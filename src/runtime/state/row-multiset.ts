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

  /** A number that is equal for equal rows, for sets too large to search. Others may have it too. */
  hash(row: Row): number {
    const columns = this.#columns;
    let hash = columns.length;
    for (let i = 0; i < columns.length; i++) {
      const value = row[columns[i] as number] as Value;
      const codec = this.#codecs[i];
      const key = codec === null || codec === undefined ? (value as PrimitiveKey) : codec(value);
      hash = Math.imul(hash ^ hashOf(key), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    // So many bits are a small integer for V8, which is a key of a map without a box.
    return hash & 0x3fffffff;
  }
}

/** Characters of a text that count: of a longer one those at its ends, and some between. */
const HASHED_LENGTH_MAX = 64;

function hashOf(key: PrimitiveKey): number {
  switch (typeof key) {
    case 'number':
      return Number.isInteger(key) ? (key | 0) ^ Math.floor(key / 4_294_967_296) : hashOfText(String(key));
    case 'string':
      return hashOfText(key);
    case 'boolean':
      return key ? 1 : 2;
    case 'bigint':
      return hashOfText(String(key));
    default:
      return 3;
  }
}

function hashOfText(text: string): number {
  const { length } = text;
  const step = length <= HASHED_LENGTH_MAX ? 1 : Math.ceil(length / HASHED_LENGTH_MAX);
  let hash = length;
  for (let i = 0; i < length; i += step) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  if (step > 1) for (let i = length - 8; i < length; i++) hash = Math.imul(hash, 31) + text.charCodeAt(i);
  return hash | 0;
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
  /** Rows by hash; a list where several have one. */
  #index: Map<number, CountedRow | CountedRow[]> | null = null;
  #size = 0;

  constructor(keys: RowKeys) {
    this.#keys = keys;
  }

  /** Number of distinct rows. */
  get size(): number {
    return this.#size;
  }

  /** Estimated bytes in memory. O(1). */
  get bytes(): number {
    return OWN_BYTES + this.#bytes;
  }

  /**
   * Distinct rows in order of first arrival; those of a large set whose hashes are equal follow one another. Not to be
   * changed while iterating.
   */
  values(): Iterable<CountedRow> {
    return this.#index === null ? this.#rows : indexed(this.#index);
  }

  find(row: Row): CountedRow | undefined {
    if (this.#index !== null) {
      const found = this.#index.get(this.#keys.hash(row));
      if (found === undefined || Array.isArray(found)) return found?.find((each) => this.#keys.same(each.row, row));
      return this.#keys.same(found.row, row) ? found : undefined;
    }
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
    this.#replace(found, replaced);
    return replaced;
  }

  /** Takes one copy out; false when there was none. */
  remove(row: Row): boolean {
    const found = this.find(row);
    if (found === undefined) return false;
    found.count -= 1;
    if (found.count > 0) return true;
    this.#bytes -= countedBytes(found.row);
    this.#replace(found, null);
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
    this.#size += 1;
    if (this.#index !== null) {
      this.#file(this.#index, counted);
      return counted;
    }
    this.#rows.push(counted);
    if (this.#rows.length > SCAN_COUNT_MAX) {
      this.#index = new Map();
      for (const each of this.#rows) this.#file(this.#index, each);
      this.#rows = [];
    }
    return counted;
  }

  #file(index: Map<number, CountedRow | CountedRow[]>, counted: CountedRow): void {
    const hash = this.#keys.hash(counted.row);
    const others = index.get(hash);
    if (others === undefined) index.set(hash, counted);
    else if (Array.isArray(others)) others.push(counted);
    else index.set(hash, [others, counted]);
  }

  /** Puts another row where one is; `null`: none. */
  #replace(found: CountedRow, replaced: CountedRow | null): void {
    if (replaced === null) this.#size -= 1;
    if (this.#index === null) {
      const at = this.#rows.indexOf(found);
      if (replaced === null) this.#rows.splice(at, 1);
      else this.#rows[at] = replaced;
      return;
    }
    const hash = this.#keys.hash(found.row);
    const others = this.#index.get(hash);
    const rest = Array.isArray(others)
      ? others.flatMap((each) => (each !== found ? [each] : replaced === null ? [] : [replaced]))
      : replaced;
    const [only] = Array.isArray(rest) && rest.length === 1 ? rest : [];
    if (rest === null || (Array.isArray(rest) && rest.length === 0)) this.#index.delete(hash);
    else this.#index.set(hash, only ?? rest);
  }
}

function* indexed(index: ReadonlyMap<number, CountedRow | CountedRow[]>): Iterable<CountedRow> {
  for (const each of index.values()) {
    if (Array.isArray(each)) yield* each;
    else yield each;
  }
}
