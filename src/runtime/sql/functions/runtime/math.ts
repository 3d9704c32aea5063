/** Run-time side of the numeric functions. */
import { fitDecimal, parseDecimal, pow10, rescale, truncateScale } from '../../../data/decimal.ts';
import { canonical, type Long, wrapLong } from '../../../data/integers.ts';
import { doubleToString } from '../../../data/java-double-text.ts';
import { illegalArgument } from './failures.ts';

/** ROUND(double, digits) by way of the decimal text: 1.005 counts as exactly 1.005. */
export function roundDoubleTo(x: number, digits: number): number {
  return viaDecimal(x, digits, (unscaled, scale) => rescaleAny(unscaled, scale, digits, 'round'));
}

/** TRUNCATE(double, digits). */
export function truncateDoubleTo(x: number, digits: number): number {
  return viaDecimal(x, digits, (unscaled, scale) => rescaleAny(unscaled, scale, digits, 'cut'));
}

function viaDecimal(x: number, digits: number, change: (unscaled: bigint, scale: number) => bigint): number {
  const parsed = parseDecimal(doubleToString(x));
  if (parsed === undefined) return illegalArgument('Infinite or NaN');
  // A decimal knows no negative zero, so Java's way through BigDecimal loses the sign.
  if (digits >= parsed.scale) return x + 0;
  return Number(`${change(parsed.unscaled, parsed.scale)}e${-digits}`);
}

/** An integer × 10^-scale at fewer digits, which may be negative (tens, hundreds). */
function rescaleAny(unscaled: bigint, scale: number, digits: number, mode: 'round' | 'cut'): bigint {
  const shift = scale - digits;
  if (shift <= 0) return unscaled * pow10(-shift);
  return mode === 'round'
    ? BigInt(rescale(canonical(unscaled), shift, 0))
    : BigInt(truncateScale(canonical(unscaled), shift, 0));
}

/** ROUND(integer, digits): only negative digits change anything. */
export function roundLongTo(x: Long, digits: number): Long {
  return digits >= 0 ? x : wrapLong(rescaleAny(BigInt(x), 0, digits, 'round') * pow10(-digits));
}

/** TRUNCATE(integer, digits). */
export function truncateLongTo(x: Long, digits: number): Long {
  return digits >= 0 ? x : wrapLong(rescaleAny(BigInt(x), 0, digits, 'cut') * pow10(-digits));
}

/** ROUND(decimal, digits) as DECIMAL(p, s). */
export function roundDecimalTo(x: Long, scale: number, digits: number, p: number, s: number): Long | null {
  return decimalAt(rescaleAny(BigInt(x), scale, Math.min(digits, scale), 'round'), Math.min(digits, scale), p, s);
}

/** TRUNCATE(decimal, digits) as DECIMAL(p, s). */
export function truncateDecimalTo(x: Long, scale: number, digits: number, p: number, s: number): Long | null {
  return decimalAt(rescaleAny(BigInt(x), scale, Math.min(digits, scale), 'cut'), Math.min(digits, scale), p, s);
}

function decimalAt(unscaled: bigint, scale: number, p: number, s: number): Long | null {
  const atZero = scale < 0 ? unscaled * pow10(-scale) : unscaled;
  return fitDecimal(rescale(canonical(atZero), Math.max(scale, 0), s), p);
}

/** Java: `Long.toBinaryString`. */
export function binaryText(x: Long): string {
  return BigInt.asUintN(64, BigInt(x)).toString(2);
}

/** Java: `Long.toHexString`, upper case. */
export function hexText(x: Long): string {
  return BigInt.asUintN(64, BigInt(x)).toString(16).toUpperCase();
}

/** An INT in [0, bound) from a uniform number. */
export function randomInteger(bound: number, uniform: number): number {
  if (bound <= 0) return illegalArgument('bound must be positive');
  return Math.floor(uniform * bound);
}

/** `java.util.Random`, seeded by the first call and then going on: RAND(1) gives Flink's numbers. */
export interface JavaRandom {
  nextDouble(seed: number): number;
  nextInt(seed: number, bound: number): number;
}

const MULTIPLIER = 0x5deece66dn;
const MASK = (1n << 48n) - 1n;

/** A fresh generator for one call site. */
export function javaRandom(): JavaRandom {
  let state: bigint | undefined;
  const next = (seed: number, bits: number): number => {
    state ??= (BigInt(seed) ^ MULTIPLIER) & MASK;
    state = (state * MULTIPLIER + 0xbn) & MASK;
    return Number(BigInt.asIntN(32, state >> BigInt(48 - bits)));
  };
  return {
    nextDouble: (seed) => ((next(seed, 26) >>> 0) * 2 ** 27 + (next(seed, 27) >>> 0)) / 2 ** 53,
    nextInt(seed, bound) {
      if (bound <= 0) return illegalArgument('bound must be positive');
      let bits = next(seed, 31);
      if ((bound & -bound) === bound) return Number((BigInt(bound) * BigInt(bits)) >> 31n);
      let value = bits % bound;
      while (bits - value + (bound - 1) > 2147483647) {
        bits = next(seed, 31);
        value = bits % bound;
      }
      return value;
    },
  };
}
