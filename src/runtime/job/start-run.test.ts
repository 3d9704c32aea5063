/** The designer's run through its public face: canvas nodes, taps, figures, pausing, failures. */
import { describe, expect, it } from 'vitest';
import { SimHost } from '../engine/sim-host.ts';
import { Trace } from '../engine/trace.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { type DesignerRun, startRun } from './start-run.ts';

const TABLE = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE VIEW big AS SELECT * FROM t WHERE v > 1;
CREATE TABLE s (k STRING, c BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO s SELECT k, COUNT(*) FROM big GROUP BY k;`;

function start(script: string, lines: readonly string[], trace: Trace | null = null) {
  const files = new MemoryFiles();
  files.put('t.jsonl', lines.join('\n'));
  const host = new SimHost();
  const printed: string[] = [];
  const started = startRun(
    script,
    { host, files, random: new SeededRandom(7), printLine: (line) => printed.push(line) },
    { trace },
  );
  return { ...started, host, files, printed };
}

function finish(run: DesignerRun, host: SimHost): void {
  run.resume();
  host.runUntil(() => run.hasEnded);
}

const ROWS = ['{"k":"a","v":1}', '{"k":"a","v":2}', '{"k":"b","v":3}', '{"k":"a","v":4}'];

function rowsOf(run: DesignerRun, nodeId: string): string[] {
  return run.readTap(nodeId, 0, 100).rows.map(({ kind, values }) => `${kind}[${values.join(', ')}]`);
}

describe('a run of the designer', () => {
  it('shows the rows of every canvas node, sinks included', () => {
    const { run, host, diagnostics } = start(TABLE, ROWS);
    expect(diagnostics).toEqual([]);
    if (run === null) throw new Error('the script runs');
    finish(run, host);
    expect(run.status).toBe('finished');
    expect({
      source: rowsOf(run, 'table:t'),
      view: rowsOf(run, 'view:big'),
      sink: rowsOf(run, 'table:s'),
    }).toEqual({
      source: ['+I[a, 1]', '+I[a, 2]', '+I[b, 3]', '+I[a, 4]'],
      view: ['+I[a, 2]', '+I[b, 3]', '+I[a, 4]'],
      sink: ['+I[a, 1]', '+I[b, 1]', '-U[a, 1]', '+U[a, 2]'],
    });
  });

  it('counts rows and state per node, and says that it has ended', async () => {
    const { run, host } = start(TABLE, ROWS);
    if (run === null) throw new Error('the script runs');
    finish(run, host);
    const figures = new Map(run.figures().map((each) => [each.nodeId, each]));
    expect(figures.get('view:big')).toMatchObject({ rowCount: 3, ended: true, watermarkMs: null, lateRowCount: 0 });
    expect(run.fraction()).toBe(1);
    expect(run.rowsRead()).toBe(4);
    const states = [...figures.keys()].flatMap((nodeId) =>
      run.describeState(nodeId).map((state) => ({ nodeId, state })),
    );
    expect(states).toMatchObject([{ state: { operator: 'GroupAggregate', name: 'groups', entryCount: 2 } }]);
    const [{ nodeId, state }] = states as [(typeof states)[number]];
    const query = { offset: 0, countMax: 10, filter: '', sort: null };
    const page = await run.pageState(nodeId, state.stateId, query);
    expect(page).toMatchObject({ entries: [{ key: ['a'] }, { key: ['b'] }], matchCount: 2 });
    expect(await run.pageState(nodeId, state.stateId, { ...query, filter: 'B' })).toMatchObject({
      entries: [{ key: ['b'] }],
      matchCount: 1,
      entryCount: 2,
    });
  });

  it('names kept aggregates by their output columns', () => {
    const script = `${TABLE.split('INSERT')[0]}SELECT SUM(v) AS total, k, MAX(v) + 1 AS above FROM big GROUP BY k;`;
    const { run, host } = start(script, ROWS);
    if (run === null) throw new Error('the script runs');
    finish(run, host);
    const names = run.describeState('select:1').flatMap((state) => state.valueColumns.map((column) => column.name));
    expect(names).toEqual(['total', 'MAX(v)', 'row_count']);
  });

  it('reads one row per step while paused', () => {
    const { run, host } = start(TABLE, ROWS);
    if (run === null) throw new Error('the script runs');
    run.step();
    run.step();
    expect(rowsOf(run, 'table:t')).toEqual(['+I[a, 1]', '+I[a, 2]']);
    expect(run.status).toBe('paused');
    finish(run, host);
    expect(run.status).toBe('finished');
  });

  it('fails with the node of the row that broke, and keeps what there was', () => {
    const script = TABLE.replace('SELECT * FROM t WHERE v > 1', 'SELECT k, 10 / v AS v FROM t');
    const { run, host } = start(script, ['{"k":"a","v":5}', '{"k":"b","v":0}']);
    if (run === null) throw new Error('the script runs');
    finish(run, host);
    expect(run.status).toBe('failed');
    expect(run.diagnostics()).toMatchObject([
      {
        phase: 'run',
        message: '/ by zero',
        flinkClass: 'java.lang.ArithmeticException',
        nodeId: 'view:big',
        hint: 'It came up at input row 2, in the operator Calc. Guard the division: NULLIF(divisor, 0).',
      },
    ]);
    const { span } = run.diagnostics()[0] ?? {};
    expect(script.slice(span?.start, span?.end)).toBe('CREATE VIEW big AS SELECT k, 10 / v AS v FROM t');
    expect(rowsOf(run, 'table:s')).toEqual(['+I[a, 1]']);
  });

  it('names the file that is not there', () => {
    const { run, host } = start(TABLE.replace('t.jsonl', 'missing.jsonl'), []);
    if (run === null) throw new Error('the script starts');
    finish(run, host);
    expect(run.diagnostics()[0]?.message).toContain('missing.jsonl');
    expect(run.diagnostics()[0]?.nodeId).toBe('table:t');
    expect(run.diagnostics()[0]?.span?.start).toBe(0);
  });

  it('does not start with a mistake in the script, and says which', () => {
    const { run, diagnostics } = start(TABLE.replace('FROM big', 'FROM bug'), []);
    expect(run).toBeNull();
    expect(diagnostics.some((d) => d.severity === 'error' && d.message.includes('bug'))).toBe(true);
  });

  it('says that there is nothing to run', () => {
    expect(start('', []).diagnostics).toMatchObject([{ code: 'plan/nothing-to-run' }]);
  });

  it('stops when asked, and stays readable', () => {
    const { run, host } = start(TABLE, ROWS);
    if (run === null) throw new Error('the script runs');
    run.step();
    run.stop();
    host.runUntil(() => false);
    expect(run.status).toBe('stopped');
    expect(rowsOf(run, 'table:t')).toEqual(['+I[a, 1]']);
  });

  it('gives the same trace for the same input and seed, also with generated rows', () => {
    const script = `CREATE TABLE g (a INT, b STRING, c DOUBLE) WITH ('connector' = 'datagen', 'number-of-rows' = '5000', 'fields.a.min' = '0', 'fields.a.max' = '9');
SELECT a, COUNT(*) AS n, SUM(c) AS s, RAND() AS r FROM g GROUP BY a;`;
    const traceOf = (): string => {
      const trace = new Trace();
      const { run, host } = start(script, [], trace);
      if (run === null) throw new Error('the script runs');
      finish(run, host);
      expect(run.status).toBe('finished');
      return trace.digest();
    };
    const digest = traceOf();
    expect(digest).toMatch(/^\d+:[0-9a-f]{16}$/);
    expect(traceOf()).toBe(digest);
  });
});
