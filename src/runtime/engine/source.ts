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

/** Writes the changelog that reaches a sink. */
export interface SinkWriter {
  open(): Result<void>;
  write(kind: RowKind, row: Row): Result<void>;
  /** Makes what was written since the last call ready to commit; answers the committable. */
  prepareCommit(): Result<Value>;
  /** Makes a prepared part visible. Committing twice is as committing once. */
  commit(committable: Value): Result<void>;
  /** End of input: everything written is committed. */
  finish(): Result<void>;
  close(): void;
}
