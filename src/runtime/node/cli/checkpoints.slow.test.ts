/**
 * Checkpoints on a real disk: processes that are killed at random places and at every step of a checkpoint, and
 * folders of checkpoints that were damaged. More kills: MILLRACE_KILLS=50; more damage: MILLRACE_DAMAGES=2000.
 */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHECKPOINT_STEPS } from '../../job/checkpoint-steps.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import { bundleEntry } from '../engine/test-engine.ts';

const ROWS = 100_000;
const KILLS = Number(process.env.MILLRACE_KILLS ?? 3);
const DAMAGES = Number(process.env.MILLRACE_DAMAGES ?? 20);

const temporary = fs.mkdtempSync(path.join(os.tmpdir(), 'millrace-checkpoints-'));
let child = { file: '', remove: (): void => {} };

beforeAll(async () => {
  child = await bundleEntry('cli/test-checkpoint-child');
});

afterAll(() => {
  child.remove();
  fs.rmSync(temporary, { recursive: true, force: true });
});

const WRITTEN_AT_S = 1_700_000_000;

/** A project of its own: input, script, and the lines that the sink must hold in the end. */
function project(name: string, rowCount: number, format: string): Project {
  const folder = path.join(temporary, name);
  fs.mkdirSync(path.join(folder, 'in'), { recursive: true });
  // Two files; ten seconds of event time hold a thousand rows of a hundred keys.
  for (const [half, from] of [0, rowCount / 2].entries()) {
    const lines = Array.from({ length: rowCount / 2 }, (_, i) => {
      const id = from + i;
      return `{"k":${id % 100},"ts":"${timeText(id * 10)}"}`;
    });
    const file = path.join(folder, 'in', `${half}.jsonl`);
    fs.writeFileSync(file, lines.join('\n'));
    // Whole seconds: copying a file keeps its time only nearly, and a file of another time is another input.
    fs.utimesSync(file, WRITTEN_AT_S, WRITTEN_AT_S);
  }
  const script = path.join(folder, 'job.sql');
  fs.writeFileSync(
    script,
    `CREATE TABLE t (k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = 'filesystem', 'path' = 'in', 'format' = 'json');
CREATE TABLE counts (k INT, s TIMESTAMP(3), n BIGINT) WITH ('connector' = 'filesystem', 'path' = 'out', ${format});
INSERT INTO counts SELECT k, window_start, COUNT(*) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, k;
`,
  );
  return { folder, script, checkpoints: path.join(folder, 'checkpoints'), out: path.join(folder, 'out') };
}

interface Project {
  readonly folder: string;
  readonly script: string;
  readonly checkpoints: string;
  readonly out: string;
}

function timeText(ms: number): string {
  return new Date(1_700_000_000_000 + ms).toISOString().slice(0, 23).replace('T', ' ');
}

/** Lines of all visible files, sorted. */
function linesOf({ out }: Project): string[] {
  if (!fs.existsSync(out)) return [];
  return fs
    .readdirSync(out)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => fs.readFileSync(path.join(out, name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .sort();
}

/** What the sink of a run without any kill holds. */
function wholeOf(name: string, rowCount: number, format: string): string[] {
  const whole = project(`${name}-whole`, rowCount, format);
  const { status, stderr } = run(whole, 1_000);
  expect(status, stderr).toBe(0);
  const lines = linesOf(whole);
  // Every row of input is in one window of its key.
  const counted = lines.reduce((sum, line) => sum + Number(/(\d+)\}?$/.exec(line)?.[1]), 0);
  expect(counted).toBe(rowCount);
  expect(new Set(lines).size).toBe(lines.length);
  return lines;
}

/** Runs to the end, or until it kills itself at a step. */
function run(of: Project, intervalMs: number, step = '', passes = 0) {
  const args = [child.file, of.script, of.checkpoints, String(intervalMs), step, String(passes)];
  const { status, signal, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  return { status, signal, stderr };
}

/** Runs until so many more rows have gone in, then kills -9; the rows at the beginning and those at the kill. */
function runAndKill(of: Project, intervalMs: number, rowCount: number): Promise<{ first: number; last: number }> {
  return new Promise((resolve, reject) => {
    const args = [child.file, of.script, of.checkpoints, String(intervalMs)];
    const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let first = -1;
    let last = -1;
    running.stdout.on('data', (chunk: Buffer) => {
      for (const line of chunk.toString('utf8').split('\n')) {
        if (line === '') continue;
        last = Number(line);
        if (first === -1) first = last;
      }
      if (last - first >= rowCount) running.kill('SIGKILL');
    });
    running.on('error', reject);
    running.on('close', () => resolve({ first, last }));
  });
}

describe('a process with checkpoints', () => {
  it.each([
    ['rows', "'format' = 'json'"],
    ['bulk', "'format' = 'csv'"],
    ['rolling', "'format' = 'json', 'sink.rolling-policy.file-size' = '20kb'"],
  ])(
    'that is killed after each fifth of 100,000 rows gives every row once: %s',
    { timeout: 120_000 },
    async (name, format) => {
      const whole = wholeOf(name, ROWS, format);
      const killed = project(name, ROWS, format);
      const progress: { first: number; last: number }[] = [];
      for (let kill = 0; kill < KILLS; kill++) {
        progress.push(await runAndKill(killed, 20, ROWS / 5));
        const seen = linesOf(killed);
        expect(new Set(seen).size).toBe(seen.length);
      }
      // Each process got on, and none began from the start again.
      for (const { first, last } of progress.slice(0, 3)) expect(last - first).toBeGreaterThanOrEqual(ROWS / 5);
      expect(progress[1]?.first).toBeGreaterThan(ROWS / 10);
      const { status, stderr } = run(killed, 20);
      expect(stderr).toContain('going on from checkpoint');
      expect(status).toBe(0);
      expect(linesOf(killed)).toEqual(whole);
      expect(fs.readdirSync(killed.out).filter((file) => file.startsWith('.'))).toEqual([]);
    },
  );

  it('that is killed at each step of a checkpoint gives every row once', { timeout: 180_000 }, () => {
    const format = "'format' = 'json', 'sink.rolling-policy.file-size' = '4kb'";
    const whole = wholeOf('steps', 20_000, format);
    for (const step of CHECKPOINT_STEPS) {
      const killed = project(`step-${step}`, 20_000, format);
      // At the first checkpoint, at a later one of the next process, and at one of the third.
      const ends = [0, 2, 1].map((passes) => run(killed, 5, step, passes).signal);
      expect(ends.slice(0, 2), step).toEqual(['SIGKILL', 'SIGKILL']);
      expect(run(killed, 5).status, step).toBe(0);
      expect(linesOf(killed), step).toEqual(whole);
      expect(fs.readdirSync(killed.out).filter((file) => file.startsWith('.'))).toEqual([]);
      fs.rmSync(killed.folder, { recursive: true });
    }
  });

  it('whose checkpoints are damaged goes back to a whole one, or says that there is none', { timeout: 300_000 }, () => {
    const format = "'format' = 'json', 'sink.rolling-policy.file-size' = '2kb'";
    const whole = wholeOf('damage', 20_000, format);
    const original = project('damage', 20_000, format);
    expect(run(original, 5, 'gc-old', 5).signal).toBe('SIGKILL');
    const random = new SeededRandom(Number(process.env.MILLRACE_SEED ?? 5));
    const files = fs.readdirSync(original.checkpoints).flatMap((name) => {
      const folder = path.join(original.checkpoints, name);
      return fs.statSync(folder).isDirectory() ? fs.readdirSync(folder).map((file) => path.join(name, file)) : [name];
    });
    expect(files.filter((file) => file.endsWith('manifest.json')).length).toBeGreaterThanOrEqual(3);
    const ids = files.flatMap((file) => /^chk-(\d+)/.exec(file)?.slice(1) ?? []);
    const newestFolder = `chk-${Math.max(...ids.map(Number))}${path.sep}`;
    let walkedBack = 0;
    for (let i = 0; i < DAMAGES; i++) {
      const copy = { ...original, folder: path.join(temporary, 'damaged') };
      const at = (name: string): string => path.join(copy.folder, name);
      fs.cpSync(original.folder, copy.folder, { recursive: true, preserveTimestamps: true });
      const damaged = { folder: copy.folder, script: at('job.sql'), checkpoints: at('checkpoints'), out: at('out') };
      // The newest one is the one that is read.
      const newest = files.filter((each) => each.startsWith(newestFolder));
      const among = i % 4 === 0 ? files : newest;
      const file = among[random.nextInt(among.length)] ?? '';
      damage(path.join(damaged.checkpoints, file), random);
      const { status, stderr } = run(damaged, 1_000);
      if (status === 0) expect(linesOf(damaged), `damage ${i} of ${file}\n${stderr}`).toEqual(whole);
      else expect(stderr, `damage ${i} of ${file}`).toMatch(/No checkpoint in .* can be used/);
      if (stderr.includes('cannot be used')) walkedBack += 1;
      fs.rmSync(copy.folder, { recursive: true });
    }
    expect(walkedBack).toBeGreaterThan(DAMAGES / 5);
  });
});

/** Flips a bit, cuts off the end, empties, or removes. */
function damage(file: string, random: SeededRandom): void {
  const bytes = fs.readFileSync(file);
  const at = random.nextInt(Math.max(1, bytes.length));
  switch (random.nextInt(6)) {
    case 0:
      fs.rmSync(file);
      return;
    case 1:
      fs.truncateSync(file, at);
      return;
    case 2:
      fs.truncateSync(file, 0);
      return;
    default:
      if (bytes.length === 0) return;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.nextInt(8));
      fs.writeFileSync(file, bytes);
  }
}
