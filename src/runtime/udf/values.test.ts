/** Values of every SQL type reach user code and come back as they were; what is not of the type is refused by name. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../data/integers.ts';
import { LENGTH_MAX, type LogicalType, type Schema } from '../data/logical-type.ts';
import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';
import { valueKey } from '../data/value-key.ts';
import type { UserRealm } from './function-library.ts';
import { Decimal, Timestamp } from './library/millrace.ts';
import { fromUser, rowFromUser, UserValueError } from './values-from-user.ts';
import { rowToUser, toUser } from './values-to-user.ts';

/** This realm, for tests of conversion alone. */
const realm: UserRealm = {
  compile: (source) => new Function(`'use strict'; return (${source});`)() as unknown,
  shield: (host) => host,
  Decimal,
  Timestamp,
};

const type = (kind: string, members: object = {}): LogicalType => ({ kind, nullable: true, ...members }) as LogicalType;

interface Case {
  readonly type: LogicalType;
  readonly value: Value;
}

const integers = (kind: string, min: number, max: number): fc.Arbitrary<Case> =>
  fc.integer({ min, max }).map((n) => ({ type: type(kind), value: n + 0 }));

/** A type and one of its values, NULL included. */
const { anyCase } = fc.letrec<{ anyCase: Case }>((tie) => ({
  anyCase: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.boolean().map((value) => ({ type: type('BOOLEAN'), value })),
    integers('TINYINT', -128, 127),
    integers('SMALLINT', -32_768, 32_767),
    integers('INT', -2_147_483_648, 2_147_483_647),
    integers('DATE', -719_162, 2_932_896),
    integers('INTERVAL_YEAR_MONTH', -10_000, 10_000),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map((n) => ({ type: type('BIGINT'), value: canonical(n) })),
    fc.float().map((value) => ({ type: type('FLOAT'), value })),
    fc.double().map((value) => ({ type: type('DOUBLE'), value })),
    fc
      .integer({ min: 0, max: 38 })
      .chain((scale) =>
        fc
          .bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n })
          .map((n) => ({ type: type('DECIMAL', { precision: 38, scale }), value: canonical(n) })),
      ),
    fc.string({ unit: 'grapheme' }).map((value) => ({ type: type('VARCHAR', { length: LENGTH_MAX }), value })),
    fc.uint8Array().map((value) => ({ type: type('VARBINARY', { length: LENGTH_MAX }), value })),
    fc.integer({ min: 0, max: 86_399_999 }).map((value) => ({ type: type('TIME', { precision: 3 }), value })),
    fc
      .integer({ min: -6e13, max: 2.5e14 })
      .map((value) => ({ type: type('TIMESTAMP', { precision: 3 }), value: value + 0 })),
    fc.tuple(fc.integer({ min: -6e13, max: 2.5e14 }), fc.integer({ min: 0, max: 999_999 })).map(([ms, nanos]) => ({
      type: type('TIMESTAMP_LTZ', { precision: 9 }),
      value: new NanoTimestamp(ms + 0, nanos),
    })),
    fc.constantFrom<Case>(
      { type: type('INT'), value: null },
      { type: type('BIGINT'), value: null },
      { type: type('DECIMAL', { precision: 38, scale: 18 }), value: null },
      { type: type('TIMESTAMP', { precision: 9 }), value: null },
      { type: type('DOUBLE'), value: Number.NaN },
      { type: type('DOUBLE'), value: -0 },
      { type: type('DOUBLE'), value: Number.NEGATIVE_INFINITY },
      { type: type('BIGINT'), value: 2n ** 63n - 1n },
      { type: type('BIGINT'), value: -(2n ** 63n) },
      { type: type('BIGINT'), value: Number.MAX_SAFE_INTEGER },
      { type: type('DECIMAL', { precision: 38, scale: 18 }), value: 10n ** 38n - 1n },
      { type: type('TIMESTAMP', { precision: 9 }), value: new NanoTimestamp(-1, 999_999) },
    ),
    tie('anyCase').map((c) => ({ type: type('ARRAY', { element: c.type }), value: [c.value, null, c.value] })),
    fc.tuple(tie('anyCase'), tie('anyCase')).map(([k, v]) => ({
      type: type('MAP', { key: k.type, value: v.type }),
      value: new MapValue([[k.value, v.value]]),
    })),
    fc.tuple(tie('anyCase'), fc.integer({ min: 1, max: 1000 })).map(([e, count]) => ({
      type: type('MULTISET', { element: e.type }),
      value: new MapValue([[e.value, count]]),
    })),
    fc.tuple(tie('anyCase'), tie('anyCase')).map(([a, b]) => ({
      type: type('ROW', {
        fields: [
          { name: '__proto__', type: a.type },
          { name: 'a b', type: b.type },
        ],
      }),
      value: [a.value, b.value],
    })),
  ),
}));

describe('values', () => {
  it('come back from user code as they were, for every type', () => {
    fc.assert(
      fc.property(anyCase, (c) => {
        const back = fromUser(c.type, 'f')(toUser(c.type, realm)(c.value));
        expect(back).toEqual(c.value);
        expect(valueKey(back, c.type)).toBe(valueKey(c.value, c.type));
      }),
      { numRuns: 2000, seed: 6 },
    );
  });

  it('have one zero where SQL has one', () => {
    const zero = (kind: 'INT' | 'BIGINT' | 'TIME', value: unknown): Value =>
      fromUser(kind === 'TIME' ? type(kind, { precision: 3 }) : type(kind), 'f')(value);
    const at = (precision: number): Value => fromUser(type('TIMESTAMP', { precision }), 'f')(new Timestamp(-0, -0));
    expect([zero('INT', -0), zero('BIGINT', -0), zero('TIME', -0), at(3), at(9)]).toEqual([
      ...[0, 0, 0, 0],
      new NanoTimestamp(0, 0),
    ]);
  });

  it('are what the table of the documentation says', () => {
    const schema: Schema = [
      { name: 'n', type: type('BIGINT') },
      { name: 'd', type: type('DECIMAL', { precision: 10, scale: 2 }) },
      { name: 'at', type: type('TIMESTAMP', { precision: 3 }) },
      { name: 'r', type: type('ROW', { fields: [{ name: 'x', type: type('INT') }] }) },
      { name: 'm', type: type('MAP', { key: type('VARCHAR', { length: LENGTH_MAX }), value: type('BIGINT') }) },
      { name: 'b', type: type('VARBINARY', { length: LENGTH_MAX }) },
    ];
    const bytes = Uint8Array.of(1, 2);
    const row: Row = [5, 125, 86_400_000, [7], new MapValue([['k', 1]]), bytes];
    const user = rowToUser(schema, realm)(row) as Record<string, unknown>;
    expect(user).toEqual({
      n: 5n,
      d: new Decimal(125n, 2),
      at: new Timestamp(86_400_000),
      r: { x: 7 },
      m: new Map([['k', 1n]]),
      b: bytes,
    });
    expect([String(user.d), String(user.at)]).toEqual(['1.25', '1970-01-02 00:00:00.000']);
    // A function that changes what it was given changes a copy.
    expect(user.b).not.toBe(bytes);
    expect(rowFromUser(schema, 'f')(user)).toEqual(row);
  });

  it('of chosen columns are taken from where they stand', () => {
    const schema: Schema = [{ name: 'b', type: type('INT') }];
    expect(rowToUser(schema, realm, [2])([1, 2, 3])).toEqual({ b: 3 });
  });

  it('may be given in any exact form', () => {
    const decimal = type('DECIMAL', { precision: 5, scale: 2 });
    expect(
      [
        [type('BIGINT'), 5],
        [type('INT'), 5n],
        [decimal, '1.5'],
        [decimal, 1.25],
        [decimal, 3n],
        [decimal, '1e2'],
        [decimal, new Decimal(1000n, 3)],
        [type('FLOAT'), 0.1],
        [type('INT'), -0],
      ].map(([of, value]) => fromUser(of as LogicalType, 'f')(value)),
    ).toEqual([5, 5, 150, 125, 300, 10_000, 100, Math.fround(0.1), 0]);
  });

  it('that are equal keys to SQL become one entry, the last', () => {
    const of = type('MAP', { key: type('DECIMAL', { precision: 5, scale: 2 }), value: type('INT') });
    const given = new Map<unknown, unknown>([
      [Decimal.of('1.0'), 1],
      ['2', 2],
      [Decimal.of('1.00'), 3],
    ]);
    expect(fromUser(of, 'f')(given)).toEqual(
      new MapValue([
        [100, 3],
        [200, 2],
      ]),
    );
  });

  it.each<[LogicalType, unknown, string]>([
    [type('VARCHAR', { length: LENGTH_MAX }), 5, 'f: expected STRING, but got the number 5'],
    [type('INT', { nullable: false }), null, 'f: expected INT NOT NULL, but got NULL'],
    [type('INT'), undefined, 'f: expected INT, but got nothing (undefined): give null for NULL'],
    [type('INT'), 1.5, 'f: expected INT, but got the number 1.5'],
    [type('INT'), 2 ** 31, 'f: expected INT, but got the number 2147483648'],
    [type('INT'), '5', "f: expected INT, but got the string '5'"],
    [type('TINYINT'), 128n, 'f: expected TINYINT, but got the bigint 128n'],
    [type('BIGINT'), 2 ** 60, 'f: expected BIGINT, but got the number 1152921504606847000: give a bigint'],
    [type('BIGINT'), 2n ** 63n, 'f: expected BIGINT, but got the bigint 9223372036854775808n'],
    [type('BOOLEAN'), 1, 'f: expected BOOLEAN, but got the number 1'],
    [type('DOUBLE'), 1n, 'f: expected DOUBLE, but got the bigint 1n'],
    [type('FLOAT'), 1e300, 'f: expected FLOAT, but got the number 1e+300'],
    [
      type('DECIMAL', { precision: 5, scale: 2 }),
      0.1 + 0.2,
      'f: expected DECIMAL(5, 2), but got the number 0.30000000000000004: more than 2 digits after the point, round it with rounded(2)',
    ],
    [
      type('DECIMAL', { precision: 5, scale: 2 }),
      Decimal.of(1000),
      'f: expected DECIMAL(5, 2), but got the Decimal 1000',
    ],
    [type('DECIMAL', { precision: 5, scale: 2 }), Number.NaN, 'f: expected DECIMAL(5, 2), but got the number NaN'],
    [type('DECIMAL', { precision: 5, scale: 2 }), '1e99999', "f: expected DECIMAL(5, 2), but got the string '1e99999'"],
    [type('VARCHAR', { length: 2 }), 'äöü', "f: expected VARCHAR(2), but got the string 'äöü' of length 3"],
    [type('CHAR', { length: 2 }), 'a', "f: expected CHAR(2), but got the string 'a' of length 1"],
    [
      type('VARBINARY', { length: 1 }),
      Uint8Array.of(1, 2),
      'f: expected VARBINARY(1), but got a Uint8Array of length 2',
    ],
    [type('VARBINARY', { length: 1 }), [1], 'f: expected VARBINARY(1), but got an array of 1'],
    [
      type('TIMESTAMP', { precision: 3 }),
      new Timestamp(0, 1),
      'f: expected TIMESTAMP(3), but got the Timestamp 1970-01-01 00:00:00.000000001: more than 3 digits of seconds',
    ],
    [
      type('TIMESTAMP', { precision: 3 }),
      new Date(0),
      'f: expected TIMESTAMP(3), but got a Date: write Timestamp.of(date)',
    ],
    [type('TIME', { precision: 0 }), 1500, 'f: expected TIME(0), but got the number 1500'],
    [type('DATE'), 1.5, 'f: expected DATE, but got the number 1.5'],
    [type('ARRAY', { element: type('INT') }), [1, 'x'], "f, an element: expected INT, but got the string 'x'"],
    [type('ARRAY', { element: type('INT') }), new Set([1]), 'f: expected ARRAY<INT>, but got a Set'],
    [
      type('MAP', { key: type('INT'), value: type('INT') }),
      { a: 1 },
      'f: expected MAP<INT, INT>, but got an object with a',
    ],
    [
      type('ROW', { fields: [{ name: 'x', type: type('ROW', { fields: [{ name: 'y', type: type('INT') }] }) }] }),
      { x: { y: true } },
      'f, column x, column y: expected INT, but got the boolean true',
    ],
    [
      type('ROW', { fields: [{ name: 'x', type: type('INT') }] }),
      { x: 1, y: 2 },
      'f: there is no column y; declared are x',
    ],
    [
      type('ROW', { fields: [{ name: 'x', type: type('INT') }] }),
      { y: 2 },
      'f, column x: expected INT, but got nothing (undefined): give null for NULL',
    ],
    [
      type('ROW', { fields: [{ name: 'x', type: type('INT') }] }),
      [1],
      'f: expected an object with x, but got an array of 1',
    ],
    [type('DOUBLE'), Promise.resolve(1), 'f: expected DOUBLE, but got a Promise: functions cannot be asynchronous'],
  ])('of another type than declared are refused: %o, %o', (of, value, message) => {
    expect(() => fromUser(of, 'f')(value)).toThrow(new UserValueError(message));
  });
});
