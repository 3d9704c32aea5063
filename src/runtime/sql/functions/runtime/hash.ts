/** MD5, SHA-1 and SHA-2 over bytes, as lower-case hex. Written out, because this room has no platform. */
import { bytesToHex } from '../../../data/bytes.ts';

/** Message blocks: the bytes, a 1 bit, zeros, and the bit length at the end. */
function padded(bytes: Uint8Array, blockBytes: number, lengthBytes: number, littleEndian: boolean): Uint8Array {
  const total = Math.ceil((bytes.length + 1 + lengthBytes) / blockBytes) * blockBytes;
  const out = new Uint8Array(total);
  out.set(bytes);
  out[bytes.length] = 0x80;
  const view = new DataView(out.buffer);
  const bits = BigInt(bytes.length) * 8n;
  view.setBigUint64(total - 8, bits, littleEndian);
  return out;
}

const rotateLeft = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const rotateRight = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

const MD5_SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const MD5_TABLE = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

/** MD5. */
export function md5(bytes: Uint8Array): string {
  const message = padded(bytes, 64, 8, true);
  const view = new DataView(message.buffer);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let block = 0; block < message.length; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let i = 0; i < 64; i += 1) {
      const round = i >> 4;
      const f =
        round === 0 ? (b & c) | (~b & d) : round === 1 ? (d & b) | (~d & c) : round === 2 ? b ^ c ^ d : c ^ (b | ~d);
      const word = round === 0 ? i : round === 1 ? (5 * i + 1) & 15 : round === 2 ? (3 * i + 5) & 15 : (7 * i) & 15;
      const sum = (a + f + (MD5_TABLE[i] ?? 0) + view.getInt32(block + word * 4, true)) | 0;
      [a, d, c, b] = [d, c, b, (b + rotateLeft(sum, MD5_SHIFTS[round * 4 + (i & 3)] ?? 0)) | 0];
    }
    [a, b, c, d].forEach((v, i) => {
      state[i] = ((state[i] ?? 0) + v) | 0;
    });
  }
  return digest32(state, 16, true);
}

function digest32(state: readonly number[], length: number, littleEndian: boolean): string {
  const out = new DataView(new ArrayBuffer(state.length * 4));
  state.forEach((v, i) => {
    out.setInt32(i * 4, v, littleEndian);
  });
  return bytesToHex(new Uint8Array(out.buffer, 0, length));
}

/** SHA-1. */
export function sha1(bytes: Uint8Array): string {
  const message = padded(bytes, 64, 8, false);
  const view = new DataView(message.buffer);
  const state = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0];
  const w = new Int32Array(80);
  for (let block = 0; block < message.length; block += 64) {
    for (let i = 0; i < 80; i += 1) {
      w[i] =
        i < 16
          ? view.getInt32(block + i * 4)
          : rotateLeft((w[i - 3] ?? 0) ^ (w[i - 8] ?? 0) ^ (w[i - 14] ?? 0) ^ (w[i - 16] ?? 0), 1);
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i += 1) {
      const round = Math.floor(i / 20);
      const f = round === 0 ? (b & c) | (~b & d) : round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const k = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc | 0, 0xca62c1d6 | 0][round] ?? 0;
      [a, b, c, d, e] = [(rotateLeft(a, 5) + f + e + k + (w[i] ?? 0)) | 0, a, rotateLeft(b, 30), c, d];
    }
    [a, b, c, d, e].forEach((v, i) => {
      state[i] = ((state[i] ?? 0) + v) | 0;
    });
  }
  return digest32(state, 20, false);
}

/** The first primes: their roots make the constants of SHA-2. */
const PRIMES = ((): readonly number[] => {
  const primes: number[] = [];
  for (let n = 2; primes.length < 80; n += 1) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes;
})();

/** The first 64 bits after the point of the square (2) or cube (3) root of `n`. */
function rootBits(n: number, power: 2 | 3): bigint {
  const target = BigInt(n) << BigInt(64 * power);
  let low = 0n;
  let high = 1n << 72n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** BigInt(power) <= target) low = middle;
    else high = middle;
  }
  return low & ((1n << 64n) - 1n);
}

const K64 = PRIMES.map((p) => rootBits(p, 3));
const K32 = K64.slice(0, 64).map((k) => Number(k >> 32n) | 0);
const SQUARE_ROOTS = PRIMES.slice(0, 16).map((p) => rootBits(p, 2));
const H256 = SQUARE_ROOTS.slice(0, 8).map((h) => Number(h >> 32n) | 0);
/** SHA-224 starts from the second 32 bits of the roots of the 9th to 16th prime. */
const H224 = SQUARE_ROOTS.slice(8).map((h) => Number(h & 0xffffffffn) | 0);

function sha32(bytes: Uint8Array, initial: readonly number[], length: number): string {
  const message = padded(bytes, 64, 8, false);
  const view = new DataView(message.buffer);
  const state = [...initial];
  const w = new Int32Array(64);
  for (let block = 0; block < message.length; block += 64) {
    for (let i = 0; i < 64; i += 1) {
      if (i < 16) {
        w[i] = view.getInt32(block + i * 4);
        continue;
      }
      const [x, y] = [w[i - 15] ?? 0, w[i - 2] ?? 0];
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (K32[i] ?? 0) + (w[i] ?? 0)) | 0;
      const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((v, i) => {
      state[i] = ((state[i] ?? 0) + v) | 0;
    });
  }
  return digest32(state, length, false);
}

const MASK64 = (1n << 64n) - 1n;
const rotate64 = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & MASK64;

function sha64(bytes: Uint8Array, initial: readonly bigint[], length: number): string {
  const message = padded(bytes, 128, 16, false);
  const view = new DataView(message.buffer);
  const state = [...initial];
  for (let block = 0; block < message.length; block += 128) {
    const w: bigint[] = [];
    for (let i = 0; i < 80; i += 1) {
      if (i < 16) {
        w.push(view.getBigUint64(block + i * 8));
        continue;
      }
      const [x, y] = [w[i - 15] ?? 0n, w[i - 2] ?? 0n];
      const s0 = rotate64(x, 1n) ^ rotate64(x, 8n) ^ (x >> 7n);
      const s1 = rotate64(y, 19n) ^ rotate64(y, 61n) ^ (y >> 6n);
      w.push(((w[i - 16] ?? 0n) + s0 + (w[i - 7] ?? 0n) + s1) & MASK64);
    }
    let [a = 0n, b = 0n, c = 0n, d = 0n, e = 0n, f = 0n, g = 0n, h = 0n] = state;
    for (let i = 0; i < 80; i += 1) {
      const s1 = rotate64(e, 14n) ^ rotate64(e, 18n) ^ rotate64(e, 41n);
      const t1 = (h + s1 + ((e & f) ^ (~e & MASK64 & g)) + (K64[i] ?? 0n) + (w[i] ?? 0n)) & MASK64;
      const s0 = rotate64(a, 28n) ^ rotate64(a, 34n) ^ rotate64(a, 39n);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) & MASK64;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK64, c, b, a, (t1 + t2) & MASK64];
    }
    [a, b, c, d, e, f, g, h].forEach((v, i) => {
      state[i] = ((state[i] ?? 0n) + v) & MASK64;
    });
  }
  return state
    .map((v) => v.toString(16).padStart(16, '0'))
    .join('')
    .slice(0, length * 2);
}

/** SHA-224, SHA-256, SHA-384 or SHA-512; `undefined` for other lengths. */
export function sha2(bytes: Uint8Array, bits: number): string | undefined {
  switch (bits) {
    case 224:
      return sha32(bytes, H224, 28);
    case 256:
      return sha32(bytes, H256, 32);
    case 384:
      return sha64(bytes, SQUARE_ROOTS.slice(8), 48);
    case 512:
      return sha64(bytes, SQUARE_ROOTS.slice(0, 8), 64);
    default:
      return undefined;
  }
}
