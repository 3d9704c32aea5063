/**
 * DOUBLE and FLOAT as Java (before 19) prints and reads them: `1.0E7`, `100.0`, `NaN`. Plain numbers
 * have the fewest digits that read back, as in JavaScript. In the form with an exponent Java's older
 * algorithm may give more: it wants two digits at least, and it rounds whole numbers by a rule of its
 * own (2147483648 as FLOAT is 2.14748365E9). Java: `jdk.internal.math.FloatingDecimal`.
 */

/** Java: `Double.toString`. */
export function doubleToString(x: number): string {
  return toJavaText(x, 53);
}

/** Java: `Float.toString`. `x` must be a FLOAT value (`Math.fround`). */
export function floatToString(x: number): string {
  return toJavaText(x, 24);
}

function toJavaText(x: number, significantBits: 24 | 53): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  const abs = Math.abs(x);
  const isPlain = abs >= 1e-3 && abs < 1e7;
  if (isPlain && significantBits === 53) {
    const text = x.toString();
    return text.includes('.') ? text : `${text}.0`;
  }
  const { digits, exponent } = javaDigits(abs, significantBits);
  const sign = x < 0 ? '-' : '';
  if (isPlain) return sign + plainLayout(digits, exponent);
  return `${sign}${digits[0]}.${digits.length > 1 ? digits.slice(1) : '0'}E${exponent}`;
}

function plainLayout(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}

const bits = new DataView(new ArrayBuffer(8));
const FRACTION_MASK = (1n << 52n) - 1n;

/** Decimal digits of a positive number: value = d.ddd × 10^exponent. */
interface Digits {
  readonly digits: string;
  readonly exponent: number;
}

function javaDigits(x: number, significantBits: 24 | 53): Digits {
  bits.setFloat64(0, x);
  const raw = bits.getBigUint64(0);
  let binExp = Number(raw >> 52n) - 1023;
  let fraction = raw & FRACTION_MASK;
  let significant: number = significantBits;
  if (binExp === -1023) {
    // Subnormal: shift until the leading bit stands where a normal number has it.
    const shift = 53 - fraction.toString(2).length;
    fraction <<= BigInt(shift);
    binExp = -1022 - shift;
    significant -= shift;
  } else {
    fraction |= 1n << 52n;
  }
  if (significantBits === 24 && binExp < -126) significant -= -126 - binExp;
  let tailZeros = 0;
  while (((fraction >> BigInt(tailZeros)) & 1n) === 0n) tailZeros += 1;
  const fractionBits = 53 - tailZeros;
  const tinyBits = Math.max(0, fractionBits - binExp - 1);
  if (tinyBits === 0 && binExp <= 62)
    return wholeDigits(BigInt(x), binExp > significant ? binExp - significant - 1 : 0);
  return generatedDigits({ fraction: fraction >> BigInt(tailZeros), binExp, fractionBits, tinyBits, significant });
}

/** A whole number: digits that its bits cannot tell apart are rounded away. */
function wholeDigits(value: bigint, excessBits: number): Digits {
  const drop = excessBits > 1 ? Math.floor(excessBits * Math.log10(2)) : 0;
  const unit = 10n ** BigInt(drop);
  const rounded = drop === 0 ? value : value / unit + (value % unit >= unit / 2n ? 1n : 0n);
  const text = rounded.toString();
  return { digits: text.replace(/0+$/, '') || '0', exponent: text.length - 1 + drop };
}

/** A number as `fraction` × 2^…, in the terms of `FloatingDecimal.dtoa`. */
interface Scaled {
  readonly fraction: bigint;
  readonly binExp: number;
  readonly fractionBits: number;
  readonly tinyBits: number;
  readonly significant: number;
}

/** Digit by digit, until the rest is within half a unit in the last place (Steele and White). */
function generatedDigits(n: Scaled): Digits {
  const mantissa = Number(n.fraction) / 2 ** (n.fractionBits - 1);
  let exponent = Math.floor((mantissa - 1.5) * 0.289529654 + 0.176091259 + n.binExp * 0.301029995663981);
  const b5 = Math.max(0, -exponent);
  let b2 = b5 + n.tinyBits + n.binExp;
  const s5 = Math.max(0, exponent);
  let s2 = s5 + n.tinyBits;
  let m2 = b2 - n.significant;
  b2 -= n.fractionBits - 1;
  const common = Math.min(b2, s2);
  b2 -= common;
  s2 -= common;
  m2 -= common;
  // Below an exact power of two the next number is only half as far away.
  if (n.fractionBits === 1) m2 -= 1;
  if (m2 < 0) {
    b2 -= m2;
    s2 -= m2;
    m2 = 0;
  }
  const five = 5n ** BigInt(b5);
  let b = (n.fraction * five) << BigInt(b2);
  const s = (5n ** BigInt(s5)) << BigInt(s2);
  let m = five << BigInt(m2);
  const tens = s * 10n;
  let digits = '';
  let [low, high] = [false, false];
  const step = (): bigint => {
    const q = b / s;
    b = 10n * (b % s);
    m *= 10n;
    low = b < m;
    high = b + m > tens;
    return q;
  };
  const first = step();
  if (first === 0n && !high) exponent -= 1;
  else digits += first;
  if (exponent < -3 || exponent >= 8) [low, high] = [false, false];
  while (!low && !high) digits += step();
  const half = 2n * b - tens;
  const odd = Number(digits[digits.length - 1]) % 2 === 1;
  if (high && (!low || half > 0n || (half === 0n && odd))) {
    const rounded = (BigInt(digits) + 1n).toString();
    if (rounded.length > digits.length) exponent += 1;
    digits = rounded;
  }
  return { digits: digits.replace(/0+$/, '') || '0', exponent };
}

const DOUBLE_TEXT = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;
const HEX_DOUBLE = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?\d+)[fFdD]?$/;

/** Reads what Java's `Double.parseDouble` reads (blanks around are cut); `undefined` for anything else. */
export function parseDouble(text: string): number | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java's trim cuts everything up to U+0020
  const trimmed = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
  if (DOUBLE_TEXT.test(trimmed)) {
    return Number(trimmed.endsWith('y') || trimmed.endsWith('N') ? trimmed : trimmed.replace(/[fFdD]$/, ''));
  }
  const hex = HEX_DOUBLE.exec(trimmed);
  if (hex === null || (hex[2] === '' && hex[3] === '')) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex;
  const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}
