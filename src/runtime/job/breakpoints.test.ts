/** Breakpoints of a run: where it rests, what it says, and that nothing else changes. */
import { describe, expect, it } from 'vitest';
import { Trace } from '../engine/trace.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import type { Breakpoint, BreakpointHit } from './run-view.ts';
import { replayOf, runOn, startWholeRun, type WholeRun } from './test-whole-run.ts';

const SCRIPT = `CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts)
  WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE TABLE u (k STRING, w INT) WITH ('connector' = 'filesystem', 'path' = 'u.jsonl', 'format' = 'json');
CREATE VIEW big AS SELECT k, v, ts FROM t WHERE v > 2;
CREATE VIEW sums AS SELECT k, SUM(v) AS total FROM big GROUP BY k;
CREATE VIEW joined AS SELECT t.k, t.v, u.w FROM t JOIN u ON t.k = u.k;
CREATE VIEW minutes AS SELECT window_end, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE))
  GROUP BY window_start, window_end;
CREATE TABLE s (k STRING, total INT) WITH ('connector' = 'print');
INSERT INTO s SELECT * FROM sums;
SELECT * FROM joined;
SELECT * FROM minutes;`;

function setting(script = SCRIPT, rows = 450) {
  const files = new MemoryFiles();
  const lines = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({ k: `k${i % 5}`, v: i % 9, ts: new Date(i * 1000).toISOString().slice(0, 19).replace('T', ' ') }),
  );
  files.put('t.jsonl', lines.join('\n'));
  files.put('u.jsonl', Array.from({ length: 260 }, (_, i) => JSON.stringify({ k: `k${i % 11}`, w: i })).join('\n'));
  return { script, files };
}

function point(from: string, to: string, condition = ''): Breakpoint {
  return { id: `${from} to ${to}`, from, to, condition, enabled: true };
}

/** Runs to the end, over all hits. */
function runThrough(whole: WholeRun): BreakpointHit[] {
  const hits: BreakpointHit[] = [];
  whole.run.onBreak((hit) => hits.push(hit));
  for (let i = 0; i < 10_000 && !whole.run.hasEnded; i++) runOn(whole);
  return hits;
}

function digestOf(breakpoints: readonly Breakpoint[], script = SCRIPT) {
  const trace = new Trace();
  const whole = startWholeRun({ ...setting(script), breakpoints, trace });
  const hits = runThrough(whole);
  return { digest: trace.digest(), status: whole.run.status, hits, whole };
}

describe('a breakpoint', () => {
  it('rests the run right after the first row that meets it, and says which row that was', () => {
    const whole = startWholeRun({ ...setting(), breakpoints: [point('view:big', 'view:sums', "k = 'k3' AND v = 4")] });
    const hits: BreakpointHit[] = [];
    whole.run.onBreak((hit) => hits.push(hit));
    runOn(whole);
    const rowsOfT = (): number => whole.run.readTap('table:t', 0, 1).total;
    expect(whole.run.status).toBe('paused');
    expect(hits).toMatchObject([
      {
        breakpointId: 'view:big to view:sums',
        row: whole.run.rowsRead(),
        columns: [{ name: 'k', type: 'STRING' }, { name: 'v', type: 'INT' }, { name: 'ts' }],
        kind: '+I',
        values: ['k3', '4', '1970-01-01 00:00:13.000'],
      },
    ]);
    expect(rowsOfT()).toBe(14);
    runOn(whole);
    expect([hits.length, rowsOfT()]).toEqual([2, 59]);
    whole.run.step();
    expect([whole.run.status, rowsOfT()]).toEqual(['paused', 60]);
    whole.run.setBreakpoints([]);
    runOn(whole);
    expect([whole.run.status, hits.length, rowsOfT()]).toEqual(['finished', 2, 450]);
  });

  it('changes no row, no order and no result, wherever the run rests', () => {
    const { digest, status } = digestOf([]);
    expect(status).toBe('finished');
    const every = [
      point('table:t', 'view:big', 'v = 5'),
      point('table:t', 'view:joined'),
      point('table:u', 'view:joined', 'w > 200'),
      point('view:sums', 'table:s', 'total > 100'),
      point('view:minutes', 'select:2'),
    ];
    for (const breakpoints of [...every.map((each) => [each]), every]) {
      const broken = digestOf(breakpoints);
      expect(broken.hits.length).toBeGreaterThan(0);
      expect([broken.status, broken.digest]).toEqual(['finished', digest]);
    }
  });

  it('leaves a recording that replays to the same moments and digests', async () => {
    const cx = setting();
    const whole = startWholeRun({ ...cx, breakpoints: [point('table:u', 'view:joined', 'MOD(w, 40) = 7')] });
    const hits = runThrough(whole);
    expect(hits).toHaveLength(7);
    const replay = await replayOf(whole, cx);
    const { digests } = replay.moment();
    expect(digests?.replayed).toBe(digests?.first);
    const unbroken = startWholeRun(cx);
    runOn(unbroken);
    expect((await replayOf(unbroken, cx)).moment().digests).toEqual(digests);
    for (const hit of hits) {
      await replay.seek(hit.row);
      expect(replay.moment().entered).toMatchObject({ nodeId: 'table:u', values: hit.values });
    }
  });

  it('leaves a whole recording also when the run is stopped where it rests', async () => {
    const cx = setting();
    const whole = startWholeRun({ ...cx, breakpoints: [point('table:t', 'view:big', 'v = 5')] });
    runOn(whole);
    runOn(whole);
    whole.run.stop();
    const row = whole.run.rowsRead();
    const { digests, ...moment } = (await replayOf(whole, cx)).moment();
    expect(moment).toMatchObject({ row, rowCount: row, isAtEnd: true, metrics: { status: 'stopped' } });
    expect(digests?.first).not.toBeNull();
    expect(digests?.replayed).toBe(digests?.first);
  });

  it('is hit by rows that time brings forth, and rests at the row that moved the time', () => {
    const { hits, whole } = digestOf([
      point('view:minutes', 'select:2', "n < 60 OR window_end < TIMESTAMP '1970-01-01 00:02:30'"),
    ]);
    expect(hits.map(({ values }) => values)).toEqual([
      ['1970-01-01 00:01:00.000', '60'],
      ['1970-01-01 00:02:00.000', '60'],
      ['1970-01-01 00:08:00.000', '30'],
    ]);
    // The last one comes with the end of the input, after the last row.
    expect(hits[2]?.row).toBe(whole.run.rowsRead());
  });

  it('knows the ways of a plan: into a sink, into a join, out of a table whose rows pass unchanged', () => {
    const copy = `${SCRIPT}\nCREATE VIEW copy AS SELECT * FROM u;\nSELECT * FROM copy WHERE w < 5;`;
    const counts = (breakpoint: Breakpoint): number => digestOf([breakpoint], copy).hits.length;
    // One for the row of u, which meets 40 rows at once, and one for each of the 50 rows of t that come later.
    expect(counts(point('view:joined', 'select:1', 'w = 100'))).toBe(51);
    expect(counts(point('table:u', 'view:copy', 'w < 3'))).toBe(3);
    expect(counts(point('view:copy', 'select:3', 'w < 7'))).toBe(7);
  });

  it('is met where a view was planned twice, because its readers need different columns', () => {
    const script = `${SCRIPT.slice(0, SCRIPT.indexOf('CREATE VIEW joined'))}
CREATE VIEW wide AS SELECT k, COUNT(*) AS n, MAX(v) AS top FROM t GROUP BY k;
CREATE VIEW counts AS SELECT n, COUNT(*) AS c FROM wide GROUP BY n;
CREATE VIEW tops AS SELECT top, COUNT(*) AS c FROM wide GROUP BY top;
SELECT * FROM counts;
SELECT * FROM tops;
SELECT * FROM wide WHERE n > 3;`;
    for (const to of ['view:counts', 'view:tops', 'select:3']) {
      const { hits } = digestOf([point('view:wide', to, "k = 'k2' AND n = 9")], script);
      expect(hits.length).toBeGreaterThanOrEqual(1);
      expect(hits[0]?.values[0]).toBe('k2');
    }
  });

  it('is off when it is off, and never met where its condition is NULL or fails', () => {
    expect(digestOf([{ ...point('table:t', 'view:big'), enabled: false }]).hits).toEqual([]);
    expect(digestOf([point('table:t', 'view:big', 'CAST(NULL AS BOOLEAN)')]).hits).toEqual([]);
    expect(digestOf([point('table:t', 'view:big', '10 / v = 5')]).hits).toHaveLength(50);
  });

  it('draws no random number of the run', () => {
    const script = `${SCRIPT}\nCREATE VIEW r AS SELECT k, RAND() AS x FROM u;\nSELECT * FROM r;`;
    const { digest } = digestOf([], script);
    expect(digestOf([point('view:r', 'select:3', 'RAND() < 0.5 AND x < 0.5')], script).digest).toBe(digest);
  });

  it('with a mistake is told with its place, and left out', () => {
    const whole = startWholeRun(setting());
    const mistake = (condition: string, to = 'view:sums'): unknown => {
      const [problem] = whole.run.setBreakpoints([point('view:big', to, condition)]);
      return problem === undefined
        ? null
        : [problem.diagnostic.code, problem.diagnostic.span, problem.diagnostic.message];
    };
    expect(mistake('v > 1')).toBeNull();
    expect(mistake('')).toBeNull();
    expect(mistake('big.v > 1 AND ts IS NOT NULL')).toBeNull();
    expect(mistake('v > ')).toEqual([
      'parse/unexpected-token',
      expect.anything(),
      expect.stringContaining('Encountered "<EOF>"'),
    ]);
    expect(mistake("k = 'a' AND total > 2")).toEqual([
      'validate/unknown-column',
      { start: 12, end: 17 },
      expect.stringContaining("Column 'total' not found"),
    ]);
    expect(mistake('v + 1')).toEqual(['breakpoint/not-boolean', { start: 0, end: 5 }, expect.any(String)]);
    expect(mistake('v IN (SELECT w FROM u)')).toMatchObject([
      expect.any(String),
      { start: expect.any(Number) },
      expect.any(String),
    ]);
    expect(mistake('SUM(v) > 1')).toMatchObject([expect.any(String), { start: 0 }, expect.any(String)]);
    expect(mistake('v > 1', 'view:nowhere')).toEqual(['breakpoint/no-edge', undefined, expect.any(String)]);
    runOn(whole);
    expect(whole.run.status).toBe('finished');
  });
});
