/** Sessions of a key: rows with less than `gap` milliseconds between them. Twin of `Sessions.java`. */
import { process, state, Timestamp, t } from 'millrace';

export default process({
  args: { gap: t.bigint().notNull() },
  returns: { session_start: t.timestamp(3), session_end: t.timestamp(3), n: t.bigint() },
  state: {
    session: state.value(
      t.row({ start: t.timestamp(3).notNull(), end: t.timestamp(3).notNull(), n: t.bigint().notNull() }),
    ),
  },
  onRow(_row, cx) {
    const now = cx.time?.epochMs ?? 0;
    const open = cx.state.session.get();
    const start = Math.min(open?.start.epochMs ?? now, now);
    const end = Math.max(open?.end.epochMs ?? 0, now + Number(cx.args.gap));
    cx.state.session.set({ start: new Timestamp(start), end: new Timestamp(end), n: (open?.n ?? 0n) + 1n });
    cx.registerOnTime('end', end - 1);
  },
  onTimer(_timer, cx) {
    const session = cx.state.session.get();
    if (session === null) return;
    cx.emit({ session_start: session.start, session_end: session.end, n: session.n });
    cx.state.session.clear();
  },
});
