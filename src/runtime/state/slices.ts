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
 * The clock counts whole milliseconds and the last step comes on top, so a slice ends between one and three
 * milliseconds: looking at state promises to hold the run up for no more than five.
 */
const SLICE_MS = 3;
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

/** Sorts in place, stably; yields often. Bottom-up merge sort. */
export function* sortInSlices<T>(items: T[], compare: (a: T, b: T) => number): Generator<void, void> {
  for (let start = 0; start < items.length; start += RUN_COUNT) {
    const run = items.slice(start, start + RUN_COUNT).sort(compare);
    for (let i = 0; i < run.length; i++) items[start + i] = run[i] as T;
    yield;
  }
  let from = items;
  let to: T[] = new Array(items.length <= RUN_COUNT ? 0 : items.length);
  for (let width = RUN_COUNT; width < items.length; width *= 2) {
    for (let start = 0; start < items.length; start += 2 * width) {
      const middle = Math.min(start + width, items.length);
      const end = Math.min(start + 2 * width, items.length);
      let left = start;
      let right = middle;
      for (let at = start; at < end; at++) {
        const takesLeft = left < middle && (right >= end || compare(from[left] as T, from[right] as T) <= 0);
        to[at] = (takesLeft ? from[left++] : from[right++]) as T;
        if (at % MERGE_COUNT === 0) yield;
      }
    }
    [from, to] = [to, from];
  }
  if (from === items) return;
  for (let i = 0; i < items.length; i++) {
    items[i] = from[i] as T;
    if (i % 4096 === 0) yield;
  }
}
