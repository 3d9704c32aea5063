/** The designer's export as the window asks for it: what it prepares, shows and writes, and what it refuses. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleEntry, TestEngine } from '../engine/test-engine.ts';

const work = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-designer-export-')));
let bundle = { file: '', remove: (): void => {} };
let engine: TestEngine;
let folder = '';
let count = 0;

const SCRIPT = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'data/t.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION twice AS 'operators/twice.ts' LANGUAGE TYPESCRIPT;
CREATE TABLE sums (k STRING, v INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
INSERT INTO sums SELECT k, SUM(twice(v)) FROM t GROUP BY k;
`;
const TWICE = `import { scalar, t } from 'millrace';
export default scalar({ args: { v: t.int() }, returns: t.int(), eval: ({ v }) => (v === null ? null : 2 * v) });
`;

beforeAll(async () => {
  bundle = await bundleEntry('engine/engine-process');
});

beforeEach(() => {
  folder = path.join(work, String(++count));
  fs.mkdirSync(path.join(folder, 'data'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'data/t.jsonl'), '{"k":"a","v":1}\n{"k":"a","v":2}\n{"k":"b","v":3}\n');
  engine = new TestEngine(bundle.file, [folder]);
});

afterEach(() => engine.close());

afterAll(() => {
  bundle.remove();
  fs.rmSync(work, { recursive: true, force: true });
});

type Expected = { kind: 'none' } | { kind: 'run' } | { kind: 'recording'; path: string };

function prepare(
  script: string,
  expected: Expected = { kind: 'none' },
  files = [{ path: 'operators/twice.ts', text: TWICE }],
) {
  return engine.call('exports.prepare', { script, folder, name: 'pay', files, expected });
}

describe('an export of the designer', () => {
  it('lists the files with what will be different, shows each, and writes exactly those where the user chose', async () => {
    const prepared = await prepare(SCRIPT);
    expect(prepared).toMatchObject({ failure: null, diagnostics: [], expected: null, isCancelled: false });
    expect(prepared.findings.map(({ code, nodeId, isRefusal }) => ({ code, nodeId, isRefusal }))).toEqual([
      { code: 'export/files', nodeId: 'table:t', isRefusal: false },
      { code: 'export/print', nodeId: 'table:sums', isRefusal: false },
    ]);
    const exportId = prepared.exportId ?? '';
    const show = (file: string) => engine.call('exports.file', { exportId, path: file });
    expect((await show('sql/job.sql')).text).toContain("AS 'millrace.functions.");
    expect(await show('data/t.jsonl')).toEqual({
      text: fs.readFileSync(path.join(folder, 'data/t.jsonl'), 'utf8'),
      isCut: false,
    });
    const out = path.join(folder, 'out');
    fs.mkdirSync(out);
    const write = () => engine.call('exports.write', { exportId, folder: out, isForced: false });
    // Nobody chose it: a page that makes a folder up writes nothing.
    expect(await write()).toEqual({ fileCount: 0, failure: { message: 'Choose the folder first.', canForce: false } });
    expect(fs.readdirSync(out)).toEqual([]);
    engine.exportFolders.set([out]);
    expect(await write()).toEqual({ fileCount: prepared.files.length, failure: null });
    const written = fs
      .readdirSync(out, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(out, path.join(entry.parentPath ?? entry.path, entry.name)));
    expect(written.sort()).toEqual([...prepared.files.map((file) => file.path), 'bundle.json'].sort());
    fs.appendFileSync(path.join(out, 'sql/job.sql'), '-- mine');
    expect((await write()).failure).toEqual({
      message: `${path.join(out, 'sql/job.sql')} was changed since it was exported.`,
      canForce: true,
    });
    expect((await engine.call('exports.write', { exportId, folder: out, isForced: true })).failure).toBe(null);
  });

  it('brings the rows of a run, or of a recording that a thread still has open', async () => {
    const files = [{ path: 'operators/twice.ts', text: TWICE }];
    const recordings = path.join(folder, '.millrace', 'recordings');
    const runId = await engine.start({
      script: SCRIPT,
      folder,
      files,
      recording: { folder: recordings, sizeBytesMax: 1e8 },
    });
    await engine.ended(runId);
    const { recording } = await engine.call('runs.metrics', { runId });
    const ofRecording = await prepare(SCRIPT, { kind: 'recording', path: recording?.path ?? '' });
    const ofRun = await prepare(SCRIPT, { kind: 'run' });
    expect([ofRecording.failure, ofRun.failure]).toEqual([null, null]);
    expect(ofRecording.expected).toEqual([{ table: 'sums', rowCount: 4 }]);
    expect(ofRun.expected).toEqual(ofRecording.expected);
    const { text } = await engine.call('exports.file', {
      exportId: ofRun.exportId ?? '',
      path: 'expected/sums.jsonl',
    });
    expect(text?.trim().split('\n')).toEqual([
      '{"kind":"+I","row":{"k":"a","v":"2"}}',
      '{"kind":"-U","row":{"k":"a","v":"2"}}',
      '{"kind":"+U","row":{"k":"a","v":"6"}}',
      '{"kind":"+I","row":{"k":"b","v":"6"}}',
    ]);
    expect(
      (await prepare(`${SCRIPT} -- changed`, { kind: 'recording', path: recording?.path ?? '' })).failure,
    ).toContain('is of another script');
  });

  it('says on which node a job cannot run there, and has no files then', async () => {
    const prepared = await prepare(SCRIPT.replace('data/t.jsonl', '../t.jsonl'));
    expect(prepared).toMatchObject({ exportId: null, files: [] });
    expect(prepared.findings.filter(({ isRefusal }) => isRefusal)).toEqual([
      expect.objectContaining({ code: 'export/path', nodeId: 'table:t' }),
    ]);
  });

  it('can be ended while user code loops, and the next one works', async () => {
    const loops = TWICE.replace('2 * v', '(() => { for (;;); })()');
    const waiting = prepare(SCRIPT, { kind: 'run' }, [{ path: 'operators/twice.ts', text: loops }]);
    await new Promise((done) => setTimeout(done, 500));
    await engine.call('exports.close', {});
    expect(await waiting).toMatchObject({ exportId: null, isCancelled: true });
    expect((await prepare(SCRIPT)).exportId).not.toBe(null);
  });

  it('does nothing in a folder that is not trusted', async () => {
    engine.trust.set([]);
    expect(await prepare(SCRIPT, { kind: 'run' })).toMatchObject({
      exportId: null,
      failure: expect.stringContaining('is not trusted'),
    });
  });
});
