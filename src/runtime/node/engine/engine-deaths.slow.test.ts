/** User code that ends badly: its run fails and says who and where; everything else stays whole. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { libraryOf } from '../../job/replay-script.ts';
import { startRun } from '../../job/start-run.ts';
import { RecordingWriter } from '../../recording/recording-writer.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import { LevelStore } from '../host/level-store.ts';
import { NodeFiles } from '../host/node-files.ts';
import { nodeHost } from '../host/node-host.ts';
import { bundleEntry, TestEngine } from './test-engine.ts';
import { functionRuntimeOf } from './test-functions.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-deaths-'));
let bundle = { file: '', remove: (): void => {} };
let under: TestEngine;

beforeAll(async () => {
  bundle = await bundleEntry('engine/engine-process');
  write('n.jsonl', Array.from({ length: 3_000 }, (_, i) => `{"k":"k${i % 3}","v":${i}}\n`).join(''));
});
beforeEach(() => {
  under = new TestEngine(bundle.file, [folder]);
});
afterEach(() => under.close());
afterAll(() => {
  bundle.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

const OTHER = `CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000');
SELECT id FROM g;`;

const script = (settings = ''): string => `${settings}
CREATE TABLE n (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'n.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION bad AS 'operators/bad.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY VIEW judged AS SELECT k, bad(v) AS b FROM n;
CREATE TEMPORARY VIEW sums AS SELECT k, COUNT(*) AS c FROM judged GROUP BY k;
SELECT * FROM sums;`;

/** A function that does something bad at its 2,501st row. */
const badAt = (what: string): string => `import { scalar, t } from 'millrace';
const kept: unknown[] = [];
export default scalar({
  args: { v: t.int() },
  returns: t.int(),
  eval({ v }) {
    if (v === 2500) {
      ${what}
    }
    return v;
  },
});
`;

interface Death {
  readonly name: string;
  readonly what: string;
  readonly settings?: string;
  readonly diagnostic: Readonly<Record<string, unknown>>;
  /** Whether the thread went with it, and rows that were not yet in the recording. */
  readonly isThreadGone: boolean;
}

const SHORT = "SET 'millrace.function.timeout' = '400 ms';";
const SMALL = "SET 'millrace.memory' = '256 MB';";
const at = { nodeId: 'view:judged', file: { path: 'operators/bad.ts' } };

const DEATHS: readonly Death[] = [
  {
    name: 'an exception',
    what: "throw new Error('no luck');",
    diagnostic: { ...at, code: 'run/function-failed', message: expect.stringContaining('no luck') },
    isThreadGone: false,
  },
  {
    name: 'a stack without end',
    what: 'const deeper = (): number => deeper() + 1; return deeper();',
    diagnostic: { ...at, code: 'run/function-failed', message: expect.stringContaining('call stack') },
    isThreadGone: false,
  },
  {
    name: 'a promise',
    what: 'return (async () => 1)() as unknown as number;',
    diagnostic: { ...at, code: 'run/function-failed', message: expect.stringContaining('asynchronous') },
    isThreadGone: false,
  },
  {
    name: 'a loop without end',
    what: 'for (;;) kept.length = 0;',
    settings: SHORT,
    diagnostic: {
      ...at,
      code: 'run/function-timeout',
      message: expect.stringMatching(
        /^The function bad \(operators\/bad\.ts\) at row 2,501 did not come back within 400 ms\.$/,
      ),
    },
    isThreadGone: true,
  },
  {
    name: 'a regular expression without end',
    what: "return /^(a+)+$/.test('a'.repeat(60) + 'b') ? 1 : 0;",
    settings: SHORT,
    diagnostic: { ...at, code: 'run/function-timeout' },
    isThreadGone: true,
  },
  {
    name: 'objects without end',
    what: 'for (;;) kept.push(new Array(100).fill(v));',
    settings: SMALL,
    diagnostic: { ...at, code: 'run/out-of-memory', message: expect.stringContaining('256 MB') },
    isThreadGone: true,
  },
  {
    name: 'one array that grows without end',
    what: 'for (;;) kept.push(1.5);',
    settings: SMALL,
    diagnostic: { ...at, code: 'run/out-of-memory' },
    isThreadGone: true,
  },
  {
    name: 'bytes without end',
    what: 'for (;;) kept.push(new Uint8Array(10_000_000).fill(1));',
    settings: SMALL,
    diagnostic: { ...at, code: 'run/out-of-memory' },
    isThreadGone: true,
  },
];

/** Puts a recording in the place of another: of a run that went well, and whose functions loop when they are loaded. */
async function replaceByKiller(recording: string, text: string): Promise<void> {
  fs.rmSync(recording, { recursive: true });
  write('operators/bad.ts', badAt('return 1;'));
  const runtime = await functionRuntimeOf(text, folder);
  const functions = [...runtime.functions.values()];
  const made = await LevelStore.create(recording);
  if (!made.ok) throw new Error(made.error.message);
  const looping = functions.map((fn) => ({ ...fn, code: '(() => { for (;;) {} })()' }));
  const header = { script: text, functions: looping, seed: 0, planned: 'whole', folder: '../..', startMs: 0 } as const;
  const recorder = new RecordingWriter(made.value, header);
  const { run } = startRun(
    text,
    { host: nodeHost(), files: new NodeFiles(folder), random: new SeededRandom(0), printLine: () => {} },
    { library: libraryOf(functions), functionRuntime: runtime, recorder },
  );
  if (run === null) throw new Error('it does not start');
  const ended = new Promise<void>((resolve) => run.onEnd(() => resolve()));
  run.resume();
  await ended;
  await run.recorded();
  await made.value.close();
}

describe('user code that ends in', () => {
  it.each(DEATHS)('$name fails its run alone, and the recording opens again at once', async (death) => {
    write('operators/bad.ts', badAt(death.what));
    const other = await under.start({ script: OTHER, folder });
    const recording = { folder: path.join(folder, 'recordings'), sizeBytesMax: 1e8 };
    const text = script(death.settings);
    const runId = await under.start({ script: text, folder, recording });
    const ended = await under.ended(runId);
    expect(ended).toMatchObject({ status: 'failed', diagnostics: [death.diagnostic] });
    expect(ended.diagnostics).toHaveLength(1);
    // What was recorded stands in for the thread: rows, state and every moment.
    const metrics = await under.call('runs.metrics', { runId });
    expect(metrics.status).toBe('failed');
    const recorded = metrics.recording?.recordedRows ?? 0;
    if (death.isThreadGone) expect(recorded).toBeLessThanOrEqual(2_500);
    const tap = await under.call('taps.read', { runId, nodeId: 'view:sums', fromSequence: 0, countMax: 5 });
    if (recorded > 0) expect(tap.total).toBeGreaterThan(0);
    const opened = await under.call('replays.open', { runId, path: null, row: Math.floor(recorded / 2) });
    expect(opened).toMatchObject({ failure: null, moment: { row: Math.floor(recorded / 2), rowCount: recorded } });
    // Nobody else noticed.
    const before = (await under.call('runs.metrics', { runId: other })).rowsRead;
    await under.event('run.metrics', (each) => each.runId === other && each.rowsRead > before);
    await under.call('runs.stop', { runId: other });
    expect(await under.ended(other)).toMatchObject({ status: 'stopped', diagnostics: [] });
    const again = await under.start({ script: 'SELECT 1;', folder });
    expect(await under.ended(again)).toMatchObject({ status: 'finished' });
  });

  it('the end of its process is not possible by ordinary ways', async () => {
    write(
      'operators/bad.ts',
      badAt('return (globalThis as unknown as { process: { exit(): number } }).process.exit();'),
    );
    const runId = await under.start({ script: script(), folder });
    expect(await under.ended(runId)).toMatchObject({
      status: 'failed',
      diagnostics: [{ code: 'run/function-failed' }],
    });
  });

  it('a loop while its file is loaded is told as that', async () => {
    write('operators/bad.ts', `for (;;) {}\n${badAt('return 1;')}`);
    const started = await under.call('runs.start', { script: script(SHORT), folder });
    expect(started).toMatchObject({
      runId: null,
      diagnostics: [{ severity: 'error', message: expect.stringContaining('operators/bad.ts') }],
    });
    const again = await under.start({ script: 'SELECT 1;', folder });
    expect(await under.ended(again)).toMatchObject({ status: 'finished' });
  });

  it('an exception while its file is loaded refuses the run, and leaves no recording', async () => {
    write('operators/bad.ts', `throw new Error('too early');\n${badAt('return 1;')}`);
    const place = path.join(folder, 'recordings-of-nothing');
    const recording = { folder: place, sizeBytesMax: 1e8 };
    const started = await under.call('runs.start', { script: script(), folder, recording });
    expect(started).toMatchObject({ runId: null, diagnostics: [{ message: expect.stringContaining('too early') }] });
    expect(fs.readdirSync(place)).toEqual([]);
  });

  it('a death whose recording is gone too leaves its last figures', async () => {
    write('operators/bad.ts', badAt('for (;;) kept.length = 0;'));
    const place = path.join(folder, 'recordings-that-vanish');
    const runId = await under.start({ script: script(SHORT), folder, recording: { folder: place, sizeBytesMax: 1e8 } });
    await under.ended(runId);
    fs.rmSync(place, { recursive: true });
    expect(await under.call('runs.metrics', { runId })).toMatchObject({ status: 'failed' });
    const tap = await under.call('taps.read', { runId, nodeId: 'view:sums', fromSequence: 0, countMax: 5 });
    expect(tap).toMatchObject({ rows: [], total: 0 });
    expect(await under.call('replays.open', { runId, path: null, row: 1 })).toMatchObject({ moment: null });
  });

  it('a death whose recording ends each thread that opens it is answered with its last figures', async () => {
    write('operators/bad.ts', badAt('for (;;) kept.length = 0;'));
    const place = path.join(folder, 'recordings-that-kill');
    const recording = { folder: place, sizeBytesMax: 1e8 };
    const runId = await under.start({ script: script(SHORT), folder, recording });
    await under.ended(runId);
    const [name] = fs.readdirSync(place);
    await replaceByKiller(path.join(place, name ?? ''), script(SHORT));
    const tap = await under.call('taps.read', { runId, nodeId: 'view:sums', fromSequence: 0, countMax: 5 });
    expect(tap).toMatchObject({ rows: [], total: 0 });
    expect(await under.call('runs.metrics', { runId })).toMatchObject({ status: 'failed' });
    expect(under.supervisor.threadCount).toBe(0);
  });

  it('a loop is stopped at once when the user stops the run', async () => {
    write('operators/bad.ts', badAt('for (;;) kept.length = 0;'));
    const runId = await under.start({ script: script(), folder });
    await under.event('run.metrics', (each) => each.runId === runId);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await under.call('runs.stop', { runId });
    expect(await under.ended(runId)).toEqual({ runId, status: 'stopped', diagnostics: [] });
  });
});

describe('a mistake in a file', () => {
  it('is told with file, line and column before anything runs, also of a text that is not saved', async () => {
    const file = {
      path: 'operators/bad.ts',
      text: "import { scalar, t } from 'millrace';\nexport default scalar({ args: { v: t.int() }, returns: t.int(), eval({ v }) { return v +; } });\n",
    };
    write(file.path, badAt('return 1;'));
    const wrong = { severity: 'error', file: { path: 'operators/bad.ts', line: 2, column: expect.any(Number) } };
    expect(await under.call('runs.start', { script: script(), folder, files: [file] })).toMatchObject({
      runId: null,
      diagnostics: [wrong],
    });
    expect(await under.call('functions.check', { script: script(), folder, files: [file] })).toMatchObject({
      diagnostics: [wrong],
    });
    expect(await under.call('functions.check', { script: script(), folder, files: [] })).toEqual({ diagnostics: [] });
  });
});

describe('worker threads', () => {
  it('are used again or gone: thirty starts leave one thread, with the functions of each three, and the newest runs', async () => {
    let last = '';
    for (let i = 0; i < 30; i++) {
      last = await under.start({ script: 'SELECT 1;', folder });
      await under.ended(last);
    }
    expect(under.supervisor.threadCount).toBe(1);
    expect(await under.client.call('runs.metrics', { runId: 'run-27' })).toMatchObject({ ok: false });
    expect(await under.call('runs.metrics', { runId: 'run-28' })).toMatchObject({ status: 'finished' });
    write('operators/bad.ts', badAt('return 1;'));
    for (let i = 0; i < 5; i++) await under.ended(await under.start({ script: script(), folder }));
    expect(under.supervisor.threadCount).toBe(3);
    await under.close();
    expect(under.supervisor.threadCount).toBe(0);
  });
});
