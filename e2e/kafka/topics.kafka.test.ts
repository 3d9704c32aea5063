/** `kafka` and `upsert-kafka` on a real broker, as a user runs them: scripts on the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOnMillrace } from '../flink/run-millrace.ts';
import { type PutRecord, putRows } from './broker-rows.ts';
import { type RealBroker, startRealBroker } from './real-broker.ts';

let broker: RealBroker;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-topics-'));
  broker = await startRealBroker();
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const put = (topic: string, records: readonly PutRecord[]): Promise<void> => putRows(broker, topic, records);

/** Columns and options of a table that reads a topic from its beginning to its end. */
function table(name: string, columns: string, topic: string, options: Readonly<Record<string, string>>): string {
  const all = {
    connector: 'kafka',
    topic,
    'properties.bootstrap.servers': broker.server,
    'scan.startup.mode': 'earliest-offset',
    'scan.bounded.mode': 'latest-offset',
    ...options,
  };
  const list = Object.entries(all).filter(([, value]) => value !== '');
  return `CREATE TABLE ${name} (${columns}) WITH (${list.map(([key, value]) => `'${key}' = '${value}'`).join(', ')});\n`;
}

/** Runs a script; rows of its last query, in the order in which they came, or the error. */
async function rowsOf(script: string): Promise<readonly string[]> {
  const path = join(folder, 'job.sql');
  writeFileSync(path, script);
  const { error, results } = await runOnMillrace(path, 'source');
  if (error !== undefined) return [`! ${error.message}`];
  return (results[results.length - 1]?.rows ?? []).map(([kind, values]) => `${kind} ${JSON.stringify(values)}`);
}

const sorted = async (script: string): Promise<readonly string[]> => [...(await rowsOf(script))].sort();

describe('topics of a real broker', () => {
  it('keep what a script writes: keys by their hash, event times, headers', async () => {
    await broker.createTopic('written', 3);
    const columns = `id INT, name STRING, ts TIMESTAMP_LTZ(3) METADATA FROM 'timestamp', h MAP<STRING, BYTES> METADATA FROM 'headers',
      p INT METADATA FROM 'partition' VIRTUAL, o BIGINT METADATA FROM 'offset' VIRTUAL, topic STRING METADATA VIRTUAL,
      kind STRING METADATA FROM 'timestamp-type' VIRTUAL`;
    const keyed = {
      'key.format': 'raw',
      'key.fields': 'name',
      'value.format': 'json',
      'value.fields-include': 'EXCEPT_KEY',
    };
    const script = `SET 'table.local-time-zone' = 'UTC';
      ${table('t', columns, 'written', keyed)}
      INSERT INTO t SELECT id, name, TO_TIMESTAMP_LTZ(id * 1000, 3), MAP['h', CAST(name AS BYTES)]
        FROM (VALUES (1, 'a'), (2, 'b'), (3, 'a'), (4, 'c')) v(id, name);
      SELECT id, name, ts, CAST(h['h'] AS STRING), topic, kind FROM t;`;
    expect(await sorted(script)).toEqual([
      '+I ["1","a","1970-01-01 00:00:01.000","a","written","CreateTime"]',
      '+I ["2","b","1970-01-01 00:00:02.000","b","written","CreateTime"]',
      '+I ["3","a","1970-01-01 00:00:03.000","a","written","CreateTime"]',
      '+I ["4","c","1970-01-01 00:00:04.000","c","written","CreateTime"]',
    ]);
    // A key is always in one partition, with offsets of its own.
    const places = await rowsOf(
      `${table('t', columns, 'written', keyed)} SELECT name, COUNT(DISTINCT p), MAX(o) - MIN(o) FROM t WHERE name = 'a' GROUP BY name;`,
    );
    expect(places[places.length - 1]).toMatch(/^\+U \["a","1","[12]"\]$/);
  });

  it('are read from and to where each mode says', async () => {
    await broker.createTopic('modes', 2);
    const value = (second: number): string => JSON.stringify({ v: second });
    for (const [partition, second] of [
      [0, 1],
      [1, 2],
      [0, 3],
      [1, 4],
      [0, 5],
    ] as const)
      await put('modes', [{ partition, value: value(second), timestamp: String(second * 1000) }]);
    const admin = broker.kafka.admin();
    await admin.connect();
    const partitions = [
      { partition: 0, offset: '1' },
      { partition: 1, offset: '1' },
    ];
    await admin.setOffsets({ groupId: 'g', topic: 'modes', partitions });
    await admin.disconnect();
    const group = { 'properties.group.id': 'g' };
    const modes: readonly Readonly<Record<string, string>>[] = [
      {},
      { 'scan.startup.mode': 'latest-offset' },
      { 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': '3000' },
      {
        'scan.startup.mode': 'specific-offsets',
        'scan.startup.specific-offsets': 'partition:0,offset:2;partition:1,offset:1',
      },
      { 'scan.startup.mode': 'group-offsets', ...group },
      { 'scan.bounded.mode': 'timestamp', 'scan.bounded.timestamp-millis': '3000' },
      {
        'scan.bounded.mode': 'specific-offsets',
        'scan.bounded.specific-offsets': 'partition:0,offset:2;partition:1,offset:0',
      },
      { 'scan.bounded.mode': 'group-offsets', ...group },
    ];
    const read: string[] = [];
    for (const mode of modes) {
      const rows = await sorted(`${table('t', 'v INT', 'modes', { format: 'json', ...mode })} SELECT v FROM t;`);
      read.push(rows.map((row) => row.replace(/\D/g, '')).join(' '));
    }
    expect(read).toEqual(['1 2 3 4 5', '', '3 4 5', '4 5', '3 4 5', '1 2', '1 3', '1 2']);
  });

  it('make an upsert-kafka table: the last row of each key, and deletions', async () => {
    await broker.createTopic('upserts');
    const u = table('u', 'k STRING, n BIGINT, PRIMARY KEY (k) NOT ENFORCED', 'upserts', {
      connector: 'upsert-kafka',
      'key.format': 'json',
      'value.format': 'json',
      'scan.startup.mode': '',
    });
    const script = `${u} INSERT INTO u SELECT k, COUNT(*) FROM (VALUES ('a'), ('b'), ('a')) v(k) GROUP BY k;`;
    await rowsOf(script);
    await put('upserts', [{ key: '{"k":"b"}', value: null }]);
    expect(await rowsOf(`${u} SELECT * FROM u;`)).toEqual([
      '+I ["a","1"]',
      '+I ["b","1"]',
      '-U ["a","1"]',
      '+U ["a","2"]',
      '-D ["b","1"]',
    ]);
  });

  it('hide aborted records from who reads what is committed, and show them to others', async () => {
    await broker.createTopic('transactions');
    const producer = broker.kafka.producer({ transactionalId: 'test', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const [value, isKept] of [
      ['1', true],
      ['2', false],
      ['3', true],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'transactions', messages: [{ value }] });
      if (isKept) await transaction.commit();
      else await transaction.abort();
    }
    await producer.disconnect();
    const read = (level: string): Promise<readonly string[]> =>
      rowsOf(
        `${table('t', 'v STRING', 'transactions', { format: 'raw', 'properties.isolation.level': level })} SELECT v FROM t;`,
      );
    expect([await read('read_committed'), await read('read_uncommitted')]).toEqual([
      ['+I ["1"]', '+I ["3"]'],
      ['+I ["1"]', '+I ["2"]', '+I ["3"]'],
    ]);
  });

  it('say of a bad record where it is, of a topic that is not there its name, of a broker that is down its address', async () => {
    await broker.createTopic('bad');
    await put('bad', [{ value: '{"v":1}' }, { value: '{"v"' }]);
    const read = (topic: string, options: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
      rowsOf(`${table('t', 'v INT', topic, { format: 'json', ...options })} SELECT v FROM t;`);
    const down = { 'properties.bootstrap.servers': '127.0.0.1:9' };
    const messages = [...(await read('bad')), ...(await read('nowhere')), ...(await read('bad', down))];
    expect(messages).toEqual([
      expect.stringMatching(/^! Failed to deserialize consumer record \(topic bad, partition 0, offset 1\): ./),
      `! Kafka at ${broker.server} does not have the topic nowhere: create the topic or correct 'topic'.`,
      expect.stringMatching(/^! Kafka at 127\.0\.0\.1:9 cannot be reached/),
    ]);
    expect(await read('bad', { 'json.ignore-parse-errors': 'true' })).toEqual(['+I ["1"]']);
  });

  it('go on being read when the broker was killed and came back', async () => {
    await broker.createTopic('restarts', 2);
    const t = table('t', 'v INT', 'restarts', {
      format: 'json',
      'scan.bounded.mode': 'specific-offsets',
      'scan.bounded.specific-offsets': 'partition:0,offset:2;partition:1,offset:0',
    });
    await put('restarts', [{ partition: 0, value: '{"v":1}' }]);
    const reading = sorted(`${t} SELECT v FROM t;`);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    await broker.kill();
    await broker.start();
    await put('restarts', [{ partition: 0, value: '{"v":2}' }]);
    expect(await reading).toEqual(['+I ["1"]', '+I ["2"]']);
  });
});
