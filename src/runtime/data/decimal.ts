/**
 * Exact decimals. A DECIMAL(p, s) is held as its unscaled integer (value × 10^s), a number while that
 * is safe and a `bigint` beyond. Operations give `null` where the result has more digits than its type
 * allows: that is what Flink does instead of failing. Rounding is HALF_UP (half away from zero).
 * Flink: `DecimalData`, `DecimalDataUtils`.
 */
import { canonical, type Long } from './integers.ts';

const SAFE_MAX = Number.MAX_SAFE_INTEGER;

const POWERS_BIG: readonly bigint[] = Array.from({ length: 155 }, (_, i) => 10n ** BigInt(i));
const POWERS: readonly number[] = Array.from({ length: 16 }, (_, i) => 10 ** i);

/** 10^n for n from 0. */
export function pow10(n: number): bigint {
  return POWERS_BIG[n] ?? 10n ** BigInt(n);
}

/** `value` when it has at most `precision` digits, else `null`. */
export function fitDecimal(value: Long, precision: number): Long | null {
  if (typeof value === 'number') {
    if (precision > 15) return value;
    const limit = POWERS[precision] ?? 0;
    return value < limit && value > -limit ? value : null;
  }
  const limit = pow10(precision);
  return value < limit && value > -limit ? value : null;
}

/** Integer division with HALF_UP. `divisor` must be positive. */
function divideHalfUp(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  const remainder = value % divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  return twice >= divisor ? quotient + (value < 0n ? -1n : 1n) : quotient;
}

/** The unscaled value at another scale, rounded HALF_UP; not checked against a precision. */
export function rescale(value: Long, fromScale: number, toScale: number): Long {
  if (toScale === fromScale) return value;
  if (toScale > fromScale) {
    const shift = toScale - fromScale;
    if (typeof value === 'number' && shift <= 15) {
      const product = value * (POWERS[shift] ?? 1);
      if (product <= SAFE_MAX && product >= -SAFE_MAX) return product + 0;
    }
    return canonical(BigInt(value) * pow10(shift));
  }
  const shift = fromScale - toScale;
  if (typeof value === 'number' && shift <= 15) {
    const divisor = POWERS[shift] ?? 1;
    const remainder = value % divisor;
    const quotient = (value - remainder) / divisor + 0;
    if (Math.abs(remainder) * 2 < divisor) return quotient;
    return value < 0 ? quotient - 1 : quotient + 1;
  }
  return canonical(divideHalfUp(BigInt(value), pow10(shift)));
}

/** The unscaled value cut (not rounded) to fewer digits after the point. */
export function truncateScale(value: Long, fromScale: number, toScale: number): Long {
  if (toScale >= fromScale) return rescale(value, fromScale, toScale);
  const divisor = pow10(fromScale - toScale);
  return canonical(BigInt(value) / divisor);
}

/** To DECIMAL(precision, toScale): rounded, `null` when it does not fit. Flink: `castToDecimal`. */
export function castDecimal(value: Long, fromScale: number, precision: number, toScale: number): Long | null {
  return fitDecimal(rescale(value, fromScale, toScale), precision);
}

/** `a + b` for scales `sa`, `sb`, as DECIMAL(p, s). */
export function addDecimal(a: Long, sa: number, b: Long, sb: number, p: number, s: number): Long | null {
  const scale = Math.max(sa, sb);
  const x = rescale(a, sa, scale);
  const y = rescale(b, sb, scale);
  return castDecimal(sum(x, y), scale, p, s);
}

/** `a - b` for scales `sa`, `sb`, as DECIMAL(p, s). */
export function subDecimal(a: Long, sa: number, b: Long, sb: number, p: number, s: number): Long | null {
  const scale = Math.max(sa, sb);
  const x = rescale(a, sa, scale);
  const y = rescale(b, sb, scale);
  if (typeof x === 'number' && typeof y === 'number') {
    const difference = x - y;
    if (difference <= SAFE_MAX && difference >= -SAFE_MAX) return castDecimal(difference, scale, p, s);
  }
  return castDecimal(canonical(BigInt(x) - BigInt(y)), scale, p, s);
}

function sum(x: Long, y: Long): Long {
  if (typeof x === 'number' && typeof y === 'number') {
    const total = x + y;
    if (total <= SAFE_MAX && total >= -SAFE_MAX) return total;
  }
  return canonical(BigInt(x) + BigInt(y));
}

/** `a * b` for scales `sa`, `sb`, as DECIMAL(p, s). */
export function mulDecimal(a: Long, sa: number, b: Long, sb: number, p: number, s: number): Long | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (product <= SAFE_MAX && product >= -SAFE_MAX) return castDecimal(product + 0, sa + sb, p, s);
  }
  return castDecimal(canonical(BigInt(a) * BigInt(b)), sa + sb, p, s);
}

/** Significant digits of the intermediate quotient. Flink divides with `MathContext(38, HALF_UP)` first. */
const DIVISION_DIGITS = 38;

/** `a / b` for scales `sa`, `sb`, as DECIMAL(p, s). `b` must not be 0. */
export function divDecimal(a: Long, sa: number, b: Long, sb: number, p: number, s: number): Long | null {
  const divisor = BigInt(b) < 0n ? -BigInt(b) : BigInt(b);
  const dividend = BigInt(b) < 0n ? -BigInt(a) : BigInt(a);
  // Scale so that the quotient has more than 38 digits, then round once to 38 digits and once to s.
  const shift = DIVISION_DIGITS + digits(divisor) + 1;
  const raw = (dividend * pow10(shift)) / divisor;
  const exact = (dividend * pow10(shift)) % divisor === 0n;
  let scale = sa - sb + shift;
  const excess = digits(raw) - DIVISION_DIGITS;
  // A non-zero rest below the last digit kept must count for the half-up decision: append a digit 1.
  const sticky = exact ? raw * 10n : raw * 10n + (raw < 0n ? -1n : 1n);
  scale += 1;
  if (excess <= 0) return castDecimal(canonical(sticky), scale, p, s);
  const rounded = divideHalfUp(sticky, pow10(excess + 1));
  scale -= excess + 1;
  return castDecimal(canonical(scale < 0 ? rounded * pow10(-scale) : rounded), Math.max(scale, 0), p, s);
}

/** `a % b` with the sign of `a`, as DECIMAL(p, s). `b` must not be 0. */
export function modDecimal(a: Long, sa: number, b: Long, sb: number, p: number, s: number): Long | null {
  const scale = Math.max(sa, sb);
  const x = rescale(a, sa, scale);
  const y = rescale(b, sb, scale);
  if (typeof x === 'number' && typeof y === 'number') return castDecimal((x % y) + 0, scale, p, s);
  return castDecimal(canonical(BigInt(x) % BigInt(y)), scale, p, s);
}

/** Number of decimal digits of |value|; 0 has one. */
function digits(value: bigint): number {
  const text = value.toString();
  return value < 0n ? text.length - 1 : text.length;
}

/** Negative, zero or positive. */
export function compareDecimal(a: Long, sa: number, b: Long, sb: number): number {
  const scale = Math.max(sa, sb);
  const x = rescale(a, sa, scale);
  const y = rescale(b, sb, scale);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Text with all `scale` digits after the point: `1.10`. Java: `BigDecimal.toPlainString`. */
export function decimalToString(value: Long, scale: number): string {
  const text = value.toString();
  if (scale === 0) return text;
  const negative = text.startsWith('-');
  const abs = (negative ? text.slice(1) : text).padStart(scale + 1, '0');
  return `${negative ? '-' : ''}${abs.slice(0, abs.length - scale)}.${abs.slice(abs.length - scale)}`;
}

/** Nearest DOUBLE. Java: `BigDecimal.doubleValue`, which is correctly rounded. */
export function decimalToDouble(value: Long, scale: number): number {
  return scale === 0 ? Number(value) : Number(`${value}e-${scale}`);
}

/** A number text taken apart: value = unscaled × 10^-scale. `scale` may be negative. */
export interface ParsedDecimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

const DECIMAL_TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;

/** Reads what Java's `new BigDecimal(text)` reads; `undefined` for anything else. */
export function parseDecimal(text: string): ParsedDecimal | undefined {
  const match = DECIMAL_TEXT.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const unscaled = BigInt(whole + fraction);
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: fraction.length - Number(exponent) };
}

/** To DECIMAL(precision, scale), rounded HALF_UP; `null` when it does not fit. */
export function parsedToDecimal(parsed: ParsedDecimal, precision: number, scale: number): Long | null {
  if (parsed.unscaled === 0n) return 0;
  // Far too large or too small to bother: keeps huge exponents from making huge integers.
  if (digits(parsed.unscaled) - parsed.scale > 80) return null;
  if (parsed.scale - digits(parsed.unscaled) > 80) return 0;
  const value = parsed.scale < 0 ? parsed.unscaled * pow10(-parsed.scale) : parsed.unscaled;
  return castDecimal(canonical(value), Math.max(parsed.scale, 0), precision, scale);
}

/** FLOOR at scale 0. */
export function floorDecimal(value: Long, scale: number): Long {
  const divisor = pow10(scale);
  const big = BigInt(value);
  const quotient = big / divisor;
  return canonical(big < 0n && big % divisor !== 0n ? quotient - 1n : quotient);
}

/** CEIL at scale 0. */
export function ceilDecimal(value: Long, scale: number): Long {
  const divisor = pow10(scale);
  const big = BigInt(value);
  const quotient = big / divisor;
  return canonical(big > 0n && big % divisor !== 0n ? quotient + 1n : quotient);
}
