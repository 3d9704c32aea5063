/** The cities of a card as a list, and how often each was seen as a map. Twin of `Seen.java`. */
import { process, state, t } from 'millrace';

export default process({
  input: { city: t.string() },
  returns: { cities: t.string(), times: t.bigint(), total: t.bigint() },
  state: { cities: state.list(t.string().notNull()), counts: state.map(t.string().notNull(), t.bigint().notNull()) },
  onRow({ city }, cx) {
    const { cities, counts } = cx.state;
    if (city === 'clear') {
      cx.clearAllState();
      return;
    }
    const key = city ?? '?';
    if (!counts.has(key)) cities.add(key);
    const times = (counts.get(key) ?? 0n) + 1n;
    counts.put(key, times);
    let total = 0n;
    for (const [, count] of counts) total += count;
    cx.emit({ cities: cities.get().join('+'), times, total });
  },
});
