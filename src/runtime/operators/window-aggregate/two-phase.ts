/**
 * The order in which Flink adds up. Its planner splits a window aggregate in two, and each half collects in a buffer
 * (`LocalSlicingWindowAggOperator` and `WindowAggOperator`, both with `RecordsWindowBuffer`):
 *
 *   rows ──> local batch ──> global batch ──> accumulator of the slice
 *
 * The local batch is handed on when the watermark reaches the end of a slice and the oldest slice in the batch has
 * ended; the global batch likewise. For exact types the way does not show. Sums of DOUBLE and FLOAT depend on the order
 * of additions: `(a + b) + c` is not `a + (b + c)`, and the first row of a slice arrives before the watermark that hands
 * on the batch before it, so it is added last. So the batches are kept for aggregates with an inexact result only.
 */
import { present } from '../../base/assert.ts';
import { objectBytes } from '../../data/memory-size.ts';
import { type Accumulators, type AggregateHandler, accumulatorsBytes } from '../../sql/4-codegen/compiled.ts';

/** A slice of one key. For CUMULATE a slice under the end of its maximal window is the running total. */
export interface Slice {
  accumulators: Accumulators;
  /** Rows added minus rows taken back, batches included. */
  rowCount: number;
  /** Rows since the last hand-over; `null` when there are none. */
  local: Accumulators | null;
  /** Handed over, not yet part of `accumulators`. */
  global: Accumulators | null;
}

/** A slice without rows. */
export function newSlice(handler: AggregateHandler): Slice {
  return { accumulators: handler.create(), rowCount: 0, local: null, global: null };
}

/** Estimated bytes of a slice in memory. Batches come and go, and count as nothing. */
export function sliceBytes({ accumulators }: Slice, handler: AggregateHandler): number {
  return objectBytes(4) + accumulatorsBytes(accumulators, handler);
}

/** All that a slice holds, for looking at it. */
export function totalOf(slice: Slice, handler: AggregateHandler): Accumulators {
  if (slice.local === null && slice.global === null) return slice.accumulators;
  const total = handler.create();
  for (const part of [slice.accumulators, slice.global, slice.local]) if (part !== null) handler.merge(total, part);
  return total;
}

/** The batches of one operator. Cost: one look-up per row, two merges per slice and hand-over. */
export class TwoPhaseBatches {
  readonly #handler: AggregateHandler;
  /** Slices with a batch, and their ends. */
  readonly #local = new Map<Slice, number>();
  readonly #global = new Map<Slice, number>();
  #localOldestMs = Number.POSITIVE_INFINITY;

  constructor(handler: AggregateHandler) {
    this.#handler = handler;
  }

  /** The accumulators of the local batch that a row of this slice goes to. */
  batchOf(slice: Slice, endMs: number): Accumulators {
    if (slice.local === null) {
      slice.local = this.#handler.create();
      this.#keepLocal(slice, endMs);
    }
    return slice.local;
  }

  /** A row that is too late for every window: Flink drops it behind the local batch, so it ages the batch. */
  touch(endMs: number): void {
    this.#localOldestMs = Math.min(this.#localOldestMs, endMs);
  }

  /** Takes up the batches of a restored slice. */
  adopt(slice: Slice, endMs: number): void {
    if (slice.local !== null) this.#keepLocal(slice, endMs);
    if (slice.global !== null) this.#global.set(slice, endMs);
  }

  /** The watermark has reached the end of a slice; `hasEnded` tells which slices are over. */
  handOver(hasEnded: (endMs: number) => boolean): void {
    if (hasEnded(this.#localOldestMs)) {
      for (const [slice, endMs] of this.#local) {
        slice.global = this.#folded(slice.global, present(slice.local, 'local batch'));
        slice.local = null;
        this.#global.set(slice, endMs);
      }
      this.#local.clear();
      this.#localOldestMs = Number.POSITIVE_INFINITY;
    }
    const isGlobalDue = [...this.#global.values()].some(hasEnded);
    if (!isGlobalDue) return;
    for (const slice of this.#global.keys()) {
      this.#handler.merge(slice.accumulators, present(slice.global, 'global batch'));
      slice.global = null;
    }
    this.#global.clear();
  }

  #keepLocal(slice: Slice, endMs: number): void {
    this.#local.set(slice, endMs);
    this.touch(endMs);
  }

  #folded(into: Accumulators | null, batch: Accumulators): Accumulators {
    if (into === null) return batch;
    this.#handler.merge(into, batch);
    return into;
  }
}
