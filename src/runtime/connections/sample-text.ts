/** Bytes of records as somebody reads them. */
import { decodeUtf8 } from '../base/utf8.ts';
import { textOf } from './propose-schema.ts';

/** Ways to read them. `auto`: the first of json, text and hex that fits. */
export const SHOWN_AS = ['auto', 'json', 'csv', 'text', 'hex'] as const;
/** One of them. */
export type ShownAs = (typeof SHOWN_AS)[number];

/** Bytes of a row of the hex view. */
const HEX_ROW = 16;

/** Bytes in one line, for a table. */
export function lineOf(bytes: Uint8Array | null, as: ShownAs): string {
  if (bytes === null) return 'NULL';
  if (as === 'hex') return hexDigits(bytes.subarray(0, 64));
  return readable(bytes, as)?.replace(/\s+/g, ' ') ?? hexDigits(bytes.subarray(0, 64));
}

/** Bytes in several lines, for looking at one record. JSON gets indents, csv a line for each value, hex its characters. */
export function blockOf(bytes: Uint8Array | null, as: ShownAs): string {
  if (bytes === null) return 'NULL';
  const text = as === 'hex' ? null : readable(bytes, as);
  if (text === null) return hexDump(bytes);
  if (as === 'csv') return text.split(/[,;\t|]/).join('\n');
  if (as === 'text') return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Text that bytes are; null: they are none, and somebody who did not insist on text sees hex digits. */
function readable(bytes: Uint8Array, as: ShownAs): string | null {
  return as === 'auto' ? textOf(bytes) : decodeUtf8(bytes);
}

function hexDigits(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += HEX_ROW) {
    const row = bytes.subarray(at, at + HEX_ROW);
    const characters = [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`${at.toString(16).padStart(4, '0')}  ${hexDigits(row).padEnd(HEX_ROW * 3 - 1)}  ${characters}`);
  }
  return rows.join('\n');
}
