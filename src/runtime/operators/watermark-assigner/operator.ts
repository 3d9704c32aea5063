/**
 * Makes watermarks from a column: `WATERMARK FOR ts AS ts - INTERVAL '5' SECOND`.
 * Flink: `WatermarkAssignerOperator`.
 *
 *   row ──> generator expression ──> current watermark (never falls, starts at 0 = 1970)
 *           row goes on first; then the watermark, when it rose by more than `intervalMs` since it was
 *           last sent, and else on the next clock timer or at the end of input
 *
 * So with an interval of 0 a watermark follows every row that raises it, and rows near the edge are
 * late or not independent of the clock. A NULL time fails the job (flink-semantics #11).
 * State: two numbers. Watermarks that come from upstream are not passed on, except the final one.
 */
import { assert, present } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  StateDescriptor,
  TimerService,
} from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { compileEvaluator } from '../../sql/4-codegen/compile-calc.ts';
import type { Evaluator } from '../../sql/4-codegen/compiled.ts';
import { inspectFew } from '../../state/inspect.ts';

/** Flink's words for a row without its time. */
export const NULL_TIME = 'RowTime field should not be null, please convert it to a non-null long value.';

/** Settings of one assigner. */
export interface WatermarkSettings {
  readonly column: number;
  /** Event time in ms that the expression gives, or null (then the watermark stays). */
  readonly watermark: Evaluator;
  readonly intervalMs: number;
  /** After this long without a row the output is idle; 0: never. */
  readonly idleTimeoutMs: number;
}

/** Assigns watermarks. */
export class WatermarkAssignerOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  override readonly forwardsWatermarks = false;
  readonly #settings: WatermarkSettings;
  readonly #state = inspectFew(
    () => [{ key: [], value: [this.#currentMs, this.#emittedMs], updatedMs: null }],
    () => this.#currentMs + this.#emittedMs,
  );
  #currentMs = 0;
  #emittedMs = 0;
  #isIdle = false;
  #lastRowMs = 0;
  #timers: TimerService<'periodic' | 'idle'> | null = null;

  constructor(settings: WatermarkSettings) {
    super();
    assert(settings.intervalMs >= 0 && settings.idleTimeoutMs >= 0, 'intervals are not negative');
    this.#settings = settings;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    const { intervalMs, idleTimeoutMs } = this.#settings;
    const nowMs = context.eval.currentTimeMs();
    this.#timers = context.processingTimers(({ timeMs, tag }) => this.#onClock(timeMs, tag));
    this.#lastRowMs = nowMs;
    if (intervalMs > 0) this.#timers.register(nowMs + intervalMs, 'periodic');
    if (idleTimeoutMs > 0) this.#timers.register(nowMs + idleTimeoutMs, 'idle');
  }

  processRow(kind: RowKind, row: Row): void {
    const { column, watermark, intervalMs, idleTimeoutMs } = this.#settings;
    if (idleTimeoutMs > 0) this.#noteActivity();
    if (row[column] === null) throw new RunError('run/null-rowtime', NULL_TIME, 'java.lang.RuntimeException');
    const timeMs = watermark(row, this.context.eval);
    if (timeMs !== null) {
      assert(typeof timeMs === 'number', 'a watermark expression gives a timestamp of at most millisecond precision');
      if (timeMs > this.#currentMs) this.#currentMs = timeMs;
    }
    this.output.processRow(kind, row);
    if (this.#currentMs - this.#emittedMs > intervalMs) this.#emit();
  }

  override processWatermark(timeMs: number): void {
    // Only the end of input passes: the watermarks of this column are made here.
    if (timeMs !== Number.POSITIVE_INFINITY) return;
    this.context.setIdle(false);
    this.context.emitWatermark(timeMs);
  }

  override snapshot(): OperatorSnapshot {
    const pending = present(this.#timers, 'timers of an open operator').pending();
    const timers = pending.map(({ timeMs, tag }) => [timeMs, tag] as const);
    return {
      versions: stateVersions(this.describeState()),
      states: { watermark: [this.#currentMs, this.#emittedMs, this.#isIdle, this.#lastRowMs, timers] },
    };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    const [currentMs, emittedMs, isIdle, lastRowMs, saved] = listed(snapshot.states.watermark);
    assert(typeof currentMs === 'number' && typeof emittedMs === 'number', 'watermarks are numbers');
    assert(emittedMs <= currentMs, 'no watermark was sent that was not reached');
    assert(typeof isIdle === 'boolean' && typeof lastRowMs === 'number', 'idleness is kept with its time');
    this.#currentMs = currentMs;
    this.#emittedMs = emittedMs;
    this.#isIdle = isIdle;
    this.#lastRowMs = lastRowMs;
    // The timers of `open` count from now; those of the snapshot go on where they were.
    const timers = present(this.#timers, 'timers of an open operator');
    for (const { timeMs, tag } of timers.pending()) timers.cancel(timeMs, tag);
    assert(Array.isArray(saved), 'timers are a list');
    for (const [timeMs, tag] of saved as [number, 'periodic' | 'idle'][]) timers.register(timeMs, tag);
  }

  override describeState(): readonly StateDescriptor[] {
    const timestamp = { kind: 'TIMESTAMP', nullable: false, precision: 3 } as const;
    return [
      {
        name: 'watermark',
        kind: 'value',
        keySchema: [],
        valueSchema: [
          { name: 'current', type: timestamp },
          { name: 'sent', type: timestamp },
        ],
        ttlMs: 0,
        bound: 'Two times.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #emit(): void {
    if (this.#currentMs <= this.#emittedMs) return;
    this.#emittedMs = this.#currentMs;
    this.context.emitWatermark(this.#currentMs);
  }

  #noteActivity(): void {
    this.#lastRowMs = this.context.eval.currentTimeMs();
    if (!this.#isIdle) return;
    this.#isIdle = false;
    this.context.setIdle(false);
    this.#timers?.register(this.#lastRowMs + this.#settings.idleTimeoutMs, 'idle');
  }

  #onClock(timeMs: number, tag: 'periodic' | 'idle'): void {
    const nowMs = Math.max(timeMs, this.context.eval.currentTimeMs());
    if (tag === 'periodic') {
      this.#emit();
      this.#timers?.register(nowMs + this.#settings.intervalMs, 'periodic');
      return;
    }
    const dueMs = this.#lastRowMs + this.#settings.idleTimeoutMs;
    if (dueMs > nowMs) {
      this.#timers?.register(dueMs, 'idle');
      return;
    }
    this.#emit();
    this.#isIdle = true;
    this.context.setIdle(true);
  }
}

/** Runtime of `watermark-assigner`. */
export const watermarkAssignerFactory: OperatorFactory<'watermark-assigner'> = {
  kind: 'watermark-assigner',
  create: (options, shape) =>
    new WatermarkAssignerOperator({
      column: options.column,
      watermark: compileEvaluator(options.expr, shape.inputs[0] ?? []),
      intervalMs: options.intervalMs,
      idleTimeoutMs: options.idleTimeoutMs,
    }),
};
