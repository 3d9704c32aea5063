/**
 * JSON values to SQL values, one converter per type, made once per column. Flink:
 * `JsonParserToRowDataConverters`.
 */
import { doubleToInt, doubleToLong, type Long } from '../../data/integers.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { MapValue, type Value } from '../../data/value.ts';
import {
  FieldError,
  parseBase64,
  parseDecimalText,
  parseDoubleText,
  parseInteger,
  parseIsoDate,
  parseSqlTime,
  parseTimestampText,
  type TimestampStandard,
} from '../field-text.ts';
import { isJsonObject, type JsonNode, JsonNumber, jsonTextOf } from './json-text.ts';

/** Thrown where a value went through a double and might have lost digits: the line is read again exactly. */
export class NeedsExactText extends Error {}

/** Reads one JSON value. Throws `FieldError`, or `NeedsExactText`. */
export type FieldConverter = (node: JsonNode) => Value;

/** Settings of decoding. */
export interface DecodeSettings {
  readonly failOnMissingField: boolean;
  readonly ignoreParseErrors: boolean;
  readonly timestampStandard: TimestampStandard;
}

/** What converters need besides. */
export interface ConverterSettings extends DecodeSettings {
  /** Some column is DECIMAL: then Flink reads all numbers as decimals, and text made of them shows it. */
  readonly hasDecimals: boolean;
}

/** The converter of a type. NULL is NULL whatever the type says (Flink checks constraints at sinks only). */
export function fieldConverter(type: LogicalType, settings: ConverterSettings): FieldConverter {
  const convert = converterOf(type, settings);
  if (!settings.ignoreParseErrors) return (node) => (node === null ? null : convert(node));
  return (node) => {
    if (node === null) return null;
    try {
      return convert(node);
    } catch (error) {
      if (error instanceof FieldError) return null;
      throw error;
    }
  };
}

function converterOf(type: LogicalType, settings: ConverterSettings): FieldConverter {
  switch (type.kind) {
    case 'BOOLEAN':
      return (node) => (typeof node === 'boolean' ? node : textOf(node).trim().toLowerCase() === 'true');
    // Unlike the wider ones, these are read from text even where it is a number: 1.5 is no TINYINT.
    case 'TINYINT':
      return (node) => parseInteger(integerText(node), -128n, 127n);
    case 'SMALLINT':
      return (node) => parseInteger(integerText(node), -32768n, 32767n);
    case 'INT':
      return (node) => integer(node, -2147483648n, 2147483647n);
    case 'BIGINT':
      return (node) => integer(node, -9223372036854775808n, 9223372036854775807n);
    case 'FLOAT':
      return (node) => Math.fround(double(node));
    case 'DOUBLE':
      return double;
    case 'DECIMAL':
      return (node) => decimal(node, type.precision, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return (node) => stringOf(node, settings);
    case 'BINARY':
    case 'VARBINARY':
      return (node) => parseBase64(textOf(node));
    case 'DATE':
      return (node) => parseIsoDate(textOf(node));
    case 'TIME':
      return (node) => parseSqlTime(textOf(node));
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      const zoned = type.kind === 'TIMESTAMP_LTZ';
      const options = { precision: type.precision, standard: settings.timestampStandard, zoned };
      return (node) => parseTimestampText(textOf(node), options);
    }
    case 'INTERVAL_YEAR_MONTH':
      return (node) => integer(node, -2147483648n, 2147483647n);
    case 'INTERVAL_DAY_TIME':
      return (node) => integer(node, -9223372036854775808n, 9223372036854775807n);
    case 'ARRAY':
      return arrayConverter(type.element, settings);
    case 'MAP':
      return mapConverter(type.value, settings);
    case 'MULTISET':
      return mapConverter({ kind: 'INT', nullable: true }, settings);
    case 'ROW':
      return rowConverter(type.fields, settings);
    default:
      throw new FieldError(`Unsupported type: ${type.kind}`, 'java.lang.UnsupportedOperationException');
  }
}

function arrayConverter(element: LogicalType, settings: ConverterSettings): FieldConverter {
  const convert = fieldConverter(element, settings);
  return (node) => {
    if (!Array.isArray(node)) throw new FieldError('Illegal Json Array Type.', 'java.lang.IllegalStateException');
    return (node as readonly JsonNode[]).map(convert);
  };
}

function mapConverter(value: LogicalType, settings: ConverterSettings): FieldConverter {
  const convert = fieldConverter(value, settings);
  return (node) => {
    if (!isJsonObject(node)) throw new FieldError('Illegal Json Object Type.', 'java.lang.IllegalStateException');
    return new MapValue(Object.entries(node).map(([key, item]) => [key, convert(item)] as const));
  };
}

function rowConverter(
  fields: readonly { name: string; type: LogicalType }[],
  settings: ConverterSettings,
): FieldConverter {
  const converters = fields.map((field) => ({ name: field.name, convert: fieldConverter(field.type, settings) }));
  return (node) => {
    if (!isJsonObject(node)) throw new FieldError('Illegal Json Row Type.', 'java.lang.IllegalStateException');
    return converters.map(({ name, convert }) => {
      const item = ownItem(node, name);
      if (item === undefined) return missing(settings);
      return convert(item);
    });
  };
}

/** The value of a key that the object itself has. */
export function ownItem(node: JsonNode, name: string): JsonNode | undefined {
  const object = node as Record<string, JsonNode>;
  // The quick way is safe for all names that no object inherits.
  if (!(name in Object.prototype)) return object[name];
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** What a missing field means under the settings. */
export function missing(settings: DecodeSettings): null {
  if (settings.failOnMissingField) {
    throw new FieldError('Some field is missing in the JSON data.', 'org.apache.flink.formats.json.JsonParseException');
  }
  return null;
}

function integer(node: JsonNode, min: bigint, max: bigint): Long {
  if (typeof node === 'number') {
    if (!Number.isSafeInteger(node)) throw new NeedsExactText();
    if (node < Number(min) || node > Number(max)) throw outOfRange(String(node));
    // Integers know no negative zero.
    return node + 0;
  }
  if (node instanceof JsonNumber) {
    if (/^-?\d+$/.test(node.text)) {
      const value = BigInt(node.text);
      if (value < min || value > max) throw outOfRange(node.text);
      return parseInteger(node.text, min, max);
    }
    // Jackson cuts the fraction of a number that is read as an integer.
    const value = Number(node.text);
    if (value < Number(min) || value > Number(max)) throw outOfRange(node.text);
    return max > 2147483647n ? doubleToLong(value) : doubleToInt(value);
  }
  return parseInteger(textOf(node).trim(), min, max);
}

function integerText(node: JsonNode): string {
  return typeof node === 'number' && Number.isSafeInteger(node) ? String(node) : textOf(node).trim();
}

function outOfRange(text: string): FieldError {
  return new FieldError(
    `Numeric value (${text}) out of range`,
    'org.apache.flink.shaded.jackson2.com.fasterxml.jackson.core.exc.InputCoercionException',
  );
}

function double(node: JsonNode): number {
  if (typeof node === 'number') return node;
  if (node instanceof JsonNumber) return Number(node.text);
  return parseDoubleText(textOf(node).trim());
}

function decimal(node: JsonNode, precision: number, scale: number): Long | null {
  // Fifteen digits survive the way through a double; the decoder has looked for longer ones.
  if (typeof node === 'number') return parseDecimalText(String(node), precision, scale);
  if (node instanceof JsonNumber) return parseDecimalText(node.text, precision, scale);
  return parseDecimalText(textOf(node).trim(), precision, scale);
}

function stringOf(node: JsonNode, settings: ConverterSettings): string {
  if (typeof node === 'string') return node;
  if (typeof node === 'boolean') return String(node);
  // Anything else may hold numbers, which must read as they were written.
  if (node instanceof JsonNumber) return node.text;
  if (typeof node === 'number' || containsDouble(node)) throw new NeedsExactText();
  return jsonTextOf(node, settings.hasDecimals ? 'decimal' : 'double');
}

function containsDouble(node: JsonNode): boolean {
  if (typeof node === 'number') return true;
  if (Array.isArray(node)) return node.some(containsDouble);
  return isJsonObject(node) && Object.values(node).some(containsDouble);
}

function textOf(node: JsonNode): string {
  if (typeof node === 'string') return node;
  if (node instanceof JsonNumber) return node.text;
  if (typeof node === 'number') throw new NeedsExactText();
  if (typeof node === 'boolean') return String(node);
  return '';
}
