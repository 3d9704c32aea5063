/**
 * Writes records in the order in which they come: what has gathered while one request was under way is the next one.
 * A broker that is away is tried again until `apiTimeoutMs` have passed; a batch that is sent again carries the same
 * numbers, so the broker takes it once. An error that stays, stays: nobody knows what was written, so the run fails
 * and goes on from its last checkpoint.
 */
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { BrokerSettings, OutgoingRecord, PartitionId, RecordProducer } from '../../seams/broker.ts';
import { type KafkaError, kafkaFailure, Patience } from './kafka-failure.ts';
import type { RawCluster } from './kafka-internals.ts';
import { keyOf, leadersOf } from './kafka-partitions.ts';
import { type ProduceAnswer, produce, throwIfError } from './kafka-requests.ts';
import { partitionOfKey } from './murmur2.ts';
import { type BatchProducer, encodeBatch, recordBytesMax } from './record-batch.ts';

/** Bytes of keys and values that may wait before the run does, and how few must be left before it goes on. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;
const WAITING_BYTES_LOW = 4 * 1024 * 1024;
/** Records and bytes of one request: a batch of more than a megabyte is refused by brokers as they come. */
const REQUEST_RECORDS_MAX = 20_000;
const REQUEST_BYTES_MAX = 900_000;

const MESSAGE_TOO_LARGE = 10;
const RECORD_LIST_TOO_LARGE = 18;
/** The broker has this batch already: it was sent twice. */
const DUPLICATE_SEQUENCE_NUMBER = 46;

/** As whom records are written. */
export interface ProducerIdentity {
  readonly transactionalId: string | null;
  /** Called once, before the first record. */
  begin(cluster: RawCluster): Promise<BatchProducer>;
  /** Called before records are written; partitions come again. */
  addPartitions(cluster: RawCluster, partitions: readonly PartitionId[]): Promise<void>;
  /** Called when everything has been written, or nothing more will be. */
  end(): Promise<void>;
}

/** Records of one partition on their way. */
interface Entry extends PartitionId {
  readonly records: readonly OutgoingRecord[];
  readonly firstSequence: number;
  readonly batch: Buffer;
}

/** Writes records. */
export class KafkaProducer implements RecordProducer {
  readonly #connect: () => Promise<RawCluster>;
  readonly #settings: BrokerSettings;
  readonly #identity: ProducerIdentity;
  readonly #note: (line: string) => void;
  readonly #sequences = new Map<string, number>();
  /** Those from `#first` on wait. */
  #waiting: OutgoingRecord[] = [];
  #first = 0;
  #waitingBytes = 0;
  #drain: Promise<void> | null = null;
  #room: { readonly promise: Promise<void>; readonly open: () => void } | null = null;
  #producer: BatchProducer | null = null;
  /** Topics that have taken records. */
  readonly #topics = new Set<string>();
  /** Records without a key go all to one partition in one request, to the next one in the next. */
  #turn = 0;
  #failure: Failure | null = null;
  #closed: Promise<void> | null = null;

  constructor(
    connect: () => Promise<RawCluster>,
    settings: BrokerSettings,
    identity: ProducerIdentity,
    note: (line: string) => void,
  ) {
    this.#connect = connect;
    this.#settings = settings;
    this.#identity = identity;
    this.#note = note;
  }

  send(record: OutgoingRecord): Result<void> {
    if (this.#failure !== null) return err(this.#failure);
    this.#waiting.push(record);
    this.#waitingBytes += recordBytesMax(record);
    this.#drain ??= this.#send();
    return ok(undefined);
  }

  waitFor(): Promise<void> | null {
    if (this.#waitingBytes < WAITING_BYTES_MAX || this.#failure !== null) return null;
    if (this.#room === null) {
      let open = (): void => {};
      const promise = new Promise<void>((resolve) => {
        open = resolve;
      });
      this.#room = { promise, open };
    }
    return this.#room.promise;
  }

  async flush(): Promise<Result<void>> {
    while (this.#drain !== null) await this.#drain;
    return this.#failure === null ? ok(undefined) : err(this.#failure);
  }

  close(): void {
    // What was handed over still goes out.
    this.#closed ??= this.flush()
      .then(() => this.#identity.end())
      .catch(() => {});
  }

  /** Resolves when it is closed for good. */
  get closed(): Promise<void> {
    return this.#closed ?? Promise.resolve();
  }

  async #send(): Promise<void> {
    // Later: all rows of this turn go in one request.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      let entries = await this.#nextEntries();
      while (entries.length > 0) {
        const delivered = this.#deliver(entries);
        // Its failure is told below, not while the next request is made.
        delivered.catch(() => {});
        // A whole request is made ready while the broker writes the one before.
        const isFull = this.#waitingBytes >= 2 * REQUEST_BYTES_MAX;
        const next = isFull ? await this.#nextEntries() : null;
        await delivered;
        entries = next ?? (await this.#nextEntries());
      }
    } catch (error) {
      const { topic, partition } = error as KafkaError;
      const { topic: first = '' } = this.#waiting[this.#first] ?? {};
      const place = topic === undefined ? `topic ${first}` : `topic ${topic}, partition ${partition}`;
      this.#failure = kafkaFailure(error, this.#settings, place);
      this.#waiting = [];
      this.#first = 0;
      this.#waitingBytes = 0;
      this.#openRoom();
    } finally {
      this.#drain = null;
    }
  }

  #openRoom(): void {
    this.#room?.open();
    this.#room = null;
  }

  /** Records of the next request, by their partitions. */
  async #nextEntries(): Promise<readonly Entry[]> {
    const waiting = this.#waiting;
    if (this.#first >= waiting.length) {
      this.#waiting = [];
      this.#first = 0;
      return [];
    }
    const cluster = await this.#prepared();
    const groups = new Map<string, { readonly id: PartitionId; readonly records: OutgoingRecord[] }>();
    const partitionsOf = new Map<string, readonly PartitionGroup[]>();
    let bytes = 0;
    let count = 0;
    this.#turn += 1;
    for (; this.#first < waiting.length && count < REQUEST_RECORDS_MAX; count++) {
      const record = waiting[this.#first] as OutgoingRecord;
      const size = recordBytesMax(record);
      if (count > 0 && bytes + size > REQUEST_BYTES_MAX) break;
      bytes += size;
      this.#first += 1;
      let partitions = partitionsOf.get(record.topic);
      if (partitions === undefined) {
        partitions = this.#groupsOf(cluster, record.topic);
        partitionsOf.set(record.topic, partitions);
      }
      partitions[this.#placeOf(record, partitions)]?.records.push(record);
    }
    for (const group of [...partitionsOf.values()].flat())
      if (group.records.length > 0) groups.set(keyOf(group.id), group);
    this.#waitingBytes -= bytes;
    if (this.#first > 100_000) {
      this.#waiting = waiting.slice(this.#first);
      this.#first = 0;
    }
    if (this.#waitingBytes < WAITING_BYTES_LOW) this.#openRoom();
    const entries: Entry[] = [];
    for (const { id, records } of groups.values()) entries.push(this.#entry(id, records));
    return entries;
  }

  /** The connection, with what is known of the topics that are written next, and an identity. */
  async #prepared(): Promise<RawCluster> {
    const topics = new Set<string>();
    for (let i = this.#first; i < this.#waiting.length && topics.size < 16; i++) {
      topics.add((this.#waiting[i] as OutgoingRecord).topic);
      if (i - this.#first > REQUEST_RECORDS_MAX) break;
    }
    const patience = new Patience(this.#settings, this.#note);
    for (;;) {
      try {
        const cluster = await this.#connect();
        if (![...topics].every((topic) => this.#topics.has(topic))) await cluster.addMultipleTargetTopics([...topics]);
        this.#producer ??= await this.#identity.begin(cluster);
        patience.end();
        return cluster;
      } catch (error) {
        await patience.afterFailure(error, { wasThere: this.#topics.size > 0 });
      }
    }
  }

  #groupsOf(cluster: RawCluster, topic: string): readonly PartitionGroup[] {
    return cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => partitionId)
      .sort((a, b) => a - b)
      .map((partition) => ({ id: { topic, partition }, records: [] }));
  }

  #placeOf({ partition, key, topic }: OutgoingRecord, partitions: readonly PartitionGroup[]): number {
    if (partition !== null) {
      if (partition < partitions.length) return partition;
      throw Object.assign(new Error(`there is no partition ${partition}`), { topic, partition });
    }
    return key === null ? this.#turn % partitions.length : partitionOfKey(key, partitions.length);
  }

  #entry(id: PartitionId, records: readonly OutgoingRecord[]): Entry {
    const producer = this.#producer as BatchProducer;
    const isNumbered = producer.producerId >= 0n;
    const name = keyOf(id);
    const firstSequence = isNumbered ? (this.#sequences.get(name) ?? 0) : -1;
    if (isNumbered) this.#sequences.set(name, nextSequence(firstSequence, records.length));
    return this.#encoded(id, records, firstSequence);
  }

  #encoded(id: PartitionId, records: readonly OutgoingRecord[], firstSequence: number): Entry {
    const { compression } = this.#settings;
    const producer = this.#producer as BatchProducer;
    const batch = encodeBatch(records, producer, firstSequence, compression, Date.now());
    return { ...id, records, firstSequence, batch };
  }

  /** Writes all entries; of each partition the first of what is left, because a request takes one batch of each. */
  async #deliver(entries: readonly Entry[]): Promise<void> {
    const left = new Map(entries.map((entry) => [keyOf(entry), [entry]]));
    const patience = new Patience(this.#settings, this.#note);
    while (left.size > 0) {
      const heads = [...left.values()].map((own) => own[0] as Entry);
      try {
        const cluster = await this.#connect();
        if (patience.hasFailed) await cluster.refreshMetadata();
        await this.#identity.addPartitions(cluster, heads);
        const leaders = await leadersOf(cluster, heads);
        const answers = await Promise.all(
          [...leaders].map(([broker, own]) => produce(broker, this.#settings, this.#identity.transactionalId, own)),
        );
        for (const answer of answers.flat()) this.#settle(left, answer);
        patience.end();
      } catch (error) {
        await patience.afterFailure(error, { wasThere: this.#topics.size > 0 });
      }
    }
  }

  #settle(left: Map<string, Entry[]>, { topic, partition, errorCode }: ProduceAnswer): void {
    const name = keyOf({ topic, partition });
    const own = left.get(name);
    const [head] = own ?? [];
    if (own === undefined || head === undefined) return;
    if (errorCode === 0 || errorCode === DUPLICATE_SEQUENCE_NUMBER) {
      this.#topics.add(topic);
      own.shift();
      if (own.length === 0) left.delete(name);
      return;
    }
    const isTooLarge = errorCode === MESSAGE_TOO_LARGE || errorCode === RECORD_LIST_TOO_LARGE;
    if (isTooLarge && head.records.length > 1) {
      // Together they are larger than the topic takes, one by one they may not be.
      const middle = head.records.length >> 1;
      const second = head.firstSequence < 0 ? -1 : nextSequence(head.firstSequence, middle);
      const halves = [
        this.#encoded(head, head.records.slice(0, middle), head.firstSequence),
        this.#encoded(head, head.records.slice(middle), second),
      ];
      own.splice(0, 1, ...halves);
      return;
    }
    try {
      throwIfError(errorCode);
    } catch (error) {
      throw Object.assign(error as object, { topic, partition, sizeBytes: isTooLarge ? head.batch.length : undefined });
    }
  }
}

interface PartitionGroup {
  readonly id: PartitionId;
  readonly records: OutgoingRecord[];
}

/** Sequences are Java's `int`, without negative ones. */
function nextSequence(sequence: number, count: number): number {
  return (sequence + count) % 2_147_483_648;
}
