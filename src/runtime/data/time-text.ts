/**
 * Dates, times, timestamps and intervals as text: what CAST prints and reads. Patterns as of
 * DATE_FORMAT stand in `java-date-format.ts`. Flink: `DateTimeUtils`.
 */
import { civilFromDays, DAY_MS, daysFromCivil, lastDayOfMonth } from './civil.ts';
import { timeZone } from './time-zone.ts';
import { NanoTimestamp, type Value } from './value.ts';

const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

/** `2024-01-02`. Years print as four digits. */
export function formatDate(days: number): string {
  const { year, month, day } = civilFromDays(days);
  const digits = String(Math.abs(year) % 10000).padStart(4, '0');
  return `${digits}-${two(month)}-${two(day)}`;
}

function formatClock(ms: number): string {
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
}

/** `03:04:05.600`: with exactly `precision` digits. */
export function formatTime(ms: number, precision: number): string {
  const text = formatClock(ms);
  return precision === 0
    ? text
    : `${text}.${String(ms % 1000)
        .padStart(3, '0')
        .padEnd(9, '0')
        .slice(0, precision)}`;
}

/** TIME as `CAST(t AS STRING)` prints it: the fraction stops after its last digit that is not 0, but has at least one. */
export function formatTimeCast(ms: number, precision: number): string {
  if (precision === 0) return formatClock(ms);
  const fraction = String(ms % 1000)
    .padStart(3, '0')
    .slice(0, precision)
    .replace(/0+$/, '');
  return `${formatClock(ms)}.${fraction === '' ? '0' : fraction}`;
}

/** `2024-01-02 03:04:05.600`: with exactly `precision` digits. The value is a wall clock. */
export function formatTimestamp(value: number | NanoTimestamp, precision: number): string {
  const epochMs = typeof value === 'number' ? value : value.epochMs;
  const days = Math.floor(epochMs / DAY_MS);
  const ms = epochMs - days * DAY_MS;
  const text = `${formatDate(days)} ${formatClock(ms)}`;
  if (precision === 0) return text;
  const nanos = typeof value === 'number' ? 0 : value.nanoOfMs;
  return `${text}.${(String(ms % 1000).padStart(3, '0') + String(nanos).padStart(6, '0')).slice(0, precision)}`;
}

/** A TIMESTAMP_LTZ as its wall clock in a zone. */
export function toLocal(value: number | NanoTimestamp, zone: string): number | NanoTimestamp {
  const epochMs = typeof value === 'number' ? value : value.epochMs;
  const local = epochMs + timeZone(zone).offsetAt(epochMs);
  return typeof value === 'number' ? local : new NanoTimestamp(local, value.nanoOfMs);
}

/** A wall clock in a zone as TIMESTAMP_LTZ. */
export function fromLocal(value: number | NanoTimestamp, zone: string): number | NanoTimestamp {
  if (typeof value === 'number') return timeZone(zone).instantOf(value);
  return new NanoTimestamp(timeZone(zone).instantOf(value.epochMs), value.nanoOfMs);
}

/** `+2-03`: an INTERVAL YEAR TO MONTH. */
export function formatYearMonth(months: number): string {
  const abs = Math.abs(months);
  return `${months < 0 ? '-' : '+'}${Math.floor(abs / 12)}-${two(abs % 12)}`;
}

/** `+1 02:03:04.000`: an INTERVAL DAY TO SECOND. */
export function formatDayTime(ms: number): string {
  const abs = Math.abs(ms);
  const rest = abs % DAY_MS;
  return `${ms < 0 ? '-' : '+'}${Math.floor(abs / DAY_MS)} ${formatClock(rest)}.${String(rest % 1000).padStart(3, '0')}`;
}

const DIGITS = /^\d+$/;

/** Days of a text such as `2024-1-2`, `2024-01`, `2024`, `2024-01-02 03:04:05`; `null` when it is none. */
export function parseDate(text: string): number | null {
  const space = text.indexOf(' ');
  const parts = (space > 0 ? text.slice(0, space) : text).split('-');
  // Everything after the second hyphen belongs to the day, where a further hyphen is an error.
  const [year = '', month = '1', ...rest] = parts.map((part) => part.trim());
  const day = rest.length === 0 ? '1' : rest.join('-');
  if (!DIGITS.test(year) || !DIGITS.test(month) || !DIGITS.test(day)) return null;
  return checkedDays(Number(year), Number(month), Number(day));
}

function checkedDays(year: number, month: number, day: number): number | null {
  if (year > 9999 || month < 1 || month > 12 || day < 1 || day > lastDayOfMonth(year, month)) return null;
  return daysFromCivil(year, month, day);
}

const TIME_TEXT = /^\s*(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d{0,9}))?)?)?\s*$/;

/** Milliseconds of the day of a text such as `03:04:05.678`; `null` when it is none. */
export function parseTime(text: string): number | null {
  const match = TIME_TEXT.exec(text);
  if (match === null) return null;
  const [hour, minute, second] = [Number(match[1]), Number(match[2] ?? '0'), Number(match[3] ?? '0')];
  if (hour > 23 || minute > 59 || second > 59) return null;
  const ms = Number((match[4] ?? '').padEnd(3, '0').slice(0, 3));
  return ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

const TIMESTAMP_TEXT = /^(\d{4})-(\d{1,2})-(\d{1,2})(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{0,9}))?)?$/;

/**
 * A timestamp text (`2024-1-2`, `2024-01-02 03:04:05.123`) at a precision, digits beyond it cut. A day
 * up to 31 that the month does not have becomes its last, as Java's "smart" resolver does.
 */
export function parseTimestamp(text: string, precision: number): number | NanoTimestamp | null {
  const match = TIMESTAMP_TEXT.exec(text);
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const [hour, minute, second] = [Number(match[4] ?? '0'), Number(match[5] ?? '0'), Number(match[6] ?? '0')];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    return null;
  const days = daysFromCivil(year, month, Math.min(day, lastDayOfMonth(year, month)));
  const fraction = (match[7] ?? '').slice(0, precision).padEnd(9, '0');
  const ms = days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + Number(fraction.slice(0, 3));
  return precision > 3 ? new NanoTimestamp(ms, Number(fraction.slice(3))) : ms;
}

/** Where Java's parser stops, in its words: ` at index 0`, `, unparsed text found at index 10`. */
export function timestampErrorPlace(text: string): string {
  const whole = /^\d{4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{0,9})?)?/.exec(text);
  if (whole !== null) return `, unparsed text found at index ${whole[0].length}`;
  const good = /^(?:\d{4}(?:-(?:\d{1,2}(?:-)?)?)?)?/.exec(text);
  return ` at index ${good?.[0].length ?? 0}`;
}

/** A timestamp with fewer fraction digits: the rest is cut toward zero, as Flink's `truncate` does. */
export function truncateTimestamp(value: number | NanoTimestamp, precision: number): number | NanoTimestamp {
  const epochMs = typeof value === 'number' ? value : value.epochMs;
  if (precision > 3) {
    const nanos = typeof value === 'number' ? 0 : value.nanoOfMs;
    const unit = 10 ** (9 - precision);
    return new NanoTimestamp(epochMs, nanos - (nanos % unit));
  }
  const unit = 10 ** (3 - precision);
  return Math.trunc(epochMs / unit) * unit + 0;
}

/** A timestamp value of any precision as another precision, whichever way it is held. */
export function toPrecision(value: Value, precision: number): Value {
  return value instanceof NanoTimestamp || typeof value === 'number' ? truncateTimestamp(value, precision) : value;
}
