/**
 * Arithmetic of session windows: the kernel of all operators that keep open sessions per key.
 * Flink: `MergingWindowSet`, `TimeWindow.mergeWindows`.
 *
 * A row makes a window of one gap; windows that overlap or touch become one (flink-semantics #26):
 *
 *   [10 ── 20)      [25 ── 35)          gap 10
 *            row 17 → [17, 27)
 *   [10 ────────────────── 35)
 *
 * Law: the open sessions of a key are sorted and neither overlap nor touch. Times are on the wall clock of
 * the windows (see `time-windows.ts`).
 */
import type { TimeWindow } from './time-windows.ts';

/** What adding a window does to open sessions: `absorbed` (oldest first) and the window become `[startMs, endMs)`. */
export interface SessionMerge<W extends TimeWindow> extends TimeWindow {
  readonly absorbed: readonly W[];
}

/** Plans how the window `added` joins the open sessions. Cost: a walk over them (few per key). */
export function mergeSessions<W extends TimeWindow>(open: readonly W[], added: TimeWindow): SessionMerge<W> {
  let { startMs, endMs } = added;
  const absorbed: W[] = [];
  for (const session of open) {
    if (session.startMs > added.endMs || session.endMs < added.startMs) continue;
    absorbed.push(session);
    if (session.startMs < startMs) startMs = session.startMs;
    if (session.endMs > endMs) endMs = session.endMs;
  }
  return { startMs, endMs, absorbed };
}

/** The open sessions with `merged` in place of those it absorbed, still sorted. */
export function replaceSessions<W extends TimeWindow>(open: readonly W[], absorbed: readonly W[], merged: W): W[] {
  const sessions = open.filter((session) => session !== merged && !absorbed.includes(session));
  const at = sessions.findIndex((session) => session.startMs > merged.startMs);
  sessions.splice(at === -1 ? sessions.length : at, 0, merged);
  return sessions;
}
