/** Kafka to Kafka exactly once: a process that is killed again and again, and a reader of what is committed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAll, PROJECT_FOLDER } from '../../tools/build.ts';
import { committedValues, putRows } from './broker-rows.ts';
import { type RealBroker, startRealBroker } from './real-broker.ts';

const ROWS = 100_000;
const PARTITIONS = 3;
const KEYS = 100;
const KILLS = 3;
/** A row every 10 ms of event time: a window of ten seconds holds ten rows of each key. */
const ROW_MS = 10;
const WINDOW_MS = 10_000;
const FIRST_MS = 1_700_000_000_000;

let broker: RealBroker;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-exactly-once-'));
  await buildAll(['cli']);
  broker = await startRealBroker();
  await broker.createTopic('rows', PARTITIONS);
  const rows = Array.from({ length: ROWS }, (_, id) => {
    const ts = new Date(FIRST_MS + id * ROW_MS).toISOString().slice(0, 23).replace('T', ' ');
    return { partition: id % PARTITIONS, value: JSON.stringify({ id, k: id % KEYS, ts }) };
  });
  await putRows(broker, 'rows', rows);
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Job {
  readonly script: string;
  readonly checkpoints: string;
}

function job(name: string, statements: (common: string) => string): Job {
  const script = join(folder, `${name}.sql`);
  const common = `'connector' = 'kafka', 'properties.bootstrap.servers' = '${broker.server}', 'format' = 'json'`;
  writeFileSync(
    script,
    `CREATE TABLE input (id INT, k INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH (${common}, 'topic' = 'rows', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');
     ${statements(common)}`,
  );
  return { script, checkpoints: join(folder, `${name}-checkpoints`) };
}

/** Rows that the newest checkpoint has read. */
function progressOf({ checkpoints }: Job): number {
  const ids = (existsSync(checkpoints) ? readdirSync(checkpoints) : [])
    .flatMap((name) => /^chk-(\d+)$/.exec(name)?.slice(1) ?? [])
    .map(Number)
    .sort((a, b) => b - a);
  for (const id of ids) {
    try {
      const manifest = readFileSync(join(checkpoints, `chk-${id}`, 'manifest.json'), 'utf8');
      return Number(/"rowCount": (\d+)/.exec(manifest)?.[1]);
    } catch {
      // Not written yet, or collected meanwhile.
    }
  }
  return 0;
}

interface Ended {
  readonly how: string;
  readonly output: string;
}

/** Runs the job until its checkpoints have read so many more rows, then kills -9; `null`: to the end. */
function run(of: Job, rowsUntilKill: number | null, resume: boolean): Promise<Ended> {
  const child = spawn(process.execPath, [
    join(PROJECT_FOLDER, 'dist/cli/millrace.cjs'),
    ...['run', of.script, '--checkpoint-dir', of.checkpoints, '--checkpoint-interval', '20ms'],
    ...(resume ? ['--resume'] : []),
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const firstRow = progressOf(of);
  const timer = setInterval(() => {
    if (rowsUntilKill !== null && progressOf(of) - firstRow >= rowsUntilKill) child.kill('SIGKILL');
  }, 2);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(timer);
      resolve({ how: signal ?? (code === 0 ? 'ended' : `code ${code}: ${output.slice(-2000)}`), output });
    });
  });
}

/** Kills three processes, each after a fifth of the rows, and lets a fourth one end; rows read at each kill. */
async function runWithKills(of: Job): Promise<readonly number[]> {
  const ends: string[] = [];
  const reached: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    ends.push((await run(of, ROWS / 5, kill > 0)).how);
    reached.push(progressOf(of));
  }
  const last = await run(of, null, true);
  ends.push(last.how);
  expect(ends).toEqual([...Array(KILLS).fill('SIGKILL'), 'ended']);
  expect(last.output).toContain('going on from checkpoint');
  // Each process got on by a fifth at least, and the last one had something left to do.
  expect(reached.map((rows, index) => rows - (reached[index - 1] ?? 0) >= ROWS / 5)).toEqual(Array(KILLS).fill(true));
  expect(reached[KILLS - 1]).toBeLessThan(ROWS);
  return reached;
}

function repeated(values: readonly string[]): number {
  return values.length - new Set(values).size;
}

describe('a job from Kafka to Kafka with checkpoints', () => {
  it('counts in windows every row once for readers of what is committed, though it is killed three times', async () => {
    await broker.createTopic('counts', 2);
    const windowed = job(
      'windowed',
      (common) => `
        CREATE TABLE counts (k INT, s TIMESTAMP(3), n BIGINT, least INT, most INT) WITH (${common}, 'topic' = 'counts', 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'windowed');
        INSERT INTO counts SELECT k, window_start, COUNT(*), MIN(id), MAX(id) FROM TABLE(TUMBLE(TABLE input, DESCRIPTOR(ts), INTERVAL '10' SECOND)) GROUP BY window_start, window_end, k;`,
    );
    await runWithKills(windowed);
    const expected: string[] = [];
    const rowsPerWindow = WINDOW_MS / ROW_MS;
    for (let first = 0; first < ROWS; first += rowsPerWindow)
      for (let k = 0; k < KEYS; k++) {
        const s = new Date(FIRST_MS + first * ROW_MS).toISOString().slice(0, 19).replace('T', ' ');
        const last = first + rowsPerWindow - KEYS + k;
        expected.push(JSON.stringify({ k, s, n: rowsPerWindow / KEYS, least: first + k, most: last }));
      }
    const { values, isWhole } = await committedValues(broker, 'counts');
    expect({ rows: values.length, repeated: repeated(values), isWhole }).toEqual({
      rows: ROWS / (rowsPerWindow / KEYS),
      repeated: 0,
      isWhole: true,
    });
    expect([...values].sort()).toEqual(expected.sort());
  });

  it('copies every row once', async () => {
    await broker.createTopic('copies', 2);
    const copying = job(
      'copying',
      (common) => `
        CREATE TABLE copies (id INT) WITH (${common}, 'topic' = 'copies', 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'copying');
        INSERT INTO copies SELECT id FROM input;`,
    );
    await runWithKills(copying);
    const { values, isWhole } = await committedValues(broker, 'copies');
    expect({ rows: values.length, repeated: repeated(values), isWhole }).toEqual({
      rows: ROWS,
      repeated: 0,
      isWhole: true,
    });
  });
});
