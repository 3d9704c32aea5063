/** Run-time side of the arithmetic operators where plain JavaScript does not do. */
import { divDecimal, modDecimal } from '../../../data/decimal.ts';
import { divLong, type Long, modLong } from '../../../data/integers.ts';
import { decimalDivisionByZero, divisionByZero } from './failures.ts';

/** Integer division of any width; fails for 0. */
export function checkedDiv(a: Long, b: Long): Long {
  return b === 0 ? divisionByZero() : divLong(a, b);
}

/** Integer remainder of any width; fails for 0. */
export function checkedMod(a: Long, b: Long): Long {
  return b === 0 ? divisionByZero() : modLong(a, b);
}

/** Decimal division; fails for 0. */
export function checkedDivDecimal(a: Long, sa: number, b: Long, sb: number, p: number, s: number): Long | null {
  return b === 0 ? decimalDivisionByZero(a === 0) : divDecimal(a, sa, b, sb, p, s);
}

/** Decimal remainder; fails for 0. */
export function checkedModDecimal(a: Long, sa: number, b: Long, sb: number, p: number, s: number): Long | null {
  return b === 0 ? decimalDivisionByZero(a === 0) : modDecimal(a, sa, b, sb, p, s);
}
