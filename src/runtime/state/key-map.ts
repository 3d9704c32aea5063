/**
 * A map by columns of a row: nested maps, one level a column, so that no text of a key is built per row and strings
 * are hashed once by the engine underneath.
 *
 *   columns (k, w):   Map ── 'a' ──> Map ── 0 ──> leaf
 *                      │              └─── 10 ──> leaf
 *                      └─── 'b' ──> Map ── 0 ──> leaf
 *
 * Cost: one `Map` look-up a column.
 */
import { assert } from '../base/assert.ts';
import type { Schema } from '../data/logical-type.ts';
import type { Row, Value } from '../data/value.ts';
import { type KeyCodec, keyCodec, type PrimitiveKey } from '../data/value-key.ts';

type Level = Map<PrimitiveKey, unknown>;

/** Where a leaf belongs: the last level, and the part of the key that counts there. `level` null: the empty key. */
interface KeyPlace {
  readonly level: Level | null;
  readonly part: PrimitiveKey;
}

/** Leaves by key. `L` is never `undefined`. */
export class KeyMap<L> {
  readonly #codecs: readonly KeyCodec[];
  readonly #hasCodec: boolean;
  #root: Level = new Map();
  /** The leaf of the empty key. */
  #single: L | undefined = undefined;

  constructor(keySchema: Schema) {
    this.#codecs = keySchema.map((field) => keyCodec(field.type));
    this.#hasCodec = this.#codecs.some((codec) => codec !== null);
  }

  /** The leaf of the key in `columns` of `row`. */
  get(row: Row, columns: readonly number[]): L | undefined {
    const depth = columns.length;
    if (depth === 0) return this.#single;
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
    return level as L | undefined;
  }

  /** The place of a key that has no leaf yet, for `fill`. */
  vacant(row: Row, columns: readonly number[]): KeyPlace {
    const place = this.#place(row, columns);
    const isVacant = place.level === null ? this.#single === undefined : !place.level.has(place.part);
    assert(isVacant, 'a key is inserted once');
    return place;
  }

  /** Puts a leaf where `vacant` has found the place. */
  fill({ level, part }: KeyPlace, leaf: L): void {
    if (level === null) this.#single = leaf;
    else level.set(part, leaf);
  }

  /** Replaces the leaf of a key, or adds it. */
  put(row: Row, columns: readonly number[], leaf: L): void {
    this.fill(this.#place(row, columns), leaf);
  }

  /** Takes the leaf of a whole key out, where it has one. */
  remove(key: Row): void {
    if (key.length === 0) this.#single = undefined;
    else this.#remove(this.#root, key, 0);
  }

  clear(): void {
    this.#root = new Map();
    this.#single = undefined;
  }

  /** The last level of a key, made where it was not there; `null` for the empty key. */
  #place(row: Row, columns: readonly number[]): KeyPlace {
    const depth = columns.length;
    if (depth === 0) return NOWHERE;
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
    return { level, part: this.#keyOf(depth - 1, row[columns[depth - 1] as number] as Value) };
  }

  #keyOf(index: number, value: Value): PrimitiveKey {
    const codec = this.#codecs[index];
    return codec === null || codec === undefined ? (value as PrimitiveKey) : codec(value);
  }

  #remove(level: Level, key: Row, depth: number): void {
    const part = this.#keyOf(depth, key[depth] as Value);
    if (depth < key.length - 1) {
      const inner = level.get(part) as Level | undefined;
      if (inner === undefined) return;
      this.#remove(inner, key, depth + 1);
      if (inner.size > 0) return;
    }
    level.delete(part);
  }
}

const NOWHERE: KeyPlace = { level: null, part: null };
