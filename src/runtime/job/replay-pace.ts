/** How fast a recording is played: the clock of the run on the clock of who watches. */

/**
 * Nothing happened for longer than this, as it plays: a run that was paused, or rested at a breakpoint. Nobody
 * watches that twice.
 */
const GAP_MS_MAX = 3_000;

/** Two clocks, and how many times faster the recorded one goes. */
export class Pace {
  readonly #speed: number | null;
  #hostMs: number;
  #recordedMs: number | null;

  /** From now on; `speed` null is as fast as possible. */
  constructor(hostMs: number, recordedMs: number | null, speed: number | null) {
    this.#hostMs = hostMs;
    this.#recordedMs = recordedMs;
    this.#speed = speed;
  }

  /** Up to where the recorded clock has come. */
  recordedMs(hostMs: number): number {
    if (this.#speed === null || this.#recordedMs === null) return Number.POSITIVE_INFINITY;
    return this.#recordedMs + (hostMs - this.#hostMs) * this.#speed;
  }

  /** When the recorded time `nextMs` has come, on the clock of the host. A long gap is shortened, for good. */
  waitUntilMs(hostMs: number, nextMs: number): number {
    const dueMs = this.#hostMs + (nextMs - (this.#recordedMs ?? nextMs)) / (this.#speed ?? 1);
    if (dueMs <= hostMs + GAP_MS_MAX) return dueMs;
    this.#hostMs = hostMs + GAP_MS_MAX;
    this.#recordedMs = nextMs;
    return this.#hostMs;
  }
}
