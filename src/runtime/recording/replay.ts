/**
 * Moves through a recording. Moment `n` is right after row `n` of the run has gone through the whole graph
 * and before anything else happened; the end is after everything that was recorded. Any moment is reached
 * by running again from the nearest checkpoint before it, so its state is that of the first run.
 */
import { assert, present } from '../base/assert.ts';
import { ok, type Result } from '../base/result.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { Files } from '../seams/files.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Chunk } from './events.ts';
import type { CheckpointEntry, RecordedJob } from './format.ts';
import { type LoadedRecording, readCheckpoint, readChunkAt, unusable } from './load-recording.ts';
import { changedFiles } from './recorded-files.ts';
import { type BuildJob, type EnteredAt, ReplayedJob } from './replayed-job.ts';
import { checkpointOf, restoredRows, unpacked } from './restored-checkpoint.ts';
import { DEFAULT_WAYPOINT_LIMITS, type RowRange, type Waypoint, type WaypointLimits, Waypoints } from './waypoints.ts';

/** How to go on. */
export interface AdvanceOptions {
  /** Asked right after each row and each other event; true stops there (a breakpoint). */
  readonly shouldStop?: () => boolean;
  /**
   * Asked every `BREATH_COUNT` rows and events. A promise lets others have their turn; what it, or the answer
   * itself, says is whether to go on: false gives up where the replay is.
   */
  readonly breathe?: () => Promise<boolean> | boolean;
}

/** Rows and events between two breaths: microseconds, and well under a slice also where user code is slow. */
const BREATH_COUNT = 16;

/** Rows between two questions whether a waypoint is wanted. */
const MARK_ROW_COUNT = 10;

/** A recording that is being looked at. Its methods that wait are called one after the other. */
export class Replay {
  #recording: LoadedRecording;
  readonly #build: BuildJob;
  readonly #files: Files;
  readonly #damage: string[];
  readonly #damagedCheckpoints = new Set<number>();
  readonly #waypoints: Waypoints;
  #job: ReplayedJob | null = null;
  #jobIndex = 0;
  #chunk: Chunk | null = null;
  #chunkIndex = 0;
  #eventIndex = 0;
  #row = 0;
  /** From this row on it is asked again whether a waypoint is wanted. */
  #markRow = 0;
  #isAtEnd = false;
  #isJustAfterRow = false;
  #isMoving = false;
  /** Sums of the jobs that this replay itself ran from start to end. */
  readonly #ended = new Map<number, string>();

  private constructor(recording: LoadedRecording, build: BuildJob, files: Files, waypoints: Waypoints) {
    this.#waypoints = waypoints;
    this.#recording = recording;
    this.#damage = [...recording.damage];
    this.#build = build;
    this.#files = files;
  }

  /** Goes to the beginning. Fails when a file is no longer what the recording read, naming it. */
  static async open(
    recording: LoadedRecording,
    build: BuildJob,
    files: Files,
    limits: WaypointLimits = DEFAULT_WAYPOINT_LIMITS,
  ): Promise<Result<Replay>> {
    const unchanged = sameFiles(recording, files);
    if (!unchanged.ok) return unchanged;
    return Replay.#opened(new Replay(recording, build, files, new Waypoints(limits)));
  }

  static async #opened(replay: Replay): Promise<Result<Replay>> {
    const started = await replay.#startOver();
    return started.ok ? ok(replay) : started;
  }

  /**
   * Goes where no waypoint is, from the first row to the last, and leaves some; this replay finds them, and is not
   * moved. Whoever has time calls it before anybody wants to go there. It ends when `breathe` says so, or when
   * nothing is left to do.
   */
  async scout(breathe: () => Promise<boolean> | boolean): Promise<void> {
    const nextGap = (from: number): RowRange | null => {
      const recorded = this.#recording.checkpoints.map(({ row }) => row);
      return this.#waypoints.nextGap(from, recorded, this.rowCount);
    };
    let gap = nextGap(0);
    if (gap === null) return;
    const opened = await Replay.#opened(new Replay(this.#recording, this.#build, this.#files, this.#waypoints));
    if (!opened.ok) return;
    const scout = opened.value;
    // What is not as it was is told to who goes there, not to who goes ahead.
    for (let isGoing = true; gap !== null && isGoing; gap = nextGap(gap.to)) {
      const there = await scout.seek(gap.from + 1, { breathe });
      isGoing = there.ok && (await breathe()) && (await scout.advance(gap.to, { breathe })).ok && (await breathe());
    }
    scout.close();
  }

  get recording(): LoadedRecording {
    return this.#recording;
  }

  /** Rows that have gone through. */
  get row(): number {
    return this.#row;
  }

  /** Rows that can be gone through. */
  get rowCount(): number {
    return this.#recording.rowCount;
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
    return this.#recording.manifest.jobs[this.#jobIndex] ?? null;
  }

  /** Why the job failed at this moment, as in the first run. */
  get failure(): unknown {
    return this.#job?.failure ?? null;
  }

  /** The row that entered last; `null` before the first. */
  get entered(): EnteredAt | null {
    return this.#job?.entered ?? null;
  }

  /** Processing time of what comes next, in ms: of the turn under way, or of the next event; `null` at the end. */
  nextTimeMs(): number | null {
    if (this.#isAtEnd) return null;
    if (this.#job?.isInTurn === true) return this.#job.nowMs;
    return this.#chunk?.events[this.#eventIndex]?.timeMs ?? this.nowMs;
  }

  /** What is damaged in the recording, as far as it was read; empty when nothing is. */
  get damage(): readonly string[] {
    return this.#damage;
  }

  /**
   * Takes in what the recording has come to since: `recording` was loaded from the same store later, while the
   * run went on. The moment stays.
   */
  extend(recording: LoadedRecording): Result<void> {
    assert(recording.rowCount >= this.rowCount, 'a recording only grows');
    const unchanged = sameFiles(recording, this.#files);
    if (!unchanged.ok) return unchanged;
    const isLonger =
      recording.chunkCount > this.#recording.chunkCount ||
      recording.manifest.jobs.length > this.#recording.manifest.jobs.length;
    if (isLonger) this.#isAtEnd = false;
    this.#recording = recording;
    return ok(undefined);
  }

  /**
   * Goes to the moment after row `row`, forwards or back. Rows are counted over all sources and jobs, from 1.
   * When `breathe` gave up, the replay is at an earlier row.
   */
  async seek(row: number, options: Pick<AdvanceOptions, 'breathe'> = {}): Promise<Result<void>> {
    assert(Number.isSafeInteger(row) && row >= 0, 'a row is a whole number');
    return this.#move(async () => {
      const target = Math.min(row, this.rowCount);
      const placed = await this.#placeBefore(target);
      return placed.ok ? this.#advance(target, options) : placed;
    });
  }

  /** One row on (`1`) or back (`-1`). */
  step(by: 1 | -1): Promise<Result<void>> {
    return this.seek(Math.max(0, this.#row + by));
  }

  /** Runs on until `row` rows have gone through, or somebody says stop. */
  advance(row: number, options: AdvanceOptions = {}): Promise<Result<void>> {
    return this.#move(() => this.#advance(row, options));
  }

  /** Runs on to the end of what was recorded. */
  playToEnd(options: AdvanceOptions = {}): Promise<Result<void>> {
    return this.advance(Number.POSITIVE_INFINITY, options);
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
      const { statement, digest } = present(this.#recording.manifest.jobs[index], 'job');
      return { statement, first: digest, replayed };
    });
  }

  close(): void {
    this.#job?.close();
    this.#job = null;
  }

  async #move(task: () => Promise<Result<void>>): Promise<Result<void>> {
    assert(!this.#isMoving, 'a replay makes one move at a time');
    this.#isMoving = true;
    try {
      return await task();
    } finally {
      this.#isMoving = false;
    }
  }

  /** Goes to a place from which running on leads to the moment after row `target`. */
  async #placeBefore(target: number): Promise<Result<void>> {
    for (;;) {
      const isBehind = target < this.#row || this.#isAtEnd || (target === this.#row && this.#hasPassed());
      // A checkpoint stands behind what followed its row (timers, an end of input): too late for that row itself.
      const recorded = this.#checkpointBefore(target);
      const own = this.#waypoints.before(target);
      const near = own !== undefined && own.row >= (recorded?.row ?? 0) ? own : recorded;
      if (near === undefined) return isBehind ? this.#startOver() : ok(undefined);
      if (!isBehind && near.row - this.#row <= restoredRows(near)) return ok(undefined);
      if ('payload' in near) {
        return this.#startAt(near, checkpointOf(near));
      }
      const checkpoint = await readCheckpoint(this.#recording.store, near);
      if (typeof checkpoint !== 'string') return this.#startAt(near, unpacked(checkpoint, near.job, this.#waypoints));
      this.#damagedCheckpoints.add(near.index);
      this.#damage.push(checkpoint);
    }
  }

  #checkpointBefore(row: number): CheckpointEntry | undefined {
    return this.#recording.checkpoints
      .filter((each) => each.row < row && !this.#damagedCheckpoints.has(each.index))
      .at(-1);
  }

  /** Keeps a waypoint before the event that comes next, where one is wanted. */
  #mark(job: ReplayedJob): void {
    if (this.#row < this.#markRow) return;
    this.#markRow = this.#row + MARK_ROW_COUNT;
    const recorded = this.#checkpointBefore(this.#row + 1)?.row ?? 0;
    if (!this.#waypoints.isWantedAt(this.#row, this.#row - recorded)) return;
    const checkpoint = job.checkpoint();
    if (checkpoint === null) return;
    const place = { job: this.#jobIndex, row: this.#row, chunk: this.#chunkIndex, event: this.#eventIndex };
    this.#waypoints.add({ ...place, ...checkpoint });
  }

  /** Whether anything happened since the last row: then the moment of that row is over. */
  #hasPassed(): boolean {
    return this.#row > 0 && !this.#isJustAfterRow;
  }

  async #startOver(): Promise<Result<void>> {
    this.#row = 0;
    this.#markRow = 0;
    this.#isAtEnd = false;
    this.#isJustAfterRow = true;
    const placed = await this.#place(0);
    return placed.ok ? this.#openJob(0, null) : placed;
  }

  async #startAt(entry: CheckpointEntry | Waypoint, checkpoint: Checkpoint): Promise<Result<void>> {
    const opened = this.#openJob(entry.job, checkpoint);
    if (!opened.ok) return opened;
    this.#row = entry.row;
    this.#isAtEnd = false;
    this.#isJustAfterRow = false;
    this.#markRow = entry.row + MARK_ROW_COUNT;
    const placed = await this.#place(entry.chunk);
    if (placed.ok && 'event' in entry) this.#eventIndex = entry.event;
    return placed;
  }

  async #place(chunkIndex: number): Promise<Result<void>> {
    const chunk = await readChunkAt(this.#recording, chunkIndex);
    if (!chunk.ok) return chunk;
    this.#chunkIndex = chunkIndex;
    this.#chunk = chunk.value;
    this.#eventIndex = 0;
    return ok(undefined);
  }

  #openJob(index: number, checkpoint: Checkpoint | null): Result<void> {
    this.#job?.close();
    this.#job = null;
    this.#jobIndex = index;
    const record = this.job;
    if (record === null) return ok(undefined);
    const opened = ReplayedJob.open({
      record,
      facts: () => present(this.#recording.manifest.jobs[index], 'job').files,
      build: this.#build,
      files: this.#files,
      checkpoint,
    });
    if (!opened.ok) return opened;
    this.#job = opened.value;
    return ok(undefined);
  }

  /** Runs until `untilRow` rows have gone through, or to the end. */
  async #advance(untilRow: number, { shouldStop, breathe }: AdvanceOptions): Promise<Result<void>> {
    for (let count = 1; !this.#isAtEnd && this.#row < untilRow; count++) {
      const job = this.#job;
      if (job?.isInTurn === true) {
        const isRow = job.feed();
        this.#isJustAfterRow = isRow;
        if (isRow) this.#row += 1;
      } else {
        const went = this.#takeEvent() ?? (await this.#turnPage());
        if (!went.ok) return went;
      }
      if (shouldStop?.() === true) return ok(undefined);
      if (breathe === undefined || count % BREATH_COUNT !== 0) continue;
      const breath = breathe();
      if (!(typeof breath === 'boolean' ? breath : await breath)) return ok(undefined);
    }
    return ok(undefined);
  }

  /** Begins the next event of the chunk; `null` where it has no more for this job. */
  #takeEvent(): Result<void> | null {
    const chunk = this.#chunk;
    if (chunk === null || chunk.job !== this.#jobIndex || this.#eventIndex >= chunk.events.length) return null;
    const job = present(this.#job, 'a chunk belongs to a job');
    this.#mark(job);
    if (job.failure !== null) return unusable(`at row ${this.#row} the replay failed, and the first run went on`);
    const event = present(chunk.events[this.#eventIndex], 'event of a chunk');
    this.#eventIndex += 1;
    this.#isJustAfterRow = false;
    return job.begin(event);
  }

  /** Goes to the next chunk, to the next job, or to the end. */
  async #turnPage(): Promise<Result<void>> {
    const { manifest, chunkCount } = this.#recording;
    if (this.#chunk === null || this.#eventIndex >= this.#chunk.events.length) {
      const placed = await this.#place(this.#chunk === null ? this.#chunkIndex : this.#chunkIndex + 1);
      if (!placed.ok) return placed;
    }
    const chunk = this.#chunk;
    const job = this.#job;
    if (chunk !== null && chunk.job === this.#jobIndex) {
      return ok(undefined);
    }
    const isLast = this.#jobIndex + 1 >= manifest.jobs.length;
    // Chunks that are damaged are not there, and the jobs behind them cannot be reached.
    const isCut = chunk === null && chunkCount < manifest.chunkCount;
    if (job !== null && !isCut) this.#ended.set(this.#jobIndex, job.digestAtEnd(this.job?.rowCount ?? 0));
    if (isLast || isCut) {
      this.#isAtEnd = true;
      this.#isJustAfterRow = false;
      return ok(undefined);
    }
    return this.#openJob(this.#jobIndex + 1, null);
  }
}

function sameFiles(recording: LoadedRecording, files: Files): Result<void> {
  for (const job of recording.manifest.jobs) {
    const [changed] = changedFiles(job.files, files);
    if (changed !== undefined) return { ok: false, error: { domain: 'recording', message: changed, retry: 'never' } };
  }
  return ok(undefined);
}
