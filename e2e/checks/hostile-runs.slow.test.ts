/**
 * Functions that do to a run what they like, by accident or on purpose: each ends its own run with a message that
 * names the function and the row, while another run goes on in the same engine, the recording opens, the project's
 * files are as they were, and memory comes back.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleEntry, TestEngine } from '../../src/runtime/node/engine/test-engine.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-hostile-'));
let bundle = { file: '', remove: (): void => {} };
let engine: TestEngine;
let neighbour = '';

/** A run that nothing may disturb. */
const NEIGHBOUR = `CREATE TABLE ticks (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '10000000');
CREATE TEMPORARY VIEW seen AS SELECT id FROM ticks;
SELECT * FROM seen;`;

beforeAll(async () => {
  bundle = await bundleEntry('engine/engine-process');
  const rows = Array.from({ length: 5 }, (_, i) => `{"k":"a","v":${i + 1}}\n`);
  fs.writeFileSync(path.join(folder, 'n.jsonl'), rows.join(''));
  engine = new TestEngine(bundle.file, [folder]);
  neighbour = await engine.start({ script: NEIGHBOUR, folder });
});
afterAll(async () => {
  await engine.close();
  bundle.remove();
  fs.rmSync(folder, { recursive: true, force: true });
});

const FILE = `CREATE TABLE n (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'n.jsonl', 'format' = 'json');`;
const ENDLESS = `CREATE TABLE n (v BIGINT, k AS 'a') WITH ('connector' = 'datagen', 'rows-per-second' = '50',
  'fields.v.kind' = 'sequence', 'fields.v.start' = '1', 'fields.v.end' = '10000000');`;
const HEAD = "import { process, scalar, state, table, t } from 'millrace';\n";

/** A script and the file of its function. */
interface Program {
  readonly script: string;
  readonly text: string;
}

const settings = `SET 'millrace.function.timeout' = '1500 ms';\nSET 'millrace.memory' = '400 MB';`;
const program = (query: string, text: string, { input = FILE, bounds = settings } = {}): Program => ({
  script: `${bounds}\n${input}\nCREATE TEMPORARY FUNCTION f AS 'f.ts' LANGUAGE TYPESCRIPT;\nCREATE TEMPORARY VIEW r AS ${query};\nSELECT * FROM r;`,
  text: HEAD + text,
});

/** All of them behave for two rows. */
const scalar = (body: string, options?: { readonly bounds: string }): Program =>
  program(
    'SELECT f(v) AS r FROM n',
    `export default scalar({ args: { v: t.int() }, returns: t.string(), eval({ v }: any): any { if (v < 3) return 'ok'; ${body} } });`,
    options,
  );
const table = (body: string): Program =>
  program(
    'SELECT x FROM n, LATERAL TABLE(f(v)) AS made(x)',
    `export default table({ args: { v: t.int() }, returns: { x: t.string() }, *eval({ v }: any): any { if (v < 3) return; ${body} } });`,
  );
const processing = (onRow: string, onTimer = '', input = FILE): Program =>
  program(
    'SELECT r FROM f(input => TABLE n PARTITION BY k)',
    `export default process({ returns: { r: t.string() }, state: { m: state.map(t.string(), t.int()) },
  onRow(row: any, cx: any) { if (row.v < 3) { cx.emit({ r: 'ok' }); return; } ${onRow} },
  onTimer(_timer: any, cx: any) { ${onTimer} } });`,
    { input },
  );

/** How a program ends. */
async function endOf({
  script,
  text,
}: Program): Promise<{ readonly runId: string | null; readonly messages: string[] }> {
  const recording = { folder: path.join(folder, '.millrace', 'recordings'), sizeBytesMax: 1e8 };
  const started = await engine.call('runs.start', { script, folder, files: [{ path: 'f.ts', text }], recording });
  if (started.runId === null) return { runId: null, messages: started.diagnostics.map(({ message }) => message) };
  const { status, diagnostics } = await engine.ended(started.runId);
  const [first] = diagnostics;
  expect([status, first?.nodeId]).toEqual(['failed', 'view:r']);
  return { runId: started.runId, messages: diagnostics.map(({ message }) => message) };
}

/** Waits until a recording opens: a thread that is within one step of native code is left behind for a while. */
async function opens(runId: string): Promise<true | string> {
  let why = '';
  for (let attempt = 0; attempt < 20; attempt++) {
    const { moment, failure } = await engine.call('replays.open', { runId, path: null, row: 0 });
    if (moment !== null) {
      await engine.call('replays.close', { replayId: moment.replayId });
      return true;
    }
    why = failure?.message ?? '';
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return why;
}

async function neighbourRows(): Promise<number> {
  return (await engine.call('runs.metrics', { runId: neighbour })).rowsRead;
}

const DEFAULT_BOUNDS = { bounds: '' };
const TIMEOUT = 'The function f (f.ts) at row 3 did not come back within 1.5 s.';
/** Of the clock: it fires when it is time, at whatever row that is. */
const TIMER_TIMEOUT = /^The function f \(f\.ts\) at row \d+ did not come back within 1\.5 s\.$/;
const MEMORY = 'The function f (f.ts) at row 3 needed more memory than the run may have, 400 MB.';
const CALL_MEMORY = 'The function f (f.ts) at row 3 needed more memory than one call may, 512 MB.';

describe('a function', () => {
  it.each<[string, Program, string | RegExp]>([
    ['loops', scalar('for (;;) {}'), TIMEOUT],
    ['loops in a getter of a row that it gives', table('yield { get x() { for (;;) {} } };'), TIMEOUT],
    ['loops before its first row', table('for (;;) {}'), TIMEOUT],
    ['loops in the text of what it throws', scalar('throw { message: { toString() { for (;;) {} } } };'), TIMEOUT],
    ['loops in the stack of what it throws', scalar('throw { message: "m", get stack() { for (;;) {} } };'), TIMEOUT],
    ['loops in a proxy that it gives', scalar('return new Proxy({}, { get() { for (;;) {} } });'), TIMEOUT],
    ['loops in a timer', processing("cx.registerProcessingTime('x', 0);", 'for (;;) {}', ENDLESS), TIMER_TIMEOUT],
    ['matches a pattern that explodes', scalar("return String(/^(a+)+b$/.test('a'.repeat(40)));"), TIMEOUT],
    [
      'sets a timer in each timer for now',
      processing("cx.registerProcessingTime('x', 0);", "cx.registerProcessingTime('x', 0);", ENDLESS),
      /^f has set 100000 timers for a time that had come already/,
    ],
    [
      'fills an array of objects',
      scalar('const a: any[] = []; for (;;) a.push([1, 2, 3]);'),
      new RegExp(`${escaped(TIMEOUT)}|${escaped(MEMORY)}`),
    ],
    [
      'fills buffers outside of the heap',
      scalar('const a: any[] = []; for (;;) a.push(new Uint8Array(16e6).fill(1));'),
      MEMORY,
    ],
    [
      'wants a buffer larger than any',
      scalar('return String(new Uint8Array(6e9).length);'),
      /^f failed at f\.ts:\d+:\d+: RangeError: Invalid typed array length/,
    ],
    ['pushes for ever into one array', scalar('const a: any[] = []; for (;;) a.push(0);', DEFAULT_BOUNDS), CALL_MEMORY],
    [
      'calls itself for ever',
      scalar('const f = (): any => f(); return f();'),
      /^f failed at f\.ts:\d+:\d+: RangeError: Maximum call stack/,
    ],
  ])('that %s ends its run, with its name and the row, and nothing else', async (_, hostile, expected) => {
    const before = fs.readdirSync(folder).sort();
    const rows = await neighbourRows();
    const { runId, messages } = await endOf(hostile);
    expect(messages).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
    expect(await opens(runId ?? '')).toBe(true);
    await expect.poll(neighbourRows, { timeout: 5_000 }).toBeGreaterThan(rows);
    expect(fs.readdirSync(folder).sort()).toEqual([...new Set([...before, '.millrace'])].sort());
  });

  it('that loops while its file is loaded ends the run before it starts', async () => {
    const { runId, messages } = await endOf({ ...scalar(''), text: `${scalar('').text}\nfor (;;) {}` });
    expect([runId, messages]).toEqual([null, ['The file f.ts, while it was loaded, did not come back within 1.5 s.']]);
  });

  it('that gives texts of half a gigabyte ends its run by memory although each call comes back', async () => {
    const { script, text } = scalar("return 'x'.repeat(500_000_000);");
    const recording = { folder: path.join(folder, '.millrace', 'recordings'), sizeBytesMax: 1e8 };
    const started = await engine.call('runs.start', { script, folder, files: [{ path: 'f.ts', text }], recording });
    const { status, diagnostics } = await engine.ended(started.runId ?? '');
    expect([status, diagnostics[0]?.code]).toEqual(['failed', 'run/out-of-memory']);
  });

  it('that leaves a failed promise behind ends nothing', async () => {
    const { script, text } = scalar("void (async () => { throw new Error('later'); })(); return 'ok';");
    const started = await engine.call('runs.start', { script, folder, files: [{ path: 'f.ts', text }] });
    expect(await engine.ended(started.runId ?? '')).toMatchObject({ status: 'finished', diagnostics: [] });
    // The thread lives: it shows what ran in it.
    const ask = { runId: started.runId ?? '', nodeId: 'view:r', fromSequence: 0, countMax: 10 };
    expect(await engine.call('taps.read', ask)).toMatchObject({ total: 5 });
  });

  it('that gives long texts has them shown in part, so that no window is flooded', async () => {
    const { script, text } = scalar("return 'x'.repeat(5_000_000);");
    const started = await engine.call('runs.start', { script, folder, files: [{ path: 'f.ts', text }] });
    await engine.ended(started.runId ?? '');
    const ask = { runId: started.runId ?? '', nodeId: 'view:r', fromSequence: 2, countMax: 1 };
    const { rows } = await engine.call('taps.read', ask);
    expect(rows[0]?.values[0]).toBe(`${'x'.repeat(2000)}… 5,000,000 letters in all`);
  });
});

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
