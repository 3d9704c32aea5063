/** What goes wrong with topics and brokers while a job runs: what it does about it, and what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../../src/runtime/connectors/kafka/client-settings.ts';
import { listTopics } from '../../src/runtime/node/kafka/kafka-browse.ts';
import { kafkaBrokers } from '../../src/runtime/node/kafka/kafka-client.ts';
import { buildAll, PROJECT_FOLDER } from '../../tools/build.ts';
import { runOnMillrace } from '../flink/run-millrace.ts';
import { committedValues, putRows } from './broker-rows.ts';
import { type RealBroker, startRealBroker } from './real-broker.ts';

let broker: RealBroker;
let folder: string;
let scriptCount = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-troubles-'));
  await buildAll(['cli']);
  broker = await startRealBroker();
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function table(name: string, columns: string, topic: string, options: Readonly<Record<string, string>>): string {
  const all = { connector: 'kafka', topic, 'properties.bootstrap.servers': broker.server, format: 'json', ...options };
  const list = Object.entries(all).map(([key, value]) => `'${key}' = '${value}'`);
  return `CREATE TABLE ${name} (${columns}) WITH (${list.join(', ')});\n`;
}

const FROM_START = { 'scan.startup.mode': 'earliest-offset' };
const TO_END = { 'scan.bounded.mode': 'latest-offset' };

function script(text: string): string {
  const path = join(folder, `${scriptCount++}.sql`);
  writeFileSync(path, text);
  return path;
}

/** Rows of the last query, or the error. */
async function rowsOf(text: string): Promise<readonly string[]> {
  const { error, results } = await runOnMillrace(script(text), 'built');
  if (error !== undefined) return [`! ${error.message}`];
  return (results[results.length - 1]?.rows ?? []).map(([, values]) => values.join());
}

interface Running {
  readonly child: ChildProcess;
  /** What it printed so far. */
  output(): string;
  /** How it ended: its exit code, or the signal. */
  readonly ended: Promise<string>;
}

function start(text: string, ...args: readonly string[]): Running {
  const command = [join(PROJECT_FOLDER, 'dist/cli/millrace.cjs'), 'run', script(text), ...args];
  const child = spawn(process.execPath, command);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (output += part));
  const ended = new Promise<string>((resolve) => {
    child.on('close', (code, signal) => resolve(signal ?? String(code)));
  });
  return { child, output: () => output, ended };
}

async function until(what: string, is: () => boolean | Promise<boolean>): Promise<void> {
  const untilMs = Date.now() + 30_000;
  while (!(await is())) {
    if (Date.now() > untilMs) throw new Error(`${what} did not come to be`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Records of a topic, those of open transactions too. */
async function endOf(topic: string): Promise<number> {
  const settings = clientSettings(new Map([['bootstrap.servers', broker.server]]));
  if (!settings.ok) throw new Error(settings.error.message);
  const topics = await listTopics(kafkaBrokers(), settings.value);
  return (topics.ok && topics.value.find((each) => each.topic === topic)?.recordCount) || 0;
}

const numbers = (from: number, to: number, partition = 0) =>
  Array.from({ length: to - from }, (_, i) => ({ partition, value: JSON.stringify({ v: from + i }) }));

describe('a job whose topics change', () => {
  it('goes on where auto.offset.reset says when the records to go on with are gone', async () => {
    await broker.createTopic('shortened');
    await putRows(broker, 'shortened', numbers(0, 10));
    const admin = broker.kafka.admin();
    await admin.connect();
    await admin.fetchTopicMetadata({ topics: ['shortened'] });
    await admin.deleteTopicRecords({ topic: 'shortened', partitions: [{ partition: 0, offset: '6' }] });
    const partitions = [{ partition: 0, offset: '2' }];
    await admin.setOffsets({ groupId: 'behind', topic: 'shortened', partitions });
    await admin.disconnect();
    const read = (options: Readonly<Record<string, string>>): Promise<readonly string[]> =>
      rowsOf(`${table('t', 'v INT', 'shortened', { ...TO_END, ...options })} SELECT * FROM t;`);
    const group = { 'scan.startup.mode': 'group-offsets', 'properties.group.id': 'behind' };
    expect([
      await read({ 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0,offset:2' }),
      await read({ ...group, 'properties.auto.offset.reset': 'earliest' }),
      await read({ ...group, 'properties.auto.offset.reset': 'latest' }),
      await read(group),
    ]).toEqual([
      ['6', '7', '8', '9'],
      ['6', '7', '8', '9'],
      [],
      [
        `! Kafka at ${broker.server} no longer has the records to go on with (topic shortened, partition 0): they were deleted meanwhile. Set 'scan.startup.mode', or 'properties.auto.offset.reset' to earliest or latest.`,
      ],
    ]);
  });

  it('reads partitions that come into being while it runs', async () => {
    await broker.createTopic('growing');
    await putRows(broker, 'growing', numbers(0, 2));
    const options = { ...FROM_START, 'scan.topic-partition-discovery.interval': '300 ms' };
    const running = start(
      `${table('t', "v INT, p INT METADATA FROM 'partition'", 'growing', options)} SELECT * FROM t;`,
      '--limit',
      '4',
    );
    await until('the first row', () => running.output().includes('1'));
    const admin = broker.kafka.admin();
    await admin.connect();
    await admin.createPartitions({ topicPartitions: [{ topic: 'growing', count: 2 }] });
    await admin.disconnect();
    // The client of the test may not know the new partition at once.
    await until('the new partition', () =>
      putRows(broker, 'growing', numbers(10, 12, 1)).then(
        () => true,
        () => false,
      ),
    );
    expect(await running.ended).toBe('0');
    const rows = running.output().match(/\+I\W+\d+\W+\d+/g) ?? [];
    expect(rows.map((row) => row.match(/\d+/g)?.join('@'))).toEqual(['0@0', '1@0', '10@1', '11@1']);
  });

  it('reads what brokers compress, and names what it cannot', async () => {
    const kinds = ['gzip', 'snappy', 'lz4', 'zstd'];
    const admin = broker.kafka.admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: true,
      topics: kinds.map((kind) => ({
        topic: `packed-${kind}`,
        numPartitions: 1,
        configEntries: [{ name: 'compression.type', value: kind }],
      })),
    });
    await admin.disconnect();
    const read: Record<string, string> = {};
    for (const kind of kinds) {
      const compression: Readonly<Record<string, string>> =
        kind === 'gzip' || kind === 'snappy' ? { 'properties.compression.type': kind } : {};
      const t = table('t', 'v INT, w STRING', `packed-${kind}`, { ...FROM_START, ...TO_END, ...compression });
      const [first = ''] = await rowsOf(
        `${t} INSERT INTO t SELECT v, REPEAT('abc', v) FROM (VALUES (1), (20), (300)) s(v); SELECT SUM(v), SUM(CHAR_LENGTH(w)) FROM t HAVING COUNT(*) = 3;`,
      );
      read[kind] = first;
    }
    const hasZstd = Number(process.versions.node.split('.')[0]) > 22;
    expect(read).toEqual({
      gzip: '321,963',
      snappy: '321,963',
      lz4: '321,963',
      zstd: hasZstd ? '321,963' : expect.stringMatching(/^! .*topic packed-zstd, partition 0.*Zstandard, which Node/),
    });
  });

  it('splits what is too large together, and names a record that is too large alone', async () => {
    const admin = broker.kafka.admin();
    await admin.connect();
    const configEntries = [{ name: 'max.message.bytes', value: '2000' }];
    await admin.createTopics({ waitForLeaders: true, topics: [{ topic: 'narrow', numPartitions: 1, configEntries }] });
    await admin.disconnect();
    const t = table('t', 'v INT, w STRING', 'narrow', { ...FROM_START, ...TO_END });
    const values = Array.from({ length: 200 }, (_, i) => `(${i})`).join(', ');
    const rows = await rowsOf(
      `${t} INSERT INTO t SELECT v, REPEAT('x', 50) FROM (VALUES ${values}) s(v); SELECT v FROM t;`,
    );
    expect(rows).toEqual(Array.from({ length: 200 }, (_, i) => String(i)));
    expect(await rowsOf(`${t} INSERT INTO t SELECT 1, REPEAT('x', 5000); SELECT v FROM t;`)).toEqual([
      expect.stringMatching(
        /^! A message of 5,\d\d\d bytes is larger than Kafka at \S+ takes \(topic narrow, partition 0\): write smaller rows, or raise 'max\.message\.bytes' of the topic\.$/,
      ),
    ]);
  });
});

describe('a broker that goes away', () => {
  it('is waited for, and every row is written once when it comes back', async () => {
    await broker.createTopic('before');
    await broker.createTopic('after');
    await putRows(broker, 'before', numbers(0, 1_000));
    const until2000 = {
      'scan.bounded.mode': 'specific-offsets',
      'scan.bounded.specific-offsets': 'partition:0,offset:2000',
    };
    const running = start(
      `${table('input', 'v INT', 'before', { ...FROM_START, ...until2000 })} ${table('output', 'v INT', 'after', {})}
       INSERT INTO output SELECT * FROM input;`,
    );
    await until('the first rows', async () => (await endOf('after')) === 1_000);
    await broker.kill();
    await until('a word about it', () => running.output().includes('Trying again for 60 seconds'));
    await broker.start();
    await putRows(broker, 'before', numbers(1_000, 2_000));
    expect(await running.ended).toBe('0');
    expect(running.output()).toContain(`Kafka at ${broker.server} answers again.`);
    const { values } = await committedValues(broker, 'after');
    expect(values).toEqual(numbers(0, 2_000).map(({ value }) => value));
  });

  it('for longer than default.api.timeout.ms ends the job with its topic and what to do', async () => {
    await broker.createTopic('left');
    await putRows(broker, 'left', numbers(0, 1));
    const options = { ...FROM_START, 'properties.default.api.timeout.ms': '2000' };
    const running = start(`${table('t', 'v INT', 'left', options)} SELECT * FROM t;`);
    await until('the first row', () => running.output().includes('+I'));
    await broker.kill();
    expect(await running.ended).toBe('1');
    await broker.start();
    expect(running.output()).toMatch(
      new RegExp(
        `Kafka at ${broker.server} (?:cannot be reached|hangs up) \\(topic left\\)[^\n]*(?:start it, or correct|is just starting)`,
      ),
    );
  });
});

describe('a transaction that nobody ended', () => {
  const job = (topic: string): string =>
    `${table('input', 'v INT', 'forever', FROM_START)}
     ${table('output', 'v INT', topic, { 'sink.delivery-guarantee': 'exactly-once', 'sink.transactional-id-prefix': topic })}
     INSERT INTO output SELECT * FROM input;`;

  it('is aborted by the next run of the job, so that readers of what is committed go on', async () => {
    await broker.createTopic('forever');
    await broker.createTopic('killed');
    await putRows(broker, 'forever', numbers(0, 100));
    const running = start(job('killed'));
    await until('uncommitted rows', async () => (await endOf('killed')) >= 100);
    running.child.kill('SIGKILL');
    expect(await running.ended).toBe('SIGKILL');
    // It would be open for a quarter of an hour.
    const text = job('killed').replace("'earliest-offset'", "'earliest-offset', 'scan.bounded.mode' = 'latest-offset'");
    const again = start(text);
    expect(await again.ended).toBe('0');
    const { values, isWhole } = await committedValues(broker, 'killed');
    expect({ rows: values.length, isWhole }).toEqual({ rows: 100, isWhole: true });
  });

  it('is aborted at once when the run is stopped by Ctrl+C', async () => {
    await broker.createTopic('stopped');
    const running = start(job('stopped'));
    await until('uncommitted rows', async () => (await endOf('stopped')) >= 100);
    running.child.kill('SIGINT');
    expect(await running.ended).toBe('130');
    const { values, isWhole } = await committedValues(broker, 'stopped');
    expect({ rows: values.length, isWhole }).toEqual({ rows: 0, isWhole: true });
  });
});
