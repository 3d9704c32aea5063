/**
 * Writes records in the order in which they come: what has gathered while one request was under way is the next one.
 * Records become bytes of their partition's batch at once.
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
import { BatchBuilder, type BatchProducer, decodeBatches } from './record-batch.ts';

/** Bytes of keys and values that may wait before the run does, and how few must be left before it goes on. */
const WAITING_BYTES_MAX = 8 * 1024 * 1024;
const WAITING_BYTES_LOW = 4 * 1024 * 1024;
/** Records and bytes of one batch: more than a megabyte is refused by brokers as they come. */
const BATCH_RECORDS_MAX = 20_000;
const BATCH_BYTES_MAX = 900_000;
/** Bytes of one request, of several partitions together. */
const REQUEST_BYTES_MAX = 4 * 1024 * 1024;

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

/** Records of one partition, collected or on their way. */
interface Entry extends PartitionId {
  readonly builder: BatchBuilder;
  /** Set when it is sent for the first time; -1: batches are not numbered. */
  firstSequence: number;
  batch: Buffer;
}

/** What is known of a topic, and the batches that still grow: one for each partition. */
interface TopicState {
  readonly partitions: readonly number[];
  readonly growing: (Entry | null)[];
  /** Where records without a key go: all to one partition until a request is made of them. */
  turn: number;
}

const NOTHING = Buffer.alloc(0);

/** Writes records. */
export class KafkaProducer implements RecordProducer {
  readonly #connect: () => Promise<RawCluster>;
  readonly #settings: BrokerSettings;
  readonly #identity: ProducerIdentity;
  readonly #note: (line: string) => void;
  readonly #sequences = new Map<string, number>();
  readonly #topics = new Map<string, TopicState>();
  /** Records of topics of which nothing is known yet, with those behind them. */
  #early: OutgoingRecord[] = [];
  /** Batches that are full, in their order. */
  #full: Entry[] = [];
  #waitingBytes = 0;
  #drain: Promise<void> | null = null;
  #room: { readonly promise: Promise<void>; readonly open: () => void } | null = null;
  #producer: BatchProducer | null = null;
  /** Something was acknowledged: from then on a topic that is missing is one that comes back. */
  #hasWritten = false;
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
    const topic = this.#early.length > 0 ? undefined : this.#topics.get(record.topic);
    if (topic === undefined) {
      this.#early.push(record);
      this.#waitingBytes += 100 + (record.key?.length ?? 0) + (record.value?.length ?? 0);
    } else {
      const added = this.#append(topic, record);
      if (!added.ok) return added;
    }
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

  #append(topic: TopicState, record: OutgoingRecord): Result<void> {
    const place = placeOf(record, topic);
    const partition = topic.partitions[place];
    if (partition === undefined) {
      const where = `topic ${record.topic} has no partition ${record.partition}`;
      const failure: Failure = { domain: 'network', message: `The ${where}: add partitions to it.`, retry: 'later' };
      this.#failure ??= failure;
      return err(failure);
    }
    let entry = topic.growing[place] ?? null;
    if (entry === null) {
      entry = { topic: record.topic, partition, builder: new BatchBuilder(), firstSequence: -1, batch: NOTHING };
      topic.growing[place] = entry;
    }
    const { builder } = entry;
    const before = builder.byteCount;
    builder.add(record, Date.now());
    this.#waitingBytes += builder.byteCount - before;
    if (builder.byteCount >= BATCH_BYTES_MAX || builder.recordCount >= BATCH_RECORDS_MAX) {
      this.#full.push(entry);
      topic.growing[place] = null;
      topic.turn += 1;
    }
    return ok(undefined);
  }

  async #send(): Promise<void> {
    // Later: all rows of this turn go in one request.
    await new Promise((resolve) => setImmediate(resolve));
    try {
      if (this.#early.length > 0) await this.#begin();
      for (let entries = this.#nextEntries(); entries.length > 0; entries = this.#nextEntries()) {
        await this.#deliver(entries);
        if (this.#early.length > 0) await this.#begin();
      }
    } catch (error) {
      const { topic, partition } = error as KafkaError;
      const names = [...new Set(this.#early.map((record) => record.topic))].join(', ');
      const place = topic === undefined ? `topic ${names}` : `topic ${topic}, partition ${partition}`;
      this.#failure ??= kafkaFailure(error, this.#settings, place);
      this.#early = [];
      this.#full = [];
      this.#topics.clear();
      this.#openRoom();
    } finally {
      this.#drain = null;
    }
  }

  #openRoom(): void {
    this.#room?.open();
    this.#room = null;
  }

  /** Asks about the topics of the records that came first, and puts these into batches. */
  async #begin(): Promise<void> {
    const patience = new Patience(this.#settings, this.#note);
    for (;;) {
      const topics = [...new Set(this.#early.map(({ topic }) => topic))];
      try {
        const cluster = await this.#connect();
        await cluster.addMultipleTargetTopics(topics);
        this.#producer ??= await this.#identity.begin(cluster);
        patience.end();
        for (const topic of topics) {
          const ids = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
          const partitions = ids.sort((a, b) => a - b);
          if (!this.#topics.has(topic)) this.#topics.set(topic, { partitions, growing: [], turn: 0 });
        }
        break;
      } catch (error) {
        await patience.afterFailure(error, { wasThere: this.#hasWritten });
      }
    }
    const early = this.#early;
    this.#early = [];
    this.#waitingBytes = 0;
    for (let index = 0; index < early.length; index++) {
      const record = early[index] as OutgoingRecord;
      const topic = this.#topics.get(record.topic);
      if (topic === undefined) {
        // It came while the others were asked about: with all behind it, for the next time.
        this.#early = [...early.slice(index), ...this.#early];
        break;
      }
      this.#append(topic, record);
    }
  }

  /** The next batch of each partition; what grows is sent as it is. */
  #nextEntries(): readonly Entry[] {
    const entries = new Map<string, Entry>();
    let byteCount = 0;
    const kept: Entry[] = [];
    for (const entry of this.#full) {
      const name = keyOf(entry);
      if (entries.has(name) || byteCount >= REQUEST_BYTES_MAX) kept.push(entry);
      else {
        entries.set(name, entry);
        byteCount += entry.builder.byteCount;
      }
    }
    this.#full = kept;
    for (const topic of this.#topics.values()) {
      for (const [place, entry] of topic.growing.entries()) {
        if (entry === null || entry === undefined || byteCount >= REQUEST_BYTES_MAX) continue;
        if (entries.has(keyOf(entry)) || kept.some((each) => keyOf(each) === keyOf(entry))) continue;
        entries.set(keyOf(entry), entry);
        byteCount += entry.builder.byteCount;
        topic.growing[place] = null;
        topic.turn += 1;
      }
    }
    this.#waitingBytes = Math.max(0, this.#waitingBytes - byteCount);
    if (this.#waitingBytes < WAITING_BYTES_LOW) this.#openRoom();
    for (const entry of entries.values()) this.#number(entry);
    return [...entries.values()];
  }

  #number(entry: Entry): void {
    const producer = this.#producer as BatchProducer;
    const name = keyOf(entry);
    if (producer.producerId >= 0n) {
      entry.firstSequence = this.#sequences.get(name) ?? 0;
      this.#sequences.set(name, nextSequence(entry.firstSequence, entry.builder.recordCount));
    }
    entry.batch = entry.builder.finish(producer, entry.firstSequence, this.#settings.compression);
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
        const [head] = heads;
        const { topic = head?.topic, partition = head?.partition } = error as KafkaError;
        const located = Object.assign(error as object, { topic, partition });
        await patience.afterFailure(located, { wasThere: this.#hasWritten });
      }
    }
  }

  #settle(left: Map<string, Entry[]>, { topic, partition, errorCode }: ProduceAnswer): void {
    const name = keyOf({ topic, partition });
    const own = left.get(name);
    const [head] = own ?? [];
    if (own === undefined || head === undefined) return;
    if (errorCode === 0 || errorCode === DUPLICATE_SEQUENCE_NUMBER) {
      this.#hasWritten = true;
      own.shift();
      if (own.length === 0) left.delete(name);
      return;
    }
    const isTooLarge = errorCode === MESSAGE_TOO_LARGE || errorCode === RECORD_LIST_TOO_LARGE;
    if (isTooLarge && head.builder.recordCount > 1) {
      // Together they are larger than the topic takes, one by one they may not be.
      own.splice(0, 1, ...this.#halves(head));
      return;
    }
    try {
      throwIfError(errorCode);
    } catch (error) {
      const sizeBytes = isTooLarge ? head.batch.length : undefined;
      throw Object.assign(error as object, { topic, partition, sizeBytes });
    }
  }

  #halves({ topic, partition, batch, builder, firstSequence }: Entry): readonly Entry[] {
    const { records } = decodeBatches(batch, 0, null, []);
    const middle = builder.recordCount >> 1;
    return [records.slice(0, middle), records.slice(middle)].map((own, index) => {
      const half = new BatchBuilder();
      for (const record of own) half.add({ ...record, topic, partition }, record.timestampMs);
      const sequence = firstSequence < 0 || index === 0 ? firstSequence : nextSequence(firstSequence, middle);
      const producer = this.#producer as BatchProducer;
      const bytes = half.finish(producer, sequence, this.#settings.compression);
      return { topic, partition, builder: half, firstSequence: sequence, batch: bytes };
    });
  }
}

function placeOf({ partition, key }: OutgoingRecord, { partitions, turn }: TopicState): number {
  if (partition !== null) return partitions.indexOf(partition);
  return key === null ? turn % partitions.length : partitionOfKey(key, partitions.length);
}

/** Sequences are Java's `int`, without negative ones. */
function nextSequence(sequence: number, count: number): number {
  return (sequence + count) % 2_147_483_648;
}
