/**
 * Pending timers of one operator in one time domain, in firing order: by time, then by registration.
 * Flink: `InternalTimerServiceImpl` with its heap queue; there the order of equal times is by hash.
 *
 * Shape: a binary heap of distinct times, and per time the tags in order of registration. Windows of
 * many keys share few end times, so registering is mostly one look-up in a `Map` and one in a `Set`.
 */
import { assert } from '../base/assert.ts';
import type { Timer, TimerService } from './operator.ts';

/** A timer service that somebody drives by `fireUpTo`. */
export class TimerQueue<T> implements TimerService<T> {
  readonly #heap: number[] = [];
  readonly #tagsByTime = new Map<number, Set<T>>();
  readonly #onTimer: (timer: Timer<T>) => void;
  /** Called when the earliest time may have changed. */
  readonly #onRegister: (timeMs: number) => void;

  constructor(onTimer: (timer: Timer<T>) => void, onRegister: (timeMs: number) => void = () => {}) {
    this.#onTimer = onTimer;
    this.#onRegister = onRegister;
  }

  register(timeMs: number, tag: T): void {
    assert(!Number.isNaN(timeMs), 'a timer has a time');
    const tags = this.#tagsByTime.get(timeMs);
    if (tags !== undefined) {
      tags.add(tag);
      return;
    }
    this.#tagsByTime.set(timeMs, new Set([tag]));
    push(this.#heap, timeMs);
    this.#onRegister(timeMs);
  }

  cancel(timeMs: number, tag: T): void {
    // The time stays in the heap; an empty set is skipped when it comes up.
    this.#tagsByTime.get(timeMs)?.delete(tag);
  }

  pending(): readonly Timer<T>[] {
    const timers: Timer<T>[] = [];
    for (const timeMs of [...this.#tagsByTime.keys()].sort((a, b) => a - b)) {
      for (const tag of this.#tagsByTime.get(timeMs) ?? []) timers.push({ timeMs, tag });
    }
    return timers;
  }

  /** The earliest pending time, or `Infinity`. */
  nextTimeMs(): number {
    for (let timeMs = this.#heap[0]; timeMs !== undefined; timeMs = this.#heap[0]) {
      if ((this.#tagsByTime.get(timeMs)?.size ?? 0) > 0) return timeMs;
      pop(this.#heap);
      this.#tagsByTime.delete(timeMs);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Fires all timers up to `limitMs`, also those that firing registers. */
  fireUpTo(limitMs: number): void {
    for (
      let timeMs = this.nextTimeMs();
      timeMs <= limitMs && timeMs !== Number.POSITIVE_INFINITY;
      timeMs = this.nextTimeMs()
    ) {
      const tags = this.#tagsByTime.get(timeMs);
      assert(tags !== undefined, 'every time in the heap has its tags');
      for (const tag of tags) {
        tags.delete(tag);
        this.#onTimer({ timeMs, tag });
        // A callback may register an earlier timer, which then comes first.
        if ((this.#heap[0] ?? timeMs) < timeMs) break;
      }
    }
  }
}

function push(heap: number[], value: number): void {
  let at = heap.length;
  heap.push(value);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent] as number;
    if (above <= value) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = value;
}

function pop(heap: number[]): void {
  const last = heap.pop();
  const size = heap.length;
  if (last === undefined || size === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= size) break;
    if (child + 1 < size && (heap[child + 1] as number) < (heap[child] as number)) child += 1;
    if ((heap[child] as number) >= last) break;
    heap[at] = heap[child] as number;
    at = child;
  }
  heap[at] = last;
}
