/** The raw format. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import { decodeAll, encodeAll, problemsOf, schemaOf } from '../test-records.ts';
import { rawFormat } from './format.ts';

const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const of = (type: LogicalType, options: Readonly<Record<string, string>> = {}) => ({
  format: rawFormat,
  schema: schemaOf({ line: type }),
  options,
});

function readBytes(type: LogicalType, bytes: Uint8Array, options: Readonly<Record<string, string>> = {}): Row[] {
  const { schema } = of(type);
  const request = { schema, physical: schema, options: new Map(Object.entries(options)), timeZone: 'UTC' };
  const rows: Row[] = [];
  rawFormat.decoder(request).decode(bytes, (_kind, row) => rows.push(row));
  return rows;
}

describe('raw', () => {
  it('takes the record as it is', () => {
    expect(decodeAll(of(STRING), ['{"a":1}', '', ' "x", '])).toEqual(['+I[{"a":1}]', '+I[]', '+I[ "x", ]']);
    expect(readBytes({ kind: 'VARBINARY', nullable: true, length: 9 }, encodeUtf8('é'))).toEqual([
      [Uint8Array.of(0xc3, 0xa9)],
    ]);
  });

  it('gives an empty row when its column is not asked for', () => {
    expect(decodeAll({ ...of(STRING), columns: [] }, ['x'])).toEqual(['+I[]']);
  });

  it('reads numbers of exactly their size, in either byte order', () => {
    const long: LogicalType = { kind: 'BIGINT', nullable: true };
    const bytes = Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 1);
    expect([readBytes(long, bytes), readBytes(long, bytes, { endianness: 'little-endian' })]).toEqual([
      [[9007199254740993n]],
      [[72057594037936128n]],
    ]);
    expect(() => readBytes(long, bytes.subarray(1))).toThrow('Size of data received for deserializing BIGINT type');
  });

  it('writes texts and nothing for NULL', () => {
    expect(
      encodeAll(of(STRING), [
        [RowKind.Insert, ['a b']],
        [RowKind.Insert, [null]],
      ]),
    ).toEqual(['a b', '']);
  });

  it('refuses several columns, types that are no scalar, and character sets it does not read', () => {
    const two = { ...of(STRING), schema: schemaOf({ a: STRING, b: { kind: 'INT', nullable: false } }) };
    expect([
      problemsOf(of(STRING, { charset: 'utf-8' })),
      problemsOf(two),
      problemsOf(of({ kind: 'ARRAY', nullable: true, element: { kind: 'INT', nullable: true } })),
      problemsOf(of(STRING, { charset: 'UTF-99' })),
    ]).toEqual([
      [],
      [
        "The 'raw' format only supports single physical column. However the defined schema contains multiple physical columns: [`a` STRING, `b` INT NOT NULL]",
      ],
      ["The 'raw' format doesn't supports 'ARRAY<INT>' as column type."],
      ['UTF-99'],
    ]);
  });
});
