/** The engine process's service behind its contract, over a channel as the window has one. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { directChannels } from '../contract/channel.ts';
import type { EventPayload } from '../contract/contract.ts';
import { type EngineContract, engineContract } from '../contract/engine-contract.ts';
import { connect, serve } from '../contract/transport.ts';
import { EngineService } from './engine-service.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-engine-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

type Ended = EventPayload<EngineContract, 'run.ended'>;

function engine() {
  const [own, theirs] = directChannels();
  const service = new EngineService({
    emitMetrics: (metrics) => server.emit('run.metrics', metrics),
    emitEnded: (ended) => server.emit('run.ended', ended),
  });
  const server = serve(engineContract, service.handlers(), own, { onClosed: () => service.stopAll() });
  const client = connect(engineContract, theirs);
  const ended = new Promise<Ended>((resolve) => client.on('run.ended', resolve));
  return { client, ended };
}

const SCRIPT = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
SELECT k, 10 / v AS r FROM t;`;

describe('the engine service', () => {
  it('runs a script, tells figures and the end, and keeps the rows readable', async () => {
    fs.writeFileSync(path.join(folder, 't.jsonl'), '{"k":"a","v":1}\n{"k":"b","v":2}\n');
    const { client, ended } = engine();
    const started = await client.call('runs.start', { script: SCRIPT, folder });
    if (!started.ok || started.value.runId === null) throw new Error('the script starts');
    const { runId } = started.value;
    expect(await ended).toEqual({ runId, status: 'finished', diagnostics: [] });
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
    const metrics = await client.call('runs.metrics', { runId });
    expect(metrics).toMatchObject({ ok: true, value: { status: 'finished', rowsRead: 2, fraction: 1 } });
  });

  it('tells why a run failed, with the node', async () => {
    fs.writeFileSync(path.join(folder, 't.jsonl'), '{"k":"a","v":0}\n');
    const { client, ended } = engine();
    await client.call('runs.start', { script: SCRIPT, folder });
    expect(await ended).toMatchObject({
      status: 'failed',
      diagnostics: [{ phase: 'run', message: '/ by zero', nodeId: 'select:1' }],
    });
  });

  it('answers a wrong script with diagnostics and an unknown run with a failure, and lives on', async () => {
    const { client } = engine();
    const wrong = await client.call('runs.start', { script: 'SELECT x FROM nowhere;', folder });
    expect(wrong).toMatchObject({ ok: true, value: { runId: null, diagnostics: [{ severity: 'error' }] } });
    expect(await client.call('runs.pause', { runId: 'run-99' })).toMatchObject({ ok: false });
    expect(await client.call('plans.explain', { script: SCRIPT, folder })).toMatchObject({ ok: true });
  });

  it('steps a paused run row by row, and stops it', async () => {
    fs.writeFileSync(path.join(folder, 't.jsonl'), '{"k":"a","v":1}\n{"k":"b","v":2}\n');
    const { client, ended } = engine();
    const started = await client.call('runs.start', { script: SCRIPT, folder, paused: true });
    if (!started.ok || started.value.runId === null) throw new Error('the script starts');
    const { runId } = started.value;
    await client.call('runs.step', { runId });
    const rows = await client.call('taps.read', { runId, nodeId: 'select:1', fromSequence: 0, countMax: 10 });
    expect(rows).toMatchObject({ ok: true, value: { total: 1 } });
    await client.call('runs.stop', { runId });
    expect(await ended).toMatchObject({ runId, status: 'stopped' });
  });
});
