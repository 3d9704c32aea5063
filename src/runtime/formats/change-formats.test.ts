/** The three formats of change events: debezium-json, canal-json, maxwell-json. */
import { describe, expect, it } from 'vitest';
import { formatValue } from '../data/format-value.ts';
import type { LogicalType } from '../data/logical-type.ts';
import { RowKind } from '../data/row-kind.ts';
import { canalJsonFormat } from './canal-json/format.ts';
import { debeziumJsonFormat } from './debezium-json/format.ts';
import type { Format } from './format.ts';
import { maxwellJsonFormat } from './maxwell-json/format.ts';
import { decodeAll, encodeAll, type FormatSubject, problemsOf, schemaOf } from './test-records.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const LOOSE = { 'ignore-parse-errors': 'true' };

const table = (format: Format, options: Readonly<Record<string, string>> = {}): FormatSubject => ({
  format,
  schema: schemaOf({ id: INT, name: STRING }),
  options,
});

describe('debezium-json', () => {
  const debezium = table(debeziumJsonFormat);

  it('reads creation, snapshot, update and deletion', () => {
    const records = [
      '{"before":null,"after":{"id":1,"name":"a"},"op":"c"}',
      '{"before":null,"after":{"id":2,"name":"b"},"op":"r"}',
      '{"before":{"id":1,"name":"a"},"after":{"id":1,"name":"c"},"op":"u","ts_ms":5,"source":{}}',
      '{"before":{"id":2,"name":"b"},"after":null,"op":"d"}',
      '',
    ];
    expect(decodeAll(debezium, records)).toEqual(['+I[1, a]', '+I[2, b]', '-U[1, a]', '+U[1, c]', '-D[2, b]']);
  });

  it('finds the event under payload when records carry their schema', () => {
    const record = '{"schema":{"type":"struct"},"payload":{"before":null,"after":{"id":1},"op":"c"}}';
    expect(decodeAll(table(debeziumJsonFormat, { 'schema-include': 'true' }), [record])).toEqual(['+I[1, null]']);
  });

  it('says what is missing when the database does not send old rows', () => {
    const hint = 'please check the Postgres table has been set REPLICA IDENTITY to FULL level.';
    const messages = decodeAll(debezium, ['{"before":null,"after":{"id":1},"op":"u"}', '{"before":null,"op":"d"}']);
    expect(messages).toEqual([
      `! The "before" field of UPDATE message is null, if you are using Debezium Postgres Connector, ${hint}`,
      `! The "before" field of DELETE message is null, if you are using Debezium Postgres Connector, ${hint}`,
    ]);
  });

  it('fails on what is no event, and skips it whole when errors are ignored', () => {
    const records = [
      '{"op":"x"}',
      '{"after":{"id":1}}',
      'no json',
      '[]',
      '{"op":"c","after":{"id":"x","name":"kept"}}',
    ];
    expect(decodeAll(debezium, records).every((shown) => shown.startsWith('!'))).toBe(true);
    expect(decodeAll(table(debeziumJsonFormat, LOOSE), records)).toEqual(['+I[null, kept]']);
  });

  it('writes the halves of an update as deletion and creation, and reads them back', () => {
    const records = encodeAll(debezium, [
      [RowKind.Insert, [1, 'a']],
      [RowKind.UpdateBefore, [1, 'a']],
      [RowKind.UpdateAfter, [1, null]],
      [RowKind.Delete, [1, null]],
    ]);
    expect([records, decodeAll(debezium, records)]).toEqual([
      [
        '{"before":null,"after":{"id":1,"name":"a"},"op":"c"}',
        '{"before":{"id":1,"name":"a"},"after":null,"op":"d"}',
        '{"before":null,"after":{"id":1,"name":null},"op":"c"}',
        '{"before":{"id":1,"name":null},"after":null,"op":"d"}',
      ],
      ['+I[1, a]', '-D[1, a]', '+I[1, null]', '-D[1, null]'],
    ]);
  });
});

describe('canal-json', () => {
  const canal = table(canalJsonFormat);

  it('reads several rows from one record, and old values only of columns that changed', () => {
    const records = [
      '{"data":[{"id":1,"name":"a"},{"id":2,"name":"b"}],"type":"INSERT"}',
      '{"data":[{"id":1,"name":"c"},{"id":3,"name":"b"}],"old":[{"name":"a"},{"id":2}],"type":"UPDATE"}',
      '{"data":[{"id":1,"name":"c"}],"old":null,"type":"DELETE"}',
      '{"data":null,"type":"CREATE"}',
    ];
    expect(decodeAll(canal, records)).toEqual([
      '+I[1, a]',
      '+I[2, b]',
      '-U[1, a]',
      '+U[1, c]',
      '-U[2, b]',
      '+U[3, b]',
      '-D[1, c]',
    ]);
  });

  it('tells an old value NULL from a column that did not change', () => {
    const record = '{"data":[{"id":1,"name":"c"}],"old":[{"name":null}],"type":"UPDATE"}';
    expect(decodeAll(canal, [record])).toEqual(['-U[1, null]', '+U[1, c]']);
  });

  it('keeps only the events of the databases and tables that are asked for', () => {
    const record = (database: string, name: string): string =>
      `{"data":[{"id":1,"name":"${database}.${name}"}],"type":"INSERT","database":"${database}","table":"${name}"}`;
    const records = [record('shop', 'orders'), record('shop2', 'orders'), record('shop', 'orders_old')];
    const options = { 'database.include': 'sh.p', 'table.include': 'orders' };
    expect(decodeAll(table(canalJsonFormat, options), [...records, '{"type":"INSERT"}'])).toEqual([
      '+I[1, shop.orders]',
    ]);
  });

  it('refuses patterns that are none', () => {
    expect([
      problemsOf(table(canalJsonFormat, { 'database.include': 'a|b', 'table.include': '(' })),
      problemsOf(canal),
    ]).toEqual([["Invalid value for option 'canal-json.table.include': ( is no regular expression."], []]);
  });

  it('fails on an unknown type and on updates without old values', () => {
    const records = ['{"data":[{"id":1}],"type":"QUERY"}', '{"data":[{"id":1}],"type":"UPDATE"}', '{"type":"INSERT"}'];
    expect([decodeAll(canal, records), decodeAll(table(canalJsonFormat, LOOSE), records)]).toEqual([
      [
        '! Unknown "type" value "QUERY". The Canal JSON message is \'{"data":[{"id":1}],"type":"QUERY"}\'',
        '! Corrupt Canal JSON message \'{"data":[{"id":1}],"type":"UPDATE"}\'.',
        '! Corrupt Canal JSON message \'{"type":"INSERT"}\'.',
      ],
      [],
    ]);
  });

  it('writes one row a record', () => {
    expect(
      encodeAll(canal, [
        [RowKind.UpdateAfter, [1, 'a']],
        [RowKind.Delete, [1, 'a']],
      ]),
    ).toEqual(['{"data":[{"id":1,"name":"a"}],"type":"INSERT"}', '{"data":[{"id":1,"name":"a"}],"type":"DELETE"}']);
  });
});

describe('maxwell-json', () => {
  const maxwell = table(maxwellJsonFormat);

  it('reads insert, update and delete', () => {
    const records = [
      '{"database":"d","type":"insert","data":{"id":1,"name":"a"}}',
      '{"database":"d","type":"update","data":{"id":1,"name":"c"},"old":{"name":"a"}}',
      '{"database":"d","type":"delete","data":{"id":1,"name":"c"}}',
    ];
    expect(decodeAll(maxwell, records)).toEqual(['+I[1, a]', '-U[1, a]', '+U[1, c]', '-D[1, c]']);
  });

  it('fails on other types, and skips them when errors are ignored', () => {
    const records = ['{"type":"bootstrap-start","data":{}}', '{"type":"update","data":{"id":1}}', '{"type":"insert"}'];
    expect(decodeAll(maxwell, records).map((shown) => shown.slice(0, 30))).toEqual([
      '! Unknown "type" value "bootst',
      '! Corrupt Maxwell JSON message',
      '! Corrupt Maxwell JSON message',
    ]);
    expect(decodeAll(table(maxwellJsonFormat, LOOSE), records)).toEqual([]);
  });

  it('writes and reads back', () => {
    const records = encodeAll(maxwell, [
      [RowKind.Insert, [1, 'a']],
      [RowKind.UpdateBefore, [1, 'a']],
    ]);
    expect([records, decodeAll(maxwell, records)]).toEqual([
      ['{"data":{"id":1,"name":"a"},"type":"insert"}', '{"data":{"id":1,"name":"a"},"type":"delete"}'],
      ['+I[1, a]', '-D[1, a]'],
    ]);
  });
});

describe('metadata', () => {
  /** Rows with all metadata of a format behind the columns, as text. */
  function besideOf(format: Format, record: string, options: Readonly<Record<string, string>> = {}): string[] {
    const { schema } = table(format);
    const metadata = (format.metadata ?? []).map(({ name }) => name);
    const request = { schema, physical: schema, options: new Map(Object.entries(options)), timeZone: 'UTC', metadata };
    const shown: string[] = [];
    format.decoder(request).decodeText(record, (_kind, row) => {
      const values = (format.metadata ?? []).map(({ name, type }, at) => {
        const value = formatValue(row[schema.length + at] ?? null, type, 'UTC') ?? 'null';
        return `${name}=${value}`;
      });
      shown.push(values.join(' | '));
    });
    return shown;
  }

  it('of Debezium is that of the event, behind both halves of an update; the schema is that of the record', () => {
    const event =
      '"before":{"id":1},"after":{"id":2},"op":"u","ts_ms":5,"source":{"ts_ms":1700000000123,"db":"shop","table":"orders","pos":7}';
    const expected =
      'ingestion-timestamp=1970-01-01 00:00:00.005 | source.timestamp=2023-11-14 22:13:20.123 | source.database=shop | source.schema=null | source.table=orders | source.properties={ts_ms=1700000000123, db=shop, table=orders, pos=7}';
    expect([
      besideOf(debeziumJsonFormat, `{${event}}`),
      besideOf(debeziumJsonFormat, `{"schema":{"a":1},"payload":{${event}}}`, { 'schema-include': 'true' }),
    ]).toEqual([
      [`schema=null | ${expected}`, `schema=null | ${expected}`],
      [`schema={"a":1} | ${expected}`, `schema={"a":1} | ${expected}`],
    ]);
  });

  it('of Canal and Maxwell tells table, keys and times, in milliseconds and in seconds', () => {
    const canal =
      '{"data":[{"id":1}],"type":"INSERT","database":"shop","table":"orders","sqlType":{"id":4},"pkNames":["id"],"ts":5,"es":6}';
    const maxwell =
      '{"data":{"id":1},"type":"insert","database":"shop","table":"orders","primary_key_columns":["id"],"ts":5}';
    expect([besideOf(canalJsonFormat, canal), besideOf(maxwellJsonFormat, maxwell)]).toEqual([
      [
        'database=shop | table=orders | sql-type={id=4} | pk-names=[id] | ingestion-timestamp=1970-01-01 00:00:00.005 | event-timestamp=1970-01-01 00:00:00.006',
      ],
      ['database=shop | table=orders | primary-key-columns=[id] | ingestion-timestamp=1970-01-01 00:00:05.000'],
    ]);
  });
});
