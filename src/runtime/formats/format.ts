/**
 * What a format folder offers: how bytes of a file or message become rows and back. Flink:
 * `DecodingFormat`, `EncodingFormat`. Options are written with the format's name as prefix
 * (`json.ignore-parse-errors`).
 */
import type { Failure, Result } from '../base/result.ts';
import type { OptionProblem, OptionSpec } from '../connectors/connector.ts';
import type { Schema } from '../data/logical-type.ts';
import type { RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';

/** Turns one record (a line of a file, a message) into changes. `emit` may be called 0, 1 or 2 times. */
export interface RecordDecoder {
  decode(record: Uint8Array, emit: (kind: RowKind, row: Row) => void): Result<void, Failure>;
  /** The same for text that is already decoded; the hot path of line files. */
  decodeText(record: string, emit: (kind: RowKind, row: Row) => void): Result<void, Failure>;
}

/** Turns a change into one record without its line end. */
export interface RecordEncoder {
  encode(kind: RowKind, row: Row): Result<string, Failure>;
}

/** Settings common to decoder and encoder. */
export interface FormatRequest {
  /** Columns to produce or write, in order. A decoder leaves out all others. */
  readonly schema: Schema;
  /** All physical columns of the table: CSV counts by position. */
  readonly physical: Schema;
  /** Options without the prefix. */
  readonly options: ReadonlyMap<string, string>;
  readonly timeZone: string;
}

/** A format. */
export interface Format {
  /** Value of `'format'`. */
  readonly name: string;
  readonly doc: string;
  /** Option keys without the prefix. */
  readonly options: readonly OptionSpec[];
  /** `all`: it carries updates and deletes (Debezium). */
  readonly changelog: 'insert-only' | 'all';
  /**
   * Files are cut into records at line ends; a format whose records may hold line ends says here
   * whether a piece of text still lacks its rest.
   */
  isUnfinished?(options: ReadonlyMap<string, string>): (record: string) => boolean;
  /** `physical`: the columns that are stored in the records. */
  validate(options: ReadonlyMap<string, string>, physical: Schema): readonly OptionProblem[];
  decoder(request: FormatRequest): RecordDecoder;
  /** Absent when the format can only be read. */
  encoder?(request: FormatRequest): RecordEncoder;
}

/** Whether a boolean option is on. Flink reads such values in any case. */
export function isOn(options: ReadonlyMap<string, string>, key: string, fallback = false): boolean {
  const text = options.get(key);
  return text === undefined ? fallback : text.trim().toLowerCase() === 'true';
}
