/**
 * The two requests that carry records, written to kafkajs's connections in place of its own: `Fetch` gives the bytes
 * of each partition undecoded, `Produce` takes batches that are bytes already. Protocol: https://kafka.apache.org/protocol
 */
import type { BrokerSettings } from '../../seams/broker.ts';
import { kafkaInternals, type RawBroker } from './kafka-internals.ts';
import type { AbortedTransaction } from './record-batch.ts';

const PRODUCE = 0;
const FETCH = 1;
/** The newest forms that are written here, and those that every broker from 0.11 on understands. */
const PRODUCE_VERSIONS = [7, 3] as const;
const FETCH_VERSIONS = [11, 4] as const;

/** Partition of a topic with something. */
interface OfPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Bytes to append to a partition. */
export interface ProduceEntry extends OfPartition {
  readonly batch: Buffer;
}

/** What became of one. */
export interface ProduceAnswer extends OfPartition {
  readonly errorCode: number;
}

/** Where to read on. */
export interface FetchEntry extends OfPartition {
  readonly offset: number;
}

/** What one partition answered. */
export interface FetchAnswer extends OfPartition {
  readonly errorCode: number;
  readonly aborted: readonly AbortedTransaction[];
  /** Batches; the last one may be cut off. */
  readonly bytes: Buffer;
}

/** Appends batches; resolves when they are acknowledged as `acks` asks. */
export async function produce(
  broker: RawBroker,
  { acks, requestTimeoutMs }: BrokerSettings,
  transactionalId: string | null,
  entries: readonly ProduceEntry[],
): Promise<readonly ProduceAnswer[]> {
  const version = versionOf(broker, PRODUCE, PRODUCE_VERSIONS);
  const out = new Writer(
    200 + entries.reduce((sum, { topic, batch }) => sum + 100 + topic.length * 3 + batch.length, 0),
  );
  out.string(transactionalId);
  out.int16(acks);
  out.int32(requestTimeoutMs);
  const topics = groupByTopic(entries);
  out.int32(topics.size);
  for (const [topic, own] of topics) {
    out.string(topic);
    out.int32(own.length);
    for (const { partition, batch } of own) {
      out.int32(partition);
      out.int32(batch.length);
      out.bytes(batch);
    }
  }
  const answer = await send(broker, {
    apiKey: PRODUCE,
    apiName: 'Produce',
    version,
    bytes: out.taken(),
    isAnswered: acks !== 0,
  });
  if (answer === null) return entries.map(({ topic, partition }) => ({ topic, partition, errorCode: 0 }));
  const read = new Reader(answer);
  return read
    .list(() => {
      const topic = read.string();
      return read.list((): ProduceAnswer => {
        const partition = read.int32();
        const errorCode = read.int16();
        read.skip(version >= 5 ? 24 : 16);
        return { topic, partition, errorCode };
      });
    })
    .flat();
}

/** Reads what there is, waiting at most `waitMs` for the first record. */
export async function fetch(
  broker: RawBroker,
  { readCommitted, fetchBytesMax, partitionBytesMax }: BrokerSettings,
  waitMs: number,
  entries: readonly FetchEntry[],
): Promise<readonly FetchAnswer[]> {
  const version = versionOf(broker, FETCH, FETCH_VERSIONS);
  const out = new Writer(100 + entries.reduce((sum, { topic }) => sum + 60 + topic.length * 3, 0));
  out.int32(-1);
  out.int32(waitMs);
  out.int32(1);
  out.int32(fetchBytesMax);
  out.int8(readCommitted ? 1 : 0);
  if (version >= 7) {
    // No session: every request says all it wants.
    out.int32(0);
    out.int32(-1);
  }
  const topics = groupByTopic(entries);
  out.int32(topics.size);
  for (const [topic, own] of topics) {
    out.string(topic);
    out.int32(own.length);
    for (const { partition, offset } of own) {
      out.int32(partition);
      if (version >= 9) out.int32(-1);
      out.int64(offset);
      if (version >= 5) out.int64(-1);
      out.int32(partitionBytesMax);
    }
  }
  if (version >= 7) out.int32(0);
  if (version >= 11) out.string('');
  const request = { apiKey: FETCH, apiName: 'Fetch', version, bytes: out.taken(), isAnswered: true };
  const answer = await send(broker, request);
  if (answer === null) return [];
  const read = new Reader(answer);
  read.skip(4);
  if (version >= 7) {
    throwIfError(read.int16());
    read.skip(4);
  }
  return read
    .list(() => {
      const topic = read.string();
      return read.list((): FetchAnswer => {
        const partition = read.int32();
        const errorCode = read.int16();
        // High watermark, last stable offset, start of the log.
        read.skip(version >= 5 ? 24 : 16);
        const aborted = read.list(() => ({ producerId: read.bigint64(), firstOffset: Number(read.bigint64()) }));
        if (version >= 11) read.skip(4);
        return { topic, partition, errorCode, aborted, bytes: read.bytes() };
      });
    })
    .flat();
}

/** Throws what kafkajs throws for an error code of the protocol; 0 is none. */
export function throwIfError(errorCode: number): void {
  if (errorCode !== 0) throw kafkaInternals().createErrorFromCode(errorCode);
}

function versionOf({ versions }: RawBroker, apiKey: number, [newest, oldest]: readonly [number, number]): number {
  return (versions?.[apiKey]?.maxVersion ?? 0) >= newest ? newest : oldest;
}

interface Request {
  readonly apiKey: number;
  readonly apiName: string;
  readonly version: number;
  readonly bytes: Buffer;
  readonly isAnswered: boolean;
}

async function send(
  broker: RawBroker,
  { apiKey, apiName, version, bytes, isAnswered }: Request,
): Promise<Buffer | null> {
  const { Encoder } = kafkaInternals();
  let answer: Buffer | null = null;
  try {
    await broker.connectionPool.send({
      request: {
        apiKey,
        apiVersion: version,
        apiName,
        expectResponse: () => isAnswered,
        encode: async () => Object.assign(new Encoder(1), { buf: bytes, offset: bytes.length }),
      },
      response: {
        decode: async (raw) => {
          answer = raw;
          return {};
        },
        parse: async (data) => data,
      },
    });
    return answer;
  } catch (error) {
    // As kafkajs's brokers do: the next use connects anew.
    if ((error as { readonly name?: unknown }).name === 'KafkaJSConnectionClosedError') await broker.disconnect();
    throw error;
  }
}

function groupByTopic<T extends OfPartition>(entries: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const topics = new Map<string, T[]>();
  for (const entry of entries) {
    const own = topics.get(entry.topic);
    if (own === undefined) topics.set(entry.topic, [entry]);
    else own.push(entry);
  }
  return topics;
}

/** Writes fields of the protocol into bytes that are long enough. */
class Writer {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytesMax: number) {
    this.#bytes = Buffer.allocUnsafe(bytesMax);
  }

  int8(value: number): void {
    this.#at = this.#bytes.writeInt8(value, this.#at);
  }

  int16(value: number): void {
    this.#at = this.#bytes.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#at = this.#bytes.writeInt32BE(value, this.#at);
  }

  int64(value: number): void {
    this.#at = this.#bytes.writeBigInt64BE(BigInt(value), this.#at);
  }

  string(text: string | null): void {
    if (text === null) {
      this.int16(-1);
      return;
    }
    const written = this.#bytes.write(text, this.#at + 2, 'utf8');
    this.int16(written);
    this.#at += written;
  }

  bytes(bytes: Buffer): void {
    this.#at += bytes.copy(this.#bytes, this.#at);
  }

  taken(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }
}

/** Reads fields of the protocol. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  skip(byteCount: number): void {
    this.#at += byteCount;
  }

  int16(): number {
    const value = this.#bytes.readInt16BE(this.#at);
    this.#at += 2;
    return value;
  }

  int32(): number {
    const value = this.#bytes.readInt32BE(this.#at);
    this.#at += 4;
    return value;
  }

  bigint64(): bigint {
    const value = this.#bytes.readBigInt64BE(this.#at);
    this.#at += 8;
    return value;
  }

  string(): string {
    const length = this.int16();
    const text = this.#bytes.toString('utf8', this.#at, this.#at + length);
    this.#at += length;
    return text;
  }

  bytes(): Buffer {
    const length = Math.max(0, this.int32());
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return bytes;
  }

  list<T>(read: () => T): T[] {
    const count = this.int32();
    const all: T[] = [];
    for (let i = 0; i < count; i++) all.push(read());
    return all;
  }
}
