/** Runs with TypeScript functions, recorded and replayed: state and timers come back, failures say where. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VmFunctionSandbox } from '../node/functions/function-sandbox.ts';
import { compileScript, needsOf } from '../node/functions/script-functions.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import type { CompiledFunction, GuardedCall } from '../udf/function-library.ts';
import type { FunctionHost } from './replay-script.ts';
import type { BreakpointHit } from './run-view.ts';
import { everythingOf, replayOf, runOn, startWholeRun } from './test-whole-run.ts';

const COUNTER = `import { process, state, t } from 'millrace';

export default process({
  input: { k: t.string(), v: t.int() },
  returns: { seen: t.bigint(), jitter: t.double(), at: t.bigint() },
  state: { count: state.value(t.bigint().notNull()), last: state.map(t.int(), t.string()) },
  onRow({ k, v }, cx) {
    const count = (cx.state.count.get() ?? 0n) + 1n;
    cx.state.count.set(count);
    cx.state.last.put(Number(v) % 3, k ?? 'none');
    if (count === 30n && v === 6) throw new Error('the thirtieth of ' + k);
    cx.registerOnTime('quiet', (cx.time?.epochMs ?? 0) + 20_000);
    cx.emit({ seen: count, jitter: Math.random(), at: BigInt(Date.now()) });
  },
  onTimer(timer, cx) {
    cx.state.count.clear();
  },
});
`;

const DOUBLE = `import { scalar, t } from 'millrace';
export default scalar({ args: { x: t.int() }, returns: t.int(), eval: ({ x }) => (x === null ? null : x * 2) });
`;

const SCRIPT = `CREATE TABLE t (k STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION counter AS 'operators/counter.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY FUNCTION twice AS 'operators/double.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY VIEW doubled AS SELECT k, twice(v) AS v, ts FROM t;
CREATE TEMPORARY VIEW counted AS SELECT * FROM counter(input => TABLE doubled PARTITION BY k, on_time => DESCRIPTOR(ts), uid => 'c');
SELECT k, seen, jitter FROM counted;`;

let folder = '';
let functions: readonly CompiledFunction[] = [];
const guarded: GuardedCall[] = [];
const rowNumbers: number[] = [];
const functionHost: FunctionHost = {
  sandbox: new VmFunctionSandbox(),
  guard: {
    register: (what) => guarded.push(what) - 1,
    enter: (_slot, rowNumber) => void rowNumbers.push(rowNumber),
    leave: () => {},
  },
};

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-functions-'));
  const files = [
    { path: 'operators/counter.ts', text: COUNTER },
    { path: 'operators/double.ts', text: DOUBLE },
  ];
  const compiled = await compileScript(needsOf(SCRIPT), { folder, files });
  expect(compiled.diagnostics).toEqual([]);
  functions = compiled.functions;
});

afterAll(() => fs.rmSync(folder, { recursive: true }));

function setting(rows: number) {
  const files = new MemoryFiles();
  const lines = Array.from({ length: rows }, (_, i) =>
    JSON.stringify({ k: `k${i % 3}`, v: i % 4, ts: new Date(i * 1000).toISOString().slice(0, 19).replace('T', ' ') }),
  );
  files.put('t.jsonl', lines.join('\n'));
  return { script: SCRIPT, files, functions, functionHost, seed: 9 };
}

describe('a run with TypeScript functions', () => {
  it('replays from its recording alone: state, timers, clock and random numbers come back', async () => {
    const cx = setting(75);
    const whole = startWholeRun({ ...cx, functions });
    runOn(whole);
    expect(whole.run.diagnostics()).toEqual([]);
    const view = await replayOf(whole, cx);
    const { digests } = view.moment();
    expect(digests?.replayed).toBe(digests?.first);
    expect(await everythingOf(view)).toEqual(await everythingOf(whole.run));
    const straight = await replayOf(whole, cx, { withoutCheckpoints: true, row: 0 });
    for (const row of [70, 31, 32, 75, 1, 50]) {
      await view.seek(row);
      await straight.seek(row);
      expect(await everythingOf(view)).toEqual(await everythingOf(straight));
    }
    const states = view.describeState('view:counted').map(({ name }) => name);
    expect(states).toEqual(expect.arrayContaining(['count', 'last']));
  });

  it('rests at a breakpoint behind a process function', () => {
    const whole = startWholeRun({
      ...setting(60),
      breakpoints: [{ id: 'b', from: 'view:counted', to: 'select:1', condition: 'seen = 12', enabled: true }],
    });
    const hits: BreakpointHit[] = [];
    whole.run.onBreak((hit) => hits.push(hit));
    runOn(whole);
    expect(hits).toMatchObject([
      { row: 34, values: ['k0', '12', expect.any(String), expect.any(String), expect.any(String)] },
    ]);
  });

  it('fails with function, file, place, row and card, and its replay fails there too', async () => {
    guarded.length = 0;
    rowNumbers.length = 0;
    const cx = setting(120);
    const whole = startWholeRun(cx);
    runOn(whole);
    expect(whole.run.status).toBe('failed');
    const [diagnostic] = whole.run.diagnostics();
    expect(diagnostic).toMatchObject({
      code: 'run/function-failed',
      nodeId: 'view:counted',
      file: { path: 'operators/counter.ts', line: 11, column: expect.any(Number) },
      message: expect.stringContaining('counter failed at operators/counter.ts:11'),
    });
    expect(diagnostic?.message).toContain('the thirtieth of k');
    expect(SCRIPT.slice(diagnostic?.span?.start, diagnostic?.span?.end)).toContain('VIEW counted');
    const row = whole.run.rowsRead();
    expect(diagnostic?.hint).toContain(`It came up at input row ${row}, in the operator ProcessTableFunction.`);
    expect(rowNumbers[rowNumbers.length - 1]).toBe(row);
    expect(guarded).toEqual(
      expect.arrayContaining([
        { functionName: 'counter', path: 'operators/counter.ts', nodeId: 'view:counted' },
        { functionName: 'twice', path: 'operators/double.ts', nodeId: 'view:doubled' },
      ]),
    );
    const view = await replayOf(whole, cx);
    expect(view.moment()).toMatchObject({ row, isAtEnd: true, metrics: { status: 'failed' } });
    const { digests } = view.moment();
    expect(digests?.replayed).toBe(digests?.first);
  });

  it('is refused where there is no code for it, at the card that needs it', () => {
    expect(() => startWholeRun({ ...setting(1), functionHost: null })).toThrow('written in TypeScript');
  });
});
