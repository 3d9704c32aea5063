/**
 * The `csv` format. Flink: `CsvFormatFactory`, `CsvToRowDataConverters`. Columns count by position;
 * there is no header line.
 */
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { OptionProblem } from '../../connectors/connector.ts';
import type { Long } from '../../data/integers.ts';
import { doubleToString, floatToString } from '../../data/java-double-text.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { NanoTimestamp, Row, Value } from '../../data/value.ts';
import {
  FieldError,
  formatBase64,
  formatDateText,
  formatDecimalText,
  formatTimestampText,
  formatTimeText,
  parseBase64,
  parseDecimalText,
  parseDoubleText,
  parseInteger,
  parseIsoDate,
  parseSqlTime,
  parseTimestampText,
} from '../field-text.ts';
import { type Format, type FormatRequest, isOn, type RecordDecoder, type RecordEncoder } from '../format.ts';
import { ownText } from '../plain-text.ts';
import { type CsvDialect, CsvSyntaxError, isUnfinished, splitRecord } from './csv-text.ts';
import { CSV_OPTIONS } from './options.ts';

type Converter = (text: string) => Value;

interface CsvSettings extends CsvDialect {
  readonly elementDelimiter: string;
  readonly nullLiteral: string | null;
  readonly ignoreParseErrors: boolean;
  readonly allowComments: boolean;
  readonly ignoresTrailing: boolean;
  readonly allowsTrailingComma: boolean;
  readonly failsOnMissing: boolean;
  readonly emptyIsNull: boolean;
}

/** The dialect of a table's options. */
function csvDialect(options: ReadonlyMap<string, string>): CsvDialect {
  const isQuoteOff = isOn(options, 'disable-quote-character') || options.get('quote-character') === '';
  return {
    delimiter: unescapeJava(options.get('field-delimiter') ?? ','),
    quote: isQuoteOff ? null : (options.get('quote-character') ?? '"'),
    escapeChar: options.get('escape-character') ?? null,
    trimsSpaces: isOn(options, 'trim-spaces'),
  };
}

function settingsOf(options: ReadonlyMap<string, string>): CsvSettings {
  return {
    ...csvDialect(options),
    elementDelimiter: options.get('array-element-delimiter') ?? ';',
    nullLiteral: options.get('null-literal') ?? null,
    ignoreParseErrors: isOn(options, 'ignore-parse-errors'),
    allowComments: isOn(options, 'allow-comments'),
    ignoresTrailing: isOn(options, 'ignore-trailing-unmappable'),
    allowsTrailingComma: isOn(options, 'allow-trailing-comma', true),
    failsOnMissing: isOn(options, 'fail-on-missing-columns'),
    emptyIsNull: isOn(options, 'empty-string-as-null'),
  };
}

function decoder(request: FormatRequest): RecordDecoder {
  const settings = settingsOf(request.options);
  const columns = request.schema.map((field) => ({
    position: request.physical.findIndex((physical) => physical.name === field.name),
    convert: converterOf(field.type, settings),
  }));
  const width = request.physical.length;
  const read = (record: string): Row => {
    const fields = fieldsOf(record, settings);
    if (fields.length < width && settings.failsOnMissing) {
      throw new FieldError(`Not enough column values: expected ${width}, found ${fields.length}`, READ_EXCEPTION);
    }
    // Where errors are ignored, missing fields are NULL.
    if (fields.length < width && !settings.ignoreParseErrors) throw lengthMismatch(width, fields.length);
    if (fields.length > width && !settings.ignoresTrailing && !endsWithComma(fields, width, settings)) {
      const message = `Too many entries: expected at most ${width} (value #${width} (${fields[width]?.text.length} chars) "${fields[width]?.text}")`;
      throw new FieldError(message, READ_EXCEPTION);
    }
    return columns.map(({ position, convert }) => {
      const text = fields[position]?.text;
      if (text === undefined || text === settings.nullLiteral || (text === '' && settings.emptyIsNull)) return null;
      try {
        return convert(text);
      } catch (error) {
        if (settings.ignoreParseErrors && error instanceof FieldError) return null;
        throw error;
      }
    });
  };
  const decodeText: RecordDecoder['decodeText'] = (record, emit) => {
    if (settings.allowComments && record.trimStart().startsWith('#')) return ok(undefined);
    let row: Row;
    try {
      row = read(record);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      if (settings.ignoreParseErrors) return ok(undefined);
      throw new RunError('run/bad-record', error.message, error.javaClass, `In the record: ${record.slice(0, 200)}`);
    }
    emit(RowKind.Insert, row);
    return ok(undefined);
  };
  return { decode: (record, emit) => decodeText(decodeUtf8(record), emit), decodeText };
}

/** Whether there is nothing but a comma behind the last column. */
function endsWithComma(fields: ReturnType<typeof splitRecord>, width: number, settings: CsvSettings): boolean {
  const last = fields[width];
  return settings.allowsTrailingComma && fields.length === width + 1 && last?.text === '' && !last.isQuoted;
}

const READ_EXCEPTION = 'org.apache.flink.shaded.jackson2.com.fasterxml.jackson.dataformat.csv.CsvReadException';

function fieldsOf(record: string, settings: CsvSettings): ReturnType<typeof splitRecord> {
  try {
    return splitRecord(record, settings);
  } catch (error) {
    throw error instanceof CsvSyntaxError ? new FieldError(error.message, READ_EXCEPTION) : error;
  }
}

function lengthMismatch(expected: number, actual: number): FieldError {
  return new FieldError(
    `Row length mismatch. ${expected} fields expected but was ${actual}.`,
    'java.lang.RuntimeException',
  );
}

function converterOf(type: LogicalType, settings: CsvSettings): Converter {
  switch (type.kind) {
    case 'BOOLEAN':
      return (text) => text.trim().toLowerCase() === 'true';
    case 'TINYINT':
      return (text) => parseInteger(text.trim(), -128n, 127n);
    case 'SMALLINT':
      return (text) => parseInteger(text.trim(), -32768n, 32767n);
    case 'INT':
    case 'INTERVAL_YEAR_MONTH':
      return (text) => parseInteger(text.trim(), -2147483648n, 2147483647n);
    case 'BIGINT':
    case 'INTERVAL_DAY_TIME':
      return (text) => parseInteger(text.trim(), -9223372036854775808n, 9223372036854775807n);
    case 'FLOAT':
      return (text) => Math.fround(parseDoubleText(text.trim()));
    case 'DOUBLE':
      return (text) => parseDoubleText(text.trim());
    case 'DECIMAL':
      return (text) => parseDecimalText(text.trim(), type.precision, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return ownText;
    case 'BINARY':
    case 'VARBINARY':
      return parseBase64;
    case 'DATE':
      return (text) => parseIsoDate(text.trim());
    case 'TIME':
      return (text) => parseSqlTime(text.trim());
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const options = { precision: type.precision, standard: 'SQL', zoned: type.kind === 'TIMESTAMP_LTZ' } as const;
      return (text) => parseTimestampText(text.trim(), options);
    }
    case 'ARRAY': {
      const convert = converterOf(type.element, settings);
      return (text) =>
        text === '' ? [] : text.split(settings.elementDelimiter).map((item) => elementOf(item, convert, settings));
    }
    case 'ROW': {
      const converters = type.fields.map((field) => converterOf(field.type, settings));
      return (text) => {
        const items = text.split(settings.elementDelimiter);
        if (items.length !== converters.length) {
          throw lengthMismatch(converters.length, items.length);
        }
        return converters.map((convert, index) => elementOf(items[index] ?? '', convert, settings));
      };
    }
    default:
      throw new FieldError(`Unsupported type: ${type.kind}`, 'java.lang.UnsupportedOperationException');
  }
}

function elementOf(text: string, convert: Converter, settings: CsvSettings): Value {
  return text === settings.nullLiteral ? null : convert(text);
}

function encoder(request: FormatRequest): RecordEncoder {
  const settings = settingsOf(request.options);
  return {
    encode: (_kind, row) =>
      ok(
        request.schema
          .map((field, index) => fieldText(row[index] ?? null, field.type, settings))
          .join(settings.delimiter),
      ),
  };
}

function fieldText(value: Value, type: LogicalType, settings: CsvSettings): string {
  if (value === null) return settings.nullLiteral ?? '';
  const text = plainText(value, type, settings);
  return settings.quote !== null && QUOTABLE.has(type.kind) ? quoted(text, settings.quote, settings) : text;
}

/** Types that Jackson writes as text; numbers and booleans are never quoted. */
const QUOTABLE: ReadonlySet<LogicalType['kind']> = new Set([
  'CHAR',
  'VARCHAR',
  'BINARY',
  'VARBINARY',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMP_LTZ',
  'ARRAY',
  'ROW',
]);

/** Longer texts are quoted without looking. Jackson: `CsvEncoder.MAX_QUOTE_CHECK`. */
const QUOTE_CHECK_LENGTH_MAX = 24;

/**
 * Quotes as Jackson's "loose" check does: whatever is long, or holds a character that is not above the
 * delimiter and the quote character in the character table, or a backslash. So `a-b` stays, `a+b` is quoted.
 */
function quoted(text: string, quote: string, { delimiter, escapeChar }: CsvSettings): string {
  const highestSpecial = Math.max(delimiter.charCodeAt(0), quote.charCodeAt(0), 13);
  let isQuoted = text.length > QUOTE_CHECK_LENGTH_MAX;
  for (let i = 0; i < text.length && !isQuoted; i++) {
    isQuoted = text.charCodeAt(i) <= highestSpecial || text[i] === '\\' || text[i] === escapeChar;
  }
  if (!isQuoted) return text;
  const escaped = escapeChar === null ? text : text.split(escapeChar).join(escapeChar + escapeChar);
  return quote + escaped.split(quote).join(quote + quote) + quote;
}

function plainText(value: Value, type: LogicalType, settings: CsvSettings): string {
  switch (type.kind) {
    case 'FLOAT':
      return floatToString(value as number);
    case 'DOUBLE':
      return doubleToString(value as number);
    case 'DECIMAL':
      // Flink's file sink does not look at write-bigdecimal-in-scientific-notation.
      return formatDecimalText(value as Long, type.scale, { plain: false });
    case 'BINARY':
    case 'VARBINARY':
      return formatBase64(value as Uint8Array);
    case 'DATE':
      return formatDateText(value as number);
    case 'TIME':
      return formatTimeText(value as number);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return formatTimestampText(value as number | NanoTimestamp, {
        standard: 'SQL',
        zoned: type.kind === 'TIMESTAMP_LTZ',
      });
    case 'ARRAY':
      return (value as readonly Value[])
        .map((item) => elementText(item, type.element, settings))
        .join(settings.elementDelimiter);
    case 'ROW':
      return type.fields
        .map((field, index) => elementText((value as Row)[index] ?? null, field.type, settings))
        .join(settings.elementDelimiter);
    default:
      return String(value);
  }
}

function elementText(value: Value, type: LogicalType, settings: CsvSettings): string {
  return value === null ? (settings.nullLiteral ?? '') : plainText(value, type, settings);
}

/** Java escapes that Flink lets people write in a delimiter: `\t`, `\u0001`. */
function unescapeJava(text: string): string {
  return text
    .replace(/\\u([0-9a-fA-F]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\t/g, '\t')
    .replace(/\\n/g, '\n')
    .replace(/\\\\/g, '\\');
}

function validate(options: ReadonlyMap<string, string>): readonly OptionProblem[] {
  const problems: OptionProblem[] = [];
  const problem = (key: string, message: string, hint: string): void => {
    problems.push({ code: 'validate/format-options', message, hint, key });
  };
  const delimiter = options.get('field-delimiter');
  if (delimiter !== undefined && unescapeJava(delimiter).length !== 1) {
    problem(
      'field-delimiter',
      `Option 'csv.field-delimiter' must be a string with single character, but was: ${delimiter}`,
      'Give one character, or an escape such as \\t.',
    );
  }
  if (isOn(options, 'disable-quote-character') && options.has('quote-character')) {
    problem(
      'quote-character',
      'Format cannot define a quote character and disabled quote character at the same time.',
      'Remove one of the two options.',
    );
  }
  return problems;
}

/** Comma-separated values. */
export const csvFormat: Format = {
  name: 'csv',
  doc: 'Fields separated by a character, by position, without a header line.',
  options: CSV_OPTIONS,
  changelog: 'insert-only',
  isUnfinished(options) {
    const dialect = csvDialect(options);
    return (record) => isUnfinished(record, dialect);
  },
  validate,
  decoder,
  encoder,
};
