/**
 * Compressed batches of records. All that brokers store can be read, Zstandard as far as Node knows it (22.15 and
 * later); written is gzip and snappy. Java: `org.apache.kafka.common.compress`.
 */
import * as zlib from 'node:zlib';
import { compress, uncompress } from 'snappyjs';

/** How a batch is compressed: the lowest three bits of its attributes. */
export const COMPRESSION = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** Bytes of one batch that is unpacked: a small one that claims more is damaged, or an attack. */
const UNPACKED_BYTES_MAX = 256 * 1024 * 1024;

/** Bytes that cannot be unpacked. */
export class CompressionError extends Error {}

/** The records of a batch as they were before. */
export function unpack(kind: number, bytes: Buffer): Buffer {
  switch (kind) {
    case COMPRESSION.gzip:
      return zlib.gunzipSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
    case COMPRESSION.snappy:
      return unpackSnappy(bytes);
    case COMPRESSION.lz4:
      return unpackLz4(bytes);
    case COMPRESSION.zstd:
      return unpackZstd(bytes);
    default:
      throw new CompressionError(`there is no compression of the kind ${kind}`);
  }
}

/** The records of a batch, smaller. */
export function pack(kind: number, bytes: Buffer): Buffer {
  switch (kind) {
    case COMPRESSION.gzip:
      return zlib.gzipSync(bytes, { level: 1 });
    case COMPRESSION.snappy:
      return packSnappy(bytes);
    default:
      throw new CompressionError(`records are not compressed by the kind ${kind} here`);
  }
}

/** Node's own, where there is one; the types of the oldest Node that we run on do not know it. */
function unpackZstd(bytes: Buffer): Buffer {
  const { zstdDecompressSync } = zlib as {
    readonly zstdDecompressSync?: (bytes: Buffer, options: { readonly maxOutputLength: number }) => Buffer;
  };
  if (zstdDecompressSync === undefined)
    throw new CompressionError(
      `it is compressed by Zstandard, which Node ${process.versions.node} cannot read: use Node 22.15 or later, or set 'compression.type' of the topic to gzip, snappy or lz4`,
    );
  return zstdDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
}

/** Java's clients put blocks into a frame of their own: a magic number, two versions, then blocks with their lengths. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEAD_BYTES = 16;
const SNAPPY_BLOCK_BYTES = 32 * 1024;

function unpackSnappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return Buffer.from(uncompress(bytes, UNPACKED_BYTES_MAX));
  const blocks: Uint8Array[] = [];
  let at = XERIAL_HEAD_BYTES;
  while (at + 4 <= bytes.length) {
    const length = bytes.readInt32BE(at);
    if (length < 0 || at + 4 + length > bytes.length) throw new CompressionError('a block of snappy is cut off');
    blocks.push(uncompress(bytes.subarray(at + 4, at + 4 + length), UNPACKED_BYTES_MAX));
    at += 4 + length;
  }
  return Buffer.concat(blocks);
}

function packSnappy(bytes: Buffer): Buffer {
  const head = Buffer.alloc(XERIAL_HEAD_BYTES);
  XERIAL.copy(head);
  head.writeInt32BE(1, 8);
  head.writeInt32BE(1, 12);
  const parts: Uint8Array[] = [head];
  for (let at = 0; at < bytes.length; at += SNAPPY_BLOCK_BYTES) {
    const block = compress(bytes.subarray(at, at + SNAPPY_BLOCK_BYTES));
    const length = Buffer.alloc(4);
    length.writeInt32BE(block.length);
    parts.push(length, block);
  }
  return Buffer.concat(parts);
}

const LZ4_MAGIC = 0x184d2204;
const LZ4_STORED = 0x80000000;

/** A frame of LZ4. Its sums are not checked: the broker has checked them when it took the batch. */
function unpackLz4(bytes: Buffer): Buffer {
  if (bytes.length < 7 || bytes.readUInt32LE(0) !== LZ4_MAGIC) throw new CompressionError('this is no frame of LZ4');
  const flags = bytes[4] as number;
  const hasBlockSums = (flags & 0x10) !== 0;
  let at = 6 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4) + 1;
  let out: Buffer = Buffer.alloc(Math.max(1024, bytes.length * 4));
  let length = 0;
  while (at + 4 <= bytes.length) {
    const head = bytes.readUInt32LE(at);
    at += 4;
    if (head === 0) break;
    const size = (head & ~LZ4_STORED) >>> 0;
    if (at + size > bytes.length) throw new CompressionError('a block of LZ4 is cut off');
    const block = bytes.subarray(at, at + size);
    if ((head & LZ4_STORED) !== 0) {
      out = withRoom(out, length, size);
      block.copy(out, length);
      length += size;
    } else {
      // Blocks may refer to what stands before them: all are unpacked into one place.
      [out, length] = unpackLz4Block(block, out, length);
    }
    at += size + (hasBlockSums ? 4 : 0);
  }
  return out.subarray(0, length);
}

function unpackLz4Block(block: Buffer, target: Buffer, start: number): [out: Buffer, length: number] {
  let out = target;
  let length = start;
  let at = 0;
  const count = (nibble: number): number => {
    let all = nibble;
    if (nibble !== 15) return all;
    for (;;) {
      const more = block[at++];
      if (more === undefined) throw new CompressionError('a block of LZ4 is cut off');
      all += more;
      if (more !== 255) return all;
    }
  };
  while (at < block.length) {
    const token = block[at++] as number;
    const literals = count(token >>> 4);
    if (at + literals > block.length) throw new CompressionError('a block of LZ4 is cut off');
    out = withRoom(out, length, literals);
    block.copy(out, length, at, at + literals);
    at += literals;
    length += literals;
    // The last sequence is literals alone.
    if (at >= block.length) break;
    if (at + 2 > block.length) throw new CompressionError('a block of LZ4 is cut off');
    const distance = block.readUInt16LE(at);
    at += 2;
    const matched = count(token & 15) + 4;
    if (distance === 0 || distance > length) throw new CompressionError('a block of LZ4 refers to nothing');
    out = withRoom(out, length, matched);
    // Byte by byte: a match may overlap what it makes.
    for (let i = 0; i < matched; i++, length++) out[length] = out[length - distance] as number;
  }
  return [out, length];
}

function withRoom(out: Buffer, length: number, more: number): Buffer {
  if (length + more <= out.length) return out;
  if (length + more > UNPACKED_BYTES_MAX) throw new CompressionError('a batch is larger than it may be');
  const larger = Buffer.alloc(Math.min(UNPACKED_BYTES_MAX, Math.max(out.length * 2, length + more)));
  out.copy(larger, 0, 0, length);
  return larger;
}
