/** Widths, alignment and the clipboard text of the rows table. */
import { expect, it } from 'vitest';
import type { TapRow } from '../store/tap.ts';
import { columnWidths, isNumeric, missingColumns, rowsAsText, shortType } from './row-table.ts';

const columns = [
  { name: 'id', type: 'BIGINT' },
  { name: 'page', type: 'STRING' },
];
const rows: TapRow[] = [
  { sequence: 0, kind: '+I', values: ['1', '/a\tb\nc'] },
  { sequence: 1, kind: '-D', values: ['22', null] },
  { sequence: 2, kind: '+I', values: ['3', 'x'.repeat(200)] },
];

it('a column is as wide as its longest value, within bounds', () => {
  expect(columnWidths(columns, rows)).toEqual([9, 48]);
  expect(columnWidths([{ name: 'a', type: 'INT' }], [])).toEqual([6]);
});

it('the header has room for a type without what is said of NULL and time, which the tooltip says', () => {
  expect(columnWidths([{ name: 'window_start', type: 'TIMESTAMP(3) NOT NULL' }], [])).toEqual([24]);
  expect(
    ['TIMESTAMP(3) *ROWTIME*', 'TIMESTAMP_LTZ(3) *PROCTIME* NOT NULL', 'BIGINT NOT NULL', 'ROW<a INT NOT NULL>'].map(
      shortType,
    ),
  ).toEqual(['TIMESTAMP(3)', 'TIMESTAMP_LTZ(3)', 'BIGINT', 'ROW<a INT NOT NULL>']);
});

it('numbers stand at the right', () => {
  expect(['BIGINT', 'DECIMAL(10, 2)', 'DOUBLE NOT NULL', 'STRING', 'INTERVAL SECOND(3)'].map(isNumeric)).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

it('copied rows are one line each, whatever their values hold', () => {
  expect(rowsAsText(['id', 'page'], rows.slice(0, 2))).toBe('kind\tid\tpage\n+I\t1\t/a b c\n-D\t22\t');
});

it('names the columns that nothing further on reads, in the order of the schema', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }));
  expect(missingColumns(named('event_id', 'user', 'plan'), named('user'))).toEqual(['event_id', 'plan']);
  expect(missingColumns(named('user'), named('user'))).toEqual([]);
});
