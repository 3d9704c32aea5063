/**
 * Casts to texts and bytes. CHAR(n) and BINARY(n) pad, all limited types cut. Lengths of texts count
 * code points. Flink: `CharVarCharTrimPadCastRule`, `BinaryToBinaryCastRule`.
 */
import { utf8Encode } from '../bytes.ts';
import { formatValue } from '../format-value.ts';
import { LENGTH_MAX, type LogicalType } from '../logical-type.ts';
import { isBinary, isCharacter } from '../type-families.ts';
import type { CastFunction } from './cast-function.ts';

/** Cast from `from` to CHAR or VARCHAR. */
export function castToCharacter(from: LogicalType, to: LogicalType & { readonly length: number }): CastFunction {
  const limit = fitText(to);
  if (isCharacter(from)) {
    const fits =
      from.length <= to.length && (to.kind === 'VARCHAR' || (from.kind === 'CHAR' && from.length === to.length));
    return fits ? (value) => value : (value) => limit(value as string);
  }
  return (value, zone) => limit(formatValue(value, from, zone) ?? '');
}

function fitText(to: LogicalType & { readonly length: number }): (text: string) => string {
  const { length } = to;
  if (length === LENGTH_MAX) return (text) => text;
  return to.kind === 'CHAR' ? (text) => padText(cutText(text, length), length) : (text) => cutText(text, length);
}

/** The first `length` code points. */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  for (let count = 0; count < length && end < text.length; count += 1) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return text.slice(0, end);
}

function padText(text: string, length: number): string {
  if (text.length >= length * 2) return text;
  let count = 0;
  for (const _ of text) count += 1;
  return count < length ? text + ' '.repeat(length - count) : text;
}

/** Cast from `from` to BINARY or VARBINARY; `undefined` when there is none. */
export function castToBinary(
  from: LogicalType,
  to: LogicalType & { readonly length: number },
): CastFunction | undefined {
  const limit = fitBytes(to);
  if (isBinary(from)) return (value) => limit(value as Uint8Array);
  if (isCharacter(from)) return (value) => limit(utf8Encode(value as string));
  return undefined;
}

function fitBytes(to: LogicalType & { readonly length: number }): (bytes: Uint8Array) => Uint8Array {
  const { length } = to;
  if (to.kind === 'VARBINARY') return (bytes) => (bytes.length > length ? bytes.slice(0, length) : bytes);
  return (bytes) => {
    if (bytes.length === length) return bytes;
    const padded = new Uint8Array(length);
    padded.set(bytes.subarray(0, length));
    return padded;
  };
}
