/**
 * A worker thread as its supervisor has it: calls of the contract are handed on and their replies handed
 * back, without being looked into; what the thread does wrong ends the thread and nothing else.
 */
import { Worker } from 'node:worker_threads';
import type { GuardedCall } from '../../udf/function-library.ts';
import { type CallUnderWay, GuardReader, guardMemory } from './call-guard.ts';
import { isReport, type WorkerData, type WorkerOrder } from './worker-messages.ts';

/** A call as it came from the window. */
export interface CallMessage {
  readonly type: 'call';
  readonly contract: string;
  readonly version: number;
  readonly id: number;
  readonly command: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A reply, but for the id of its call. */
export type ReplyMessage = Readonly<Record<string, unknown>>;

/** An event of the contract as it travels. */
export interface EventMessage {
  readonly type: 'event';
  readonly contract: string;
  readonly event: string;
  readonly payload: unknown;
}

/** How a thread came to its end. */
export type WorkerEnd =
  /** The supervisor wanted it. */
  | { readonly kind: 'wanted' }
  /** A call of user code did not come back. */
  | { readonly kind: 'hung'; readonly afterMs: number }
  /** The thread needed more memory than it may have, in all or within one call of user code. */
  | { readonly kind: 'memory'; readonly limitMb: number; readonly isOfOneCall?: true }
  /** Something ended the thread from inside. */
  | { readonly kind: 'exit'; readonly code: number }
  /** An error that nobody caught. */
  | { readonly kind: 'crash'; readonly message: string };

/** A call that waits for its reply; `null` instead of a reply: the thread is gone. */
interface PendingCall {
  readonly message: CallMessage;
  readonly settle: (reply: ReplyMessage | null) => void;
}

/** What to start, and how large it may grow. */
export interface WorkerSetup {
  /** A script that serves a worker when it is started in a thread (`run-worker.ts`, or a bundle with it). */
  readonly entry: URL;
  readonly heapMb: number;
  /** False: somebody waits for it, so it does not run anything of its own first. Default true. */
  readonly isWarm?: boolean;
}

/** A thread that does not end when it is told to is left behind after this time: native code cannot be stopped. */
const END_MS_MAX = 3_000;

/** One worker thread. */
export class EngineWorker {
  readonly heapMb: number;
  readonly #worker: Worker;
  readonly #guard: GuardReader;
  readonly #slots: GuardedCall[] = [];
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 1;
  #usedBytes = 0;
  #saidAtMs = performance.now();
  #end: WorkerEnd | null = null;
  #ending: Promise<void> | null = null;
  #isGone = false;
  #onEvent: (event: EventMessage) => void = () => {};
  #onNotReopened: (message: string) => void = () => {};
  #onGone: (end: WorkerEnd) => void = () => {};
  readonly #gone: Promise<void>;

  constructor({ entry, heapMb, isWarm = true }: WorkerSetup) {
    this.heapMb = heapMb;
    const memory = guardMemory();
    this.#guard = new GuardReader(memory);
    this.#worker = new Worker(entry, {
      workerData: { guard: memory, isWarm } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      // Whoever is asked for help by user code gives nothing away: the environment stays outside.
      env: {},
    });
    this.#worker.on('message', (message: unknown) => this.#hear(message));
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      this.#end ??=
        error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          ? { kind: 'memory', limitMb: heapMb }
          : { kind: 'crash', message: error.message };
    });
    this.#gone = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#end ??= { kind: 'exit', code };
        this.#leave();
        resolve();
      });
    });
  }

  /** Memory of the thread as it said last. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  /** When it said so last (monotonic): a thread that is busy within one turn says nothing. */
  get saidAtMs(): number {
    return this.#saidAtMs;
  }

  /** Calls that wait for a reply. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Whether it was told to end, or has. */
  get isEnding(): boolean {
    return this.#end !== null;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** The call of user code that is under way; what was under way at the end, after the end. */
  get call(): CallUnderWay | null {
    return this.#guard.call();
  }

  /** What a slot of the guard stands for; null when the thread had no time to say so. */
  guarded(slot: number): GuardedCall | null {
    return this.#slots[slot] ?? null;
  }

  onEvent(listener: (event: EventMessage) => void): void {
    this.#onEvent = listener;
  }

  /** Called when the recording that the thread was to open cannot be opened. */
  onNotReopened(listener: (message: string) => void): void {
    this.#onNotReopened = listener;
  }

  /** Called once, when the thread has ended or was given up; calls that wait were settled with `null`. */
  onGone(listener: (end: WorkerEnd) => void): void {
    this.#onGone = listener;
  }

  order(order: WorkerOrder): void {
    this.#worker.postMessage(order);
  }

  /** Hands a call on. The reply comes as it was sent, with the id of this call. */
  forward(message: CallMessage, settle: (reply: ReplyMessage | null) => void): void {
    if (this.#isGone) {
      settle(null);
      return;
    }
    const id = this.#nextId;
    this.#nextId += 1;
    this.#pending.set(id, { message, settle });
    this.#worker.postMessage({ ...message, id });
  }

  /** Ends the thread, whatever it does. Resolves when it is gone; what it held is free then. */
  end(why: WorkerEnd = { kind: 'wanted' }): Promise<void> {
    this.#end ??= why;
    this.#ending ??= this.#terminate();
    return this.#ending;
  }

  async #terminate(): Promise<void> {
    void this.#worker.terminate();
    let timer: NodeJS.Timeout | null = null;
    const tooLong = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MS_MAX);
    });
    await Promise.race([this.#gone, tooLong]);
    if (timer !== null) clearTimeout(timer);
    this.#leave();
  }

  /** Lets the thread finish its recording, then ends it. */
  async close(): Promise<void> {
    if (this.#isGone) return;
    this.#end ??= { kind: 'wanted' };
    this.#worker.postMessage({ kind: 'close' });
    let timer: NodeJS.Timeout | null = null;
    const givenUp = new Promise<void>((resolve) => {
      timer = setTimeout(() => void this.end().then(resolve), END_MS_MAX);
    });
    await Promise.race([this.#gone, givenUp]);
    if (timer !== null) clearTimeout(timer);
  }

  #hear(message: unknown): void {
    if (isReport(message)) {
      if (message.kind === 'guarded') this.#slots[message.slot] = message.what;
      else if (message.kind === 'memory') {
        this.#usedBytes = message.usedBytes;
        this.#saidAtMs = performance.now();
      } else this.#onNotReopened(message.message);
      return;
    }
    const { type, id } = message as { readonly type?: unknown; readonly id?: unknown };
    if (type === 'event') this.#onEvent(message as EventMessage);
    else if (type === 'reply' && typeof id === 'number') {
      const pending = this.#pending.get(id);
      this.#pending.delete(id);
      pending?.settle({ ...(message as ReplyMessage), id: pending.message.id });
    }
  }

  #leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    this.#onGone(this.#end ?? { kind: 'wanted' });
    for (const { settle } of waiting) settle(null);
  }
}
