/**
 * Moves through a recording. Moment `n` is right after row `n` of the run has gone through the whole graph
 * and before anything else happened; the end is after everything that was recorded. Any moment is reached
 * by running again from the nearest checkpoint before it, so its state is that of the first run.
 */
import { assert, present } from '../base/assert.ts';
import { ok, type Result } from '../base/result.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { Files } from '../seams/files.ts';
import type { Hashing } from '../seams/hashing.ts';
import { DamagedBytes } from './bytes.ts';
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts';
import { type Chunk, readChunk } from './events.ts';
import { keyOf, type RecordedJob, unframe } from './format.ts';
import { type LoadedRecording, readEntry, unusable } from './load-recording.ts';
import { changedFiles } from './recorded-files.ts';
import { type BuildJob, ReplayedJob } from './replayed-job.ts';

/** A recording that is being looked at. */
export class Replay {
  readonly recording: LoadedRecording;
  readonly #build: BuildJob;
  readonly #files: Files;
  #job: ReplayedJob | null = null;
  #jobIndex = 0;
  #chunk: Chunk | null = null;
  #chunkIndex = 0;
  #eventIndex = 0;
  #row = 0;
  #isAtEnd = false;
  /** Sums of the jobs that this replay itself ran from start to end. */
  readonly #ended = new Map<number, string>();

  private constructor(recording: LoadedRecording, build: BuildJob, files: Files) {
    this.recording = recording;
    this.#build = build;
    this.#files = files;
  }

  /** Goes to the beginning. Fails when a file is no longer what the recording read, naming it. */
  static open(recording: LoadedRecording, build: BuildJob, files: Files, hashing: Hashing): Result<Replay> {
    for (const job of recording.manifest.jobs) {
      const [changed] = changedFiles(job.files, files, hashing);
      if (changed !== undefined) return { ok: false, error: { domain: 'recording', message: changed, retry: 'never' } };
    }
    const replay = new Replay(recording, build, files);
    const started = replay.#startOver();
    return started.ok ? ok(replay) : started;
  }

  /** Rows that have gone through. */
  get row(): number {
    return this.#row;
  }

  /** Rows that can be gone through. */
  get rowCount(): number {
    return this.recording.rowCount;
  }

  /** Whether everything recorded has happened, not only all rows. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Processing time of the moment, in ms; `null` when the script had nothing to run. */
  get nowMs(): number | null {
    return this.#job?.nowMs ?? null;
  }

  /** The dataflow at this moment: its taps, figures and state are there to be read; `null` without a job. */
  get dataflow(): Dataflow | null {
    return this.#job?.dataflow ?? null;
  }

  /** The job at this moment. */
  get job(): RecordedJob | null {
    return this.#job?.record ?? null;
  }

  /** Why the job failed at this moment, as in the first run. */
  get failure(): unknown {
    return this.#job?.failure ?? null;
  }

  /** Goes to the moment after row `row`, forwards or back. Rows are counted over all sources and jobs, from 1. */
  async seek(row: number): Promise<Result<void>> {
    assert(Number.isSafeInteger(row) && row >= 0, 'a row is a whole number');
    const target = Math.min(row, this.rowCount);
    // A checkpoint stands behind what followed its row (timers, an end of input): too late for that row itself.
    const near = this.recording.checkpoints.filter((each) => each.row < target).at(-1);
    const isBehind = target < this.#row || this.#isAtEnd || (target === this.#row && this.#hasPassed());
    if (isBehind || (near !== undefined && near.row > this.#row)) {
      const placed = near === undefined ? this.#startOver() : await this.#startAt(near);
      if (!placed.ok) return placed;
    }
    return this.#advance(target);
  }

  /** One row on (`1`) or back (`-1`). */
  step(by: 1 | -1): Promise<Result<void>> {
    return this.seek(Math.max(0, this.#row + by));
  }

  /** Runs on to the end of what was recorded. */
  playToEnd(): Result<void> {
    return this.#advance(Number.POSITIVE_INFINITY);
  }

  /** The sum of results and state at this moment, of the job that runs at it. */
  digest(): string | null {
    return this.#job?.digest() ?? null;
  }

  /**
   * The sums of the jobs that ran to their end in this replay beside those of the first run (`null` where
   * that run was cut short by something outside it).
   */
  digests(): ReadonlyArray<{ readonly statement: number; readonly first: string | null; readonly replayed: string }> {
    return [...this.#ended].map(([index, replayed]) => {
      const { statement, digest } = present(this.recording.manifest.jobs[index], 'job');
      return { statement, first: digest, replayed };
    });
  }

  close(): void {
    this.#job?.close();
    this.#job = null;
  }

  /** Whether anything happened since the last row: then the moment of that row is over. */
  #hasPassed(): boolean {
    return this.#row > 0 && !this.#isJustAfterRow;
  }

  #isJustAfterRow = false;

  #startOver(): Result<void> {
    this.#row = 0;
    this.#isAtEnd = false;
    this.#isJustAfterRow = true;
    this.#place(0, 0);
    return this.#openJob(0, null);
  }

  async #startAt(entry: LoadedRecording['checkpoints'][number]): Promise<Result<void>> {
    let checkpoint: Checkpoint;
    try {
      const bytes = await readEntry(this.recording.store, keyOf('checkpoint', entry.index));
      checkpoint = decodeCheckpoint(unframe('checkpoint', entry.index, bytes));
    } catch (error) {
      if (!(error instanceof DamagedBytes)) throw error;
      return unusable(`the checkpoint at row ${entry.row} is damaged: ${error.message}`);
    }
    const opened = this.#openJob(entry.job, checkpoint);
    if (!opened.ok) return opened;
    this.#row = entry.row;
    this.#isAtEnd = false;
    this.#isJustAfterRow = false;
    this.#place(entry.chunk, 0);
    return ok(undefined);
  }

  #place(chunkIndex: number, eventIndex: number): void {
    const payload = this.recording.chunks[chunkIndex];
    this.#chunkIndex = chunkIndex;
    this.#chunk = payload === undefined ? null : readChunk(payload);
    this.#eventIndex = eventIndex;
  }

  #openJob(index: number, checkpoint: Checkpoint | null): Result<void> {
    this.#job?.close();
    this.#job = null;
    this.#jobIndex = index;
    const record = this.recording.manifest.jobs[index];
    if (record === undefined) return ok(undefined);
    const opened = ReplayedJob.open(record, this.#build, this.#files, checkpoint);
    if (!opened.ok) return opened;
    this.#job = opened.value;
    return ok(undefined);
  }

  /** Runs until `untilRow` rows have gone through, or to the end. */
  #advance(untilRow: number): Result<void> {
    while (!this.#isAtEnd) {
      const job = this.#job;
      if (job?.isInTurn === true) {
        if (this.#row >= untilRow) return ok(undefined);
        const isRow = job.feed();
        this.#isJustAfterRow = isRow;
        if (isRow) this.#row += 1;
        continue;
      }
      if (this.#row >= untilRow) return ok(undefined);
      const went = this.#nextEvent();
      if (!went.ok) return went;
    }
    return ok(undefined);
  }

  #nextEvent(): Result<void> {
    const { chunks, manifest } = this.recording;
    if (this.#chunk !== null && this.#eventIndex >= this.#chunk.events.length) this.#place(this.#chunkIndex + 1, 0);
    const chunk = this.#chunk;
    const job = this.#job;
    if (chunk === null || chunk.job !== this.#jobIndex) {
      if (job !== null) this.#ended.set(this.#jobIndex, job.digest());
      const isLast = this.#jobIndex + 1 >= manifest.jobs.length;
      // Chunks that are damaged are not there, and the jobs behind them cannot be reached.
      const isCut = chunk === null && chunks.length < manifest.chunkCount;
      if (isLast || isCut) {
        this.#isAtEnd = true;
        this.#isJustAfterRow = false;
        return ok(undefined);
      }
      return this.#openJob(this.#jobIndex + 1, null);
    }
    assert(job !== null, 'a chunk belongs to a job');
    if (job.failure !== null) return unusable(`at row ${this.#row} the replay failed, and the first run went on`);
    const event = present(chunk.events[this.#eventIndex], 'event of a chunk');
    this.#eventIndex += 1;
    this.#isJustAfterRow = false;
    return job.begin(event);
  }
}
