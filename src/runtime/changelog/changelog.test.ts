/** Changelogs as a whole: folding, shortening, comparing. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../data/logical-type.ts';
import { ROW_KIND_TEXT, RowKind } from '../data/row-kind.ts';
import { NanoTimestamp, type Row } from '../data/value.ts';
import { consolidate, sameEnd } from './consolidate.ts';
import { type Change, MaterialisedTable, materialise } from './materialise.ts';

const SCHEMA: Schema = [
  { name: 'k', type: { kind: 'INT', nullable: true } },
  { name: 'v', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
];

function changes(...texts: readonly (readonly [string, ...Row])[]): Change[] {
  return texts.map(([kind, ...row]) => ({ kind: ROW_KIND_TEXT.indexOf(kind as '+I') as RowKind, row }));
}

const shown = (all: readonly Change[]): unknown[] => all.map(({ kind, row }) => [ROW_KIND_TEXT[kind], ...row]);

describe('materialise', () => {
  it('puts in what +I and +U say and takes out what -U and -D say', () => {
    const log = changes(['+I', 1, 'a'], ['+I', 2, 'b'], ['-U', 1, 'a'], ['+U', 1, 'c'], ['-D', 2, 'b']);
    expect(materialise(SCHEMA, log)).toEqual([[1, 'c']]);
  });

  it('counts equal rows separately and keeps NULL apart from empty text', () => {
    const log = changes(['+I', 1, 'a'], ['+I', 1, 'a'], ['+I', null, ''], ['+I', null, null], ['-D', 1, 'a']);
    expect(materialise(SCHEMA, log)).toEqual([
      [1, 'a'],
      [null, ''],
      [null, null],
    ]);
  });

  it('answers false when a row that is not there is taken out', () => {
    const table = new MaterialisedTable(SCHEMA);
    table.apply(RowKind.Insert, [1, 'a']);
    expect([table.apply(RowKind.Delete, [1, 'b']), table.apply(RowKind.Delete, [1, 'a']), table.rows()]).toEqual([
      false,
      true,
      [],
    ]);
  });
});

describe('consolidate', () => {
  it('drops what was put in and taken out again', () => {
    const log = changes(['+I', 1, 'a'], ['-U', 1, 'a'], ['+U', 1, 'b'], ['-D', 9, 'x'], ['+I', 2, 'c'], ['+I', 2, 'c']);
    expect(shown(consolidate(log))).toEqual([
      ['+I', 1, 'b'],
      ['-D', 9, 'x'],
      ['+I', 2, 'c'],
      ['+I', 2, 'c'],
    ]);
  });

  it('compares by value, not by object: times, NaN', () => {
    const one = changes(['+I', new NanoTimestamp(5, 7), Number.NaN]);
    const other = changes(['+U', new NanoTimestamp(5, 7), Number.NaN]);
    expect([sameEnd(one, other), sameEnd(one, changes(['+I', new NanoTimestamp(5, 8), Number.NaN]))]).toEqual([
      true,
      false,
    ]);
  });

  it('ends in the same table as the whole changelog, in any order of its changes', () => {
    const change = fc.record({
      kind: fc.constantFrom(RowKind.Insert, RowKind.UpdateAfter, RowKind.UpdateBefore, RowKind.Delete),
      row: fc.tuple(fc.constantFrom(1, 2, null), fc.constantFrom('a', '', null)),
    });
    fc.assert(
      fc.property(fc.array(change), (log) => {
        const short = consolidate(log);
        expect(short.length).toBeLessThanOrEqual(log.length);
        expect(sameEnd(log, short)).toBe(true);
        expect(sameEnd(log, [...log].reverse())).toBe(true);
        expect(sameEnd(log, [...log, { kind: RowKind.Insert, row: [3, 'new'] }])).toBe(false);
      }),
    );
  });
});
