/**
 * The steps of a checkpoint, in order. Every name is a place where a process may end: tests end it there. What
 * holds at each of them:
 *
 *   before manifest-rename   the checkpoint before is the newest; what was prepared for this one goes at a restart
 *   after it                 this one is the newest; a restart commits what it prepared (again)
 *   after commit-marker      a restart knows that nothing is left to commit
 */

/** Where a checkpoint stands. */
export type CheckpointStep = (typeof CHECKPOINT_STEPS)[number];

/** All steps. */
export const CHECKPOINT_STEPS = [
  /** Between two turns: nothing is on its way, which is the barrier. */
  'barrier-inject',
  /** All operators stand at the barrier: in one thread they always do. */
  'align',
  /** Sinks prepare what they have written. Flink does this before the snapshot too. */
  'sink-precommit',
  /** The state of all operators and positions of all sources are taken. */
  'op-snapshot',
  /** State is written under a temporary name, made durable and renamed. */
  'store-batch',
  'manifest-write',
  'manifest-fsync',
  /** From here on the checkpoint is there. */
  'manifest-rename',
  /** Each sink makes visible what it has prepared. */
  'sink-commit',
  /** It is noted that all of them have. */
  'commit-marker',
  /** Old checkpoints go. */
  'gc-old',
  'done',
] as const;

/** Called at the beginning of each step (`sink-commit`: for each sink). */
export type Failpoint = (step: CheckpointStep) => void;
