/**
 * Checkpoints of one statement's job: what is taken, in which order, and how a restarted job goes on. The steps
 * are those of `checkpoint-steps.ts`.
 */
import { assert, present } from '../base/assert.ts';
import { ok, type Result } from '../base/result.ts';
import type { Plain } from '../data/plain-bytes.ts';
import { fromPortable, type Portable } from '../data/portable.ts';
import type { Value } from '../data/value.ts';
import type { RunCheckpointer } from '../engine/checkpointer.ts';
import { unwrap } from '../engine/row-failure.ts';
import type { Run } from '../engine/scheduler.ts';
import type { SinkWriter } from '../engine/source.ts';
import type { Clock } from '../seams/clock.ts';
import type { Files } from '../seams/files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import type { BoundTable } from '../sql/2-bind/catalog.ts';
import { pathSummary } from '../sql/2-bind/session.ts';
import { CheckpointedInputs } from './checkpoint-inputs.ts';
import { CHECKPOINT_VERSION, type CheckpointMoment, type Sha256 } from './checkpoint-manifest.ts';
import { type CheckpointState, encodeState, type SinkState, textForPeople } from './checkpoint-state.ts';
import type { Failpoint } from './checkpoint-steps.ts';
import type { CheckpointStore } from './checkpoint-store.ts';

/** What a job begins with. */
export interface JobStart {
  readonly statement: number;
  readonly planHash: string;
  readonly endedPlans: readonly { readonly statement: number; readonly planHash: string }[];
  /** The checkpoint to go on from; `null`: from the beginning. */
  readonly from: RestoredJob | null;
  readonly intervalMs: number;
  /** What the listener has taken in so far. */
  readonly listener: () => Plain;
  /** Query rows given so far. */
  readonly queryRowCount: () => number;
}

/** A checkpoint in the middle, or at the end, of this job. */
export interface RestoredJob {
  readonly state: CheckpointState;
  readonly timeMs: number;
  readonly isEnded: boolean;
  readonly isCommitted: boolean;
  readonly isWalkedBack: boolean;
  readonly id: number;
}

/** What the jobs of a script share. */
export interface JobWorld {
  readonly store: CheckpointStore;
  readonly sha256: Sha256;
  readonly failpoint: Failpoint;
  readonly runId: string;
  readonly clock: Clock;
  readonly files: Files;
}

interface Sink {
  readonly table: string;
  readonly writer: SinkWriter;
}

/** Checkpoints of one job. */
export class JobCheckpoints implements RunCheckpointer {
  /** What sources read. */
  readonly inputs: CheckpointedInputs;
  /** The clock that the dataflow is built on. */
  readonly clock: ResumedClock;
  readonly #start: JobStart;
  readonly #world: JobWorld;
  readonly #sinks: Sink[] = [];
  #run: Run | null = null;
  #buildMs: number;
  #dueMs = Number.POSITIVE_INFINITY;

  constructor(start: JobStart, world: JobWorld) {
    this.#start = start;
    this.#world = world;
    this.inputs = new CheckpointedInputs(world.files, start.from?.state.inputs ?? null);
    this.#buildMs = start.from?.state.buildMs ?? world.clock.nowMs();
    this.clock = new ResumedClock(world.clock, this.#buildMs, start.from?.timeMs ?? this.#buildMs);
  }

  /** Query rows that were given before the restart. */
  get queryRowCount(): number {
    return this.#start.from?.state.queryRowCount ?? 0;
  }

  /** A writer whose rows become visible with checkpoints only. */
  wrap({ path }: BoundTable, writer: SinkWriter): SinkWriter {
    this.#sinks.push({ table: pathSummary(path), writer });
    return {
      open: () => writer.open(),
      write: (kind, row) => writer.write(kind, row),
      prepareCommit: (at) => writer.prepareCommit(at),
      commit: (committable) => writer.commit(committable),
      // What is written last becomes visible with the last checkpoint.
      finish: () => ok(undefined),
      close: () => writer.close(),
      ...(writer.waitFor === undefined ? {} : { waitFor: writer.waitFor.bind(writer) }),
    };
  }

  /**
   * Puts a run that has not begun where the checkpoint was, and its sinks too. Answers sentences for people, and
   * whether nothing is left to run. A failure is the outside world's.
   */
  async begin(run: Run): Promise<Result<{ readonly notes: readonly string[]; readonly isEnded: boolean }>> {
    this.#run = run;
    const { from } = this.#start;
    const notes: string[] = [];
    const unchanged = from === null || from.isEnded ? ok(undefined) : this.inputs.check();
    if (!unchanged.ok) return unchanged;
    if (from?.state.run != null) run.restore(from.state.run);
    for (const [index, { writer }] of this.#sinks.entries()) {
      const saved = from?.state.sinks[index];
      const pending = from === null || from.isCommitted ? null : (saved?.committable ?? null);
      const resumed = writer.resume?.({
        runId: this.#writerId(index),
        snapshot: saved?.snapshot ?? null,
        committable: saved?.committable ?? null,
        isWalkedBack: from?.isWalkedBack ?? false,
      });
      if (resumed?.ok === false) return resumed;
      notes.push(...(resumed?.value ?? []));
      if (pending === null) continue;
      const committed = await this.#commit(writer, pending);
      if (!committed.ok) return committed;
    }
    if (from !== null && !from.isCommitted) {
      const marked = this.#world.store.markCommitted(from.id);
      if (!marked.ok) return marked;
    }
    this.clock.begin();
    this.#dueMs = this.#world.clock.nowMs() + this.#start.intervalMs;
    return ok({ notes, isEnded: from?.isEnded ?? false });
  }

  nextMs(): number {
    return this.#dueMs;
  }

  async take(nowMs: number): Promise<void> {
    await this.#checkpoint('running', nowMs);
    // One that takes long must not make the next one due at once.
    this.#dueMs = Math.max(nowMs, this.#world.clock.nowMs()) + this.#start.intervalMs;
  }

  async finish(nowMs: number): Promise<void> {
    this.#dueMs = Number.POSITIVE_INFINITY;
    await this.#checkpoint('statement-ended', nowMs);
  }

  async #checkpoint(moment: CheckpointMoment, nowMs: number): Promise<void> {
    const { store, failpoint } = this.#world;
    const run = present(this.#run, 'run of a checkpoint');
    failpoint('barrier-inject');
    failpoint('align');
    failpoint('sink-precommit');
    const sinks: SinkState[] = [];
    for (const { table, writer } of this.#sinks) {
      const committable = unwrap(writer.prepareCommit(moment === 'running' ? 'checkpoint' : 'end'));
      if (writer.settle !== undefined) unwrap(await writer.settle());
      sinks.push({ table, committable, snapshot: writer.snapshot?.() ?? null });
    }
    failpoint('op-snapshot');
    const { statement, planHash, endedPlans } = this.#start;
    const id = writeCheckpoint(this.#world, {
      moment,
      statement,
      planHash,
      endedPlans,
      timeMs: nowMs,
      rowCount: run.dataflow.rowsEntered,
      state: {
        buildMs: this.#buildMs,
        queryRowCount: this.#start.queryRowCount(),
        inputs: this.inputs.facts(),
        sinks,
        listener: this.#start.listener(),
        run: moment === 'running' ? run.snapshot() : null,
      },
    });
    for (const [index, { writer }] of this.#sinks.entries()) {
      failpoint('sink-commit');
      unwrap(await this.#commit(writer, present(sinks[index], 'state of a sink').committable));
    }
    unwrap(store.markCommitted(id));
    unwrap(store.collect());
    failpoint('done');
  }

  async #commit(writer: SinkWriter, committable: Value): Promise<Result<void>> {
    const committed = writer.commit(committable);
    return committed.ok && writer.settle !== undefined ? writer.settle() : committed;
  }

  /** Every writer of a run has a number of its own, the same after every restart. */
  #writerId(index: number): string {
    const run = new SeededRandom(Number.parseInt(this.#world.runId, 16));
    const number = run.fork(`statement ${this.#start.statement}, sink ${index}`).nextInt(4294967296);
    return number.toString(16).padStart(8, '0');
  }
}

/** What is written of a moment. */
export interface CheckpointDraft {
  readonly moment: CheckpointMoment;
  readonly statement: number;
  readonly planHash: string;
  readonly endedPlans: JobStart['endedPlans'];
  readonly timeMs: number;
  readonly rowCount: number;
  readonly state: CheckpointState;
}

/** Writes a checkpoint and answers its id; throws the failure of the outside world. */
export function writeCheckpoint(
  { store, sha256, runId }: Pick<JobWorld, 'store' | 'sha256' | 'runId'>,
  { state, ...draft }: CheckpointDraft,
): number {
  const { bytes, headByteCount, operators } = encodeState(state);
  const id = store.nextId;
  const sources = (state.run?.dataflow.nodes ?? []).flatMap(({ name, position }) => {
    return position === null ? [] : [{ name, position: textForPeople(fromPortable(position as Portable)) }];
  });
  const manifest = {
    version: CHECKPOINT_VERSION,
    id,
    runId,
    ...draft,
    operators,
    sources,
    sinks: state.sinks.map(({ table, committable }) => ({ table, committable: textForPeople(committable) })),
    state: { headByteCount, byteCount: bytes.length, sha256: sha256(bytes) },
  };
  unwrap(store.write(manifest, bytes));
  assert(store.nextId === id + 1, 'a checkpoint that was written has its number');
  return id;
}

/**
 * The clock of a job that goes on: while its dataflow is built it shows when that was first built, so that a
 * batch query keeps its now; afterwards it does not go back behind the checkpoint.
 */
export class ResumedClock implements Clock {
  readonly #clock: Clock;
  readonly #buildMs: number;
  readonly #leastMs: number;
  #hasBegun = false;

  constructor(clock: Clock, buildMs: number, leastMs: number) {
    this.#clock = clock;
    this.#buildMs = buildMs;
    this.#leastMs = leastMs;
  }

  /** The dataflow was built. */
  begin(): void {
    this.#hasBegun = true;
  }

  nowMs(): number {
    return this.#hasBegun ? Math.max(this.#leastMs, this.#clock.nowMs()) : this.#buildMs;
  }

  at: Clock['at'] = (atMs, run) => this.#clock.at(atMs, run);
}
