/**
 * TUMBLE, HOP and CUMULATE as table functions without an aggregation above them: each row comes out
 * once per window, with window_start, window_end and window_time behind its columns; its kind passes
 * unchanged. Flink: `AlignedWindowTableFunctionOperator`.
 *
 * Nothing waits and nothing is late (flink-semantics #25). A row whose time is NULL is dropped.
 * SESSION has to wait for its windows: see `session.ts`.
 */
import { assert, present } from '../../base/assert.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { type AlignedWindows, type WindowZone, windowsOf } from '../../engine/time-windows.ts';
import { windowZone } from '../../engine/window-zone.ts';
import type { TimeColumn } from '../../sql/2-bind/rel.ts';
import { SessionTableFunctionOperator } from './session.ts';

/** Assigns aligned windows to rows. */
export class WindowTableFunctionOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #windows: AlignedWindows;
  readonly #time: TimeColumn;
  readonly #zone: WindowZone;

  constructor(windows: AlignedWindows, time: TimeColumn, zone: WindowZone) {
    super();
    this.#windows = windows;
    this.#time = time;
    this.#zone = zone;
  }

  processRow(kind: RowKind, row: Row): void {
    const time = this.#time.attribute === 'proctime' ? this.context.eval.currentTimeMs() : row[this.#time.index];
    if (time === null) {
      this.context.metrics.numLateRecordsDropped += 1;
      return;
    }
    assert(typeof time === 'number', 'a time attribute has at most millisecond precision');
    for (const { startMs, endMs } of windowsOf(this.#windows, this.#zone.toLocal(time))) {
      this.output.processRow(kind, [...row, startMs, endMs, this.#zone.toEpoch(endMs - 1)]);
    }
  }
}

/** Runtime of `window-table-function`. */
export const windowTableFunctionFactory: OperatorFactory<'window-table-function'> = {
  kind: 'window-table-function',
  create: ({ window, time }, shape) => {
    const zone = windowZone(time.local, shape.timeZone);
    if (window.kind === 'session') {
      return new SessionTableFunctionOperator(window, time, zone, present(shape.inputs[0], 'input of a window'));
    }
    return new WindowTableFunctionOperator(window, time, zone);
  },
};
