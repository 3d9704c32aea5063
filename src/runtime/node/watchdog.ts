/**
 * Watches worker threads from outside: a call of user code that does not come back, and memory that grows
 * beyond its bound. V8 ends a thread that reaches the limit of its heap, but one large array at once can take
 * the whole process with it; so the process's memory is looked at often, and the guilty thread ends before.
 */
import type { EngineWorker } from './engine-worker.ts';

/** Between two looks: memory grows by at most some hundred MB in this time. */
const LOOK_MS = 40;
/** Memory is given back late by the collector; what this much over the bound says is no accident. */
const MEMORY_SLACK_MB = 128;

/** A thread that is watched. */
export interface Watched {
  readonly worker: EngineWorker;
  readonly callMs: number;
  readonly memoryMb: number;
  /** Whether anything goes on in it. Threads that rest are not looked at, and give way when memory is short. */
  isActive(): boolean;
}

/** A call that was seen under way. */
interface SeenCall {
  readonly count: number;
  readonly sinceMs: number;
}

/** Looks at all watched threads while one of them is active. */
export class Watchdog {
  readonly #watched = new Set<Watched>();
  readonly #seen = new Map<Watched, SeenCall>();
  readonly #restingGivesWay: () => boolean;
  readonly #idleMb: number;
  #timer: NodeJS.Timeout | null = null;

  /** `restingGivesWay` ends threads that only keep what is over; false when there are none. */
  constructor(restingGivesWay: () => boolean) {
    this.#restingGivesWay = restingGivesWay;
    this.#idleMb = usedMb();
  }

  watch(watched: Watched): void {
    this.#watched.add(watched);
    this.wake();
  }

  forget(watched: Watched): void {
    this.#watched.delete(watched);
    this.#seen.delete(watched);
  }

  /** Something was asked of a thread: looks until all rest again. */
  wake(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #look(): void {
    const active = [...this.#watched].filter((each) => each.isActive());
    if (active.length === 0) {
      this.stop();
      this.#seen.clear();
      return;
    }
    for (const each of active) this.#lookAtCall(each);
    this.#lookAtMemory(active);
  }

  #lookAtCall(watched: Watched): void {
    const { worker, callMs } = watched;
    const { call } = worker;
    // Monotonic, so that a clock that is set ends no run.
    const nowMs = performance.now();
    const seen = this.#seen.get(watched);
    if (call === null) this.#seen.delete(watched);
    else if (seen?.count !== call.count) this.#seen.set(watched, { count: call.count, sinceMs: nowMs });
    else if (nowMs - seen.sinceMs >= callMs) void worker.end({ kind: 'hung', afterMs: callMs });
  }

  #lookAtMemory(active: readonly Watched[]): void {
    const limitMb = Math.max(...active.map(({ memoryMb }) => memoryMb));
    if (usedMb() - this.#idleMb <= limitMb + MEMORY_SLACK_MB) return;
    if (this.#restingGivesWay()) return;
    const guilty = guiltyOf(active);
    if (guilty !== null) void guilty.worker.end({ kind: 'memory', limitMb: guilty.memoryMb });
  }
}

/** The thread that is in a call of user code, for it cannot say how much it uses; else the one that uses most. */
function guiltyOf(active: readonly Watched[]): Watched | null {
  const inCall = active.filter(({ worker }) => worker.call !== null);
  const candidates = (inCall.length > 0 ? inCall : active).filter(({ worker }) => !worker.isGone);
  return candidates.sort((a, b) => b.worker.usedBytes - a.worker.usedBytes)[0] ?? null;
}

function usedMb(): number {
  return process.memoryUsage.rss() / (1024 * 1024);
}
