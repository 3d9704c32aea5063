/**
 * What recording costs and how fast one moves through a recording. For each plan: the same run with and
 * without recording, in turns, in one process, compared by processor time; then seeks to random rows.
 *
 * Processor time too grows while others use the machine, by a quarter and more. So each run with recording is
 * compared with the mean of the runs right before and after it, and beside the median of these stands the ratio
 * of the least times of both kinds: what others do can only add to a time.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { jobsOf } from '../src/runtime/job/replay-script.ts';
import { executeScript } from '../src/runtime/job/run-script.ts';
import { LevelStore } from '../src/runtime/node/host/level-store.ts';
import { NodeFiles } from '../src/runtime/node/host/node-files.ts';
import { nodeHost } from '../src/runtime/node/host/node-host.ts';
import { loadRecording } from '../src/runtime/recording/load-recording.ts';
import { RecordingWriter } from '../src/runtime/recording/recording-writer.ts';
import { Replay } from '../src/runtime/recording/replay.ts';
import { SeededRandom } from '../src/runtime/seams/seeded-random.ts';

const PROJECT_FOLDER = join(import.meta.dirname, '..');

export const needsDisplay = false;

const ROW_COUNT = 1_000_000;
/** Time for the runs of one plan; three with recording are made in any case. */
const PLAN_SECONDS = 12;
const RECORDED_RUN_COUNT_MIN = 3;
/** Time for the seeks of one plan, after the first. */
const SEEK_SECONDS = 8;
const SEEK_COUNT = 100;

/**
 * `npm run bench -- recording [rows] [seconds] [plan]`. Measures what is shipped: a bundle, in a process of its
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

/** Measures all plans, or those whose name holds the third argument; prints a table in Markdown. */
export async function measure(args: readonly string[]): Promise<number> {
  const rowCount = Number(args[0] ?? ROW_COUNT);
  const seconds = Number(args[1] ?? PLAN_SECONDS);
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-recording-'));
  const loads = (): string => loadavg().map(fixed).join(', ');
  try {
    writeInput(folder, rowCount);
    process.stdout.write(
      `${new Date().toISOString().slice(0, 10)}, ${rowCount} rows, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? ''}, load ${loads()}\n\n${HEAD}`,
    );
    for (const [name, query] of plansOf(rowCount)) {
      if (args[2] !== undefined && !name.includes(args[2])) continue;
      const cost = await costOf(folder, query, seconds);
      const seeks = await seeksIn(folder, cost.recording);
      const { ratios } = cost;
      const cells = [
        name,
        `${fixed(cost.rowsPerSecond / 1000)} K/s`,
        `${percent(median(ratios))} % (${percent(quantile(ratios, 0.25))} to ${percent(quantile(ratios, 0.75))}, ${ratios.length} runs)`,
        `${percent(cost.leastRatio)} %`,
        `${(bytesOf(cost.recording) / 1e6).toFixed(1)} MB`,
        ...seeks,
      ];
      process.stdout.write(`| ${cells.join(' | ')} |\n`);
    }
    process.stdout.write(`\nload afterwards ${loads()}\n`);
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HEAD = `| plan | without | cost, median (quartiles) | least against least | disk | opened | first seek, to the end | in the background | seek: median, 95 %, worst | step back |
|---|---|---|---|---|---|---|---|---|---|
`;

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
  /** Processor time of each run with recording divided by the mean of those without before and after it. */
  readonly ratios: readonly number[];
  /** The least time with recording divided by the least without. */
  readonly leastRatio: number;
  /** Of the fastest run without recording, by the wall clock. */
  readonly rowsPerSecond: number;
  /** Folder of the last recording. */
  readonly recording: string;
}

async function costOf(folder: string, query: string, seconds: number): Promise<Cost> {
  const recording = join(folder, `recording-${Date.now()}`);
  let wallMs = Number.POSITIVE_INFINITY;
  const timeOf = async (into: string | null): Promise<number> => {
    rmSync(recording, { recursive: true, force: true });
    // Only the young: a full collection also throws compiled code away, of what did not run last more than of the rest.
    globalThis.gc?.({ type: 'minor' });
    const before = process.cpuUsage();
    const startedMs = performance.now();
    await runOnce(folder, query, into);
    const used = process.cpuUsage(before);
    if (into === null) wallMs = Math.min(wallMs, performance.now() - startedMs);
    return (used.user + used.system) / 1000;
  };
  // The first ones only warm up.
  await timeOf(null);
  await timeOf(recording);
  const withouts = [await timeOf(null)];
  const withs: number[] = [];
  const endMs = performance.now() + seconds * 1000;
  while (withs.length < RECORDED_RUN_COUNT_MIN || performance.now() < endMs) {
    withs.push(await timeOf(recording));
    withouts.push(await timeOf(null));
  }
  await timeOf(recording);
  return {
    ratios: withs.map((each, place) => (2 * each) / ((withouts[place] ?? 0) + (withouts[place + 1] ?? 0))),
    leastRatio: Math.min(...withs) / Math.min(...withouts),
    rowsPerSecond: (1000 * (await rowsOf(recording))) / wallMs,
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

/** Opens the recording, goes to its end, and then as a view does: ahead in the background, and to random rows. */
async function seeksIn(folder: string, recording: string): Promise<readonly string[]> {
  const startedMs = performance.now();
  const store = await LevelStore.open(recording);
  if (!store.ok) throw new Error(store.error.message);
  const loaded = await loadRecording(store.value);
  if (!loaded.ok) throw new Error(loaded.error.message);
  const open = async (): Promise<Replay> => {
    const opened = await Replay.open(loaded.value, jobsOf(loaded.value.header), new NodeFiles(folder));
    if (!opened.ok) throw new Error(opened.error.message);
    return opened.value;
  };
  const first = await open();
  const openMs = performance.now() - startedMs;
  // The first seek of all, right after opening: as far as it can be, and nobody was there before.
  const firstMs = await timed(() => first.seek(first.rowCount));
  first.close();
  globalThis.gc?.();
  const replay = await open();
  const scoutMs = await timed(async () => {
    await replay.scout(() => true);
    return { ok: true };
  });
  const random = new SeededRandom(7);
  const seekMs: number[] = [];
  const backMs: number[] = [];
  const endMs = performance.now() + SEEK_SECONDS * 1000;
  while (seekMs.length < SEEK_COUNT && performance.now() < endMs) {
    seekMs.push(await timed(() => replay.seek(random.nextInt(replay.rowCount + 1))));
    if (seekMs.length % 5 === 1) backMs.push(await timed(() => replay.step(-1)));
  }
  replay.close();
  await store.value.close();
  const spread = (times: readonly number[]): string =>
    `${fixed(median(times))}, ${fixed(quantile(times, 0.95))}, ${fixed(Math.max(...times))} ms (${times.length})`;
  return [
    `${fixed(openMs)} ms, ${loaded.value.checkpoints.length} checkpoints`,
    `${fixed(firstMs)} ms`,
    `${fixed(scoutMs)} ms`,
    spread(seekMs),
    spread(backMs),
  ];
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
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
}

function percent(ratio: number): string {
  return (100 * (ratio - 1)).toFixed(1);
}

function fixed(value: number): string {
  return value.toFixed(value < 10 ? 1 : 0);
}
