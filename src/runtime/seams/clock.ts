/**
 * Time as the engine sees it. Nothing in the engine asks the machine for the time or sets a machine
 * timer; it asks this seam, so that a run can be repeated and a test can move time by hand.
 */
import type { Disposable } from '../base/disposable.ts';

/** Wall clock and timers. `node/` has the real one, `sim-clock.ts` the one moved by hand. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z; never goes back within a run. */
  nowMs(): number;
  /** Calls `run` once, not before `atMs`; disposing cancels. */
  at(atMs: number, run: () => void): Disposable;
}
