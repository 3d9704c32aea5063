/**
 * Writes records in the order in which they come: what has gathered while one request was under way is the
 * next one. An error that kafkajs has not mended by trying again stays: nobody knows what was written, so the
 * run fails and goes on from its last checkpoint.
 */
import type { ICustomPartitioner, Kafka, Message, ProducerBatch } from 'kafkajs';
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { BrokerSettings, OutgoingRecord, RecordProducer } from '../../seams/broker.ts';
import { kafkaFailure } from './kafka-failure.ts';
import { kafkaInternals } from './kafka-internals.ts';

/** Bytes of keys and values that may wait before the run does. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;
/** Records and bytes of one request. */
const REQUEST_RECORDS_MAX = 2_000;
const REQUEST_BYTES_MAX = 900_000;

/** The part of kafkajs that sends, in a transaction or without. */
export interface Sending {
  connect(): Promise<void>;
  sendBatch(batch: ProducerBatch): Promise<unknown>;
  disconnect(): Promise<void>;
}

/** Sends without transactions. */
export function plainSending(kafka: Kafka, settings: BrokerSettings, sticky: StickyPartition): Sending {
  return kafka.producer({
    createPartitioner: sticky.create,
    idempotent: settings.isIdempotent,
    ...(settings.isIdempotent ? { maxInFlightRequests: 1 } : {}),
    retry: { retries: 8, initialRetryTime: 200, maxRetryTime: Math.min(10_000, settings.apiTimeoutMs) },
  });
}

/** Writes records. */
export class KafkaProducer implements RecordProducer {
  readonly #settings: BrokerSettings;
  readonly #sending: Sending;
  readonly #sticky: StickyPartition;
  #waiting: OutgoingRecord[] = [];
  #waitingBytes = 0;
  #drain: Promise<void> | null = null;
  #isConnected = false;
  #failure: Failure | null = null;
  #closed: Promise<void> | null = null;

  constructor(sending: Sending, settings: BrokerSettings, sticky: StickyPartition) {
    this.#settings = settings;
    this.#sending = sending;
    this.#sticky = sticky;
  }

  send(record: OutgoingRecord): Result<void> {
    if (this.#failure !== null) return err(this.#failure);
    this.#waiting.push(record);
    this.#waitingBytes += sizeOf(record);
    this.#drain ??= this.#send();
    return ok(undefined);
  }

  waitFor(): Promise<void> | null {
    return this.#waitingBytes < WAITING_BYTES_MAX || this.#failure !== null ? null : this.#drain;
  }

  async flush(): Promise<Result<void>> {
    while (this.#drain !== null) await this.#drain;
    return this.#failure === null ? ok(undefined) : err(this.#failure);
  }

  close(): void {
    // What was handed over still goes out.
    this.#closed ??= this.flush()
      .then(() => this.#sending.disconnect())
      .catch(() => {});
  }

  /** Resolves when it is closed for good. */
  get closed(): Promise<void> {
    return this.#closed ?? Promise.resolve();
  }

  async #send(): Promise<void> {
    // Later: all rows of this turn go in one request.
    await new Promise((resolve) => setImmediate(resolve));
    let topic = '';
    try {
      if (!this.#isConnected) {
        topic = this.#waiting[0]?.topic ?? '';
        await this.#sending.connect();
        this.#isConnected = true;
      }
      while (this.#waiting.length > 0) {
        const records = this.#nextRecords();
        topic = [...new Set(records.map((record) => record.topic))].join(', ');
        const { CompressionTypes } = kafkaInternals().kafkajs;
        await this.#sending.sendBatch({
          acks: this.#settings.acks,
          compression: this.#settings.compression === 'gzip' ? CompressionTypes.GZIP : CompressionTypes.None,
          topicMessages: messagesOf(records),
        });
        this.#sticky.next();
        for (const record of records) this.#waitingBytes -= sizeOf(record);
      }
    } catch (error) {
      this.#failure = kafkaFailure(error, this.#settings, `the topic ${topic}`);
      this.#waiting = [];
      this.#waitingBytes = 0;
    } finally {
      this.#drain = null;
    }
  }

  #nextRecords(): readonly OutgoingRecord[] {
    let sizeBytes = 0;
    let count = 0;
    while (count < this.#waiting.length && count < REQUEST_RECORDS_MAX) {
      sizeBytes += sizeOf(this.#waiting[count] as OutgoingRecord);
      if (count > 0 && sizeBytes > REQUEST_BYTES_MAX) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}

/** Records with a key go by its hash, as Kafka's Java client does; others all to one partition for each request. */
export class StickyPartition {
  #turn = 0;

  readonly create: ICustomPartitioner = () => {
    const byKey = kafkaInternals().kafkajs.Partitioners.DefaultPartitioner();
    return (args) => {
      const { message, partitionMetadata } = args;
      if (message.partition !== undefined || (message.key !== null && message.key !== undefined)) return byKey(args);
      const ids = partitionMetadata.map(({ partitionId }) => partitionId).sort((a, b) => a - b);
      return ids[this.#turn % ids.length] ?? 0;
    };
  };

  next(): void {
    this.#turn += 1;
  }
}

function messagesOf(records: readonly OutgoingRecord[]): { readonly topic: string; readonly messages: Message[] }[] {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, partition, key, value, timestampMs, headers } of records) {
    const messages = byTopic.get(topic) ?? [];
    messages.push({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
      ...(partition === null ? {} : { partition }),
      ...(timestampMs === null ? {} : { timestamp: String(timestampMs) }),
      ...(headers.length === 0 ? {} : { headers: headersOf(headers) }),
    });
    byTopic.set(topic, messages);
  }
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

function headersOf(headers: OutgoingRecord['headers']): Record<string, Buffer | Buffer[]> {
  const all = new Map<string, Buffer[]>();
  for (const [name, value] of headers) {
    const values = all.get(name) ?? [];
    values.push(Buffer.from(value ?? []));
    all.set(name, values);
  }
  return Object.fromEntries(
    [...all].map(([name, values]) => [name, values.length === 1 ? (values[0] as Buffer) : values]),
  );
}

function sizeOf({ key, value }: OutgoingRecord): number {
  return 70 + (key?.length ?? 0) + (value?.length ?? 0);
}
