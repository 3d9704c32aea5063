/** Runs formats over records in memory. Used by tests only. */
import { RunError } from '../base/diagnostic.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { formatValue } from '../data/format-value.ts';
import type { LogicalType, Schema } from '../data/logical-type.ts';
import { ROW_KIND_TEXT, type RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import type { Format } from './format.ts';

/** A table of a format. */
export interface FormatSubject {
  readonly format: Format;
  readonly schema: Schema;
  readonly options?: Readonly<Record<string, string>>;
  /** Columns that are asked for; all when left out. */
  readonly columns?: readonly string[];
}

/** Columns from names and types. */
export function schemaOf(types: Readonly<Record<string, LogicalType>>): Schema {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

function requestOf(subject: FormatSubject) {
  const { schema, columns } = subject;
  return {
    schema: columns === undefined ? schema : schema.filter((field) => columns.includes(field.name)),
    physical: schema,
    options: new Map(Object.entries(subject.options ?? {})),
    timeZone: 'UTC',
  };
}

/** What each record gives: its changes as `+I[1, a]`, or `!` and the message of the mistake. */
export function decodeAll(subject: FormatSubject, records: readonly string[]): string[] {
  const request = requestOf(subject);
  const decoder = subject.format.decoder(request);
  const shown: string[] = [];
  const emit = (kind: RowKind, row: Row): void => {
    const texts = request.schema.map(({ type }, index) => formatValue(row[index] ?? null, type, 'UTC') ?? 'null');
    shown.push(`${ROW_KIND_TEXT[kind]}[${texts.join(', ')}]`);
  };
  for (const record of records) {
    try {
      const decoded = decoder.decodeText(record, emit);
      if (!decoded.ok) shown.push(`! ${decoded.error.message}`);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      shown.push(`! ${error.message}`);
    }
  }
  return shown;
}

/** The values of one record as they are in memory. */
export function decodeValues(subject: FormatSubject, record: string): Row[] {
  const rows: Row[] = [];
  subject.format.decoder(requestOf(subject)).decodeText(record, (_kind, row) => rows.push(row));
  return rows;
}

/** The record of each change as text, or `!` and the message of the mistake. */
export function encodeAll(subject: FormatSubject, changes: readonly (readonly [RowKind, Row])[]): string[] {
  const encoder = subject.format.encoder?.(requestOf(subject));
  if (encoder === undefined) throw new Error(`${subject.format.name} can be written`);
  return changes.map(([kind, row]) => {
    try {
      const record = encoder.encode(kind, row);
      if (!record.ok) return `! ${record.error.message}`;
      return typeof record.value === 'string' ? record.value : decodeUtf8(record.value);
    } catch (error) {
      if (!(error instanceof RunError)) throw error;
      return `! ${error.message}`;
    }
  });
}

/** Messages about options and columns. */
export function problemsOf(subject: FormatSubject): string[] {
  const request = requestOf(subject);
  return subject.format.validate(request.options, request.physical).map((problem) => problem.message);
}
