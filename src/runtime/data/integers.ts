/**
 * Java's integer arithmetic. TINYINT, SMALLINT and INT are plain numbers; BIGINT is a number while it
 * is a safe integer and a `bigint` beyond (see `value.ts`). Every function takes and returns canonical
 * values, never -0, and wraps as Java does.
 *
 * Why the fast paths are right: when the exact result is a safe integer, the floating-point operation
 * is exact; when it is not, rounding never brings it back into the safe range.
 */

/** A BIGINT or an unscaled DECIMAL. */
export type Long = number | bigint;

const SAFE_MAX = Number.MAX_SAFE_INTEGER;
const SAFE_MAX_BIG = BigInt(SAFE_MAX);

/** The smallest BIGINT. */
export const LONG_MIN = -(2n ** 63n);
/** The largest BIGINT. */
export const LONG_MAX = 2n ** 63n - 1n;

/** The canonical form of an integer: a number while it is safe. */
export function canonical(value: bigint): Long {
  return value <= SAFE_MAX_BIG && value >= -SAFE_MAX_BIG ? Number(value) : value;
}

/** Wraps an exact integer to 64 bits, as Java's `long` does. */
export function wrapLong(value: bigint): Long {
  return canonical(BigInt.asIntN(64, value));
}

/** Wraps to 8 bits: CAST(300 AS TINYINT) is 44. */
export function wrapByte(value: number): number {
  return (value << 24) >> 24;
}

/** Wraps to 16 bits. */
export function wrapShort(value: number): number {
  return (value << 16) >> 16;
}

/** `a + b`, wrapped to 64 bits. */
export function addLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= SAFE_MAX && sum >= -SAFE_MAX) return sum;
  }
  return wrapLong(BigInt(a) + BigInt(b));
}

/** `a - b`, wrapped to 64 bits. */
export function subLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference <= SAFE_MAX && difference >= -SAFE_MAX) return difference;
  }
  return wrapLong(BigInt(a) - BigInt(b));
}

/** `a * b`, wrapped to 64 bits. */
export function mulLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (product <= SAFE_MAX && product >= -SAFE_MAX) return product + 0;
  }
  return wrapLong(BigInt(a) * BigInt(b));
}

/** `a / b` cut toward zero. `b` must not be 0. */
export function divLong(a: Long, b: Long): Long {
  // Not Math.trunc(a / b): near 2^53 the quotient may round up across an integer.
  if (typeof a === 'number' && typeof b === 'number') return (a - (a % b)) / b + 0;
  return wrapLong(BigInt(a) / BigInt(b));
}

/** `a % b` with the sign of `a`. `b` must not be 0. */
export function modLong(a: Long, b: Long): Long {
  if (typeof a === 'number' && typeof b === 'number') return (a % b) + 0;
  return canonical(BigInt(a) % BigInt(b));
}

/** `-a`; the smallest value stays itself. */
export function negLong(a: Long): Long {
  return typeof a === 'number' ? 0 - a : wrapLong(-a);
}

/** `|a|`; the smallest value stays itself. */
export function absLong(a: Long): Long {
  if (typeof a === 'number') return Math.abs(a);
  return a < 0n ? wrapLong(-a) : a;
}

/** -1, 0 or 1. */
export function signLong(a: Long): number {
  return a > 0 ? 1 : a < 0 ? -1 : 0;
}

/** The low 32 bits as an INT, as Java's `(int) x`. */
export function longToInt(a: Long): number {
  if (typeof a === 'bigint') return Number(BigInt.asIntN(32, a));
  return a | 0;
}

/** DOUBLE to INT as Java's `(int) x`: cut toward zero, NaN is 0, out of range saturates. */
export function doubleToInt(x: number): number {
  if (x >= 2147483647) return 2147483647;
  if (x <= -2147483648) return -2147483648;
  return Number.isNaN(x) ? 0 : Math.trunc(x) + 0;
}

/** DOUBLE to BIGINT as Java's `(long) x`: cut toward zero, NaN is 0, out of range saturates. */
export function doubleToLong(x: number): Long {
  if (Number.isNaN(x)) return 0;
  const whole = Math.trunc(x) + 0;
  if (whole <= SAFE_MAX && whole >= -SAFE_MAX) return whole;
  if (whole >= 2 ** 63) return LONG_MAX;
  if (whole <= -(2 ** 63)) return LONG_MIN;
  return BigInt(whole);
}
