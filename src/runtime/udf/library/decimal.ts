/**
 * `Decimal` of 'millrace': what a DECIMAL is in TypeScript functions. Exact, immutable, without a largest
 * size; only a column's type limits the digits. A part of the library's one text (`library-text.ts`).
 * Java: `BigDecimal`.
 */

/** How a digit that has no place is treated; HALF_UP is SQL's. Java: `RoundingMode`. */
export type Rounding = 'HALF_UP' | 'HALF_EVEN' | 'DOWN' | 'UP' | 'FLOOR' | 'CEILING';

/** What can be taken for a Decimal: every one of them is exact. A number is read by its shortest text: 0.1 is 0.1. */
export type DecimalLike = Decimal | bigint | number | string;

/** An exact decimal number: `unscaled` × 10^-`scale`. */
export class Decimal {
  readonly unscaled: bigint;
  readonly scale: number;

  /** `new Decimal(125n, 2)` is 1.25. Most code wants `Decimal.of('1.25')`. */
  constructor(unscaled: bigint, scale: number) {
    if (typeof unscaled !== 'bigint') throw new TypeError('Decimal needs a bigint: write Decimal.of(value)');
    if (!Number.isInteger(scale) || scale < 0 || scale > SCALE_MAX)
      throw new RangeError(`A scale is a number from 0 to ${SCALE_MAX}: ${scale}`);
    this.unscaled = unscaled;
    this.scale = scale;
  }

  /** The exact decimal of a text (`'-1.25'`, `'1e3'`), bigint or number. Throws when it is no finite number. */
  static of(value: DecimalLike): Decimal {
    if (value instanceof Decimal) return value;
    if (typeof value === 'bigint') return new Decimal(value, 0);
    const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/.exec(String(value));
    const whole = match?.[2] ?? '';
    const fraction = match?.[3] ?? '';
    if (match === null || whole + fraction === '') throw new TypeError(`Not a decimal number: ${String(value)}`);
    const digits = BigInt(whole + fraction);
    const unscaled = match[1] === '-' ? -digits : digits;
    const scale = fraction.length - Number(match[4] ?? '0');
    return scale >= 0 ? new Decimal(unscaled, scale) : new Decimal(unscaled * 10n ** BigInt(-scale), 0);
  }

  /** The exact sum. */
  plus(other: DecimalLike): Decimal {
    const that = Decimal.of(other);
    const scale = Math.max(this.scale, that.scale);
    return new Decimal(unscaledAt(this, scale) + unscaledAt(that, scale), scale);
  }

  /** The exact difference. */
  minus(other: DecimalLike): Decimal {
    return this.plus(Decimal.of(other).negated());
  }

  /** The exact product; its scale is the sum of both scales. */
  times(other: DecimalLike): Decimal {
    const that = Decimal.of(other);
    return new Decimal(this.unscaled * that.unscaled, this.scale + that.scale);
  }

  /** The quotient with `scale` digits after the point. Throws a RangeError for a divisor of 0. */
  dividedBy(other: DecimalLike, scale: number, rounding: Rounding = 'HALF_UP'): Decimal {
    const that = Decimal.of(other);
    if (that.unscaled === 0n) throw new RangeError('Division by zero');
    const shift = scale + that.scale - this.scale;
    const dividend = shift > 0 ? this.unscaled * 10n ** BigInt(shift) : this.unscaled;
    const divisor = shift < 0 ? that.unscaled * 10n ** BigInt(-shift) : that.unscaled;
    return new Decimal(divideRounded(dividend, divisor, rounding), scale);
  }

  /** The rest of the division to a whole number, with the sign of this number. */
  remainder(other: DecimalLike): Decimal {
    const that = Decimal.of(other);
    if (that.unscaled === 0n) throw new RangeError('Division by zero');
    const scale = Math.max(this.scale, that.scale);
    return new Decimal(unscaledAt(this, scale) % unscaledAt(that, scale), scale);
  }

  /** The number with `scale` digits after the point. */
  rounded(scale: number, rounding: Rounding = 'HALF_UP'): Decimal {
    if (scale >= this.scale) return new Decimal(unscaledAt(this, scale), scale);
    return new Decimal(divideRounded(this.unscaled, 10n ** BigInt(this.scale - scale), rounding), scale);
  }

  /** The number with the other sign. */
  negated(): Decimal {
    return new Decimal(-this.unscaled, this.scale);
  }

  /** The number without its sign. */
  abs(): Decimal {
    return this.unscaled < 0n ? this.negated() : this;
  }

  /** -1, 0 or 1. */
  sign(): -1 | 0 | 1 {
    return this.unscaled > 0n ? 1 : this.unscaled < 0n ? -1 : 0;
  }

  /** Negative, zero or positive, as this number is less than, equal to or greater than the other. */
  compare(other: DecimalLike): number {
    const that = Decimal.of(other);
    const scale = Math.max(this.scale, that.scale);
    const [a, b] = [unscaledAt(this, scale), unscaledAt(that, scale)];
    return a < b ? -1 : a > b ? 1 : 0;
  }

  /** Whether both are the same number: 1.0 equals 1.00. */
  equals(other: DecimalLike): boolean {
    return this.compare(other) === 0;
  }

  /** All digits, never an exponent: `1.50`. */
  toString(): string {
    const text = (this.unscaled < 0n ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0');
    const point = text.length - this.scale;
    const sign = this.unscaled < 0n ? '-' : '';
    return this.scale === 0 ? sign + text : `${sign}${text.slice(0, point)}.${text.slice(point)}`;
  }

  /** The nearest number; digits may be lost. */
  toNumber(): number {
    return Number(this.toString());
  }

  /** The whole part. */
  toBigInt(): bigint {
    return this.unscaled / 10n ** BigInt(this.scale);
  }

  /** The text, so that no digit is lost. */
  toJSON(): string {
    return this.toString();
  }

  /** Only for texts: `a + b` and `a < b` would lose digits without a word, so they throw. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString();
    throw new TypeError('A Decimal has no operators: use plus, minus, times, dividedBy, compare or toNumber');
  }
}

/** Keeps `Decimal.of('1e9999')` from making huge integers. */
const SCALE_MAX = 10_000;

function unscaledAt(value: Decimal, scale: number): bigint {
  return scale === value.scale ? value.unscaled : value.unscaled * 10n ** BigInt(scale - value.scale);
}

function divideRounded(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  if (rest === 0n) return quotient;
  const away = dividend < 0n !== divisor < 0n ? -1n : 1n;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  switch (rounding) {
    case 'DOWN':
      return quotient;
    case 'UP':
      return quotient + away;
    case 'FLOOR':
      return away < 0n ? quotient + away : quotient;
    case 'CEILING':
      return away > 0n ? quotient + away : quotient;
    case 'HALF_EVEN':
      return twice > size || (twice === size && quotient % 2n !== 0n) ? quotient + away : quotient;
    default:
      return twice >= size ? quotient + away : quotient;
  }
}
