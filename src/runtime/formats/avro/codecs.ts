/** How the blocks of a container file are compressed. Specification: Apache Avro 1.11, "Required Codecs". */
/// <reference path="./snappyjs.d.ts" />
import { deflateSync, Inflate } from 'fflate';
import { compress, uncompress } from 'snappyjs';
import { err, ok, type Result } from '../../base/result.ts';
import { crc32 } from '../../data/crc32.ts';

/** A block may not grow beyond this: a small file must not fill the memory. */
const BLOCK_BYTES_MAX = 256 * 1024 * 1024;

/** Packs and unpacks blocks. */
export interface AvroCodec {
  pack(bytes: Uint8Array): Uint8Array;
  /** The failure says what is wrong with the block. */
  unpack(bytes: Uint8Array): Result<Uint8Array, string>;
}

const tooLarge = err('a block is larger than 256 MB');

const CODECS: Readonly<Record<string, AvroCodec>> = {
  null: { pack: (bytes) => bytes, unpack: (bytes) => ok(bytes) },
  deflate: { pack: (bytes) => deflateSync(bytes), unpack: inflate },
  snappy: {
    pack(bytes) {
      const packed = compress(bytes);
      const whole = new Uint8Array(packed.length + 4);
      whole.set(packed);
      new DataView(whole.buffer).setUint32(packed.length, crc32(bytes));
      return whole;
    },
    unpack(bytes) {
      if (bytes.length < 4) return err('a block ends too early');
      let unpacked: Uint8Array;
      try {
        unpacked = uncompress(bytes.subarray(0, bytes.length - 4), BLOCK_BYTES_MAX);
      } catch (error) {
        return err(error instanceof Error ? error.message : String(error));
      }
      const sum = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 4, 4).getUint32(0);
      return sum === crc32(unpacked) ? ok(unpacked) : err('the checksum of a block is wrong');
    },
  },
};

/** Names of the codecs that are known. */
export const AVRO_CODECS: readonly string[] = Object.keys(CODECS);

/** A codec by its name in a file's header. */
export function avroCodec(name: string): AvroCodec | undefined {
  return Object.hasOwn(CODECS, name) ? CODECS[name] : undefined;
}

function inflate(bytes: Uint8Array): Result<Uint8Array, string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let isWhole = false;
  const stream = new Inflate((part, isLast) => {
    size += part.length;
    if (size > BLOCK_BYTES_MAX) throw new BlockTooLarge();
    parts.push(part);
    isWhole = isLast;
  });
  try {
    stream.push(bytes, true);
  } catch (error) {
    if (error instanceof BlockTooLarge) return tooLarge;
    return err(error instanceof Error ? error.message : String(error));
  }
  if (!isWhole) return err('a block ends too early');
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return ok(whole);
}

class BlockTooLarge extends Error {}
