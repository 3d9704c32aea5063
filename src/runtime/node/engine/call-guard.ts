/**
 * Which call of user code is under way, told through shared memory: the thread that runs a job writes it,
 * the supervisor outside reads it, also when that thread hangs in the call and answers nothing any more.
 *
 *   int32   [0] slot of the function + 1 while a call is under way, else 0
 *   int32   [1] number of calls so far (wraps around)
 *   float64 [1] number of the row
 *
 * Plain stores, no atomics: a reader may see the fields of two neighbouring calls mixed, and a call counts as
 * hanging only when nothing changes for seconds.
 */
import { assert } from '../../base/assert.ts';
import type { CallGuard, GuardedCall } from '../../udf/function-library.ts';

const GUARD_BYTES = 16;
const SLOT = 0;
const COUNT = 1;
const ROW = 1;

/** Memory for one thread's guard. */
export function guardMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(GUARD_BYTES);
}

/** The writing end, in the thread of the job. `onRegistered` tells the supervisor what a slot stands for. */
export class SharedCallGuard implements CallGuard {
  readonly #words: Int32Array;
  readonly #rows: Float64Array;
  readonly #onRegistered: (slot: number, what: GuardedCall) => void;
  #slotCount = 0;

  constructor(memory: SharedArrayBuffer, onRegistered: (slot: number, what: GuardedCall) => void) {
    assert(memory.byteLength === GUARD_BYTES, 'memory of a guard has its size');
    this.#words = new Int32Array(memory);
    this.#rows = new Float64Array(memory);
    this.#onRegistered = onRegistered;
  }

  register(what: GuardedCall): number {
    const slot = this.#slotCount;
    this.#slotCount += 1;
    this.#onRegistered(slot, what);
    return slot;
  }

  enter(slot: number, rowNumber: number): void {
    this.#rows[ROW] = rowNumber;
    this.#words[COUNT] = ((this.#words[COUNT] ?? 0) + 1) | 0;
    this.#words[SLOT] = slot + 1;
  }

  leave(): void {
    this.#words[SLOT] = 0;
  }
}

/** A guard that nobody looks at: for calls that came back once already, as in a replay. */
export const UNWATCHED: CallGuard = { register: () => 0, enter: () => {}, leave: () => {} };

/** A call as the supervisor sees it. */
export interface CallUnderWay {
  readonly slot: number;
  /** Equal numbers are the same call. */
  readonly count: number;
  readonly rowNumber: number;
}

/** The reading end. */
export class GuardReader {
  readonly #words: Int32Array;
  readonly #rows: Float64Array;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.#rows = new Float64Array(memory);
  }

  /** The call that is under way; null when none is. */
  call(): CallUnderWay | null {
    const slot = Atomics.load(this.#words, SLOT) - 1;
    if (slot < 0) return null;
    return { slot, count: Atomics.load(this.#words, COUNT), rowNumber: this.#rows[ROW] ?? 0 };
  }
}
