/**
 * Checkpoints of a script: which statements are over, which one goes on, and from where. A script is a list of
 * jobs that run one after the other, so a checkpoint names its statement; the statements before it are not run
 * again, those behind it have not begun.
 */
import { err, ok, type Result } from '../base/result.ts';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import type { Plain } from '../data/plain-bytes.ts';
import { OutsideFailure } from '../engine/row-failure.ts';
import type { Clock } from '../seams/clock.ts';
import type { Files } from '../seams/files.ts';
import type { PhysicalPlan } from '../sql/3-plan/physical.ts';
import { JobCheckpoints, type JobStart, type JobWorld, type RestoredJob, writeCheckpoint } from './checkpoint-job.ts';
import type { Sha256 } from './checkpoint-manifest.ts';
import { type PlanSettings, planText } from './checkpoint-plan.ts';
import { type CheckpointState, decodeState } from './checkpoint-state.ts';
import type { Failpoint } from './checkpoint-steps.ts';
import { CheckpointStore, type StoredCheckpoint } from './checkpoint-store.ts';

/** How checkpoints are kept. */
export interface CheckpointSettings {
  /** The folder of the checkpoints; relative paths count from it. */
  readonly files: Files;
  /** As it is named to people. */
  readonly folder: string;
  readonly clock: Clock;
  /** The interval that was asked for; `null`: that of the script, or the default. */
  readonly intervalMs: number | null;
  readonly keepCount: number;
  readonly isResumed: boolean;
  readonly sha256: Sha256;
  /** Eight hexadecimal digits that no other run has. */
  readonly newRunId: () => string;
  /** For tests: called at the beginning of every step. */
  readonly failpoint?: Failpoint;
}

/** Ten seconds: little is done twice, and little is done for it. */
const DEFAULT_INTERVAL_MS = 10_000;

/** The setting of Flink that says how often. */
export const INTERVAL_KEY = 'execution.checkpointing.interval';

const RUN_FILE = 'run.json';

/** Why a run cannot go on, with what to do about it. */
export interface ResumeRefusal {
  readonly message: string;
  readonly hint: string;
}

interface Restored extends StoredCheckpoint {
  readonly content: CheckpointState;
  readonly isWalkedBack: boolean;
}

/** Checkpoints of one script. */
export class ScriptCheckpoints {
  /** Sentences about what was found, for people. */
  readonly notes: readonly string[];
  readonly #settings: CheckpointSettings;
  readonly #store: CheckpointStore;
  readonly #runId: string;
  readonly #restored: Restored | null;
  readonly #plans: { statement: number; planHash: string }[] = [];

  private constructor(
    settings: CheckpointSettings,
    store: CheckpointStore,
    runId: string,
    restored: Restored | null,
    notes: readonly string[],
  ) {
    this.#settings = settings;
    this.#store = store;
    this.#runId = runId;
    this.#restored = restored;
    this.notes = notes;
  }

  /** Opens the folder. A refusal says that it holds something that this run must not touch, or cannot use. */
  static open(settings: CheckpointSettings): Result<ScriptCheckpoints, ResumeRefusal> {
    const { files, folder, keepCount, sha256, failpoint = () => {} } = settings;
    const store = new CheckpointStore({ files, sha256, keepCount, failpoint });
    const found = store.find();
    if (!found.ok) return outside(found.error.message);
    const { newest, unusable } = found.value;
    const known = readRunId(files);
    const beginAgain = `To start from the beginning, remove ${folder} or name another folder.`;
    if (!settings.isResumed) {
      const hasEnded = newest?.manifest.moment === 'script-ended' && unusable.length === 0;
      if (!hasEnded && (newest !== null || unusable.length > 0)) {
        const message = `${folder} holds checkpoints of a run that has not come to its end.`;
        return err({ message, hint: `Add --resume to go on with it. ${beginAgain}` });
      }
      // A number of its own first: under that of an earlier run its files would count as left over.
      const begun = beginRun(settings, null);
      if (!begun.ok) return begun;
      const cleared = store.clear();
      if (!cleared.ok) return outside(cleared.error.message);
      return ok(new ScriptCheckpoints(settings, store, begun.value, null, []));
    }
    const notes = unusable.map(({ id, reason }) => `checkpoint ${id} cannot be used: ${reason}.`);
    if (newest === null) {
      // A run that ended while it wrote its very first checkpoint has nothing to lose; any other has.
      if (unusable.some(({ isDamaged }) => isDamaged) || (unusable.length > 0 && known === null)) {
        return err({ message: `No checkpoint in ${folder} can be used: ${notes.join(' ')}`, hint: beginAgain });
      }
      notes.push(`there is no checkpoint in ${folder} yet: the script starts from the beginning.`);
      const begun = beginRun(settings, known);
      return begun.ok ? ok(new ScriptCheckpoints(settings, store, begun.value, null, notes)) : begun;
    }
    const { id, moment, statement, rowCount, runId } = newest.manifest;
    const rows = `${rowCount.toLocaleString('en')} row${rowCount === 1 ? '' : 's'} read`;
    const place =
      moment === 'script-ended'
        ? 'the script had come to its end'
        : moment === 'statement-ended'
          ? `statement ${statement} was over`
          : `statement ${statement}, ${rows}`;
    notes.push(`going on from checkpoint ${id} in ${folder}: ${place}.`);
    const restored: Restored = {
      ...newest,
      content: decodeState(newest.manifest, newest.state),
      isWalkedBack: unusable.some(({ isDamaged }) => isDamaged),
    };
    return ok(new ScriptCheckpoints(settings, store, runId, restored, notes));
  }

  /** Whether there is a checkpoint to go on from. */
  get isGoingOn(): boolean {
    return this.#restored !== null;
  }

  /** What the listener had taken in, where the run goes on from a checkpoint. */
  get listenerState(): Plain | null {
    return this.#restored?.content.listener ?? null;
  }

  /** Whether a statement was over when the checkpoint was taken, and everything it wrote is visible. */
  isOver(statement: number): boolean {
    const restored = this.#restored;
    if (restored === null || statement > restored.manifest.statement) return false;
    if (statement < restored.manifest.statement || restored.manifest.moment === 'script-ended') return true;
    return restored.manifest.moment === 'statement-ended' && restored.isCommitted;
  }

  /** Whether a statement was under way when the checkpoint was taken. */
  isResumed(statement: number): boolean {
    return this.#restored?.manifest.statement === statement && !this.isOver(statement);
  }

  /** Checks a job against the one of the checkpoint, and notes it. */
  checkPlan(statement: number, plan: PhysicalPlan, settings: PlanSettings): Result<string, ResumeRefusal> {
    const planHash = this.#settings.sha256(encodeUtf8(planText(plan, settings)));
    const restored = this.#restored?.manifest;
    if (restored !== undefined && statement <= restored.statement) {
      const then = [...restored.endedPlans, restored].find((each) => each.statement === statement);
      if (then?.planHash !== planHash) return this.#otherProgram(statement);
    }
    this.#plans.push({ statement, planHash });
    return ok(planHash);
  }

  /** Checkpoints of a job that passed `checkPlan`. `scriptIntervalMs`: what the script has set, 0 for nothing. */
  beginJob(
    job: Pick<JobStart, 'statement' | 'planHash' | 'listener' | 'queryRowCount'>,
    options: { readonly files: Files; readonly scriptIntervalMs: number },
  ): JobCheckpoints {
    const { intervalMs, clock, sha256, failpoint = () => {} } = this.#settings;
    const world: JobWorld = {
      store: this.#store,
      sha256,
      failpoint,
      runId: this.#runId,
      clock,
      files: options.files,
    };
    return new JobCheckpoints(
      {
        ...job,
        endedPlans: this.#plans.filter(({ statement }) => statement !== job.statement),
        from: this.isResumed(job.statement) ? this.#restoredJob() : null,
        intervalMs: intervalMs ?? (options.scriptIntervalMs > 0 ? options.scriptIntervalMs : DEFAULT_INTERVAL_MS),
      },
      world,
    );
  }

  /** The script is over: from now on there is nothing to go on with. */
  endScript(lastStatement: number, listener: Plain): Result<void, ResumeRefusal> {
    const restored = this.#restored?.manifest;
    if (restored !== undefined && restored.planHash !== '') {
      const isMet = this.#plans.some(({ statement }) => statement === restored.statement);
      if (!isMet && restored.moment !== 'script-ended') return this.#otherProgram(restored.statement);
    }
    if (restored?.moment === 'script-ended' && restored.statement >= lastStatement) return ok(undefined);
    const state = { buildMs: 0, queryRowCount: 0, inputs: [], sinks: [], listener, run: null };
    const timeMs = this.#settings.clock.nowMs();
    try {
      const id = writeCheckpoint(
        { store: this.#store, sha256: this.#settings.sha256, runId: this.#runId },
        {
          moment: 'script-ended',
          statement: lastStatement,
          planHash: this.#plans.find(({ statement }) => statement === lastStatement)?.planHash ?? '',
          endedPlans: this.#plans.filter(({ statement }) => statement !== lastStatement),
          timeMs,
          rowCount: 0,
          state,
        },
      );
      const marked = this.#store.markCommitted(id);
      const collected = marked.ok ? this.#store.collect() : marked;
      return collected.ok ? ok(undefined) : outside(collected.error.message);
    } catch (error) {
      if (error instanceof OutsideFailure) return outside(error.message);
      throw error;
    }
  }

  #restoredJob(): RestoredJob | null {
    const restored = this.#restored;
    if (restored === null) return null;
    const { manifest, content, isCommitted, isWalkedBack } = restored;
    const { id, timeMs, moment } = manifest;
    return { id, timeMs, state: content, isEnded: moment === 'statement-ended', isCommitted, isWalkedBack };
  }

  #otherProgram(statement: number): { readonly ok: false; readonly error: ResumeRefusal } {
    const { folder } = this.#settings;
    return err({
      message: `The checkpoint in ${folder} belongs to another program: statement ${statement} is not what it was then.`,
      hint: `Undo the change to go on. To start from the beginning, remove ${folder} or name another folder.`,
    });
  }
}

function outside(message: string): { readonly ok: false; readonly error: ResumeRefusal } {
  return err({ message, hint: 'Mend the cause, or name another folder for the checkpoints.' });
}

/** The run that the folder belongs to, so that a restart finds what it has written before its first checkpoint. */
function beginRun(settings: CheckpointSettings, known: string | null): Result<string, ResumeRefusal> {
  if (known !== null) return ok(known);
  const runId = settings.newRunId();
  const created = settings.files.create(RUN_FILE);
  if (!created.ok) return outside(created.error.message);
  const written = created.value.write(encodeUtf8(`${JSON.stringify({ runId })}\n`));
  const done = written.ok ? created.value.commit() : written;
  if (done.ok) return ok(runId);
  created.value.discard();
  return outside(done.error.message);
}

function readRunId(files: Files): string | null {
  const opened = files.open(RUN_FILE);
  if (!opened.ok) return null;
  const read = opened.value.read(0, opened.value.sizeBytes);
  opened.value.close();
  return read.ok ? (/^\{"runId":"([0-9a-f]{8})"\}\n$/.exec(decodeUtf8(read.value))?.[1] ?? null) : null;
}
