/** `millrace export` as a user has it: what it writes and where, what it runs, and what it leaves alone. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bundleEntry } from '../engine/test-engine.ts';

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-export-'));
let bundle = { file: '', remove: (): void => {} };
let project = '';
let count = 0;

beforeAll(async () => {
  bundle = await bundleEntry('cli/cli');
});

beforeEach(() => {
  project = path.join(work, String(++count), 'pay');
  write('data/t.jsonl', '{"k":"a","v":1}\n{"k":"a","v":2}\n{"k":"b","v":3}\n');
  write('operators/twice.ts', TWICE);
  write('job.sql', SCRIPT);
});

afterAll(() => {
  bundle.remove();
  fs.rmSync(work, { recursive: true, force: true });
});

const SCRIPT = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'data/t.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION twice AS 'operators/twice.ts' LANGUAGE TYPESCRIPT;
CREATE TEMPORARY TABLE files (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'written', 'format' = 'json');
CREATE TABLE sums (k STRING, v INT, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'print');
EXECUTE STATEMENT SET BEGIN
  INSERT INTO files SELECT k, twice(v) FROM t;
  INSERT INTO sums SELECT k, SUM(v) FROM t GROUP BY k;
END;
`;
/** Leaves a trace when it runs: an exception in the output. */
const TWICE = `import { scalar, t } from 'millrace';
export default scalar({ args: { v: t.int() }, returns: t.int(), eval: ({ v }) => (v === null ? null : 2 * v) });
`;

function write(name: string, text: string): void {
  const file = path.join(project, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
}

function exported(...args: string[]) {
  const out = path.join(project, '..', 'out');
  const { status, stdout, stderr } = spawnSync(
    'node',
    [bundle.file, 'export', project, '--target', 'flink', '--out', out, ...args],
    { encoding: 'utf8', timeout: 30_000 },
  );
  const read = (name: string): string => fs.readFileSync(path.join(out, name), 'utf8');
  return { status, stdout, stderr, out, read };
}

describe('millrace export', () => {
  it('writes a bundle and runs nothing: code that fails is only packaged', () => {
    write('operators/twice.ts', TWICE.replace('2 * v', "((() => { throw new Error('it was run'); })(), v)"));
    const { status, stdout, stderr, out, read } = exported();
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).not.toContain('it was run');
    expect(stderr).toContain('different on Flink: table:sums: print writes into the output of the TaskManager');
    expect(fs.existsSync(path.join(out, 'expected'))).toBe(false);
    expect(read('data/t.jsonl')).toBe(fs.readFileSync(path.join(project, 'data/t.jsonl'), 'utf8'));
    expect(read('README.md')).toContain('nothing yet: export with `--expected`');
    expect(fs.statSync(path.join(out, 'bin/verify.sh')).mode & 0o111).not.toBe(0);
  });

  it('puts the rows of a run into the bundle, and writes into no sink for it', () => {
    const { status, read } = exported('--expected');
    expect(status).toBe(0);
    expect(fs.existsSync(path.join(project, 'written'))).toBe(false);
    expect(JSON.parse(read('expected/manifest.json'))).toEqual({
      format: 1,
      tables: [
        {
          name: 'files',
          temporary: true,
          file: 'files.jsonl',
          columns: [
            { name: 'k', type: 'STRING' },
            { name: 'v', type: 'INT' },
          ],
          key: [],
        },
        {
          name: 'sums',
          temporary: false,
          file: 'sums.jsonl',
          columns: [
            { name: 'k', type: 'STRING NOT NULL' },
            { name: 'v', type: 'INT' },
          ],
          key: ['k'],
        },
      ],
    });
    expect(read('expected/files.jsonl')).toBe(
      '{"kind":"+I","row":{"k":"a","v":"2"}}\n{"kind":"+I","row":{"k":"a","v":"4"}}\n{"kind":"+I","row":{"k":"b","v":"6"}}\n',
    );
    expect(read('expected/sums.jsonl')).toBe(
      '{"kind":"+I","row":{"k":"a","v":"1"}}\n{"kind":"-U","row":{"k":"a","v":"1"}}\n{"kind":"+U","row":{"k":"a","v":"3"}}\n{"kind":"+I","row":{"k":"b","v":"3"}}\n',
    );
  });

  it('takes the rows of a recording, with the functions as they were recorded', () => {
    const recording = path.join(project, '..', 'recording');
    const recorded = spawnSync('node', [bundle.file, 'run', project, '--record', recording], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect(recorded.status, recorded.stderr).toBe(0);
    const ofRun = exported('--expected').read('expected/sums.jsonl');
    write('operators/twice.ts', TWICE.replace('2 * v', '3 * v'));
    const { status, stderr, read } = exported('--recording', recording);
    expect({ status, stderr }).toMatchObject({ status: 0 });
    expect(read('expected/sums.jsonl')).toBe(ofRun);
    expect(read('expected/files.jsonl')).toContain('{"k":"b","v":"6"}');
    write('job.sql', SCRIPT.replace('SUM(v)', 'MAX(v)'));
    expect(exported('--recording', recording)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('is of another script'),
    });
  });

  it('refuses a job that cannot run on Flink before anything runs or is written', () => {
    write('data/../job.sql', SCRIPT.replace('data/t.jsonl', '../t.jsonl'));
    const { status, stderr, out } = exported('--expected');
    expect(status).toBe(1);
    expect(stderr).toContain(
      'cannot run on Flink: table:t: The path ../t.jsonl cannot be part of a bundle: it leads outside the project.',
    );
    expect(fs.existsSync(out)).toBe(false);
  });

  it('writes over its own files, and over nothing else unless it is forced', () => {
    const first = exported();
    expect(first.status).toBe(0);
    expect(exported().status).toBe(0);
    fs.writeFileSync(path.join(first.out, 'sql/job.sql'), 'mine');
    expect(exported()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('sql/job.sql was changed since it was exported'),
    });
    expect(first.read('sql/job.sql')).toBe('mine');
    expect(exported('--force').status).toBe(0);
    expect(first.read('sql/job.sql')).toContain('CREATE TABLE t');

    fs.rmSync(first.out, { recursive: true });
    fs.mkdirSync(first.out);
    fs.writeFileSync(path.join(first.out, 'README.md'), 'mine');
    expect(exported()).toMatchObject({ status: 1, stderr: expect.stringContaining('was not written by an export') });
    expect(fs.readdirSync(first.out)).toEqual(['README.md']);
  });

  it('never writes through a link out of its folder, nor reads through one', () => {
    const outside = path.join(project, '..', 'outside');
    fs.mkdirSync(outside);
    const { out } = exported();
    fs.rmSync(out, { recursive: true });
    fs.mkdirSync(out);
    fs.symlinkSync(outside, path.join(out, 'sql'));
    expect(exported('--force')).toMatchObject({ status: 1, stderr: expect.stringContaining('is no folder') });
    fs.rmSync(path.join(out, 'sql'));
    fs.writeFileSync(path.join(outside, 'mine'), 'mine');
    fs.symlinkSync(path.join(outside, 'mine'), path.join(out, 'README.md'));
    expect(exported('--force').status).toBe(0);
    expect(fs.readFileSync(path.join(outside, 'mine'), 'utf8')).toBe('mine');
    expect(fs.readdirSync(outside)).toEqual(['mine']);

    fs.rmSync(path.join(project, 'data/t.jsonl'));
    fs.symlinkSync(path.join(outside, 'mine'), path.join(project, 'data/t.jsonl'));
    expect(exported()).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('data/t.jsonl is a link that leads outside the project.'),
    });
  });

  it('says which data is missing, and that a run failed', () => {
    fs.rmSync(path.join(project, 'data/t.jsonl'));
    expect(exported()).toMatchObject({ status: 1, stderr: expect.stringContaining('data/t.jsonl cannot be read') });
    write('data/t.jsonl', '{"k":"a","v":1}\n');
    write('operators/twice.ts', TWICE.replace('2 * v', "((() => { throw new Error('it was run'); })(), v)"));
    const { status, stderr } = exported('--expected');
    expect(status).toBe(1);
    expect(stderr).toContain('it was run');
    expect(stderr).toContain('The run failed, so there are no rows to expect.');
  });
});
