/** Run-time side of the string functions. Positions and lengths count code points, from 1. */

const SURROGATE = /[\ud800-\udfff]/;

/** Code points of a text, only taken apart where it holds any beyond U+FFFF. */
function points(text: string): string | readonly string[] {
  return SURROGATE.test(text) ? Array.from(text) : text;
}

function slice(chars: string | readonly string[], start: number, end: number): string {
  return typeof chars === 'string' ? chars.slice(start, end) : chars.slice(start, end).join('');
}

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Half a surrogate pair is no UTF-8: Java writes `?` for it when a text that was cut there becomes bytes. */
export function wellFormed(text: string): string {
  return SURROGATE.test(text) ? text.replace(LONE, '?') : text;
}

/** CHAR_LENGTH. */
export function charLength(text: string): number {
  return points(text).length;
}

/** SUBSTRING. A position below 0 counts from the end; 0 is the start. `null` for a negative length. */
export function substring(text: string, position: number, length?: number): string | null {
  if (length !== undefined && length < 0) return null;
  const chars = points(text);
  const start = position > 0 ? position - 1 : position < 0 ? chars.length + position : 0;
  if (start < 0 || start >= chars.length) return '';
  return slice(chars, start, length === undefined ? chars.length : Math.min(chars.length, start + length));
}

/** LEFT. */
export function left(text: string, length: number): string {
  return length <= 0 ? '' : slice(points(text), 0, length);
}

/** RIGHT. */
export function right(text: string, length: number): string {
  if (length <= 0) return '';
  const chars = points(text);
  return slice(chars, Math.max(0, chars.length - length), chars.length);
}

/** REVERSE. */
export function reverse(text: string): string {
  return Array.from(text).reverse().join('');
}

/** REPEAT; longer than 100 million characters is refused, to keep the process alive. */
export function repeat(text: string, times: number): string {
  return times <= 0 ? '' : text.repeat(times);
}

/** LPAD and RPAD: `null` for a negative length or an empty pad. Lengths are UTF-16 units, as in Flink. */
export function pad(text: string, length: number, padding: string, side: 'left' | 'right'): string | null {
  if (length < 0 || padding === '') return null;
  if (text.length >= length) return text.slice(0, length);
  return side === 'left' ? text.padStart(length, padding) : text.padEnd(length, padding);
}

/** REPLACE. */
export function replace(text: string, search: string, replacement: string): string {
  return wellFormed(text.replaceAll(search, () => replacement));
}

/** INITCAP as Calcite has it: only ASCII letters and digits make words. */
export function initCap(text: string): string {
  let start = true;
  let out = '';
  for (const c of text) {
    const isLower = c >= 'a' && c <= 'z';
    const isUpper = c >= 'A' && c <= 'Z';
    if (isLower || isUpper) {
      out += start ? c.toUpperCase() : c.toLowerCase();
      start = false;
    } else {
      out += c;
      start = !(c >= '0' && c <= '9');
    }
  }
  return out;
}

/** TRIM, LTRIM, RTRIM, BTRIM: takes characters of a set away at the ends. */
export function trim(text: string, set: string, side: 'both' | 'leading' | 'trailing'): string {
  const chars = Array.from(text);
  const wanted = new Set(set);
  let [start, end] = [0, chars.length];
  if (side !== 'trailing') while (start < end && wanted.has(chars[start] ?? '')) start += 1;
  if (side !== 'leading') while (end > start && wanted.has(chars[end - 1] ?? '')) end -= 1;
  return chars.slice(start, end).join('');
}

/** Position of `needle` in `text` from `start` (1-based); 0 when absent. */
export function locate(needle: string, text: string, start = 1): number {
  if (start < 1) return 0;
  if (!SURROGATE.test(text)) return text.indexOf(needle, start - 1) + 1;
  const chars = Array.from(text);
  const offset = chars.slice(0, start - 1).join('').length;
  const index = text.indexOf(needle, offset);
  return index === -1 ? 0 : charLength(text.slice(0, index)) + 1;
}

/** INSTR with a start that may count from the end, and the n-th occurrence. */
export function instr(text: string, needle: string, start = 1, occurrence = 1): number {
  if (start === 0 || occurrence <= 0) return 0;
  const units = (count: number): number => slice(points(text), 0, count).length;
  let at = start > 0 ? units(start - 1) : units(charLength(text) + start);
  if (start < 0 && charLength(text) + start < 0) return 0;
  for (let i = 1; at >= 0; i += 1) {
    const index = start > 0 ? text.indexOf(needle, at) : text.lastIndexOf(needle, at);
    if (index === -1) return 0;
    if (i === occurrence) return charLength(text.slice(0, index)) + 1;
    at = start > 0 ? index + 1 : index - 1;
  }
  return 0;
}

/** OVERLAY(text PLACING other FROM start FOR length). */
export function overlay(text: string, other: string, start: number, length: number = other.length): string {
  if (start <= 0 || start > text.length) return text;
  const rest = start + length > text.length ? '' : text.slice(start - 1 + length);
  return wellFormed(text.slice(0, start - 1) + other + rest);
}

/** ASCII: the first UTF-8 byte as Java's signed byte; 0 for an empty text. */
export function ascii(text: string): number {
  const code = text.codePointAt(0);
  if (code === undefined) return 0;
  const first =
    code < 0x80 ? code : code < 0x800 ? 0xc0 | (code >> 6) : code < 0x10000 ? 0xe0 | (code >> 12) : 0xf0 | (code >> 18);
  return (first << 24) >> 24;
}

/** CHR: the character of the low byte; empty for a negative number. */
export function chr(code: number | bigint): string {
  return code < 0 ? '' : String.fromCharCode(Number(BigInt.asUintN(8, BigInt(code))));
}

/** CONCAT_WS: joins what is not NULL; `null` when the separator is. */
export function concatWs(separator: string | null, ...parts: readonly (string | null)[]): string | null {
  return separator === null ? null : parts.filter((p) => p !== null).join(separator);
}

/** SPLIT_INDEX: the n-th part from 0; `null` when there is none. */
export function splitIndex(text: string, separator: string | number, index: number): string | null {
  if (index < 0 || text === '') return null;
  if (typeof separator === 'number') {
    if (separator < 1 || separator > 255) return null;
    return text.split(String.fromCharCode(separator))[index] ?? null;
  }
  if (separator === '') return text.split(/\s/)[index] ?? null;
  return text.split(separator)[index] ?? null;
}

/** SPLIT: parts as an array, none for an empty text; an empty delimiter separates every UTF-16 unit. */
export function split(text: string, delimiter: string): readonly string[] {
  if (text === '') return [];
  return delimiter === '' ? text.split('').map(wellFormed) : text.split(delimiter);
}

/** TRANSLATE: characters of `from` become those of `to` at the same place, or vanish. */
export function translate(text: string, from: string | null, to: string | null): string {
  if (from === null || from === '') return text;
  const map = new Map<string, string>();
  const target = Array.from(to ?? '');
  Array.from(from).forEach((c, i) => {
    if (!map.has(c)) map.set(c, target[i] ?? '');
  });
  return Array.from(text, (c) => map.get(c) ?? c).join('');
}

/** IS_ALPHA: every character is a letter, and there is one. */
export function isAlpha(text: string | null): boolean {
  return text !== null && /^\p{L}+$/u.test(text);
}

/** IS_DIGIT: every character is a digit of some script, and there is one. */
export function isDigit(text: string | null): boolean {
  return text !== null && /^\p{Nd}+$/u.test(text);
}
