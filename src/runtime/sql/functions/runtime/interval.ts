/** Adding intervals to dates, times and timestamps. Flink: `ScalarOperatorGens.generateTemporalPlusMinus`. */
import { addMonthsToMs, DAY_MS } from '../../../data/civil.ts';
import { NanoTimestamp } from '../../../data/value.ts';

/** TIMESTAMP(p > 3) plus milliseconds. */
export function addMsToNano(ts: NanoTimestamp, ms: number): NanoTimestamp {
  return new NanoTimestamp(ts.epochMs + ms, ts.nanoOfMs);
}

/** TIMESTAMP(p > 3) plus months. */
export function addMonthsToNano(ts: NanoTimestamp, months: number): NanoTimestamp {
  return new NanoTimestamp(addMonthsToMs(ts.epochMs, months), ts.nanoOfMs);
}

/** TIME plus milliseconds, wrapping at midnight. */
export function addMsToTime(time: number, ms: number): number {
  return ((time + DAY_MS + (ms % DAY_MS)) % DAY_MS) + 0;
}

/** DATE plus milliseconds: whole days only, cut toward zero. */
export function addMsToDate(days: number, ms: number): number {
  return days + Math.trunc(ms / DAY_MS);
}
