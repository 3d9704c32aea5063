/**
 * Makes watermarks for each split of a source (a partition of a topic) and sends their minimum, so that a partition
 * that is read faster than others makes no row of the others late. Flink: the watermark strategy pushed into the
 * source, `SourceOperator` and `WatermarkOutputMultiplexer`.
 *
 *   row ──> generator expression ──> watermark of the row's split (never falls)
 *           minimum over the splits that are being read and not idle ──> sent on the clock, every `intervalMs`,
 *           or behind every row ('scan.watermark.emit.strategy' = 'on-event')
 *
 * A split without a row yet holds all others back, unless it is idle or at its end. A NULL time fails the job.
 */
import { assert, present } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  StateEntry,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { SplitCursor } from '../../engine/splits.ts';
import { inspectFew } from '../../state/inspect.ts';
import { NULL_TIME, type WatermarkSettings } from './operator.ts';

/** Settings of an assigner behind a source with splits. */
export interface SplitWatermarkSettings extends WatermarkSettings {
  /** Whether a watermark follows every row that raises it, rather than the clock. */
  readonly onEvent: boolean;
}

interface Split {
  watermarkMs: number;
  lastRowMs: number;
  isIdle: boolean;
}

/** Assigns watermarks by split. */
export class SplitWatermarkOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  override readonly forwardsWatermarks = false;
  readonly #settings: SplitWatermarkSettings;
  readonly #cursor: SplitCursor;
  readonly #splits = new Map<string, Split>();
  readonly #state = inspectFew(
    () => this.#entries(),
    () => this.#changeCount,
  );
  #seenChangeCount = 0;
  #emittedMs = Number.NEGATIVE_INFINITY;
  #isIdle = false;
  #isIdleTimerSet = false;
  #changeCount = 0;
  #timers: TimerService<'periodic' | 'idle'> | null = null;

  constructor(settings: SplitWatermarkSettings, cursor: SplitCursor) {
    super();
    assert(settings.intervalMs >= 0 && settings.idleTimeoutMs >= 0, 'intervals are not negative');
    this.#settings = settings;
    this.#cursor = cursor;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const nowMs = context.eval.currentTimeMs();
    this.#timers = context.processingTimers(({ timeMs, tag }) => this.#onClock(timeMs, tag));
    if (this.#settings.intervalMs > 0) this.#timers.register(nowMs + this.#settings.intervalMs, 'periodic');
    if (this.#settings.idleTimeoutMs > 0) this.#setIdleTimer(nowMs + this.#settings.idleTimeoutMs);
  }

  processRow(kind: RowKind, row: Row): void {
    const { column, watermark, idleTimeoutMs, onEvent } = this.#settings;
    if (this.#cursor.changeCount !== this.#seenChangeCount) this.#takeSplits();
    const split = present(this.#splits.get(this.#cursor.current), 'split of a row');
    if (idleTimeoutMs > 0) this.#noteActivity(split);
    if (row[column] === null) throw new RunError('run/null-rowtime', NULL_TIME, 'java.lang.RuntimeException');
    const timeMs = watermark(row, this.context.eval);
    if (timeMs !== null) {
      assert(typeof timeMs === 'number', 'a watermark expression gives a timestamp of at most millisecond precision');
      if (timeMs > split.watermarkMs) {
        split.watermarkMs = timeMs;
        this.#changeCount += 1;
      }
    }
    this.output.processRow(kind, row);
    if (onEvent) this.#emit();
  }

  override processWatermark(timeMs: number): void {
    // Only the end of input passes: the watermarks of this column are made here.
    if (timeMs !== Number.POSITIVE_INFINITY) return;
    this.context.setIdle(false);
    this.context.emitWatermark(timeMs);
  }

  override snapshot(): OperatorSnapshot {
    const timers = present(this.#timers, 'timers of an open operator').pending();
    const splits = [...this.#splits].map(([name, { watermarkMs, lastRowMs, isIdle }]): Value => {
      return [name, finiteOrNull(watermarkMs), lastRowMs, isIdle];
    });
    const own = [finiteOrNull(this.#emittedMs), this.#isIdle, this.#seenChangeCount];
    return {
      versions: stateVersions(this.describeState()),
      states: { watermark: [own, splits, timers.map(({ timeMs, tag }) => [timeMs, tag])] },
    };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const [own, splits, saved] = listed(snapshot.states.watermark);
    assert(Array.isArray(own) && Array.isArray(splits) && Array.isArray(saved), 'watermarks are kept by split');
    const [emittedMs, isIdle, seenChangeCount] = own as [number | null, boolean, number];
    this.#emittedMs = emittedMs ?? Number.NEGATIVE_INFINITY;
    this.#isIdle = isIdle;
    this.#seenChangeCount = seenChangeCount;
    for (const [name, watermarkMs, lastRowMs, idle] of splits as [string, number | null, number, boolean][])
      this.#splits.set(name, { watermarkMs: watermarkMs ?? Number.NEGATIVE_INFINITY, lastRowMs, isIdle: idle });
    // The timers of `open` count from now; those of the snapshot go on where they were.
    const timers = present(this.#timers, 'timers of an open operator');
    for (const { timeMs, tag } of timers.pending()) timers.cancel(timeMs, tag);
    this.#isIdleTimerSet = false;
    for (const [timeMs, tag] of saved as [number, 'periodic' | 'idle'][]) {
      timers.register(timeMs, tag);
      if (tag === 'idle') this.#isIdleTimerSet = true;
    }
    this.#changeCount += 1;
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'watermark',
        kind: 'map',
        keySchema: [{ name: 'split', type: TEXT }],
        valueSchema: [
          { name: 'watermark', type: TIMESTAMP },
          { name: 'idle', type: BOOLEAN },
          { name: 'holds back', type: BOOLEAN },
        ],
        ttlMs: 0,
        bound: 'One entry for each partition that is being read.',
        version: 3,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #entries(): readonly StateEntry[] {
    const least = this.#minimumMs();
    return [...this.#splits].map(([name, { watermarkMs, isIdle }]) => ({
      key: [name],
      value: [finiteOrNull(watermarkMs), isIdle, !isIdle && this.#splits.size > 1 && watermarkMs === least],
      updatedMs: null,
    }));
  }

  /** New splits wait for their first row, those at their end hold nobody back. */
  #takeSplits(): void {
    this.#seenChangeCount = this.#cursor.changeCount;
    this.#changeCount += 1;
    const live = new Set(this.#cursor.live);
    for (const name of [...this.#splits.keys()]) if (!live.has(name)) this.#splits.delete(name);
    const nowMs = this.context.eval.currentTimeMs();
    for (const name of live) {
      if (this.#splits.has(name)) continue;
      this.#splits.set(name, { watermarkMs: Number.NEGATIVE_INFINITY, lastRowMs: nowMs, isIdle: false });
    }
  }

  #minimumMs(): number {
    let minimum = Number.POSITIVE_INFINITY;
    for (const { watermarkMs, isIdle } of this.#splits.values())
      if (!isIdle && watermarkMs < minimum) minimum = watermarkMs;
    return minimum;
  }

  #emit(): void {
    const minimum = this.#minimumMs();
    // Infinity: all are idle, and then the output is.
    if (minimum <= this.#emittedMs || minimum === Number.POSITIVE_INFINITY) return;
    this.#emittedMs = minimum;
    this.context.emitWatermark(minimum);
  }

  #noteActivity(split: Split): void {
    split.lastRowMs = this.context.eval.currentTimeMs();
    if (split.isIdle) {
      split.isIdle = false;
      this.#changeCount += 1;
    }
    if (this.#isIdle) {
      this.#isIdle = false;
      this.context.setIdle(false);
    }
    if (!this.#isIdleTimerSet) this.#setIdleTimer(split.lastRowMs + this.#settings.idleTimeoutMs);
  }

  #setIdleTimer(timeMs: number): void {
    this.#isIdleTimerSet = true;
    this.#timers?.register(timeMs, 'idle');
  }

  #onClock(timeMs: number, tag: 'periodic' | 'idle'): void {
    const nowMs = Math.max(timeMs, this.context.eval.currentTimeMs());
    if (tag === 'periodic') {
      this.#emit();
      this.#timers?.register(nowMs + this.#settings.intervalMs, 'periodic');
      return;
    }
    this.#isIdleTimerSet = false;
    let nextMs = Number.POSITIVE_INFINITY;
    for (const split of this.#splits.values()) {
      if (split.isIdle) continue;
      const dueMs = split.lastRowMs + this.#settings.idleTimeoutMs;
      if (dueMs > nowMs) nextMs = Math.min(nextMs, dueMs);
      else split.isIdle = true;
    }
    this.#changeCount += 1;
    this.#emit();
    if (nextMs !== Number.POSITIVE_INFINITY) this.#setIdleTimer(nextMs);
    else if (!this.#isIdle) {
      this.#isIdle = true;
      this.context.setIdle(true);
    }
  }
}

const TEXT: LogicalType = { kind: 'VARCHAR', nullable: false, length: 2147483647 };
const TIMESTAMP: LogicalType = { kind: 'TIMESTAMP', nullable: true, precision: 3 };
const BOOLEAN: LogicalType = { kind: 'BOOLEAN', nullable: false };

function finiteOrNull(timeMs: number): number | null {
  return Number.isFinite(timeMs) ? timeMs : null;
}
