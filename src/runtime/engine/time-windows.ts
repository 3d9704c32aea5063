/**
 * Arithmetic of time windows. Flink: `TimeWindow.getWindowStartWithOffset`, `SliceAssigners`,
 * `CumulativeWindowAssigner`.
 *
 * All times here are wall-clock milliseconds: the value itself for TIMESTAMP columns, the local time
 * in the session zone for TIMESTAMP_LTZ (`WindowZone` converts). Windows are half-open `[start, end)`;
 * a window fires when the watermark reaches its last millisecond, `end - 1`.
 */
import { assert, unreachable } from '../base/assert.ts';

/** A window. */
export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** Settings of aligned windows: those that depend on the time alone. */
export type AlignedWindows =
  | { readonly kind: 'tumble'; readonly sizeMs: number; readonly offsetMs: number }
  | { readonly kind: 'hop'; readonly sizeMs: number; readonly slideMs: number; readonly offsetMs: number }
  | { readonly kind: 'cumulate'; readonly maxSizeMs: number; readonly stepMs: number; readonly offsetMs: number };

/** Start of the window of `sizeMs` that holds `timeMs`; floors for times before 1970 too. */
export function windowStart(timeMs: number, offsetMs: number, sizeMs: number): number {
  assert(sizeMs > 0, 'a window has a size');
  const remainder = (timeMs - offsetMs) % sizeMs;
  return remainder < 0 ? timeMs - (remainder + sizeMs) : timeMs - remainder;
}

/** All windows that hold `timeMs`, in the order in which Flink's table function emits them. */
export function windowsOf(windows: AlignedWindows, timeMs: number): TimeWindow[] {
  switch (windows.kind) {
    case 'tumble': {
      const startMs = windowStart(timeMs, windows.offsetMs, windows.sizeMs);
      return [{ startMs, endMs: startMs + windows.sizeMs }];
    }
    case 'hop': {
      // Newest first, as `SlidingWindowAssigner` does.
      const found: TimeWindow[] = [];
      const last = windowStart(timeMs, windows.offsetMs, windows.slideMs);
      for (let startMs = last; startMs > timeMs - windows.sizeMs; startMs -= windows.slideMs) {
        found.push({ startMs, endMs: startMs + windows.sizeMs });
      }
      return found;
    }
    case 'cumulate': {
      const found: TimeWindow[] = [];
      const startMs = windowStart(timeMs, windows.offsetMs, windows.maxSizeMs);
      const firstEndMs = windowStart(timeMs, windows.offsetMs, windows.stepMs) + windows.stepMs;
      for (let endMs = firstEndMs; endMs <= startMs + windows.maxSizeMs; endMs += windows.stepMs) {
        found.push({ startMs, endMs });
      }
      return found;
    }
    default:
      return unreachable(windows);
  }
}

/** Length of the slices that windows are put together from. */
export function sliceSizeMs(windows: AlignedWindows): number {
  if (windows.kind === 'tumble') return windows.sizeMs;
  return windows.kind === 'hop' ? windows.slideMs : windows.stepMs;
}

/** End of the slice that holds `timeMs`. */
export function sliceEndOf(windows: AlignedWindows, timeMs: number): number {
  const sizeMs = sliceSizeMs(windows);
  return windowStart(timeMs, windows.offsetMs, sizeMs) + sizeMs;
}

/** End of the last window that uses the slice ending at `sliceEndMs`: after it the slice is forgotten. */
export function lastWindowEnd(windows: AlignedWindows, sliceEndMs: number): number {
  switch (windows.kind) {
    case 'tumble':
      return sliceEndMs;
    case 'hop':
      return sliceEndMs - windows.slideMs + windows.sizeMs;
    case 'cumulate':
      return windowStart(sliceEndMs - 1, windows.offsetMs, windows.maxSizeMs) + windows.maxSizeMs;
    default:
      return unreachable(windows);
  }
}

/** Start of the window that ends at `endMs`. */
export function windowStartOfEnd(windows: AlignedWindows, endMs: number): number {
  if (windows.kind === 'cumulate') return windowStart(endMs - 1, windows.offsetMs, windows.maxSizeMs);
  return endMs - windows.sizeMs;
}

/** Converts between event time (epoch) and the wall clock that windows are cut by. */
export interface WindowZone {
  /** Wall-clock ms of an epoch time. */
  toLocal(epochMs: number): number;
  /** Epoch of a wall-clock time, for `window_time`: the first of two, moved on by a gap, as Java has it. */
  toEpoch(localMs: number): number;
  /**
   * Epoch at which a window whose last moment is `localMs` is complete. In the hour that daylight
   * saving repeats the second one counts; in the hour it skips, the moment of the change.
   */
  timerMs(localMs: number): number;
}

/** TIMESTAMP columns: wall clock and event time are the same number. */
export const NO_ZONE: WindowZone = {
  toLocal: (epochMs) => epochMs,
  toEpoch: (localMs) => localMs,
  timerMs: (localMs) => localMs,
};
