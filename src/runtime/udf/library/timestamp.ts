/**
 * `Timestamp` of 'millrace': what a TIMESTAMP and a TIMESTAMP_LTZ are in TypeScript functions. Keeps all
 * nine digits, which a `Date` cannot. A part of the library's one text (`library-text.ts`).
 * Flink: `TimestampData`.
 */

/**
 * A point in time: `epochMs` milliseconds since 1970-01-01 00:00:00 and `nanoOfMs` nanoseconds (0 to
 * 999 999) after them. Of a TIMESTAMP it is the wall clock as written, of a TIMESTAMP_LTZ the instant (UTC).
 */
export class Timestamp {
  readonly epochMs: number;
  readonly nanoOfMs: number;

  constructor(epochMs: number, nanoOfMs = 0) {
    if (!Number.isSafeInteger(epochMs)) throw new RangeError(`epochMs is a whole number of milliseconds: ${epochMs}`);
    if (!Number.isInteger(nanoOfMs) || nanoOfMs < 0 || nanoOfMs > 999_999)
      throw new RangeError(`nanoOfMs is a whole number from 0 to 999999: ${nanoOfMs}`);
    this.epochMs = epochMs;
    this.nanoOfMs = nanoOfMs;
  }

  /** Reads `2024-01-31 10:20:30.123456789`; a `T` between and a `Z` behind are allowed, the time may be left out. */
  static parse(text: string): Timestamp {
    const match = TIMESTAMP_TEXT.exec(text);
    if (match === null) throw new TypeError(`Not a timestamp (2024-01-31 10:20:30.123): ${text}`);
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
    const [hour, minute, second] = [Number(match[4] ?? '0'), Number(match[5] ?? '0'), Number(match[6] ?? '0')];
    const fraction = (match[7] ?? '').padEnd(9, '0');
    // Years below 100 mean the 20th century to Date.UTC, so the year is set by itself.
    const date = new Date(Date.UTC(2000, month - 1, day, hour, minute, second, Number(fraction.slice(0, 3))));
    date.setUTCFullYear(year, month - 1, day);
    const isReal = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
    if (!isReal || second >= 60) throw new RangeError(`There is no such time: ${text}`);
    return new Timestamp(date.getTime(), Number(fraction.slice(3)));
  }

  /** Of a `Date` or a number of milliseconds since 1970. */
  static of(value: Timestamp | Date | number): Timestamp {
    if (value instanceof Timestamp) return value;
    return new Timestamp(typeof value === 'number' ? value : value.getTime());
  }

  /** Some milliseconds later (earlier when negative). */
  plusMs(ms: number): Timestamp {
    return new Timestamp(this.epochMs + ms, this.nanoOfMs);
  }

  /** Milliseconds from the other to this, with the nanoseconds as a fraction. */
  minus(other: Timestamp): number {
    const ms = this.epochMs - other.epochMs;
    const nanos = this.nanoOfMs - other.nanoOfMs;
    return nanos === 0 ? ms : ms + nanos / 1e6;
  }

  /** Negative, zero or positive, as this is before, at or after the other. */
  compare(other: Timestamp): number {
    return this.epochMs - other.epochMs || this.nanoOfMs - other.nanoOfMs;
  }

  /** Whether both are the same to the nanosecond. */
  equals(other: Timestamp): boolean {
    return this.compare(other) === 0;
  }

  /** Whether this is earlier. */
  isBefore(other: Timestamp): boolean {
    return this.compare(other) < 0;
  }

  /** Whether this is later. */
  isAfter(other: Timestamp): boolean {
    return this.compare(other) > 0;
  }

  /** `2024-01-31 10:20:30.123`, with as many digits of nanoseconds as there are. */
  toString(): string {
    const text = new Date(this.epochMs).toISOString().replace('T', ' ').replace('Z', '');
    return this.nanoOfMs === 0 ? text : text + String(this.nanoOfMs).padStart(6, '0').replace(/0+$/, '');
  }

  /** A `Date`; its UTC methods show this clock. Nanoseconds are cut. */
  toDate(): Date {
    return new Date(this.epochMs);
  }

  /** The text, so that no digit is lost. */
  toJSON(): string {
    return this.toString();
  }

  /** Only for texts: `a < b` and `a - b` would forget the nanoseconds, so they throw. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new TypeError('A Timestamp has no operators: use compare, isBefore, isAfter, minus, plusMs or epochMs');
  }
}

const TIMESTAMP_TEXT = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,9}))?)?Z?)?$/;
