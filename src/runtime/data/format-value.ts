/**
 * Values as text: as `CAST(x AS STRING)` gives them, as the result document of `run --format json`
 * wants them, and as the print connector writes rows. Flink: `CastRule…ToStringCastRule`, `Row.toString`.
 */
import { bytesToHex, utf8Decode } from './bytes.ts';
import { civilFromDays, DAY_MS } from './civil.ts';
import { decimalToString } from './decimal.ts';
import { doubleToString, floatToString } from './java-double-text.ts';
import type { LogicalType } from './logical-type.ts';
import {
  formatDate,
  formatDayTime,
  formatTime,
  formatTimeCast,
  formatTimestamp,
  formatYearMonth,
  toLocal,
} from './time-text.ts';
import { MapValue, type NanoTimestamp, type Row, type Value } from './value.ts';

type Constructed = Extract<LogicalType, { kind: 'ARRAY' | 'MULTISET' | 'MAP' | 'ROW' }>;

/** Text of a value that is not NULL, not constructed and prints the same everywhere. */
function formatScalar(value: Value, type: LogicalType, zone: string): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return value === true ? 'TRUE' : 'FALSE';
    case 'FLOAT':
      return floatToString(value as number);
    case 'DOUBLE':
      return doubleToString(value as number);
    case 'DECIMAL':
      return decimalToString(value as number | bigint, type.scale);
    case 'DATE':
      return formatDate(value as number);
    case 'TIME':
      return formatTime(value as number, type.precision);
    case 'TIMESTAMP':
      return formatTimestamp(value as number | NanoTimestamp, type.precision);
    case 'TIMESTAMP_LTZ':
      return formatTimestamp(toLocal(value as number | NanoTimestamp, zone), type.precision);
    case 'INTERVAL_YEAR_MONTH':
      return formatYearMonth(value as number);
    case 'INTERVAL_DAY_TIME':
      return formatDayTime(value as number);
    default:
      return String(value);
  }
}

/** `CAST(value AS STRING)`; `null` for NULL. `zone`: the session's, for TIMESTAMP_LTZ. Nested NULLs print as `NULL`. */
export function formatValue(value: Value, type: LogicalType, zone: string): string | null {
  return value === null ? null : castText(value, type, zone);
}

function castText(value: Value, type: LogicalType, zone: string): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
      return utf8Decode(value as Uint8Array);
    case 'TIME':
      return formatTimeCast(value as number, type.precision);
    case 'ARRAY':
      return `[${(value as readonly Value[]).map((v) => castText(v, type.element, zone)).join(', ')}]`;
    case 'ROW':
      return `(${type.fields.map((f, i) => castText((value as Row)[i] ?? null, f.type, zone)).join(', ')})`;
    case 'MAP':
    case 'MULTISET':
      return `{${entries(value, type, (v, t) => castText(v, t, zone))
        .map(([k, v]) => `${k}=${v}`)
        .join(', ')}}`;
    default:
      return formatScalar(value, type, zone);
  }
}

/** A value of the result document: text, `null`, or arrays of these. */
export type DocumentValue = string | null | readonly DocumentValue[];

/**
 * A value as `run --format json` shows it: scalars as `CAST` text (bytes as `x'4142'`, times with all
 * digits of their precision), arrays and rows as arrays, maps and multisets as arrays of pairs.
 */
export function formatForDocument(value: Value, type: LogicalType, zone: string): DocumentValue {
  if (value === null) return null;
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
      return `x'${bytesToHex(value as Uint8Array)}'`;
    case 'ARRAY':
      return (value as readonly Value[]).map((v) => formatForDocument(v, type.element, zone));
    case 'ROW':
      return type.fields.map((f, i) => formatForDocument((value as Row)[i] ?? null, f.type, zone));
    case 'MAP':
    case 'MULTISET':
      return entries(value, type, (v, t) => formatForDocument(v, t, zone));
    case 'DATE':
      return withLongYear(formatScalar(value, type, zone), value as number);
    case 'TIMESTAMP':
      return withLongYear(
        formatScalar(value, type, zone),
        Math.floor((typeof value === 'number' ? value : (value as NanoTimestamp).epochMs) / DAY_MS),
      );
    default:
      return formatScalar(value, type, zone);
  }
}

/** Years beyond 9999 as Java's LocalDate shows them; CAST cuts them to four digits. */
function withLongYear(text: string, days: number): string {
  if (days <= LAST_FOUR_DIGIT_DAY) return text;
  return `+${civilFromDays(days).year}${text.slice(4)}`;
}

/** 9999-12-31. */
const LAST_FOUR_DIGIT_DAY = 2_932_896;

/** A row as the print connector writes it, without its kind: `[a, 1, null]`. Java: `Row.toString` after conversion. */
export function formatForPrint(row: Row, types: readonly LogicalType[], zone: string): string {
  return `[${types.map((type, i) => printText(row[i] ?? null, type, zone)).join(', ')}]`;
}

function printText(value: Value, type: LogicalType, zone: string): string {
  if (value === null) return 'null';
  switch (type.kind) {
    case 'BOOLEAN':
      return String(value);
    case 'BINARY':
    case 'VARBINARY':
      return `[${Array.from(value as Uint8Array, (b) => String((b << 24) >> 24)).join(', ')}]`;
    case 'TIME':
      return javaTime(value as number);
    case 'TIMESTAMP':
      return javaDateTime(value as number | NanoTimestamp);
    case 'TIMESTAMP_LTZ':
      return `${javaDateTime(value as number | NanoTimestamp, true)}Z`;
    case 'ARRAY':
      return `[${(value as readonly Value[]).map((v) => printText(v, type.element, zone)).join(', ')}]`;
    case 'ROW':
      return `+I[${type.fields.map((f, i) => printText((value as Row)[i] ?? null, f.type, zone)).join(', ')}]`;
    case 'MAP':
    case 'MULTISET':
      return `{${entries(value, type, (v, t) => printText(v, t, zone))
        .map(([k, v]) => `${k}=${v}`)
        .join(', ')}}`;
    case 'INTERVAL_YEAR_MONTH':
      return javaPeriod(value as number);
    case 'INTERVAL_DAY_TIME':
      return javaDuration(value as number);
    default:
      return formatScalar(value, type, zone);
  }
}

/** Java: `LocalTime.toString`: seconds only when needed, the fraction in groups of three. */
function javaTime(ms: number): string {
  const text = formatTime(ms, 3);
  if (ms % 1000 !== 0) return text;
  return ms % 60_000 === 0 ? text.slice(0, 5) : text.slice(0, 8);
}

/** Java: `LocalDateTime.toString`, or `Instant.toString` which always shows seconds. */
function javaDateTime(value: number | NanoTimestamp, alwaysSeconds = false): string {
  const text = formatTimestamp(value, 9);
  const fraction = text.slice(20);
  const groups = fraction.replace(/(000)+$/, '');
  const date = text.slice(0, 10);
  if (groups !== '') return `${date}T${text.slice(11, 19)}.${groups}`;
  return `${date}T${!alwaysSeconds && text.slice(17, 19) === '00' ? text.slice(11, 16) : text.slice(11, 19)}`;
}

/** Java: `Period.toString`. */
function javaPeriod(months: number): string {
  const [y, m] = [Math.trunc(months / 12), months % 12];
  if (y === 0 && m === 0) return 'P0D';
  return `P${y === 0 ? '' : `${y}Y`}${m === 0 ? '' : `${m}M`}`;
}

/** Java: `Duration.toString`. */
function javaDuration(ms: number): string {
  if (ms === 0) return 'PT0S';
  const total = Math.trunc(ms / 1000);
  const [hours, minutes] = [Math.trunc(total / 3600), Math.trunc((total % 3600) / 60)];
  const seconds = (ms - hours * 3_600_000 - minutes * 60_000) / 1000;
  return `PT${hours === 0 ? '' : `${hours}H`}${minutes === 0 ? '' : `${minutes}M`}${seconds === 0 ? '' : `${seconds}S`}`;
}

function entries<T>(value: Value, type: Constructed, show: (v: Value, t: LogicalType) => T): (readonly [T, T])[] {
  if (!(value instanceof MapValue)) return [];
  const key = type.kind === 'MAP' ? type.key : 'element' in type ? type.element : undefined;
  const count: LogicalType = type.kind === 'MAP' ? type.value : { kind: 'INT', nullable: false };
  if (key === undefined) return [];
  return value.entries.map(([k, v]) => [show(k, key), show(v, count)] as const);
}
