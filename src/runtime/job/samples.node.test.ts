/**
 * Every sample twice, with the full trace of all edges: a run is a function of program, input and seed.
 * And every sample with a stop at some row: its whole state goes into a snapshot, a fresh dataflow goes
 * on from there, and the rest of the trace is the same.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { SimHost } from '../engine/sim-host.ts';
import { Trace } from '../engine/trace.ts';
import { NodeFiles } from '../node/node-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { startRun } from './start-run.ts';

const SAMPLES = path.resolve(import.meta.dirname, '../../../samples');
const NAMES = fs.readdirSync(SAMPLES).filter((name) => fs.existsSync(path.join(SAMPLES, name, 'job.sql')));

function sample(name: string, trace: Trace | null) {
  const folder = path.join(SAMPLES, name);
  const host = new SimHost();
  const seams = { host, files: new NodeFiles(folder), random: new SeededRandom(1), printLine: () => {} };
  const { run, diagnostics } = startRun(fs.readFileSync(path.join(folder, 'job.sql'), 'utf8'), seams, { trace });
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
  if (run === null) throw new Error(`the sample ${name} runs`);
  return { run, host };
}

describe('samples', () => {
  it('are there', () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(3);
  });

  it.each(NAMES)('%s: two runs have the same trace', (name) => {
    const traceOf = (): string => {
      const trace = new Trace();
      const { run, host } = sample(name, trace);
      run.resume();
      host.runUntil(() => run.hasEnded);
      expect(run.status).toBe('finished');
      expect(run.rowsRead()).toBeGreaterThan(0);
      return trace.digest();
    };
    expect(traceOf()).toBe(traceOf());
  });

  it.each(NAMES)('%s: goes on from a snapshot as if nothing had happened', (name) => {
    const straightTrace = new Trace();
    const straight = sample(name, straightTrace);
    straight.run.resume();
    straight.host.runUntil(() => straight.run.hasEnded);
    // Slices of a turn each: a snapshot in the middle of one must not show in the order of sources.
    for (const taskCount of [1, 4, 9]) {
      const firstTrace = new Trace();
      const first = sample(name, firstTrace);
      first.run.resume();
      let tasks = 0;
      first.host.runUntil(() => first.run.hasEnded || tasks++ === taskCount);
      const rest = new Trace(firstTrace.digest());
      const second = sample(name, rest);
      second.run.restore(structuredClone(first.run.snapshot()) as ReturnType<typeof first.run.snapshot>);
      second.run.resume();
      second.host.runUntil(() => second.run.hasEnded);
      expect(second.run.status).toBe('finished');
      expect(rest.digest()).toBe(straightTrace.digest());
    }
  });
});
