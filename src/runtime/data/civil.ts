/**
 * Dates of the proleptic Gregorian calendar as day numbers, with Flink's own arithmetic, its quirks
 * included: several functions cut toward zero where a floor is meant, which shows before 1970.
 * Flink: `DateTimeUtils`.
 */

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;
/** Milliseconds of an hour. */
export const HOUR_MS = 3_600_000;
/** Milliseconds of a minute. */
export const MINUTE_MS = 60_000;

const EPOCH_JULIAN = 2_440_588;

/** A calendar date; month and day from 1. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 of a date. The day may lie outside of the month. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The date of a day number. */
export function civilFromDays(days: number): CivilDate {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted + (shifted < 10 ? 3 : -9);
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

/** Whether a year has a 29th of February. */
export function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/** Number of days of a month. */
export function lastDayOfMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The date some months later; a day that the month does not have becomes its last. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilFromDays(days);
  const index = year * 12 + (month - 1) + months;
  const newYear = Math.floor(index / 12);
  const newMonth = index - newYear * 12 + 1;
  return daysFromCivil(newYear, newMonth, Math.min(day, lastDayOfMonth(newYear, newMonth)));
}

/** `addMonths` for milliseconds since the epoch; the time of day stays. */
export function addMonthsToMs(epochMs: number, months: number): number {
  const days = Math.floor(epochMs / DAY_MS);
  return addMonths(days, months) * DAY_MS + (epochMs - days * DAY_MS);
}

/** Whole months from `days1` to `days0`. Flink: `subtractMonths`. */
export function monthsBetween(days0: number, days1: number): number {
  if (days0 < days1) return 0 - monthsBetween(days1, days0);
  let months = Math.trunc((days0 - days1) / 31);
  while (true) {
    if (addMonths(days1, months) >= days0) return months;
    if (addMonths(days1, months + 1) > days0) return months;
    months += 1;
  }
}

/** Whole months from `ms1` to `ms0`, the time of day counting. */
export function monthsBetweenMs(ms0: number, ms1: number): number {
  const days0 = Math.floor(ms0 / DAY_MS);
  const days1 = Math.floor(ms1 / DAY_MS);
  const months = monthsBetween(days0, days1);
  const landed = addMonths(days1, months);
  return landed === days0 && ms0 - days0 * DAY_MS < ms1 - days1 * DAY_MS ? months - 1 : months;
}

/** Fields that EXTRACT takes from a date. */
export type DateField =
  | 'YEAR'
  | 'QUARTER'
  | 'MONTH'
  | 'WEEK'
  | 'DAY'
  | 'DOW'
  | 'ISODOW'
  | 'DOY'
  | 'ISOYEAR'
  | 'DECADE'
  | 'CENTURY'
  | 'MILLENNIUM';

/** A field of a date. DOW counts from Sunday = 1; WEEK is ISO. Flink: `extractFromDate`. */
export function extractFromDays(field: DateField, days: number): number {
  const { year, month, day } = civilFromDays(days);
  switch (field) {
    case 'YEAR':
      return year;
    case 'QUARTER':
      return Math.trunc((month + 2) / 3);
    case 'MONTH':
      return month;
    case 'DAY':
      return day;
    case 'DOW':
      return floorMod(days + 4, 7) + 1;
    case 'ISODOW':
      return floorMod(days + 3, 7) + 1;
    case 'DOY':
      return days - daysFromCivil(year, 1, 1) + 1;
    case 'WEEK':
      return isoWeek(days).week;
    case 'ISOYEAR':
      return isoWeek(days).year;
    case 'DECADE':
      return Math.trunc(year / 10);
    case 'CENTURY':
      return year > 0 ? Math.trunc((year + 99) / 100) : Math.trunc((year - 99) / 100);
    case 'MILLENNIUM':
      return year > 0 ? Math.trunc((year + 999) / 1000) : Math.trunc((year - 999) / 1000);
  }
}

/** ISO 8601 week: weeks start on Monday, week 1 holds the first Thursday. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days - floorMod(days + 3, 7) + 3;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}

/** Units that a date can be rounded to. */
export type DateUnit = 'MILLENNIUM' | 'CENTURY' | 'DECADE' | 'YEAR' | 'QUARTER' | 'MONTH' | 'WEEK' | 'DAY';

/** FLOOR or CEIL of a date to a unit; weeks start on Sunday. Flink: `julianDateFloor`. */
export function roundDays(unit: DateUnit, days: number, direction: 'floor' | 'ceil'): number {
  const floor = direction === 'floor';
  const { year, month, day } = flinkCivil(days + EPOCH_JULIAN);
  switch (unit) {
    case 'MILLENNIUM':
      return daysFromCivil(1000 * Math.trunc((year + 999) / 1000) + (floor ? -999 : 1), 1, 1);
    case 'CENTURY':
      return daysFromCivil(100 * Math.trunc((year + 99) / 100) + (floor ? -99 : 1), 1, 1);
    case 'DECADE':
      return daysFromCivil(10 * (Math.trunc(year / 10) + (floor ? 0 : 1)), 1, 1);
    case 'YEAR':
      return daysFromCivil(!floor && (month > 1 || day > 1) ? year + 1 : year, 1, 1);
    case 'QUARTER': {
      // Flink's CEIL moves on whenever the date is not the first of January, even at a quarter's start.
      const quarter = Math.trunc((month + 2) / 3) + (!floor && (month > 1 || day > 1) ? 1 : 0);
      return firstOfMonth(year, quarter * 3 - 2);
    }
    case 'MONTH':
      return firstOfMonth(year, !floor && day > 1 ? month + 1 : month);
    case 'WEEK': {
      const dow = floorMod(days + 4, 7);
      return daysFromCivil(year, month, day) - (!floor && dow > 0 ? dow - 7 : dow);
    }
    case 'DAY':
      return daysFromCivil(year, month, day) + (floor ? 0 : 1);
  }
}

function firstOfMonth(year: number, month: number): number {
  return month > 12 ? daysFromCivil(year + 1, month - 12, 1) : daysFromCivil(year, month, 1);
}

/** Flink reads days before 1582-10-15 by the Julian calendar here (and only here). */
function flinkCivil(julian: number): CivilDate {
  if (julian > 2_299_160) return civilFromDays(julian - EPOCH_JULIAN);
  const c = julian + 32_082;
  const d = Math.trunc((4 * c + 3) / 1461);
  const e = c - Math.trunc((1461 * d) / 4);
  const m = Math.trunc((5 * e + 2) / 153);
  return {
    year: d - 4800 + Math.trunc(m / 10),
    month: m + 3 - 12 * Math.trunc(m / 10),
    day: e - Math.trunc((153 * m + 2) / 5) + 1,
  };
}

/** Remainder with the sign of the divisor. */
export function floorMod(x: number, y: number): number {
  return x - Math.floor(x / y) * y;
}
