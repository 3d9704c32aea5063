/** Which keys wait for the end of which window: what fires together, in order of registration. */
import { MAP_SLOT_BYTES, objectBytes } from '../../data/memory-size.ts';
import type { InspectedState } from '../../engine/operator.ts';

/** Keys by the end of the window that they wait for. */
export class WaitingKeys<E> {
  readonly #byEnd = new Map<number, Set<E>>();
  /** Keys of all ends. */
  #count = 0;

  /** The ends, each with its keys. */
  ends(): IterableIterator<[endMs: number, keys: ReadonlySet<E>]> {
    return this.#byEnd.entries();
  }

  /** Adds a key; true when it is the first for its end. */
  add(key: E, endMs: number): boolean {
    const keys = this.#byEnd.get(endMs);
    if (keys === undefined) {
      this.#byEnd.set(endMs, new Set([key]));
      this.#count += 1;
      return true;
    }
    const { size } = keys;
    keys.add(key);
    this.#count += keys.size - size;
    return false;
  }

  /** Takes out all keys that wait for an end. */
  take(endMs: number): Iterable<E> {
    const keys = this.#byEnd.get(endMs) ?? [];
    this.#byEnd.delete(endMs);
    this.#count -= 'size' in keys ? keys.size : 0;
    return keys;
  }

  /** A key waits for nothing any more. */
  forget(key: E): void {
    for (const [endMs, keys] of this.#byEnd) {
      if (!keys.delete(key)) continue;
      this.#count -= 1;
      if (keys.size === 0) this.#byEnd.delete(endMs);
    }
  }

  /** To look at: how many keys wait for each end. */
  inspect(changeCount: () => number): InspectedState {
    const byEnd = this.#byEnd;
    return {
      entryCount: () => byEnd.size,
      sizeBytes: () => byEnd.size * (MAP_SLOT_BYTES + objectBytes(4)) + this.#count * MAP_SLOT_BYTES,
      changeCount,
      *entries(offset) {
        for (const endMs of [...byEnd.keys()].sort((a, b) => a - b).slice(offset)) {
          yield { key: [endMs], value: [byEnd.get(endMs)?.size ?? 0], updatedMs: null };
        }
      },
    };
  }
}
