/**
 * One job of a recording, running again: a dataflow on the recorded clock that is fed event by event. The
 * same readers, operators and timers as in the first run do the work; only whose turn it is and what time
 * it is come from the log.
 */
import { assert, present } from '../base/assert.ts';
import { ok, type Result } from '../base/result.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { Dataflow } from '../engine/dataflow.ts';
import { OutsideFailure } from '../engine/row-failure.ts';
import type { RunningSource } from '../engine/running-node.ts';
import { Trace } from '../engine/trace.ts';
import type { Clock } from '../seams/clock.ts';
import type { Files } from '../seams/files.ts';
import { type Checkpoint, encodeCheckpoint, type PlacedPages, withoutPages } from './checkpoint.ts';
import type { EnteredRow, RecordedEvent } from './events.ts';
import type { FilesFacts, RecordedJob } from './format.ts';
import { unusable } from './load-recording.ts';
import { RecordedClock } from './recorded-clock.ts';
import { RecordedFiles } from './recorded-files.ts';
import { type DigestExtent, extentAtEnd, runDigest } from './run-digest.ts';

/** What a job is built on when it is run again. */
export interface ReplaySeams {
  readonly clock: Clock;
  /** Reads what the run read; writes nothing. */
  readonly files: Files;
  /** Hashes what reaches the ends of the dataflow. */
  readonly endTrace: Trace;
}

/** Builds the dataflow of a recorded job: the same plan as then, from the recorded script. */
export type BuildJob = (job: RecordedJob, seams: ReplaySeams) => Result<Dataflow>;

/** A row that entered, and where. */
export interface EnteredAt {
  readonly source: RunningSource;
  /** Number of the row within its source, from 1. */
  readonly number: number;
  readonly kind: RowKind;
  readonly row: Row;
}

/** What a job is run again from. */
export interface JobToReplay {
  readonly record: RecordedJob;
  /** What it saw of the file system: more and more while it still runs. */
  readonly facts: () => FilesFacts;
  readonly build: BuildJob;
  readonly files: Files;
  /** Where it begins; `null`: at its beginning. */
  readonly checkpoint: Checkpoint | null;
}

/** A turn that is under way. */
interface Turn {
  readonly source: RunningSource;
  readonly rows: readonly EnteredRow[];
  readonly status: Extract<RecordedEvent, { readonly kind: 'turn' }>['status'];
  next: number;
}

/** A job that runs again. */
export class ReplayedJob {
  readonly record: RecordedJob;
  readonly dataflow: Dataflow;
  readonly #clock: RecordedClock;
  readonly #trace: Trace;
  /** Rows read from a source beyond the turn that asked for them. */
  readonly #surplus = new Map<RunningSource, EnteredRow[]>();
  #turn: Turn | null = null;
  #failure: unknown = null;
  #entered: EnteredAt | null = null;

  private constructor(record: RecordedJob, dataflow: Dataflow, clock: RecordedClock, trace: Trace) {
    this.record = record;
    this.dataflow = dataflow;
    this.#clock = clock;
    this.#trace = trace;
  }

  /** Builds the job and puts it at its beginning, or at a checkpoint. */
  static open({ record, facts, build, files, checkpoint }: JobToReplay): Result<ReplayedJob> {
    const clock = new RecordedClock(record.buildMs);
    const endTrace = new Trace(checkpoint?.rowsDigest);
    const built = build(record, { clock, files: new RecordedFiles(files, facts), endTrace });
    if (!built.ok) return built;
    const job = new ReplayedJob(record, built.value, clock, endTrace);
    if (checkpoint !== null) job.#restore(checkpoint);
    clock.set(record.openMs ?? record.buildMs);
    for (const source of job.dataflow.sources) {
      // Rows of a source that cannot be read again are in the log.
      if (source.hasEnded || source.reader.canReadAgain !== true) continue;
      const opened = source.reader.open(() => {});
      if (!opened.ok) {
        if (record.openMs === null) job.#failure = new OutsideFailure(opened.error);
        else return opened;
      }
    }
    if (checkpoint !== null) clock.set(checkpoint.timeMs);
    return ok(job);
  }

  /** Why the job failed, as it did in the first run; `null` while it has not. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The row that was fed last. */
  get entered(): EnteredAt | null {
    return this.#entered;
  }

  /** Whether rows of the turn under way have not gone through yet. */
  get isInTurn(): boolean {
    return this.#turn !== null;
  }

  /** Time of the last event. */
  get nowMs(): number {
    return this.#clock.nowMs();
  }

  /** The sum over results and state; `rowsOnly` where a row has gone half through. */
  digest(): string {
    return this.#digest('state');
  }

  /** The sum to compare with that of the first run at its end, which had read `rowCount` rows. */
  digestAtEnd(rowCount: number): string {
    return this.#digest(extentAtEnd(rowCount));
  }

  #digest(extent: DigestExtent): string {
    return runDigest(this.#trace.digest(), this.dataflow, this.#failure !== null ? 'rows' : extent);
  }

  /** Begins an event. Rows of a turn then go through one by one, by `feed`. */
  begin(event: RecordedEvent): Result<void> {
    assert(this.#turn === null, 'a turn ends before the next event');
    this.#clock.set(event.timeMs);
    this.dataflow.turnBegins(event.timeMs);
    if (event.kind === 'timers') {
      this.#attempt(() => this.dataflow.fireProcessingTimers(event.timeMs));
      return ok(undefined);
    }
    const source = this.dataflow.sources[event.source];
    if (source === undefined) return unusable(`its program has no source ${event.source}`);
    const rows = event.rows === null ? this.#readAgain(source, event.rowCount) : ok(event.rows);
    if (!rows.ok) return rows;
    this.#turn = { source, rows: rows.value, status: event.status, next: 0 };
    return ok(undefined);
  }

  /** Lets the next row of the turn through; false when there is none, and the turn is over. */
  feed(): boolean {
    const turn = present(this.#turn, 'turn under way');
    const entered = turn.rows[turn.next];
    if (entered === undefined) {
      this.#turn = null;
      this.#endTurn(turn);
      return false;
    }
    turn.next += 1;
    const { source } = turn;
    this.#entered = { source, number: source.output.rowCount + 1, kind: entered.kind, row: entered.row };
    this.#attempt(() => source.output.processRow(entered.kind, entered.row));
    if (this.#failure !== null) this.#turn = null;
    return true;
  }

  /** What a checkpoint at this moment holds; `null` where rows were read ahead of the moment, or the job failed. */
  checkpoint(): { readonly payload: Uint8Array; readonly pages: readonly PlacedPages[] } | null {
    const isAhead = [...this.#surplus.values()].some((rows) => rows.length > 0);
    if (this.#turn !== null || this.#failure !== null || isAhead) return null;
    const { snapshot, pages } = withoutPages(this.dataflow.snapshot('shared'));
    const payload = encodeCheckpoint({
      timeMs: this.nowMs,
      rowsDigest: this.#trace.digest(),
      dataflow: snapshot,
      taps: this.dataflow
        .nodeIds()
        .map((nodeId) => [nodeId, present(this.dataflow.tapOf(nodeId), 'tap of a canvas node')] as const),
    });
    return { payload, pages };
  }

  close(): void {
    this.dataflow.close();
  }

  #endTurn({ source, status }: Turn): void {
    if (status === 'end') this.#attempt(() => source.end());
    if (status !== 'failed' || this.#failure !== null) return;
    // The rows went well, so it was the reader that failed: it does so again, or it was the outside world.
    this.#attempt(() => {
      const again = source.reader.canReadAgain === true ? source.reader.poll(NOWHERE, 1) : ok('end' as const);
      if (!again.ok) throw new OutsideFailure(again.error);
    });
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#failure = error;
    }
  }

  #readAgain(source: RunningSource, count: number): Result<readonly EnteredRow[]> {
    const rows = this.#surplus.get(source) ?? [];
    const collect = { processRow: (kind: RowKind, row: Row) => void rows.push({ kind, row }) };
    while (rows.length < count) {
      const status = source.reader.poll(collect, count - rows.length);
      if (!status.ok) return status;
      // A poll may skip bad records and give nothing; only an end or a wait says that nothing will come.
      if (rows.length < count && status.value !== 'more') {
        return unusable(`${source.name} gives fewer rows than it gave then`);
      }
    }
    this.#surplus.set(source, rows.slice(count));
    return ok(rows.slice(0, count));
  }

  #restore(checkpoint: Checkpoint): void {
    this.dataflow.restore(checkpoint.dataflow);
    for (const { nodeId, total, rows } of checkpoint.taps) this.dataflow.tapOf(nodeId)?.restore(total, rows);
    // The run had no tap where nobody could look; what has passed there is still known.
    const kept = new Set(checkpoint.taps.map(({ nodeId }) => nodeId));
    for (const nodeId of this.dataflow.nodeIds()) {
      if (kept.has(nodeId)) continue;
      this.dataflow.tapOf(nodeId)?.restore(this.dataflow.nodeOf(nodeId)?.output.rowCount ?? 0, []);
    }
  }
}

const NOWHERE = { processRow: (): void => {} };
