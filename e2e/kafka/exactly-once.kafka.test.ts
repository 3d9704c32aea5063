/** Kafka to Kafka exactly once: a process that is killed again and again, and a reader of what is committed. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAll, PROJECT_FOLDER } from '../../tools/build.ts';
import { type RealBroker, startRealBroker } from './real-broker.ts';

const ROWS = 100_000;
const KILLS = 3;
let broker: RealBroker;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-exactly-once-'));
  await buildAll(['cli']);
  broker = await startRealBroker();
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the script until there is a checkpoint of this number, then kills it; resolves when it is over, however. */
function run(script: string, killAt: number | null, resume: boolean): Promise<string> {
  const checkpoints = join(folder, 'checkpoints');
  const args = ['run', script, '--checkpoint-dir', checkpoints, '--checkpoint-interval', '300ms'];
  const child = spawn(process.execPath, [
    join(PROJECT_FOLDER, 'dist/cli/millrace.cjs'),
    ...args,
    ...(resume ? ['--resume'] : []),
  ]);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const timer = setInterval(() => {
    const names = existsSync(checkpoints) ? readdirSync(checkpoints) : [];
    const newest = Math.max(0, ...names.map((name) => Number(/^chk-(\d+)$/.exec(name)?.[1] ?? 0)));
    if (killAt !== null && newest >= killAt) child.kill('SIGKILL');
  }, 5);
  return new Promise((resolve) => {
    child.on('close', (code, signal) => {
      clearInterval(timer);
      resolve(signal ?? (code === 0 ? 'ended' : `code ${code}: ${output.slice(-2000)}`));
    });
  });
}

describe('a job from Kafka to Kafka', () => {
  it('writes every row once for readers of what is committed, though it is killed three times', async () => {
    await broker.createTopic('rows', 3);
    await broker.createTopic('copies', 2);
    const producer = broker.kafka.producer();
    await producer.connect();
    for (let first = 0; first < ROWS; first += 5_000) {
      const messages = Array.from({ length: 5_000 }, (_, i) => ({
        partition: i % 3,
        value: JSON.stringify({ id: first + i }),
      }));
      await producer.send({ topic: 'rows', messages });
    }
    await producer.disconnect();
    const script = join(folder, 'job.sql');
    const common = `'connector' = 'kafka', 'properties.bootstrap.servers' = '${broker.server}', 'format' = 'json'`;
    writeFileSync(
      script,
      `CREATE TABLE input (id INT) WITH (${common}, 'topic' = 'rows', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset');
       CREATE TABLE copies (id INT) WITH (${common}, 'topic' = 'copies', 'sink.delivery-guarantee' = 'exactly-once', 'sink.transactional-id-prefix' = 'job');
       INSERT INTO copies SELECT id FROM input;`,
    );
    const ends: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) ends.push(await run(script, 1 + 2 * kill, kill > 0));
    ends.push(await run(script, null, true));
    expect(ends).toEqual([...Array(KILLS).fill('SIGKILL'), 'ended']);
    const counts = new Map<number, number>();
    const consumer = broker.kafka.consumer({ groupId: 'reader', maxWaitTimeInMs: 200 });
    await consumer.connect();
    await consumer.subscribe({ topic: 'copies', fromBeginning: true });
    let lastMs = Date.now();
    await consumer.run({
      eachMessage: async ({ message }) => {
        lastMs = Date.now();
        const { id } = JSON.parse(String(message.value)) as { id: number };
        counts.set(id, (counts.get(id) ?? 0) + 1);
      },
    });
    while (Date.now() - lastMs < 3_000) await new Promise((resolve) => setTimeout(resolve, 100));
    await consumer.disconnect();
    const twice = [...counts].filter(([, count]) => count !== 1);
    expect({ rows: counts.size, twice: twice.length }).toEqual({ rows: ROWS, twice: 0 });
  });
});
