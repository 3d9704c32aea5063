/** Schemas proposed from samples, and the tables that come of them. */
import { describe, expect, it } from 'vitest';
import { applyTextEdits } from '../base/span.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import { analyse } from '../job/analyse.ts';
import { edit } from '../program/apply-edit.ts';
import { EMPTY_LAYOUT } from '../program/layout.ts';
import { secretReference } from '../program/secret-references.ts';
import { NEW_CONNECTION } from './connection.ts';
import { proposeFromAvro } from './propose-avro.ts';
import { type Proposal, proposeSchema, type SampleFormat, schemaIdOf } from './propose-schema.ts';
import type { Sample } from './sample.ts';
import { type TopicChoice, topicTable } from './topic-table.ts';

interface Given {
  readonly value: unknown;
  readonly key?: unknown;
  readonly timestampMs?: number;
}

/** Samples as a cluster gives them, the newest first. */
function samples(...given: readonly Given[]): readonly Sample[] {
  const bytes = (value: unknown): Uint8Array | null =>
    value === undefined || value === null
      ? null
      : value instanceof Uint8Array
        ? value
        : encodeUtf8(typeof value === 'string' ? value : JSON.stringify(value));
  return given
    .map(({ value, key, timestampMs }, offset): Sample => {
      const encoded = bytes(value);
      return {
        partition: 0,
        offset,
        timestampMs: timestampMs ?? 1_700_000_000_000 + offset * 1_000,
        key: bytes(key),
        value: encoded,
        headers: [],
        valueSizeBytes: encoded?.length ?? 0,
      };
    })
    .reverse();
}

const of = (...values: readonly unknown[]) => samples(...values.map((value) => ({ value })));
const typesOf = ({ columns }: Proposal) =>
  columns.map(({ name, type, isAlwaysThere }) => `${name} ${type}${isAlwaysThere ? ' !' : ''}`);

describe('a proposed schema', () => {
  it('has the narrowest type that reads all values of a field', () => {
    const proposal = proposeSchema(
      of(
        '{"id":1,"big":12345678901234567890,"price":1.0,"ok":true,"name":"a","when":"2024-01-31 12:00:00","day":"2024-01-31","at":"12:00:01","mixed":1,"none":null}',
        '{"id":2,"big":5,"price":3,"ok":false,"name":"b","when":"2024-01-31 12:00:01.123456","day":"2024-02-01","at":"12:00:02","mixed":"x","none":null}',
      ),
    );
    expect([proposal.format, typesOf(proposal), proposal.options, proposal.notes]).toEqual([
      'json',
      [
        'id BIGINT !',
        'big DECIMAL(38, 0) !',
        'price DOUBLE !',
        'ok BOOLEAN !',
        'name STRING !',
        'when TIMESTAMP(3) !',
        'day DATE !',
        'at TIME !',
        'mixed STRING !',
        'none STRING',
      ],
      [],
      ['No sample has a value of none: STRING is a guess.'],
    ]);
  });

  it('nests rows, arrays and maps, and says which fields are not always there', () => {
    const wide = Object.fromEntries([...Array(30)].map((_, index) => [`k${index}`, index]));
    const labels = Object.keys(wide);
    const proposal = proposeSchema(
      of(
        ...labels.map((label, index) => ({
          user: { 'first name': 'x', tags: ['a', 'b'], ...(index % 2 === 0 ? { age: 4 } : {}) },
          lines: [{ sku: 1, count: 1.5 }],
          empty: [],
          labels: { [label]: index },
          bag: {},
          ...(index === 0 ? { extra: 1 } : {}),
        })),
      ),
    );
    expect(typesOf(proposal)).toEqual([
      'user ROW<`first name` STRING, `tags` ARRAY<STRING>, `age` BIGINT> !',
      'lines ARRAY<ROW<`sku` BIGINT, `count` DOUBLE>> !',
      'empty ARRAY<STRING> !',
      'labels MAP<STRING, BIGINT> !',
      'bag MAP<STRING, STRING> !',
      'extra BIGINT',
    ]);
  });

  it('finds event time in times, in numbers with the name of a time, and in the record, and how late rows come', () => {
    const at = (second: number) => `2024-01-31T12:00:${String(second).padStart(2, '0')}Z`;
    const proposal = proposeSchema(
      of(
        { id: 1700000000001, created_at: at(10), ts: 1700000000000 },
        { id: 1700000000002, created_at: at(2), ts: 1700000001000 },
        { id: 1700000000003, created_at: at(40), ts: 1700000002000 },
      ),
    );
    expect([proposal.options, proposal.times]).toEqual([
      [{ key: 'json.timestamp-format.standard', value: 'ISO-8601' }],
      [
        { column: 'created_at', expression: null, isMetadata: false, delayMs: 10_000, source: 'TIMESTAMP_LTZ(3)' },
        {
          column: 'ts_time',
          expression: 'TO_TIMESTAMP_LTZ(`ts`, 3)',
          isMetadata: false,
          delayMs: 5_000,
          source: 'milliseconds in ts',
        },
        {
          column: 'record_time',
          expression: null,
          isMetadata: true,
          delayMs: 5_000,
          source: 'timestamp of the record',
        },
      ],
    ]);
  });

  it('keeps one style of times for the format, and says which fields stay text', () => {
    const proposal = proposeSchema(
      of({ a: '2024-01-31T12:00:00', b: '2024-01-31 12:00:00', c: '2024-01-31T12:00:00' }),
    );
    expect([typesOf(proposal), proposal.notes]).toEqual([
      ['a TIMESTAMP(3) !', 'b STRING !', 'c TIMESTAMP(3) !'],
      ['Times are written in two ways: b stays text.'],
    ]);
  });

  it('reads through the envelope of change events, and takes the key of the rows from the keys of the records', () => {
    const event = (op: string, before: unknown, after: unknown) => ({ op, before, after, source: {}, ts_ms: 1 });
    const plain = proposeSchema(
      samples(
        { key: { id: 1 }, value: event('c', null, { id: 1, total: 2.5 }) },
        { key: { id: 1 }, value: event('u', { id: 1, total: 2.5 }, { id: 1, total: 3, note: 'x' }) },
        { key: { id: 1 }, value: null },
      ),
    );
    const wrapped = proposeSchema(of({ schema: {}, payload: event('r', null, { id: 7 }) }));
    const canal = proposeSchema(of({ data: [{ id: '7', name: 'x' }], type: 'INSERT', database: 'd', table: 't' }));
    const maxwell = proposeSchema(of({ data: { id: 7 }, type: 'insert', database: 'd', table: 't', ts: 1 }));
    const seen = [plain, wrapped, canal, maxwell].map((p) => [
      p.format,
      typesOf(p),
      p.primaryKey,
      p.options.map(({ key }) => key),
    ]);
    expect(seen).toEqual([
      ['debezium-json', ['id BIGINT !', 'total DOUBLE !', 'note STRING'], ['id'], []],
      ['debezium-json', ['id BIGINT !'], [], ['debezium-json.schema-include']],
      ['canal-json', ['id BIGINT !', 'name STRING !'], [], []],
      ['maxwell-json', ['id BIGINT !'], [], []],
    ]);
  });

  it('splits lines of values, with quotes, and leaves gaps NULL', () => {
    const proposal = proposeSchema(of('1;"a;b";2.5;2024-01-31 12:00:00;007\n', '2;c;;2024-01-31 12:00:05;008'));
    expect([proposal.format, proposal.options, typesOf(proposal), proposal.times[0]?.column]).toEqual([
      'csv',
      [
        { key: 'csv.field-delimiter', value: ';' },
        { key: 'csv.null-literal', value: '' },
      ],
      ['column_1 BIGINT !', 'column_2 STRING !', 'column_3 DOUBLE', 'column_4 TIMESTAMP(3) !', 'column_5 STRING !'],
      'column_4',
    ]);
  });

  it('is one column for what is nothing else: text, bytes, records of a registry', () => {
    const raw = [
      proposeSchema(of('hello', 'world, you')),
      proposeSchema(of(Uint8Array.of(1, 2, 250))),
      proposeSchema(of(Uint8Array.of(0, 0, 0, 0, 7, 2, 4))),
    ];
    expect(raw.map((p) => [p.format, typesOf(p), p.notes.length])).toEqual([
      ['raw', ['payload STRING !'], 0],
      ['raw', ['payload BYTES !'], 0],
      ['raw', ['payload BYTES !'], 1],
    ]);
    const ids = [of(Uint8Array.of(0, 0, 0, 1, 7, 2)), of('text'), of(Uint8Array.of(0, 0, 0, 0, 7, 2), 'text'), of()];
    expect(ids.map(schemaIdOf)).toEqual([263, null, null, null]);
    expect(raw[2]?.notes[0]).toContain("schema 7): format 'avro-confluent'");
  });

  it('says how many samples the format does not read, and obeys a format that was chosen', () => {
    const given = of({ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 }, 'broken');
    const json = proposeSchema(given);
    expect([json.readCount, json.valueCount, json.notes]).toEqual([
      4,
      5,
      [
        "1 of 5 samples cannot be read as json: a run stops at such a record, unless 'json.ignore-parse-errors' is 'true'.",
      ],
    ]);
    expect(typesOf(proposeSchema(given, 'raw'))).toEqual(['payload STRING !']);
    expect(proposeSchema([]).format).toBe('json');
  });
});

const SCRIPT = `CREATE TABLE clicks (
  id BIGINT
) WITH (
  'connector' = 'kafka',
  'topic' = 'old',
  'properties.bootstrap.servers' = 'somewhere:9092',
  'properties.group.id' = 'mine',
  'format' = 'csv',
  'csv.field-delimiter' = ';'
);
`;

/** The script after a choice was taken into its table, as one edit. */
function taken(proposal: Proposal, more: Partial<TopicChoice> = {}): string {
  const [node] = analyse(SCRIPT, { statementCountMax: 100 }).graph.nodes;
  if (node?.form?.kind !== 'table') throw new Error('no table');
  const form = topicTable(node.form, {
    topic: 'clicks-eu',
    connection: { ...NEW_CONNECTION, name: 'eu', servers: 'eu:9092' },
    format: proposal.format,
    formatOptions: proposal.options,
    columns: proposal.columns.map(({ name, type, isAlwaysThere }) => ({
      name,
      type,
      isNotNull: isAlwaysThere && name === 'id',
    })),
    metadata: [],
    withKey: false,
    time: proposal.times[0] ?? null,
    delayMs: proposal.times[0]?.delayMs ?? 0,
    primaryKey: proposal.primaryKey,
    ...more,
  });
  const result = edit(SCRIPT, EMPTY_LAYOUT, { kind: 'set-form', node: node.id, form });
  if (!result.ok) throw new Error(result.diagnostic.message);
  return applyTextEdits(SCRIPT, result.edit.edits);
}

/** Errors of a script that also reads the table, so that its source is checked. */
function errorsOf(script: string): readonly string[] {
  const { diagnostics } = analyse(`${script}SELECT * FROM clicks;`, { statementCountMax: 100 });
  return diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
}

describe('the table of a topic', () => {
  const proposal = proposeSchema(of({ id: 1, ts: 1700000000000, 'odd name': { a: [true] } }));

  it('is a whole CREATE TABLE that keeps what is not about the topic', () => {
    const script = taken(proposal);
    expect(script).toBe(`CREATE TABLE clicks (
  id BIGINT NOT NULL,
  ts BIGINT,
  \`odd name\` ROW<\`a\` ARRAY<BOOLEAN>>,
  ts_time AS TO_TIMESTAMP_LTZ(\`ts\`, 3),
  WATERMARK FOR ts_time AS ts_time - INTERVAL '5' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = 'clicks-eu',
  'properties.bootstrap.servers' = 'eu:9092',
  'properties.group.id' = 'mine',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'json'
);
`);
    expect(errorsOf(script)).toEqual([]);
  });

  it('may have the key of the record, its metadata, and its timestamp as event time', () => {
    const time = proposal.times.find(({ isMetadata }) => isMetadata) ?? null;
    const script = taken(proposal, {
      withKey: true,
      metadata: ['offset', 'partition', 'headers'],
      time,
      delayMs: 60_000,
    });
    expect(errorsOf(script)).toEqual([]);
    for (const line of [
      'message_key STRING,',
      'partition INT METADATA VIRTUAL,',
      'offset BIGINT METADATA VIRTUAL,',
      "record_time TIMESTAMP_LTZ(3) METADATA FROM 'timestamp',",
      "WATERMARK FOR record_time AS record_time - INTERVAL '1' MINUTE",
      "'key.format' = 'raw',",
      "'key.fields' = 'message_key',",
      "'value.format' = 'json',",
      "'value.fields-include' = 'EXCEPT_KEY'",
    ])
      expect(script.replaceAll('`', '')).toContain(line);
  });

  it.each(['json', 'debezium-json', 'canal-json', 'maxwell-json', 'csv', 'raw'] as const)(
    'is right for %s',
    (format: SampleFormat) => {
      const values: Readonly<Record<SampleFormat, unknown>> = {
        json: { id: 1 },
        'debezium-json': { op: 'c', after: { id: 1, at: '2024-01-31 12:00:00' } },
        'canal-json': { data: [{ id: '1' }], type: 'INSERT', database: 'd' },
        'maxwell-json': { data: { id: 1 }, type: 'insert', database: 'd' },
        csv: '1|2024-01-31 12:00:00',
        raw: 'text',
      };
      const found = proposeSchema(samples({ key: { id: 1 }, value: values[format] }));
      expect([found.format, errorsOf(taken(found, { metadata: ['offset', 'timestamp'] }))]).toEqual([format, []]);
    },
  );
});

describe('the proposal from a registry', () => {
  const field = (name: string, type: unknown) => ({ name, type });
  const union = (type: unknown) => ['null', type];
  const schema = JSON.stringify({
    type: 'record',
    name: 'Order',
    fields: [
      field('id', 'long'),
      field('n', 'int'),
      field('note', union('string')),
      field('price', { type: 'bytes', logicalType: 'decimal', precision: 10, scale: 2 }),
      field('at', { type: 'long', logicalType: 'timestamp-millis' }),
      field('exact', union({ type: 'long', logicalType: 'timestamp-micros' })),
      field('day', { type: 'int', logicalType: 'date' }),
      field('who', {
        type: 'record',
        name: 'Who',
        fields: [field('name', 'string'), field('kind', { type: 'enum', name: 'K', symbols: ['A'] })],
      }),
      field('tags', { type: 'array', items: union('string') }),
      field('counts', { type: 'map', values: 'double' }),
      field('kind', 'K'),
      field('mixed', ['string', 'long']),
    ],
  });
  const connection = {
    ...NEW_CONNECTION,
    name: 'eu',
    servers: 'eu:9092',
    registryUrl: 'https://registry:8081',
    registryUser: 'me',
  };

  it('has the columns that Flink can read through the schema, and says which it leaves out', () => {
    const proposal = proposeFromAvro(schema, connection, of(Uint8Array.of(0, 0, 0, 0, 7, 2)));
    if (proposal === null) throw new Error('no proposal');
    expect([typesOf(proposal), proposal.notes, proposal.options, proposal.times.map(({ column }) => column)]).toEqual([
      [
        'id BIGINT !',
        'n INT !',
        'note STRING',
        'price DECIMAL(10, 2) !',
        'at TIMESTAMP(3) !',
        'exact BIGINT',
        'day DATE !',
        'who ROW<`name` STRING> !',
        'tags ARRAY<STRING> !',
        'counts MAP<STRING, DOUBLE> !',
      ],
      ['Left out: kind, mixed. No SQL type reads their Avro types (enums, fixed bytes, unions of several).'],
      [
        { key: 'avro-confluent.url', value: 'https://registry:8081' },
        { key: 'avro-confluent.basic-auth.credentials-source', value: 'USER_INFO' },
        { key: 'avro-confluent.basic-auth.user-info', value: `me:${secretReference('eu.registry-password')}` },
      ],
      ['at', 'exact_time', 'record_time'],
    ]);
    expect(errorsOf(taken(proposal, { connection }))).toEqual([]);
    expect(errorsOf(taken(proposal, { connection, withKey: true, time: proposal.times[1] ?? null }))).toEqual([]);
  });

  it('is none for what is no record', () => {
    expect([proposeFromAvro('"string"', connection, []), proposeFromAvro('{', connection, [])]).toEqual([null, null]);
  });
});
