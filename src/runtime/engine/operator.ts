/**
 * The operator contract: everything a running operator must be able to do. Flink:
 * `StreamOperator`, `KeyedProcessFunction` and `AbstractStreamOperator`, without their inheritance.
 *
 * Rows are pushed: a source calls the input of the next operator, which calls the next, and a row
 * has gone through the whole graph before the following one is read. So there is no queue, no copy
 * and no promise per row, and the order of results is a function of the order of input alone.
 *
 *   source ──processRow──> operator ──output.processRow──> operator ──> sink
 *          ──watermark───>          (minimum over inputs is taken by the dataflow)
 *
 * Life: create → open → (restore) → rows, watermarks, timers, snapshots … → finish → close.
 */
import type { Result } from '../base/result.ts';
import type { Schema } from '../data/logical-type.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { Row, Value } from '../data/value.ts';
import type { EvalContext } from '../sql/functions/function.ts';

/** Takes rows: one input of an operator, or what an operator emits into. */
export interface RowInput {
  /** The row must not be changed afterwards by anybody; operators may keep it. */
  processRow(kind: RowKind, row: Row): void;
}

/** A timer asked for by an operator. `tag` is the operator's own (a key, a window). */
export interface Timer<T> {
  readonly timeMs: number;
  readonly tag: T;
}

/** Timers of one domain (event time or processing time), ordered by time, then by registration. */
export interface TimerService<T> {
  /** Registering the same time and tag twice is one timer; tags are compared by identity or primitive value. */
  register(timeMs: number, tag: T): void;
  cancel(timeMs: number, tag: T): void;
  /** All pending timers in firing order, for snapshots. */
  pending(): readonly Timer<T>[];
}

/** What the engine gives to an operator. */
export interface OperatorContext {
  /** Rows go here. Before `open` it throws. */
  readonly output: RowInput;
  /** Side counters that the designer and EXPLAIN show. */
  readonly metrics: OperatorMetrics;
  /** Clock, watermark, random numbers and zone for generated code. */
  readonly eval: EvalContext;
  /** Watermark seen by this operator (minimum over its inputs); -Infinity before the first. */
  currentWatermarkMs(): number;
  /** Emits a watermark of its own (only watermark assigners and windowed sources); it never goes back. */
  emitWatermark(timeMs: number): void;
  /** Takes this operator's output out of the minimum downstream, or back in (only watermark assigners). */
  setIdle(idle: boolean): void;
  /** Timers on the watermark; `onTimer` is called in time order before the watermark is forwarded. */
  eventTimers<T>(onTimer: (timer: Timer<T>) => void): TimerService<T>;
  /** Timers on the clock seam; not fired at the end of bounded input (flink-semantics #17). */
  processingTimers<T>(onTimer: (timer: Timer<T>) => void): TimerService<T>;
  /** `table.exec.state.ttl` in ms, 0 when off. */
  readonly stateTtlMs: number;
}

/** Counters of one operator. Names follow Flink's metrics. */
export interface OperatorMetrics {
  readonly numRecordsIn: number;
  readonly numRecordsOut: number;
  /** Rows dropped because their window or bound had passed. */
  numLateRecordsDropped: number;
}

/** Names one piece of state, for people and for snapshots. */
export interface StateDescriptor {
  readonly name: string;
  readonly kind: 'value' | 'list' | 'map' | 'timers';
  /** Columns of the key; empty for state that is not keyed. */
  readonly keySchema: Schema;
  /** Columns of the value as `listState` shows them. */
  readonly valueSchema: Schema;
  readonly ttlMs: number;
  /** One sentence: what makes it shrink, or that nothing does. */
  readonly bound: string;
  /** Bumped when the stored shape changes. */
  readonly version: number;
}

/** One entry of state as shown to people. */
export interface StateEntry {
  readonly key: Row;
  readonly value: Row;
  /** Processing time of the last change, ms; `null` when not tracked. */
  readonly updatedMs: number | null;
}

/** Which part of a state to list. */
export interface StateQuery {
  readonly offset: number;
  readonly countMax: number;
}

/** A page of state. */
export interface StatePage {
  readonly entries: readonly StateEntry[];
  /** All entries of the state. */
  readonly entryCount: number;
  /** Estimated size of the whole state in memory. */
  readonly sizeBytes: number;
}

/**
 * One state of a running operator, for looking at it. It lives as long as its operator; asking never changes
 * the state and costs O(1), but for the entries that are taken.
 */
export interface InspectedState {
  /** Entries, as `entries` gives them. */
  entryCount(): number;
  /** Estimated bytes in memory (`data/memory-size.ts`). */
  sizeBytes(): number;
  /** Grows with every change; while it stands still, so does the state. */
  changeCount(): number;
  /**
   * Entries from the `offset`-th on, in order of arrival. It may be left and taken up again while rows flow:
   * entries that come or go in between may be met or not. `null`: nothing yet, a good place to leave. What an
   * entry holds is read when it is asked for.
   */
  entries(offset: number): IterableIterator<StateEntry | null>;
  /**
   * For those who keep many entries: something small for each, which is there anyway, and the entry made from it.
   * Left out where an entry is as small.
   */
  readonly handles?: {
    all(): IterableIterator<object | null>;
    entryOf(handle: object): StateEntry;
  };
}

/**
 * How the pages of large states come into a snapshot. `apart`: as plain data that nothing else holds. `shared`: in
 * memory, sharing with earlier snapshots what has not changed since, at a cost of what has; it stays as it is while
 * the operator goes on, and is brought back page by page, as it is needed.
 */
export type SnapshotForm = 'apart' | 'shared';

/** The pages of a state as plain data (`state/saved-pages.ts`). */
export interface PackedPages {
  readonly entryCount: number;
  /** Which entries there are, and figures. */
  readonly table: Uint8Array;
  readonly entries: Uint8Array;
}

/** The pages of a state in memory; an instance of `SavedPages` of `state/saved-pages.ts`. */
export interface SharedPages {
  readonly entryCount: number;
  /** Each entry, as its bytes. */
  entryBytes(): IterableIterator<Uint8Array>;
}

/** One state in a snapshot: entries as SQL values, in a shape of the operator's own, or pages of them. */
export type SavedState = readonly Value[] | PackedPages | SharedPages;

/** The state of an operator as plain data (`SharedPages` excepted): survives structured clone and storage. */
export interface OperatorSnapshot {
  /** Descriptor versions by state name, checked on restore. */
  readonly versions: Readonly<Record<string, number>>;
  readonly states: Readonly<Record<string, SavedState>>;
}

/** A running operator. */
export interface Operator {
  /** One per input, in plan order. The same objects for the operator's whole life. */
  readonly inputs: readonly RowInput[];
  /** Gets the context; sets up timers and generated code. Called once, before anything else. */
  open(context: OperatorContext): void;
  /**
   * The minimum watermark over the inputs rose to `timeMs`. Event timers up to it have fired. The
   * dataflow forwards the watermark downstream after this returns, unless `forwardsWatermarks` is false.
   */
  processWatermark(timeMs: number): void;
  /** False for operators that make their own watermarks (the watermark assigner). */
  readonly forwardsWatermarks: boolean;
  /** The outside world behind it cannot take more now; resolves when it can. `null`, or left out: it can. */
  waitFor?(): Promise<void> | null;
  /** After the last input has ended: resolves when all that it gave to the outside world is there; `null`: it is. */
  settle?(): Promise<Result<void>> | null;
  /** An input reached its end. After the last one the final watermark (+Infinity) has been processed. */
  finishInput(input: number): void;
  /** `form` left out: `apart`. */
  snapshot(form?: SnapshotForm): OperatorSnapshot;
  /** Fills a fresh operator after `open`; asserts that versions and invariants hold. */
  restore(snapshot: OperatorSnapshot): void;
  /** Names all state, also when empty. Stateless operators return none. */
  describeState(): readonly StateDescriptor[];
  /** One of the described states, to look at. */
  inspectState(name: string): InspectedState;
  /** The entries of one state from a place on, all at once: for small pages. `state/state-scanner.ts` looks at large ones. */
  listState(name: string, query: StateQuery): StatePage;
  close(): void;
}
