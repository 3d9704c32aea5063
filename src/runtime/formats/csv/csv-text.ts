/** Cutting a CSV record into fields. Flink: Jackson's `CsvParser` as the `csv` format configures it. */

/** How records are written. `null`: off. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly escapeChar: string | null;
}

/** A field as written; quoted ones are never the null literal's equals by accident of trimming. */
export interface CsvField {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Whether `record` ends inside quotes, so that it goes on in the next line. */
export function isUnfinished(record: string, dialect: CsvDialect): boolean {
  if (dialect.quote === null || !record.includes(dialect.quote)) return false;
  let inQuotes = false;
  for (let i = 0; i < record.length; i++) {
    const char = record[i];
    if (char === dialect.escapeChar && char !== dialect.quote) i += 1;
    else if (char === dialect.quote) inQuotes = !inQuotes;
  }
  return inQuotes;
}

/** The fields of a record. */
export function splitRecord(record: string, dialect: CsvDialect): CsvField[] {
  const { delimiter, quote, escapeChar } = dialect;
  const isPlain = (quote === null || !record.includes(quote)) && (escapeChar === null || !record.includes(escapeChar));
  if (isPlain) return record.split(delimiter).map((text) => ({ text, isQuoted: false }));
  const fields: CsvField[] = [];
  let at = 0;
  for (;;) {
    // Blanks before an opening quote do not count.
    let start = at;
    while (quote !== null && record[start] === ' ') start += 1;
    if (quote !== null && record[start] === quote) {
      const { text, end } = quotedField(record, start + 1, quote, escapeChar);
      fields.push({ text, isQuoted: true });
      const next = record.indexOf(delimiter, end);
      if (next === -1) return fields;
      at = next + delimiter.length;
    } else {
      const { text, end } = bareField(record, at, delimiter, escapeChar);
      fields.push({ text, isQuoted: false });
      if (end >= record.length) return fields;
      at = end + delimiter.length;
    }
  }
}

function quotedField(
  record: string,
  start: number,
  quote: string,
  escapeChar: string | null,
): { text: string; end: number } {
  let text = '';
  let at = start;
  for (;;) {
    const char = record[at];
    if (char === undefined) return { text, end: at };
    if (escapeChar !== null && char === escapeChar && record[at + 1] !== undefined) {
      text += record[at + 1];
      at += 2;
    } else if (char !== quote) {
      text += char;
      at += 1;
    } else if (record[at + 1] === quote) {
      text += quote;
      at += 2;
    } else return { text, end: at + 1 };
  }
}

function bareField(
  record: string,
  start: number,
  delimiter: string,
  escapeChar: string | null,
): { text: string; end: number } {
  let text = '';
  let at = start;
  while (at < record.length && !record.startsWith(delimiter, at)) {
    if (escapeChar !== null && record[at] === escapeChar && at + 1 < record.length) at += 1;
    text += record[at];
    at += 1;
  }
  return { text, end: at };
}
