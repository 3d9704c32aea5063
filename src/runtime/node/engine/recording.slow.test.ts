/**
 * Recordings on a real disk: all samples and the cases that real Flink has judged, damaged database files,
 * and processes that are killed while they record. Fewer kills: MILLRACE_KILLS=4.
 */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../base/result.ts';
import { jobsOf } from '../../job/replay-script.ts';
import { openRecording, record, SMALL_LIMITS } from '../../job/test-recording.ts';
import { loadRecording } from '../../recording/load-recording.ts';
import { Replay } from '../../recording/replay.ts';
import type { Files, PendingFile, PendingPart } from '../../seams/files.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import { VmFunctionSandbox } from '../functions/function-sandbox.ts';
import { compileScript, needsOf } from '../functions/script-functions.ts';
import { LevelStore } from '../host/level-store.ts';
import { NodeFiles } from '../host/node-files.ts';
import { UNWATCHED } from './call-guard.ts';
import { bundleEntry } from './test-engine.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../../../..');
const KILL_COUNT = Number(process.env.MILLRACE_KILLS ?? 100);

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-recording-'));
let cli = { file: '', remove: (): void => {} };

beforeAll(async () => {
  cli = await bundleEntry('cli/cli');
});

afterAll(() => {
  cli.remove();
  fs.rmSync(temporary, { recursive: true, force: true });
});

const later = (task: () => void): void => void setImmediate(task);

/** Scripts below a folder: samples, or cases of the comparison with Flink. */
function scripts(folder: string): string[] {
  return fs
    .readdirSync(path.join(REPOSITORY, folder))
    .map((name) => path.join(REPOSITORY, folder, name.endsWith('.sql') ? name : `${name}/job.sql`))
    .filter((each) => fs.existsSync(each));
}

/** Records a script and compares what a replay comes to; the number of jobs compared. */
async function recordAndCompare(file: string): Promise<number> {
  const disk = new NodeFiles(path.dirname(file));
  const script = fs.readFileSync(file, 'utf8');
  // What a script writes must not land in the project.
  const files: Files = {
    stat: (name) => disk.stat(name),
    list: (name) => disk.list(name),
    open: (name) => disk.open(name),
    ...NOTHING_WRITTEN,
  };
  const { functions } = await compileScript(needsOf(script), { folder: path.dirname(file), files: [] });
  const functionHost = { sandbox: new VmFunctionSandbox(), guard: UNWATCHED };
  const cx = { script, files, seed: 9, functions, functionHost };
  const { store } = await record(cx, later);
  const { replay, recording } = await openRecording(store, cx);
  const played = await replay.playToEnd();
  expect(played).toMatchObject({ ok: true });
  const digests = replay.digests();
  expect(digests).toHaveLength(recording.manifest.jobs.length);
  for (const { first, replayed } of digests) if (first !== null) expect(replayed).toBe(first);
  const middle = Math.floor(replay.rowCount / 2);
  expect(await replay.seek(middle)).toMatchObject({ ok: true });
  expect(replay.row).toBe(middle);
  replay.close();
  return digests.filter(({ first }) => first !== null).length;
}

const NOTHING_WRITTEN: Pick<Files, 'create' | 'reopen' | 'commitPending' | 'remove'> = (() => {
  const done = { ok: true, value: undefined } as const;
  const pending = (part: PendingPart): Result<PendingFile> => ({
    ok: true,
    value: {
      write: () => done,
      persist: () => ({ ok: true, value: part }),
      commit: () => done,
      discard: () => {},
      release: () => {},
    },
  });
  return {
    create: (name) => pending({ path: name, hiddenPath: name, sizeBytes: 0 }),
    reopen: pending,
    commitPending: () => done,
    remove: () => done,
  };
})();

describe('recordings', () => {
  it.each(scripts('samples').map((file) => [path.basename(path.dirname(file)), file]))(
    'of the sample %s come to the same digests',
    async (_, file) => {
      expect(await recordAndCompare(file)).toBeGreaterThan(0);
    },
  );

  it('of all cases that real Flink has judged come to the same digests', async () => {
    const files = scripts('e2e/flink/cases');
    expect(files.length).toBeGreaterThan(20);
    let compared = 0;
    for (const file of files) compared += await recordAndCompare(file);
    expect(compared).toBeGreaterThan(files.length / 2);
  });

  it('with a damaged database file are refused or named, or are the same', async () => {
    const original = path.join(temporary, 'original');
    const data = path.join(temporary, 'data');
    fs.mkdirSync(data);
    fs.writeFileSync(
      path.join(data, 't.jsonl'),
      Array.from({ length: 400 }, (_, i) => `{"k":"k${i % 3}","v":${i}}`).join('\n'),
    );
    const script = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
SELECT k, SUM(v) FROM t GROUP BY k;`;
    const files = new NodeFiles(data);
    const created = await LevelStore.create(original);
    if (!created.ok) throw new Error(created.error.message);
    await record({ script, files, limits: SMALL_LIMITS, store: created.value }, later);
    await created.value.close();
    const right = await sumOf(original, files);
    expect(right).toMatch(/^400 \d+:/);
    const random = new SeededRandom(11);
    for (const name of databaseFiles(original)) {
      const { size } = fs.statSync(path.join(original, name));
      for (let i = 0; i < 25; i++) {
        const copy = path.join(temporary, 'copy');
        fs.cpSync(original, copy, { recursive: true });
        const bytes = fs.readFileSync(path.join(copy, name));
        const at = random.nextInt(Math.max(1, size));
        if (i % 5 === 4) fs.truncateSync(path.join(copy, name), at);
        else {
          bytes[at] = (bytes[at] ?? 0) ^ (1 << random.nextInt(8));
          fs.writeFileSync(path.join(copy, name), bytes);
        }
        const seen = await sumOf(copy, files);
        // Bytes that hold nothing of the recording (names of files, dead space) may change nothing.
        expect(seen.startsWith('damaged: ') || seen === right, `${name} ${at}: ${seen}`).toBe(true);
        if (name === 'witness') expect(seen).toMatch(/^damaged: /);
        fs.rmSync(copy, { recursive: true });
      }
    }
  });

  it('are made and looked at on the command line', { timeout: 60_000 }, () => {
    const data = path.join(temporary, 'cli');
    fs.mkdirSync(data);
    fs.writeFileSync(path.join(data, 't.jsonl'), '{"k":"a","v":1}\n{"k":"b","v":2}\n{"k":"a","v":3}\n');
    const file = path.join(data, 'job.sql');
    fs.writeFileSync(
      file,
      `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE TEMPORARY VIEW sums AS SELECT k, SUM(v) AS s FROM t GROUP BY k;
SELECT * FROM sums;`,
    );
    const folder = path.join(data, '.millrace', 'first');
    const [recorded, digest, moment, byView, again, nothing] = [
      ['run', file, '--record', folder],
      ['replay', folder, '--digest'],
      ['replay', folder, '--to', '2', '--state', 'GroupAggregate'],
      ['replay', folder, '--to', '2', '--state', 'Sums'],
      ['run', file, '--record', folder],
      ['replay', data],
    ].map(millrace);
    expect(recorded).toMatchObject({ status: 0, stdout: '+I[a, 1]\n+I[b, 2]\n-U[a, 1]\n+U[a, 4]\n' });
    expect(digest).toMatchObject({ status: 0, stdout: expect.stringMatching(/^statement 3 {2}4:\S+ {2}equal\n$/) });
    expect(moment?.stdout.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^\d+ GroupAggregate, groups: 2 entries$/),
      expect.stringContaining('+--'),
      expect.stringMatching(/^\| k +\|/),
      expect.stringContaining('+--'),
      expect.stringMatching(/^\| a +\| 1 +\|/),
      expect.stringMatching(/^\| b +\| 2 +\|/),
      expect.stringContaining('+--'),
      '',
    ]);
    expect(moment?.stdout).toMatch(/^row 2 of 3, statement 3, \d{4}-/);
    expect(byView).toEqual(moment);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('is not empty') });
    expect(nothing).toMatchObject({ status: 1, stderr: expect.stringContaining('There is no recording in') });
    // The file changes, and the replay says so instead of showing wrong rows.
    fs.writeFileSync(path.join(data, 't.jsonl'), '{"k":"a","v":1}\n{"k":"b","v":5}\n{"k":"a","v":3}\n');
    expect(millrace(['replay', folder])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('The file t.jsonl is not what the recording read: its content has changed.'),
    });
  });

  it(`survive ${KILL_COUNT} kills: they open, hold all that was acknowledged, and are exact`, {
    timeout: 60_000 + KILL_COUNT * 5_000,
  }, async () => {
    const data = path.join(temporary, 'kills');
    fs.mkdirSync(data);
    // So many that a run still goes on when it is killed.
    const rows = Array.from({ length: 400_000 }, (_, i) => `{"k":"k${i % 50}","v":${i % 1000}}`);
    fs.writeFileSync(path.join(data, 't.jsonl'), rows.join('\n'));
    const file = path.join(data, 'job.sql');
    const script = `CREATE TABLE t (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
SELECT k, COUNT(*), SUM(v) FROM t GROUP BY k;`;
    fs.writeFileSync(file, script);
    const files = new NodeFiles(data);
    const whole = await record({ script, files, seed: 3 }, later);
    const child = await bundledChild();
    const seed = Date.now();
    const killOne = async (kill: number, straight: Replay): Promise<number> => {
      const random = new SeededRandom(seed + kill);
      const folder = path.join(data, `recording-${kill}`);
      const acknowledged = await recordUntilKilled(child, file, folder, random.nextInt(400));
      const store = await LevelStore.open(folder);
      if (!store.ok) throw new Error(store.error.message);
      const { replay, recording } = await openRecording(store.value, { files });
      const { replay: own } = await openRecording(store.value, { files }, { withoutCheckpoints: true });
      expect(recording.damage).toEqual([]);
      expect(recording.rowCount).toBeGreaterThanOrEqual(acknowledged);
      // It died before its first job was there: a recording of nothing, which opens all the same.
      if (recording.manifest.jobs.length === 0) {
        expect([recording.rowCount, replay.dataflow]).toEqual([0, null]);
        await store.value.close();
        return 0;
      }
      for (const row of [recording.rowCount, random.nextInt(recording.rowCount + 1)]) {
        expect(await replay.seek(row)).toMatchObject({ ok: true });
        expect(await straight.seek(row)).toMatchObject({ ok: true });
        expect(await own.seek(row)).toMatchObject({ ok: true });
        // The state knows when each key changed, by the clock of its own run; the rows are those of any run.
        const seen = [replay.row, replay.digest(), rowsOf(replay)];
        expect(seen, `kill ${kill} of seed ${seed}`).toEqual([own.row, own.digest(), rowsOf(straight)]);
      }
      own.close();
      replay.close();
      await store.value.close();
      fs.rmSync(folder, { recursive: true });
      return recording.rowCount;
    };
    // Two at a time: each has a straight replay of its own, which makes one move after the other.
    const rowCounts: number[] = [];
    const lane = async (first: number): Promise<void> => {
      const { replay: straight } = await openRecording(whole.store, { files });
      for (let kill = first; kill < KILL_COUNT; kill += 2) rowCounts.push(await killOne(kill, straight));
    };
    await Promise.all([lane(0), lane(1)]);
    // Most died on the way; some had nothing left to do.
    expect(rowCounts.filter((count) => count < rows.length).length).toBeGreaterThan(KILL_COUNT / 4);
  });
});

function millrace(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli.file, ...args], {
    cwd: REPOSITORY,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

/** The part of the sum at a moment that is over the rows alone. */
function rowsOf(replay: Replay): string {
  return String(replay.digest()).split('/')[0] ?? '';
}

/** The process that records as one file: it starts in a tenth of the time that it takes from its sources. */
async function bundledChild(): Promise<string> {
  const outfile = path.join(REPOSITORY, '.cache', 'test-record-child.mjs');
  await build({
    entryPoints: [path.join(import.meta.dirname, 'test-record-child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['classic-level', 'esbuild'],
    logLevel: 'error',
  });
  return outfile;
}

/** Kills the process that records some time after its first rows; what it had said to be in the store. */
function recordUntilKilled(program: string, script: string, folder: string, afterMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, script, folder], {
      cwd: REPOSITORY,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', () => {
      // The last line may have been cut off by the kill.
      const lines = said.split('\n').slice(0, -1);
      resolve(Math.max(0, ...lines.map(Number)));
    });
  });
}

/** Files of the database whose bytes can matter, and the witness. */
function databaseFiles(folder: string): string[] {
  const store = fs.readdirSync(path.join(folder, 'store')).filter((name) => name !== 'LOCK' && name !== 'LOG');
  return ['witness', ...store.map((name) => path.join('store', name))].filter(
    (name) => fs.statSync(path.join(folder, name)).size > 0,
  );
}

/** Rows and sum at the end of a recording, or what is damaged. */
async function sumOf(folder: string, files: NodeFiles): Promise<string> {
  const store = await LevelStore.open(folder);
  if (!store.ok) return `damaged: ${store.error.message}`;
  try {
    const loaded = await loadRecording(store.value);
    if (!loaded.ok) return `damaged: ${loaded.error.message}`;
    if (loaded.value.damage.length > 0) return `damaged: ${loaded.value.damage.join(' ')}`;
    const replay = await Replay.open(loaded.value, jobsOf(loaded.value.header), files);
    if (!replay.ok) return `damaged: ${replay.error.message}`;
    await replay.value.playToEnd();
    return `${replay.value.row} ${replay.value.digest()}`;
  } finally {
    await store.value.close();
  }
}
