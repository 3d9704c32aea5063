/**
 * DOUBLE and FLOAT as Java prints and reads them: `1.0E7`, `100.0`, `NaN`. The digits are the shortest
 * that read back to the same value (Java 19 and JavaScript agree); only the layout differs.
 */

/** Java: `Double.toString`. */
export function doubleToString(x: number): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : x > 0 ? 'Infinity' : '-Infinity';
  if (x === 0) return Object.is(x, -0) ? '-0.0' : '0.0';
  const abs = Math.abs(x);
  // The usual range prints plainly in both languages; only the `.0` may be missing.
  if (abs >= 1e-3 && abs < 1e7) {
    const text = x.toString();
    return text.includes('.') ? text : `${text}.0`;
  }
  return layout(x.toExponential());
}

/** Java: `Float.toString`. `x` must be a FLOAT value (`Math.fround`). */
export function floatToString(x: number): string {
  if (!Number.isFinite(x) || x === 0) return doubleToString(x);
  const abs = Math.abs(x);
  const short = shortestFloat(x);
  if (abs >= 1e-3 && abs < 1e7) {
    const text = short.toString();
    return text.includes('.') ? text : `${text}.0`;
  }
  return layout(short.toExponential());
}

/** The DOUBLE with the fewest digits that rounds to the FLOAT `x`. A FLOAT needs at most 9 digits. */
function shortestFloat(x: number): number {
  for (let precision = 1; precision < 9; precision += 1) {
    const candidate = Number(x.toPrecision(precision));
    if (Math.fround(candidate) === x) return candidate;
  }
  return Number(x.toPrecision(9));
}

/** `1e+21` to `1.0E21`. */
function layout(exponential: string): string {
  const [mantissa = '', exponent = ''] = exponential.split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${exponent.startsWith('+') ? exponent.slice(1) : exponent}`;
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
