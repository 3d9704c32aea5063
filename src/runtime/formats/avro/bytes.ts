/**
 * Bytes of Avro's binary encoding, read and written. Specification: Apache Avro 1.11, "Binary Encoding". Numbers are
 * zig-zag varints; a length that cannot be there is a mistake before anything of that size is allocated.
 */
import { RunError } from '../../base/diagnostic.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import { canonical, type Long } from '../../data/integers.ts';

/** A mistake in the bytes of a record, as Flink's `AvroDeserializationSchema` has it. */
export function badAvro(what: string): RunError {
  return new RunError('run/bad-record', `Failed to deserialize Avro record: ${what}.`, 'java.io.IOException');
}

/** A place in bytes that are read. Moves on with each value; a mistake throws `run/bad-record`. */
export class AvroCursor {
  #bytes: Uint8Array;
  #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Begins again with other bytes: one cursor serves a whole run. */
  reset(bytes: Uint8Array, at = 0): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  get position(): number {
    return this.#at;
  }

  get leftBytes(): number {
    return this.#bytes.length - this.#at;
  }

  boolean(): boolean {
    return this.#byte() === 1;
  }

  /** An int of 32 bits. */
  int(): number {
    let shift = 0;
    let value = 0;
    for (;;) {
      const byte = this.#byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
      shift += 7;
      if (shift > 28) return this.#lastOfInt(value);
    }
  }

  #lastOfInt(low: number): number {
    const byte = this.#byte();
    if (byte > 0x0f) throw badAvro('Invalid int encoding');
    const value = low | (byte << 28);
    return (value >>> 1) ^ -(value & 1);
  }

  /** A long of 64 bits. */
  long(): Long {
    // Four bytes of a varint fit into a number's safe arithmetic; most longs end there or soon after.
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return low & 1 ? -((low + 1) / 2) : low / 2;
    }
    let high = 0;
    for (let factor = 1; factor <= 0x200000; factor *= 128) {
      const byte = this.#byte();
      high += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        const whole = high * 0x10000000 + low;
        if (whole <= Number.MAX_SAFE_INTEGER) return whole % 2 === 1 ? -((whole + 1) / 2) : whole / 2;
        return unZigZag(BigInt(high) * 0x10000000n + BigInt(low));
      }
    }
    let value = BigInt(high) * 0x10000000n + BigInt(low);
    for (let shift = 56n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return unZigZag(BigInt.asUintN(64, value));
    }
    throw badAvro('Invalid long encoding');
  }

  float(): number {
    const at = this.#take(4);
    return this.#view.getFloat32(at, true);
  }

  double(): number {
    const at = this.#take(8);
    return this.#view.getFloat64(at, true);
  }

  /** Bytes of a length that stands before them; they are a view, valid until `reset`. */
  bytes(): Uint8Array {
    return this.fixed(this.#length());
  }

  fixed(size: number): Uint8Array {
    const at = this.#take(size);
    return this.#bytes.subarray(at, at + size);
  }

  text(): string {
    const size = this.#length();
    const at = this.#take(size);
    // Short ASCII texts, the common case, are made without a decoder.
    if (size < 24) {
      let text = '';
      for (let i = at; i < at + size; i++) {
        const byte = this.#bytes[i] as number;
        if (byte > 0x7e) return decodeUtf8(this.#bytes.subarray(at, at + size));
        text += String.fromCharCode(byte);
      }
      return text;
    }
    return decodeUtf8(this.#bytes.subarray(at, at + size));
  }

  /**
   * Number of items in the next block of an array or map; 0 ends it. `itemBytesMin`: what an item takes at least, so
   * that a count that cannot be true is seen at once.
   */
  blockCount(itemBytesMin: number): number {
    const count = this.long();
    if (count >= 0) return this.#checkedCount(count, itemBytesMin);
    // Its size stands behind the count, for those who skip it.
    this.long();
    return this.#checkedCount(-count, itemBytesMin);
  }

  /** Passes over all blocks of an array or map: those whose size stands before them at once, others item by item. */
  skipBlocks(skipItem: () => void, itemBytesMin: number): void {
    for (;;) {
      const count = this.long();
      if (count === 0) return;
      if (count < 0) {
        this.#take(this.#length());
        continue;
      }
      const items = this.#checkedCount(count, itemBytesMin);
      for (let i = 0; i < items; i++) skipItem();
    }
  }

  /** A count of items that can be there. */
  #checkedCount(count: Long, itemBytesMin: number): number {
    const items = Number(count);
    if (items * itemBytesMin > this.leftBytes || items > ITEMS_MAX) {
      throw badAvro(`a block of ${count} items cannot be there`);
    }
    return items;
  }

  #length(): number {
    const size = this.long();
    if (size < 0) throw badAvro('Malformed data. Length is negative');
    if (size > this.leftBytes) throw badAvro('it ends too early');
    return Number(size);
  }

  #take(size: number): number {
    const at = this.#at;
    if (at + size > this.#bytes.length) throw badAvro('it ends too early');
    this.#at = at + size;
    return at;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw badAvro('it ends too early');
    this.#at += 1;
    return byte;
  }
}

/** Items of one block: more are refused, also where an item takes no bytes (an array of nulls). */
const ITEMS_MAX = 10_000_000;

function unZigZag(value: bigint): Long {
  return canonical(BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n)));
}

/** Collects bytes that are written. */
export class AvroBuffer {
  #bytes = new Uint8Array(256);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;

  get sizeBytes(): number {
    return this.#size;
  }

  /** A copy of what was written, and begins again. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#size);
    this.#size = 0;
    return taken;
  }

  boolean(value: boolean): void {
    this.#room(1);
    this.#bytes[this.#size] = value ? 1 : 0;
    this.#size += 1;
  }

  /** A number of up to 64 bits; ints and longs are written alike. */
  long(value: Long): void {
    if (typeof value === 'number' && value >= -0x40000000 && value < 0x40000000) {
      this.#varint(((value << 1) ^ (value >> 31)) >>> 0);
      return;
    }
    const whole = BigInt(value);
    let rest = BigInt.asUintN(64, (whole << 1n) ^ (whole >> 63n));
    this.#room(10);
    while (rest > 0x7fn) {
      this.#bytes[this.#size] = Number(rest & 0x7fn) | 0x80;
      this.#size += 1;
      rest >>= 7n;
    }
    this.#bytes[this.#size] = Number(rest);
    this.#size += 1;
  }

  float(value: number): void {
    this.#room(4);
    this.#view.setFloat32(this.#size, value, true);
    this.#size += 4;
  }

  double(value: number): void {
    this.#room(8);
    this.#view.setFloat64(this.#size, value, true);
    this.#size += 8;
  }

  bytes(value: Uint8Array): void {
    this.long(value.length);
    this.fixed(value);
  }

  fixed(value: Uint8Array): void {
    this.#room(value.length);
    this.#bytes.set(value, this.#size);
    this.#size += value.length;
  }

  text(value: string): void {
    this.bytes(encodeUtf8(value));
  }

  #varint(value: number): void {
    this.#room(5);
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes[this.#size] = (rest & 0x7f) | 0x80;
      this.#size += 1;
      rest >>>= 7;
    }
    this.#bytes[this.#size] = rest;
    this.#size += 1;
  }

  #room(size: number): void {
    const needed = this.#size + size;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#size));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}
