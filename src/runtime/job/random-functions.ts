/**
 * The TypeScript functions that random programs call: one of each form, whose results depend on everything
 * that a replay must bring back: state of each kind (with expiry), timers of both kinds, the clock of the
 * turn and random numbers.
 */

/** Where each file stands, and its text. */
export const RANDOM_FUNCTIONS: readonly { readonly path: string; readonly text: string }[] = [
  {
    path: 'operators/blur.ts',
    text: `import { scalar, t } from 'millrace';

export default scalar({
  args: { x: t.int(), text: t.string() },
  returns: t.string(),
  deterministic: false,
  eval({ x, text }) {
    if (x === null) return null;
    return (text ?? 'none') + ':' + (x * 3) + ':' + Math.floor(Math.random() * 4) + ':' + (Date.now() % 3);
  },
});
`,
  },
  {
    path: 'operators/parts.ts',
    text: `import { t, table } from 'millrace';

export default table({
  args: { text: t.string(), n: t.int() },
  returns: { part: t.string().notNull(), place: t.int().notNull(), big: t.bigint() },
  *eval({ text, n }) {
    for (let place = 0; place < (n ?? 0) % 4; place++) {
      yield { part: (text ?? '-') + place, place, big: BigInt(place) * 9007199254740993n };
    }
  },
});
`,
  },
  {
    path: 'operators/tally.ts',
    text: `import { Decimal, process, state, t } from 'millrace';

export default process({
  input: { k: t.string(), v: t.int() },
  returns: { seen: t.bigint(), total: t.decimal(20, 2), note: t.string(), jitter: t.double() },
  state: {
    count: state.value(t.bigint().notNull()),
    total: state.value(t.decimal(20, 2), { ttl: 6 }),
    recent: state.list(t.int(), { ttl: 9 }),
    byValue: state.map(t.int(), t.row({ n: t.int(), last: t.timestamp(9) }), { ttl: 15 }),
  },
  onRow({ v }, cx) {
    const count = (cx.state.count.get() ?? 0n) + 1n;
    cx.state.count.set(count);
    cx.state.total.set((cx.state.total.get() ?? Decimal.of('0.00')).plus(Decimal.of(String(v ?? 0) + '.25')));
    cx.state.recent.add(v);
    if (v !== null) {
      const entry = cx.state.byValue.get(v);
      cx.state.byValue.put(v, { n: (entry?.n ?? 0) + 1, last: cx.time ?? cx.now });
      if (v % 5 === 4) cx.state.byValue.delete(v - 1);
      cx.registerProcessingTime('later-' + (v % 3), cx.now.epochMs + 1 + (v % 4));
    }
    if (cx.time !== null) cx.registerOnTime('quiet', cx.time.epochMs + 7_000);
    if (count % 11n === 0n) cx.clearAll();
    else if (count % 3n !== 0n) cx.emit({ seen: count, total: cx.state.total.get(), note: 'row', jitter: Math.random() });
  },
  onTimer(timer, cx) {
    const recent = cx.state.recent.get();
    const values = [...cx.state.byValue.entries()].map(([v, entry]) => v + '=' + (entry?.n ?? '')).join(',');
    cx.emit({ seen: BigInt(recent.length), total: null, note: timer.kind + ' ' + timer.name + ' ' + values, jitter: null });
    if (timer.kind === 'event') cx.state.recent.clear();
  },
});
`,
  },
];

/** The statements that name them. */
export const RANDOM_FUNCTION_STATEMENTS: readonly string[] = [
  "CREATE TEMPORARY FUNCTION blur AS 'operators/blur.ts' LANGUAGE TYPESCRIPT;",
  "CREATE TEMPORARY FUNCTION parts AS 'operators/parts.ts' LANGUAGE TYPESCRIPT;",
  "CREATE TEMPORARY FUNCTION tally AS 'operators/tally.ts' LANGUAGE TYPESCRIPT;",
];
