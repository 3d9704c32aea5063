/** Families of types, as the typing rules name them. Flink: `LogicalTypeFamily`. */
import type { LengthKind, LogicalType, TypeOf } from './logical-type.ts';

type Timestamp = TypeOf<'TIMESTAMP' | 'TIMESTAMP_LTZ'>;

/** CHAR or VARCHAR. */
export function isCharacter(type: LogicalType): type is LogicalType & { kind: LengthKind; length: number } {
  return type.kind === 'CHAR' || type.kind === 'VARCHAR';
}

/** BINARY or VARBINARY. */
export function isBinary(type: LogicalType): type is LogicalType & { kind: LengthKind; length: number } {
  return type.kind === 'BINARY' || type.kind === 'VARBINARY';
}

/** TINYINT, SMALLINT, INT or BIGINT. */
export function isInteger(type: LogicalType): boolean {
  return type.kind === 'TINYINT' || type.kind === 'SMALLINT' || type.kind === 'INT' || type.kind === 'BIGINT';
}

/** An integer or DECIMAL. */
export function isExactNumeric(type: LogicalType): boolean {
  return isInteger(type) || type.kind === 'DECIMAL';
}

/** FLOAT or DOUBLE. */
export function isApproximate(type: LogicalType): boolean {
  return type.kind === 'FLOAT' || type.kind === 'DOUBLE';
}

/** Any number. */
export function isNumeric(type: LogicalType): boolean {
  return isExactNumeric(type) || isApproximate(type);
}

/** TIMESTAMP or TIMESTAMP_LTZ. */
export function isTimestamp(type: LogicalType): type is Timestamp {
  return type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ';
}

/** DATE, TIME or a timestamp. */
export function isDatetime(type: LogicalType): boolean {
  return type.kind === 'DATE' || type.kind === 'TIME' || isTimestamp(type);
}

/** Either kind of interval. */
export function isInterval(type: LogicalType): boolean {
  return type.kind === 'INTERVAL_DAY_TIME' || type.kind === 'INTERVAL_YEAR_MONTH';
}

/** ARRAY, MULTISET, MAP or ROW. */
export function isConstructed(type: LogicalType): boolean {
  return type.kind === 'ARRAY' || type.kind === 'MULTISET' || type.kind === 'MAP' || type.kind === 'ROW';
}

/** A timestamp that is held as `NanoTimestamp` rather than as a number of milliseconds. */
export function isNano(type: LogicalType): boolean {
  return isTimestamp(type) && type.precision > 3;
}
