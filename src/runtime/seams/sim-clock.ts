/**
 * A clock moved by hand, for tests and replays: time stands still until `advanceTo` moves it, and
 * timers fire in time order, ties in order of registration.
 */
import { assert } from '../base/assert.ts';
import type { Disposable } from '../base/disposable.ts';
import type { Clock } from './clock.ts';

interface Pending {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** Simulated `Clock`. Starts at `startMs` (default 1970-01-01). */
export class SimClock implements Clock {
  #nowMs: number;
  #order = 0;
  readonly #pending = new Set<Pending>();

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): Disposable {
    const pending: Pending = { atMs, order: this.#order++, run };
    this.#pending.add(pending);
    return { dispose: () => void this.#pending.delete(pending) };
  }

  /** Time of the earliest timer, or `null` when there is none. */
  nextTimerMs(): number | null {
    return this.#earliest()?.atMs ?? null;
  }

  /** Moves time forward, firing what falls due on the way, each at its own time. */
  advanceTo(timeMs: number): void {
    assert(timeMs >= this.#nowMs, 'a clock never goes back');
    for (let next = this.#earliest(); next !== null && next.atMs <= timeMs; next = this.#earliest()) {
      this.#pending.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.run();
    }
    this.#nowMs = timeMs;
  }

  #earliest(): Pending | null {
    let best: Pending | null = null;
    for (const pending of this.#pending) {
      if (best === null || pending.atMs < best.atMs || (pending.atMs === best.atMs && pending.order < best.order)) {
        best = pending;
      }
    }
    return best;
  }
}
