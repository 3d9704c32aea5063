/**
 * A host without a machine, for tests and replays: deferred tasks wait in a queue, time moves only when
 * nothing else is left to do. A run on it is a function of its input alone.
 */
import { SimClock } from '../seams/sim-clock.ts';
import type { Host } from './scheduler.ts';

/** Steps after which a run on this host counts as endless. */
const STEP_COUNT_MAX = 10_000_000;

/** Simulated `Host`. */
export class SimHost implements Host {
  readonly clock: SimClock;
  readonly #tasks: (() => void)[] = [];

  constructor(startMs = 0) {
    this.clock = new SimClock(startMs);
  }

  defer(task: () => void): void {
    this.#tasks.push(task);
  }

  /** Runs tasks, and timers when there are no tasks, until `isDone` or nothing is left. */
  runUntil(isDone: () => boolean): void {
    for (let step = 0; step < STEP_COUNT_MAX && !isDone(); step++) {
      const task = this.#tasks.shift();
      if (task !== undefined) {
        task();
        continue;
      }
      const nextMs = this.clock.nextTimerMs();
      if (nextMs === null) return;
      this.clock.advanceTo(Math.max(nextMs, this.clock.nowMs()));
    }
  }
}
