/**
 * State by key: a map from key columns to a value, in order of first insertion. Flink: keyed
 * `ValueState` of the heap backend.
 *
 * Keys of several columns are nested maps, one level per column, so that no key text is built per row
 * and strings are hashed once by the engine underneath. Entries form a linked list in insertion order:
 * iteration, paging and snapshots are independent of the nesting.
 *
 *   columns (k, w):   Map ── 'a' ──> Map ── 0 ──> entry
 *                      │              └─── 10 ──> entry      list: entry → entry → entry
 *                      └─── 'b' ──> Map ── 0 ──> entry
 *
 * Cost: one `Map` look-up per key column.
 */
import { assert } from '../base/assert.ts';
import type { Schema } from '../data/logical-type.ts';
import type { Row, Value } from '../data/value.ts';
import { type KeyCodec, keyCodec, type PrimitiveKey } from '../data/value-key.ts';

/** One key with its value. `updatedMs` is processing time, kept only where state can expire. */
export class StateEntry<V> {
  readonly key: Row;
  value: V;
  updatedMs = 0;
  previous: StateEntry<V> | null = null;
  next: StateEntry<V> | null = null;
  isDeleted = false;

  constructor(key: Row, value: V) {
    this.key = key;
    this.value = value;
  }
}

/** How long unused state lives. Flink: `StateTtlConfig` (updated on create and write, never returned when expired). */
export interface StateTtl {
  /** 0: for ever. */
  readonly ttlMs: number;
  readonly nowMs: () => number;
}

const FOREVER: StateTtl = { ttlMs: 0, nowMs: () => 0 };

type Level = Map<PrimitiveKey, unknown>;

/** A keyed map. `V` is private to its operator. */
export class KeyedState<V> {
  readonly keySchema: Schema;
  readonly #codecs: readonly KeyCodec[];
  readonly #ttl: StateTtl;
  readonly #hasCodec: boolean;
  #root: Level = new Map();
  /** The entry of the empty key. */
  #single: StateEntry<V> | null = null;
  #first: StateEntry<V> | null = null;
  #last: StateEntry<V> | null = null;
  #size = 0;

  constructor(keySchema: Schema, ttl: StateTtl = FOREVER) {
    this.keySchema = keySchema;
    this.#codecs = keySchema.map((field) => keyCodec(field.type));
    this.#hasCodec = this.#codecs.some((codec) => codec !== null);
    this.#ttl = ttl;
  }

  /** Number of keys, expired ones that nobody has touched included. */
  get size(): number {
    return this.#size;
  }

  /** The entry of the key in `columns` of `row`, or `undefined`. */
  find(row: Row, columns: readonly number[]): StateEntry<V> | undefined {
    const entry = this.#lookUp(row, columns);
    if (entry !== undefined && this.#isExpired(entry)) {
      this.delete(entry);
      return undefined;
    }
    return entry;
  }

  /** Adds an entry for a key that `find` did not have. */
  insert(row: Row, columns: readonly number[], value: V): StateEntry<V> {
    const entry = new StateEntry<V>(
      columns.map((column) => row[column] as Value),
      value,
    );
    const depth = columns.length;
    if (depth === 0) {
      assert(this.#single === null, 'a key is inserted once');
      this.#single = entry;
      this.#link(entry);
      return entry;
    }
    let level = this.#root;
    for (let i = 0; i < depth - 1; i++) {
      const key = this.#keyOf(i, row[columns[i] as number] as Value);
      let inner = level.get(key) as Level | undefined;
      if (inner === undefined) {
        inner = new Map();
        level.set(key, inner);
      }
      level = inner;
    }
    const key = this.#keyOf(depth - 1, row[columns[depth - 1] as number] as Value);
    assert(!level.has(key), 'a key is inserted once');
    level.set(key, entry);
    this.#link(entry);
    return entry;
  }

  /** Notes a write, for expiry. */
  touch(entry: StateEntry<V>): void {
    if (this.#ttl.ttlMs > 0) entry.updatedMs = this.#ttl.nowMs();
  }

  delete(entry: StateEntry<V>): void {
    if (entry.isDeleted) return;
    entry.isDeleted = true;
    this.#unlink(entry);
    if (entry.key.length === 0) this.#single = null;
    else this.#remove(this.#root, entry.key, 0);
  }

  clear(): void {
    this.#root = new Map();
    this.#single = null;
    this.#first = null;
    this.#last = null;
    this.#size = 0;
  }

  /** All live entries in insertion order. Deleting the current entry while iterating is fine. */
  *entries(): IterableIterator<StateEntry<V>> {
    for (let entry = this.#first; entry !== null; ) {
      const next = entry.next;
      if (!this.#isExpired(entry)) yield entry;
      entry = next;
    }
  }

  /** Restores an entry from a snapshot, at the end of the order. */
  restoreEntry(key: Row, value: V, updatedMs: number): StateEntry<V> {
    assert(key.length === this.keySchema.length, 'a restored key has all its columns');
    const entry = this.insert(
      key,
      this.keySchema.map((_, index) => index),
      value,
    );
    entry.updatedMs = updatedMs;
    return entry;
  }

  #isExpired(entry: StateEntry<V>): boolean {
    return this.#ttl.ttlMs > 0 && entry.updatedMs + this.#ttl.ttlMs <= this.#ttl.nowMs();
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

  #link(entry: StateEntry<V>): void {
    this.touch(entry);
    entry.previous = this.#last;
    if (this.#last === null) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
    this.#size += 1;
  }

  #unlink(entry: StateEntry<V>): void {
    if (entry.previous === null) this.#first = entry.next;
    else entry.previous.next = entry.next;
    if (entry.next === null) this.#last = entry.previous;
    else entry.next.previous = entry.previous;
    this.#size -= 1;
  }
}
