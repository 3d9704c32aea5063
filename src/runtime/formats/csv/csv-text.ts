/** Cutting a CSV record into fields. Flink: Jackson's `CsvParser` as the `csv` format configures it. */

/** How records are written. `null`: off. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly quote: string | null;
  readonly escapeChar: string | null;
  /** Blanks around a field do not belong to it; those inside quotes do. */
  readonly trimsSpaces: boolean;
}

/** A field as written; quoted ones are never the null literal's equals by accident of trimming. */
export interface CsvField {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** Whether `record` ends inside quotes, so that it goes on in the next line. */
export function isUnfinished(record: string, dialect: CsvDialect): boolean {
  return dialect.quote !== null && record.includes(dialect.quote) && scanRecord(record, dialect).isUnfinished;
}

/** A record that is not CSV: something behind a closing quote, or a quote that is never closed. */
export class CsvSyntaxError extends Error {
  override readonly name = 'CsvSyntaxError';
}

/** The fields of a record. Throws `CsvSyntaxError`. */
export function splitRecord(record: string, dialect: CsvDialect): readonly CsvField[] {
  const { delimiter, quote, escapeChar, trimsSpaces } = dialect;
  const isPlain = (quote === null || !record.includes(quote)) && (escapeChar === null || !record.includes(escapeChar));
  if (isPlain) {
    return record.split(delimiter).map((text) => ({ text: trimsSpaces ? trimBlanks(text) : text, isQuoted: false }));
  }
  const { fields, isUnfinished, unexpected } = scanRecord(record, dialect);
  if (isUnfinished) throw new CsvSyntaxError('Missing closing quote for value');
  if (unexpected === null) return fields;
  throw new CsvSyntaxError(
    `Unexpected character ('${unexpected}' (code ${unexpected.charCodeAt(0)})): Expected column separator character ('${delimiter}' (code ${delimiter.charCodeAt(0)})) or end-of-line`,
  );
}

interface ScannedRecord {
  readonly fields: readonly CsvField[];
  readonly isUnfinished: boolean;
  /** What stands behind a closing quote and must not; `null` when nothing does. */
  readonly unexpected: string | null;
}

/** A quote opens a quoted field only where the field begins; elsewhere it is a character like others. */
function scanRecord(record: string, dialect: CsvDialect): ScannedRecord {
  const { delimiter, quote, escapeChar, trimsSpaces } = dialect;
  const fields: CsvField[] = [];
  let unexpected: string | null = null;
  for (let at = 0; ; at += delimiter.length) {
    // A quote behind blanks is a character like others, unless blanks are trimmed.
    if (trimsSpaces) while (isBlank(record[at])) at += 1;
    if (quote !== null && record[at] === quote) {
      const { text, end } = quotedField(record, at + 1, quote, escapeChar);
      fields.push({ text, isQuoted: true });
      if (end === -1) return { fields, isUnfinished: true, unexpected };
      const next = record.indexOf(delimiter, end);
      at = next === -1 ? record.length : next;
      unexpected ??= record.slice(end, at).trim()[0] ?? null;
    } else {
      const { text, end } = bareField(record, at, delimiter, escapeChar);
      fields.push({ text: trimsSpaces ? trimBlanks(text) : text, isQuoted: false });
      at = end;
    }
    if (at >= record.length) return { fields, isUnfinished: false, unexpected };
  }
}

/** What Jackson calls a space: blanks and control characters. */
function isBlank(char: string | undefined): boolean {
  return char !== undefined && char <= ' ';
}

function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** The text between quotes and where it ends; `end` is -1 when there is no closing quote. */
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
    if (char === undefined) return { text, end: -1 };
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
