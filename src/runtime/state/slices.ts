/**
 * Long work in short slices between the rows of a run. Work is a generator that yields wherever it may be left;
 * a slice runs it for a few milliseconds and gives the rest to a later turn of the event loop.
 */
import type { Clock } from '../seams/clock.ts';

/** What slices need of the machine; `Host` of the scheduler is one. */
export interface SliceHost {
  readonly clock: Pick<Clock, 'nowMs'>;
  /** Runs `task` in a later turn of the event loop. */
  defer(task: () => void): void;
}

/**
 * The clock counts whole milliseconds and the last step comes on top, so a slice takes one to two: looking at
 * state promises to hold the run up for no more than five, and a collection of garbage may fall into it.
 */
const SLICE_MS = 2;
/** Also an end, for clocks that stand still. */
const STEP_COUNT_MAX = 100_000;

/** Work that may be stopped for good. */
export interface SlicedWork {
  cancel(): void;
}

/** Runs `work` from now on; the first slice at once. `onDone` is not called after `cancel`. */
export function runInSlices<T>(host: SliceHost, work: Generator<void, T>, onDone: (result: T) => void): SlicedWork {
  let isCancelled = false;
  const slice = (): void => {
    if (isCancelled) return;
    const endMs = host.clock.nowMs() + SLICE_MS;
    for (let step = 1; step < STEP_COUNT_MAX; step++) {
      const { done, value } = work.next();
      if (done === true) {
        onDone(value);
        return;
      }
      if (host.clock.nowMs() >= endMs) break;
    }
    host.defer(slice);
  };
  slice();
  return {
    cancel: () => {
      isCancelled = true;
    },
  };
}

/** Items sorted at once; small enough for a fraction of a millisecond. */
const RUN_COUNT = 512;
/** Items merged between two places to leave. */
const MERGE_COUNT = 256;

/**
 * The order of `count` items, as their numbers; yields often. Bottom-up merge sort over numbers, so that a million
 * items make no garbage. Stable when `compare` never answers 0 for two items, or answers by their numbers then.
 */
export function* orderInSlices(count: number, compare: (a: number, b: number) => number): Generator<void, Int32Array> {
  let from = new Int32Array(count);
  for (let start = 0; start < count; start += RUN_COUNT) {
    const end = Math.min(start + RUN_COUNT, count);
    for (let i = start; i < end; i++) from[i] = i;
    from.subarray(start, end).sort(compare);
    yield;
  }
  let to = new Int32Array(count <= RUN_COUNT ? 0 : count);
  for (let width = RUN_COUNT; width < count; width *= 2) {
    for (let start = 0; start < count; start += 2 * width) {
      const middle = Math.min(start + width, count);
      const end = Math.min(start + 2 * width, count);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takesLeft = left < middle && (right >= end || compare(from[left] as number, from[right] as number) <= 0);
        to[at] = (takesLeft ? from[left++] : from[right++]) as number;
        if (at % MERGE_COUNT === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

const PART_BITS = 12;
const PART_COUNT = 1 << PART_BITS;

/** A list that grows without ever being copied: copying a million items is one long step. */
export class PartedList<T> {
  readonly #parts: T[][] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    const at = this.#length++;
    if ((at & (PART_COUNT - 1)) === 0) this.#parts.push([item]);
    else (this.#parts[at >> PART_BITS] as T[]).push(item);
  }

  /** The item at a place that is there. */
  at(place: number): T {
    return (this.#parts[place >> PART_BITS] as T[])[place & (PART_COUNT - 1)] as T;
  }
}
