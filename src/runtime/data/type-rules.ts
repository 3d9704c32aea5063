/**
 * Making, comparing and merging types. The merging rules decide what `CASE`, `COALESCE`, `UNION` and
 * decimal arithmetic are typed as. Flink: `LogicalTypeMerging` (which follows Calcite's `leastRestrictive`).
 */
import type { Field, LengthKind, LogicalType, SimpleKind, TimeAttribute, TypeOf } from './logical-type.ts';
import { LENGTH_MAX } from './logical-type.ts';
import { supportsImplicitCast } from './type-casts.ts';
import { isCharacter, isExactNumeric, isNumeric, isTimestamp } from './type-families.ts';

/** Most digits of a DECIMAL. Flink: `DecimalType.MAX_PRECISION`. */
export const DECIMAL_PRECISION_MAX = 38;

/** A type without parameters: `simpleType('INT', false)`. */
export function simpleType(kind: SimpleKind, nullable = true): LogicalType {
  return { kind, nullable };
}

/** BOOLEAN. */
export const booleanType = (nullable = true): LogicalType => ({ kind: 'BOOLEAN', nullable });
/** INT. */
export const intType = (nullable = true): LogicalType => ({ kind: 'INT', nullable });
/** BIGINT. */
export const bigintType = (nullable = true): LogicalType => ({ kind: 'BIGINT', nullable });
/** DOUBLE. */
export const doubleType = (nullable = true): LogicalType => ({ kind: 'DOUBLE', nullable });
/** DATE. */
export const dateType = (nullable = true): LogicalType => ({ kind: 'DATE', nullable });
/** The type of a bare NULL. */
export const nullType = (): LogicalType => ({ kind: 'NULL', nullable: true });
/** The type of an expression that did not bind. */
export const errorType = (): LogicalType => ({ kind: 'ERROR', nullable: true });
/** STRING, that is VARCHAR(2147483647). */
export const stringType = (nullable = true): LogicalType => ({ kind: 'VARCHAR', nullable, length: LENGTH_MAX });
/** BYTES, that is VARBINARY(2147483647). */
export const bytesType = (nullable = true): LogicalType => ({ kind: 'VARBINARY', nullable, length: LENGTH_MAX });
/** CHAR, VARCHAR, BINARY or VARBINARY of a length. */
export const lengthType = (kind: LengthKind, length: number, nullable = true): LogicalType => ({
  kind,
  nullable,
  length,
});
/** CHAR(n). */
export const charType = (length: number, nullable = true): LogicalType => lengthType('CHAR', length, nullable);
/** DECIMAL(p, s). */
export const decimalType = (precision: number, scale: number, nullable = true): TypeOf<'DECIMAL'> => ({
  kind: 'DECIMAL',
  nullable,
  precision,
  scale,
});
/** TIME(p). */
export const timeType = (precision = 0, nullable = true): LogicalType => ({ kind: 'TIME', nullable, precision });
/** TIMESTAMP(p), with a time attribute when given. */
export function timestampType(precision: number, nullable = true, timeAttribute?: TimeAttribute): LogicalType {
  return timeAttribute === undefined
    ? { kind: 'TIMESTAMP', nullable, precision }
    : { kind: 'TIMESTAMP', nullable, precision, timeAttribute };
}
/** TIMESTAMP_LTZ(p), with a time attribute when given. */
export function timestampLtzType(precision: number, nullable = true, timeAttribute?: TimeAttribute): LogicalType {
  return timeAttribute === undefined
    ? { kind: 'TIMESTAMP_LTZ', nullable, precision }
    : { kind: 'TIMESTAMP_LTZ', nullable, precision, timeAttribute };
}
/** ARRAY<element>. */
export const arrayType = (element: LogicalType, nullable = true): LogicalType => ({ kind: 'ARRAY', nullable, element });
/** MULTISET<element>. */
export const multisetType = (element: LogicalType, nullable = true): LogicalType => ({
  kind: 'MULTISET',
  nullable,
  element,
});
/** MAP<key, value>. */
export const mapType = (key: LogicalType, value: LogicalType, nullable = true): LogicalType => ({
  kind: 'MAP',
  nullable,
  key,
  value,
});
/** ROW<…>. */
export const rowType = (fields: readonly Field[], nullable = true): LogicalType => ({ kind: 'ROW', nullable, fields });

/** The same type with other nullability. */
export function withNullable<T extends LogicalType>(type: T, nullable: boolean): T {
  return type.nullable === nullable ? type : { ...type, nullable };
}

/** The same type as a mere timestamp: computations lose the time attribute (flink-semantics #12). */
export function withoutTimeAttribute(type: LogicalType): LogicalType {
  if (!('timeAttribute' in type) || type.timeAttribute === undefined) return type;
  return { kind: type.kind, nullable: type.nullable, precision: type.precision };
}

/** What `sameType` leaves out of the comparison. Time attributes never count. */
export interface SameTypeOptions {
  readonly ignoreNullability?: boolean;
}

/** Structural equality of two types. Field names count, time attributes do not. */
export function sameType(a: LogicalType, b: LogicalType, options: SameTypeOptions = {}): boolean {
  if (a === b) return true;
  if (!options.ignoreNullability && a.nullable !== b.nullable) return false;
  return sameShape(a, b, options);
}

function sameShape(a: LogicalType, b: LogicalType, options: SameTypeOptions): boolean {
  if (a.kind !== b.kind) return false;
  if ('length' in a && 'length' in b) return a.length === b.length;
  if (a.kind === 'DECIMAL' && b.kind === 'DECIMAL') return a.precision === b.precision && a.scale === b.scale;
  if (a.kind === 'INTERVAL_DAY_TIME' && b.kind === 'INTERVAL_DAY_TIME') {
    return a.unit === b.unit && a.precision === b.precision && a.fraction === b.fraction;
  }
  if (a.kind === 'INTERVAL_YEAR_MONTH' && b.kind === 'INTERVAL_YEAR_MONTH')
    return a.unit === b.unit && a.precision === b.precision;
  if ('precision' in a && 'precision' in b) return a.precision === b.precision;
  if ('element' in a && 'element' in b) return sameType(a.element, b.element, options);
  if (a.kind === 'MAP' && b.kind === 'MAP')
    return sameType(a.key, b.key, options) && sameType(a.value, b.value, options);
  if (a.kind === 'ROW' && b.kind === 'ROW') {
    return (
      a.fields.length === b.fields.length &&
      a.fields.every((f, i) => f.name === b.fields[i]?.name && sameType(f.type, b.fields[i].type, options))
    );
  }
  return true;
}

/** Digits before and after the point when an exact numeric counts as DECIMAL: INT is (10, 0), BIGINT (19, 0). */
export function asDecimal(type: LogicalType, nullable = type.nullable): TypeOf<'DECIMAL'> | undefined {
  switch (type.kind) {
    case 'DECIMAL':
      return withNullable(type, nullable);
    case 'TINYINT':
      return decimalType(3, 0, nullable);
    case 'SMALLINT':
      return decimalType(5, 0, nullable);
    case 'INT':
      return decimalType(10, 0, nullable);
    case 'BIGINT':
      return decimalType(19, 0, nullable);
    default:
      return undefined;
  }
}

/**
 * Cuts a decimal to 38 digits: the scale gives way so that no digit before the point is lost, but at
 * least 6 digits (or all, if fewer) stay after it. Flink: `LogicalTypeMerging.adjustPrecisionScale`.
 */
function adjusted(precision: number, scale: number): TypeOf<'DECIMAL'> {
  if (precision <= DECIMAL_PRECISION_MAX) return decimalType(precision, scale, false);
  const whole = precision - scale;
  return decimalType(DECIMAL_PRECISION_MAX, Math.max(DECIMAL_PRECISION_MAX - whole, Math.min(scale, 6)), false);
}

/** An arithmetic operator whose decimal result type is derived. */
export type DecimalOperator = '+' | '-' | '*' | '/' | '%';

/** Type of `a op b` for two decimals, not null. Flink: `LogicalTypeMerging.find…DecimalType`. */
export function decimalResultType(
  operator: DecimalOperator,
  a: TypeOf<'DECIMAL'>,
  b: TypeOf<'DECIMAL'>,
): TypeOf<'DECIMAL'> {
  const [p1, s1, p2, s2] = [a.precision, a.scale, b.precision, b.scale];
  switch (operator) {
    case '+':
    case '-': {
      const scale = Math.max(s1, s2);
      return adjusted(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
    }
    case '*':
      return adjusted(p1 + p2 + 1, s1 + s2);
    case '/': {
      const scale = Math.max(6, s1 + p2 + 1);
      return adjusted(p1 - s1 + s2 + scale, scale);
    }
    case '%': {
      const scale = Math.max(s1, s2);
      return adjusted(Math.min(p1 - s1, p2 - s2) + scale, scale);
    }
  }
}

/** Type of ROUND(DECIMAL(p, s), digits), not null. Flink: `LogicalTypeMerging.findRoundDecimalType`. */
export function roundDecimalType(precision: number, scale: number, digits: number): TypeOf<'DECIMAL'> {
  if (digits >= scale) return decimalType(precision, scale, false);
  if (digits < 0) return decimalType(Math.min(DECIMAL_PRECISION_MAX, 1 + precision - scale), 0, false);
  return decimalType(1 + precision - scale + digits, digits, false);
}

/** Type of SUM over `type`: DECIMAL(38, s) for decimals, else the type itself. Flink: `findSumAggType`. */
export function sumType(type: LogicalType): LogicalType {
  return type.kind === 'DECIMAL' ? decimalType(38, type.scale, type.nullable) : type;
}

/** Type of AVG over `type`: DECIMAL(38, max(6, s)) for decimals, else the type itself. Flink: `findAvgAggType`. */
export function avgType(type: LogicalType): LogicalType {
  if (type.kind !== 'DECIMAL') return type;
  return withNullable(decimalResultType('/', decimalType(38, type.scale), decimalType(20, 0)), type.nullable);
}

/**
 * The type that all of `types` can become without loss, or `undefined`. Nullable when one of them is.
 * NULL literals adapt to the others; only NULLs give no type. Flink: `LogicalTypeMerging.findCommonType`.
 */
export function commonType(...types: readonly LogicalType[]): LogicalType | undefined {
  const nullable = types.some((t) => t.nullable);
  const normalized = types.map((t) => withNullable(withoutTimeAttribute(t), true));
  const found = commonNullableType(normalized) ?? commonCastableType(normalized);
  return found === undefined || found.kind === 'NULL' ? undefined : withNullable(found, nullable);
}

/**
 * Calcite's `leastRestrictive`: what CASE, UNION, VALUES, IN, array constructors and arithmetic use.
 * As `commonType`, but of FLOAT and DOUBLE the first wins, for Calcite gives both the same precision.
 */
export function leastRestrictiveType(...types: readonly LogicalType[]): LogicalType | undefined {
  const approximate = types.filter((t) => t.kind === 'FLOAT' || t.kind === 'DOUBLE');
  const common = commonType(...types);
  const first = approximate[0];
  if (common?.kind !== 'DOUBLE' || first?.kind !== 'FLOAT' || types.some((t) => t.kind === 'DECIMAL')) return common;
  return withNullable(first, common.nullable);
}

function commonNullableType(types: readonly LogicalType[]): LogicalType | undefined {
  let result: LogicalType | undefined;
  for (const type of types) {
    if (type.kind === 'NULL') continue;
    if (result === undefined) {
      result = type;
      if (type.kind === 'ARRAY' || type.kind === 'MULTISET' || type.kind === 'MAP' || type.kind === 'ROW') {
        return commonConstructedType(types.filter((t) => t.kind !== 'NULL'));
      }
      continue;
    }
    result = mergePair(result, type);
    if (result === undefined) return undefined;
  }
  return result;
}

function commonCastableType(types: readonly LogicalType[]): LogicalType | undefined {
  let result = types[0];
  if (result === undefined) return undefined;
  for (const type of types) {
    if (type.kind === 'NULL') continue;
    if (supportsImplicitCast(result, type)) result = type;
    else if (!supportsImplicitCast(type, result)) return undefined;
  }
  return result;
}

function mergePair(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (sameType(a, b, { ignoreNullability: true })) return a;
  if ('length' in a && 'length' in b) {
    if (isCharacter(a) !== isCharacter(b)) return undefined;
    const length = Math.max(a.length, b.length);
    // Different fixed lengths become variable: padding would change the strings.
    const variable = isCharacter(a) ? 'VARCHAR' : 'VARBINARY';
    return lengthType(a.kind === b.kind && a.length === b.length ? a.kind : variable, length);
  }
  if (isNumeric(a) && isNumeric(b)) return commonNumericType(a, b);
  if (a.kind === 'TIME' && b.kind === 'TIME') return timeType(Math.max(a.precision, b.precision));
  if (isTimestamp(a) && isTimestamp(b)) {
    const precision = Math.max(a.precision, b.precision);
    return a.kind === 'TIMESTAMP_LTZ' || b.kind === 'TIMESTAMP_LTZ'
      ? timestampLtzType(precision)
      : timestampType(precision);
  }
  if (a.kind === 'INTERVAL_YEAR_MONTH' && b.kind === 'INTERVAL_YEAR_MONTH') {
    return { ...a, unit: a.unit === b.unit ? a.unit : 'YEAR TO MONTH', precision: Math.max(a.precision, b.precision) };
  }
  if (a.kind === 'INTERVAL_DAY_TIME' && b.kind === 'INTERVAL_DAY_TIME') return commonDayTimeInterval(a, b);
  return undefined;
}

function commonNumericType(a: LogicalType, b: LogicalType): LogicalType | undefined {
  if (!isExactNumeric(a) || !isExactNumeric(b)) {
    if (a.kind === 'DOUBLE' || b.kind === 'DOUBLE' || a.kind === 'DECIMAL' || b.kind === 'DECIMAL') return doubleType();
    return isExactNumeric(a) ? b : a;
  }
  const [x, y] = [asDecimal(a), asDecimal(b)];
  if (x === undefined || y === undefined) return undefined;
  if (a.kind !== 'DECIMAL' && b.kind !== 'DECIMAL') return y.precision > x.precision ? b : a;
  const whole = Math.min(Math.max(x.precision - x.scale, y.precision - y.scale), DECIMAL_PRECISION_MAX);
  const scale = Math.min(Math.max(x.scale, y.scale), DECIMAL_PRECISION_MAX - whole);
  return decimalType(whole + scale, scale);
}

const DAY_TIME_FIELDS = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];

/** The smallest interval type that covers the fields of both. */
export function commonDayTimeInterval(
  a: TypeOf<'INTERVAL_DAY_TIME'>,
  b: TypeOf<'INTERVAL_DAY_TIME'>,
): TypeOf<'INTERVAL_DAY_TIME'> {
  const ends = [a.unit, b.unit].flatMap((u) => u.split(' TO ')).map((u) => DAY_TIME_FIELDS.indexOf(u));
  const [start, end] = [DAY_TIME_FIELDS[Math.min(...ends)], DAY_TIME_FIELDS[Math.max(...ends)]];
  const unit = (start === end ? start : `${start} TO ${end}`) as TypeOf<'INTERVAL_DAY_TIME'>['unit'];
  return {
    kind: 'INTERVAL_DAY_TIME',
    nullable: a.nullable || b.nullable,
    unit,
    precision: Math.max(a.precision, b.precision),
    fraction: Math.max(a.fraction, b.fraction),
  };
}

function commonConstructedType(types: readonly LogicalType[]): LogicalType | undefined {
  const first = types[0];
  if (first === undefined || types.some((t) => t.kind !== first.kind)) return undefined;
  switch (first.kind) {
    case 'ARRAY':
    case 'MULTISET': {
      const element = commonType(...types.map((t) => (t as typeof first).element));
      return element && { ...first, element };
    }
    case 'MAP': {
      const key = commonType(...types.map((t) => (t as typeof first).key));
      const value = commonType(...types.map((t) => (t as typeof first).value));
      return key && value && { ...first, key, value };
    }
    case 'ROW': {
      const rows = types as readonly TypeOf<'ROW'>[];
      if (rows.some((r) => r.fields.length !== first.fields.length)) return undefined;
      const fields: Field[] = [];
      for (const [i, field] of first.fields.entries()) {
        const type = commonType(...rows.map((r) => r.fields[i]?.type ?? nullType()));
        if (type === undefined) return undefined;
        fields.push({ ...field, type });
      }
      return { ...first, fields };
    }
    default:
      return undefined;
  }
}
