/**
 * What recording costs and how fast one moves through a recording. For each plan: the same run with and
 * without recording, in turns, compared by processor time; the size on disk; then seeks to random rows.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { jobsOf } from '../src/runtime/job/replay-script.ts';
import { executeScript } from '../src/runtime/job/run-script.ts';
import { LevelStore } from '../src/runtime/node/level-store.ts';
import { NodeFiles } from '../src/runtime/node/node-files.ts';
import { nodeHost } from '../src/runtime/node/node-host.ts';
import { loadRecording } from '../src/runtime/recording/load-recording.ts';
import { RecordingWriter } from '../src/runtime/recording/recording-writer.ts';
import { Replay } from '../src/runtime/recording/replay.ts';
import { SeededRandom } from '../src/runtime/seams/seeded-random.ts';

const PROJECT_FOLDER = join(import.meta.dirname, '..');

export const needsDisplay = false;

const ROW_COUNT = 1_000_000;
/** Pairs of runs, with and without; the first pair only warms up. */
const PAIR_COUNT = 7;
const SEEK_COUNT = 100;

/**
 * `npm run bench -- recording [rows] [pairs] [plan]`. Measures what is shipped: a bundle, in a process of its
 * own. (Loaded as TypeScript, every function is wrapped to keep its name, which falsifies the figures.)
 */
export async function run(args: readonly string[]): Promise<number> {
  const outfile = join(PROJECT_FOLDER, '.cache', 'bench-recording.mjs');
  await build({
    entryPoints: [fileURLToPath(import.meta.url)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // Only the measuring part is wanted in there.
    external: ['classic-level', 'esbuild'],
    footer: { js: 'process.exitCode = await measure(process.argv.slice(2));' },
    logLevel: 'error',
  });
  return spawnSync(process.execPath, ['--expose-gc', outfile, ...args], { stdio: 'inherit' }).status ?? 1;
}

/** Measures all plans, or those whose name holds the third argument. */
export async function measure(args: readonly string[]): Promise<number> {
  const rowCount = Number(args[0] ?? ROW_COUNT);
  const pairCount = Number(args[1] ?? PAIR_COUNT);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-recording-'));
  try {
    writeInput(folder, rowCount);
    process.stdout.write(`${rowCount} rows, ${cpus().length} cores, ${cpus()[0]?.model ?? ''}\n`);
    for (const [name, query] of plansOf(rowCount)) {
      if (args[2] !== undefined && !name.includes(args[2])) continue;
      const cost = await costOf(folder, query, pairCount);
      const { ratio, pairs, withoutMs, rowsPerSecond, recording } = cost;
      const seeks = await seeksIn(folder, recording);
      process.stdout.write(
        `${name.padEnd(24)} without ${fixed(withoutMs)} ms (${fixed(rowsPerSecond / 1000)} K rows/s)   cost ${percent(ratio)} % (${percent(Math.min(...pairs))} to ${percent(Math.max(...pairs))})   ` +
          `disk ${(bytesOf(recording) / 1e6).toFixed(1)} MB   ${seeks}\n`,
      );
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function plansOf(rowCount: number): readonly (readonly [name: string, query: string])[] {
  return [
    ['filter', 'INSERT INTO s SELECT k, id, v FROM t WHERE v > 0.5'],
    ['group by, 100 keys', 'INSERT INTO s SELECT k, COUNT(*), SUM(v) FROM t GROUP BY k'],
    [
      `group by, ${Math.round(rowCount / 5000)},000 keys`,
      'INSERT INTO s2 SELECT kk, COUNT(*), SUM(v) FROM t GROUP BY kk',
    ],
    ['group by, all keys differ', 'INSERT INTO s2 SELECT id, COUNT(*), SUM(v) FROM t GROUP BY id'],
    [
      'tumbling window',
      "INSERT INTO s SELECT k, COUNT(*), SUM(v) FROM TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) GROUP BY window_start, window_end, k",
    ],
    ['join with 50,000 rows', 'INSERT INTO s2 SELECT t.kk, t.id, t.v FROM t JOIN u ON t.kk = u.kk'],
  ];
}

const TABLES = `CREATE TABLE t (id INT, k STRING, kk INT, v DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '5' SECOND)
  WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'json');
CREATE TABLE u (kk INT, name STRING) WITH ('connector' = 'filesystem', 'path' = 'u.jsonl', 'format' = 'json');
CREATE TABLE s (k STRING, n BIGINT, v DOUBLE) WITH ('connector' = 'blackhole');
CREATE TABLE s2 (k INT, n BIGINT, v DOUBLE) WITH ('connector' = 'blackhole');
`;

export function writeInput(folder: string, rowCount: number): void {
  const random = new SeededRandom(1);
  const lines: string[] = [];
  const keyCount = Math.max(1, Math.round(rowCount / 5));
  for (let id = 0; id < rowCount; id++) {
    const ts = new Date(1_700_000_000_000 + id * 100).toISOString().replace('T', ' ').replace('Z', '');
    lines.push(
      `{"id":${id},"k":"key-${random.nextInt(100)}","kk":${random.nextInt(keyCount)},"v":${random.next().toFixed(4)},"ts":"${ts}"}`,
    );
  }
  writeFileSync(join(folder, 't.jsonl'), lines.join('\n'));
  const others = Array.from({ length: 50_000 }, (_, kk) => `{"kk":${kk},"name":"name ${kk}"}`);
  writeFileSync(join(folder, 'u.jsonl'), others.join('\n'));
}

interface Cost {
  /** Processor time with recording divided by that without; the median over pairs. */
  readonly ratio: number;
  readonly pairs: readonly number[];
  readonly withoutMs: number;
  readonly rowsPerSecond: number;
  /** Folder of the last recording. */
  readonly recording: string;
}

async function costOf(folder: string, query: string, pairCount: number): Promise<Cost> {
  const ratios: number[] = [];
  const withouts: number[] = [];
  const walls: number[] = [];
  const recording = join(folder, `recording-${Date.now()}`);
  for (let pair = 0; pair <= pairCount; pair++) {
    const measure = { with: 0, without: 0, wall: 0 };
    // Who comes first changes with every pair.
    for (const kind of pair % 2 === 0 ? (['with', 'without'] as const) : (['without', 'with'] as const)) {
      rmSync(recording, { recursive: true, force: true });
      globalThis.gc?.();
      const before = process.cpuUsage();
      const startedMs = performance.now();
      await runOnce(folder, query, kind === 'with' ? recording : null);
      const used = process.cpuUsage(before);
      measure[kind] = (used.user + used.system) / 1000;
      if (kind === 'without') measure.wall = performance.now() - startedMs;
    }
    if (pair === 0) continue;
    ratios.push(measure.with / measure.without);
    withouts.push(measure.without);
    walls.push(measure.wall);
  }
  if (readdirSync(folder).every((name) => !recording.endsWith(name))) await runOnce(folder, query, recording);
  const rowCount = await rowsOf(recording);
  return {
    ratio: median(ratios),
    pairs: ratios,
    withoutMs: median(withouts),
    rowsPerSecond: (1000 * rowCount) / median(walls),
    recording,
  };
}

/** One run; exported so that a profile can be taken of it alone. */
export async function runOnce(folder: string, query: string, recording: string | null): Promise<void> {
  const script = `${TABLES}${query};`;
  const host = nodeHost();
  const store = recording === null ? null : await LevelStore.create(recording);
  if (store !== null && !store.ok) throw new Error(store.error.message);
  const writer =
    store === null
      ? null
      : new RecordingWriter(store.value, {
          script,
          functions: [],
          seed: 1,
          planned: 'statements',
          folder: '..',
          startMs: host.clock.nowMs(),
        });
  const outcome = await executeScript(
    script,
    { host, files: new NodeFiles(folder), random: new SeededRandom(1), printLine: () => {} },
    { queryStarted: () => {}, queryRow: () => {} },
    { rowCountMax: null, trace: null, ...(writer === null ? {} : { recording: { writer } }) },
  );
  if (outcome.status !== 'finished') throw new Error(outcome.diagnostics[0]?.message ?? outcome.status);
  await writer?.finish(outcome.status);
  if (writer?.note != null) throw new Error(writer.note);
  await store?.value.close();
}

async function rowsOf(recording: string): Promise<number> {
  const store = await LevelStore.open(recording);
  if (!store.ok) throw new Error(store.error.message);
  const loaded = await loadRecording(store.value, { check: 'as used' });
  await store.value.close();
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.value.rowCount;
}

/** Opens the recording and goes to random rows, and one back from each. */
async function seeksIn(folder: string, recording: string): Promise<string> {
  const startedMs = performance.now();
  const store = await LevelStore.open(recording);
  if (!store.ok) throw new Error(store.error.message);
  const loaded = await loadRecording(store.value);
  if (!loaded.ok) throw new Error(loaded.error.message);
  const opened = await Replay.open(loaded.value, jobsOf(loaded.value.header), new NodeFiles(folder));
  if (!opened.ok) throw new Error(opened.error.message);
  const replay = opened.value;
  const openMs = performance.now() - startedMs;
  const random = new SeededRandom(7);
  // The first seek of all, right after opening: as far as it can be.
  const firstMs = await timed(() => replay.seek(replay.rowCount));
  const seekMs: number[] = [];
  const backMs: number[] = [];
  for (let i = 0; i < SEEK_COUNT; i++) {
    seekMs.push(await timed(() => replay.seek(random.nextInt(replay.rowCount + 1))));
    if (i % 5 === 0) backMs.push(await timed(() => replay.step(-1)));
  }
  replay.close();
  await store.value.close();
  return (
    `opened in ${fixed(openMs)} ms, ${loaded.value.checkpoints.length} checkpoints   ` +
    `seek median ${fixed(median(seekMs))} ms, worst ${fixed(Math.max(...seekMs))} ms (first, to the end, ${fixed(firstMs)} ms)   ` +
    `step back median ${fixed(median(backMs))} ms, worst ${fixed(Math.max(...backMs))} ms`
  );
}

async function timed(task: () => Promise<{ readonly ok: boolean }>): Promise<number> {
  const startedMs = performance.now();
  const result = await task();
  if (!result.ok) throw new Error(JSON.stringify(result));
  return performance.now() - startedMs;
}

function bytesOf(folder: string): number {
  let sum = 0;
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    const stat = statSync(join(folder, name));
    if (stat.isFile()) sum += stat.size;
  }
  return sum;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function percent(ratio: number): string {
  return (100 * (ratio - 1)).toFixed(1);
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
