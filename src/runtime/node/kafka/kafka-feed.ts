/**
 * Reads partitions ahead of who takes their records: one request a leader at a time, as long as less than
 * `AHEAD_BYTES_MAX` wait to be taken. A broker that is away is asked again until `apiTimeoutMs` have passed.
 */
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type {
  BrokerRecord,
  BrokerSettings,
  FetchedRecords,
  FetchStart,
  OutOfRange,
  PartitionId,
  RecordFeed,
} from '../../seams/broker.ts';
import { kafkaFailure, Patience } from './kafka-failure.ts';
import { kafkaInternals, type RawBroker, type RawCluster } from './kafka-internals.ts';
import { keyOf, leadersOf } from './kafka-partitions.ts';
import { type FetchAnswer, fetch, throwIfError } from './kafka-requests.ts';
import { type DecodedRecords, decodeBatches, isRecordBatch } from './record-batch.ts';

/** Bytes of keys and values that may wait: several requests' worth, so that the network is never waited for. */
const AHEAD_BYTES_MAX = 16 * 1024 * 1024;
/** How long a broker waits for records before it answers: also how long closing may take. */
const WAIT_MS = 100;
const OFFSET_OUT_OF_RANGE = 1;

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly endOffset: number | null;
  offset: number;
}

/** What reading needs. */
export interface FeedWorld {
  readonly settings: BrokerSettings;
  connect(): Promise<RawCluster>;
  /** Where a partition begins or ends. */
  offsetOf(place: PartitionId, at: 'earliest' | 'latest'): Promise<number>;
  note(line: string): void;
}

/** Reads records. */
export class KafkaFeed implements RecordFeed {
  readonly #world: FeedWorld;
  readonly #outOfRange: OutOfRange;
  readonly #settings: BrokerSettings;
  readonly #wake: () => void;
  readonly #places: Place[] = [];
  readonly #arrived: { readonly fetched: FetchedRecords; readonly sizeBytes: number }[] = [];
  #aheadBytes = 0;
  #room: (() => void) | null = null;
  #failure: Failure | null = null;
  #isClosed = false;
  #isReading = false;

  constructor(world: FeedWorld, starts: readonly FetchStart[], wake: () => void, outOfRange: OutOfRange) {
    this.#world = world;
    this.#settings = world.settings;
    this.#wake = wake;
    this.#outOfRange = outOfRange;
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
    const patience = new Patience(this.#settings, this.#world.note);
    let wasThere = false;
    while (!this.#isClosed) {
      const open = this.#places.filter(({ offset, endOffset }) => endOffset === null || offset < endOffset);
      if (open.length === 0) break;
      try {
        const cluster = await this.#world.connect();
        if (patience.hasFailed) await cluster.refreshMetadata();
        await cluster.addMultipleTargetTopics([...new Set(open.map(({ topic }) => topic))]);
        const leaders = await leadersOf(cluster, open);
        await Promise.all([...leaders].map(([broker, places]) => this.#fetch(broker, places)));
        wasThere = true;
        patience.end();
      } catch (error) {
        try {
          await patience.afterFailure(error, { wasThere });
        } catch {
          const { topic, partition } = error as { readonly topic?: string; readonly partition?: number };
          const topics = [...new Set(open.map((place) => place.topic))].join(', ');
          const place = topic === undefined ? `topic ${topics}` : `topic ${topic}, partition ${partition}`;
          this.#failure = kafkaFailure(error, this.#settings, place);
          if (!this.#isClosed) this.#wake();
          break;
        }
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
    const answers = await fetch(broker, this.#settings, WAIT_MS, places);
    const byKey = new Map(places.map((place) => [keyOf(place), place]));
    let hasNews = false;
    for (const answer of answers) {
      const place = byKey.get(keyOf(answer));
      if (place !== undefined && (await this.#arrive(place, answer))) hasNews = true;
    }
    if (hasNews && !this.#isClosed) this.#wake();
  }

  async #arrive(place: Place, answer: FetchAnswer): Promise<boolean> {
    const { errorCode, bytes, aborted } = answer;
    if (errorCode === OFFSET_OUT_OF_RANGE && this.#outOfRange !== 'fail') return this.#reset(place, this.#outOfRange);
    try {
      throwIfError(errorCode);
      const { records, nextOffset } = isRecordBatch(bytes)
        ? decodeBatches(bytes, place.offset, place.endOffset, aborted)
        : await oldMessages(bytes, place);
      if (nextOffset === place.offset) return false;
      this.#push(place, records, nextOffset, bytes.length);
      return true;
    } catch (error) {
      throw Object.assign(error as object, { topic: place.topic, partition: place.partition, offset: place.offset });
    }
  }

  #push(place: Place, records: readonly BrokerRecord[], nextOffset: number, sizeBytes: number): void {
    place.offset = nextOffset;
    this.#aheadBytes += sizeBytes;
    this.#arrived.push({
      fetched: { topic: place.topic, partition: place.partition, records, nextOffset },
      sizeBytes,
    });
  }

  /** The records to go on with are gone: Kafka's consumers then go on where `auto.offset.reset` says. */
  async #reset(place: Place, to: 'earliest' | 'latest'): Promise<boolean> {
    const offset = await this.#world.offsetOf(place, to);
    const { topic, partition } = place;
    this.#world.note(
      `Topic ${topic}, partition ${partition} has no offset ${place.offset} (any more): reading goes on at its ${to === 'earliest' ? 'beginning' : 'end'}, offset ${offset}.`,
    );
    this.#push(place, [], offset, 0);
    return true;
  }
}

/** Messages of the formats before Kafka 0.11, which old topics may still hold. */
async function oldMessages(bytes: Buffer, place: Place): Promise<DecodedRecords> {
  const { Decoder, decodeMessageSet } = kafkaInternals();
  const all = await decodeMessageSet(new Decoder(bytes), bytes.length);
  const records: BrokerRecord[] = [];
  let nextOffset = place.offset;
  for (const { offset, timestamp, key, value } of all) {
    const own = Number(offset);
    if (own < place.offset || (place.endOffset !== null && own >= place.endOffset)) continue;
    nextOffset = own + 1;
    const timestampMs = timestamp === undefined ? -1 : Number(timestamp);
    const timestampType = timestampMs < 0 ? 'NoTimestampType' : 'CreateTime';
    records.push({ offset: own, timestampMs, timestampType, leaderEpoch: null, key, value, headers: [] });
  }
  return { records, nextOffset };
}
