/**
 * Every sample, TypeScript functions included. Twice, with the full trace of all edges: a run is a function of
 * program, input and seed. With a stop at some row: its whole state goes into a snapshot, a fresh dataflow goes on
 * from there, and the rest of the trace is the same. And recorded as the designer records it: the replay comes to
 * the same digests and shows at any row what a straight run to that row shows.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SimHost } from '../engine/sim-host.ts';
import { Trace } from '../engine/trace.ts';
import { VmFunctionSandbox } from '../node/functions/function-sandbox.ts';
import { compileScript, needsOf } from '../node/functions/script-functions.ts';
import { NodeFiles } from '../node/host/node-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { type FunctionHost, libraryOf } from './replay-script.ts';
import { startRun } from './start-run.ts';
import { everythingOf, replayOf, runOn, startWholeRun } from './test-whole-run.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../../samples');
const NAMES = fs.readdirSync(SAMPLES).filter((name) => fs.existsSync(path.join(SAMPLES, name, 'job.sql')));
const SEEKS = 8;

/** Calls that hang are another test's. */
const FUNCTION_HOST: FunctionHost = {
  sandbox: new VmFunctionSandbox(),
  guard: { register: () => 0, enter: () => {}, leave: () => {} },
};

async function sampleOf(name: string) {
  const folder = path.join(SAMPLES, name);
  const script = fs.readFileSync(path.join(folder, 'job.sql'), 'utf8');
  const { functions, diagnostics } = await compileScript(needsOf(script), { folder, files: [] });
  expect(diagnostics).toEqual([]);
  return { script, functions, files: new NodeFiles(folder) };
}

async function sample(name: string, trace: Trace | null) {
  const { script, functions, files } = await sampleOf(name);
  const host = new SimHost();
  const seams = { host, files, random: new SeededRandom(1), printLine: () => {} };
  const { run, diagnostics } = startRun(script, seams, {
    trace,
    library: libraryOf(functions),
    functionRuntime: { ...FUNCTION_HOST, functions: new Map(functions.map((fn) => [fn.path, fn])) },
  });
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
  if (run === null) throw new Error(`the sample ${name} runs`);
  return { run, host };
}

describe('samples', () => {
  it('are there', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(3);
  });

  it.each(NAMES)('%s: two runs have the same trace', async (name) => {
    const traceOf = async (): Promise<string> => {
      const trace = new Trace();
      const { run, host } = await sample(name, trace);
      run.resume();
      host.runUntil(() => run.hasEnded);
      expect(run.diagnostics()).toEqual([]);
      expect(run.status).toBe('finished');
      expect(run.rowsRead()).toBeGreaterThan(0);
      return trace.digest();
    };
    expect(await traceOf()).toBe(await traceOf());
  });

  it.each(NAMES)('%s: goes on from a snapshot as if nothing had happened', async (name) => {
    const straightTrace = new Trace();
    const straight = await sample(name, straightTrace);
    straight.run.resume();
    straight.host.runUntil(() => straight.run.hasEnded);
    // Slices of a turn each: a snapshot in the middle of one must not show in the order of sources.
    for (const taskCount of [1, 4, 9]) {
      const firstTrace = new Trace();
      const first = await sample(name, firstTrace);
      first.run.resume();
      let tasks = 0;
      first.host.runUntil(() => first.run.hasEnded || tasks++ === taskCount);
      const rest = new Trace(firstTrace.digest());
      const second = await sample(name, rest);
      second.run.restore(structuredClone(first.run.snapshot()) as ReturnType<typeof first.run.snapshot>);
      second.run.resume();
      second.host.runUntil(() => second.run.hasEnded);
      expect(second.run.status).toBe('finished');
      expect(rest.digest()).toBe(straightTrace.digest());
    }
  });

  it.each(NAMES)('%s: replays to equal digests, and to the same moments from anywhere', async (name) => {
    const { script, functions, files } = await sampleOf(name);
    const cx = { script, functions, files, functionHost: FUNCTION_HOST, seed: 1 };
    const whole = startWholeRun(cx);
    runOn(whole);
    expect(whole.run.status).toBe('finished');
    const view = await replayOf(whole, cx);
    const { digests, rowCount } = view.moment();
    expect(digests?.first).not.toBeNull();
    expect(digests?.replayed).toBe(digests?.first);
    expect(await everythingOf(view)).toEqual(await everythingOf(whole.run));
    const straight = await replayOf(whole, cx, { withoutCheckpoints: true, row: 0 });
    const random = new SeededRandom(4);
    for (let i = 0; i < SEEKS; i++) {
      const row = random.nextInt(rowCount + 1);
      await view.seek(row);
      await straight.seek(row);
      expect(view.moment()).toEqual(straight.moment());
      expect(await everythingOf(view)).toEqual(await everythingOf(straight));
    }
  });
});
