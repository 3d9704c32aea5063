/**
 * Lines of JSON to rows. Flink: `JsonParserRowDataDeserializationSchema`.
 *
 *   line ── plain reader ──────────────> row
 *             │ anything unusual
 *             └──> JSON.parse ──> columns ──> row
 *                    │ a number of 16 or more digits, or text where digits count
 *                    └──> exact parser ──> columns ──> row
 */

import { RunError } from '../../base/diagnostic.ts';
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import { FieldError, type TimestampStandard } from '../field-text.ts';
import { type EmitRow, type FormatRequest, isOn, type RecordDecoder } from '../format.ts';
import { isPlain } from '../plain-text.ts';
import {
  type DecodeSettings,
  type FieldConverter,
  fieldConverter,
  missing,
  NeedsExactText,
  ownItem,
} from './decode-field.ts';
import { isJsonObject, type JsonNode, JsonSyntaxError, parseJsonText } from './json-text.ts';
import { PlainJsonReader } from './plain-reader.ts';

const LONG_NUMBER = /[\d.]{16}/;

/** Reads JSON objects as rows of one schema. */
export class JsonRowReader {
  /** Digits beyond a double's fifteen matter: only decimals do not notice their loss themselves. */
  readonly holdsDecimals: boolean;
  readonly #columns: readonly { readonly name: string; readonly convert: FieldConverter }[];
  readonly #settings: DecodeSettings;

  constructor(request: FormatRequest, settings: DecodeSettings) {
    this.#settings = settings;
    this.holdsDecimals = request.schema.some((field) => holdsDecimal(field.type));
    const converterSettings = { ...settings, hasDecimals: this.holdsDecimals };
    this.#columns = request.schema.map((field) => ({
      name: field.name,
      convert: fieldConverter(field.type, converterSettings),
    }));
  }

  /** The row of an object; `null` when it is to be left out. Throws `FieldError`, `NeedsExactText`. */
  row(node: JsonNode): Row | null {
    if (!isJsonObject(node)) {
      if (this.#settings.ignoreParseErrors) return null;
      throw new FieldError('Illegal Json Row Type.', 'java.lang.IllegalStateException');
    }
    const columns = this.#columns;
    const row: Value[] = new Array(columns.length);
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i] as (typeof columns)[number];
      const item = ownItem(node, column.name);
      row[i] = item === undefined ? missing(this.#settings) : column.convert(item);
    }
    return row;
  }
}

function holdsDecimal(type: LogicalType): boolean {
  switch (type.kind) {
    case 'DECIMAL':
      return true;
    case 'ARRAY':
    case 'MULTISET':
      return holdsDecimal(type.element);
    case 'MAP':
      return holdsDecimal(type.value);
    case 'ROW':
      return type.fields.some((field) => holdsDecimal(field.type));
    default:
      return false;
  }
}

/** Parses `text` and hands the document to `use`; again, exactly, when `use` finds that digits were lost. */
export function withJson<T>(text: string, reader: JsonRowReader, use: (node: JsonNode) => T): T {
  if (!reader.holdsDecimals || !LONG_NUMBER.test(text)) {
    try {
      return use(JSON.parse(text) as JsonNode);
    } catch (error) {
      // A SyntaxError is reported again by the exact parser, in Jackson's words.
      if (!(error instanceof NeedsExactText) && !(error instanceof SyntaxError)) throw error;
    }
  }
  return use(parseJsonText(text));
}

/** The failure of a record, or nothing where errors are ignored. */
export function recordFailure(error: unknown, text: string, what: string): RunError {
  if (error instanceof FieldError)
    return new RunError('run/bad-record', error.message, error.javaClass, whereHint(text));
  if (error instanceof JsonSyntaxError) {
    const javaClass = 'org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.JsonParseException';
    return new RunError('run/bad-record', error.message, javaClass, whereHint(text));
  }
  return new RunError('run/bad-record', `Failed to deserialize ${what} '${text}'.`, 'java.io.IOException');
}

function whereHint(text: string): string {
  const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
  return `In the record: ${shown}`;
}

/** Settings from options. */
export function decodeSettings(options: ReadonlyMap<string, string>): DecodeSettings {
  const standard: TimestampStandard = options.get('timestamp-format.standard') === 'ISO-8601' ? 'ISO-8601' : 'SQL';
  return {
    failOnMissingField: isOn(options, 'fail-on-missing-field'),
    ignoreParseErrors: isOn(options, 'ignore-parse-errors'),
    timestampStandard: standard,
  };
}

/** Decoder of plain JSON. */
export function jsonDecoder(request: FormatRequest): RecordDecoder {
  const settings = decodeSettings(request.options);
  const reader = new JsonRowReader(request, settings);
  // A missing field is looked for where nothing else is the matter.
  const plain = settings.failOnMissingField ? null : PlainJsonReader.of(request.schema, settings.timestampStandard);
  const decodeText: RecordDecoder['decodeText'] = (text, emit) => {
    if (text === '') return ok(undefined);
    let row: Row | null;
    try {
      row = withJson(text, reader, (node) => reader.row(node));
    } catch (error) {
      if (settings.ignoreParseErrors && isBadInput(error)) return ok(undefined);
      if (isBadInput(error)) throw recordFailure(error, text, 'JSON');
      throw error;
    }
    if (row !== null) emit(RowKind.Insert, row);
    return ok(undefined);
  };
  if (plain === null) return { decode: (record, emit) => decodeText(decodeUtf8(record), emit), decodeText };
  const decodePlain = (text: string, start: number, end: number, emit: EmitRow): boolean => {
    const row = plainRow(plain, text, start, end);
    if (row !== null) emit(RowKind.Insert, row);
    return row !== null;
  };
  return {
    decodeText,
    decodePlain,
    decode(record, emit) {
      const text = decodeUtf8(record);
      return isPlain(record) && decodePlain(text, 0, text.length, emit) ? ok(undefined) : decodeText(text, emit);
    },
  };
}

/** The row of a plain line by the fast way; `null`: it takes the other. */
function plainRow(reader: PlainJsonReader, text: string, start: number, end: number): Row | null {
  try {
    return reader.row(text, start, end);
  } catch (error) {
    if (error instanceof FieldError) return null;
    throw error;
  }
}

/** Whether an error is the input's fault. */
export function isBadInput(error: unknown): boolean {
  return error instanceof FieldError || error instanceof JsonSyntaxError;
}

/** A failure as a result, for decoders that report instead of throwing. */
export function formatFailure(message: string): Result<never, Failure> {
  return err({ domain: 'format', message, retry: 'never' });
}
