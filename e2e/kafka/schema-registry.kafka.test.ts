/** `avro-confluent` with a real registry and a real broker, as a user runs it: scripts on the command line. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ResultDocument } from '../flink/result-document.ts';
import { runOnMillrace } from '../flink/run-millrace.ts';
import { type RealBroker, startRealBroker } from './real-broker.ts';
import { type RealRegistry, startRealRegistry } from './real-registry.ts';

let broker: RealBroker;
let registry: RealRegistry;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-registry-'));
  [broker, registry] = await Promise.all([startRealBroker(), startRealRegistry()]);
}, 300_000);

afterAll(async () => {
  await Promise.all([broker?.stop(), registry?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = 'id INT NOT NULL, name STRING, price DECIMAL(10, 2), ts TIMESTAMP(3), tags ARRAY<STRING>';

function table(name: string, columns: string, topic: string, more = ''): string {
  return `CREATE TABLE ${name} (${columns}) WITH ('connector' = 'kafka', 'topic' = '${topic}',
    'properties.bootstrap.servers' = '${broker.server}', 'scan.startup.mode' = 'earliest-offset',
    'scan.bounded.mode' = 'latest-offset', 'format' = 'avro-confluent', 'avro-confluent.url' = '${registry.url}'${more});\n`;
}

async function run(script: string): Promise<ResultDocument> {
  const path = join(folder, 'job.sql');
  writeFileSync(path, script);
  return runOnMillrace(path, 'source');
}

async function asked(path: string): Promise<unknown> {
  return (await fetch(`${registry.url}/${path}`)).json();
}

describe('a schema registry', () => {
  it('gets the table’s schema under the topic’s name, and gives it to readers of other columns', async () => {
    await broker.createTopic('orders');
    const written = await run(
      `${table('orders', COLUMNS, 'orders')}INSERT INTO orders VALUES
        (1, 'a', 1.50, TIMESTAMP '2024-01-02 03:04:05.678', ARRAY['x', 'y']),
        (2, CAST(NULL AS STRING), CAST(NULL AS DECIMAL(10, 2)), CAST(NULL AS TIMESTAMP(3)), CAST(NULL AS ARRAY<STRING>));`,
    );
    expect(written.error).toBeUndefined();
    const version = (await asked('subjects/orders-value/versions/latest')) as { schema: string };
    expect(JSON.parse(version.schema)).toMatchObject({
      type: 'record',
      name: 'record',
      namespace: 'org.apache.flink.avro.generated',
    });
    const whole = await run(`${table('orders', COLUMNS, 'orders')}SELECT * FROM orders;`);
    const other = await run(
      `${table('orders', 'later STRING, price DECIMAL(10, 2), id BIGINT', 'orders')}SELECT * FROM orders;`,
    );
    expect([whole.results[0]?.rows, other.results[0]?.rows]).toEqual([
      [
        ['+I', ['1', 'a', '1.50', '2024-01-02 03:04:05.678', ['x', 'y']]],
        ['+I', ['2', null, null, null, null]],
      ],
      [
        ['+I', [null, '1.50', '1']],
        ['+I', [null, null, '2']],
      ],
    ]);
  });

  it('gives each record its own schema where writers have changed theirs', async () => {
    await broker.createTopic('grown');
    const begun = await run(`${table('before_it', 'id INT NOT NULL', 'grown')}INSERT INTO before_it VALUES (1);`);
    expect(begun.error).toBeUndefined();
    const newer = table('newer', 'id INT NOT NULL, more STRING', 'grown');
    const added = await run(`${newer}INSERT INTO newer VALUES (2, 'm');`);
    expect(added.error).toBeUndefined();
    expect((await asked('subjects/grown-value/versions')) as readonly number[]).toHaveLength(2);
    const read = await run(`${newer}SELECT * FROM newer;`);
    expect(read.results[0]?.rows).toEqual([
      ['+I', ['1', null]],
      ['+I', ['2', 'm']],
    ]);
  });

  it('is named when it cannot be reached, and records that are none of its are named too', async () => {
    await broker.createTopic('plain');
    const producer = broker.kafka.producer();
    await producer.connect();
    await producer.send({ topic: 'plain', messages: [{ value: '{"id":1}' }] });
    await producer.send({ topic: 'plain', messages: [{ value: Buffer.from([0, 0, 1, 2, 3, 4]) }] });
    await producer.disconnect();
    const plain = await run(`${table('plain', 'id INT', 'plain')}SELECT * FROM plain;`);
    const from = (offset: number, url: string): string =>
      table('plain', 'id INT', 'plain')
        .replace(
          "'earliest-offset'",
          `'specific-offsets', 'scan.startup.specific-offsets' = 'partition:0,offset:${offset}'`,
        )
        .replace(registry.url, url);
    const unknown = await run(`${from(1, registry.url)}SELECT * FROM plain;`);
    const gone = await run(`${from(1, 'http://127.0.0.1:1')}SELECT * FROM plain;`);
    expect([plain.error?.message, unknown.error?.message, gone.error?.message]).toEqual([
      expect.stringContaining(
        '(topic plain, partition 0, offset 0): Failed to deserialize Avro record: Unknown data format. Magic number does not match',
      ),
      expect.stringMatching(/offset 1\).*Could not find schema with id 66051 in registry/),
      expect.stringMatching(/Could not find schema with id 66051 in registry: http:\/\/127\.0\.0\.1:1 cannot be used/),
    ]);
  });
});
