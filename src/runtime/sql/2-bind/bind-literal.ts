/** Written values become typed constants. Calcite: `SqlLiteral` and `SqlIntervalQualifier.evaluateIntervalLiteral`. */
import type { Span } from '../../base/span.ts';
import { parseDate, parseTime, parseTimestamp } from '../../data/time-text.ts';
import {
  bigintType,
  booleanType,
  charType,
  dateType,
  decimalType,
  doubleType,
  intType,
  lengthType,
  nullType,
  timestampType,
  timeType,
} from '../../data/type-rules.ts';
import type { LiteralValue } from '../1-parse/ast.ts';
import { intervalType } from './bind-type.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { BindContext } from './context.ts';
import { errorExpr, literal } from './expr-tools.ts';
import { problems } from './messages.ts';

const INT_MAX = 2147483647n;
const LONG_MAX = 9223372036854775807n;

/** The constant that a written literal stands for. */
export function bindLiteral(value: LiteralValue, span: Span, cx: BindContext): BoundExpr {
  switch (value.kind) {
    case 'null':
      return literal(null, nullType(), span);
    case 'unknown':
      return literal(null, booleanType(true), span);
    case 'boolean':
      return literal(value.value, booleanType(false), span);
    case 'string':
      return literal(value.value, charType(value.value.length, false), span);
    case 'binary':
      return literal(bytesOf(value.hex), lengthType('BINARY', Math.ceil(value.hex.length / 2), false), span);
    case 'number':
      return numberLiteral(value.text, span, cx);
    case 'date': {
      const days = parseDate(value.text);
      if (days === null) return badDateTime('DATE', value.text, 'yyyy-MM-dd', span, cx);
      return literal(days, dateType(false), span);
    }
    case 'time': {
      const ms = parseTime(value.text);
      if (ms === null) return badDateTime('TIME', value.text, 'HH:mm:ss', span, cx);
      return literal(ms, timeType(Math.min(3, fractionDigits(value.text)), false), span);
    }
    case 'timestamp':
    case 'timestamp_ltz': {
      const precision = fractionDigits(value.text);
      const timestamp = parseTimestamp(value.text, precision);
      if (timestamp === null) return badDateTime('TIMESTAMP', value.text, 'yyyy-MM-dd HH:mm:ss', span, cx);
      return literal(timestamp, timestampType(precision, false), span);
    }
    case 'interval':
      return intervalLiteral(value, span, cx);
  }
}

function badDateTime(kind: string, text: string, format: string, span: Span, cx: BindContext): BoundExpr {
  cx.report(problems.dateTimeFormat(kind, text, format), span);
  return errorExpr(span);
}

function fractionDigits(text: string): number {
  return Math.min(9, /\.(\d+)\s*$/.exec(text)?.[1]?.length ?? 0);
}

function bytesOf(hex: string): Uint8Array {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Uint8Array.from({ length: even.length / 2 }, (_, i) => Number.parseInt(even.slice(i * 2, i * 2 + 2), 16));
}

function numberLiteral(text: string, span: Span, cx: BindContext): BoundExpr {
  if (/e/i.test(text)) {
    const value = Number(text);
    if (Number.isFinite(value)) return literal(value, doubleType(false), span);
    cx.report(problems.numericRange(text.toUpperCase()), span);
    return errorExpr(span);
  }
  const dot = text.indexOf('.');
  const digits = text.replace('.', '');
  if (dot === -1 || dot === text.length - 1) {
    const value = BigInt(digits === '' ? '0' : digits);
    if (value <= INT_MAX) return literal(Number(value), intType(false), span);
    if (value > LONG_MAX) {
      cx.report(problems.numericRange(text), span);
      return errorExpr(span);
    }
    return literal(canonical(value), bigintType(false), span);
  }
  const scale = text.length - dot - 1;
  // Calcite counts the written digits, leading zero included: 0.5 is DECIMAL(2, 1).
  const precision = Math.max(text.length - 1, scale);
  if (precision > 38) {
    cx.report(problems.numericRange(text), span);
    return errorExpr(span);
  }
  return literal(canonical(BigInt(digits)), decimalType(precision, scale, false), span);
}

/** A minus sign and a number right after it. */
export function bindNegativeNumber(text: string, span: Span, cx: BindContext): BoundExpr {
  if (/^\d+$/.test(text) && BigInt(text) === LONG_MAX + 1n) return literal(-(LONG_MAX + 1n), bigintType(false), span);
  if (/^\d+$/.test(text) && BigInt(text) === INT_MAX + 1n) return literal(-2147483648, intType(false), span);
  const positive = numberLiteral(text, span, cx);
  return negateLiteral(positive) ?? positive;
}

/** Values that are safe integers are held as `number` (data/value.ts). */
function canonical(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
}

/** The negated constant, for a minus sign before a number. */
export function negateLiteral(expr: BoundExpr): BoundExpr | undefined {
  if (expr.kind !== 'literal') return undefined;
  const { value, type } = expr;
  if (typeof value === 'bigint') return { ...expr, value: canonical(-value) };
  if (typeof value !== 'number') return undefined;
  switch (type.kind) {
    case 'INT':
    case 'BIGINT':
    case 'DECIMAL':
      return { ...expr, value: value === 0 ? 0 : -value };
    case 'DOUBLE':
      return { ...expr, value: -value };
    default:
      return undefined;
  }
}

const FIELD_MS: Readonly<Record<string, number>> = { DAY: 86_400_000, HOUR: 3_600_000, MINUTE: 60_000, SECOND: 1000 };
const DAY_TIME = ['DAY', 'HOUR', 'MINUTE', 'SECOND'];

type IntervalLiteral = Extract<LiteralValue, { kind: 'interval' }>;

function intervalLiteral(value: IntervalLiteral, span: Span, cx: BindContext): BoundExpr {
  const type = intervalType(value.unit, value.precision, value.fraction, false);
  const bad = (): BoundExpr => {
    cx.report(problems.intervalFormat(value.text, value.unit), span);
    return errorExpr(span);
  };
  if (type === undefined) return bad();
  const text = value.text.trim();
  const negative = value.negative !== text.startsWith('-');
  const body = text.replace(/^[+-]/, '');
  const tooLong = (digits: string, unit: string): boolean =>
    digits.replace(/^0+(?=\d)/, '').length > (value.precision ?? 2) && report(digits, unit);
  const report = (digits: string, unit: string): true => {
    cx.report(problems.intervalPrecision(digits, `${unit}(${value.precision ?? 2})`), span);
    return true;
  };
  let amount: number | undefined;
  if (type.kind === 'INTERVAL_YEAR_MONTH') {
    const match = (value.unit === 'YEAR TO MONTH' ? /^(\d+)-(\d{1,2})$/ : /^(\d+)$/).exec(body);
    if (match === null) return bad();
    const [, lead = '0', months = '0'] = match;
    if (tooLong(lead, value.unit.split(' ')[0] ?? value.unit)) return errorExpr(span);
    if (Number(months) > 11) return bad();
    if (value.unit === 'YEAR TO MONTH') amount = Number(lead) * 12 + Number(months);
    else amount = Number(lead) * (value.unit === 'YEAR' ? 12 : value.unit === 'QUARTER' ? 3 : 1);
  } else {
    amount = dayTimeAmount(body, value.unit, tooLong);
    if (amount === -1) return errorExpr(span);
  }
  if (amount === undefined) return bad();
  return literal(negative && amount !== 0 ? -amount : amount, type, span);
}

/** Milliseconds of a day-time interval text; -1 when a field is too long (reported), `undefined` when it is malformed. */
function dayTimeAmount(
  body: string,
  unit: string,
  tooLong: (digits: string, unit: string) => boolean,
): number | undefined {
  if (unit === 'WEEK') return /^\d+$/.test(body) ? Number(body) * 7 * 86_400_000 : undefined;
  const [from = 'SECOND', to = from] = unit.split(' TO ');
  const fields = DAY_TIME.slice(DAY_TIME.indexOf(from), DAY_TIME.indexOf(to) + 1);
  const pattern = fields
    .map(
      (f, i) =>
        (f === 'SECOND' ? '(\\d+(?:\\.\\d{1,9})?)' : '(\\d+)') +
        (i < fields.length - 1 ? (f === 'DAY' ? ' ' : ':') : ''),
    )
    .join('');
  const match = new RegExp(`^${pattern}$`).exec(body);
  if (match === null) return undefined;
  let ms = 0;
  for (const [i, field] of fields.entries()) {
    const digits = match[i + 1] ?? '0';
    if (i === 0 && tooLong(digits.split('.')[0] ?? digits, field)) return -1;
    if (i > 0 && Number(digits) >= (field === 'HOUR' ? 24 : 60)) return undefined;
    ms += field === 'SECOND' ? secondsToMs(digits) : Number(digits) * (FIELD_MS[field] ?? 0);
  }
  return ms;
}

/** `1.5` → 1500 without a detour through floating point; what is finer than a millisecond is cut. */
function secondsToMs(digits: string): number {
  const [whole = '0', fraction = ''] = digits.split('.');
  return Number(whole) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3));
}
