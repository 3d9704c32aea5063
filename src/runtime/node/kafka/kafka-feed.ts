/**
 * Reads partitions ahead of who takes their records: one request a leader at a time, as long as less than
 * `AHEAD_BYTES_MAX` wait to be taken. A broker that is away is asked again until `apiTimeoutMs` have passed.
 */
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { BrokerRecord, BrokerSettings, FetchedRecords, FetchStart, RecordFeed } from '../../seams/broker.ts';
import { isPassing, kafkaFailure } from './kafka-failure.ts';
import {
  type FetchedPartition,
  kafkaInternals,
  type RawBroker,
  type RawCluster,
  type RawMessage,
} from './kafka-internals.ts';
import { byTopic, keyOf, leadersOf } from './kafka-partitions.ts';

/** Bytes of keys and values that may wait: several requests' worth, so that the network is never waited for. */
const AHEAD_BYTES_MAX = 16 * 1024 * 1024;
/** How long a broker waits for records before it answers: also how long closing may take. */
const WAIT_MS = 100;
/** Between attempts while a broker is away. */
const RETRY_MS = 500;

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly endOffset: number | null;
  offset: number;
}

/** Reads records. */
export class KafkaFeed implements RecordFeed {
  readonly #connect: () => Promise<RawCluster>;
  readonly #settings: BrokerSettings;
  readonly #wake: () => void;
  readonly #places: Place[] = [];
  readonly #arrived: { readonly fetched: FetchedRecords; readonly sizeBytes: number }[] = [];
  #aheadBytes = 0;
  #room: (() => void) | null = null;
  #failure: Failure | null = null;
  #isClosed = false;
  #isReading = false;

  constructor(
    connect: () => Promise<RawCluster>,
    settings: BrokerSettings,
    starts: readonly FetchStart[],
    wake: () => void,
  ) {
    this.#connect = connect;
    this.#settings = settings;
    this.#wake = wake;
    this.add(starts);
  }

  take(): Result<FetchedRecords | null> {
    const first = this.#arrived.shift();
    if (first === undefined) return this.#failure === null ? ok(null) : err(this.#failure);
    this.#aheadBytes -= first.sizeBytes;
    if (this.#room !== null && this.#aheadBytes < AHEAD_BYTES_MAX) {
      this.#room();
      this.#room = null;
    }
    return ok(first.fetched);
  }

  add(starts: readonly FetchStart[]): void {
    this.#places.push(...starts.map((start) => ({ ...start })));
    if (!this.#isReading && this.#failure === null) void this.#read();
  }

  close(): void {
    this.#isClosed = true;
    this.#room?.();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    let awaySinceMs: number | null = null;
    while (!this.#isClosed) {
      const open = this.#places.filter(({ offset, endOffset }) => endOffset === null || offset < endOffset);
      if (open.length === 0) break;
      try {
        const cluster = await this.#connect();
        if (awaySinceMs !== null) await cluster.refreshMetadata();
        await cluster.addMultipleTargetTopics([...new Set(open.map(({ topic }) => topic))]);
        const leaders = await leadersOf(cluster, open);
        await Promise.all([...leaders].map(([broker, places]) => this.#fetch(broker, places)));
        awaySinceMs = null;
      } catch (error) {
        awaySinceMs ??= performance.now();
        if (!isPassing(error) || performance.now() - awaySinceMs > this.#settings.apiTimeoutMs) {
          const topics = [...new Set(open.map(({ topic }) => topic))].join(', ');
          this.#failure = kafkaFailure(error, this.#settings, `topic ${topics}`);
          if (!this.#isClosed) this.#wake();
          break;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#isReading = false;
  }

  async #fetch(broker: RawBroker, places: readonly Place[]): Promise<void> {
    while (this.#aheadBytes >= AHEAD_BYTES_MAX && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        const before = this.#room;
        this.#room = () => {
          before?.();
          resolve();
        };
      });
    }
    if (this.#isClosed) return;
    const { readCommitted, fetchBytesMax, partitionBytesMax } = this.#settings;
    const { responses } = await broker.fetch({
      isolationLevel: readCommitted ? 1 : 0,
      maxWaitTime: WAIT_MS,
      minBytes: 1,
      maxBytes: fetchBytesMax,
      topics: byTopic(places, ({ offset }) => ({ fetchOffset: String(offset), maxBytes: partitionBytesMax })),
    });
    const byKey = new Map(places.map((place) => [keyOf(place), place]));
    let hasNews = false;
    for (const { topicName, partitions } of responses) {
      for (const data of partitions) {
        const place = byKey.get(keyOf({ topic: topicName, partition: data.partition }));
        if (place !== undefined && this.#arrive(place, data)) hasNews = true;
      }
    }
    if (hasNews && !this.#isClosed) this.#wake();
  }

  #arrive(place: Place, data: FetchedPartition): boolean {
    const { Batch } = kafkaInternals();
    const nextOffset = data.messages.reduce((next, message) => Math.max(next, behind(message)), place.offset);
    if (nextOffset === place.offset) return false;
    const batch = new Batch(place.topic, String(place.offset), data);
    const records: BrokerRecord[] = [];
    let sizeBytes = 0;
    for (const message of batch.messages) {
      const record = recordOf(message);
      if (place.endOffset !== null && record.offset >= place.endOffset) break;
      sizeBytes += 64 + (record.key?.length ?? 0) + (record.value?.length ?? 0);
      records.push(record);
    }
    place.offset = nextOffset;
    this.#aheadBytes += sizeBytes;
    this.#arrived.push({
      fetched: { topic: place.topic, partition: place.partition, records, nextOffset },
      sizeBytes,
    });
    return true;
  }
}

/** The offset behind a message, and behind the whole of its batch where it is the last one left of it. */
function behind({ offset, batchContext }: RawMessage): number {
  const own = Number(offset) + 1;
  return batchContext === undefined
    ? own
    : Math.max(own, Number(batchContext.firstOffset) + batchContext.lastOffsetDelta + 1);
}

function recordOf(message: RawMessage): BrokerRecord {
  const { batchContext, headers = {} } = message;
  const timestampMs = Number(message.timestamp);
  return {
    offset: Number(message.offset),
    timestampMs,
    timestampType:
      timestampMs < 0 ? 'NoTimestampType' : batchContext?.timestampType === 1 ? 'LogAppendTime' : 'CreateTime',
    leaderEpoch: batchContext?.partitionLeaderEpoch ?? null,
    key: bytesOf(message.key),
    value: bytesOf(message.value),
    headers: Object.entries(headers).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => [name, bytesOf(each)] as const),
    ),
  };
}

/** A copy: kafkajs gives views into the answer of the broker, which would be kept as long as one row of it. */
function bytesOf(value: Buffer | string | null | undefined): Uint8Array | null {
  if (value === null || value === undefined) return null;
  return Uint8Array.from(typeof value === 'string' ? Buffer.from(value) : value);
}
