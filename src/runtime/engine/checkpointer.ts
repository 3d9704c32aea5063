/**
 * What a run asks of whoever keeps its checkpoints. Between two turns every row that was read has gone through
 * the whole graph and none is on its way, so that moment is what an aligned barrier makes on a cluster: there
 * is nothing to inject and nothing to align. Flink: `CheckpointCoordinator`, for one subtask.
 */
import type { Disposable } from '../base/disposable.ts';

/** Takes checkpoints of one run. While a promise of it is pending the run reads nothing. */
export interface RunCheckpointer {
  /** When the next checkpoint is due, on the run's clock; Infinity: never. */
  nextMs(): number;
  /** Between two turns. A rejection fails the run. */
  take(nowMs: number): Promise<void>;
  /** All sources have ended and nothing was closed yet: what was written becomes final. A rejection fails the run. */
  finish(nowMs: number): Promise<void>;
}

/** Hears that a checkpoint has been taken, or why not, and what the run was to go on with. */
export type AfterCheckpoint = (goOn: () => void, failure: { readonly error: unknown } | null) => void;

/** Keeps a run from going on while a checkpoint of it is being taken. */
export class CheckpointGate {
  readonly #checkpointer: RunCheckpointer | null;
  readonly #after: AfterCheckpoint;
  #isClosed = false;

  constructor(checkpointer: RunCheckpointer | null, after: AfterCheckpoint) {
    this.#checkpointer = checkpointer;
    this.#after = after;
  }

  /** Whether a checkpoint is being taken. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  nextMs(): number {
    return this.#checkpointer?.nextMs() ?? Number.POSITIVE_INFINITY;
  }

  /** Takes a checkpoint when one is due, and goes on later. False: none is due. */
  takeIfDue(nowMs: number, goOn: () => void): boolean {
    if (this.#checkpointer === null || this.nextMs() > nowMs) return false;
    this.#close(this.#checkpointer.take(nowMs), goOn);
    return true;
  }

  /** The last checkpoint; goes on at once where nobody takes any. */
  finish(nowMs: number, goOn: () => void): void {
    if (this.#checkpointer === null) goOn();
    else this.#close(this.#checkpointer.finish(nowMs), goOn);
  }

  /** Keeps the run where it is until something has happened; a rejection fails it. */
  holdFor(happening: Promise<void>, goOn: () => void): void {
    this.#close(happening, goOn);
  }

  #close(taking: Promise<void>, goOn: () => void): void {
    this.#isClosed = true;
    const open = (failure: { readonly error: unknown } | null): void => {
      this.#isClosed = false;
      this.#after(goOn, failure);
    };
    taking.then(
      () => open(null),
      (error: unknown) => open({ error }),
    );
  }
}

/** A timer that is set anew each time. */
export class Alarm {
  #timer: Disposable | null = null;

  /** `null`: rings no more. */
  set(timer: Disposable | null): void {
    this.#timer?.dispose();
    this.#timer = timer;
  }
}
