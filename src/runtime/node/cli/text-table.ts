/** A result as a table for a terminal. Flink: `TableauStyle`. */

/** Columns wider than this are cut, so that a line stays a line. */
const WIDTH_MAX = 60;

/** Lines of a table with a border. NULL is shown as `<NULL>`. */
export function textTable(columns: readonly string[], rows: readonly (readonly (string | null)[])[]): string[] {
  const cells = rows.map((row) => row.map((value) => cut(value ?? '<NULL>')));
  const head = columns.map(cut);
  const widths = head.map((name, index) =>
    cells.reduce((width, row) => Math.max(width, widthOf(row[index] ?? '')), widthOf(name)),
  );
  const border = `+${widths.map((width) => '-'.repeat(width + 2)).join('+')}+`;
  const line = (row: readonly string[]): string =>
    `|${widths.map((width, index) => ` ${pad(row[index] ?? '', width)} `).join('|')}|`;
  return [border, line(head), border, ...cells.map(line), ...(cells.length > 0 ? [border] : [])];
}

function cut(text: string): string {
  const flat = text.replace(/\s*\n\s*/g, ' ');
  return widthOf(flat) > WIDTH_MAX
    ? `${Array.from(flat)
        .slice(0, WIDTH_MAX - 1)
        .join('')}…`
    : flat;
}

function widthOf(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(width - widthOf(text));
}
