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
  bundle = await bundleEntry('engine/engine-process');
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
    const under = engine();
    const runId = await under.start({ script: SCRIPT, folder });
    expect(await under.ended(runId)).toEqual({ runId, status: 'finished', diagnostics: [] });
    expect(
      await under.client.call('taps.read', { runId, nodeId: 'select:1', fromSequence: 0, countMax: 10 }),
    ).toMatchObject({
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
    expect(await under.call('runs.metrics', { runId })).toMatchObject({ status: 'finished', rowsRead: 2, fraction: 1 });
  });

  it('gives the first rows to whoever waits for them, and no longer than asked where there are none', async () => {
    write('t.jsonl', '{"k":"a","v":1}\n');
    const under = engine();
    const runId = await under.start({ script: SCRIPT, folder });
    const page = { runId, nodeId: 'select:1', fromSequence: 0, countMax: 10 };
    expect(await under.call('taps.read', { ...page, waitMs: 1_000 })).toMatchObject({
      rows: [{ kind: '+I', values: ['a', '10'] }],
    });
    const resting = await under.start({ script: SCRIPT, folder, paused: true });
    expect(await under.call('taps.read', { ...page, runId: resting, waitMs: 20 })).toMatchObject({ rows: [] });
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

const SUMS = `CREATE TABLE n (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'n.jsonl', 'format' = 'json');
CREATE TEMPORARY VIEW sums AS SELECT k, SUM(v) AS s FROM n GROUP BY k;
SELECT * FROM sums;`;

function numbers(count: number): string {
  return Array.from({ length: count }, (_, i) => `{"k":"k${i % 3}","v":${i}}\n`).join('');
}

describe('recorded runs', () => {
  it('are gone back in: the replay is a view, with the rows, the state and the row of its moment', async () => {
    write('n.jsonl', numbers(1_000));
    const under = engine();
    const recording = { folder: path.join(folder, 'recordings-1'), sizeBytesMax: 1e8 };
    const runId = await under.start({ script: SUMS, folder, recording });
    await under.ended(runId);
    const opened = await under.call('replays.open', { runId, path: null, row: 500 });
    expect(opened).toMatchObject({
      failure: null,
      script: SUMS,
      moment: { row: 500, rowCount: 1_000, isAtEnd: false },
    });
    const replayId = opened.moment?.replayId ?? '';
    const rows = await under.call('taps.read', { runId: replayId, nodeId: 'table:n', fromSequence: 0, countMax: 1 });
    expect(rows).toMatchObject({ total: 500, rows: [{ sequence: 499, values: ['k1', '499'] }] });
    const { states } = await under.call('state.describe', { runId: replayId, nodeId: 'view:sums' });
    const stateId = states[0]?.stateId ?? '';
    const ask = { nodeId: 'view:sums', stateId, offset: 0, countMax: 10, filter: 'k1', sort: null };
    const cell = async () => (await under.call('state.page', { runId: replayId, ...ask })).entries[0]?.value;
    const at500 = await cell();
    const back = await under.call('replays.step', { replayId, by: -1 });
    expect(back.moment).toMatchObject({ row: 499, entered: { values: ['k0', '498'] } });
    expect(await cell()).not.toEqual(at500);
    const end = await under.call('replays.seek', { replayId, row: Number.MAX_SAFE_INTEGER });
    expect(end.moment).toMatchObject({ row: 1_000, isAtEnd: true });
    expect(end.moment?.digests?.replayed).toBe(end.moment?.digests?.first);
    await under.call('replays.seek', { replayId, row: 0 });
    await under.call('replays.play', { replayId, speed: null });
    const moved = await under.event('replay.moved', (moment) => moment.isAtEnd && !moment.isPlaying);
    expect(moved).toMatchObject({ replayId, row: 1_000, metrics: { recording: { note: null } } });
    await under.call('replays.close', { replayId });
    expect(await under.client.call('replays.seek', { replayId, row: 1 })).toMatchObject({ ok: false });
    // The run itself is still there.
    expect(await under.call('runs.metrics', { runId })).toMatchObject({
      rowsRead: 1_000,
      recording: { recordedRows: 1_000 },
    });
  });

  it('that go on are paused and gone back in, and go on', async () => {
    const endless = `CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000');
SELECT id FROM g;`;
    const under = engine();
    const recording = { folder: path.join(folder, 'recordings-2'), sizeBytesMax: 1e8 };
    const runId = await under.start({ script: endless, folder, recording });
    await under.event('run.metrics', (metrics) => metrics.runId === runId && metrics.rowsRead > 20);
    const opened = await under.call('replays.open', { runId, path: null, row: 10 });
    expect(opened).toMatchObject({ failure: null, moment: { row: 10 } });
    const paused = await under.call('runs.metrics', { runId });
    expect(paused.status).toBe('paused');
    expect(opened.moment?.rowCount).toBe(paused.rowsRead);
    await under.call('runs.resume', { runId });
    await under.event('run.metrics', (metrics) => metrics.rowsRead > paused.rowsRead);
    await under.call('runs.stop', { runId });
    expect(await under.ended(runId)).toMatchObject({ status: 'stopped' });
  });

  it('are listed newest first, open from their folder, and are deleted but for the newest', async () => {
    write('n.jsonl', numbers(10));
    const place = path.join(folder, 'recordings-3');
    const first = engine();
    for (let i = 0; i < 3; i++) {
      const runId = await first.start({ script: SUMS, folder, recording: { folder: place, sizeBytesMax: 1e8 } });
      await first.ended(runId);
      await first.event('run.metrics', (m) => m.runId === runId && m.recording?.recordedRows === 10);
    }
    const live = (await first.call('recordings.list', { folder: place, script: SUMS })).recordings;
    await first.close();
    const under = engine();
    fs.mkdirSync(path.join(place, 'not-ours'));
    fs.writeFileSync(path.join(place, 'not-ours', 'file'), '');
    const { recordings } = await under.call('recordings.list', { folder: place, script: 'SELECT 1;' });
    expect(recordings.map(({ path: file }) => file)).toEqual(live.map(({ path: file }) => file));
    const [newest] = recordings;
    expect(newest).toMatchObject({ status: 'finished', rowCount: 10, isSameScript: false, damage: null });
    expect(live[0]).toMatchObject({ status: 'finished', rowCount: 10, isSameScript: true, damage: null });
    const opened = await under.call('replays.open', { runId: null, path: newest?.path ?? '', row: null });
    expect(opened).toMatchObject({ script: SUMS, failure: null, moment: { row: 10, isAtEnd: true } });
    const twice = await under.call('replays.open', { runId: null, path: newest?.path ?? '', row: 3 });
    expect(twice).toMatchObject({ failure: null, moment: { row: 3 } });
    expect(under.supervisor.threadCount).toBe(1);
    const open = await under.call('recordings.delete', { folder: place, path: newest?.path ?? '', keepCount: null });
    expect(open).toMatchObject({ deletedCount: 0, failure: { message: 'This recording is open.' } });
    expect(await under.call('recordings.delete', { folder: place, path: folder, keepCount: null })).toMatchObject({
      deletedCount: 0,
    });
    expect(await under.call('recordings.delete', { folder: place, path: null, keepCount: 1 })).toEqual({
      deletedCount: 2,
      failure: null,
    });
    expect(fs.readdirSync(place).sort()).toEqual([path.basename(newest?.path ?? ''), 'not-ours'].sort());
    for (const each of [opened, twice]) await under.call('replays.close', { replayId: each.moment?.replayId ?? '' });
    expect(under.supervisor.threadCount).toBe(0);
  });
});

describe('a replay', () => {
  it('stays whole while later runs come and go, and its recording cannot be deleted under it', async () => {
    write('n.jsonl', numbers(1_000));
    const under = engine();
    const place = path.join(folder, 'recordings-7');
    const runId = await under.start({ script: SUMS, folder, recording: { folder: place, sizeBytesMax: 1e8 } });
    await under.ended(runId);
    const { moment } = await under.call('replays.open', { runId, path: null, row: 500 });
    const replayId = moment?.replayId ?? '';
    for (let i = 0; i < 5; i++) await under.ended(await under.start({ script: 'SELECT 1;', folder }));
    expect(await under.call('replays.seek', { replayId, row: 10 })).toMatchObject({
      failure: null,
      moment: { row: 10 },
    });
    const { recordings } = await under.call('recordings.list', { folder: place, script: SUMS });
    expect(recordings).toMatchObject([{ status: 'finished', rowCount: 1_000, damage: null }]);
    const deleted = await under.call('recordings.delete', { folder: place, path: null, keepCount: 0 });
    expect(deleted).toEqual({ deletedCount: 0, failure: null });
    // Nobody looks any more: the next start forgets the run.
    await under.call('replays.close', { replayId });
    await under.ended(await under.start({ script: 'SELECT 1;', folder }));
    expect(await under.client.call('runs.metrics', { runId })).toMatchObject({ ok: false });
  });

  it('of one recording is opened twice at once in one thread', async () => {
    write('n.jsonl', numbers(1_000));
    const place = path.join(folder, 'recordings-8');
    const first = engine();
    await first.ended(await first.start({ script: SUMS, folder, recording: { folder: place, sizeBytesMax: 1e8 } }));
    await first.close();
    const [name] = fs.readdirSync(place);
    const under = engine();
    const open = (row: number) => under.call('replays.open', { runId: null, path: path.join(place, name ?? ''), row });
    const opened = await Promise.all([open(1), open(2), open(3)]);
    expect(opened.map(({ failure, moment }) => failure ?? moment?.row)).toEqual([1, 2, 3]);
    expect(under.supervisor.threadCount).toBe(1);
  });
});

describe('a recording that another window writes', () => {
  it('is not deleted, and listed as in use', async () => {
    const endless = `CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000');
SELECT id FROM g;`;
    const place = path.join(folder, 'recordings-9');
    const other = engine();
    const recording = { folder: place, sizeBytesMax: 1e8 };
    const runId = await other.start({ script: endless, folder, recording });
    await other.event('run.metrics', (metrics) => (metrics.recording?.recordedRows ?? 0) > 20);
    const under = engine();
    const [link] = (await under.call('recordings.list', { folder: place, script: endless })).recordings;
    expect(link?.damage).toContain('Another program is using');
    expect(await under.call('recordings.delete', { folder: place, path: null, keepCount: 0 })).toEqual({
      deletedCount: 0,
      failure: null,
    });
    expect(
      await under.call('recordings.delete', { folder: place, path: link?.path ?? '', keepCount: null }),
    ).toMatchObject({ deletedCount: 0, failure: { message: 'This recording is open.' } });
    await other.call('runs.stop', { runId });
    expect(await other.ended(runId)).toMatchObject({ status: 'stopped', diagnostics: [] });
    await other.close();
    expect(await under.call('recordings.delete', { folder: place, path: null, keepCount: 0 })).toEqual({
      deletedCount: 1,
      failure: null,
    });
  });
});

describe('a recording that cannot be made', () => {
  it('is told of where it would be, and the run goes on', async () => {
    write('n.jsonl', numbers(10));
    write('no-folder', '');
    const under = engine();
    const recording = { folder: path.join(folder, 'no-folder'), sizeBytesMax: 1e8 };
    const runId = await under.start({ script: SUMS, folder, recording });
    expect(await under.ended(runId)).toMatchObject({ status: 'finished', diagnostics: [] });
    const { recording: status } = await under.call('runs.metrics', { runId });
    expect(status).toMatchObject({ recordedRows: 0, note: expect.stringContaining('no-folder') });
    const opened = await under.call('replays.open', { runId, path: null, row: null });
    expect(opened).toMatchObject({ moment: null, failure: { message: expect.stringContaining('no-folder') } });
  });
});

describe('breakpoints', () => {
  it('stop a run at the row that meets them, say what is wrong with a condition, and stop a replay that plays', async () => {
    write('n.jsonl', numbers(1_000));
    const under = engine();
    const at = (condition: string) => ({ id: 'b', from: 'table:n', to: 'view:sums', condition, enabled: true });
    const recording = { folder: path.join(folder, 'recordings-6'), sizeBytesMax: 1e8 };
    const runId = await under.start({ script: SUMS, folder, recording, breakpoints: [at('v = 212')] });
    const broke = await under.event('run.broke', (each) => each.runId === runId);
    expect(broke.hit).toMatchObject({ breakpointId: 'b', row: 213, kind: '+I', values: ['k2', '212'] });
    expect(await under.call('runs.metrics', { runId })).toMatchObject({ status: 'paused', rowsRead: 213 });
    const { problems } = await under.call('breakpoints.set', { runId, breakpoints: [at('no_such_column > 1')] });
    expect(problems).toMatchObject([{ breakpointId: 'b', diagnostic: { severity: 'error' } }]);
    await under.call('breakpoints.set', { runId, breakpoints: [] });
    await under.call('runs.resume', { runId });
    expect(await under.ended(runId)).toMatchObject({ status: 'finished' });
    const { moment } = await under.call('replays.open', { runId, path: null, row: 0 });
    const replayId = moment?.replayId ?? '';
    await under.call('breakpoints.set', { runId: replayId, breakpoints: [at('v = 700')] });
    await under.call('replays.play', { replayId, speed: null });
    expect((await under.event('run.broke', (each) => each.runId === replayId)).hit).toMatchObject({ row: 701 });
    await under.call('replays.pause', { replayId });
    expect(await under.call('runs.metrics', { runId: replayId })).toMatchObject({ rowsRead: 701 });
  });
});

describe('a folder that is not trusted', () => {
  it('runs nothing, compiles nothing, opens and lists no recording', async () => {
    write('n.jsonl', numbers(10));
    const place = path.join(folder, 'recordings-4');
    const trusted = engine();
    const runId = await trusted.start({ script: SUMS, folder, recording: { folder: place, sizeBytesMax: 1e8 } });
    await trusted.ended(runId);
    await trusted.close();
    const under = engine([path.join(folder, 'elsewhere')]);
    const refused = { code: 'run/untrusted', severity: 'error' };
    expect(await under.call('runs.start', { script: SUMS, folder })).toMatchObject({
      runId: null,
      diagnostics: [refused],
    });
    expect(await under.call('runs.start', { script: SUMS, folder: '' })).toMatchObject({
      runId: null,
      diagnostics: [refused],
    });
    expect(await under.call('functions.check', { script: SUMS, folder, files: [] })).toMatchObject({
      diagnostics: [refused],
    });
    expect(await under.call('recordings.list', { folder: place, script: SUMS })).toEqual({ recordings: [] });
    const [name] = fs.readdirSync(place);
    const recording = path.join(place, name ?? '');
    const before = fs.readdirSync(path.join(recording, 'store')).sort();
    const opened = await under.call('replays.open', { runId: null, path: recording, row: null });
    expect(opened).toMatchObject({ moment: null, failure: { message: expect.stringContaining('not trusted') } });
    expect(fs.readdirSync(path.join(recording, 'store')).sort()).toEqual(before);
    expect(await under.call('plans.explain', { script: SUMS, folder })).toMatchObject({ diagnostics: [] });
    under.trust.set([folder]);
    expect(await under.call('runs.start', { script: SUMS, folder })).toMatchObject({ runId: 'run-1' });
  });

  it('is not trusted through a link from a trusted one', async () => {
    const inside = path.join(folder, 'trusted');
    fs.mkdirSync(path.join(folder, 'foreign'));
    fs.mkdirSync(inside);
    fs.symlinkSync(path.join(folder, 'foreign'), path.join(inside, 'link'));
    const under = engine([inside]);
    const started = await under.call('runs.start', { script: 'SELECT 1;', folder: path.join(inside, 'link') });
    expect(started).toMatchObject({ runId: null, diagnostics: [{ code: 'run/untrusted' }] });
    expect(await under.call('runs.start', { script: 'SELECT 1;', folder: inside })).toMatchObject({ runId: 'run-1' });
  });
});
