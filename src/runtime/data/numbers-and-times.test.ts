/** Numbers, texts and times of this room against values that Java gives. */
import { describe, expect, test } from 'vitest';
import { castFunction } from './casts/cast-function.ts';
import { compareStrings } from './compare.ts';
import { divDecimal, mulDecimal } from './decimal.ts';
import { formatForPrint } from './format-value.ts';
import { addLong, divLong, mulLong } from './integers.ts';
import { formatWithPattern, parseWithPattern } from './java-date-format.ts';
import { doubleToString, floatToString } from './java-double-text.ts';
import { timeZone } from './time-zone.ts';
import { arrayType, decimalType, intType, stringType, timestampType } from './type-rules.ts';

describe('numbers', () => {
  test('BIGINT wraps and stays canonical', () => {
    expect([
      addLong(9223372036854775807n, 1),
      addLong(9007199254740991, 1),
      mulLong(4294967296, 4294967296),
      divLong(-9007199254740991, 2),
      mulLong(0, -5),
    ]).toEqual([-9223372036854775808n, 9007199254740992n, 0, -4503599627370495, 0]);
  });

  test('decimals round half up and give NULL when too large', () => {
    expect([
      divDecimal(10, 0, 3, 0, 11, 6),
      mulDecimal(99, 1, 99, 1, 3, 2),
      divDecimal(-5, 0, 1000000, 0, 10, 5),
    ]).toEqual([3333333, null, -1]);
  });

  test('doubles and floats print as Java 17 prints them', () => {
    const doubles = [1e7, 100, 0.001, 9.9e-4, 1e23, 2 ** 60, -0, 4.9e-324].map(doubleToString);
    expect(doubles).toEqual([
      '1.0E7',
      '100.0',
      '0.001',
      '9.9E-4',
      '9.999999999999999E22',
      '1.15292150460684698E18',
      '-0.0',
      '4.9E-324',
    ]);
    expect([1.1, 2147483647, 3.4e38, 0.1, 16777216].map((x) => floatToString(Math.fround(x)))).toEqual([
      '1.1',
      '2.14748365E9',
      '3.4E38',
      '0.1',
      '1.6777216E7',
    ]);
  });

  test('a text that is no number fails with the reason', () => {
    const cast = castFunction(stringType(), intType());
    expect(() => cast?.('12x', 'UTC')).toThrow("For input string: '12x'. Invalid character found.");
    expect([cast?.(' 12 ', 'UTC'), cast?.('12.7', 'UTC')]).toEqual([12, 12]);
  });
});

describe('texts', () => {
  test('strings order by code point, not by UTF-16 unit', () => {
    expect([compareStrings('～', '😀'), compareStrings('a', 'B'), compareStrings('a', 'ab')]).toEqual([-1, 1, -1]);
  });

  test('a row prints as the print connector writes it', () => {
    const types = [stringType(), arrayType(intType()), timestampType(3), decimalType(5, 2)];
    expect(formatForPrint(['a', [1, null], 1_704_067_200_000, 150], types, 'UTC')).toBe(
      '[a, [1, null], 2024-01-01T00:00, 1.50]',
    );
  });
});

describe('time zones', () => {
  const la = timeZone('America/Los_Angeles');
  test('a time that does not exist moves on, one that exists twice is the first', () => {
    expect([
      la.instantOf(Date.UTC(2021, 2, 14, 2, 30)),
      la.instantOf(Date.UTC(2021, 10, 7, 1, 30)),
      la.laterInstantOf(Date.UTC(2021, 10, 7, 1, 30)),
    ]).toEqual([Date.UTC(2021, 2, 14, 10, 30), Date.UTC(2021, 10, 7, 8, 30), Date.UTC(2021, 10, 7, 9, 30)]);
  });

  test('offsets agree with the platform over 80 years', () => {
    for (const id of [
      'America/Los_Angeles',
      'Europe/Berlin',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Africa/Casablanca',
    ]) {
      const format = new Intl.DateTimeFormat('en-US', {
        timeZone: id,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
      for (let ms = 0; ms < Date.UTC(2050, 0); ms += 11 * 86_400_000 + 3_600_000) {
        const parts = Object.fromEntries(format.formatToParts(ms).map((p) => [p.type, Number(p.value)]));
        const local = Date.UTC(
          parts['year'] ?? 0,
          (parts['month'] ?? 1) - 1,
          parts['day'],
          parts['hour'],
          parts['minute'],
          parts['second'],
        );
        expect(timeZone(id).offsetAt(ms), `${id} at ${ms}`).toBe(local - ms);
      }
    }
  });
});

describe('date patterns', () => {
  test('a formatter is strict, a simple format lenient', () => {
    const text = '2024-1-2 3:4:5';
    expect(parseWithPattern(text, 'yyyy-MM-dd HH:mm:ss', 'formatter')).toBeUndefined();
    expect(parseWithPattern(text, 'yyyy-MM-dd HH:mm:ss', 'simple')?.localMs).toBe(Date.UTC(2024, 0, 2, 3, 4, 5));
    expect(formatWithPattern({ localMs: Date.UTC(2024, 11, 30) }, "YYYY-'W'ww EEE", 'formatter')).toBe('2025-W01 Mon');
  });
});
