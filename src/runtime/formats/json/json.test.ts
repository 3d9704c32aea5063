/** The json format. What Flink gives for whole files is in the recorded cases; here is the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import { MapValue, NanoTimestamp, type Value } from '../../data/value.ts';
import { decodeAll, decodeValues, encodeAll, type FormatSubject, problemsOf, schemaOf } from '../test-records.ts';
import { jsonFormat } from './format.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const BIGINT: LogicalType = { kind: 'BIGINT', nullable: true };
const DOUBLE: LogicalType = { kind: 'DOUBLE', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const DECIMAL: LogicalType = { kind: 'DECIMAL', nullable: true, precision: 38, scale: 18 };

function json(types: Readonly<Record<string, LogicalType>>, options: Readonly<Record<string, string>> = {}) {
  return { format: jsonFormat, schema: schemaOf(types), options } satisfies FormatSubject;
}

describe('reading json', () => {
  it('takes columns by name, others are left out and missing ones are NULL', () => {
    const subject: FormatSubject = { ...json({ a: INT, b: STRING, c: INT }), columns: ['c', 'b'] };
    expect(decodeAll(subject, ['{"c":3,"x":[1],"b":"two","a":"not read"}', '{}', ''])).toEqual([
      '+I[two, 3]',
      '+I[null, null]',
    ]);
  });

  it('keeps all digits of numbers beyond 2^53 and of decimals, also as text', () => {
    const [row] = decodeValues(
      json({ b: BIGINT, d: DECIMAL, s: STRING }),
      '{"b":9007199254740993,"d":12345678901234567890.123456789012345678,"s":1.10}',
    );
    expect(row).toEqual([9007199254740993n, 12345678901234567890123456789012345678n, '1.10']);
  });

  it('shows numbers inside of text as doubles, and as decimals once a column is DECIMAL', () => {
    const record = '{"s":[1.0,1.50,1e3,100,-0.0,1E400],"d":1}';
    expect([decodeAll(json({ s: STRING }), [record]), decodeAll(json({ s: STRING, d: DECIMAL }), [record])]).toEqual([
      ['+I[[1.0,1.5,1000.0,100,-0.0,"Infinity"]]'],
      ['+I[[1,1.5,1E+3,100,0,1E+400], 1.000000000000000000]'],
    ]);
  });

  it('holds a small number as a number, however it was written', () => {
    const subject = json({ b: BIGINT, i: INT });
    const rows = ['{"b":7,"i":2.9}', '{"b":"7","i":-2.9}', '{"b":-0,"i":1e2}'].flatMap((text) =>
      decodeValues(subject, text),
    );
    expect(rows).toEqual([
      [7, 2],
      [7, -2],
      [0, 100],
    ]);
  });

  it('takes __proto__ and constructor for names like others', () => {
    const subject = json({ __proto__x: STRING, constructor: STRING, toString: STRING });
    const named = { ...subject, schema: subject.schema.map((f) => ({ ...f, name: f.name.replace(/x$/, '') })) };
    expect(decodeAll(named, ['{"__proto__":"p","constructor":"c"}', '{"toString":{"__proto__":1}}'])).toEqual([
      '+I[p, c, null]',
      '+I[null, null, {"__proto__":1}]',
    ]);
  });

  it('fails on a record that is no JSON object and says where', () => {
    const messages = decodeAll(json({ a: INT }), ['{"a":1', '[1]', '{"a":x}', '{"a":"x"}', '{"a":3000000000}']);
    expect(messages.map((message) => message.split('\n')[0])).toEqual([
      '! Unexpected end-of-input',
      '! Illegal Json Row Type.',
      "! Unrecognized token 'x': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      '! For input string: "x"',
      '! Numeric value (3000000000) out of range',
    ]);
  });

  it('skips bad records and makes bad fields NULL when errors are ignored', () => {
    const subject = json({ a: INT, s: STRING }, { 'ignore-parse-errors': 'TRUE' });
    expect(decodeAll(subject, ['{"a":1', '[1]', 'null', '{"a":"x","s":"kept"}', '{"a":2,"s":null}'])).toEqual([
      '+I[null, kept]',
      '+I[2, null]',
    ]);
  });

  it('fails on a missing field only when told to, inside rows too', () => {
    const row: LogicalType = { kind: 'ROW', nullable: true, fields: schemaOf({ x: INT }) };
    const strict = json({ a: INT, r: row }, { 'fail-on-missing-field': 'true' });
    expect(
      decodeAll(strict, ['{"a":1,"r":{"x":2}}', '{"a":null,"r":null}', '{"r":{"x":1}}', '{"a":1,"r":{}}']),
    ).toEqual([
      '+I[1, (2)]',
      '+I[null, null]',
      '! Some field is missing in the JSON data.',
      '! Some field is missing in the JSON data.',
    ]);
  });

  it('reads each timestamp standard and refuses the other', () => {
    const types: Readonly<Record<string, LogicalType>> = {
      t: { kind: 'TIMESTAMP', nullable: true, precision: 3 },
      z: { kind: 'TIMESTAMP_LTZ', nullable: true, precision: 3 },
    };
    const lines = [
      '{"t":"2024-02-29 03:04:05.678","z":"2024-02-29 03:04:05Z"}',
      '{"t":"2024-02-29T03:04:05.678","z":"2024-02-29T03:04:05Z"}',
      '{"t":"2023-02-29 00:00:00"}',
    ];
    const loose = { 'ignore-parse-errors': 'true' };
    expect([
      decodeAll(json(types, loose), lines),
      decodeAll(json(types, { ...loose, 'timestamp-format.standard': 'ISO-8601' }), lines),
    ]).toEqual([
      ['+I[2024-02-29 03:04:05.678, 2024-02-29 03:04:05.000]', '+I[null, null]', '+I[null, null]'],
      ['+I[null, null]', '+I[2024-02-29 03:04:05.678, 2024-02-29 03:04:05.000]', '+I[null, null]'],
    ]);
  });

  it('refuses nesting without end instead of running out of stack', () => {
    const deep = `{"s":${'['.repeat(100_000)}`;
    expect(decodeAll(json({ s: STRING }), [deep])[0]).toContain('exceeds the maximum allowed (1000)');
  });

  it('never fails in another way than with a message, whatever the text', () => {
    const types = { i: INT, d: DECIMAL, s: STRING, x: DOUBLE };
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        decodeAll(json(types), [text, `{"i":${text},"s":${text}}`]);
        expect(decodeAll(json(types, { 'ignore-parse-errors': 'true' }), [text]).every((r) => r.startsWith('+I'))).toBe(
          true,
        );
      }),
    );
  });
});

describe('writing json', () => {
  const MAP: LogicalType = { kind: 'MAP', nullable: true, key: STRING, value: INT };
  const write = (subject: FormatSubject, ...row: readonly Value[]): string[] =>
    encodeAll(subject, [[RowKind.Insert, row]]);

  it('escapes names and texts as Jackson does', () => {
    expect(write(json({ 'a"b': STRING }), 'q"\\/\n\u001f\u2028\\u001f')).toEqual([
      '{"a\\"b":"q\\"\\\\/\\n\\u001F\u2028\\\\u001f"}',
    ]);
  });

  it('quotes numbers that JSON cannot hold', () => {
    expect(write(json({ a: DOUBLE, b: DOUBLE, c: DOUBLE }), Number.NaN, Number.NEGATIVE_INFINITY, -0)).toEqual([
      '{"a":"NaN","b":"-Infinity","c":-0.0}',
    ]);
  });

  it('writes decimals short, and with all digits of their scale when they are to be plain', () => {
    const plain = { 'encode.decimal-as-plain-number': 'true' };
    const value = 100000n * 10n ** 18n;
    expect([...write(json({ d: DECIMAL }), value), ...write(json({ d: DECIMAL }, plain), value)]).toEqual([
      '{"d":1E+5}',
      '{"d":100000.000000000000000000}',
    ]);
  });

  it('leaves out NULL columns, not NULL elements, when told to', () => {
    const types = { a: INT, m: MAP, r: { kind: 'ROW', nullable: true, fields: schemaOf({ x: INT, y: INT }) } } as const;
    const row = [null, new MapValue([['k', null]]), [null, 1]];
    expect([
      ...write(json(types), ...row),
      ...write(json(types, { 'encode.ignore-null-fields': 'true' }), ...row),
    ]).toEqual(['{"a":null,"m":{"k":null},"r":{"x":null,"y":1}}', '{"m":{"k":null},"r":{"y":1}}']);
  });

  it('fails on a NULL key of a map, drops it, or writes the literal', () => {
    const map = new MapValue([
      ['a', 1],
      [null, 2],
    ]);
    expect([
      ...write(json({ m: MAP }), map),
      ...write(json({ m: MAP }, { 'map-null-key.mode': 'DROP' }), map),
      ...write(json({ m: MAP }, { 'map-null-key.mode': 'LITERAL', 'map-null-key.literal': 'none' }), map),
    ]).toEqual([
      "! JSON format doesn't support to serialize map data with null keys. You can drop null key entries or encode null in literals by specifying map-null-key.mode option.",
      '{"m":{"a":1}}',
      '{"m":{"a":1,"none":2}}',
    ]);
  });

  it('reads back what it wrote', () => {
    const subject = json({
      b: BIGINT,
      d: DECIMAL,
      s: STRING,
      t: { kind: 'TIMESTAMP', nullable: true, precision: 9 },
      y: { kind: 'VARBINARY', nullable: true, length: 2147483647 },
      x: DOUBLE,
    });
    const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(
        long,
        fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }),
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        fc.uint8Array({ maxLength: 9 }),
        fc.double(),
        (b, d, s, ms, bytes, x) => {
          const small = (value: bigint): Value => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
          const row = [small(b), small(d), s, new NanoTimestamp(ms, ms % 1_000_000), bytes, x];
          const [text = ''] = encodeAll(subject, [[RowKind.Insert, row]]);
          expect(decodeValues(subject, text)).toEqual([row]);
        },
      ),
    );
  });
});

describe('options of json', () => {
  it('are refused in the words of Flink', () => {
    const contradiction = { 'fail-on-missing-field': 'true', 'ignore-parse-errors': 'true' };
    const odd: LogicalType = {
      kind: 'ARRAY',
      nullable: true,
      element: { kind: 'MAP', nullable: true, key: INT, value: INT },
    };
    expect([
      problemsOf(json({ a: INT })),
      problemsOf(json({ a: INT }, contradiction)),
      problemsOf(json({ a: INT }, { 'timestamp-format.standard': 'iso-8601' })),
      problemsOf(json({ a: INT }, { 'map-null-key.mode': 'drop' })),
      problemsOf(json({ a: odd })),
    ]).toEqual([
      [],
      ["fail-on-missing-field and ignore-parse-errors shouldn't both be true."],
      ["Unsupported value 'iso-8601' for timestamp-format.standard. Supported values are [SQL, ISO-8601]."],
      [],
      ["JSON format doesn't support non-string as key type of map. The type is: MAP<INT, INT>"],
    ]);
  });
});
