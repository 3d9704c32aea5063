/**
 * What connectors implement: readers at the start of the graph and writers at its end.
 * Flink: `SourceReader` (FLIP-27) and `SinkWriter`/`Committer` (FLIP-191), for one subtask.
 */
import type { Result } from '../base/result.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { Row, Value } from '../data/value.ts';
import type { RowInput } from './operator.ts';

/** What a reader has for the engine after a poll. */
export type PollStatus =
  /** Poll again. */
  | 'more'
  /** Nothing now; `wake` will be called. */
  | 'blocked'
  /** Bounded input is exhausted. */
  | 'end';

/** Progress of a bounded reader for the progress line. */
export interface SourceProgress {
  readonly rowsRead: number;
  /** Share of the input read, 0 to 1; `null` when the input has no known end. */
  readonly fraction: number | null;
}

/** Reads the rows of one table, one split after the other, in order. */
export interface SourceReader {
  /**
   * The same rows come again from program, seed, clock and the files seam alone, so a recording needs only
   * their number. Without it a recording holds the rows themselves.
   */
  readonly canReadAgain?: boolean;
  /**
   * Its rows come from splits that have a watermark each, and say from which: see `splits.ts`. Not together with
   * `canReadAgain`: a recording must hold the marks.
   */
  readonly hasSplits?: boolean;
  /** Opens files or connections. `wake` is called when a `blocked` reader has something again. */
  open(wake: () => void): Result<void>;
  /** Pushes up to `rowCountMax` rows into `output`; returns what comes next. A failure ends the job. */
  poll(output: RowInput, rowCountMax: number): Result<PollStatus>;
  progress(): SourceProgress;
  /** Where it is, as plain data: `restore` on a fresh reader goes on with the next row. */
  position(): Value;
  restore(position: Value): void;
  close(): void;
}

/**
 * Writes the changelog that reaches a sink. Without checkpoints its life is open → write … → finish → close.
 * With checkpoints everything becomes visible in two phases:
 *
 *   open → resume → write … → prepareCommit → settle → snapshot ─ checkpoint is written ─ commit → settle → write …
 *
 * A process may end anywhere: the next one gives the snapshot of the newest whole checkpoint to `resume` and,
 * where that is not known to have happened, commits the committable of that checkpoint again.
 */
export interface SinkWriter {
  open(): Result<void>;
  write(kind: RowKind, row: Row): Result<void>;
  /**
   * Makes what was written ready to commit; answers the committable. `checkpoint`: a writer may go on with what
   * is better not ended yet, and keeps it in its snapshot. `end` (or nothing): all of it.
   */
  prepareCommit(at?: 'checkpoint' | 'end'): Result<Value>;
  /** Makes a prepared part visible. Committing twice, also from another process, is as committing once. */
  commit(committable: Value): Result<void>;
  /** End of input: everything written is committed. */
  finish(): Result<void>;
  close(): void;
  /**
   * After `open`, before the first row: there will be checkpoints, and from now on `close` keeps what a
   * checkpoint may refer to. What is not in the snapshot was written after it, and goes. Answers sentences
   * about what was found and changed, for people. A writer without it has nothing to go on with.
   */
  resume?(from: SinkResume): Result<readonly string[]>;
  /** Right after `prepareCommit`: what this writer has begun and not prepared, as plain data. */
  snapshot?(): Value;
  /**
   * Resolves when what was prepared, committed or finished has really reached the outside. Without it that is at
   * once. A run is over only when the writers that have finished have settled.
   */
  settle?(): Promise<Result<void>>;
  /** Asked before a run goes on: more than it can hold waits to reach the outside; resolves when there is room. */
  waitFor?(): Promise<void> | null;
}

/** What a writer goes on from. */
export interface SinkResume {
  /** Names this run, its restarts included: 8 hexadecimal digits that no other run has. */
  readonly runId: string;
  /** Its snapshot; `null`: from nothing. */
  readonly snapshot: Value;
  /** The committable of the checkpoint that the run goes on from, which is committed next; `null`: none. */
  readonly committable: Value;
  /**
   * A newer checkpoint than this one was damaged, and what belongs to it may be visible already. A writer that
   * cannot take that back fails here.
   */
  readonly isWalkedBack: boolean;
}
