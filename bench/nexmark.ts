/**
 * Nexmark beside real Flink: every query over the same file of JSON, rows a second of both, on this machine in one run.
 * Each query writes into `blackhole`, parallelism 1, defaults otherwise. Two sizes of the file are run, and the
 * difference counts: start-up, and what the JVM or V8 need to warm up, are in both. Each run is a process of its own.
 *
 *     npm run bench -- nexmark [events] [queries] [runs]      npm run bench -- nexmark 1000000 q0,q5 3
 *
 * `ratio` is Millrace over Flink: above 1 Millrace is faster. Of several runs the fastest of each size is taken.
 */
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdirSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { flinkPrerequisites } from '../e2e/flink/prerequisites.ts';
import { NEXMARK_QUERIES, type NexmarkQuery, nexmarkLine, nexmarkTable } from '../samples/generate/nexmark.ts';
import { NEXMARK_DEFAULTS, NexmarkEvents } from '../src/runtime/connectors/nexmark/events.ts';
import { buildAll } from '../tools/build.ts';
import { flinkMs, type MillraceRun, runMillrace } from './beside-flink/processes.ts';

export const needsDisplay = false;

const EVENTS = 1_000_000;
/** The smaller file, as a share of the larger one. */
const SMALL_SHARE = 0.2;

/** What one query gave. */
interface Line {
  readonly query: string;
  readonly millrace: number;
  readonly flink: number | null;
  readonly millraceMb: number | null;
}

/** `npm run bench -- nexmark [events] [queries] [runs]`. */
export async function run([eventsText, queriesText, runsText]: readonly string[]): Promise<number> {
  const events = Number(eventsText ?? EVENTS);
  const wanted = queriesText === undefined || queriesText === 'all' ? null : new Set(queriesText.split(','));
  const runs = Number(runsText ?? 1);
  const queries = NEXMARK_QUERIES.filter(({ name }) => wanted?.has(name) ?? true);
  const flink = flinkPrerequisites();
  const memoryGb = Math.round(totalmem() / 2 ** 30);
  print(
    `${cpus()[0]?.model ?? ''}, ${cpus().length} cores, ${memoryGb} GB, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
  );
  if (!flink.ok) print(`Flink does not run here: ${flink.reason}`);
  await buildAll(['cli']);
  const folder = join(tmpdir(), 'millrace-nexmark');
  mkdirSync(folder, { recursive: true });
  const sizes = [Math.round(events * SMALL_SHARE), events] as const;
  for (const size of sizes) await writeEvents(folder, size);
  print('');
  print('| query | Millrace, rows/s | Flink, rows/s | ratio | Millrace peak MB |');
  print('| ----- | ---------------- | ------------- | ----- | ---------------- |');
  const lines: Line[] = [];
  for (const query of queries) {
    const line = await measure(query, { folder, sizes, runs, hasFlink: flink.ok });
    lines.push(line);
    const ratio = line.flink === null ? '' : (line.millrace / line.flink).toFixed(2);
    print(
      `| ${query.name.padEnd(5)} | ${thousands(line.millrace).padStart(16)} | ${(line.flink === null ? '' : thousands(line.flink)).padStart(13)} | ${ratio.padStart(5)} | ${String(line.millraceMb ?? '').padStart(16)} |`,
    );
  }
  const ratios = lines.flatMap(({ millrace, flink: other }) => (other === null ? [] : [millrace / other]));
  print('');
  print(
    `ahead of Flink in ${ratios.filter((r) => r >= 1).length} of ${ratios.length}, twice as fast in ${ratios.filter((r) => r >= 2).length}`,
  );
  return 0;
}

interface Setting {
  readonly folder: string;
  readonly sizes: readonly [small: number, large: number];
  readonly runs: number;
  readonly hasFlink: boolean;
}

async function measure(query: NexmarkQuery, { folder, sizes, runs, hasFlink }: Setting): Promise<Line> {
  const scripts = sizes.map((size) => scriptOf(folder, query, size));
  const ours: [MillraceRun[], MillraceRun[]] = [[], []];
  const theirs: [number[], number[]] = [[], []];
  // In turns: what disturbs the machine disturbs both.
  for (let n = 0; n < runs; n++) {
    for (const at of [0, 1] as const) {
      ours[at].push(await runMillrace(scripts[at] ?? ''));
      if (hasFlink) theirs[at].push(...(await flinkMs([scripts[at] ?? ''])));
    }
  }
  const rows = sizes[1] - sizes[0];
  const perSecond = (small: number, large: number): number => (rows * 1000) / Math.max(1, large - small);
  const least = (list: readonly MillraceRun[]): number => Math.min(...list.map(({ ms }) => ms));
  const peaks = ours[1].flatMap(({ peakMb }) => (peakMb === null ? [] : [peakMb]));
  return {
    query: query.name,
    millrace: perSecond(least(ours[0]), least(ours[1])),
    flink: hasFlink ? perSecond(Math.min(...theirs[0]), Math.min(...theirs[1])) : null,
    millraceMb: peaks.length === 0 ? null : Math.max(...peaks),
  };
}

function scriptOf(folder: string, { name, views, select }: NexmarkQuery, size: number): string {
  const path = join(folder, `${name}-${size}.sql`);
  const table = nexmarkTable({ connector: 'filesystem', path: eventsFile(folder, size), format: 'json' });
  const sink = `CREATE TABLE nothing WITH ('connector' = 'blackhole') AS`;
  writeFileSync(path, `${table}${views}${sink}\n${select};\n`);
  return path;
}

function eventsFile(folder: string, size: number): string {
  return join(folder, `events-${size}.jsonl`);
}

async function writeEvents(folder: string, size: number): Promise<void> {
  const path = eventsFile(folder, size);
  if (existsSync(path)) return;
  const events = new NexmarkEvents(NEXMARK_DEFAULTS);
  const file = createWriteStream(`${path}.part`);
  for (let n = 0; n < size; n++) {
    if (!file.write(`${nexmarkLine(events.event(n))}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  renameSync(`${path}.part`, path);
  process.stderr.write(`${path}: ${size} events, ${Math.round(statSync(path).size / 2 ** 20)} MB\n`);
}

function thousands(perSecond: number): string {
  return `${Math.round(perSecond / 1000)} K`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
