/**
 * Watches worker threads from outside: a call of user code that does not come back, and memory that grows
 * beyond its bound. V8 ends a thread that reaches the limit of its heap, but one large array at once can take
 * the whole process with it; so the process's memory is looked at often, and the guilty thread ends before.
 */
import type { EngineWorker } from './engine-worker.ts';
import { machineMb } from './run-limits.ts';

/** Between two looks: memory grows by at most some hundred MB in this time. */
const LOOK_MS = 40;
/** The collector gives memory back late: what this much over the bound says is no accident. */
const SLACK_MB = 96;
/**
 * What one call may add. V8 ends the whole process, not the thread, when an array wants more than some 130 million
 * places; a loop that only pushes would come there while the run is still within its bound.
 */
const CALL_MB_MAX = 512;
/** What a thread costs before it does anything. */
const THREAD_MB = 48;
/** A thread that has not said for this long what it uses is busy within one turn. */
const SILENT_MS = 1_500;
/** Beyond this share of the machine's memory, threads that only keep what is over give way. */
const TOTAL_SHARE = 0.5;

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
  /** Memory that nobody had told about when it was seen first; null before that was looked at. */
  silentMb: number | null;
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
    const active = [...this.#watched].filter((each) => each.isActive() && !each.worker.isEnding);
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
    else if (seen?.count !== call.count) this.#seen.set(watched, { count: call.count, sinceMs: nowMs, silentMb: null });
    else if (nowMs - seen.sinceMs >= callMs) void worker.end({ kind: 'hung', afterMs: callMs });
  }

  #lookAtMemory(active: readonly Watched[]): void {
    const totalMb = usedMb() - this.#idleMb - this.#watched.size * THREAD_MB;
    if (totalMb > TOTAL_SHARE * machineMb() && this.#restingGivesWay()) return;
    for (const each of active) {
      if (!isSilent(each) && usedMbOf(each) > each.memoryMb + SLACK_MB) this.#outOfMemory(each);
    }
    // A thread that says nothing has what the process uses and nobody says to have.
    const silent = active.filter(isSilent);
    const told = [...this.#watched].filter((each) => !silent.includes(each));
    const silentMb = totalMb - told.reduce((sum, each) => sum + usedMbOf(each), 0);
    if (this.#growsInCall(silent, silentMb)) return;
    const mayHaveMb = silent.reduce((sum, { memoryMb }) => sum + memoryMb, 0);
    if (silent.length === 0 || silentMb <= mayHaveMb + SLACK_MB) return;
    // Those that were in a call the longest are most likely the cause.
    const since = (each: Watched): number => this.#seen.get(each)?.sinceMs ?? Number.POSITIVE_INFINITY;
    const [guilty] = silent.sort((a, b) => since(a) - since(b));
    if (guilty !== undefined) this.#outOfMemory(guilty);
  }

  /** Ends a thread whose call has grown too much. Of several at once nobody knows whose memory it is. */
  #growsInCall(silent: readonly Watched[], silentMb: number): boolean {
    const [only] = silent;
    if (only === undefined || silent.length > 1 || only.memoryMb <= CALL_MB_MAX) return false;
    const seen = this.#seen.get(only);
    if (seen === undefined) return false;
    seen.silentMb ??= silentMb;
    if (silentMb - seen.silentMb <= CALL_MB_MAX) return false;
    void only.worker.end({ kind: 'memory', limitMb: CALL_MB_MAX, isOfOneCall: true });
    return true;
  }

  #outOfMemory({ worker, memoryMb }: Watched): void {
    void worker.end({ kind: 'memory', limitMb: memoryMb });
  }
}

/** Whether a thread is in a call of user code, or at work on what one gave: then it does not come to say anything. */
function isSilent({ worker }: Watched): boolean {
  return worker.call !== null || performance.now() - worker.saidAtMs > SILENT_MS;
}

/** What a thread uses, as it said last. */
function usedMbOf({ worker }: Watched): number {
  return worker.usedBytes / (1024 * 1024);
}

function usedMb(): number {
  return process.memoryUsage.rss() / (1024 * 1024);
}
