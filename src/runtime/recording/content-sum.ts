/**
 * A running sum of 128 bits over bytes, for what a run reads: it shows by accident changed files, at several
 * gigabytes a second in plain JavaScript. It is no cryptographic sum on purpose: who can change an input
 * file so that two sums are equal can also write the recording that lies beside it.
 *
 * Four lanes of 32 bits, each over every fourth word (the step of xxHash32), then mixed into each other. One
 * changed word always changes the sum; several are missed once in 2^32 when all lie in one lane, and less
 * often otherwise. The sum depends on the bytes and their order alone, not on how they were cut into pieces.
 */

/** Words of a step: one for each lane. */
const STEP_BYTES = 16;
const WORD_BYTES = 4;

/** Where bytes are moved to whose words do not lie on their own boundaries. Nobody waits while it is in use. */
const MOVED_BYTES = 16 * 1024;
const MOVED = new Uint8Array(MOVED_BYTES);
const MOVED_WORDS = new Int32Array(MOVED.buffer);

const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;

/** A file has a sum for each block of this size, so that what is read again is checked where it is read. */
export const CONTENT_BLOCK_BYTES = 1024 * 1024;

/** Bytes of a digest. */
export const CONTENT_SUM_BYTES = 16;

/** A sum that bytes are added to. */
export class ContentSum {
  /** A typed array: a field would box what has 32 bits. */
  readonly #lanes = Int32Array.of(P1, P2, P3, P4);
  #lengthBytes = 0;
  /** Bytes that do not fill a step yet. */
  readonly #rest = new Uint8Array(STEP_BYTES);
  #restCount = 0;

  /** Adds bytes. */
  update(bytes: Uint8Array): void {
    this.#lengthBytes += bytes.length;
    let at = 0;
    if (this.#restCount > 0) {
      at = Math.min(bytes.length, STEP_BYTES - this.#restCount);
      this.#rest.set(bytes.subarray(0, at), this.#restCount);
      this.#restCount += at;
      if (this.#restCount < STEP_BYTES) return;
      this.#restCount = 0;
      this.#steps(this.#rest, 0, STEP_BYTES);
    }
    const end = at + Math.floor((bytes.length - at) / STEP_BYTES) * STEP_BYTES;
    this.#steps(bytes, at, end);
    at = end;
    this.#rest.set(bytes.subarray(at));
    this.#restCount = bytes.length - at;
  }

  /** The sum of everything so far, 16 bytes; more may be added afterwards. */
  digest(): Uint8Array {
    let [a, b, c, d] = this.#lanes as unknown as [number, number, number, number];
    a ^= this.#lengthBytes;
    for (let i = 0; i < this.#restCount; i++) {
      const turned = rotated(a, 7) ^ (this.#rest[i] as number);
      a = b;
      b = c;
      c = d;
      d = Math.imul(turned, P3);
    }
    // Every bit of a lane comes into every other one.
    for (let round = 0; round < 4; round++) {
      a = Math.imul(a ^ (a >>> 15) ^ d, P2);
      b = Math.imul(b ^ (b >>> 13) ^ a, P3);
      c = Math.imul(c ^ (c >>> 16) ^ b, P1);
      d = Math.imul(d ^ (d >>> 14) ^ c, P4);
    }
    const sum = new Uint8Array(CONTENT_SUM_BYTES);
    const view = new DataView(sum.buffer);
    [a, b, c, d].forEach((lane, place) => {
      view.setInt32(4 * place, lane);
    });
    return sum;
  }

  /**
   * Words are read where they lie when they lie on their own boundaries. Pieces of a file that begin behind a
   * line end mostly do not: they are moved, a part at a time, because a copy of all would be new memory each time.
   */
  #steps(bytes: Uint8Array, from: number, to: number): void {
    const start = bytes.byteOffset + from;
    if (start % WORD_BYTES === 0) {
      this.#addWords(new Int32Array(bytes.buffer, start, (to - from) / WORD_BYTES));
      return;
    }
    for (let at = from; at < to; at += MOVED_BYTES) {
      const part = bytes.subarray(at, Math.min(to, at + MOVED_BYTES));
      MOVED.set(part);
      this.#addWords(part.length === MOVED_BYTES ? MOVED_WORDS : MOVED_WORDS.subarray(0, part.length / WORD_BYTES));
    }
  }

  #addWords(words: Int32Array): void {
    // They stand here because bundlers make variables of constants of a module, and a variable is read and
    // checked again at each step: that would take four times as long.
    const p1 = P1 | 0;
    const p2 = P2 | 0;
    const p3 = P3 | 0;
    const p4 = P4 | 0;
    const lanes = this.#lanes;
    let a = lanes[0] as number;
    let b = lanes[1] as number;
    let c = lanes[2] as number;
    let d = lanes[3] as number;
    for (let at = 3; at < words.length; at += 4) {
      a = (a + Math.imul(words[at - 3] as number, p2)) | 0;
      a = Math.imul((a << 13) | (a >>> 19), p1);
      b = (b + Math.imul(words[at - 2] as number, p3)) | 0;
      b = Math.imul((b << 13) | (b >>> 19), p2);
      c = (c + Math.imul(words[at - 1] as number, p4)) | 0;
      c = Math.imul((c << 13) | (c >>> 19), p3);
      d = (d + Math.imul(words[at] as number, p1)) | 0;
      d = Math.imul((d << 13) | (d >>> 19), p4);
    }
    lanes[0] = a;
    lanes[1] = b;
    lanes[2] = c;
    lanes[3] = d;
  }
}

function rotated(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** A digest as text. */
export function sumText(sum: Uint8Array): string {
  return Array.from(sum, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
