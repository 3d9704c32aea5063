/**
 * Finds the place of a key in snapshots of one state. A run is deterministic: a place is given to one key, once, and
 * every snapshot of the state, and every replay, agrees on it. So one index serves all moments: it knows more keys
 * than any of them has, and never anything that is wrong for one.
 *
 * A key that goes and comes again gets a new place. At a moment at which `nextPlace` places were given, the place of
 * a key is the last of its places before that one, or it has none.
 */
import type { Schema } from '../data/logical-type.ts';
import type { Row } from '../data/value.ts';
import { KeyMap } from './key-map.ts';
import { HOLE, readKey, type SavedPage } from './saved-pages.ts';

/** Bytes behind the time of change: where the key begins. */
const TIME_BYTES = 8;

/** Places by key. It only grows, with what was saved and restored. */
export class PlaceIndex {
  readonly #columns: readonly number[];
  readonly #places: KeyMap<number | number[]>;
  /** By place: 1 when it is known. */
  #isKnown = new Uint8Array(1024);

  constructor(keySchema: Schema) {
    this.#columns = keySchema.map((_, index) => index);
    this.#places = new KeyMap(keySchema);
  }

  /** Takes in the keys of pages. Cost: one step a place of a page that was not seen yet, and a new key's. */
  learn(pages: readonly SavedPage[]): void {
    for (const page of pages) {
      if (page.learnedBy === this) continue;
      page.learnedBy = this;
      const { base, space, refs } = page;
      this.#reserve(base + refs.length);
      for (let slot = 0; slot < refs.length; slot++) {
        const ref = refs[slot] as number;
        if (ref === HOLE || this.#isKnown[base + slot] === 1) continue;
        this.#isKnown[base + slot] = 1;
        const reader = space.readerAt(ref);
        reader.at += TIME_BYTES;
        this.#add(readKey(reader, this.#columns.length), base + slot);
      }
    }
  }

  /** The last place before `nextPlace` of the key in `columns` of `row`; -1: none. */
  lastPlace(row: Row, columns: readonly number[], nextPlace: number): number {
    const places = this.#places.get(row, columns);
    if (places === undefined) return -1;
    if (typeof places === 'number') return places < nextPlace ? places : -1;
    return places[countBelow(places, nextPlace) - 1] ?? -1;
  }

  #add(key: Row, place: number): void {
    const places = this.#places.get(key, this.#columns);
    if (places === undefined) this.#places.put(key, this.#columns, place);
    else if (typeof places === 'number') {
      this.#places.put(key, this.#columns, places < place ? [places, place] : [place, places]);
    } else places.splice(countBelow(places, place), 0, place);
  }

  #reserve(placeCount: number): void {
    if (placeCount <= this.#isKnown.length) return;
    const grown = new Uint8Array(Math.max(placeCount, 2 * this.#isKnown.length));
    grown.set(this.#isKnown);
    this.#isKnown = grown;
  }
}

/** How many of the ascending places are below a limit. */
function countBelow(places: readonly number[], limit: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((places[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
