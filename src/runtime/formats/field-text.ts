/**
 * Reading and writing the values of fields as text: what the JSON and CSV formats share. Flink:
 * `JsonToRowDataConverters`, `CsvToRowDataConverters`, `TimeFormats`. Errors are `FieldError`s with
 * Java's messages; the decoder decides what becomes of them.
 */
import { utf8Decode, utf8Encode } from '../data/bytes.ts';
import { DAY_MS, daysFromCivil, lastDayOfMonth } from '../data/civil.ts';
import { decimalToString, parseDecimal, parsedToDecimal } from '../data/decimal.ts';
import { canonical, type Long } from '../data/integers.ts';
import { parseDouble } from '../data/java-double-text.ts';
import { formatDate, formatTimestamp } from '../data/time-text.ts';
import { NanoTimestamp } from '../data/value.ts';

/** A field whose text does not fit its type. `javaClass` is that of Flink's exception. */
export class FieldError extends Error {
  override readonly name = 'FieldError';
  readonly javaClass: string;

  constructor(message: string, javaClass: string) {
    super(message);
    this.javaClass = javaClass;
  }
}

/** How timestamps look: `2024-01-02 03:04:05.6` or `2024-01-02T03:04:05.6`. */
export type TimestampStandard = 'SQL' | 'ISO-8601';

const INTEGER = /^[+-]?\d+$/;

/** Java's `Integer.parseInt` and its sisters, within a range. */
export function parseInteger(text: string, min: bigint, max: bigint): Long {
  if (!INTEGER.test(text)) throw new FieldError(`For input string: "${text}"`, 'java.lang.NumberFormatException');
  const value = BigInt(text);
  if (value < min || value > max)
    throw new FieldError(`For input string: "${text}"`, 'java.lang.NumberFormatException');
  return canonical(value);
}

/** Java's `Double.parseDouble`. */
export function parseDoubleText(text: string): number {
  const value = parseDouble(text);
  if (value !== undefined) return value;
  const message = text.trim() === '' ? 'empty String' : `For input string: "${text}"`;
  throw new FieldError(message, 'java.lang.NumberFormatException');
}

/** Java's `new BigDecimal(text)`, then rounded into DECIMAL(precision, scale); NULL when it does not fit. */
export function parseDecimalText(text: string, precision: number, scale: number): Long | null {
  const parsed = parseDecimal(text);
  if (parsed === undefined) {
    throw new FieldError(`Character array is missing "exponent" mark 'e' or 'E'.`, 'java.lang.NumberFormatException');
  }
  return parsedToDecimal(parsed, precision, scale);
}

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** `2024-01-02`, strictly. */
export function parseIsoDate(text: string): number {
  const match = ISO_DATE.exec(text);
  const days = match === null ? null : checkedDays(Number(match[1]), Number(match[2]), Number(match[3]));
  if (days === null) throw unparsable(text);
  return days;
}

const SQL_TIME = /^(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?$/;

/** `03:04:05[.678]` as milliseconds of the day. */
export function parseSqlTime(text: string): number {
  const match = SQL_TIME.exec(text);
  if (match === null) throw unparsable(text);
  const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (hour > 23 || minute > 59 || second > 59) throw unparsable(text);
  const ms = Number((match[4] ?? '').padEnd(3, '0').slice(0, 3));
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

const TIMESTAMPS: Readonly<Record<TimestampStandard, RegExp>> = {
  SQL: /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})(?:\.(\d{0,9}))?(Z?)$/,
  'ISO-8601': /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{0,9}))?)?(Z?)$/,
};

/**
 * A timestamp in one of the two standards, cut to `precision` digits. `zoned`: TIMESTAMP_LTZ, which
 * ends in `Z` and is an instant; a plain TIMESTAMP must not.
 */
export function parseTimestampText(
  text: string,
  options: { readonly precision: number; readonly standard: TimestampStandard; readonly zoned: boolean },
): number | NanoTimestamp {
  if (!options.zoned && options.precision === 3) {
    const quick = usualTimestamp(text, 0, text.length, options.standard === 'SQL' ? SPACE : LETTER_T);
    if (quick !== null) return quick;
  }
  const match = TIMESTAMPS[options.standard].exec(text);
  if (match === null || (match[8] === 'Z') !== options.zoned) throw unparsable(text);
  const days = checkedDays(Number(match[1]), Number(match[2]), Number(match[3]));
  const [hour, minute, second] = [Number(match[4]), Number(match[5]), Number(match[6] ?? '0')];
  if (days === null || hour > 23 || minute > 59 || second > 59) throw unparsable(text);
  const fraction = (match[7] ?? '').slice(0, options.precision).padEnd(9, '0');
  const epochMs = days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3));
  return options.precision > 3 ? new NanoTimestamp(epochMs, Number(fraction.slice(3))) : epochMs;
}

const SPACE = 0x20;
const LETTER_T = 0x54;

/**
 * Milliseconds of `2024-01-02 03:04:05` or `….678`, the two forms that almost every row has, where they stand in a
 * text, without a regular expression; `null` for anything else, right or wrong, which then takes the long way.
 */
export function usualTimestamp(text: string, start: number, end: number, separator: number): number | null {
  const length = end - start;
  const hasFraction = length === 23 && text.charCodeAt(start + 19) === 0x2e;
  if (length !== 19 && !hasFraction) return null;
  const isShaped =
    text.charCodeAt(start + 4) === 0x2d &&
    text.charCodeAt(start + 7) === 0x2d &&
    text.charCodeAt(start + 10) === separator &&
    text.charCodeAt(start + 13) === 0x3a &&
    text.charCodeAt(start + 16) === 0x3a;
  if (!isShaped) return null;
  const year = digitsAt(text, start) * 100 + digitsAt(text, start + 2);
  const month = digitsAt(text, start + 5);
  const day = digitsAt(text, start + 8);
  const hour = digitsAt(text, start + 11);
  const minute = digitsAt(text, start + 14);
  const second = digitsAt(text, start + 17);
  const ms = hasFraction ? digitsAt(text, start + 20) * 10 + digitsAt(text, start + 22, 1) : 0;
  const sum = year + month + day + hour + minute + second + ms;
  if (Number.isNaN(sum) || hour > 23 || minute > 59 || second > 59) return null;
  const days = checkedDays(year, month, day);
  return days === null ? null : days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** One or two decimal digits at a position; NaN when there are others. */
function digitsAt(text: string, at: number, count = 2): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A timestamp in one of the two standards, with as few fraction digits as say it all. */
export function formatTimestampText(
  value: number | NanoTimestamp,
  options: { readonly standard: TimestampStandard; readonly zoned: boolean },
): string {
  const [date = '', time = ''] = formatTimestamp(value, value instanceof NanoTimestamp ? 9 : 3).split(' ');
  const short = time.replace(/\.?0+$/, (zeros) => (time.includes('.') ? '' : zeros));
  return `${date}${options.standard === 'SQL' ? ' ' : 'T'}${short}${options.zoned ? 'Z' : ''}`;
}

/** A date as the formats write it. */
export function formatDateText(days: number): string {
  return formatDate(days);
}

/** A time of day with as few fraction digits as say it all. */
export function formatTimeText(ms: number): string {
  const two = (part: number): string => String(part).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const fraction =
    ms % 1000 === 0
      ? ''
      : `.${String(ms % 1000)
          .padStart(3, '0')
          .replace(/0+$/, '')}`;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

/**
 * A decimal as the formats write it: without the zeros at its end, then as Java's `BigDecimal.toString`
 * (`1E+5`, `1E-18`) or, where `plain` is asked for, with all digits of its scale (`100000.00`).
 */
export function formatDecimalText(value: Long, scale: number, options: { readonly plain: boolean }): string {
  if (options.plain) return decimalToString(value, scale);
  let unscaled = BigInt(value);
  if (unscaled === 0n) return '0';
  let digitsBehind = scale;
  for (; unscaled % 10n === 0n; unscaled /= 10n) digitsBehind -= 1;
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  const exponent = digits.length - 1 - digitsBehind;
  // BigDecimal's own rule for when an exponent is needed.
  if (digitsBehind >= 0 && exponent >= -6) return decimalToString(canonical(unscaled), digitsBehind);
  const mantissa = digits.length === 1 ? digits : `${digits.slice(0, 1)}.${digits.slice(1)}`;
  return `${unscaled < 0n ? '-' : ''}${mantissa}E${exponent >= 0 ? '+' : ''}${exponent}`;
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 (MIME without line breaks) to bytes. */
export function parseBase64(text: string): Uint8Array {
  const clean = text.replace(/=+$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let bitCount = 0;
  for (const char of clean) {
    const digit = BASE64.indexOf(char);
    if (digit === -1) {
      throw new FieldError(
        `Illegal character '${char}' (code 0x${char.charCodeAt(0).toString(16)}) in base64 content`,
        'java.io.IOException',
      );
    }
    bits = (bits << 6) | digit;
    bitCount += 6;
    if (bitCount >= 8) {
      bitCount -= 8;
      bytes.push((bits >> bitCount) & 255);
      bits &= (1 << bitCount) - 1;
    }
  }
  return Uint8Array.from(bytes);
}

/** Bytes to base64 with padding. */
export function formatBase64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b, c] = [bytes[i] ?? 0, bytes[i + 1], bytes[i + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += BASE64[bits >> 18] ?? '';
    out += BASE64[(bits >> 12) & 63] ?? '';
    out += b === undefined ? '=' : BASE64[(bits >> 6) & 63];
    out += c === undefined ? '=' : BASE64[bits & 63];
  }
  return out;
}

/** Java's `String.getBytes(UTF_8)`. */
export const textToBytes = utf8Encode;
/** Java's `new String(bytes, UTF_8)`. */
export const bytesToText = utf8Decode;

function checkedDays(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1 || day > lastDayOfMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

function unparsable(text: string): FieldError {
  return new FieldError(`Text '${text}' could not be parsed at index 0`, 'java.time.format.DateTimeParseException');
}
