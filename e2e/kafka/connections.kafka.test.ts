/** Connecting: TLS and logins, what is said when one is refused, and looking at topics from outside a run. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../../src/runtime/connectors/kafka/client-settings.ts';
import { listTopics, sampleTopic, testConnection } from '../../src/runtime/node/kafka/kafka-browse.ts';
import { kafkaBrokers } from '../../src/runtime/node/kafka/kafka-client.ts';
import type { BrokerSettings } from '../../src/runtime/seams/broker.ts';
import { runOnMillrace } from '../flink/run-millrace.ts';
import { putRows } from './broker-rows.ts';
import { BROKER_LOGIN, type RealBroker, type SecureListeners, startRealBroker } from './real-broker.ts';

let broker: RealBroker;
let secure: SecureListeners;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-connections-'));
  broker = await startRealBroker({ isSecure: true });
  if (broker.secure === null) throw new Error('the broker was asked for secure listeners');
  secure = broker.secure;
  await broker.createTopic('letters', 2);
  await putRows(
    broker,
    'letters',
    ['a', 'b', 'c', 'd', 'e'].map((value, index) => ({
      partition: index % 2,
      key: `key-${value}`,
      value,
      timestamp: String(1_000 + index),
      headers: { from: value },
    })),
  );
});

afterAll(async () => {
  await broker?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

function jaas(module: string, { username, password } = BROKER_LOGIN): string {
  const name = `org.apache.kafka.common.security.${module}`;
  return `${name} required username=${quoted(username)} password=${quoted(password)};`;
}

/** Properties of each way in, as they stand in a table behind `properties.`. */
function ways(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const tls = { 'ssl.truststore.type': 'PEM', 'ssl.truststore.certificates': secure.certificate };
  const plain = { 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': jaas('plain.PlainLoginModule') };
  const scram = (bits: number): Record<string, string> => ({
    'sasl.mechanism': `SCRAM-SHA-${bits}`,
    'sasl.jaas.config': jaas('scram.ScramLoginModule'),
  });
  return {
    TLS: { 'bootstrap.servers': secure.tls, 'security.protocol': 'SSL', ...tls },
    'TLS with a file': {
      'bootstrap.servers': secure.tls,
      'security.protocol': 'SSL',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': secure.certificateFile,
    },
    PLAIN: { 'bootstrap.servers': secure.sasl, 'security.protocol': 'SASL_PLAINTEXT', ...plain },
    'SCRAM-SHA-256': { 'bootstrap.servers': secure.sasl, 'security.protocol': 'SASL_PLAINTEXT', ...scram(256) },
    'SCRAM-SHA-512 over TLS': {
      'bootstrap.servers': secure.saslTls,
      'security.protocol': 'SASL_SSL',
      ...tls,
      ...scram(512),
    },
  };
}

function settingsOf(properties: Readonly<Record<string, string>>): BrokerSettings {
  const settings = clientSettings(new Map(Object.entries(properties)));
  if (!settings.ok) throw new Error(settings.error.message);
  return settings.value;
}

/** Writes a row into a topic and reads it back; what came, or the message. */
async function roundTrip(topic: string, properties: Readonly<Record<string, string>>): Promise<string> {
  const options = Object.entries(properties).map(
    ([name, value]) => `'properties.${name}' = '${value.replaceAll("'", "''")}'`,
  );
  const script = join(folder, 'round-trip.sql');
  writeFileSync(
    script,
    `CREATE TABLE t (v STRING) WITH ('connector' = 'kafka', 'topic' = '${topic}', 'format' = 'raw', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', ${options.join(', ')});
     INSERT INTO t VALUES ('written by ${topic}');
     SELECT * FROM t;`,
  );
  const { error, results } = await runOnMillrace(script, 'source');
  if (error !== undefined) return error.message ?? 'failed without a message';
  return (results[results.length - 1]?.rows ?? []).map(([, values]) => values.join()).join();
}

describe('a broker that wants more than a connection', () => {
  it('is written and read over TLS and with each kind of login', async () => {
    const read: Record<string, string> = {};
    const expected: Record<string, string> = {};
    for (const [index, [name, properties]] of Object.entries(ways()).entries()) {
      await broker.createTopic(`way-${index}`);
      read[name] = await roundTrip(`way-${index}`, properties);
      expected[name] = `written by way-${index}`;
    }
    expect(read).toEqual(expected);
  });

  it('says what is wrong and what to do when it does not let somebody in', async () => {
    const all = ways();
    const wrong = jaas('plain.PlainLoginModule', { username: 'alice', password: 'wrong' });
    const nobody = jaas('scram.ScramLoginModule', { username: 'bob', password: 'wrong' });
    const attempts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      'wrong password': { ...all.PLAIN, 'sasl.jaas.config': wrong },
      'unknown user': { ...all['SCRAM-SHA-256'], 'sasl.jaas.config': nobody },
      'no certificate': { 'bootstrap.servers': secure.tls, 'security.protocol': 'SSL' },
      'TLS where there is none': { 'bootstrap.servers': broker.server, 'security.protocol': 'SSL' },
      'none where there is TLS': { 'bootstrap.servers': secure.tls },
      'no login where one is wanted': { 'bootstrap.servers': secure.sasl },
      'a login where none is wanted': { ...all.PLAIN, 'bootstrap.servers': broker.server },
      'another host': { 'bootstrap.servers': 'no-such-host.invalid:9092' },
      'nobody there': { 'bootstrap.servers': '127.0.0.1:9' },
    };
    const messages: Record<string, string> = {};
    for (const [name, properties] of Object.entries(attempts)) {
      const answer = await testConnection(kafkaBrokers(), settingsOf(properties));
      messages[name] = answer.ok ? `${answer.value.topicCount} topics` : answer.error.message;
    }
    const at = (server: string): string => `Kafka at ${server}`;
    const refused = (user: string): string =>
      `${at(secure.sasl)} refused user ${user}: check the user name and password in 'properties.sasl.jaas.config', and 'properties.sasl.mechanism'.`;
    const hangsUp = "hangs up: it may want TLS or a login ('properties.security.protocol'), or is just starting.";
    expect(messages).toEqual({
      'wrong password': refused('alice'),
      'unknown user': refused('bob'),
      'no certificate': `${at(secure.tls)} has a certificate that is not trusted here (self-signed certificate): give the one of its authority in PEM as 'properties.ssl.truststore.certificates'.`,
      'TLS where there is none': expect.stringMatching(
        new RegExp(
          `^${at(broker.server)} does not speak TLS there \\(.*\\): correct 'properties.security.protocol', or the port.$`,
        ),
      ),
      'none where there is TLS': `${at(secure.tls)} ${hangsUp}`,
      'no login where one is wanted': `${at(secure.sasl)} ${hangsUp}`,
      'a login where none is wanted': `${at(broker.server)} wants no login there: correct 'properties.security.protocol', or the port.`,
      'another host': expect.stringMatching(
        /^Kafka at no-such-host\.invalid:9092 cannot be reached: there is no such host/,
      ),
      'nobody there': `${at('127.0.0.1:9')} cannot be reached (connect ECONNREFUSED 127.0.0.1:9): start it, or correct 'properties.bootstrap.servers'.`,
    });
  });
});

describe('looking at a cluster', () => {
  it('tells that it answers, its topics with their partitions, and their newest records', async () => {
    const settings = settingsOf({ 'bootstrap.servers': broker.server });
    const answer = await testConnection(kafkaBrokers(), settings);
    expect(answer.ok && answer.value.topicCount).toBeGreaterThan(0);
    const topics = await listTopics(kafkaBrokers(), settings);
    expect(topics.ok && topics.value.find(({ topic }) => topic === 'letters')).toEqual({
      topic: 'letters',
      partitions: [
        { partition: 0, firstOffset: 0, nextOffset: 3 },
        { partition: 1, firstOffset: 0, nextOffset: 2 },
      ],
      recordCount: 5,
    });
    const sampled = await sampleTopic(kafkaBrokers(), settings, 'letters', 3);
    const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString();
    expect(
      sampled.ok &&
        sampled.value.map(({ partition, offset, key, value, timestampMs, headers }) => {
          const all = headers.map(([name, content]) => `${name}=${text(content)}`).join();
          return `${partition}/${offset} ${text(key)} ${text(value)} ${timestampMs} ${all}`;
        }),
    ).toEqual(['0/2 key-e e 1004 from=e', '1/1 key-d d 1003 from=d', '0/1 key-c c 1002 from=c']);
    const missing = await sampleTopic(kafkaBrokers(), settings, 'nowhere', 3);
    expect(missing.ok ? '' : missing.error.message).toBe(
      `Kafka at ${broker.server} does not have the topic nowhere: create the topic or correct 'topic'.`,
    );
  });

  it('finds the newest records behind the markers of transactions', async () => {
    await broker.createTopic('marked');
    const producer = broker.kafka.producer({ transactionalId: 'marked', idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (let n = 0; n < 8; n++) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'marked', messages: [{ value: String(n) }] });
      if (n % 4 === 0) await transaction.commit();
      else await transaction.abort();
    }
    await producer.disconnect();
    const settings = settingsOf({ 'bootstrap.servers': broker.server, 'isolation.level': 'read_committed' });
    const sampled = await sampleTopic(kafkaBrokers(), settings, 'marked', 2);
    expect(sampled.ok && sampled.value.map(({ value }) => String(Buffer.from(value ?? [])))).toEqual(['4', '0']);
  });
});
