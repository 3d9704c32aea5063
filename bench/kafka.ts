/**
 * Kafka → filter → Kafka, on Millrace and on real Flink with its own connector: the same script, the same broker, the
 * same machine, in turns. Each runs a small and a large part of one topic; what the larger one takes more is the time
 * of the rows alone, without the start of a process or a job.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { flinkPrerequisites } from '../e2e/flink/prerequisites.ts';
import { putRows } from '../e2e/kafka/broker-rows.ts';
import { mavenJars } from '../e2e/kafka/maven-jars.ts';
import { type RealBroker, startRealBroker } from '../e2e/kafka/real-broker.ts';
import { buildAll } from '../tools/build.ts';
import { flinkMs, runMillrace } from './beside-flink/processes.ts';

export const needsDisplay = false;

const ROWS = 1_000_000;
const ROUNDS = 3;
/** The small run has so much of the rows. */
const SMALL_SHARE = 0.2;

/** `npm run bench -- kafka [rows] [rounds] [millrace]`; `millrace`: without Flink. */
export async function run(args: readonly string[]): Promise<number> {
  const rowCount = Number(args[0] ?? ROWS);
  const roundCount = Number(args[1] ?? ROUNDS);
  const found = flinkPrerequisites();
  if (!found.ok) throw new Error(found.reason);
  await buildAll(['cli']);
  const connector = mavenJars(found.tools.maven, 'connector-pom.xml', 'connector');
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-kafka-'));
  const broker = await startRealBroker();
  try {
    const bytes = await fill(broker, rowCount);
    const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]?.toFixed(1)}`;
    say(`${rowCount.toLocaleString('en')} JSON rows, ${(bytes / rowCount).toFixed(0)} bytes each, ${machine}`);
    const scripts = new Scripts(broker, folder, rowCount);
    const millrace: number[] = [];
    const flink: number[] = [];
    const withFlink = args[2] !== 'millrace';
    for (let round = 0; round < roundCount; round++) {
      millrace.push(ratePerSecond(await millracePair(scripts), rowCount));
      if (withFlink) flink.push(ratePerSecond(await flinkPair(scripts, connector), rowCount));
      say(`round ${round + 1}: Millrace ${text(millrace[round])}, Flink ${text(flink[round])}`);
    }
    say(`Millrace ${text(median(millrace))} rows/s (${millrace.map(text).join(', ')})`);
    if (withFlink) {
      say(`Flink    ${text(median(flink))} rows/s (${flink.map(text).join(', ')})`);
      say(`Millrace : Flink = ${(median(millrace) / median(flink)).toFixed(2)}`);
    }
  } finally {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return 0;
}

/** What a small and a large run took. */
interface Pair {
  readonly smallMs: number;
  readonly largeMs: number;
}

function ratePerSecond({ smallMs, largeMs }: Pair, rowCount: number): number {
  return (rowCount * (1 - SMALL_SHARE) * 1000) / (largeMs - smallMs);
}

/** Puts the rows into one partition and answers their bytes. */
async function fill(broker: RealBroker, rowCount: number): Promise<number> {
  await broker.createTopic('input');
  let bytes = 0;
  for (let first = 0; first < rowCount; first += 50_000) {
    const rows = Array.from({ length: Math.min(50_000, rowCount - first) }, (_, i) => {
      const id = first + i;
      const value = JSON.stringify({
        id,
        account: `account-${id % 1000}`,
        amount: ((id * 7919) % 100_000) / 100,
        country: ['AT', 'BE', 'CH', 'DE'][id % 4],
        ts: new Date(1_700_000_000_000 + id).toISOString().slice(0, 23).replace('T', ' '),
      });
      bytes += value.length;
      return { value };
    });
    await putRows(broker, 'input', rows);
  }
  return bytes;
}

/** The job over the first rows of the topic, into a topic of its own each time. */
class Scripts {
  readonly #broker: RealBroker;
  readonly #folder: string;
  readonly #rowCount: number;
  #count = 0;

  constructor(broker: RealBroker, folder: string, rowCount: number) {
    this.#broker = broker;
    this.#folder = folder;
    this.#rowCount = rowCount;
  }

  async write(share: number): Promise<string> {
    const topic = `output-${this.#count++}`;
    await this.#broker.createTopic(topic);
    const columns = 'id BIGINT, account STRING, amount DOUBLE, country STRING, ts TIMESTAMP(3)';
    const common = `'connector' = 'kafka', 'properties.bootstrap.servers' = '${this.#broker.server}', 'format' = 'json'`;
    const end = `partition:0,offset:${Math.round(this.#rowCount * share)}`;
    const path = join(this.#folder, `${topic}.sql`);
    writeFileSync(
      path,
      `CREATE TABLE input (${columns}) WITH (${common}, 'topic' = 'input', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'specific-offsets', 'scan.bounded.specific-offsets' = '${end}');
       CREATE TABLE output (${columns}) WITH (${common}, 'topic' = '${topic}');
       INSERT INTO output SELECT * FROM input WHERE amount < 500 AND country <> 'CH';`,
    );
    return path;
  }
}

async function millracePair(scripts: Scripts): Promise<Pair> {
  const { ms: smallMs } = await runMillrace(await scripts.write(SMALL_SHARE));
  const { ms: largeMs } = await runMillrace(await scripts.write(1));
  return { smallMs, largeMs };
}

/** One JVM for both, and a small run before them that warms it up. */
async function flinkPair(scripts: Scripts, connector: string): Promise<Pair> {
  const paths: string[] = [];
  for (const share of [SMALL_SHARE, SMALL_SHARE, 1]) paths.push(await scripts.write(share));
  const [, smallMs = Number.NaN, largeMs = Number.NaN] = await flinkMs(paths, [connector]);
  return { smallMs, largeMs };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function text(rate: number | undefined): string {
  return rate === undefined ? '-' : `${Math.round(rate / 1000)} K`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
