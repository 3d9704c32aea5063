/** The clock of a replay: it shows the recorded time of the turn, and no timer of it ever goes off. */
import type { Disposable } from '../base/disposable.ts';
import type { Clock } from '../seams/clock.ts';

/** A `Clock` set by the replay. */
export class RecordedClock implements Clock {
  #nowMs: number;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** What would wake a reader is in the log already: the turn that it had. */
  at(): Disposable {
    return { dispose: () => {} };
  }

  set(timeMs: number): void {
    this.#nowMs = timeMs;
  }
}
