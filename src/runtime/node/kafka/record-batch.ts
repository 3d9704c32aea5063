/**
 * Batches of records, format 2 (Kafka 0.11 and later), from bytes and to bytes. kafkajs has this too; its objects for
 * every number and record made it most of the time of a run. Java: `DefaultRecordBatch`, `DefaultRecord`.
 *
 *   base offset 8 · length 4 · leader epoch 4 · magic 1 · CRC 4 · attributes 2 · last offset delta 4
 *   base time 8 · last time 8 · producer id 8 · its epoch 2 · first sequence 4 · number of records 4 · records
 */

import { crc32c } from '../../data/crc32.ts';
import type { BrokerRecord, OutgoingRecord, RecordHeader } from '../../seams/broker.ts';
import { COMPRESSION, pack, unpack } from './compression.ts';

const HEAD_BYTES = 61;
const LENGTH_AT = 8;
const MAGIC_AT = 16;
const CRC_AT = 17;
const ATTRIBUTES_AT = 21;
/** What the length counts starts behind the length. */
const LENGTH_FROM = 12;

const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** The type of a control record that ends a transaction without its records. */
const ABORT = 0;

/** Who writes a batch, so that the broker knows one that is sent again. */
export interface BatchProducer {
  readonly producerId: bigint;
  readonly epoch: number;
  readonly isTransactional: boolean;
}

/** A producer of which nothing is remembered. */
export const ANONYMOUS: BatchProducer = { producerId: -1n, epoch: -1, isTransactional: false };

/** Bytes that a batch begins with room for. */
const ROOM_BYTES = 16 * 1024;

/**
 * A batch of records of one partition while it grows. Records are written into its bytes at once: as objects that wait
 * they would live long enough to be the garbage collector's main work.
 */
export class BatchBuilder {
  #out: Buffer = Buffer.allocUnsafe(ROOM_BYTES);
  #at = HEAD_BYTES;
  #baseMs = 0;
  #lastMs = 0;
  #count = 0;

  get recordCount(): number {
    return this.#count;
  }

  /** Bytes so far, before they are compressed. */
  get byteCount(): number {
    return this.#at;
  }

  /** Appends a record. `nowMs`: its time if it has none. */
  add(record: OutgoingRecord, nowMs: number): void {
    const timestampMs = record.timestampMs ?? nowMs;
    if (this.#count === 0) {
      this.#baseMs = timestampMs;
      this.#lastMs = timestampMs;
    } else if (timestampMs > this.#lastMs) this.#lastMs = timestampMs;
    this.#makeRoom(recordBytesMax(record));
    this.#at = writeRecord(this.#out, this.#at, record, this.#count, timestampMs - this.#baseMs);
    this.#count += 1;
  }

  /** The batch as it is sent. The builder can be finished again, with another number. */
  finish(
    { producerId, epoch, isTransactional }: BatchProducer,
    firstSequence: number,
    compression: keyof typeof COMPRESSION,
  ): Buffer {
    let out = this.#out.subarray(0, this.#at);
    if (compression !== 'none') {
      const packed = pack(COMPRESSION[compression], out.subarray(HEAD_BYTES));
      out = Buffer.concat([out.subarray(0, HEAD_BYTES), packed]);
    }
    out.writeBigInt64BE(0n, 0);
    out.writeInt32BE(out.length - LENGTH_FROM, LENGTH_AT);
    out.writeInt32BE(-1, 12);
    out[MAGIC_AT] = 2;
    out.writeInt16BE(COMPRESSION[compression] | (isTransactional ? TRANSACTIONAL : 0), ATTRIBUTES_AT);
    out.writeInt32BE(this.#count - 1, 23);
    out.writeBigInt64BE(BigInt(this.#baseMs), 27);
    out.writeBigInt64BE(BigInt(this.#lastMs), 35);
    out.writeBigInt64BE(producerId, 43);
    out.writeInt16BE(epoch, 51);
    out.writeInt32BE(firstSequence, 53);
    out.writeInt32BE(this.#count, 57);
    out.writeUInt32BE(crc32c(out.subarray(ATTRIBUTES_AT)), CRC_AT);
    return out;
  }

  #makeRoom(byteCount: number): void {
    if (this.#at + byteCount <= this.#out.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#at + byteCount));
    this.#out.copy(larger, 0, 0, this.#at);
    this.#out = larger;
  }
}

function recordBytesMax({ key, value, headers }: OutgoingRecord): number {
  let size = 32 + (key?.length ?? 0) + (typeof value === 'string' ? value.length * 3 : (value?.length ?? 0));
  for (const [name, content] of headers) size += 10 + name.length * 3 + (content?.length ?? 0);
  return size;
}

function writeRecord(out: Buffer, start: number, record: OutgoingRecord, index: number, deltaMs: number): number {
  const { value } = record;
  if (typeof value !== 'string') return writeFields(out, start, record, index, deltaMs, value?.length ?? -1);
  // Most texts have one byte for each character; where that was wrong it is written again.
  const end = writeFields(out, start, record, index, deltaMs, value.length);
  return end > 0 ? end : writeFields(out, start, record, index, deltaMs, Buffer.byteLength(value));
}

/** The end of the record; -1 where the value is a text that does not have so many bytes. */
function writeFields(
  out: Buffer,
  start: number,
  { key, value, headers }: OutgoingRecord,
  index: number,
  deltaMs: number,
  valueBytes: number,
): number {
  const keyBytes = key?.length ?? -1;
  let length = 1 + varlongBytes(deltaMs) + varintBytes(index);
  length += varintBytes(keyBytes) + Math.max(0, keyBytes) + varintBytes(valueBytes) + Math.max(0, valueBytes);
  length += varintBytes(headers.length);
  for (const [name, content] of headers) {
    const nameBytes = Buffer.byteLength(name);
    const contentBytes = content?.length ?? -1;
    length += varintBytes(nameBytes) + nameBytes + varintBytes(contentBytes) + Math.max(0, contentBytes);
  }
  let at = writeVarint(out, start, length);
  out[at++] = 0;
  at = writeVarlong(out, at, deltaMs);
  at = writeVarint(out, at, index);
  at = writeBytes(out, at, key);
  if (typeof value === 'string') {
    at = writeVarint(out, at, valueBytes);
    if (out.write(value, at, 'utf8') !== valueBytes) return -1;
    at += valueBytes;
  } else at = writeBytes(out, at, value);
  at = writeVarint(out, at, headers.length);
  for (const [name, content] of headers) {
    at = writeVarint(out, at, Buffer.byteLength(name));
    at += out.write(name, at, 'utf8');
    at = writeBytes(out, at, content);
  }
  return at;
}

function writeBytes(out: Buffer, at: number, bytes: Uint8Array | null): number {
  if (bytes === null) return writeVarint(out, at, -1);
  const next = writeVarint(out, at, bytes.length);
  out.set(bytes, next);
  return next + bytes.length;
}

function writeVarint(out: Buffer, start: number, value: number): number {
  let at = start;
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  while (rest >= 0x80) {
    out[at++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  out[at++] = rest;
  return at;
}

function varintBytes(value: number): number {
  const zigzag = ((value << 1) ^ (value >> 31)) >>> 0;
  return zigzag < 0x80 ? 1 : zigzag < 0x4000 ? 2 : zigzag < 0x200000 ? 3 : zigzag < 0x10000000 ? 4 : 5;
}

/** Whole numbers up to 2^52 and down to -2^52: times in milliseconds. */
function writeVarlong(out: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  while (rest >= 0x80) {
    out[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  out[at++] = rest;
  return at;
}

function varlongBytes(value: number): number {
  let rest = value >= 0 ? value * 2 : -value * 2 - 1;
  let count = 1;
  for (; rest >= 0x80; count++) rest = Math.floor(rest / 0x80);
  return count;
}

/** A transaction whose records nobody shall see: from which offset on. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: number;
}

/** What the bytes of a fetched partition hold. */
export interface DecodedRecords {
  readonly records: readonly BrokerRecord[];
  /** Behind the last whole batch; what was asked for where there is none. */
  readonly nextOffset: number;
}

/** Whether the bytes are batches of the format that is read here. */
export function isRecordBatch(bytes: Buffer): boolean {
  return bytes.length <= MAGIC_AT || bytes[MAGIC_AT] === 2;
}

/**
 * Records with offsets in [`from`, `to`); `to` null: all. The last batch may be cut off and then does not count.
 * Keys, values and headers are views into `bytes`: who keeps one copies it. Aborted records are left out, when
 * `aborted` names them.
 */
export function decodeBatches(
  bytes: Buffer,
  from: number,
  to: number | null,
  aborted: readonly AbortedTransaction[],
): DecodedRecords {
  const records: BrokerRecord[] = [];
  const upcoming = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
  const dropped = new Set<bigint>();
  let nextOffset = from;
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const end = at + LENGTH_FROM + bytes.readInt32BE(at + LENGTH_AT);
    if (end > bytes.length || end <= at + HEAD_BYTES - 1) break;
    const baseOffset = readLong(bytes, at);
    const lastOffset = baseOffset + bytes.readInt32BE(at + 23);
    const attributes = bytes.readInt16BE(at + ATTRIBUTES_AT);
    const isControl = (attributes & CONTROL) !== 0;
    let isDropped = isControl || lastOffset < from;
    if ((attributes & TRANSACTIONAL) !== 0 && aborted.length > 0) {
      const producerId = bytes.readBigInt64BE(at + 43);
      for (let first = upcoming[0]; first !== undefined && first.firstOffset <= lastOffset; first = upcoming[0]) {
        dropped.add(first.producerId);
        upcoming.shift();
      }
      if (isControl && controlTypeOf(bytes, at + HEAD_BYTES, end) === ABORT) dropped.delete(producerId);
      else if (dropped.has(producerId)) isDropped = true;
    }
    if (!isDropped) readBatch(bytes, at, end, baseOffset, attributes, from, to, records);
    nextOffset = Math.max(nextOffset, lastOffset + 1);
    at = end;
    if (to !== null && nextOffset >= to) break;
  }
  return { records, nextOffset };
}

function readBatch(
  bytes: Buffer,
  at: number,
  end: number,
  baseOffset: number,
  attributes: number,
  from: number,
  to: number | null,
  records: BrokerRecord[],
): void {
  const kind = attributes & 7;
  const body = bytes.subarray(at + HEAD_BYTES, end);
  const cursor = new Cursor(kind === COMPRESSION.none ? body : unpack(kind, body));
  const count = bytes.readInt32BE(at + 57);
  const baseMs = readLong(bytes, at + 27);
  const appendedMs = (attributes & LOG_APPEND_TIME) === 0 ? null : readLong(bytes, at + 35);
  const epoch = bytes.readInt32BE(at + 12);
  const leaderEpoch = epoch < 0 ? null : epoch;
  for (let index = 0; index < count; index++) {
    const length = cursor.varint();
    const next = cursor.at + length;
    cursor.at += 1;
    const timestampMs = appendedMs ?? baseMs + cursor.varlong();
    if (appendedMs !== null) cursor.varlong();
    const offset = baseOffset + cursor.varint();
    if (offset < from) {
      cursor.at = next;
      continue;
    }
    if (to !== null && offset >= to) return;
    records.push({
      offset,
      timestampMs,
      timestampType: timestampMs < 0 ? 'NoTimestampType' : appendedMs === null ? 'CreateTime' : 'LogAppendTime',
      leaderEpoch,
      key: cursor.bytes(),
      value: cursor.bytes(),
      headers: cursor.headers(),
    });
    cursor.at = next;
  }
}

function controlTypeOf(bytes: Buffer, from: number, end: number): number {
  const cursor = new Cursor(bytes.subarray(from, end));
  cursor.varint();
  cursor.at += 1;
  cursor.varlong();
  cursor.varint();
  const key = cursor.bytes();
  return key === null || key.length < 4 ? -1 : ((key[2] as number) << 8) | (key[3] as number);
}

const NO_HEADERS: readonly RecordHeader[] = [];

/** A place among bytes. */
class Cursor {
  readonly #bytes: Buffer;
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  varint(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.at++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = bytes[this.at++] as number;
      value |= (byte & 0x7f) << shift;
      if (shift > 28 || byte === undefined) throw new RangeError('a number in a batch of records is damaged');
    }
    return (value >>> 1) ^ -(value & 1);
  }

  varlong(): number {
    const bytes = this.#bytes;
    let byte = bytes[this.at++] as number;
    let value = byte & 0x7f;
    for (let factor = 0x80; byte >= 0x80; factor *= 0x80) {
      byte = bytes[this.at++] as number;
      value += (byte & 0x7f) * factor;
      if (factor > 2 ** 63 || byte === undefined) throw new RangeError('a number in a batch of records is damaged');
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(): Uint8Array | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.at;
    this.at += length;
    if (this.at > this.#bytes.length) throw new RangeError('a batch of records is cut off');
    return this.#bytes.subarray(start, this.at);
  }

  headers(): readonly RecordHeader[] {
    const count = this.varint();
    if (count <= 0) return NO_HEADERS;
    const headers: RecordHeader[] = [];
    for (let i = 0; i < count; i++) {
      const length = this.varint();
      const name = this.#bytes.toString('utf8', this.at, this.at + length);
      this.at += length;
      headers.push([name, this.bytes()]);
    }
    return headers;
  }
}

function readLong(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 4294967296 + bytes.readUInt32BE(at + 4);
}
