/**
 * Plain bytes: without a backslash and without control characters but line ends. In such text a quote always ends a
 * string, so whoever looks for one need not look at what is between.
 */

const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Whether bytes are plain. Four at a time: most of them are letters. */
export function isPlain(bytes: Uint8Array): boolean {
  let at = 0;
  const skew = bytes.byteOffset % 4;
  const head = skew === 0 ? 0 : Math.min(4 - skew, bytes.length);
  for (; at < head; at++) if (!isPlainByte(bytes, at)) return false;
  const wordCount = (bytes.length - head) >> 2;
  const words = wordCount === 0 ? null : new Int32Array(bytes.buffer, bytes.byteOffset + head, wordCount);
  for (let i = 0; i < wordCount; i++) {
    const word = (words as Int32Array)[i] as number;
    const other = word ^ 0x5c5c5c5c;
    // The highest bit of a byte is set where it is below 32, or a backslash; now and then where it is neither.
    const odd = (((word - 0x20202020) & ~word) | ((other - 0x01010101) & ~other)) & 0x80808080;
    if (odd === 0) continue;
    at = head + i * 4;
    for (let j = at; j < at + 4; j++) if (!isPlainByte(bytes, j)) return false;
  }
  for (at = head + wordCount * 4; at < bytes.length; at++) if (!isPlainByte(bytes, at)) return false;
  return true;
}

function isPlainByte(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] as number;
  if (byte >= 0x20) return byte !== BACKSLASH;
  if (byte === LINE_FEED) return true;
  return byte === CARRIAGE_RETURN && (at + 1 === bytes.length || bytes[at + 1] === LINE_FEED);
}

/**
 * The same text with characters of its own. A longer piece of a text is a view of the whole for V8, and a key in state
 * would keep a quarter of a megabyte of input alive.
 */
export function ownText(piece: string): string {
  return piece.length < 13 ? piece : ` ${piece}`.slice(1);
}
