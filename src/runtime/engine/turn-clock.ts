/**
 * The clock of a run: it stands still while a turn lasts. All rows of a turn, and all timers fired before
 * it, see one reading of the wall clock, so that one number per turn is enough to repeat the run exactly.
 */
import type { Disposable } from '../base/disposable.ts';
import type { Clock } from '../seams/clock.ts';

/** A `Clock` that moves only when the scheduler says so. */
export class TurnClock implements Clock {
  readonly #outside: Clock;
  #nowMs: number;

  constructor(outside: Clock) {
    this.#outside = outside;
    this.#nowMs = outside.nowMs();
  }

  /** Time of the turn. */
  nowMs(): number {
    return this.#nowMs;
  }

  at(atMs: number, run: () => void): Disposable {
    return this.#outside.at(atMs, run);
  }

  /** Reads the wall clock for the turn that begins; answers its time. */
  advance(): number {
    this.#nowMs = Math.max(this.#nowMs, this.#outside.nowMs());
    return this.#nowMs;
  }
}
