/**
 * Rowtime of the padded side of an outer interval join is NULL. Flink reads it as 1970 in every operator
 * that orders by it, as does the sort of a view; the expected rows are those of Flink 2.3 for these scripts.
 */
import { expect, it } from 'vitest';
import { SimHost } from '../engine/sim-host.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { startRun } from './start-run.ts';

const EVENTS = [
  { side: 'L', id: 1, k: 'a', ts: '2024-01-01 00:00:01' },
  { side: 'L', id: 2, k: 'b', ts: '2024-01-01 00:00:02' },
  { side: 'R', id: 3, k: 'a', ts: '2024-01-01 00:00:01.500' },
  { side: 'L', id: 4, k: 'c', ts: '2024-01-01 00:00:20' },
  { side: 'R', id: 5, k: 'c', ts: '2024-01-01 00:00:21' },
  { side: 'L', id: 6, k: 'z', ts: '2024-01-01 00:01:40' },
  { side: 'R', id: 6, k: 'zz', ts: '2024-01-01 00:01:40' },
];

const PADDED = `SET 'pipeline.auto-watermark-interval' = '0 ms';
CREATE TABLE m (side STRING, id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 'm.jsonl', 'format' = 'json');
CREATE VIEW l AS SELECT id, k, ts FROM m WHERE side = 'L';
CREATE VIEW r AS SELECT id, k, ts FROM m WHERE side = 'R';
CREATE VIEW j AS SELECT l.id, l.k, r.id AS rid, r.ts AS rts
  FROM l LEFT JOIN r ON l.k = r.k AND r.ts BETWEEN l.ts AND l.ts + INTERVAL '2' SECOND;
CREATE TABLE s (id INT, other INT) WITH ('connector' = 'blackhole');
`;

function sinkRows(query: string, view = ''): string[] {
  const files = new MemoryFiles();
  files.put('m.jsonl', EVENTS.map((event) => JSON.stringify(event)).join('\n'));
  const host = new SimHost();
  const seams = { host, files, random: new SeededRandom(7), printLine: () => {} };
  const { run, diagnostics } = startRun(`${PADDED}${view}INSERT INTO s ${query};`, seams);
  expect(diagnostics).toEqual([]);
  if (run === null) throw new Error('the script runs');
  run.resume();
  host.runUntil(() => run.hasEnded);
  expect(run.status).toBe('finished');
  return run.readTap('table:s', 0, 100).rows.map(({ kind, values }) => `${kind}[${values.join(', ')}]`);
}

it('a padded row is late for a deduplication that keeps the first row', () => {
  const first = 'ROW_NUMBER() OVER (PARTITION BY k ORDER BY rts ASC) AS n';
  expect(sinkRows(`SELECT id, rid FROM (SELECT *, ${first} FROM j) WHERE n = 1`)).toEqual(['+I[1, 3]', '+I[4, 5]']);
});

it('a sort by rowtime emits a padded row that comes before the first timer, and drops it after', () => {
  expect(sinkRows('SELECT id, rid FROM j ORDER BY rts')).toEqual(['+I[2, ]', '+I[1, 3]', '+I[4, 5]']);
});

it('an interval join finds nothing near the rowtime of a padded row', () => {
  const near = "l.ts BETWEEN j.rts - INTERVAL '5' SECOND AND j.rts + INTERVAL '5' SECOND";
  expect(sinkRows(`SELECT j.id, l.id FROM j JOIN l ON j.k = l.k AND ${near}`)).toEqual(['+I[1, 1]', '+I[4, 4]']);
});

it('a temporal join finds no version at the rowtime of a padded row', () => {
  const newest = 'ROW_NUMBER() OVER (PARTITION BY k ORDER BY ts DESC) AS n';
  const versions = `(SELECT k, id, ts FROM (SELECT *, ${newest} FROM m WHERE side = 'R') WHERE n = 1)`;
  const text = `SELECT j.id, v.id FROM j LEFT JOIN v FOR SYSTEM_TIME AS OF j.rts ON j.k = v.k`;
  expect(sinkRows(`WITH v AS ${versions} ${text}`).sort()).toEqual(['+I[1, 3]', '+I[2, ]', '+I[4, 5]', '+I[6, ]']);
});

it('the ORDER BY of a sub-query is left out, that of a view is kept', () => {
  const inner = 'SELECT id, rid FROM (SELECT id, rid FROM j ORDER BY rts)';
  expect(sinkRows(inner)).toEqual(['+I[1, 3]', '+I[2, ]', '+I[4, 5]', '+I[6, ]']);
  const view = 'CREATE VIEW w AS SELECT id, rid FROM j ORDER BY rts;\n';
  expect(sinkRows('SELECT * FROM w', view)).toEqual(['+I[2, ]', '+I[1, 3]', '+I[4, 5]']);
});
