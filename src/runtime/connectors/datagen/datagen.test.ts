/** Made-up rows: how many, how fast, the same again, and within their bounds. */
import { describe, expect, it } from 'vitest';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Row, Value } from '../../data/value.ts';
import type { SourceReader } from '../../engine/source.ts';
import { allColumns, pollInto, RowLog, type TestSeams, tableOf, testSeams } from '../test-table.ts';
import { datagenConnector } from './connector.ts';

const INT: LogicalType = { kind: 'INT', nullable: true };
const BIGINT: LogicalType = { kind: 'BIGINT', nullable: true };
const DOUBLE: LogicalType = { kind: 'DOUBLE', nullable: true };
const STRING: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };

type Types = Readonly<Record<string, LogicalType>>;
type Options = Readonly<Record<string, string>>;

function readerOf(types: Types, options: Options, seams: TestSeams, columns?: readonly number[]): SourceReader {
  const table = tableOf(types, options);
  const reader = datagenConnector.source?.create({ table, columns: columns ?? allColumns(table), seams });
  if (reader === undefined || !reader.ok) throw new Error('the table can be read');
  return reader.value;
}

function values(types: Types, options: Options, seed = 1): Row[] {
  const rows: Row[] = [];
  const seams = testSeams(seed);
  const reader = readerOf(types, { 'number-of-rows': '300', ...options }, seams);
  reader.open(() => {});
  for (let status: unknown = 'more'; status === 'more' || status === 'blocked'; ) {
    seams.clock.advanceTo(seams.clock.nowMs() + 10);
    const polled = reader.poll({ processRow: (_kind, row) => rows.push(row) }, 100);
    status = polled.ok ? polled.value : 'failed';
  }
  return rows;
}

const column = (rows: readonly Row[]): Value[] => rows.map((row) => row[0] ?? null);
const isWithin = (all: readonly Value[], low: bigint, high: bigint): boolean =>
  all.every((value) => BigInt(value as number) >= low && BigInt(value as number) <= high);
const problems = (types: Types, options: Options): string[] =>
  datagenConnector.validate(tableOf(types, options), 'source').map((problem) => problem.message);

describe('datagen', () => {
  it('gives the same rows for the same seed, whichever columns are read', () => {
    const types = { a: INT, b: STRING };
    const read = (seed: number, columns: readonly number[]): string[] => {
      const table = tableOf(types, { 'number-of-rows': '3', 'fields.b.length': '4' });
      const reader = readerOf(types, Object.fromEntries(table.options), testSeams(seed), columns);
      reader.open(() => {});
      const log = new RowLog(table, columns);
      pollInto(reader, log);
      return log.rows;
    };
    const both = read(1, [0, 1]);
    expect(read(1, [0, 1])).toEqual(both);
    expect(read(1, [1])).toEqual(both.map((row) => row.replace(/\[.*, /, '[')));
    expect(read(2, [0, 1])).not.toEqual(both);
  });

  it('counts a sequence from start to end, in numbers, texts and decimals, and ends with it', () => {
    const types: Types = { a: BIGINT, s: STRING, d: { kind: 'DECIMAL', nullable: true, precision: 10, scale: 2 } };
    const options = Object.fromEntries(
      Object.keys(types).flatMap((name) => [
        [`fields.${name}.kind`, 'sequence'],
        [`fields.${name}.start`, '9007199254740991'],
        [`fields.${name}.end`, '9007199254740993'],
      ]),
    );
    expect(values({ a: BIGINT }, options)).toEqual([[9007199254740991], [9007199254740992n], [9007199254740993n]]);
    const small = Object.fromEntries(
      Object.entries(options).map(([key, value]) => [key, value.replace('9007199254740', '')]),
    );
    expect(values(types, small).map(String)).toEqual(['991,991,99100', '992,992,99200', '993,993,99300']);
  });

  it('ends at number-of-rows or at the shortest sequence, and else never', () => {
    const sequence = { 'fields.a.kind': 'sequence', 'fields.a.start': '1', 'fields.a.end': '5' };
    const bounded = (options: Options): boolean | undefined =>
      datagenConnector.source?.bounded(tableOf({ a: INT }, options));
    expect([
      values({ a: INT }, { 'number-of-rows': '2', ...sequence }).length,
      values({ a: INT }, { 'number-of-rows': '9', ...sequence }).length,
      bounded({}),
      bounded({ 'number-of-rows': '2' }),
      bounded(sequence),
    ]).toEqual([2, 5, false, true, true]);
  });

  it('keeps numbers within min and max, both included, at every width', () => {
    const types: readonly (readonly [LogicalType, bigint, bigint])[] = [
      [{ kind: 'TINYINT', nullable: true }, -128n, 127n],
      [{ kind: 'SMALLINT', nullable: true }, -32768n, 32767n],
      [INT, -(2n ** 31n), 2n ** 31n - 1n],
      [BIGINT, -(2n ** 63n), 2n ** 63n - 1n],
    ];
    for (const [type, low, high] of types) expect(isWithin(column(values({ a: type }, {})), low, high)).toBe(true);
    const small = column(values({ a: INT }, { 'fields.a.min': '-1', 'fields.a.max': '1' }));
    expect([...new Set(small)].sort()).toEqual([-1, 0, 1]);
    const odd = { 'fields.a.min': '9007199254740993', 'fields.a.max': '9007199254740994' };
    expect([...new Set(column(values({ a: BIGINT }, odd)))].sort()).toEqual([9007199254740993n, 9007199254740994n]);
  });

  it('makes every type of column, NULLs at the given rate, and texts of the given length', () => {
    const types: Types = {
      b: { kind: 'BOOLEAN', nullable: true },
      c: { kind: 'CHAR', nullable: true, length: 3 },
      s: STRING,
      y: { kind: 'VARBINARY', nullable: true, length: 5 },
      d: { kind: 'DECIMAL', nullable: true, precision: 38, scale: 10 },
      t: { kind: 'TIMESTAMP', nullable: true, precision: 6 },
      e: { kind: 'DATE', nullable: true },
      a: { kind: 'ARRAY', nullable: true, element: INT },
      r: { kind: 'ROW', nullable: true, fields: [{ name: 'x', type: INT }] },
      m: { kind: 'MAP', nullable: true, key: INT, value: DOUBLE },
    };
    const options = {
      'fields.s.length': '7',
      'fields.s.var-len': 'true',
      'fields.b.null-rate': '0.5',
      'fields.a.length': '2',
      'fields.a.element.min': '5',
      'fields.a.element.max': '6',
      'fields.r.x.min': '7',
      'fields.r.x.max': '8',
    };
    const rows = values(types, options);
    const nulls = rows.filter((row) => row[0] === null).length;
    const lengths = new Set(rows.map((row) => (row[2] as string).length));
    expect(nulls).toBeGreaterThan(100);
    expect(nulls).toBeLessThan(200);
    expect([...lengths].sort()).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(rows.every((row) => /^[0-9a-f]{3}$/.test(row[1] as string))).toBe(true);
    expect(rows.every((row) => (row[3] as Uint8Array).length === 5)).toBe(true);
    expect(rows.every((row) => (row[7] as number[]).length === 2 && isWithin(row[7] as number[], 5n, 6n))).toBe(true);
    expect(rows.every((row) => isWithin(row[8] as number[], 7n, 8n))).toBe(true);
    expect(rows.slice(1).every((row) => !row.slice(1).includes(null))).toBe(true);
  });

  it('keeps to its rate by the clock and goes on when it is woken', () => {
    const seams = testSeams();
    const reader = readerOf({ a: INT }, { 'rows-per-second': '100' }, seams);
    const table = tableOf({ a: INT }, {});
    let wakes = 0;
    reader.open(() => {
      wakes += 1;
    });
    const counts: number[] = [];
    for (let tick = 0; tick < 10; tick++) {
      const log = new RowLog(table, [0]);
      expect(pollInto(reader, log, 1000)).toBe('blocked');
      counts.push(log.rows.length);
      seams.clock.advanceTo(seams.clock.nowMs() + 100);
    }
    expect([counts, wakes, reader.progress()]).toEqual([
      [2, 10, 10, 10, 10, 10, 10, 10, 10, 10],
      10,
      { rowsRead: 92, fraction: null },
    ]);
  });

  it('goes on from its position with the same rows', () => {
    const types: Types = { a: BIGINT, s: BIGINT };
    const options = {
      'number-of-rows': '60',
      'fields.s.kind': 'sequence',
      'fields.s.start': '1',
      'fields.s.end': '99',
    };
    const table = tableOf(types, options);
    const whole = new RowLog(table, [0, 1]);
    const straight = readerOf(types, options, testSeams());
    straight.open(() => {});
    pollInto(straight, whole);
    const parts = new RowLog(table, [0, 1]);
    const first = readerOf(types, options, testSeams());
    first.open(() => {});
    pollInto(first, parts, 7, 3);
    const second = readerOf(types, options, testSeams());
    second.restore(JSON.parse(JSON.stringify(first.position())));
    second.open(() => {});
    pollInto(second, parts, 7);
    expect([parts.rows, second.progress()]).toEqual([whole.rows, { rowsRead: 60, fraction: 1 }]);
  });

  it('refuses options in the words of Flink', () => {
    expect([
      problems({ a: INT }, { 'fields.a.min': 'x' }),
      problems({ a: { kind: 'TINYINT', nullable: true } }, { 'fields.a.max': '128' }),
      problems({ a: DOUBLE }, { 'fields.a.max': 'much' }),
      problems({ a: INT }, { 'fields.a.kind': 'sequence', 'fields.a.end': '1' }),
      problems({ a: { kind: 'CHAR', nullable: true, length: 5 } }, { 'fields.a.length': '3' }),
      problems({ a: INT }, { 'rows-per-second': '0' }),
      problems({ a: INT }, { 'fields.a.min': '5', 'fields.a.max': '1' }),
    ]).toEqual([
      ['For input string: "x"'],
      ['For input string: "128"'],
      ['For input string: "much"'],
      ["Could not find required property 'fields.a.start' for sequence generator."],
      ["Custom length for fixed-length type (CHAR/BINARY) field 'a' is not supported."],
      ["Could not parse value '0' for key 'rows-per-second'."],
      [],
    ]);
  });

  it('fails with the first row when min is not smaller than max', () => {
    expect(() => values({ a: INT }, { 'fields.a.min': '5000', 'fields.a.max': '10' })).toThrow(
      'lower bound (5,000) must be strictly less than upper bound (10)',
    );
  });
});
