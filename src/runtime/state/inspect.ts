/**
 * States as people look at them (`InspectedState`), made from what operators keep. The operator says how its
 * private values read; counting and walking are the same for all.
 *
 *   one entry per key             inspectValues    aggregates, deduplication, normalising
 *   several entries on a key      inspectLists     joins, windows, ranks, patterns
 *   rows without a key            inspectRows      batch sorts, limits
 *   a handful of facts            inspectFew       watermarks, timers per window
 */
import { assert } from '../base/assert.ts';
import { LIST_BYTES, rowBytes, SLOT_BYTES } from '../data/memory-size.ts';
import type { Row } from '../data/value.ts';
import type { InspectedState, StateEntry as ShownEntry } from '../engine/operator.ts';
import type { KeyedState } from './keyed-state.ts';
import { type ListIndex, StateEntry } from './state-entry.ts';

/** Items skipped between two places to pause. */
const SKIP_COUNT = 256;

/** An entry that is read when it is asked for: most that a search meets are never shown. */
class LazyEntry<V, I> implements ShownEntry {
  readonly #entry: StateEntry<V>;
  readonly #item: I;
  readonly #read: ReadItem<V, I>;

  constructor(entry: StateEntry<V>, item: I, read: ReadItem<V, I>) {
    this.#entry = entry;
    this.#item = item;
    this.#read = read;
  }

  get key(): Row {
    return this.#read.key === undefined ? this.#entry.key : this.#read.key(this.#entry.key, this.#item);
  }

  get value(): Row {
    return this.#read.value(this.#item, this.#entry.value);
  }

  get updatedMs(): number {
    return this.#entry.updatedMs;
  }
}

/** How an item reads. */
interface ReadItem<V, I> {
  /** Left out: the key of the state. */
  readonly key?: (key: Row, item: I) => Row;
  readonly value: (item: I, of: V) => Row;
}

/** How the items on one key are found and read. */
export interface ItemReader<V, I> extends ReadItem<V, I> {
  /** In order; `null`: nothing yet, a good place to pause. */
  readonly items: (value: V) => Iterable<I | null>;
  /** How many `items` there are: what the owner counted with `grow`. */
  readonly countOf: (value: V) => number;
}

/** State with one entry per key. Bytes of values are those counted with `grow` in list 0. */
export function inspectValues<V>(state: () => KeyedState<V>, value: (value: V) => Row): InspectedState {
  const read: ReadItem<V, V> = { value };
  return {
    entryCount: () => state().size,
    sizeBytes: () => state().bytesOf(0),
    changeCount: () => state().changeCount,
    *entries(offset) {
      for (const entry of state().walk(null, offset, () => 1).entries) yield new LazyEntry(entry, entry.value, read);
    },
    handles: {
      all: () => state().entries(),
      entryOf: (handle) => {
        assert(handle instanceof StateEntry, 'a handle of keyed state is its entry');
        const entry = handle as StateEntry<V>;
        return new LazyEntry(entry, entry.value, read);
      },
    },
  };
}

/** One list of a state with several entries per key. */
export function inspectLists<V, I>(
  state: () => KeyedState<V>,
  list: ListIndex,
  reader: ItemReader<V, I>,
): InspectedState {
  return {
    entryCount: () => state().countOf(list),
    sizeBytes: () => state().bytesOf(list),
    changeCount: () => state().changeCount,
    *entries(offset) {
      const { entries, skip } = state().walk(list, offset, reader.countOf);
      let left = skip;
      let emptyCount = 0;
      for (const entry of entries) {
        for (const item of reader.items(entry.value)) {
          if (item === null) yield null;
          else if (left > 0) {
            left -= 1;
            if (left % SKIP_COUNT === 0) yield null;
          } else yield new LazyEntry(entry, item, reader);
        }
        // Keys without entries in this list (the other side of a join) must not make one long step either.
        emptyCount += 1;
        if (emptyCount % SKIP_COUNT === 0) yield null;
      }
    },
  };
}

/** Counts rows without a key as they come and go. */
export class RowGauge {
  entryCount = 0;
  sizeBytes = LIST_BYTES;
  changeCount = 0;

  add(row: Row): void {
    this.entryCount += 1;
    this.sizeBytes += SLOT_BYTES + rowBytes(row);
    this.changeCount += 1;
  }

  remove(row: Row): void {
    this.entryCount -= 1;
    this.sizeBytes -= SLOT_BYTES + rowBytes(row);
    this.changeCount += 1;
  }

  clear(): void {
    this.entryCount = 0;
    this.sizeBytes = LIST_BYTES;
    this.changeCount += 1;
  }
}

/** Rows without a key, in order of arrival. */
export function inspectRows(rows: () => readonly Row[], gauge: RowGauge): InspectedState {
  return {
    entryCount: () => gauge.entryCount,
    sizeBytes: () => gauge.sizeBytes,
    changeCount: () => gauge.changeCount,
    *entries(offset) {
      for (let at = offset; at < rows().length; at++) {
        yield { key: [], value: rows()[at] as Row, updatedMs: null };
      }
    },
  };
}

/** A handful of entries, made anew for each look. */
export function inspectFew(entries: () => readonly ShownEntry[], changeCount: () => number): InspectedState {
  return {
    entryCount: () => entries().length,
    sizeBytes: () => entries().reduce((sum, { key, value }) => sum + rowBytes(key) + rowBytes(value), 0),
    changeCount,
    *entries(offset) {
      yield* entries().slice(offset);
    },
  };
}
