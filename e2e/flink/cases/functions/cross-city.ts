/** A card that is used in two cities within `within_ms` milliseconds. Twin of `CrossCity.java`. */
import { process, state, t } from 'millrace';

export default process({
  input: { city: t.string() },
  args: { within_ms: t.bigint().notNull() },
  returns: { first_city: t.string(), second_city: t.string(), gap: t.bigint() },
  state: { last: state.value(t.row({ city: t.string(), at: t.bigint().notNull() })) },
  onRow({ city }, cx) {
    const last = cx.state.last.get();
    const now = BigInt(cx.time?.epochMs ?? 0);
    const gap = last === null ? 0n : now - last.at;
    if (last?.city != null && city !== null && last.city !== city && (gap < 0n ? -gap : gap) <= cx.args.within_ms)
      cx.emit({ first_city: last.city, second_city: city, gap });
    cx.state.last.set({ city, at: now });
    cx.registerOnTime('forget', Number(now + cx.args.within_ms));
  },
  onTimer(_timer, cx) {
    cx.emit({ first_city: cx.state.last.get()?.city ?? null, second_city: null, gap: null });
    cx.state.last.clear();
  },
});
