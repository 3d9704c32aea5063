/** Java's `String.format` for PRINTF: the conversions that make sense for SQL values. */

import { decimalToString, parseDecimal, parsedToDecimal } from '../../../data/decimal.ts';
import { formatValue } from '../../../data/format-value.ts';
import { doubleToString } from '../../../data/java-double-text.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { isCharacter, isInteger } from '../../../data/type-families.ts';
import type { Value } from '../../../data/value.ts';

const SPEC = /%(?:(\d+)\$)?([-#+ 0,(]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** Thrown inside when a value does not fit its conversion. */
class FormatMismatch extends Error {}

/** The formatted text; `null` when the format is NULL or does not fit the values. */
export function printf(
  format: string | null,
  values: readonly Value[],
  types: readonly LogicalType[],
  zone: string,
): string | null {
  if (format === null) return null;
  let next = 0;
  try {
    const text = format.replace(
      SPEC,
      (
        _all,
        position: string | undefined,
        flags: string,
        width: string | undefined,
        precision: string | undefined,
        conversion: string,
      ) => {
        if (conversion === '%') return padTo('%', flags, width);
        if (conversion === 'n') return '\n';
        const index = position === undefined ? next++ : Number(position) - 1;
        if (index >= values.length) throw new FormatMismatch();
        const type = types[index];
        if (type === undefined) throw new FormatMismatch();
        return padTo(convert(values[index] ?? null, type, conversion, flags, width, precision, zone), flags, width);
      },
    );
    // A percent sign that starts no conversion is an error in Java.
    return /%(?!%)/.test(format.replace(SPEC, '')) ? null : text;
  } catch (error) {
    if (error instanceof FormatMismatch) return null;
    throw error;
  }
}

function padTo(text: string, flags: string, width: string | undefined): string {
  if (width === undefined) return text;
  return flags.includes('-') ? text.padEnd(Number(width)) : text.padStart(Number(width));
}

function convert(
  value: Value,
  type: LogicalType,
  conversion: string,
  flags: string,
  width: string | undefined,
  precision: string | undefined,
  zone: string,
): string {
  const upper = conversion !== conversion.toLowerCase();
  const text = convertLower(value, type, conversion.toLowerCase(), flags, width, precision, zone);
  return upper ? text.toUpperCase() : text;
}

function convertLower(
  value: Value,
  type: LogicalType,
  conversion: string,
  flags: string,
  width: string | undefined,
  precision: string | undefined,
  zone: string,
): string {
  switch (conversion) {
    case 's': {
      const text = value === null ? 'null' : javaText(value, type, zone);
      return precision === undefined ? text : text.slice(0, Number(precision));
    }
    case 'b':
      return String(value !== null && value !== false);
    case 'c':
      if (value === null) return 'null';
      if (isCharacter(type)) throw new FormatMismatch();
      return String.fromCodePoint(Number(value));
    case 'd':
      if (value === null) return 'null';
      if (!isInteger(type)) throw new FormatMismatch();
      return signed(BigInt(value as number) < 0n, String(value).replace('-', ''), flags, width);
    case 'x':
    case 'o':
      if (value === null) return 'null';
      if (!isInteger(type)) throw new FormatMismatch();
      return zeroPad(
        BigInt.asUintN(bits(type), BigInt(value as number)).toString(conversion === 'x' ? 16 : 8),
        flags,
        width,
      );
    case 'f':
      return value === null ? 'null' : fixed(value, type, flags, width, precision);
    case 'e': {
      if (value === null) return 'null';
      if (type.kind !== 'DOUBLE' && type.kind !== 'FLOAT') throw new FormatMismatch();
      const text = Math.abs(value as number).toExponential(Number(precision ?? '6'));
      return signed((value as number) < 0, text.replace(/e([+-])(\d)$/, 'e$10$2'), flags, width);
    }
    default:
      throw new FormatMismatch();
  }
}

function bits(type: LogicalType): number {
  return type.kind === 'BIGINT' ? 64 : type.kind === 'INT' ? 32 : type.kind === 'SMALLINT' ? 16 : 8;
}

function fixed(
  value: Value,
  type: LogicalType,
  flags: string,
  width: string | undefined,
  precision: string | undefined,
): string {
  const digits = Number(precision ?? '6');
  let text: string;
  if (type.kind === 'DECIMAL') text = decimalToString(value as number | bigint, type.scale);
  else if (type.kind === 'DOUBLE' || type.kind === 'FLOAT') text = doubleToString(value as number);
  else throw new FormatMismatch();
  const parsed = parseDecimal(text);
  if (parsed === undefined) return text;
  const rounded = parsedToDecimal(parsed, 38, digits);
  if (rounded === null) return text;
  const shown = decimalToString(rounded, digits);
  return signed(shown.startsWith('-'), shown.replace('-', ''), flags, width);
}

function signed(negative: boolean, digits: string, flags: string, width: string | undefined): string {
  const grouped = flags.includes(',') ? digits.replace(/^\d+/, (d) => d.replace(/\B(?=(\d{3})+$)/g, ',')) : digits;
  if (negative && flags.includes('(')) return `(${grouped})`;
  const sign = negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  return (
    sign + (flags.includes('0') && width !== undefined ? grouped.padStart(Number(width) - sign.length, '0') : grouped)
  );
}

function zeroPad(digits: string, flags: string, width: string | undefined): string {
  return flags.includes('0') && width !== undefined ? digits.padStart(Number(width), '0') : digits;
}

/** `toString` of the Java object that the value is: booleans in lower case. */
function javaText(value: Value, type: LogicalType, zone: string): string {
  if (type.kind === 'BOOLEAN') return String(value);
  return formatValue(value, type, zone) ?? 'null';
}
