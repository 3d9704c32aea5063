/** Decisions of the rows table without the table: widths, alignment, the text for the clipboard. */
import type { TapRow } from '../store/tap.ts';

/** Widest column in characters; longer values are cut with dots and whole in the tooltip. */
const COLUMN_WIDTH_MAX_CH = 48;
const COLUMN_WIDTH_MIN_CH = 6;

/** A type as the header has room for it: without what is said of NULL and time attributes; the tooltip says all. */
export function shortType(type: string): string {
  return type.replace(/ NOT NULL$/, '').replace(/ \*(?:ROW|PROC)TIME\*$/, '');
}

/** Letters of the header's type are smaller than those of the data. */
const TYPE_LETTER_SHARE = 0.85;

/** Width of each column in characters: enough for its name, its type and the values of `sample`. */
export function columnWidths(
  columns: readonly { readonly name: string; readonly type: string }[],
  sample: readonly TapRow[],
): readonly number[] {
  return columns.map((column, i) => {
    let width = column.name.length + Math.ceil(Math.min(shortType(column.type).length, 20) * TYPE_LETTER_SHARE) + 1;
    for (const row of sample) width = Math.max(width, (row.values[i] ?? 'NULL').length);
    return Math.max(COLUMN_WIDTH_MIN_CH, Math.min(COLUMN_WIDTH_MAX_CH, width));
  });
}

/** Names of the columns of a node that its rows do not have, because the optimiser found that nothing reads them. */
export function missingColumns(
  schema: readonly { readonly name: string }[],
  shown: readonly { readonly name: string }[],
): readonly string[] {
  const names = new Set(shown.map((column) => column.name));
  return schema.map((column) => column.name).filter((name) => !names.has(name));
}

/** Whether values of a Flink type are numbers, which stand at the right so that their digits align. */
export function isNumeric(type: string): boolean {
  return /^(TINYINT|SMALLINT|INT|INTEGER|BIGINT|FLOAT|DOUBLE|DECIMAL|NUMERIC)\b/i.test(type);
}

/** Rows as tab-separated text with a header, as spreadsheets read it. NULL is empty. */
export function rowsAsText(columns: readonly string[], rows: readonly TapRow[]): string {
  const clean = (value: string | null): string => (value ?? '').replace(/[\t\r\n]+/g, ' ');
  const lines = rows.map((row) => [row.kind, ...row.values.map(clean)].join('\t'));
  return [['kind', ...columns].join('\t'), ...lines].join('\n');
}
