/**
 * Keeps one worker thread ready: its code is loaded and has run something, so that the first run of a script
 * is as fast as the tenth.
 */
import { EngineWorker, type WorkerSetup } from './engine-worker.ts';

/** The next one is made only when the run that took the last one has shown its first rows. */
const REFILL_MS = 1_500;

/** Source of worker threads. */
export class SpareWorker {
  readonly #setup: WorkerSetup;
  #spare: EngineWorker | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  /** Makes the spare one now. */
  prepare(): void {
    if (this.#spare !== null || this.#isClosed) return;
    const worker = new EngineWorker(this.#setup);
    this.#spare = worker;
    worker.onGone(() => {
      if (this.#spare === worker) this.#spare = null;
    });
  }

  /** A worker of one's own. `heapMb`: what it must be able to hold. */
  take(heapMb: number): EngineWorker {
    if (heapMb > this.#setup.heapMb) return new EngineWorker({ ...this.#setup, heapMb });
    const worker = this.#spare ?? new EngineWorker(this.#setup);
    this.#spare = null;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.prepare();
    }, REFILL_MS);
    return worker;
  }

  /** Gives back a worker that was not used: nothing of its order was done. */
  giveBack(worker: EngineWorker): void {
    if (this.#spare !== null || worker.isGone || this.#isClosed) {
      void worker.end();
      return;
    }
    worker.onEvent(() => {});
    worker.onGone(() => {
      if (this.#spare === worker) this.#spare = null;
    });
    this.#spare = worker;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#spare?.end();
  }
}
