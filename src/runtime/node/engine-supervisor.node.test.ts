/** The engine process behind its contract, with real worker threads. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry, TestEngine } from './test-engine.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-engine-'));
let bundle = { file: '', remove: (): void => {} };
const engines: TestEngine[] = [];

beforeAll(async () => {
  bundle = await bundleEntry('engine-process');
});
afterEach(async () => {
  for (const each of engines.splice(0)) await each.close();
});
afterAll(() => {
  bundle.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

function engine(trustedFolders: readonly string[] = [folder]): TestEngine {
  const made = new TestEngine(bundle.file, trustedFolders);
  engines.push(made);
  return made;
}

function write(name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

const SCRIPT = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
SELECT k, 10 / v AS r FROM t;`;

describe('the engine', () => {
  it('runs a script, tells figures and the end, and keeps the rows readable', async () => {
    write('t.jsonl', '{"k":"a","v":1}\n{"k":"b","v":2}\n');
    const { client, ...rest } = engine();
    const under = engines[0] as TestEngine;
    const runId = await under.start({ script: SCRIPT, folder });
    expect(await under.ended(runId)).toEqual({ runId, status: 'finished', diagnostics: [] });
    expect(await client.call('taps.read', { runId, nodeId: 'select:1', fromSequence: 0, countMax: 10 })).toMatchObject({
      ok: true,
      value: {
        columns: [
          { name: 'k', type: 'STRING' },
          { name: 'r', type: 'INT' },
        ],
        rows: [
          { sequence: 0, kind: '+I', values: ['a', '10'] },
          { sequence: 1, kind: '+I', values: ['b', '5'] },
        ],
        total: 2,
      },
    });
    expect(rest.events.length).toBeGreaterThan(1);
    expect(await under.call('runs.metrics', { runId })).toMatchObject({ status: 'finished', rowsRead: 2, fraction: 1 });
  });

  it('tells why a run failed, with the node', async () => {
    write('t.jsonl', '{"k":"a","v":0}\n');
    const under = engine();
    const runId = await under.start({ script: SCRIPT, folder });
    expect(await under.ended(runId)).toMatchObject({
      status: 'failed',
      diagnostics: [{ phase: 'run', message: '/ by zero', nodeId: 'select:1' }],
    });
  });

  it('answers a wrong script with diagnostics and an unknown run with a failure, and lives on', async () => {
    const under = engine();
    const wrong = await under.call('runs.start', { script: 'SELECT x FROM nowhere;', folder });
    expect(wrong).toMatchObject({ runId: null, diagnostics: [{ severity: 'error' }] });
    expect(await under.client.call('runs.pause', { runId: 'run-99' })).toMatchObject({ ok: false });
    expect(await under.client.call('plans.explain', { script: SCRIPT, folder })).toMatchObject({ ok: true });
  });

  it('steps a paused run row by row, and stops it', async () => {
    write('t.jsonl', '{"k":"a","v":1}\n{"k":"b","v":2}\n');
    const under = engine();
    const runId = await under.start({ script: SCRIPT, folder, paused: true });
    await under.call('runs.step', { runId });
    const rows = await under.call('taps.read', { runId, nodeId: 'select:1', fromSequence: 0, countMax: 10 });
    expect(rows).toMatchObject({ total: 1 });
    await under.call('runs.stop', { runId });
    expect(await under.ended(runId)).toMatchObject({ runId, status: 'stopped' });
  });
});
