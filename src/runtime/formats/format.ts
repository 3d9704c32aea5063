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
import type { OpenFile } from '../seams/files.ts';
import type { Random } from '../seams/random.ts';
import type { SchemaRegistries } from '../seams/schema-registry.ts';

/** Turns one record (a line of a file, a message) into changes. `emit` may be called 0, 1 or 2 times. */
export interface RecordDecoder {
  decode(record: Uint8Array, emit: (kind: RowKind, row: Row) => void): Result<void, Failure>;
  /** The same for text that is already decoded. */
  decodeText(record: string, emit: EmitRow): Result<void, Failure>;
  /**
   * The hot path of line files: a record that stands in a longer plain text (`plain-text.ts`). `false`: nothing was
   * emitted, and it is for `decodeText`, also to say what is wrong.
   */
  decodePlain?(text: string, start: number, end: number, emit: EmitRow): boolean;
}

/** Turns a change into one record without its line end: a text, or bytes. */
export interface RecordEncoder {
  encode(kind: RowKind, row: Row): Result<string | Uint8Array, Failure>;
}

/** Takes a row that was read. */
export type EmitRow = (kind: RowKind, row: Row) => void;

/** Reads the rows of a file that is more than records one after the other. Flink: `BulkFormat.Reader`. */
export interface FileDecoder {
  /** Emits the next row; `false` at the end of the file. A bad record throws `run/bad-record`. */
  next(emit: EmitRow): Result<boolean>;
  /** Bytes up to the end of what was read: progress. */
  readonly readBytes: number;
  /** Where it stands; `resume` on a fresh one goes on with the next row. */
  position(): readonly [offsetBytes: number, count: number];
  resume(position: readonly [offsetBytes: number, count: number]): Result<void>;
  /** Where the row read last stands in the file, for messages. */
  place(): string;
  close(): void;
}

/** Writes such a file. Flink: `BulkWriter`. A file that was begun cannot be gone on with: it ends with a checkpoint. */
export interface FileEncoder {
  write(row: Row): Result<void>;
  /** Bytes that are ready, to be put behind those before; the header first. */
  take(): Uint8Array;
  /** The last bytes. */
  end(): Uint8Array;
  /** Bytes collected and not taken yet. */
  readonly waitingBytes: number;
}

/** Files of a format that are more than its records one after the other, for example with a schema at their head. */
export interface FileFormat {
  validate(options: ReadonlyMap<string, string>, physical: Schema): readonly OptionProblem[];
  decoder(request: FormatRequest, file: OpenFile): Result<FileDecoder>;
  encoder(request: FormatRequest, random: Random): FileEncoder;
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
  /** Names of the format's metadata whose values a decoder puts behind the columns. */
  readonly metadata?: readonly string[];
  /** Registries of schemas; left out where the host cannot reach one. */
  readonly registries?: SchemaRegistries | undefined;
  /** Name under which a schema is registered unless the options say otherwise: that of the topic and its part. */
  readonly subject?: string;
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
  /** What its records say beside their rows. Flink: `DecodingFormat.listReadableMetadata`. */
  readonly metadata?: Schema;
  /** Absent: a file is records, a line each. */
  readonly files?: FileFormat;
}

/** Whether a boolean option is on. Flink reads such values in any case. */
export function isOn(options: ReadonlyMap<string, string>, key: string, fallback = false): boolean {
  const text = options.get(key);
  return text === undefined ? fallback : text.trim().toLowerCase() === 'true';
}
