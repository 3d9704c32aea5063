/**
 * Casts to numbers. Narrowing never fails: integers wrap, doubles saturate, decimals that do not fit
 * are NULL. Texts must be numbers; what stands after a decimal point is cut for integer targets.
 * Flink: `NumericPrimitiveCastRule`, `StringToNumericPrimitiveCastRule`, `BinaryStringDataUtil`.
 */
import { RunError } from '../../base/diagnostic.ts';
import { castDecimal, decimalToDouble, parseDecimal, parsedToDecimal, truncateScale } from '../decimal.ts';
import {
  canonical,
  doubleToInt,
  doubleToLong,
  LONG_MAX,
  LONG_MIN,
  type Long,
  longToInt,
  wrapByte,
  wrapLong,
  wrapShort,
} from '../integers.ts';
import { doubleToString, parseDouble } from '../java-double-text.ts';
import type { LogicalType } from '../logical-type.ts';
import { isCharacter, isInteger } from '../type-families.ts';
import type { Value } from '../value.ts';
import type { CastFunction } from './cast-function.ts';

type IntegerKind = 'TINYINT' | 'SMALLINT' | 'INT' | 'BIGINT';

const RANGES: Record<IntegerKind, readonly [bigint, bigint]> = {
  TINYINT: [-128n, 127n],
  SMALLINT: [-32768n, 32767n],
  INT: [-2147483648n, 2147483647n],
  BIGINT: [LONG_MIN, LONG_MAX],
};

/** Cast from `from` to an integer, decimal or floating type; `undefined` when there is none. */
export function castToNumber(from: LogicalType, to: LogicalType): CastFunction | undefined {
  switch (to.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return castToInteger(from, to.kind);
    case 'DECIMAL':
      return castToDecimalType(from, to.precision, to.scale);
    case 'FLOAT': {
      const toDouble = castToDouble(from);
      return toDouble && ((value, zone) => Math.fround(toDouble(value, zone) as number));
    }
    case 'DOUBLE':
      return castToDouble(from);
    default:
      return undefined;
  }
}

function castToInteger(from: LogicalType, to: IntegerKind): CastFunction | undefined {
  const narrow = narrowing(to);
  if (isCharacter(from)) return (value) => parseInteger(value as string, to);
  if (isInteger(from)) return (value) => narrow(value as Long);
  switch (from.kind) {
    case 'BOOLEAN':
      return (value) => (value === true ? 1 : 0);
    case 'DECIMAL': {
      const { scale } = from;
      return (value) => narrow(wrapLong(BigInt(truncateScale(value as Long, scale, 0))));
    }
    case 'FLOAT':
    case 'DOUBLE':
      return to === 'BIGINT'
        ? (value) => doubleToLong(value as number)
        : (value) => narrow(doubleToInt(value as number));
    default:
      return undefined;
  }
}

function narrowing(to: IntegerKind): (value: Long) => Long {
  switch (to) {
    case 'TINYINT':
      return (value) => wrapByte(longToInt(value));
    case 'SMALLINT':
      return (value) => wrapShort(longToInt(value));
    case 'INT':
      return longToInt;
    case 'BIGINT':
      return (value) => value;
  }
}

/** Reads an integer as Flink does: blanks around, a sign, digits, and a fraction that is cut. */
export function parseInteger(text: string, kind: IntegerKind): Long {
  const trimmed = text.replace(/^ +| +$/g, '');
  if (trimmed === '') throw badNumber(trimmed, 'Input is empty.');
  if (trimmed === '-' || trimmed === '+') throw badNumber(trimmed, 'Input has only positive or negative symbol.');
  const match = /^([+-]?)(\d*)(?:\.\d*)?$/.exec(trimmed);
  if (match === null) throw badNumber(trimmed, 'Invalid character found.');
  const value = BigInt(match[2] === '' ? '0' : (match[2] ?? '0'));
  const signed = match[1] === '-' ? -value : value;
  const [min, max] = RANGES[kind];
  if (signed < min || signed > max) throw badNumber(trimmed, 'Overflow.');
  return canonical(signed);
}

function badNumber(text: string, reason: string): RunError {
  return new RunError(
    'run/bad-number',
    `For input string: '${text}'. ${reason}`,
    'java.lang.NumberFormatException',
    'TRY_CAST gives NULL instead.',
  );
}

function castToDecimalType(from: LogicalType, precision: number, scale: number): CastFunction | undefined {
  if (isCharacter(from)) return (value) => stringToDecimal(value as string, precision, scale);
  if (isInteger(from)) return (value) => castDecimal(value as Long, 0, precision, scale);
  switch (from.kind) {
    case 'BOOLEAN':
      return (value) => castDecimal(value === true ? 1 : 0, 0, precision, scale);
    case 'DECIMAL': {
      const fromScale = from.scale;
      return (value) => castDecimal(value as Long, fromScale, precision, scale);
    }
    case 'FLOAT':
    case 'DOUBLE':
      return (value) => doubleToDecimal(value as number, precision, scale);
    default:
      return undefined;
  }
}

/** By way of the decimal text, as Java's `BigDecimal.valueOf(double)`: 2.675 counts as exactly 2.675. */
export function doubleToDecimal(value: number, precision: number, scale: number): Long | null {
  const parsed = parseDecimal(doubleToString(value));
  if (parsed === undefined) throw new RunError('run/bad-number', 'Infinite or NaN', 'java.lang.NumberFormatException');
  return parsedToDecimal(parsed, precision, scale);
}

function stringToDecimal(text: string, precision: number, scale: number): Value {
  if (precision <= SHORT_DIGITS && text.length <= SHORT_DIGITS) return shortTextToDecimal(text, precision, scale);
  const trimmed = text.replace(/^[ \n\t]+|[ \n\t]+$/g, '');
  const parsed = parseDecimal(trimmed);
  if (parsed === undefined) throw badNumber(trimmed, 'Invalid character found.');
  return parsedToDecimal(parsed, precision, scale);
}

/** Up to this many digits (and characters of text) Flink reads decimals by a path of its own. */
const SHORT_DIGITS = 18;

/**
 * Flink's fast path for short texts, quirks included: one character of garbage after the number (also
 * in place of it) is not noticed, and leading zeros count as digits when it looks for an overflow.
 * Flink: `BinaryStringDataUtil.toDecimalFromBytes`.
 */
function shortTextToDecimal(text: string, precision: number, scale: number): Value {
  const match = /^[ \n\t]*([+-]?)([\d.]*)([eE][+-]?\d*)?(?:[^ \n\t])?[ \n\t]*$/.exec(text);
  const blank = /^[ \n\t]*[+-]?$/.test(text);
  const [, sign = '', body = '', exponent = ''] = match ?? [];
  const point = body.indexOf('.');
  if (match === null || blank || point !== body.lastIndexOf('.') || /^[eE][+-]$/.test(exponent))
    throw badNumber(text, 'Invalid character found.');
  const digits = body.replace('.', '');
  const power = Number(exponent.slice(1) || '0') - (point === -1 ? 0 : digits.length - point);
  if (digits.length + power + scale > precision) return null;
  const unscaled = BigInt(digits === '' ? '0' : digits);
  return parsedToDecimal({ unscaled: sign === '-' ? -unscaled : unscaled, scale: -power }, precision, scale);
}

function castToDouble(from: LogicalType): CastFunction | undefined {
  if (isCharacter(from)) return (value) => stringToDouble(value as string);
  if (isInteger(from)) return (value) => Number(value);
  switch (from.kind) {
    case 'BOOLEAN':
      return (value) => (value === true ? 1 : 0);
    case 'DECIMAL': {
      const { scale } = from;
      return (value) => decimalToDouble(value as Long, scale);
    }
    case 'FLOAT':
    case 'DOUBLE':
      return (value) => value;
    default:
      return undefined;
  }
}

function stringToDouble(text: string): number {
  const value = parseDouble(text);
  if (value === undefined) {
    const trimmed = text.trim();
    const message = trimmed === '' ? 'empty String' : `For input string: "${trimmed}"`;
    throw new RunError('run/bad-number', message, 'java.lang.NumberFormatException', 'TRY_CAST gives NULL instead.');
  }
  return value;
}
