/** From chunks of keyed state to saved pages and back: what has not changed is not written, what nobody asks for not read. */
import type { Row, Value } from '../data/value.ts';
import { HOLE, readKey, type SavedPage, type SavedSpace, writeEntry } from './saved-pages.ts';
import { Chunk, StateEntry } from './state-entry.ts';

/** How a value is saved. `load(save(value))` is a value of its own that behaves the same. */
export interface ValueCodec<V> {
  readonly save: (value: V) => Value;
  readonly load: (saved: Value) => V;
}

/**
 * The chunk as a page. What is new lies in `space` (which is sealed by who has saved all chunks); the rest where it
 * lay before, or in `space` too, when that is another one.
 */
export function pageOf<V>(chunk: Chunk<V>, space: SavedSpace, codec: ValueCodec<V>): SavedPage {
  const { base, page, slots, slotCount, liveCount, counts } = chunk;
  if (page !== null && !chunk.isDirty && !page.space.isRetired) return page;
  const refs = page === null ? [] : page.space === space ? page.refs.slice() : movedRefs(space, chunk, page);
  for (let slot = 0; slot < slotCount; slot++) {
    if (!chunk.isDirtyAt(slot)) continue;
    const entry = slots[slot];
    if (entry === null || entry === undefined) refs[slot] = HOLE;
    else {
      refs[slot] = space.beginEntry();
      writeEntry(space.writer, entry.updatedMs, entry.key, codec.save(entry.value));
    }
  }
  return { base, space, refs, liveCount, counts: [counts[0], counts[1]], learnedBy: null };
}

/** The entries of a page of another space, those excepted that are written anew. */
function movedRefs<V>(space: SavedSpace, chunk: Chunk<V>, page: SavedPage): number[] {
  return page.refs.map((ref, slot) => {
    if (ref === HOLE || chunk.isDirtyAt(slot)) return HOLE;
    const copy = space.beginEntry();
    space.writer.raw(page.space.bytesAt(ref));
    return copy;
  });
}

/** Notes that a chunk was saved as `page`: from now on changes count from there. */
export function settle<V>(chunk: Chunk<V>, page: SavedPage): void {
  if (chunk.page === page) return;
  chunk.page = page;
  for (let slot = 0; slot < chunk.slotCount; slot++) {
    if (!chunk.isDirtyAt(slot)) continue;
    const entry = chunk.slots[slot];
    if (entry !== null && entry !== undefined) entry.isDirty = false;
  }
  chunk.clean();
}

/** The chunk of a page, without any of its entries. */
export function chunkOf<V>(page: SavedPage, baseMs: number): Chunk<V> {
  const chunk = new Chunk<V>(page.base, baseMs);
  chunk.page = page;
  chunk.slotCount = page.refs.length;
  chunk.liveCount = page.liveCount;
  [chunk.counts[0], chunk.counts[1]] = page.counts;
  return chunk;
}

/** The entry at a place of a chunk, brought back where nobody has asked for it yet; `null`: a hole. */
export function entryAt<V>(
  chunk: Chunk<V>,
  slot: number,
  codec: ValueCodec<V>,
  keyWidth: number,
): StateEntry<V> | null {
  const known = chunk.slots[slot];
  if (known !== undefined) return known;
  const { page } = chunk;
  const ref = page?.refs[slot] ?? HOLE;
  if (page === null || ref === HOLE) return null;
  const reader = page.space.readerAt(ref);
  const updatedMs = reader.double();
  const key: Row = readKey(reader, keyWidth);
  const entry = new StateEntry(key, codec.load(reader.value()), chunk, slot, updatedMs - chunk.baseMs);
  entry.isDirty = false;
  chunk.slots[slot] = entry;
  return entry;
}

/** The time of change of the entry at a place, without bringing it back; Infinity for a hole. */
export function updatedMsAt<V>({ page, slots }: Chunk<V>, slot: number): number {
  const entry = slots[slot];
  if (entry !== undefined) return entry === null ? Number.POSITIVE_INFINITY : entry.updatedMs;
  const ref = page?.refs[slot] ?? HOLE;
  return page === null || ref === HOLE ? Number.POSITIVE_INFINITY : page.space.readerAt(ref).double();
}
