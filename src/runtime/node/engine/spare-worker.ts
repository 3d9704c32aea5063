/**
 * Keeps one worker thread ready: its code is loaded and has run something, so that the first run of a script
 * is as fast as the tenth.
 */
import { EngineWorker, type WorkerSetup } from './engine-worker.ts';

/** The next one is made only when the run that took the last one has shown its first rows, or has ended. */
const REFILL_MS = 1_500;
const REFILL_SOON_MS = 400;

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
    const worker = this.#spare ?? new EngineWorker({ ...this.#setup, isWarm: false });
    this.#spare = null;
    this.#refillIn(REFILL_MS);
    return worker;
  }

  /** The processor is free now. */
  refillSoon(): void {
    if (this.#spare === null) this.#refillIn(REFILL_SOON_MS);
  }

  /** A run begins in a thread that is there: its first rows come before a spare one. */
  postpone(): void {
    if (this.#timer !== null) this.#refillIn(REFILL_MS);
  }

  #refillIn(ms: number): void {
    if (this.#isClosed) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.prepare();
    }, ms);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#spare?.end();
  }
}
