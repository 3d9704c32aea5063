/** How long something has been going on, pauses left out. */
import type { Clock } from '../seams/clock.ts';

/** Measures on a clock. */
export class Stopwatch {
  readonly #clock: Clock;
  #sinceMs: number | null = null;
  #doneMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds between starts and stops so far. */
  get elapsedMs(): number {
    return this.#doneMs + (this.#sinceMs === null ? 0 : this.#clock.nowMs() - this.#sinceMs);
  }

  start(): void {
    this.#sinceMs ??= this.#clock.nowMs();
  }

  stop(): void {
    this.#doneMs = this.elapsedMs;
    this.#sinceMs = null;
  }
}
