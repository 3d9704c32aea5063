/** Randomness as the engine sees it: always seeded, always recorded with the run. */

/** A stream of random numbers with a state that snapshots keep. */
export interface Random {
  /** Uniform in [0, 1) with 53 random bits. */
  next(): number;
  /** Uniform integer in [0, bound). */
  nextInt(bound: number): number;
  /** The state, as a list of 32-bit integers; restoring it continues the same stream. */
  state(): readonly number[];
  restore(state: readonly number[]): void;
  /** An independent stream whose seed depends on this seed and `name` only. */
  fork(name: string): Random;
}
