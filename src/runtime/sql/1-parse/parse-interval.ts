/**
 * Interval qualifiers: `DAY`, `DAY(3) TO SECOND(3)`, `YEAR TO MONTH`, shared by interval types and
 * interval literals. Calcite: `IntervalQualifier`; plural units (`DAYS`) are synonyms.
 */
import type { Cursor } from './cursor.ts';

/** A qualifier as written, unit in the singular. */
export interface IntervalQualifier {
  /** `DAY`, `DAY TO SECOND`, … */
  readonly unit: string;
  readonly precision?: number;
  readonly fraction?: number;
}

const SINGULAR: Readonly<Record<string, string>> = {
  YEAR: 'YEAR',
  YEARS: 'YEAR',
  QUARTER: 'QUARTER',
  QUARTERS: 'QUARTER',
  MONTH: 'MONTH',
  MONTHS: 'MONTH',
  WEEK: 'WEEK',
  WEEKS: 'WEEK',
  DAY: 'DAY',
  DAYS: 'DAY',
  HOUR: 'HOUR',
  HOURS: 'HOUR',
  MINUTE: 'MINUTE',
  MINUTES: 'MINUTE',
  SECOND: 'SECOND',
  SECONDS: 'SECOND',
};

/** Which unit may end an interval that begins with the key. */
const ENDS: Readonly<Record<string, readonly string[]>> = {
  YEAR: ['MONTH'],
  DAY: ['HOUR', 'MINUTE', 'SECOND'],
  HOUR: ['MINUTE', 'SECOND'],
  MINUTE: ['SECOND'],
};

/** The unit in the singular when an interval unit stands some tokens ahead. */
export function intervalUnitAt(c: Cursor, ahead = 0): string | undefined {
  const key = c.keyAt(ahead);
  return Object.hasOwn(SINGULAR, key) ? SINGULAR[key] : undefined;
}

/** Reads a whole qualifier. */
export function parseIntervalQualifier(c: Cursor): IntervalQualifier {
  const first = parseUnit(c);
  if (first === undefined) return { unit: '' };
  if (first === 'SECOND' && c.accept('(')) {
    const precision = parseUnsignedInteger(c);
    const fraction = c.accept(',') ? parseUnsignedInteger(c) : undefined;
    c.expect(')');
    return fraction === undefined ? { unit: first, precision } : { unit: first, precision, fraction };
  }
  const precision = parseParenthesizedInteger(c);
  const start = precision === undefined ? {} : { precision };
  const ends = ENDS[first];
  if (ends === undefined || !c.accept('TO')) return { unit: first, ...start };
  const last = intervalUnitAt(c);
  if (last === undefined || !ends.includes(last)) {
    c.fail(ends);
    return { unit: first, ...start };
  }
  c.advance();
  const fraction = last === 'SECOND' ? parseParenthesizedInteger(c) : undefined;
  return { unit: `${first} TO ${last}`, ...start, ...(fraction === undefined ? {} : { fraction }) };
}

/** Reads one unit and nothing behind it but its precision: `INTERVAL (a + 1) DAY`. */
export function parseSingleUnit(c: Cursor): string {
  const unit = parseUnit(c) ?? '';
  parseParenthesizedInteger(c);
  return unit;
}

/** `(3)`, or undefined when no parenthesis follows. */
export function parseParenthesizedInteger(c: Cursor): number | undefined {
  if (!c.accept('(')) return undefined;
  const value = parseUnsignedInteger(c);
  c.expect(')');
  return value;
}

/** Digits. */
export function parseUnsignedInteger(c: Cursor): number {
  const { start, end } = c.token;
  const text = c.text.slice(start, end);
  if (c.token.kind !== 'number' || !/^\d+$/.test(text)) {
    c.fail(['<UNSIGNED_INTEGER_LITERAL>']);
    return 0;
  }
  c.advance();
  return Number(text);
}

function parseUnit(c: Cursor): string | undefined {
  c.offer(['<UNIT>']);
  const unit = intervalUnitAt(c);
  if (unit === undefined) c.fail(['DAY', 'HOUR', 'MINUTE', 'MONTH', 'QUARTER', 'SECOND', 'WEEK', 'YEAR']);
  else c.advance();
  return unit;
}
