/**
 * The running frame of one partition: accumulators, and the rows in them that will have to leave again.
 * Rows come in order; what falls out of the frame is taken back before the new row is added, as Flink
 * does it (sums of floating-point numbers show the order).
 */
import { BOX_BYTES, LIST_BYTES, objectBytes } from '../../data/memory-size.ts';
import type { Row, Value } from '../../data/value.ts';
import { type Accumulators, accumulatorsBytes } from '../../sql/4-codegen/compiled.ts';
import type { EvalContext } from '../../sql/functions/function.ts';
import { listedRowBytes } from '../../state/row-list.ts';
import type { OverSettings } from './over-settings.ts';

/** A row within the frame and its time. */
export interface KeptRow {
  readonly timeMs: number;
  readonly row: Row;
}

/** Frame of one partition. */
export interface Frame {
  accumulators: Accumulators;
  /** Oldest first, from `first` on; empty for frames without a lower bound. */
  kept: KeptRow[];
  /** How many rows at the start of `kept` have left: moving a large frame up for each of them would cost its size. */
  first: number;
  /** Bytes of the rows of `kept` that have not left. */
  keptBytes: number;
}

/** Rows that left are only cut off when they are many, and at least half of `kept`. */
const LEFT_COUNT_MIN = 64;

/** A frame that holds no row. */
export function emptyFrame(settings: OverSettings): Frame {
  return { accumulators: settings.handler.create(), kept: [], first: 0, keptBytes: 0 };
}

/** ROWS: moves the frame on to `row`. */
export function advanceRows(frame: Frame, row: Row, timeMs: number, settings: OverSettings, cx: EvalContext): void {
  const { handler, preceding } = settings;
  if (preceding !== null) {
    if (frame.kept.length - frame.first > preceding) takeOldest(frame, settings, cx);
    keep(frame, timeMs, row);
  }
  handler.accumulate(frame.accumulators, row, cx);
}

/** RANGE: moves the frame on to all rows of one time. */
export function advanceRange(
  frame: Frame,
  rows: readonly Row[],
  timeMs: number,
  settings: OverSettings,
  cx: EvalContext,
): void {
  const { handler, preceding } = settings;
  if (preceding !== null) {
    while ((frame.kept[frame.first]?.timeMs ?? timeMs) < timeMs - preceding) takeOldest(frame, settings, cx);
    for (const row of rows) keep(frame, timeMs, row);
  }
  for (const row of rows) handler.accumulate(frame.accumulators, row, cx);
}

/** Estimated bytes of a frame in memory. */
export function frameBytes(frame: Frame, { handler }: OverSettings): number {
  return objectBytes(4) + LIST_BYTES + frame.keptBytes + accumulatorsBytes(frame.accumulators, handler);
}

function keep(frame: Frame, timeMs: number, row: Row): void {
  frame.kept.push({ timeMs, row });
  frame.keptBytes += keptRowBytes(row);
}

function keptRowBytes(row: Row): number {
  return objectBytes(2) + BOX_BYTES + listedRowBytes(row);
}

function takeOldest(frame: Frame, { handler }: OverSettings, cx: EvalContext): void {
  const leaving = frame.kept[frame.first];
  if (leaving === undefined) return;
  frame.first += 1;
  frame.keptBytes -= keptRowBytes(leaving.row);
  if (frame.first >= LEFT_COUNT_MIN && frame.first * 2 >= frame.kept.length) {
    frame.kept = frame.kept.slice(frame.first);
    frame.first = 0;
  }
  handler.retract(frame.accumulators, leaving.row, cx);
}

/** The frame as plain data. */
export function encodeFrame(frame: Frame, settings: OverSettings): Value {
  return [
    settings.handler.encode(frame.accumulators),
    frame.kept.slice(frame.first).map(({ timeMs, row }) => [timeMs, row]),
  ];
}

/** The frame from plain data. */
export function decodeFrame(saved: Value, settings: OverSettings): Frame {
  const [accumulators, kept] = saved as [Value, [number, Row][]];
  return {
    accumulators: settings.handler.decode(accumulators),
    kept: kept.map(([timeMs, row]) => ({ timeMs, row })),
    first: 0,
    keptBytes: kept.reduce((sum, [, row]) => sum + keptRowBytes(row), 0),
  };
}
