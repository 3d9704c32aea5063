import { process, state, t } from 'millrace';

const GAP_MS = 10 * 60_000;

const time = t.timestamp(3).notNull();

/** Sessions of one listener: what a SESSION window does in SQL, by hand. */
export default process({
  returns: {
    session_start: t.timestamp(3),
    session_end: t.timestamp(3),
    play_count: t.bigint(),
  },
  state: {
    // Open sessions by their start. Few: only those whose end the watermark has not passed.
    open: state.map(time, t.row({ end: time, plays: t.bigint().notNull() }).notNull()),
  },

  onRow(_row, cx) {
    if (cx.time === null) return;
    // A play opens a session of its own, which then takes in all sessions that it touches.
    let start = cx.time;
    let end = cx.time.plusMs(GAP_MS);
    let plays = 1n;
    const merged = [];
    for (const [otherStart, other] of cx.state.open) {
      if (otherStart.isAfter(end) || other.end.isBefore(start)) continue;
      merged.push(otherStart);
      if (otherStart.isBefore(start)) start = otherStart;
      if (other.end.isAfter(end)) end = other.end;
      plays += other.plays;
    }
    // Too late: the watermark has passed the end of the session that this play would be in.
    const last = end.plusMs(-1);
    if (cx.watermark !== null && !last.isAfter(cx.watermark)) return;
    for (const otherStart of merged) {
      cx.state.open.delete(otherStart);
      cx.clearTimer(otherStart.toString());
    }
    cx.state.open.put(start, { end, plays });
    cx.registerOnTime(start.toString(), last);
  },

  // The watermark has passed the end of a session: nothing can be added to it any more.
  onTimer(timer, cx) {
    for (const [start, { end, plays }] of cx.state.open) {
      if (start.toString() !== timer.name) continue;
      cx.state.open.delete(start);
      cx.emit({ session_start: start, session_end: end, play_count: plays });
      return;
    }
  },
});
