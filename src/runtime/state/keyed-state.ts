/**
 * State by key: a map from key columns to a value, in order of first insertion. Flink: keyed
 * `ValueState` and `MapState` of the heap backend.
 *
 * Entries are found by a `KeyMap`. Beside it they stand in chunks, in order of insertion; a chunk knows how much is in
 * it, so the n-th entry of a million is found by adding up chunks:
 *
 *   keys: a → entry, b → entry …     chunks: [e e · e …] 63   [e e …] 64   [e] 1
 *
 * A deleted entry leaves a hole; a chunk of holes goes. So whoever walks through may stop anywhere, let
 * rows flow, and go on: nothing is met twice and nothing that stays is missed.
 *
 * Several entries for people may hang on one key (rows of a join, windows of an aggregate). The owner says how
 * many, in up to two lists (`Contents`), and with `grow` in between. Reading never changes anything.
 *
 * An owner that says how a value is saved (`ValueCodec`) gets two things more. Its snapshots are pages
 * (`saved-pages.ts`): a shared one costs what has changed since the last, and restoring costs a step a page, because
 * entries are decoded when they are asked for. And expired state is forgotten: each look-up also looks at a few
 * entries in turn, as Flink's incremental clean-up does. Where that stands is part of the snapshot, so a replay
 * forgets at the same rows.
 *
 * Cost: one `Map` look-up per key column; figures and positions are kept up as rows come.
 */
import { assert, present } from '../base/assert.ts';
import type { Schema } from '../data/logical-type.ts';
import { ENTRY_BYTES, rowBytes } from '../data/memory-size.ts';
import type { Row, Value } from '../data/value.ts';
import type { PackedPages, SavedState, SharedPages, SnapshotForm } from '../engine/operator.ts';
import { KeyMap } from './key-map.ts';
import { PlaceIndex } from './place-index.ts';
import { chunkOf, entryAt, pageOf, settle, updatedMsAt, type ValueCodec } from './save-chunks.ts';
import { PAGE_BYTES, packPages, type SavedFigures, SavedPages, SavedSpace, unpackPages } from './saved-pages.ts';
import { CHUNK_SIZE, Chunk, LISTS, type ListIndex, StateEntry } from './state-entry.ts';
import { FOREVER, type StateTtl } from './state-ttl.ts';

/** Entries that a look-up checks for being expired. Flink: `StateTtlConfig.IncrementalCleanupStrategy`, of 5. */
const SWEEP_COUNT = 5;

/** What a value holds, for figures. A function of the value alone, so that it adds up to the same after a restore. */
export interface Contents<V> {
  /** Entries of a list on the key; left out where the key itself is the entry. */
  readonly count?: (value: V, list: ListIndex) => number;
  /** Estimated bytes of the value in memory, for a list. */
  readonly bytes: (value: V, list: ListIndex) => number;
}

/** A keyed map. `V` is private to its operator. */
export class KeyedState<V> {
  readonly keySchema: Schema;
  readonly #contents: Contents<V> | null;
  readonly #codec: ValueCodec<V> | null;
  readonly #columns: readonly number[];
  #ttl: StateTtl;
  /** Entries that were asked for since the state was restored: then all that are. */
  readonly #keys: KeyMap<StateEntry<V>>;
  /** Finds the other ones: those of the first places of all. */
  #index: PlaceIndex | null = null;
  #restoredPlaceCount = 0;
  #chunks: Chunk<V>[] = [];
  #nextPlace = 0;
  #size = 0;
  #keyBytes = 0;
  #changeCount = 0;
  /** Time of the first entry. Not asked from the chunk: that would be one more place in memory per row. */
  #baseMs = 0;
  readonly #counts: [number, number] = [0, 0];
  readonly #bytes: [number, number] = [0, 0];
  /** Where the search for expired entries goes on: a chunk (`null`: the first), and a slot of it. */
  #sweptChunk: Chunk<V> | null = null;
  #sweptSlot = 0;
  #space = new SavedSpace();

  constructor(
    keySchema: Schema,
    ttl: StateTtl = FOREVER,
    contents: Contents<V> | null = null,
    codec: ValueCodec<V> | null = null,
  ) {
    this.keySchema = keySchema;
    this.#columns = keySchema.map((_, index) => index);
    this.#keys = new KeyMap(keySchema);
    this.#ttl = ttl;
    this.#contents = contents;
    this.#codec = codec;
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
    const entry =
      this.#keys.get(row, columns) ?? (this.#restoredPlaceCount === 0 ? undefined : this.#recall(row, columns));
    if (this.#ttl.ttlMs === 0) return entry;
    const isExpired = entry !== undefined && this.isExpired(entry);
    if (isExpired) this.delete(entry);
    if (this.#codec !== null) this.#sweep();
    return isExpired ? undefined : entry;
  }

  /** Adds an entry for a key that `find` did not have. */
  insert(row: Row, columns: readonly number[], value: V): StateEntry<V> {
    const key = columns.map((column) => row[column] as Value);
    return this.#insert(row, columns, key, value, this.#ttl.nowMs());
  }

  /** Notes a change: for people, and for expiry. */
  touch(entry: StateEntry<V>): void {
    entry.updatedAfterMs = this.#ttl.nowMs() - this.#baseMs;
    this.changed(entry);
  }

  /** Notes a change that is none for expiry: a mark of the operator's own. */
  changed(entry: StateEntry<V>): void {
    this.#changeCount += 1;
    if (entry.isDirty) return;
    entry.isDirty = true;
    entry.chunk.soil(entry.slot);
  }

  /** Notes that `count` entries with `bytes` came to a value that is in (or left, when negative). */
  grow(entry: StateEntry<V>, list: ListIndex, count: number, bytes: number): void {
    entry.chunk.counts[list] += count;
    this.#counts[list] += count;
    this.#bytes[list] += bytes;
    this.changed(entry);
  }

  delete(entry: StateEntry<V>): void {
    if (entry.isDeleted) return;
    const { chunk } = entry;
    this.#count(entry, -1);
    chunk.slots[entry.slot] = null;
    chunk.soil(entry.slot);
    entry.slot = -1;
    chunk.liveCount -= 1;
    this.#size -= 1;
    this.#keyBytes -= this.#bytesOfKey(entry.key);
    this.#changeCount += 1;
    if (chunk.liveCount === 0 && chunk.slotCount === CHUNK_SIZE) this.#dropChunk(chunk);
    this.#keys.remove(entry.key);
  }

  clear(): void {
    this.#keys.clear();
    this.#restoredPlaceCount = 0;
    this.#chunks = [];
    this.#sweptChunk = null;
    this.#sweptSlot = 0;
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
    for (let slot = 0; slot < chunk.slotCount; slot++) {
      const entry = this.#entryAt(chunk, slot);
      if (entry === null) continue;
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

  /** Restores an entry from a snapshot, at the end of the order: for owners without a `ValueCodec`. */
  restoreEntry(key: Row, value: V, updatedMs: number): StateEntry<V> {
    assert(key.length === this.keySchema.length, 'a restored key has all its columns');
    return this.#insert(key, this.#columns, key, value, updatedMs);
  }

  /** The whole state for a snapshot. */
  save(form: SnapshotForm = 'apart'): PackedPages | SharedPages {
    const codec = present(this.#codec, 'codec of a state that is saved in pages');
    const isShared = form === 'shared';
    if (this.#space.isRetired) this.#space = new SavedSpace();
    const space = isShared ? this.#space : new SavedSpace();
    const pages = this.#chunks.map((chunk) => pageOf(chunk, space, codec));
    const freshCount = pages.filter((page, at) => page !== this.#chunks[at]?.page).length;
    const freshBytes = space.seal() + freshCount * PAGE_BYTES;
    if (isShared) {
      for (const [at, chunk] of this.#chunks.entries()) settle(chunk, present(pages[at], 'page of a chunk'));
    }
    const index = this.#index ?? new PlaceIndex(this.keySchema);
    if (isShared) {
      // Now, a little at a time: who restores it, waits for it.
      index.learn(pages);
      this.#index = index;
    }
    const saved = new SavedPages(pages, this.#figures(), index, freshBytes);
    return isShared ? saved : packPages(saved);
  }

  /** Fills a state that is empty. Of entries only keys are read, and those only when their page was never met. */
  restore(state: SavedState | undefined): void {
    assert(this.#size === 0 && this.#nextPlace === 0, 'a state is restored before its first entry');
    assert(state !== undefined && 'entryCount' in state, 'a state that was saved in pages is restored from pages');
    const saved =
      state instanceof SavedPages ? state : unpackPages(state as PackedPages, new PlaceIndex(this.keySchema));
    const { pages, index, figures } = saved;
    index.learn(pages);
    this.#chunks = pages.map((page) => chunkOf(page, figures.baseMs));
    this.#index = index;
    this.#restoredPlaceCount = figures.nextPlace;
    this.#nextPlace = figures.nextPlace;
    this.#baseMs = figures.baseMs;
    this.#size = figures.size;
    this.#keyBytes = figures.keyBytes;
    [this.#counts[0], this.#counts[1]] = figures.counts;
    [this.#bytes[0], this.#bytes[1]] = figures.bytes;
    this.#sweptChunk = this.#chunks[this.#positionAfter(figures.sweepPlace) - 1] ?? null;
    this.#sweptSlot = this.#sweptChunk === null ? 0 : figures.sweepPlace - this.#sweptChunk.base;
  }

  #figures(): SavedFigures {
    return {
      nextPlace: this.#nextPlace,
      sweepPlace: (this.#sweptChunk?.base ?? 0) + this.#sweptSlot,
      baseMs: this.#baseMs,
      size: this.#size,
      keyBytes: this.#keyBytes,
      counts: [...this.#counts],
      bytes: [...this.#bytes],
    };
  }

  #entryAt(chunk: Chunk<V>, slot: number): StateEntry<V> | null {
    const known = chunk.slots[slot];
    if (known !== undefined) return known;
    return this.#codec === null ? null : entryAt(chunk, slot, this.#codec, this.#columns.length);
  }

  /** The entry of a key that was restored and that nobody has asked for yet. */
  #recall(row: Row, columns: readonly number[]): StateEntry<V> | undefined {
    const place = this.#index?.lastPlace(row, columns, this.#restoredPlaceCount) ?? -1;
    if (place === -1) return undefined;
    const chunk = this.#chunks[this.#positionAfter(place) - 1];
    if (chunk === undefined || place >= chunk.base + chunk.slotCount) return undefined;
    const entry = this.#entryAt(chunk, place - chunk.base);
    if (entry === null) return undefined;
    this.#keys.put(row, columns, entry);
    return entry;
  }

  /** Looks at a few entries in turn, and forgets those that have expired. */
  #sweep(): void {
    const expiredMs = this.#ttl.nowMs() - this.#ttl.ttlMs;
    for (let count = 0; count < SWEEP_COUNT; count++) {
      let chunk = this.#sweptChunk ?? this.#chunks[0];
      if (chunk !== undefined && this.#sweptSlot >= chunk.slotCount) {
        chunk = this.#chunkAfter(chunk) ?? this.#chunks[0];
        this.#sweptSlot = 0;
      }
      if (chunk === undefined) return;
      this.#sweptChunk = chunk;
      const slot = this.#sweptSlot++;
      if (updatedMsAt(chunk, slot) > expiredMs) continue;
      const entry = this.#entryAt(chunk, slot);
      if (entry !== null) this.delete(entry);
    }
  }

  *#walk(first: Chunk<V> | undefined, firstSlot: number): IterableIterator<StateEntry<V>> {
    let slot = firstSlot;
    for (let chunk = first; chunk !== undefined; chunk = this.#chunkAfter(chunk)) {
      // The chunk may fill up, or lose entries, between two steps; places do not move.
      for (; slot < chunk.slotCount; slot++) {
        const entry = this.#entryAt(chunk, slot);
        if (entry !== null) yield entry;
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
    if (chunk === undefined || chunk.slotCount === CHUNK_SIZE) {
      if (chunk === undefined) this.#baseMs = updatedMs;
      // Never a number that another chunk had: an index of places outlives the chunks.
      chunk = new Chunk(Math.ceil(this.#nextPlace / CHUNK_SIZE) * CHUNK_SIZE, this.#baseMs);
      this.#chunks.push(chunk);
    }
    const entry = new StateEntry(key, value, chunk, chunk.slotCount, updatedMs - this.#baseMs);
    chunk.slots[chunk.slotCount++] = entry;
    this.#nextPlace = chunk.base + chunk.slotCount;
    chunk.soil(entry.slot);
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

  #dropChunk(chunk: Chunk<V>): void {
    const at = this.#positionAfter(chunk.base) - 1;
    // The numbers of the last one go on in the next.
    if (at === this.#chunks.length - 1) return;
    // As a restored state would, which does not know the chunk.
    if (chunk === this.#sweptChunk) this.#sweptSlot = CHUNK_SIZE;
    this.#chunks.splice(at, 1);
  }

  #bytesOfKey(key: Row): number {
    return ENTRY_BYTES + rowBytes(key);
  }

  #insert(row: Row, columns: readonly number[], key: Row, value: V, updatedMs: number): StateEntry<V> {
    const place = this.#keys.vacant(row, columns);
    const entry = this.#append(key, value, updatedMs);
    this.#keys.fill(place, entry);
    return entry;
  }
}
