/** Reading topics: from where, how far, which columns, what a bad record says. Over a broker in memory. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Row } from '../../data/value.ts';
import type { SourceReader } from '../../engine/source.ts';
import { SplitCursor } from '../../engine/splits.ts';
import { formatNamed } from '../../job/format-registry.ts';
import { MemoryBroker } from '../../seams/memory-broker.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import { allColumns, pollInto, RowLog, tableOf, testSeams } from '../test-table.ts';
import { kafkaConnector } from './connector.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const BIGINT: LogicalType = { kind: 'BIGINT', nullable: true };
const connector = kafkaConnector(formatNamed);

const bounded = {
  topic: 'a',
  format: 'raw',
  'properties.bootstrap.servers': 'localhost:9092',
  'scan.startup.mode': 'earliest-offset',
  'scan.bounded.mode': 'latest-offset',
};
const lines = (options: Readonly<Record<string, string>> = {}): BoundTable =>
  tableOf({ line: STRING }, { ...bounded, ...options });

/** Five records in two partitions, a second apart. */
function broker(): MemoryBroker {
  const made = new MemoryBroker();
  made.create('a', 2);
  for (const [partition, text, second] of [
    [0, 'p', 1],
    [1, 'q', 2],
    [0, 'r', 3],
    [1, 's', 4],
    [0, 't', 5],
  ] as const)
    made.put('a', partition, { value: encodeUtf8(text), timestampMs: second * 1000 });
  return made;
}

function readerOf(table: BoundTable, brokers: MemoryBroker, columns = allColumns(table)): SourceReader {
  const reader = connector.source?.create({ table, columns, seams: { ...testSeams(), brokers } });
  if (reader === undefined || !reader.ok) throw new Error('the table can be read');
  return reader.value;
}

/** Rows without the marks of their splits. */
async function rowsOf(table: BoundTable, brokers = broker(), columns = allColumns(table)): Promise<string[]> {
  const reader = readerOf(table, brokers, columns);
  await opened(reader);
  const log = new RowLog(table, columns);
  const end = pollInto(reader, log);
  reader.close();
  return end === 'end' || end === '!' ? log.rows : [...log.rows, end];
}

function opened(reader: SourceReader): Promise<void> {
  return new Promise((resolve) => void reader.open(resolve));
}

describe('kafka source', () => {
  it('begins where each startup mode says', async () => {
    const brokers = broker();
    brokers.commit('g', { topic: 'a', partition: 0 }, 1);
    const modes: Readonly<Record<string, string>>[] = [
      { 'scan.startup.mode': 'earliest-offset' },
      { 'scan.startup.mode': 'latest-offset' },
      { 'scan.startup.mode': 'timestamp', 'scan.startup.timestamp-millis': '3000' },
      { 'scan.startup.mode': 'specific-offsets', 'scan.startup.specific-offsets': 'partition:0,offset:2' },
      { 'scan.startup.mode': 'group-offsets', 'properties.group.id': 'g', 'properties.auto.offset.reset': 'latest' },
      { 'scan.startup.mode': 'group-offsets', 'properties.group.id': 'g' },
    ];
    const rows: string[][] = [];
    for (const mode of modes) rows.push(await rowsOf(lines(mode), brokers));
    expect(rows).toEqual([
      ['+I[p]', '+I[r]', '+I[t]', '+I[q]', '+I[s]'],
      [],
      ['+I[r]', '+I[t]', '+I[s]'],
      ['+I[t]', '+I[q]', '+I[s]'],
      ['+I[r]', '+I[t]'],
      [
        "! Undefined offset with no reset policy for partitions: [a-1] (group g has read nothing there). Set 'scan.startup.mode', or 'properties.auto.offset.reset', to say where reading begins.",
      ],
    ]);
  });

  it('ends where each bounded mode says', async () => {
    const brokers = broker();
    brokers.commit('g', { topic: 'a', partition: 0 }, 1);
    brokers.commit('g', { topic: 'a', partition: 1 }, 0);
    const modes: Readonly<Record<string, string>>[] = [
      { 'scan.bounded.mode': 'unbounded' },
      { 'scan.bounded.mode': 'group-offsets', 'properties.group.id': 'g' },
      { 'scan.bounded.mode': 'timestamp', 'scan.bounded.timestamp-millis': '3000' },
      {
        'scan.bounded.mode': 'specific-offsets',
        'scan.bounded.specific-offsets': 'partition:0,offset:2;partition:1,offset:1',
      },
    ];
    const rows: string[][] = [];
    for (const mode of modes) rows.push(await rowsOf(lines(mode), brokers));
    expect(rows).toEqual([
      ['+I[p]', '+I[r]', '+I[t]', '+I[q]', '+I[s]', 'blocked'],
      ['+I[p]'],
      ['+I[p]', '+I[q]'],
      ['+I[p]', '+I[r]', '+I[q]'],
    ]);
  });

  it('takes columns from key, value and metadata, in any order', async () => {
    const brokers = new MemoryBroker();
    brokers.create('a', 1);
    const record = { key: encodeUtf8('{"id":7}'), value: encodeUtf8('{"v":1}'), timestampMs: 1000 };
    brokers.put('a', 0, record, { ...record, value: null }, { ...record, key: null });
    const table = tableOf(
      {
        o: { metadata: 'offset', type: BIGINT },
        k_id: INT,
        t: { metadata: 'timestamp', type: { kind: 'TIMESTAMP', nullable: true, precision: 3 } },
        v: INT,
      },
      {
        ...bounded,
        'key.format': 'json',
        'key.fields': 'k_id',
        'key.fields-prefix': 'k_',
        'value.fields-include': 'EXCEPT_KEY',
      },
    );
    const json = { ...table, options: new Map([...table.options, ['format', 'json']]) };
    expect([await rowsOf(json, brokers), await rowsOf(json, brokers, [3, 0])]).toEqual([
      ['+I[0, 7, 1970-01-01 00:00:01.000, 1]'],
      ['+I[1, 0]'],
    ]);
  });

  it('says of a bad record where it is and why, and skips it when told to', async () => {
    const brokers = new MemoryBroker();
    brokers.create('a', 1);
    brokers.put(
      'a',
      0,
      { value: encodeUtf8('{"v":1}') },
      { value: encodeUtf8('{"v"') },
      { value: encodeUtf8('{"v":2}') },
    );
    const table = tableOf({ v: INT }, { ...bounded, format: 'json' });
    const lenient = tableOf({ v: INT }, { ...bounded, format: 'json', 'json.ignore-parse-errors': 'true' });
    const [first, failure] = await rowsOf(table, brokers);
    expect([first, failure?.slice(0, 74), await rowsOf(lenient, brokers)]).toEqual([
      '+I[1]',
      '! Failed to deserialize consumer record (topic a, partition 0, offset 1): ',
      ['+I[1]', '+I[2]'],
    ]);
  });

  it('reads topics by pattern, and fails with the name of a topic that is not there', async () => {
    const brokers = broker();
    brokers.create('ab', 1);
    brokers.put('ab', 0, { value: encodeUtf8('z') });
    const { topic: _, ...rest } = bounded;
    const pattern = tableOf({ line: STRING }, { ...rest, 'topic-pattern': 'a.+' });
    expect([await rowsOf(pattern, brokers), await rowsOf(lines({ topic: 'a;nowhere' }), brokers)]).toEqual([
      ['+I[z]'],
      ['! The topic nowhere does not exist.'],
    ]);
  });

  it('goes on from its position after any row', async () => {
    const brokers = broker();
    const table = lines();
    const rows: string[] = [];
    let position = null;
    for (let stops = 0; stops < 6; stops++) {
      const reader = readerOf(table, brokers);
      if (position !== null) reader.restore(position);
      await opened(reader);
      const log = new RowLog(table, [0]);
      pollInto(reader, log, 1, 1);
      rows.push(...log.rows);
      position = JSON.parse(JSON.stringify(reader.position()));
      reader.close();
    }
    expect(rows.sort()).toEqual(['+I[p]', '+I[q]', '+I[r]', '+I[s]', '+I[t]']);
  });

  it('marks every row with its partition, and tells when one is at its end', async () => {
    const reader = readerOf(lines(), broker());
    await opened(reader);
    const cursor = new SplitCursor(1);
    const seen: unknown[] = [];
    const output = {
      processRow: (_kind: number, row: Row) => void seen.push([cursor.enter(row), cursor.current, cursor.live]),
    };
    while (reader.poll(output, 1).ok && seen.length < 5);
    expect(seen).toEqual([
      [['p'], 'a-0', ['a-0', 'a-1']],
      [['r'], 'a-0', ['a-0', 'a-1']],
      [['t'], 'a-0', ['a-0', 'a-1']],
      [['q'], 'a-1', ['a-1']],
      [['s'], 'a-1', ['a-1']],
    ]);
  });

  it('takes no property that would load a class or read a file, and only two login modules', () => {
    const problems = (options: Readonly<Record<string, string>>): (string | undefined)[] =>
      connector.validate(lines(options), 'source').map(({ key }) => key);
    const sasl = { 'properties.security.protocol': 'SASL_SSL', 'properties.sasl.mechanism': 'PLAIN' };
    const login = (module: string): Record<string, string> => ({
      ...sasl,
      'properties.sasl.jaas.config': `${module} required username="u" password="p";`,
    });
    expect([
      problems({ 'properties.interceptor.classes': 'evil.Interceptor' }),
      problems({ 'properties.sasl.login.callback.handler.class': 'evil.Handler' }),
      problems(login('com.sun.security.auth.module.JndiLoginModule')),
      problems(login('org.apache.kafka.common.security.scram.ScramLoginModule')),
      problems(login('org.apache.kafka.common.security.plain.PlainLoginModule')),
    ]).toEqual([
      ['properties.interceptor.classes'],
      ['properties.sasl.login.callback.handler.class'],
      ['properties.sasl.jaas.config'],
      ['properties.sasl.jaas.config'],
      [],
    ]);
  });
});
