/**
 * How much of a run its checkpoints may take. A small state costs microseconds and can be kept often; a large
 * one costs more than thousands of rows, and how much nobody knows before it was tried. So the time that
 * checkpoints took is held against the time that the run has worked, and the cost of the next one is
 * foreseen from the bytes of the state (which the state knows) and from what a byte has cost so far.
 */
import { assert } from '../base/assert.ts';
import type { Dataflow } from '../engine/dataflow.ts';

/**
 * What is assumed before anything was measured, weighing as much as a measurement of this size: clocks of
 * milliseconds must not let one small checkpoint decide.
 */
const ASSUMED_BYTES = 1_000_000;
const ASSUMED_MS = 10;

/** A turn counts as this much work at most: a longer one has waited for somebody else. */
const TURN_MS_MAX = 50;

/** Weighs the time of checkpoints against that of the run. All times in ms. */
export class CheckpointBudget {
  readonly #share: number;
  readonly #freeBytes: number;
  #workedMs = 0;
  #workedMsAtLast = 0;
  #spentMs = 0;
  #measuredMs = ASSUMED_MS;
  #measuredBytes = ASSUMED_BYTES;

  /** `share`: of the run's time, for all checkpoints together. States below `freeBytes` are always affordable. */
  constructor(share: number, freeBytes: number) {
    assert(share > 0 && freeBytes >= 0, 'some checkpoints are affordable');
    this.#share = share;
    this.#freeBytes = freeBytes;
  }

  /** Work since the last checkpoint: what running again to here takes. */
  get workedSinceMs(): number {
    return this.#workedMs - this.#workedMsAtLast;
  }

  /** The run has gone on for `ms`. */
  worked(ms: number): void {
    this.#workedMs += Math.max(0, Math.min(TURN_MS_MAX, ms));
  }

  /** Whether a checkpoint of a state of about `stateBytes` in memory can be paid for. */
  affords(stateBytes: number): boolean {
    if (stateBytes <= this.#freeBytes) return true;
    const expectedMs = (stateBytes * this.#measuredMs) / this.#measuredBytes;
    return this.#spentMs + expectedMs <= this.#share * this.#workedMs;
  }

  /** A checkpoint was made, and took `ms`. */
  spent(ms: number, stateBytes: number): void {
    this.#workedMsAtLast = this.#workedMs;
    if (stateBytes <= this.#freeBytes) return;
    this.#spentMs += ms;
    this.#measuredMs += ms;
    this.#measuredBytes += stateBytes;
  }
}

/** Estimated bytes of all state of a dataflow in memory. Cheap: the figures are kept up as rows come. */
export function stateBytesOf(dataflow: Dataflow): number {
  let sum = 0;
  for (const { operator } of dataflow.nodes) {
    for (const { name } of operator?.describeState() ?? []) sum += operator?.inspectState(name).sizeBytes() ?? 0;
  }
  return sum;
}
