/**
 * Cryptographic sums as the engine sees them: they prove that an input file or a recording is still what
 * it was. `node/` has the one of Node; the pure rooms have none, because a written-out SHA-256 is too slow
 * for every byte that a run reads.
 */

/** A running SHA-256. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** The sum of everything so far, 64 hex digits; more may be added afterwards. */
  digest(): string;
}

/** Makes running sums. */
export interface Hashing {
  sha256(): RunningHash;
}
