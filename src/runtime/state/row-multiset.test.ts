/** Multisets of rows, below and above the size at which they get an index. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogicalType } from '../data/logical-type.ts';
import type { Row } from '../data/value.ts';
import { RowKeys, RowMultiset } from './row-multiset.ts';

const TYPES: readonly LogicalType[] = [
  { kind: 'VARCHAR', nullable: true, length: 10 },
  { kind: 'DOUBLE', nullable: true },
];

const counts = (rows: RowMultiset): unknown[] => [...rows.values()].map(({ row, count, mark }) => [row, count, mark]);

describe('RowMultiset', () => {
  it('counts equal rows, NULL and NaN included, in order of first arrival', () => {
    const rows = new RowMultiset(new RowKeys(TYPES, [0, 1]));
    for (const row of [
      ['b', 1],
      [null, Number.NaN],
      ['b', 1],
      [null, Number.NaN],
      ['', null],
    ])
      rows.add(row as Row, 7);
    expect(counts(rows)).toEqual([
      [['b', 1], 2, 7],
      [[null, Number.NaN], 2, 7],
      [['', null], 1, 7],
    ]);
  });

  it('tells zero of each sign apart in DOUBLE columns, below and above the size of the index', () => {
    const found = [0, 20].map((others) => {
      const rows = new RowMultiset(new RowKeys(TYPES, [0, 1]));
      for (let i = 1; i <= others; i++) rows.add(['x', i], 0);
      rows.add(['x', 0], 0);
      return [rows.find(['x', -0]), rows.find(['x', 0])?.count];
    });
    expect(found).toEqual([
      [undefined, 1],
      [undefined, 1],
    ]);
  });

  it('puts a new version of a row in the place of the old one', () => {
    const rows = new RowMultiset(new RowKeys(TYPES, [0]));
    rows.put(['a', 1], 0);
    rows.put(['b', 2], 0);
    rows.put(['a', 3], 5);
    expect(counts(rows)).toEqual([
      [['a', 3], 1, 5],
      [['b', 2], 1, 0],
    ]);
  });

  it('takes out the last copy with the row, and answers false for a row that is not there', () => {
    const rows = new RowMultiset(new RowKeys(TYPES, [0, 1]));
    rows.add(['a', 1], 0);
    rows.add(['a', 1], 0);
    expect([
      rows.remove(['a', 2]),
      rows.remove(['a', 1]),
      rows.remove(['a', 1]),
      rows.remove(['a', 1]),
      rows.size,
    ]).toEqual([false, true, true, false, 0]);
  });

  it('never takes two rows for one: texts that hold each other’s separators', () => {
    const three: readonly LogicalType[] = [TYPES[0] as LogicalType, TYPES[0] as LogicalType];
    const keys = new RowKeys(three, [0, 1]);
    fc.assert(
      fc.property(
        fc.tuple(fc.string(), fc.string()),
        fc.tuple(fc.option(fc.string()), fc.option(fc.string())),
        (a, b) => {
          const areEqual = a[0] === b[0] && a[1] === b[1];
          expect(keys.same(a, b)).toBe(areEqual);
          if (areEqual) expect(keys.hash(a)).toBe(keys.hash(b));
        },
      ),
    );
  });

  it('tells rows apart whose hashes are equal', () => {
    const text = (mark: string): string => `${'x'.repeat(501)}${mark}${'y'.repeat(500)}`;
    const keys = new RowKeys(TYPES, [0, 1]);
    const rows = new RowMultiset(keys);
    const all = Array.from({ length: 20 }, (_, n): Row => [text(String.fromCharCode(97 + n)), 1]);
    expect(new Set(all.map((row) => keys.hash(row))).size).toBeLessThan(all.length);
    for (const row of all) rows.add(row, 0);
    expect([rows.size, [...rows.values()].map(({ row }) => row)]).toEqual([20, all]);
    expect([rows.remove([text('c'), 1]), rows.remove([text('c'), 1]), rows.size]).toEqual([true, false, 19]);
    rows.put([text('d'), 1], 7);
    for (const row of all) if (row[0] !== text('c')) expect(rows.find(row)?.row).toEqual(row);
    for (const row of all) rows.remove(row);
    expect([rows.size, [...rows.values()]]).toEqual([0, []]);
  });

  it('behaves the same with few rows and with many', () => {
    const row = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', null), fc.constantFrom(1, 2, 3, 4));
    const step = fc.tuple(fc.boolean(), row);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const rows = new RowMultiset(new RowKeys(TYPES, [0, 1]));
        const model: [Row, number][] = [];
        for (const [isAdd, each] of steps) {
          const at = model.findIndex(([other]) => other[0] === each[0] && other[1] === each[1]);
          const known = model[at];
          if (isAdd) {
            rows.add(each, 0);
            if (known === undefined) model.push([each, 1]);
            else known[1] += 1;
          } else {
            expect(rows.remove(each)).toBe(known !== undefined);
            if (known !== undefined) known[1] -= 1;
            if (known?.[1] === 0) model.splice(at, 1);
          }
        }
        expect([...rows.values()].map((counted) => [counted.row, counted.count])).toEqual(model);
        expect(rows.size).toBe(model.length);
      }),
    );
  });
});
