/** What keyed state is made of in memory: entries, and the chunks that they stand in, in order of insertion. */
import type { Row } from '../data/value.ts';
import { PAGE_SIZE, type SavedPage } from './saved-pages.ts';

/** Which of its lists a key's entries are counted in. */
export type ListIndex = 0 | 1;
export const LISTS: readonly ListIndex[] = [0, 1];

/** Entries of a chunk: those of a page. */
export const CHUNK_SIZE = PAGE_SIZE;

/** Entries that came one after the other. */
export class Chunk<V> {
  /** Number of the first place, counted from the first entry ever. */
  readonly base: number;
  /** Times of the entries count from here: small integers take no room of their own. The same in all chunks. */
  readonly baseMs: number;
  /** By place: the entry; `null`: a hole; `undefined`: what `page` has there, and nobody has asked for yet. */
  readonly slots: (StateEntry<V> | null | undefined)[] = [];
  slotCount = 0;
  liveCount = 0;
  /** What `grow` said, by list. */
  readonly counts: [number, number] = [0, 0];
  /** The chunk as it was saved last, in memory. */
  page: SavedPage | null = null;
  /** Places that have changed since, a bit each: to look at all entries would bring them all into the cache. */
  #dirtyLow = 0;
  #dirtyHigh = 0;

  constructor(base: number, baseMs: number) {
    this.base = base;
    this.baseMs = baseMs;
  }

  /** Whether anything has changed since it was saved. */
  get isDirty(): boolean {
    return this.#dirtyLow !== 0 || this.#dirtyHigh !== 0;
  }

  isDirtyAt(slot: number): boolean {
    return ((slot < 32 ? this.#dirtyLow : this.#dirtyHigh) & (1 << (slot & 31))) !== 0;
  }

  /** Notes that a place has changed. */
  soil(slot: number): void {
    if (slot < 32) this.#dirtyLow |= 1 << slot;
    else this.#dirtyHigh |= 1 << (slot & 31);
  }

  /** Notes that it was saved as it is. */
  clean(): void {
    this.#dirtyLow = 0;
    this.#dirtyHigh = 0;
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
  /** Whether its chunk knows that it has changed since the chunk was saved. */
  isDirty = true;

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
