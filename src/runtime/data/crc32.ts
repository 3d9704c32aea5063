/**
 * Cyclic checksums of 32 bits, four bytes a step ("slicing by 4"). They find every single flipped byte and every burst
 * of up to 32 bits.
 */

/** Tables of a polynomial (bits reversed): the sum of a byte with none, one, two and three bytes behind it. */
type Tables = readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];

const CASTAGNOLI = makeTables(0x82f63b78);
const ISO_3309 = makeTables(0xedb88320);

/**
 * CRC-32C (Castagnoli) of `bytes`, going on from the sum `seed` of what came before: the sum of recordings, whose stores
 * drop damaged records in silence, and of Kafka's batches.
 */
export function crc32c(bytes: Uint8Array, seed = 0): number {
  return sumOf(CASTAGNOLI, bytes, seed);
}

/** CRC-32 of ISO 3309, as `java.util.zip.CRC32`. */
export function crc32(bytes: Uint8Array): number {
  return sumOf(ISO_3309, bytes, 0);
}

function sumOf([t0, t1, t2, t3]: Tables, bytes: Uint8Array, seed: number): number {
  let crc = ~seed;
  let at = 0;
  for (const end = bytes.length - 3; at < end; at += 4) {
    crc ^=
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24);
    crc =
      (t3[crc & 255] as number) ^
      (t2[(crc >>> 8) & 255] as number) ^
      (t1[(crc >>> 16) & 255] as number) ^
      (t0[crc >>> 24] as number);
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ (t0[(crc ^ (bytes[at] as number)) & 255] as number);
  return ~crc >>> 0;
}

function makeTables(polynomial: number): Tables {
  const first = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? polynomial : 0);
    first[byte] = crc;
  }
  const behind = (table: Uint32Array): Uint32Array => table.map((crc) => (crc >>> 8) ^ (first[crc & 255] as number));
  const second = behind(first);
  const third = behind(second);
  return [first, second, third, behind(third)];
}
