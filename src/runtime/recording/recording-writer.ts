/**
 * Writes a recording while a script runs: collects events in a chunk, and puts the chunk, now and then a
 * checkpoint, and the manifest that counts them into the store in one batch. Nothing here waits: batches
 * follow each other in a chain of promises, and a run that gets too far ahead is asked to wait
 * (`RunRecorder.waitFor`).
 *
 * The recording never stops the run. When the store fails or the limit of size is reached, recording ends
 * with a note, and what was recorded until then stays whole.
 */
import { assert, present } from '../base/assert.ts';
import { crc32c } from '../data/crc32.ts';
import { ByteWriter, type Plain } from '../data/plain-bytes.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import type { RunStatus } from '../engine/metrics.ts';
import type { RunRecorder } from '../engine/run-recorder.ts';
import type { Trace } from '../engine/trace.ts';
import type { Clock } from '../seams/clock.ts';
import type { OrderedStore, StoreOperation } from '../seams/ordered-store.ts';
import { encodeCheckpoint } from './checkpoint.ts';
import { CheckpointBudget, stateBytesOf } from './checkpoint-budget.ts';
import { ContentSum, sumText } from './content-sum.ts';
import { type RecordedEvent, writeChunkHead, writeEvent } from './events.ts';
import {
  type CheckpointEntry,
  encodePlain,
  FRAME_HEAD_BYTES,
  frame,
  keyOf,
  type Manifest,
  type RecordedJob,
  type RecordingHeader,
} from './format.ts';
import { JobRecorder } from './job-recorder.ts';
import { extentAtEnd, runDigest } from './run-digest.ts';
import type { WatchedFiles } from './watched-files.ts';

/** Bounds of a recording. */
export interface RecordingLimits {
  /** Log and checkpoints together; beyond it checkpoints thin out, then recording ends. */
  readonly sizeBytesMax: number;
  /** A checkpoint is due after this many rows, … */
  readonly checkpointRowCount: number;
  /** … or this much work of the run, … */
  readonly checkpointMs: number;
  /** … or these bytes of recorded rows: reading them again takes time too. */
  readonly checkpointLogBytes: number;
  /**
   * Share of the run's time that checkpoints of large states may take. One that is due waits until it can be
   * paid for; whoever looks at the recording makes more of them (`waypoints.ts`).
   */
  readonly checkpointShare: number;
  /** A chunk ends after this many rows … */
  readonly chunkRowCount: number;
  /** … or bytes … */
  readonly chunkBytes: number;
  /** … or this much time: what a crash may cost. */
  readonly chunkMs: number;
}

/** Bounds that suit a laptop. */
export const DEFAULT_RECORDING_LIMITS: RecordingLimits = {
  sizeBytesMax: 512 * 1024 * 1024,
  checkpointRowCount: 50_000,
  checkpointMs: 60,
  checkpointLogBytes: 32 * 1024 * 1024,
  checkpointShare: 0.015,
  chunkRowCount: 50_000,
  chunkBytes: 1024 * 1024,
  chunkMs: 200,
};

/** States up to this many bytes in memory are kept whenever it is time: it takes less than a millisecond. */
const FREE_STATE_BYTES = 128 * 1024;

/** Bytes that may wait for the store before the run is asked to wait. */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** A job as it is known while it runs. */
interface OpenJob {
  readonly dataflow: Dataflow;
  readonly trace: Trace;
  readonly files: WatchedFiles;
  readonly clock: Clock;
  record: RecordedJob;
}

/** What a job is recorded from. */
export interface JobToRecord {
  readonly statement: number;
  readonly buildMs: number;
  readonly dataflow: Dataflow;
  /** Hashes what reaches the ends of this dataflow. */
  readonly trace: Trace;
  /** The file system that the dataflow was built on. */
  readonly files: WatchedFiles;
  /** The wall clock, to measure what checkpoints take. It decides how many there are and nothing else. */
  readonly clock: Clock;
}

/** Writes one recording. */
export class RecordingWriter {
  readonly #store: OrderedStore;
  readonly #limits: RecordingLimits;
  readonly #chain = new ContentSum();
  readonly #chunk = new ByteWriter(64 * 1024);
  readonly #jobs: RecordedJob[] = [];
  #checkpoints: CheckpointEntry[] = [];
  #job: OpenJob | null = null;
  #chunkCount = 0;
  #chunkFirstRow = 0;
  #chunkStartMs = 0;
  #hasChunk = false;
  #eventMs = 0;
  #rowCount = 0;
  #sizeBytes: number;
  #checkpointRow = 0;
  #logBytesSinceCheckpoint = 0;
  readonly #budget: CheckpointBudget;
  /** Doubles whenever every second checkpoint had to go, or the next ones would only go again. */
  #checkpointSpread = 1;
  #status: RunStatus = 'running';
  #note: string | null = null;
  #isRecording = true;
  /** Jobs of which something is recorded, when the limit of size has ended that; else all are. */
  #jobCountMax = Number.POSITIVE_INFINITY;
  #hasStoreFailed = false;
  #written: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #acknowledgedRows = 0;

  constructor(store: OrderedStore, header: RecordingHeader, limits: RecordingLimits = DEFAULT_RECORDING_LIMITS) {
    this.#store = store;
    this.#limits = limits;
    this.#budget = new CheckpointBudget(limits.checkpointShare, FREE_STATE_BYTES);
    const bytes = frame('header', 0, encodePlain(header as unknown as Plain));
    this.#chain.update(bytes.subarray(0, FRAME_HEAD_BYTES));
    this.#sizeBytes = bytes.length;
    // With a manifest from the first moment: a process that dies before its first chunk leaves an empty recording.
    this.#write([{ kind: 'put', key: keyOf('header'), value: bytes }, this.#manifestOperation()]);
  }

  /** Why less is recorded than the run does; `null` while all of it is. */
  get note(): string | null {
    return this.#note;
  }

  /** Rows that are in the store whatever happens to this process. */
  get acknowledgedRows(): number {
    return this.#acknowledgedRows;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Begins a job; the run tells everything to the recorder that is answered. */
  beginJob(job: JobToRecord): RunRecorder {
    assert(this.#job === null, 'jobs of a script run one after the other');
    const { statement, buildMs, dataflow, trace, files, clock } = job;
    const record: RecordedJob = {
      statement,
      buildMs,
      openMs: null,
      firstChunk: this.#chunkCount,
      firstRow: this.#rowCount,
      rowCount: 0,
      status: 'running',
      digest: null,
      files: files.facts(),
    };
    this.#job = { dataflow, trace, files, clock, record };
    this.#eventMs = buildMs;
    this.#checkpointRow = this.#rowCount;
    this.#logBytesSinceCheckpoint = 0;
    return new JobRecorder(this);
  }

  /** The readers of the job were opened. */
  jobOpened(timeMs: number): void {
    const job = this.#open();
    job.record = { ...job.record, openMs: timeMs };
    this.#eventMs = timeMs;
    this.#seal();
  }

  /** Something entered. Returns at once when recording has ended. */
  event(event: RecordedEvent): void {
    if (!this.#isRecording) return;
    if (!this.#hasChunk) {
      this.#hasChunk = true;
      this.#chunk.clear();
      this.#chunkFirstRow = this.#rowCount;
      this.#chunkStartMs = event.timeMs;
      writeChunkHead(this.#chunk, this.#jobs.length, this.#rowCount, this.#eventMs);
    }
    writeEvent(this.#chunk, event, this.#eventMs);
    this.#budget.worked(event.timeMs - this.#eventMs);
    this.#eventMs = event.timeMs;
    if (event.kind === 'turn') this.#rowCount += event.rowCount;
  }

  /** Between two turns: ends a chunk that is large or old enough, with a checkpoint when one is due. */
  betweenTurns(): void {
    if (!this.#isRecording || !this.#hasChunk) return;
    const { chunkRowCount, chunkBytes, chunkMs } = this.#limits;
    const isFull = this.#rowCount - this.#chunkFirstRow >= chunkRowCount || this.#chunk.length >= chunkBytes;
    if (isFull || this.#eventMs - this.#chunkStartMs >= chunkMs) this.#seal();
  }

  /** The job is over. `digests`: whether state, or at least rows, are what a replay can come to. */
  jobEnded(status: RunStatus, digests: 'rows and state' | 'rows' | 'none'): void {
    const job = this.#open();
    if (this.#isRecording) {
      const digest = digests === 'none' ? null : this.#digestAtEnd(digests === 'rows');
      job.record = { ...job.record, status, digest };
      this.#seal('end');
    }
    this.#jobs.push(job.record);
    this.#job = null;
  }

  /** The script is over: resolves when everything is in the store. */
  async finish(status: RunStatus): Promise<void> {
    assert(this.#job === null, 'a recording is finished after its last job');
    this.#status = status;
    // Also where recording has ended before the run: it says then how the run ended.
    this.#write([this.#manifestOperation()]);
    await this.#written;
  }

  /**
   * Writes what has entered so far: when it resolves, a reader of the store finds all of it (or `note` says why
   * not). The run may go on meanwhile. It makes no checkpoint: a run at a breakpoint rests inside a turn.
   */
  async flush(): Promise<void> {
    if (this.#job !== null) this.#seal('end');
    await this.#written;
  }

  /** Resolves when there is room for more; `null` when there is. */
  waitFor(): Promise<void> | null {
    return this.#waitingBytes > WAITING_BYTES_MAX ? this.#written : null;
  }

  #open(): OpenJob {
    return present(this.#job, 'job that is being recorded');
  }

  #digestAtEnd(rowsOnly: boolean): string {
    const { trace, dataflow, record } = this.#open();
    return runDigest(trace.digest(), dataflow, rowsOnly ? 'rows' : extentAtEnd(this.#rowCount - record.firstRow));
  }

  /** Ends the chunk and writes it. */
  #seal(at: 'between' | 'end' = 'between'): void {
    if (!this.#isRecording) return;
    const job = this.#open();
    const operations: StoreOperation[] = [];
    if (this.#hasChunk) {
      const bytes = frame('log', this.#chunkCount, this.#chunk.view());
      this.#chain.update(bytes.subarray(0, FRAME_HEAD_BYTES));
      operations.push({ kind: 'put', key: keyOf('log', this.#chunkCount), value: bytes });
      this.#chunkCount += 1;
      this.#sizeBytes += bytes.length;
      this.#logBytesSinceCheckpoint += bytes.length;
      this.#hasChunk = false;
    }
    if (at === 'between' && this.#isCheckpointDue(job)) operations.push(this.#checkpoint(job));
    job.record = { ...job.record, rowCount: this.#rowCount - job.record.firstRow, files: job.files.facts() };
    if (this.#sizeBytes > this.#limits.sizeBytesMax) operations.push(...this.#thinOut());
    if (this.#sizeBytes > this.#limits.sizeBytesMax && at === 'between') this.#endForSize(job);
    operations.push(this.#manifestOperation());
    this.#write(operations);
  }

  #isCheckpointDue({ dataflow }: OpenJob): boolean {
    const rows = this.#rowCount - this.#checkpointRow;
    const { checkpointRowCount, checkpointMs, checkpointLogBytes } = this.#limits;
    const isTime =
      rows >= this.#checkpointSpread * checkpointRowCount ||
      this.#budget.workedSinceMs >= this.#checkpointSpread * checkpointMs ||
      this.#logBytesSinceCheckpoint >= checkpointLogBytes;
    return rows > 0 && isTime && this.#budget.affords(stateBytesOf(dataflow));
  }

  #checkpoint(job: OpenJob): StoreOperation {
    const startedMs = job.clock.nowMs();
    const operation = this.#encoded(job);
    this.#budget.spent(job.clock.nowMs() - startedMs, stateBytesOf(job.dataflow));
    return operation;
  }

  #encoded(job: OpenJob): StoreOperation {
    const index = this.#chunkCount;
    const payload = encodeCheckpoint({
      timeMs: this.#eventMs,
      rowsDigest: job.trace.digest(),
      dataflow: job.dataflow.snapshot(),
      taps: job.dataflow.nodeIds().map((nodeId) => [nodeId, present(job.dataflow.tapOf(nodeId), 'tap')] as const),
    });
    const value = frame('checkpoint', index, payload);
    this.#checkpoints.push({
      index,
      job: this.#jobs.length,
      row: this.#rowCount,
      chunk: this.#chunkCount,
      sizeBytes: value.length,
      crc: crc32c(value.subarray(0, FRAME_HEAD_BYTES)),
    });
    this.#sizeBytes += value.length;
    this.#checkpointRow = this.#rowCount;
    this.#logBytesSinceCheckpoint = 0;
    return { kind: 'put', key: keyOf('checkpoint', index), value };
  }

  /** Gives up every second checkpoint, again and again, until there is room or none is left. */
  #thinOut(): StoreOperation[] {
    const operations: StoreOperation[] = [];
    while (this.#sizeBytes > this.#limits.sizeBytesMax && this.#checkpoints.length > 0) {
      const kept = this.#checkpoints.filter((_, place) => (this.#checkpoints.length - place) % 2 === 0);
      for (const { index, sizeBytes } of this.#checkpoints.filter((each) => !kept.includes(each))) {
        this.#sizeBytes -= sizeBytes;
        operations.push({ kind: 'delete', key: keyOf('checkpoint', index) });
      }
      this.#checkpoints = kept;
      this.#checkpointSpread *= 2;
    }
    return operations;
  }

  #endForSize(job: OpenJob): void {
    this.#isRecording = false;
    this.#jobCountMax = this.#jobs.length + 1;
    this.#note = `Recording ended at row ${this.#rowCount}: it has reached its limit of ${this.#limits.sizeBytesMax} bytes.`;
    job.record = { ...job.record, digest: this.#digestAtEnd(false) };
  }

  #manifestOperation(): StoreOperation {
    const all = this.#job === null ? this.#jobs : [...this.#jobs, this.#job.record];
    const jobs = all.slice(0, this.#jobCountMax);
    const manifest: Manifest = {
      chunkCount: this.#chunkCount,
      rowCount: this.#rowCount,
      sizeBytes: this.#sizeBytes,
      chain: sumText(this.#chain.digest()),
      jobs,
      checkpoints: this.#checkpoints,
      status: this.#status,
      note: this.#note,
    };
    const value = frame('manifest', 0, encodePlain(manifest as unknown as Plain));
    return { kind: 'put', key: keyOf('manifest'), value };
  }

  #write(operations: readonly StoreOperation[]): void {
    const rowCount = this.#rowCount;
    const sizeBytes = operations.reduce((sum, each) => sum + (each.kind === 'put' ? each.value.length : 0), 0);
    this.#waitingBytes += sizeBytes;
    this.#written = this.#written.then(async () => {
      // After a failure nothing more is written: later chunks without an earlier one would be a gap.
      try {
        if (this.#hasStoreFailed) return;
        await this.#store.batch(operations, { sync: false });
        this.#acknowledgedRows = rowCount;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.#hasStoreFailed = true;
        this.#isRecording = false;
        this.#note ??= `Recording ended at row ${this.#acknowledgedRows}: the store failed (${reason}).`;
      } finally {
        this.#waitingBytes -= sizeBytes;
      }
    });
  }
}
