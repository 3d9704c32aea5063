/**
 * State by key: a map from key columns to a value, in order of first insertion. Flink: keyed
 * `ValueState` and `MapState` of the heap backend.
 *
 * Keys of several columns are nested maps, one level per column, so that no key text is built per row
 * and strings are hashed once by the engine underneath. Beside them entries stand in chunks, in order of
 * insertion; a chunk knows how much is in it, so the n-th entry of a million is found by adding up chunks:
 *
 *   columns (k, w):   Map ── 'a' ──> Map ── 0 ──> entry
 *                      │              └─── 10 ──> entry      chunks: [e e · e …] 63   [e e …] 64   [e] 1
 *                      └─── 'b' ──> Map ── 0 ──> entry
 *
 * A deleted entry leaves a hole; a chunk of holes goes. So whoever walks through may stop anywhere, let
 * rows flow, and go on: nothing is met twice and nothing that stays is missed.
 *
 * Several entries for people may hang on one key (rows of a join, windows of an aggregate). The owner says how
 * many, in up to two lists, when an entry comes and goes (`Contents`) and with `grow` in between. Reading (`entries`, `walk`, `at`) never changes anything, not even
 * expired state.
 *
 * Cost: one `Map` look-up per key column; figures and positions are kept up as rows come.
 */
import { assert } from '../base/assert.ts';
import type { Schema } from '../data/logical-type.ts';
import { ENTRY_BYTES, rowBytes } from '../data/memory-size.ts';
import type { Row, Value } from '../data/value.ts';
import { type KeyCodec, keyCodec, type PrimitiveKey } from '../data/value-key.ts';

/** Entries of a chunk. Small, because one entry that stays keeps the places of the others. */
const CHUNK_SIZE = 64;

/** Which of its lists a key's entries are counted in. */
export type ListIndex = 0 | 1;
const LISTS: readonly ListIndex[] = [0, 1];

/** Entries that came one after the other. */
class Chunk<V> {
  /** Number of the first place, counted from the first entry ever. */
  readonly base: number;
  /** Times of the entries count from here: small integers take no room of their own. The same in all chunks. */
  readonly baseMs: number;
  readonly slots: (StateEntry<V> | null)[] = [];
  liveCount = 0;
  /** What `grow` said, by list. */
  readonly counts: [number, number] = [0, 0];

  constructor(base: number, baseMs: number) {
    this.base = base;
    this.baseMs = baseMs;
  }
}

/** One key with its value. */
export class StateEntry<V> {
  readonly key: Row;
  value: V;
  readonly chunk: Chunk<V>;
  /** Place in the chunk; -1 after deletion. */
  slot: number;
  /** Time of the last change, counted from the base of the state. */
  updatedAfterMs: number;

  constructor(key: Row, value: V, chunk: Chunk<V>, slot: number, updatedAfterMs: number) {
    this.key = key;
    this.value = value;
    this.chunk = chunk;
    this.slot = slot;
    this.updatedAfterMs = updatedAfterMs;
  }

  get isDeleted(): boolean {
    return this.slot === -1;
  }

  /** Processing time of the last change. */
  get updatedMs(): number {
    return this.chunk.baseMs + this.updatedAfterMs;
  }
}

/** How long unused state lives. Flink: `StateTtlConfig` (updated on create and write, never returned when expired). */
export interface StateTtl {
  /** 0: for ever. */
  readonly ttlMs: number;
  /** Processing time; also where nothing expires, for the time of the last change. */
  readonly nowMs: () => number;
}

/** What a value holds, for figures. A function of the value alone, so that it adds up to the same after a restore. */
export interface Contents<V> {
  /** Entries of a list on the key; left out where the key itself is the entry. */
  readonly count?: (value: V, list: ListIndex) => number;
  /** Estimated bytes of the value in memory, for a list. */
  readonly bytes: (value: V, list: ListIndex) => number;
}

const FOREVER: StateTtl = { ttlMs: 0, nowMs: () => 0 };

type Level = Map<PrimitiveKey, unknown>;

/** A keyed map. `V` is private to its operator. */
export class KeyedState<V> {
  readonly keySchema: Schema;
  readonly #codecs: readonly KeyCodec[];
  readonly #hasCodec: boolean;
  readonly #contents: Contents<V> | null;
  #ttl: StateTtl;
  #root: Level = new Map();
  /** The entry of the empty key. */
  #single: StateEntry<V> | null = null;
  #chunks: Chunk<V>[] = [];
  #size = 0;
  #keyBytes = 0;
  #changeCount = 0;
  /** Time of the first entry. Not asked from the chunk: that would be one more place in memory per row. */
  #baseMs = 0;
  readonly #counts: [number, number] = [0, 0];
  readonly #bytes: [number, number] = [0, 0];

  constructor(keySchema: Schema, ttl: StateTtl = FOREVER, contents: Contents<V> | null = null) {
    this.keySchema = keySchema;
    this.#codecs = keySchema.map((field) => keyCodec(field.type));
    this.#hasCodec = this.#codecs.some((codec) => codec !== null);
    this.#ttl = ttl;
    this.#contents = contents;
  }

  /** Sets clock and time to live once they are known; before the first entry. */
  open(ttl: StateTtl): void {
    assert(this.#size === 0, 'state gets its clock before its first entry');
    this.#ttl = ttl;
  }

  /** Number of keys, expired ones that nobody has touched included. O(1). */
  get size(): number {
    return this.#size;
  }

  /** `table.exec.state.ttl` as it holds here, 0: for ever. */
  get ttlMs(): number {
    return this.#ttl.ttlMs;
  }

  /** Counts everything that changed: when it stands still, so does the state. */
  get changeCount(): number {
    return this.#changeCount;
  }

  /** Entries on all keys together. O(1). */
  countOf(list: ListIndex): number {
    return this.#counts[list];
  }

  /** Estimated bytes in memory; the keys count in the first list. O(1). */
  bytesOf(list: ListIndex): number {
    return list === 0 ? this.#keyBytes + this.#bytes[0] : this.#bytes[1];
  }

  /** The entry of the key in `columns` of `row`, or `undefined`. */
  find(row: Row, columns: readonly number[]): StateEntry<V> | undefined {
    const entry = this.#lookUp(row, columns);
    if (entry !== undefined && this.#ttl.ttlMs > 0 && this.isExpired(entry)) {
      this.delete(entry);
      return undefined;
    }
    return entry;
  }

  /** Adds an entry for a key that `find` did not have. */
  insert(row: Row, columns: readonly number[], value: V): StateEntry<V> {
    const key = columns.map((column) => row[column] as Value);
    return this.#insert(row, columns, key, value, this.#ttl.nowMs());
  }

  /** Notes a change: for people, and for expiry. */
  touch(entry: StateEntry<V>): void {
    entry.updatedAfterMs = this.#ttl.nowMs() - this.#baseMs;
    this.#changeCount += 1;
  }

  /** Notes that `count` entries with `bytes` came to a value that is in (or left, when negative). */
  grow(entry: StateEntry<V>, list: ListIndex, count: number, bytes: number): void {
    entry.chunk.counts[list] += count;
    this.#counts[list] += count;
    this.#bytes[list] += bytes;
    this.#changeCount += 1;
  }

  delete(entry: StateEntry<V>): void {
    if (entry.isDeleted) return;
    const { chunk } = entry;
    this.#count(entry, -1);
    chunk.slots[entry.slot] = null;
    entry.slot = -1;
    chunk.liveCount -= 1;
    this.#size -= 1;
    this.#keyBytes -= this.#bytesOfKey(entry.key);
    this.#changeCount += 1;
    if (chunk.liveCount === 0 && chunk.slots.length === CHUNK_SIZE) this.#dropChunk(chunk);
    if (entry.key.length === 0) this.#single = null;
    else this.#remove(this.#root, entry.key, 0);
  }

  clear(): void {
    this.#root = new Map();
    this.#single = null;
    this.#chunks = [];
    this.#size = 0;
    this.#keyBytes = 0;
    this.#counts.fill(0);
    this.#bytes.fill(0);
    this.#changeCount += 1;
  }

  /** All entries in insertion order, expired ones too. Deleting the current entry while iterating is fine. */
  entries(): IterableIterator<StateEntry<V>> {
    return this.#walk(this.#chunks[0], 0);
  }

  /**
   * The entries from the `offset`-th counted one on, and how many counted ones of the first are before it.
   * `list` null: keys themselves are counted. O(chunks).
   */
  walk(
    list: ListIndex | null,
    offset: number,
    countOf: (value: V) => number,
  ): { readonly entries: IterableIterator<StateEntry<V>>; readonly skip: number } {
    let left = offset;
    const chunk = this.#chunks.find(({ liveCount, counts }) => {
      const count = list === null ? liveCount : counts[list];
      if (left < count) return true;
      left -= count;
      return false;
    });
    if (chunk === undefined) return { entries: this.#walk(undefined, 0), skip: 0 };
    for (let slot = 0; slot < chunk.slots.length; slot++) {
      const entry = chunk.slots[slot];
      if (entry === null || entry === undefined) continue;
      const count = list === null ? 1 : countOf(entry.value);
      if (left < count) return { entries: this.#walk(chunk, slot), skip: left };
      left -= count;
    }
    return { entries: this.#walk(undefined, 0), skip: 0 };
  }

  /** Whether its time to live is over: nobody will see the value again. */
  isExpired(entry: StateEntry<V>): boolean {
    return this.#ttl.ttlMs > 0 && entry.updatedMs + this.#ttl.ttlMs <= this.#ttl.nowMs();
  }

  /** Restores an entry from a snapshot, at the end of the order. */
  restoreEntry(key: Row, value: V, updatedMs: number): StateEntry<V> {
    assert(key.length === this.keySchema.length, 'a restored key has all its columns');
    const columns = this.keySchema.map((_, index) => index);
    return this.#insert(key, columns, key, value, updatedMs);
  }

  *#walk(first: Chunk<V> | undefined, firstSlot: number): IterableIterator<StateEntry<V>> {
    let slot = firstSlot;
    for (let chunk = first; chunk !== undefined; chunk = this.#chunkAfter(chunk)) {
      // The chunk may fill up, or lose entries, between two steps; places do not move.
      for (; slot < chunk.slots.length; slot++) {
        const entry = chunk.slots[slot];
        if (entry !== null && entry !== undefined) yield entry;
      }
      slot = 0;
    }
  }

  /** Not by index: chunks before it may have gone meanwhile. */
  #chunkAfter({ base }: Chunk<V>): Chunk<V> | undefined {
    return this.#chunks[this.#positionAfter(base)];
  }

  #positionAfter(base: number): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle] as Chunk<V>).base <= base) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #append(key: Row, value: V, updatedMs: number): StateEntry<V> {
    let chunk = this.#chunks[this.#chunks.length - 1];
    if (chunk === undefined || chunk.slots.length === CHUNK_SIZE) {
      if (chunk === undefined) this.#baseMs = updatedMs;
      chunk = new Chunk(chunk === undefined ? 0 : chunk.base + CHUNK_SIZE, this.#baseMs);
      this.#chunks.push(chunk);
    }
    const entry = new StateEntry(key, value, chunk, chunk.slots.length, updatedMs - this.#baseMs);
    chunk.slots.push(entry);
    chunk.liveCount += 1;
    this.#size += 1;
    this.#keyBytes += this.#bytesOfKey(key);
    this.#changeCount += 1;
    this.#count(entry, 1);
    return entry;
  }

  /** Adds what a value holds to the figures, or takes it out (sign -1). */
  #count({ chunk, value }: StateEntry<V>, sign: 1 | -1): void {
    if (this.#contents === null) return;
    const { count, bytes } = this.#contents;
    this.#bytes[0] += sign * bytes(value, 0);
    if (count === undefined) return;
    this.#bytes[1] += sign * bytes(value, 1);
    for (const list of LISTS) {
      const entries = sign * count(value, list);
      chunk.counts[list] += entries;
      this.#counts[list] += entries;
    }
  }

  #dropChunk({ base }: Chunk<V>): void {
    const at = this.#positionAfter(base) - 1;
    // The numbers of the last one go on in the next.
    if (at === this.#chunks.length - 1) return;
    this.#chunks.splice(at, 1);
  }

  #bytesOfKey(key: Row): number {
    return ENTRY_BYTES + rowBytes(key);
  }

  #insert(row: Row, columns: readonly number[], key: Row, value: V, updatedMs: number): StateEntry<V> {
    const depth = columns.length;
    if (depth === 0) {
      assert(this.#single === null, 'a key is inserted once');
      this.#single = this.#append(key, value, updatedMs);
      return this.#single;
    }
    let level = this.#root;
    for (let i = 0; i < depth - 1; i++) {
      const part = this.#keyOf(i, row[columns[i] as number] as Value);
      let inner = level.get(part) as Level | undefined;
      if (inner === undefined) {
        inner = new Map();
        level.set(part, inner);
      }
      level = inner;
    }
    const part = this.#keyOf(depth - 1, row[columns[depth - 1] as number] as Value);
    assert(!level.has(part), 'a key is inserted once');
    const entry = this.#append(key, value, updatedMs);
    level.set(part, entry);
    return entry;
  }

  #keyOf(index: number, value: Value): PrimitiveKey {
    const codec = this.#codecs[index];
    return codec === null || codec === undefined ? (value as PrimitiveKey) : codec(value);
  }

  #lookUp(row: Row, columns: readonly number[]): StateEntry<V> | undefined {
    const depth = columns.length;
    if (depth === 0) return this.#single ?? undefined;
    let level: unknown = this.#root;
    if (this.#hasCodec) {
      for (let i = 0; i < depth && level !== undefined; i++) {
        level = (level as Level).get(this.#keyOf(i, row[columns[i] as number] as Value));
      }
    } else {
      for (let i = 0; i < depth && level !== undefined; i++) {
        level = (level as Level).get(row[columns[i] as number] as PrimitiveKey);
      }
    }
    return level as StateEntry<V> | undefined;
  }

  #remove(level: Level, key: Row, depth: number): void {
    const part = this.#keyOf(depth, key[depth] as Value);
    if (depth < key.length - 1) {
      const inner = level.get(part) as Level;
      this.#remove(inner, key, depth + 1);
      if (inner.size > 0) return;
    }
    level.delete(part);
  }
}
