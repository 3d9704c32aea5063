/** Avro: values there and back in both encodings, other schemas than the reader's, files, and bytes that are none. */
import { describe, expect, it } from 'vitest';
import { RunError } from '../../base/diagnostic.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import { MapValue, NanoTimestamp, type Row } from '../../data/value.ts';
import { MemoryFiles } from '../../seams/memory-files.ts';
import { SeededRandom } from '../../seams/seeded-random.ts';
import type { FormatRequest } from '../format.ts';
import { schemaOf } from '../test-records.ts';
import { AvroBuffer, AvroCursor } from './bytes.ts';
import { avroFormat, rowTypeOf } from './format.ts';
import { avroReader, avroSkipper } from './read-value.ts';
import { type AvroSchema, avroSchemaText, parseAvroSchema } from './schema.ts';
import { tableAvroSchema } from './table-schema.ts';
import { avroWriter } from './write-value.ts';

const nullable = true;
const INT: LogicalType = { kind: 'INT', nullable };
const STRING: LogicalType = { kind: 'VARCHAR', nullable, length: 2147483647 };

const ALL: Schema = schemaOf({
  flag: { kind: 'BOOLEAN', nullable },
  tiny: { kind: 'TINYINT', nullable },
  n: { kind: 'INT', nullable: false },
  long: { kind: 'BIGINT', nullable },
  float: { kind: 'FLOAT', nullable },
  double: { kind: 'DOUBLE', nullable },
  text: STRING,
  bytes: { kind: 'VARBINARY', nullable, length: 2147483647 },
  amount: { kind: 'DECIMAL', nullable, precision: 38, scale: 4 },
  day: { kind: 'DATE', nullable },
  time: { kind: 'TIME', nullable, precision: 3 },
  ts: { kind: 'TIMESTAMP', nullable, precision: 3 },
  list: { kind: 'ARRAY', nullable, element: STRING },
  map: { kind: 'MAP', nullable, key: { ...STRING, nullable: false }, value: INT },
  row: { kind: 'ROW', nullable, fields: [{ name: 'x', type: INT }] },
});

const FULL: Row = [
  ...[true, -128, -1, 9007199254740993n, Math.fround(1.1), 1e300, 'é😀', Uint8Array.of(0, 255)],
  ...[-123456789012345678901234567890n, -1, 86_399_999, -62_135_596_800_000, ['a', null], new MapValue([['k', null]])],
  [7],
];
const EMPTY: Row = [null, null, 0, -9223372036854775808n, ...Array(11).fill(null)];
const EDGES: Row = [
  ...[false, 127, 2147483647, 9223372036854775807n, 0, -0, '', new Uint8Array(), 0, 0, 0, 0, [], new MapValue([])],
  [null],
];

function request(schema: Schema, options: Readonly<Record<string, string>> = {}, wanted = schema): FormatRequest {
  return { schema: wanted, physical: schema, options: new Map(Object.entries(options)), timeZone: 'UTC' };
}

function throughRecords(schema: Schema, rows: readonly Row[], options: Readonly<Record<string, string>> = {}): Row[] {
  const encoder = avroFormat.encoder?.(request(schema, options));
  const decoder = avroFormat.decoder(request(schema, options));
  const found: Row[] = [];
  for (const row of rows) {
    const record = encoder?.encode(RowKind.Insert, row);
    if (record?.ok !== true) throw new Error('the row is written');
    const { value } = record;
    if (typeof value === 'string') decoder.decodeText(value, (_kind, each) => found.push(each));
    else decoder.decode(value, (_kind, each) => found.push(each));
  }
  return found;
}

describe('a record', () => {
  it.each(['binary', 'json'])('comes back as it was, in %s', (encoding) => {
    expect(throughRecords(ALL, [FULL, EMPTY, EDGES], { encoding })).toEqual([FULL, EMPTY, EDGES]);
  });

  it('in JSON looks as the specification says', () => {
    const isShown = (at: number): boolean => ALL[at]?.name !== 'amount';
    const encoder = avroFormat.encoder?.(
      request(
        ALL.filter((_, at) => isShown(at)),
        { encoding: 'json' },
      ),
    );
    const record = encoder?.encode(
      RowKind.Insert,
      FULL.filter((_, at) => isShown(at)),
    );
    expect(record?.ok === true ? record.value : null).toBe(
      '{"flag":{"boolean":true},"tiny":{"int":-128},"n":-1,"long":{"long":9007199254740993},"float":{"float":1.1},"double":{"double":1.0E300},"text":{"string":"é😀"},"bytes":{"bytes":"\\u0000ÿ"},"day":{"int":-1},"time":{"int":86399999},"ts":{"long":-62135596800000},"list":{"array":[{"string":"a"},null]},"map":{"map":{"k":null}},"row":{"org.apache.flink.avro.generated.record_row":{"x":{"int":7}}}}',
    );
  });

  it('keeps timestamps of six digits, local and absolute, with the newer mapping', () => {
    const schema = schemaOf({
      local: { kind: 'TIMESTAMP', nullable, precision: 6 },
      instant: { kind: 'TIMESTAMP_LTZ', nullable, precision: 6 },
      short: { kind: 'TIMESTAMP_LTZ', nullable, precision: 0 },
    });
    const row: Row = [new NanoTimestamp(-1, 999_000), new NanoTimestamp(5, 1000), 3000];
    expect(throughRecords(schema, [row], { 'timestamp_mapping.legacy': 'false' })).toEqual([row]);
    const avro = tableAvroSchema(schema, false);
    expect(avro.ok ? avroSchemaText(avro.value) : avro.error).toBe(
      '{"type":"record","name":"record","namespace":"org.apache.flink.avro.generated","fields":[{"name":"local","type":["null",{"type":"long","logicalType":"local-timestamp-micros"}],"default":null},{"name":"instant","type":["null",{"type":"long","logicalType":"timestamp-micros"}],"default":null},{"name":"short","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null}]}',
    );
  });

  it('of which only some columns are wanted gives those', () => {
    const wanted = ALL.filter(({ name }) => ['row', 'n', 'map'].includes(name));
    const encoder = avroFormat.encoder?.(request(ALL));
    const record = encoder?.encode(RowKind.Insert, FULL);
    const rows: Row[] = [];
    const bytes = record?.ok === true ? (record.value as Uint8Array) : new Uint8Array();
    avroFormat.decoder(request(ALL, {}, wanted)).decode(bytes, (_kind, row) => rows.push(row));
    expect(rows).toEqual([[-1, new MapValue([['k', null]]), [7]]]);
  });

  it('with a decimal of more digits than its column is NULL there', () => {
    const wide = schemaOf({ d: { kind: 'DECIMAL', nullable, precision: 10, scale: 2 } });
    const narrow = schemaOf({ d: { kind: 'DECIMAL', nullable, precision: 4, scale: 2 } });
    const encoder = avroFormat.encoder?.(request(wide));
    const record = encoder?.encode(RowKind.Insert, [123456]);
    const rows: Row[] = [];
    const bytes = record?.ok === true ? (record.value as Uint8Array) : new Uint8Array();
    avroFormat.decoder(request(narrow)).decode(bytes, (_kind, row) => rows.push(row));
    expect(rows).toEqual([[null]]);
  });
});

/** Reads with `reader` what was written with `writer`. */
function resolve(writer: AvroSchema, written: (buffer: AvroBuffer) => void, reader: Schema): unknown {
  const own = tableAvroSchema(reader, true);
  if (!own.ok) throw new Error(own.error);
  const buffer = new AvroBuffer();
  written(buffer);
  try {
    return avroReader(writer, own.value, rowTypeOf(reader))(new AvroCursor(buffer.take()));
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return error.message;
  }
}

const parsed = (json: unknown): AvroSchema => {
  const schema = parseAvroSchema(JSON.stringify(json));
  if (!schema.ok) throw new Error(schema.error);
  return schema.value;
};

describe('another schema than the reader’s', () => {
  const writer = parsed({
    type: 'record',
    name: 'Event',
    fields: [
      { name: 'gone', type: { type: 'map', values: { type: 'array', items: ['null', 'Event'] } } },
      { name: 'n', type: 'int' },
      { name: 'kind', type: { type: 'enum', name: 'Kind', symbols: ['a', 'b'] } },
      { name: 'mark', type: { type: 'fixed', name: 'Mark', size: 2 } },
      { name: 'u', type: ['string', 'long', 'null'] },
    ],
  });
  const bytes = (buffer: AvroBuffer): void => {
    buffer.long(1);
    buffer.text('key');
    // A block with its size: one null.
    buffer.long(-1);
    buffer.long(1);
    buffer.long(0);
    buffer.long(0);
    buffer.long(0);
    buffer.long(41);
    buffer.long(1);
    buffer.fixed(Uint8Array.of(1, 2));
    buffer.long(1);
    buffer.long(5);
  };

  it('is widened, its unknown fields are skipped, and new columns are NULL', () => {
    const wanted = schemaOf({ later: STRING, n: { kind: 'DOUBLE', nullable }, u: { kind: 'BIGINT', nullable } });
    expect(resolve(writer, bytes, wanted)).toEqual([null, 41, 5]);
  });

  it('that does not go together says what was found', () => {
    expect([
      resolve(writer, bytes, schemaOf({ n: STRING })),
      resolve(writer, bytes, schemaOf({ kind: STRING })),
      resolve(writer, bytes, schemaOf({ missing: { kind: 'INT', nullable: false } })),
    ]).toEqual([
      'Failed to deserialize Avro record: Found int, expecting union.',
      'Failed to deserialize Avro record: Found Kind, expecting union.',
      'Failed to deserialize Avro record: Found Event, expecting Event, missing required field missing.',
    ]);
  });

  it('may contain itself', () => {
    const buffer = new AvroBuffer();
    bytes(buffer);
    buffer.text('behind');
    const cursor = new AvroCursor(buffer.take());
    avroSkipper(writer)(cursor);
    expect(cursor.text()).toBe('behind');
  });

  it.each([
    ['{', 'The Avro schema is no JSON'],
    ['{"type":"record","name":"r"}', 'The Avro schema is wrong: record r has no "fields".'],
    ['["null",["int"]]', 'The Avro schema is wrong: a union stands inside a union.'],
    ['{"type":"array","items":"Nobody"}', 'The Avro schema is wrong: there is no type Nobody.'],
    [`${'{"type":"array","items":'.repeat(300)}"int"${'}'.repeat(300)}`, 'it nests deeper than 200 levels.'],
  ])('that is none is refused: %s', (text, message) => {
    const schema = parseAvroSchema(text);
    expect(schema.ok ? null : schema.error).toContain(message);
  });
});

function fileOf(rows: readonly Row[], codec: string): Uint8Array {
  const encoder = avroFormat.files?.encoder(request(ALL, { codec }), new SeededRandom(1));
  if (encoder === undefined) throw new Error('avro has files');
  const parts = rows.map((row) => {
    encoder.write(row);
    return encoder.take();
  });
  return Uint8Array.from([...parts, encoder.end()].flatMap((part) => [...part]));
}

/** Rows of a file, from a position if one is given; a text when it cannot be read. */
function rowsOf(content: Uint8Array, from?: readonly [number, number]): Row[] | string {
  const files = new MemoryFiles();
  files.put('f.avro', content);
  const file = files.open('f.avro');
  if (!file.ok) throw new Error(file.error.message);
  const rows: Row[] = [];
  try {
    const decoder = avroFormat.files?.decoder(request(ALL), file.value);
    if (decoder?.ok !== true) return decoder?.error.message ?? '';
    if (from !== undefined) decoder.value.resume(from);
    for (;;) {
      const next = decoder.value.next((_kind, row) => rows.push(row));
      if (!next.ok) return next.error.message;
      if (!next.value) return rows;
    }
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return error.message;
  }
}

describe('a container file', () => {
  const many = Array.from({ length: 2000 }, (_, n): Row => FULL.map((value, at) => (at === 2 ? n : value)));

  it.each(['null', 'deflate', 'snappy'])('comes back as it was, in several blocks, with codec %s', (codec) => {
    expect(rowsOf(fileOf(many, codec))).toEqual(many);
  });

  it('is gone on with from where a reader stood', () => {
    const content = fileOf(many, 'deflate');
    const files = new MemoryFiles();
    files.put('f.avro', content);
    const file = files.open('f.avro');
    const decoder = file.ok ? avroFormat.files?.decoder(request(ALL), file.value) : undefined;
    if (decoder?.ok !== true) throw new Error('the file is whole');
    for (let n = 0; n < 1500; n++) decoder.value.next(() => {});
    expect(rowsOf(content, decoder.value.position())).toEqual(many.slice(1500));
  });

  it('says what is wrong with it', () => {
    const content = fileOf(many.slice(0, 10), 'snappy');
    const cut = content.subarray(0, content.length - 3);
    const flipped = content.slice();
    flipped[content.length - 40] = (flipped[content.length - 40] ?? 0) ^ 0xff;
    const other = Uint8Array.from(fileOf([EMPTY], 'null'));
    const name = decodeUtf8(other).indexOf('null');
    other.set([0x7a, 0x69, 0x70, 0x34], name);
    expect([rowsOf(cut), rowsOf(flipped), rowsOf(new Uint8Array(3)), rowsOf(other)]).toEqual([
      expect.stringMatching(/^The Avro file is damaged: the block at byte \d+ is not whole\.$/),
      expect.stringMatching(/^The Avro file is damaged: at byte \d+ /),
      'Not an Avro data file.',
      'The Avro codec zip4 is not supported; these are: null, deflate, snappy.',
    ]);
  });
});

it('bytes of any kind give rows or a mistake, never anything else', () => {
  const random = new SeededRandom(7);
  const record = avroFormat.encoder?.(request(ALL)).encode(RowKind.Insert, FULL);
  const good = record?.ok === true ? (record.value as Uint8Array) : new Uint8Array();
  const decoder = avroFormat.decoder(request(ALL));
  let mistakes = 0;
  for (let n = 0; n < 20_000; n++) {
    const bytes = good.slice(0, random.nextInt(4) === 0 ? random.nextInt(good.length) : good.length);
    for (let flips = random.nextInt(4); flips >= 0; flips--) {
      if (bytes.length > 0) bytes[random.nextInt(bytes.length)] = random.nextInt(256);
    }
    try {
      decoder.decode(bytes, () => {});
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      mistakes += 1;
    }
  }
  expect(mistakes).toBeGreaterThan(1000);
});

it('a file of any kind gives rows or a mistake, never anything else', () => {
  const random = new SeededRandom(8);
  for (const codec of ['null', 'deflate', 'snappy']) {
    const good = fileOf([FULL, EMPTY, EDGES], codec);
    for (let n = 0; n < 1500; n++) {
      const bytes = good.slice();
      for (let flips = random.nextInt(4); flips >= 0; flips--)
        bytes[random.nextInt(bytes.length)] = random.nextInt(256);
      expect(['string', 'object']).toContain(typeof rowsOf(bytes));
    }
  }
});

it('a value that is written is what its schema says', () => {
  expect(() => avroWriter({ kind: 'int' }, STRING)).toThrow('VARCHAR cannot be written as int');
});
