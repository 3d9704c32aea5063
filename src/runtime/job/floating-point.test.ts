/** NaN and the two zeros in aggregates and keys; the expected rows are those of Flink 2.3 for these scripts. */
import { expect, it } from 'vitest';
import { SimHost } from '../engine/sim-host.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { startRun } from './start-run.ts';

function sinkRows(values: readonly string[], columns: string, query: string): string[] {
  const files = new MemoryFiles();
  files.put('t.jsonl', values.map((d) => JSON.stringify({ d })).join('\n'));
  const script = `CREATE TABLE t (d STRING) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE VIEW v AS SELECT CAST(d AS DOUBLE) AS d FROM t;
CREATE TABLE s (${columns}) WITH ('connector' = 'blackhole');
INSERT INTO s ${query};`;
  const host = new SimHost();
  const seams = { host, files, random: new SeededRandom(7), printLine: () => {} };
  const { run, diagnostics } = startRun(script, seams);
  expect(diagnostics).toEqual([]);
  if (run === null) throw new Error('the script runs');
  run.resume();
  host.runUntil(() => run.hasEnded);
  return run.readTap('table:s', 0, 100).rows.map(({ kind, values: row }) => `${kind}[${row.join(', ')}]`);
}

const EXTREMES = ['m DOUBLE, n DOUBLE', 'SELECT MAX(d), MIN(d) FROM v'] as const;

it('MAX and MIN never replace a first NaN, pass over a later one, and send NaN again with every row', () => {
  expect(sinkRows(['NaN', '1', '-1'], ...EXTREMES)).toEqual([
    '+I[NaN, NaN]',
    '-U[NaN, NaN]',
    '+U[NaN, NaN]',
    '-U[NaN, NaN]',
    '+U[NaN, NaN]',
  ]);
  expect(sinkRows(['1', 'NaN', '0.5'], ...EXTREMES)).toEqual(['+I[1.0, 1.0]', '-U[1.0, 1.0]', '+U[1.0, 0.5]']);
});

it('MAX and MIN keep the zero that came first', () => {
  expect(sinkRows(['0.0', '-0.0'], ...EXTREMES)).toEqual(['+I[0.0, 0.0]']);
  expect(sinkRows(['-0.0', '0.0'], ...EXTREMES)).toEqual(['+I[-0.0, -0.0]']);
});

it('the two zeros are two values of DISTINCT and two groups', () => {
  const distinct = sinkRows(['0.0', '-0.0', '0.0'], 'c BIGINT', 'SELECT COUNT(DISTINCT d) FROM v');
  expect(distinct).toEqual(['+I[1]', '-U[1]', '+U[2]']);
  const groups = sinkRows(['0.0', '-0.0', '0.0'], 'd DOUBLE, c BIGINT', 'SELECT d, COUNT(*) FROM v GROUP BY d');
  expect(groups).toEqual(['+I[0.0, 1]', '+I[-0.0, 1]', '-U[0.0, 1]', '+U[0.0, 2]']);
});
