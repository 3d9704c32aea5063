/** Run-time side of the temporal functions. Timestamps of any precision are taken by their milliseconds. */

import { RunError } from '../../../base/diagnostic.ts';
import {
  DAY_MS,
  type DateField,
  type DateUnit,
  extractFromDays,
  HOUR_MS,
  MINUTE_MS,
  monthsBetweenMs,
  roundDays,
} from '../../../data/civil.ts';
import { canonical, LONG_MIN, type Long } from '../../../data/integers.ts';
import { datePattern, formatWithPattern, type PatternStyle, parseWithPattern } from '../../../data/java-date-format.ts';
import { parseTimestamp, toPrecision } from '../../../data/time-text.ts';
import { timeZone } from '../../../data/time-zone.ts';
import { NanoTimestamp, type Value } from '../../../data/value.ts';

type Timestamp = number | NanoTimestamp;

/** Milliseconds of a timestamp of any precision. */
export function msOf(ts: Timestamp): number {
  return typeof ts === 'number' ? ts : ts.epochMs;
}

/** Wall clock milliseconds of a TIMESTAMP_LTZ. */
export function localMsOf(ts: Timestamp, zone: string): number {
  const ms = msOf(ts);
  return ms + timeZone(zone).offsetAt(ms);
}

const DIVISORS: Record<string, readonly [modulus: number, unit: number]> = {
  HOUR: [DAY_MS, HOUR_MS],
  MINUTE: [HOUR_MS, MINUTE_MS],
  SECOND: [MINUTE_MS, 1000],
  MILLISECOND: [1000, 1],
};

/** A field of a wall clock. Cut toward zero before 1970, as Flink does (flink-semantics #116). */
export function extractFromMs(field: string, ms: number, nanoOfMs: number): number {
  const divisor = DIVISORS[field];
  if (divisor !== undefined) return Math.trunc((ms % divisor[0]) / divisor[1]) + 0;
  if (field === 'EPOCH') return Math.trunc(ms / 1000) + 0;
  if (field === 'MICROSECOND') return (ms % 1000) * 1000 + Math.trunc(nanoOfMs / 1000);
  if (field === 'NANOSECOND') return (ms % 1000) * 1_000_000 + nanoOfMs;
  return extractFromDays(field as DateField, Math.trunc(ms / DAY_MS) + 0);
}

/** EXTRACT from a timestamp. */
export function extractTimestamp(field: string, ts: Timestamp): number {
  return typeof ts === 'number' ? extractFromMs(field, ts, 0) : extractFromMs(field, ts.epochMs, ts.nanoOfMs);
}

/** EXTRACT from a TIMESTAMP_LTZ, at the session's wall clock. */
export function extractLtz(field: string, ts: Timestamp, zone: string): number {
  return extractFromMs(field, localMsOf(ts, zone), typeof ts === 'number' ? 0 : ts.nanoOfMs);
}

/** EXTRACT from a DATE: fields of the time are 0. */
export function extractDate(field: string, days: number): number {
  if (DIVISORS[field] !== undefined || field === 'MICROSECOND' || field === 'NANOSECOND') return 0;
  return field === 'EPOCH' ? days * 86_400 : extractFromDays(field as DateField, days);
}

/** EXTRACT from an interval of months. */
export function extractMonths(field: string, months: number): number {
  if (field === 'YEAR') return Math.trunc(months / 12) + 0;
  if (field === 'QUARTER') return Math.trunc((months % 12) / 3) + 1;
  return field === 'MONTH' ? (months % 12) + 0 : 0;
}

/** EXTRACT from an interval of milliseconds. */
export function extractMs(field: string, ms: number): number {
  if (field === 'DAY') return Math.trunc(ms / DAY_MS) + 0;
  const divisor = DIVISORS[field];
  if (divisor !== undefined) return Math.trunc((ms % divisor[0]) / divisor[1]) + 0;
  return field === 'EPOCH' ? Math.trunc(ms / 1000) + 0 : 0;
}

const CLOCK_UNITS: Record<string, number> = {
  DAY: DAY_MS,
  HOUR: HOUR_MS,
  MINUTE: MINUTE_MS,
  SECOND: 1000,
  MILLISECOND: 1,
};

/** FLOOR or CEIL of wall clock milliseconds. Days and less by a true floor, larger units by Flink's cut day. */
export function roundMs(unit: string, ms: number, direction: 'floor' | 'ceil'): number {
  const size = CLOCK_UNITS[unit];
  if (size !== undefined) return (direction === 'floor' ? Math.floor(ms / size) : Math.ceil(ms / size)) * size + 0;
  return roundDays(unit as DateUnit, Math.trunc(ms / DAY_MS) + 0, direction) * DAY_MS;
}

/** FLOOR or CEIL of a timestamp of precision `p`. */
export function roundTimestamp(unit: string, ts: Timestamp, direction: 'floor' | 'ceil', precision: number): Value {
  return toPrecision(roundMs(unit, msOf(ts), direction), precision);
}

/** FLOOR or CEIL of a TIMESTAMP_LTZ at the wall clock; the offset is that of the argument, also beyond a DST change. */
export function roundLtz(
  unit: string,
  ts: Timestamp,
  direction: 'floor' | 'ceil',
  precision: number,
  zone: string,
): Value {
  const ms = msOf(ts);
  const offset = timeZone(zone).offsetAt(ms);
  return toPrecision(roundMs(unit, ms + offset, direction) - offset, precision);
}

/** FLOOR or CEIL of a DATE. */
export function roundDate(unit: string, days: number, direction: 'floor' | 'ceil'): number {
  // To the day, Flink's CEIL goes on to the next one even from midnight.
  if (unit === 'DAY' && direction === 'ceil') return days + 1;
  return CLOCK_UNITS[unit] !== undefined ? days : roundDays(unit as DateUnit, days, direction);
}

/** Whole seconds between two moments, as INT. */
function wholeSeconds(a: number, b: number): number {
  return Number(BigInt.asIntN(32, BigInt(Math.trunc((b - a) / 1000))));
}

/** TIMESTAMPDIFF: whole units from `a` to `b`. */
export function timestampDiff(unit: string, a: number, b: number): Long {
  switch (unit) {
    case 'YEAR':
    case 'QUARTER':
    case 'MONTH': {
      const months = monthsBetweenMs(b, a);
      return Math.trunc(months / (unit === 'YEAR' ? 12 : unit === 'QUARTER' ? 3 : 1)) + 0;
    }
    // Flink counts seconds as INT here, which wrap after 68 years, and takes milliseconds from them.
    case 'WEEK':
      return Math.trunc(wholeSeconds(a, b) / (7 * 86_400)) + 0;
    case 'MILLISECOND':
      return wholeSeconds(a, b) * 1000;
    default:
      return Math.trunc((b - a) / (CLOCK_UNITS[unit] ?? 1)) + 0;
  }
}

function badPattern(pattern: string, style: PatternStyle): never {
  const letter = /[A-Za-z]/.exec(pattern.replace(/'[^']*'/g, ''))?.[0] ?? '';
  const message =
    style === 'formatter'
      ? `Unknown pattern letter: ${unknownLetter(pattern) ?? letter}`
      : `Illegal pattern character '${unknownLetter(pattern) ?? letter}'`;
  throw new RunError('run/bad-date-pattern', message, 'java.lang.IllegalArgumentException');
}

function unknownLetter(pattern: string): string | undefined {
  for (const c of pattern.replace(/'[^']*'/g, '')) {
    if (/[A-Za-z]/.test(c) && datePattern(c, 'formatter') === undefined) return c;
  }
  return undefined;
}

/** DATE_FORMAT of a timestamp. */
export function formatTimestampBy(ts: Timestamp, pattern: string): string {
  const clock = { localMs: msOf(ts), nanoOfMs: typeof ts === 'number' ? 0 : ts.nanoOfMs };
  return formatWithPattern(clock, pattern, 'formatter') ?? badPattern(pattern, 'formatter');
}

/** DATE_FORMAT of a TIMESTAMP_LTZ. */
export function formatLtzBy(ts: Timestamp, pattern: string, zone: string): string {
  const clock = { localMs: localMsOf(ts, zone), nanoOfMs: typeof ts === 'number' ? 0 : ts.nanoOfMs };
  return formatWithPattern(clock, pattern, 'formatter') ?? badPattern(pattern, 'formatter');
}

const DEFAULT_PATTERN = 'yyyy-MM-dd HH:mm:ss';

/** DATE_FORMAT of a text: read as `yyyy-MM-dd HH:mm:ss` first; `null` when it is none. */
export function formatTextBy(text: string, pattern: string): string | null {
  const clock = parseWithPattern(text, DEFAULT_PATTERN, 'simple');
  if (clock === undefined) return null;
  return formatWithPattern({ ...clock, offsetMs: 0 }, pattern, 'simple') ?? badPattern(pattern, 'simple');
}

/** FROM_UNIXTIME. */
export function fromUnixTime(seconds: Long, pattern: string, zone: string): string {
  const ms = Number(seconds) * 1000;
  const offset = timeZone(zone).offsetAt(ms);
  return (
    formatWithPattern({ localMs: ms + offset, offsetMs: offset, zoneId: zone }, pattern, 'simple') ??
    badPattern(pattern, 'simple')
  );
}

/** UNIX_TIMESTAMP of a text: seconds, or the smallest BIGINT for what cannot be read. */
export function unixTimestamp(text: string, pattern: string, zone: string): Long {
  const clock = parseWithPattern(text, pattern, 'simple');
  if (clock === undefined) return canonical(LONG_MIN);
  const ms =
    clock.offsetMs === undefined ? timeZone(zone).laterInstantOf(clock.localMs) : clock.localMs - clock.offsetMs;
  return Math.trunc(ms / 1000) + 0;
}

/**
 * What Flink's TO_DATE makes of a text that does not fit its pattern: the smallest BIGINT taken as a
 * moment, whose day overflows an INT. A date far away, and always this one.
 */
const UNREADABLE_DATE = 622_191_233;

/** 5471-09-27: the same with a year of four digits. */
const UNREADABLE_DATE_LITERAL = 1_278_983;

/** TO_DATE of a written text: Flink computes it while planning, where a DATE literal has four digits of a year. */
export function toDateOfConstant(text: string, pattern: string): number {
  const days = toDateBy(text, pattern);
  return days === UNREADABLE_DATE ? UNREADABLE_DATE_LITERAL : days;
}

/** TO_DATE with a pattern. */
export function toDateBy(text: string, pattern: string): number {
  const clock = parseWithPattern(text, pattern, 'simple');
  return clock === undefined ? UNREADABLE_DATE : Math.floor(clock.localMs / DAY_MS);
}

/** TO_TIMESTAMP; `null` for what cannot be read. */
export function toTimestamp(text: string): Value {
  return parseTimestamp(text, 3);
}

/** TO_TIMESTAMP with a pattern; a text that does not fit may still be a plain `1999-9-10 05:20:10`. */
export function toTimestampBy(text: string, pattern: string): Value {
  if (datePattern(pattern, 'formatter') === undefined) return badPattern(pattern, 'formatter');
  const clock = parseWithPattern(text, pattern, 'formatter');
  if (clock !== undefined) return clock.localMs;
  const plain = /^(\d{4}-\d{1,2}-\d{1,2})(?: (\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,9})?))?$/.exec(text.trim());
  return plain === null ? null : parseTimestamp(text.trim(), 3);
}

const EPOCH_MS_MAX = 253_402_300_799_999;
const EPOCH_MS_MIN = -62_167_219_200_000;

/** TO_TIMESTAMP_LTZ of a number at a precision; `null` outside of the years 0 to 9999. */
export function toLtzFromNumber(value: number | bigint, precision: number): Value {
  if (precision > 3) {
    const unit = 10n ** BigInt(precision);
    const big = BigInt(typeof value === 'bigint' ? value : Math.trunc(value));
    const nanos = (big * 1_000_000_000n) / unit;
    const ms = nanos >= 0n ? nanos / 1_000_000n : -((-nanos + 999_999n) / 1_000_000n);
    return inRange(Number(ms)) ? new NanoTimestamp(Number(ms), Number(nanos - ms * 1_000_000n)) : null;
  }
  const ms = Math.trunc(Number(value) * 10 ** (3 - precision)) + 0;
  return inRange(ms) ? ms : null;
}

function inRange(ms: number): boolean {
  return ms >= EPOCH_MS_MIN && ms <= EPOCH_MS_MAX;
}

/** TO_TIMESTAMP_LTZ of a text, read in a zone (UTC when left out). */
export function toLtzFromText(text: string, pattern: string | undefined, zone = 'UTC'): Value {
  const local = pattern === undefined ? toTimestamp(text) : toTimestampBy(text, pattern);
  return typeof local === 'number' ? timeZone(zone).instantOf(local) : null;
}

/** CONVERT_TZ; `null` for a text that is no timestamp. */
export function convertTz(text: string, from: string, to: string): string | null {
  const clock = parseWithPattern(text, DEFAULT_PATTERN, 'simple');
  if (clock === undefined) return null;
  const ms = timeZone(from).laterInstantOf(clock.localMs);
  return formatWithPattern({ localMs: ms + timeZone(to).offsetAt(ms) }, DEFAULT_PATTERN, 'simple') ?? null;
}

/** Day of an instant at a zone. */
export function localDate(ms: number, zone: string): number {
  return Math.floor(localMsOf(ms, zone) / DAY_MS);
}

/** Millisecond of the day of an instant at a zone, whole seconds. */
export function localTime(ms: number, zone: string): number {
  const local = localMsOf(ms, zone);
  const ofDay = local - Math.floor(local / DAY_MS) * DAY_MS;
  return ofDay - (ofDay % 1000);
}
