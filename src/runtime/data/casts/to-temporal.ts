/**
 * Casts to DATE, TIME and timestamps. Flink: `StringToDateCastRule`, `TimestampToTimestampCastRule` and
 * their like. Flink's cutting toward zero before 1970 is kept where it has it.
 */
import { RunError } from '../../base/diagnostic.ts';
import { DAY_MS, floorMod } from '../civil.ts';
import type { LogicalType } from '../logical-type.ts';
import {
  fromLocal,
  parseDate,
  parseTime,
  parseTimestamp,
  timestampErrorPlace,
  toLocal,
  toPrecision,
} from '../time-text.ts';
import { isCharacter } from '../type-families.ts';
import { NanoTimestamp, type Value } from '../value.ts';
import type { CastFunction } from './cast-function.ts';

/** Cast from `from` to a date, time or timestamp; `undefined` when there is none. */
export function castToTemporal(from: LogicalType, to: LogicalType): CastFunction | undefined {
  switch (to.kind) {
    case 'DATE':
      return castToDate(from);
    case 'TIME':
      return castToTime(from, to.precision);
    case 'TIMESTAMP':
      return castToTimestamp(from, to.precision);
    case 'TIMESTAMP_LTZ':
      return castToTimestampLtz(from, to.precision);
    default:
      return undefined;
  }
}

const msOf = (value: Value): number => (value instanceof NanoTimestamp ? value.epochMs : (value as number));

function castToDate(from: LogicalType): CastFunction | undefined {
  if (isCharacter(from)) return (value) => stringToDate(value as string);
  if (from.kind === 'DATE') return (value) => value;
  if (from.kind === 'TIMESTAMP') {
    // Cut toward zero, as Flink does: the last day of 1969 counts as 1970-01-01.
    return (value) => Math.trunc(msOf(value) / DAY_MS) + 0;
  }
  if (from.kind === 'TIMESTAMP_LTZ') return (value, zone) => Math.floor(msOf(toLocal(value as number, zone)) / DAY_MS);
  return undefined;
}

function stringToDate(text: string): number {
  const days = parseDate(text);
  if (days === null) {
    throw new RunError(
      'run/bad-date',
      `For input string: '${text}'.`,
      'java.time.DateTimeException',
      'TRY_CAST gives NULL instead.',
    );
  }
  return days;
}

function castToTime(from: LogicalType, precision: number): CastFunction | undefined {
  const unit = precision >= 3 ? 1 : 10 ** (3 - precision);
  const cut = (ms: number): number => ms - (ms % unit);
  if (isCharacter(from)) return (value) => cut(stringToTime(value as string));
  if (from.kind === 'TIME') return (value) => cut(value as number);
  // Before 1970 the rest is negative in Flink; what is less than a unit shows as midnight.
  if (from.kind === 'TIMESTAMP')
    return (value) => {
      const ms = cut(msOf(value) % DAY_MS) + 0;
      return ms < 0 ? floorMod(ms, DAY_MS) : ms;
    };
  if (from.kind === 'TIMESTAMP_LTZ')
    return (value, zone) => cut(floorMod(msOf(toLocal(value as number, zone)), DAY_MS));
  return undefined;
}

function stringToTime(text: string): number {
  const ms = parseTime(text);
  if (ms === null) {
    throw new RunError(
      'run/bad-time',
      `Invalid time format: '${text}'. Expected format: HH:mm:ss[.fff] where HH is 00-23, mm is 00-59, ss is 00-59`,
      'java.time.DateTimeException',
      'TRY_CAST gives NULL instead.',
    );
  }
  return ms;
}

function stringToTimestamp(text: string, precision: number): number | NanoTimestamp {
  const value = parseTimestamp(text, precision);
  if (value === null) {
    throw new RunError(
      'run/bad-timestamp',
      `Text '${text}' could not be parsed${timestampErrorPlace(text)}`,
      'java.time.format.DateTimeParseException',
      'TRY_CAST gives NULL instead.',
    );
  }
  return value;
}

function castToTimestamp(from: LogicalType, precision: number): CastFunction | undefined {
  const shape = (ms: number): Value => toPrecision(ms, precision);
  if (isCharacter(from)) return (value) => stringToTimestamp(value as string, precision);
  switch (from.kind) {
    case 'DATE':
      return (value) => shape((value as number) * DAY_MS);
    case 'TIME':
      return (value) => shape(value as number);
    case 'TIMESTAMP':
      return (value) => toPrecision(value, precision);
    case 'TIMESTAMP_LTZ':
      return (value, zone) => toPrecision(toLocal(value as number | NanoTimestamp, zone), precision);
    default:
      return undefined;
  }
}

function castToTimestampLtz(from: LogicalType, precision: number): CastFunction | undefined {
  if (from.kind === 'TIMESTAMP_LTZ') return (value) => toPrecision(value, precision);
  const toTimestamp = castToTimestamp(from, precision);
  return toTimestamp && ((value, zone) => fromLocal(toTimestamp(value, zone) as number | NanoTimestamp, zone));
}
