/** The threads of a supervisor: made, watched, and ended when they show nothing more. */
import type { EventMessage, WorkerEnd } from './engine-worker.ts';
import { heapMbOf, type RunLimits } from './run-limits.ts';
import type { SpareWorker } from './spare-worker.ts';
import type { Thread } from './supervised.ts';
import { Watchdog, type Watched } from './watchdog.ts';

/** A run that is told to stop and does not answer hangs in a call; then its thread is ended. */
const STOP_MS = 400;
/** A thread that has not said a word this long after it was told to stop is busy for ever, in a call or between calls. */
const DEAF_MS = 3_000;

/** Who hears of threads. */
export interface ThreadOwner {
  hearEvent(thread: Thread, event: EventMessage): void;
  /** The thread is no longer in use, or no longer there. */
  released(thread: Thread): void;
  /** Memory is short: ends a thread that only keeps what is over; false when there is none. */
  restingGivesWay(): boolean;
}

/** Threads in use, the oldest first. */
export class Threads {
  readonly #workers: SpareWorker;
  readonly #owner: ThreadOwner;
  readonly #watchdog: Watchdog;
  readonly #threads = new Set<Thread>();

  constructor(workers: SpareWorker, owner: ThreadOwner) {
    this.#workers = workers;
    this.#owner = owner;
    this.#watchdog = new Watchdog(() => owner.restingGivesWay());
  }

  get size(): number {
    return this.#threads.size;
  }

  all(): readonly Thread[] {
    return [...this.#threads];
  }

  /** A new one. `onGone` is called when it has ended by itself or was ended for what it did. */
  make(limits: RunLimits, onGone: (thread: Thread, end: WorkerEnd) => void): Thread {
    const worker = this.#workers.take(heapMbOf(limits));
    const watched: Watched = { worker, ...limits, isActive: () => thread.isRunning || worker.pendingCount > 0 };
    const thread: Thread = {
      worker,
      watched,
      recording: null,
      link: null,
      views: new Set(),
      isRunning: false,
      hasFunctions: false,
    };
    this.#threads.add(thread);
    worker.onEvent((event) => this.#owner.hearEvent(thread, event));
    worker.onGone((end) => {
      if (!this.release(thread)) return;
      onGone(thread, end);
      this.refillSoon();
    });
    this.#watchdog.watch(watched);
    return thread;
  }

  /** Something was asked of a thread. */
  wake(): void {
    this.#watchdog.wake();
  }

  /** A run begins: the spare thread waits. */
  runBegins(): void {
    this.#workers.postpone();
  }

  /** The processor is free: the spare thread may be made. */
  refillSoon(): void {
    this.#workers.refillSoon();
  }

  /** A view is gone; so is the thread that shows nothing more. */
  leave(thread: Thread, viewId: string): void {
    thread.views.delete(viewId);
    if (thread.views.size === 0) this.close(thread);
  }

  /** Lets a thread finish what it writes, then ends it. */
  close(thread: Thread): void {
    this.release(thread);
    void thread.worker.close();
  }

  /** Its run was told to stop: ends it when that does not come to pass. */
  insistOnStop({ worker }: Thread, hasStopped: () => boolean): void {
    const before = worker.call;
    setTimeout(() => {
      const now = worker.call;
      const isStuck = before !== null && now !== null && before.count === now.count;
      if (isStuck && !hasStopped()) void worker.end();
    }, STOP_MS);
    const askedAtMs = performance.now();
    setTimeout(() => {
      if (worker.saidAtMs < askedAtMs && !hasStopped()) void worker.end();
    }, DEAF_MS);
  }

  /** Takes a thread out of use; false when it was. */
  release(thread: Thread): boolean {
    if (!this.#threads.delete(thread)) return false;
    this.#watchdog.forget(thread.watched);
    this.#owner.released(thread);
    return true;
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#threads].map(({ worker }) => worker.close()));
    this.#watchdog.stop();
  }
}
