/** Replays of the designer's runs through their public face: moments, moves, and what can be looked at. */
import { describe, expect, it } from 'vitest';
import { SimHost } from '../engine/sim-host.ts';
import { loadRecording } from '../recording/load-recording.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import type { Moment } from './replay-moment.ts';
import { ReplayView } from './replay-view.ts';
import type { Breakpoint, BreakpointHit } from './run-view.ts';
import { record } from './test-recording.ts';
import { everythingOf, replayOf, runOn, startWholeRun } from './test-whole-run.ts';

const SCRIPT = `CREATE TABLE orders (id INT, k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'data/orders.jsonl', 'format' = 'json');
CREATE TABLE ticks (a INT) WITH ('connector' = 'datagen', 'number-of-rows' = '400', 'rows-per-second' = '200',
  'fields.a.min' = '0', 'fields.a.max' = '9');
CREATE VIEW big AS SELECT * FROM orders WHERE v > 3;
CREATE VIEW sums AS SELECT k, SUM(v) AS total, COUNT(*) AS n FROM big GROUP BY k;
CREATE VIEW minutes AS SELECT window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end;
CREATE TABLE sink (k STRING, total INT, n BIGINT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO sink SELECT * FROM sums;
SELECT * FROM minutes;
SELECT a, COUNT(*) AS n FROM ticks GROUP BY a;`;

const ORDERS = Array.from({ length: 600 }, (_, i) =>
  JSON.stringify({
    id: i,
    k: `k${i % 7}`,
    v: i % 13,
    ts: new Date(1_700_000_000_000 + i * 900 - (i % 5) * 1000).toISOString().replace('T', ' ').replace('Z', ''),
  }),
);

function setting(script = SCRIPT) {
  const files = new MemoryFiles();
  files.put('data/orders.jsonl', ORDERS.join('\n'));
  return { script, files, seed: 3 };
}

function unwrap<T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown }) {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

async function at(view: ReplayView, row: number): Promise<Moment> {
  const moment = unwrap(await view.seek(row));
  if (moment === null) throw new Error('nobody overtook it');
  return moment;
}

const INTO_SUMS: Breakpoint = { id: 'b', from: 'view:big', to: 'view:sums', condition: '', enabled: true };

describe('a replay of a designer run', () => {
  it("stands at the end with equal digests, and at the run's own figures, rows and state", async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    expect(whole.run.status).toBe('finished');
    const view = await replayOf(whole, cx);
    const moment = view.moment();
    expect(moment).toMatchObject({
      row: 1000,
      rowCount: 1000,
      isAtEnd: true,
      isPlaying: false,
      startMs: 1_700_000_000_000,
      endMs: moment.timeMs,
      metrics: { status: 'finished', rowsRead: 1000, fraction: 1 },
    });
    expect(moment.digests?.first).toMatch(/^\d+:[0-9a-f]{16}\//);
    expect(moment.digests?.replayed).toBe(moment.digests?.first);
    expect(await everythingOf(view)).toEqual(await everythingOf(whole.run));
  });

  it('shows at any row what a straight run to that row shows', async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    const view = await replayOf(whole, cx);
    const straight = await replayOf(whole, cx, { withoutCheckpoints: true, row: 0 });
    const random = new SeededRandom(11);
    const rows = [0, 1, 999, 1000, ...Array.from({ length: 12 }, () => random.nextInt(1001))].sort((a, b) => a - b);
    const expected = new Map<number, unknown>();
    for (const row of rows) {
      const moment = await at(straight, row);
      expected.set(row, { moment, all: await everythingOf(straight) });
    }
    for (const row of [...rows].sort((a, b) => ((a * 7919) % 1009) - ((b * 7919) % 1009))) {
      const moment = await at(view, row);
      expect({ moment, all: await everythingOf(view) }).toEqual(expected.get(row));
    }
  });

  it('keeps the rows on show when it goes back over a checkpoint', async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    const view = await replayOf(whole, cx, { row: 0 });
    await view.play(null);
    await at(view, 640);
    await view.step(-1);
    await at(view, 455);
    const straight = await replayOf(whole, cx, { withoutCheckpoints: true, row: 455 });
    const rowsOf = (each: ReplayView) => ['table:orders', 'view:sums'].map((nodeId) => each.readTap(nodeId, 0, 1_000));
    expect(rowsOf(view)).toEqual(rowsOf(straight));
    expect(view.readTap('table:orders', 0, 1_000).retainedFrom).toBe(0);
  });

  it('says which row entered last', async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    const view = await replayOf(whole, cx);
    expect((await at(view, 0)).entered).toBeNull();
    expect((await at(view, 7)).entered).toMatchObject({
      nodeId: 'table:orders',
      position: 'orders.jsonl, row 7',
      columns: [{ name: 'id', type: 'INT' }, { name: 'k' }, { name: 'v' }, { name: 'ts' }],
      values: ['6', 'k6', '6', '2023-11-14 22:13:24.400'],
    });
    expect((await at(view, 1000)).entered).toMatchObject({ nodeId: 'table:ticks', position: 'ticks, row 400' });
  });

  it('steps back by exactly one row, forward to the same, and from the last row to the end', async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    const view = await replayOf(whole, cx);
    const at500 = await at(view, 500);
    const before = unwrap(await view.step(-1));
    expect(before?.row).toBe(499);
    expect(unwrap(await view.step(1))).toEqual(at500);
    await at(view, 999);
    expect(unwrap(await view.step(1))).toMatchObject({ row: 1000, isAtEnd: true });
    expect(unwrap(await view.step(-1))).toMatchObject({ row: 999, isAtEnd: false });
  });

  it('lets a newer move overtake one that is under way, and counts quick steps', async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    const view = await replayOf(whole, cx, { row: 0 });
    const answers = await Promise.all([view.seek(900), view.seek(30), view.step(1), view.step(1), view.step(1)]);
    expect(answers.map((answer) => unwrap(answer)?.row ?? null)).toEqual([null, null, null, null, 33]);
    expect(view.moment().row).toBe(33);
  });

  it('takes in what a run that goes on has added, and lets it go on', async () => {
    const cx = setting();
    const whole = startWholeRun({ ...cx, breakpoints: [{ ...INTO_SUMS, condition: 'id = 251' }] });
    const hits: BreakpointHit[] = [];
    whole.run.onBreak((hit) => hits.push(hit));
    runOn(whole);
    expect([whole.run.status, hits.length]).toEqual(['paused', 1]);
    const view = await replayOf(whole, cx);
    const row = whole.run.rowsRead();
    expect(view.moment()).toMatchObject({ row, rowCount: row, digests: null, metrics: { status: 'paused' } });
    const all = await everythingOf(view);
    expect(all).toEqual(await everythingOf(whole.run));
    await at(view, 10);
    runOn(whole);
    expect(whole.run.status).toBe('finished');
    expect(await at(view, row)).toMatchObject({ row, rowCount: 1000, isAtEnd: false });
    const end = await at(view, 1000);
    expect(end.isAtEnd).toBe(true);
    expect(end.digests?.replayed).toBe(end.digests?.first);
  });

  it('plays at the pace of the recorded clock', async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    const host = new SimHost(5_000);
    const view = await settled(replayOf(whole, cx, { host, row: 0 }), host);
    const seen: {
      readonly hostMs: number;
      readonly timeMs: number | null;
      readonly row: number;
      readonly on: boolean;
    }[] = [];
    view.listen({
      moved: ({ timeMs, row, isPlaying }) => seen.push({ hostMs: host.clock.nowMs(), timeMs, row, on: isPlaying }),
      broke: () => {},
    });
    await settled(view.play(10), host);
    const start = 1_700_000_000_000;
    for (const { hostMs, timeMs, on } of seen)
      if (on) expect(Math.abs((hostMs - 5_000) * 10 - ((timeMs ?? 0) - start))).toBeLessThanOrEqual(1_000);
    expect(seen[seen.length - 1]).toMatchObject({ row: 1000, on: false });
    // 400 ticks at 200 a second take two seconds, a tenth of that here.
    expect(host.clock.nowMs() - 5_000).toBeGreaterThanOrEqual(150);
    expect(host.clock.nowMs() - 5_000).toBeLessThanOrEqual(250);
    expect(view.moment().isAtEnd).toBe(true);
  });

  it('plays over a long pause of the run in a few seconds', async () => {
    const cx = setting();
    const whole = startWholeRun({ ...cx, breakpoints: [{ ...INTO_SUMS, condition: 'id = 251' }] });
    runOn(whole);
    whole.run.setBreakpoints([]);
    whole.host.clock.advanceTo(whole.host.clock.nowMs() + 600_000);
    runOn(whole);
    const host = new SimHost();
    const view = await settled(replayOf(whole, cx, { host, row: 0 }), host);
    await settled(view.play(1), host);
    expect(view.moment()).toMatchObject({ isAtEnd: true, metrics: { elapsedMs: expect.any(Number) } });
    expect(view.moment().metrics.elapsedMs).toBeGreaterThanOrEqual(600_000);
    expect(host.clock.nowMs()).toBeLessThan(8_000);
  });

  it('shows a run that could not begin, and one without rows', async () => {
    const cx = setting(SCRIPT.replace('orders.jsonl', 'missing.jsonl'));
    const failed = startWholeRun(cx);
    runOn(failed);
    const view = await replayOf(failed, cx);
    expect(view.moment()).toMatchObject({
      row: 0,
      rowCount: 0,
      isAtEnd: true,
      metrics: { status: 'failed', fraction: null },
    });
    const none = setting(
      "CREATE TABLE t (a INT) WITH ('connector' = 'filesystem', 'path' = 'none.csv', 'format' = 'csv');\nSELECT * FROM t;",
    );
    none.files.put('none.csv', '');
    const empty = startWholeRun(none);
    runOn(empty);
    const still = await replayOf(empty, none);
    expect(still.moment()).toMatchObject({
      row: 0,
      rowCount: 0,
      isAtEnd: true,
      entered: null,
      metrics: { status: 'finished' },
    });
    expect(still.moment().digests?.replayed).toBe(still.moment().digests?.first);
  });

  it('opens a recording of the command line too, and shows the cards of the statement that ran', async () => {
    const cx = setting();
    const { store, outcome } = await record(cx, (task) => void setImmediate(task));
    expect(outcome.status).toBe('finished');
    const loaded = unwrap(await loadRecording(store));
    const { clock } = new SimHost();
    const host = { clock, defer: (task: () => void): void => void setImmediate(task) };
    const view = unwrap(await ReplayView.open({ recording: loaded, files: cx.files, host }, null));
    const { digests, rowCount } = view.moment();
    expect(digests?.first).not.toBeNull();
    expect(digests?.replayed).toBe(digests?.first);
    expect(rowCount).toBe(1600);
    const counts = async (row: number) => {
      await at(view, row);
      return Object.fromEntries(view.figures().map((each) => [each.nodeId, each.rowCount]));
    };
    expect(await counts(300)).toMatchObject({ 'table:orders': 300, 'table:sink': expect.any(Number) });
    expect(await counts(1000)).toMatchObject({ 'table:orders': 400 });
    expect(await counts(1500)).toMatchObject({ 'table:ticks': 300, 'select:2': expect.any(Number) });
    await at(view, 0);
    const whole = (await at(view, 1600)).digests;
    expect(whole?.first?.split(' ')).toHaveLength(1);
  });

  it('stops at a breakpoint while it plays, and at the next when it plays on', async () => {
    const cx = setting();
    const whole = startWholeRun(cx);
    runOn(whole);
    const view = await replayOf(whole, cx, { row: 0 });
    const hits: BreakpointHit[] = [];
    view.listen({ moved: () => {}, broke: (hit) => hits.push(hit) });
    expect(view.setBreakpoints([{ ...INTO_SUMS, condition: "k = 'k1' AND v = 12" }])).toEqual([]);
    await view.play(null);
    const first = view.moment();
    expect(hits).toMatchObject([
      { breakpointId: 'b', row: first.row, kind: '+I', values: ['64', 'k1', '12', expect.anything()] },
    ]);
    expect(first.entered?.values?.[0]).toBe('64');
    expect(first.isPlaying).toBe(false);
    const all = await everythingOf(view);
    await at(view, 20);
    await at(view, first.row);
    expect(await everythingOf(view)).toEqual(all);
    await view.play(null);
    expect(hits[1]?.values[0]).toBe('155');
  });
});

/** Drives a host without a machine until a promise has settled. */
async function settled<T>(promise: Promise<T>, host: SimHost): Promise<T> {
  let isDone = false;
  const done = promise.finally(() => {
    isDone = true;
  });
  for (let i = 0; i < 100_000 && !isDone; i++) {
    let steps = 0;
    host.runUntil(() => isDone || steps++ > 0);
    for (let j = 0; j < 5; j++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}
