/** Character sets, base64 and URL encoding. */

import { RunError } from '../../../base/diagnostic.ts';
import { utf8Decode, utf8Encode } from '../../../data/bytes.ts';

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** TO_BASE64 of bytes. */
export function bytesToBase64(bytes: Uint8Array): string {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b, c] = [bytes[i], bytes[i + 1], bytes[i + 2]];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    out += BASE64[(bits >> 18) & 63] ?? '';
    out += BASE64[(bits >> 12) & 63] ?? '';
    out += b === undefined ? '=' : (BASE64[(bits >> 6) & 63] ?? '');
    out += c === undefined ? '=' : (BASE64[bits & 63] ?? '');
  }
  return out;
}

/** TO_BASE64 of a text. */
export function toBase64(text: string): string {
  return bytesToBase64(utf8Encode(text));
}

/** FROM_BASE64; fails for a text that is none, as Java's decoder. */
export function fromBase64(text: string): string {
  const clean = text.replace(/=+$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const c of clean) {
    const value = BASE64.indexOf(c);
    if (value === -1)
      throw new RunError(
        'run/bad-base64',
        `Illegal base64 character ${(c.codePointAt(0) ?? 0).toString(16)}`,
        'java.lang.IllegalArgumentException',
      );
    bits = (bits << 6) | value;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push((bits >> count) & 0xff);
    }
  }
  return utf8Decode(Uint8Array.from(bytes));
}

function unsupported(charset: string): never {
  throw new RunError('run/bad-charset', `Unsupported encoding: ${charset}`, 'java.io.UnsupportedEncodingException');
}

/** ENCODE. */
export function encode(text: string, charset: string): Uint8Array {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
    case 'UTF8':
      return utf8Encode(text);
    case 'US-ASCII':
    case 'ASCII':
      return singleBytes(text, 0x7f);
    case 'ISO-8859-1':
      return singleBytes(text, 0xff);
    case 'UTF-16BE':
      return utf16(text, false, false);
    case 'UTF-16LE':
      return utf16(text, true, false);
    case 'UTF-16':
      return utf16(text, false, true);
    default:
      return unsupported(charset);
  }
}

function singleBytes(text: string, max: number): Uint8Array {
  return Uint8Array.from(Array.from(text, (c) => ((c.codePointAt(0) ?? 0) <= max ? (c.codePointAt(0) ?? 0) : 0x3f)));
}

function utf16(text: string, littleEndian: boolean, mark: boolean): Uint8Array {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  const all = mark && text !== '' ? [0xfeff, ...units] : units;
  const view = new DataView(new ArrayBuffer(all.length * 2));
  all.forEach((unit, i) => {
    view.setUint16(i * 2, unit, littleEndian);
  });
  return new Uint8Array(view.buffer);
}

/** DECODE. */
export function decode(bytes: Uint8Array, charset: string): string {
  switch (charset.toUpperCase()) {
    case 'UTF-8':
    case 'UTF8':
      return utf8Decode(bytes);
    case 'US-ASCII':
    case 'ASCII':
      return Array.from(bytes, (b) => (b < 0x80 ? String.fromCharCode(b) : '\ufffd')).join('');
    case 'ISO-8859-1':
      return Array.from(bytes, (b) => String.fromCharCode(b)).join('');
    case 'UTF-16BE':
      return fromUtf16(bytes, false);
    case 'UTF-16LE':
      return fromUtf16(bytes, true);
    case 'UTF-16': {
      const little = bytes[0] === 0xff && bytes[1] === 0xfe;
      const marked = little || (bytes[0] === 0xfe && bytes[1] === 0xff);
      return fromUtf16(marked ? bytes.slice(2) : bytes, little);
    }
    default:
      return unsupported(charset);
  }
}

function fromUtf16(bytes: Uint8Array, littleEndian: boolean): string {
  let out = '';
  for (let i = 0; i + 1 < bytes.length; i += 2) {
    const [a, b] = [bytes[i] ?? 0, bytes[i + 1] ?? 0];
    out += String.fromCharCode(littleEndian ? a | (b << 8) : (a << 8) | b);
  }
  return bytes.length % 2 === 1 ? `${out}\ufffd` : out;
}

/** URL_ENCODE: Java's `URLEncoder`. */
export function urlEncode(text: string): string {
  let out = '';
  for (const byte of utf8Encode(text)) {
    const c = String.fromCharCode(byte);
    if (/[A-Za-z0-9.*_-]/.test(c)) out += c;
    else out += byte === 0x20 ? '+' : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** URL_DECODE: Java's `URLDecoder`; `null` for a broken escape. */
export function urlDecode(text: string): string | null {
  let out = '';
  for (let i = 0; i < text.length; ) {
    const c = text[i] ?? '';
    if (c !== '%') {
      out += c === '+' ? ' ' : c;
      i += 1;
      continue;
    }
    const bytes: number[] = [];
    while (text[i] === '%') {
      const hex = text.slice(i + 1, i + 3);
      if (!/^[0-9a-fA-F]{2}$/.test(hex)) return null;
      bytes.push(Number.parseInt(hex, 16));
      i += 3;
    }
    out += utf8Decode(Uint8Array.from(bytes));
  }
  return out;
}

const URL_PARTS = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/;

/** PARSE_URL: a part of a URL, or a value of its query; `null` when absent or no URL. */
export function parseUrl(url: string, part: string, key?: string): string | null {
  const match = URL_PARTS.exec(url);
  if (match === null) return null;
  const [, protocol = '', authority, path = '', query, ref] = match;
  const at = authority?.lastIndexOf('@') ?? -1;
  const userInfo = at === -1 ? null : (authority?.slice(0, at) ?? null);
  const host = (authority ?? '').slice(at + 1).replace(/:\d*$/, '');
  if (key !== undefined) {
    if (part !== 'QUERY' || query === undefined) return null;
    const found = new RegExp(`(?:&|^)${key.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')}=([^&]*)`).exec(query);
    return found?.[1] ?? null;
  }
  switch (part) {
    case 'HOST':
      return host;
    case 'PATH':
      return path;
    case 'QUERY':
      return query ?? null;
    case 'REF':
      return ref ?? null;
    case 'PROTOCOL':
      return protocol;
    case 'AUTHORITY':
      return authority ?? null;
    case 'FILE':
      return query === undefined ? path : `${path}?${query}`;
    case 'USERINFO':
      return userInfo;
    default:
      return null;
  }
}

/** UNHEX: of an odd number of digits the first is lost and a zero byte stands in front, as in Flink; `null` for anything that is no hex digit. */
export function unhex(text: string): Uint8Array | null {
  if (!/^[0-9a-fA-F]*$/.test(text)) return null;
  const digits = text.length % 2 === 0 ? text : `00${text.slice(1)}`;
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}
