/**
 * Kafka behind the port of `seams/broker.ts`, by kafkajs. Metadata, offsets and reading use its cluster directly
 * (see `kafka-internals.ts`), writing its producer.
 */
import * as fs from 'node:fs';
import { err, ok, type Result } from '../../base/result.ts';
import type {
  BrokerClient,
  BrokerSettings,
  Brokers,
  FetchStart,
  OffsetAt,
  OpenTransaction,
  OutOfRange,
  PartitionId,
  RecordFeed,
  RecordProducer,
  TransactionProducer,
} from '../../seams/broker.ts';
import { kafkaFailure } from './kafka-failure.ts';
import { KafkaFeed } from './kafka-feed.ts';
import { type KafkajsSasl, kafkaInternals, type RawCluster } from './kafka-internals.ts';
import { byTopic, keyOf, leadersOf } from './kafka-partitions.ts';
import { KafkaProducer } from './kafka-producer.ts';
import { endTransaction, fenceTransaction, KafkaTransaction, plainIdentity } from './kafka-transaction.ts';

/** The brokers of this machine's network. `note` gets lines about what goes wrong and is tried again. */
export function kafkaBrokers(note: (line: string) => void = () => {}): Brokers {
  return { connect: (settings) => new KafkaClient(settings, note) };
}

const EARLIEST = -2;
const LATEST = -1;

class KafkaClient implements BrokerClient {
  readonly #settings: BrokerSettings;
  readonly #note: (line: string) => void;
  readonly #ends: (() => void)[] = [];
  readonly #producers: (KafkaProducer | KafkaTransaction)[] = [];
  #cluster: Promise<RawCluster> | null = null;

  constructor(settings: BrokerSettings, note: (line: string) => void) {
    this.#settings = settings;
    this.#note = note;
  }

  topics(): Promise<Result<readonly string[]>> {
    return this.#attempt('', async (cluster) => {
      const { topicMetadata } = await cluster.metadata({ topics: [] });
      return topicMetadata.filter(({ isInternal }) => isInternal !== true).map(({ topic }) => topic);
    });
  }

  partitions(topics: readonly string[]): Promise<Result<readonly PartitionId[]>> {
    return this.#attempt(namesOf(topics), async (cluster) => {
      await cluster.addMultipleTargetTopics(topics);
      // Topics that are known already may have got partitions meanwhile.
      await cluster.refreshMetadata();
      return topics.flatMap((topic) =>
        cluster
          .findTopicPartitionMetadata(topic)
          .map(({ partitionId }) => ({ topic, partition: partitionId }))
          .sort((a, b) => a.partition - b.partition),
      );
    });
  }

  offsets(partitions: readonly PartitionId[], at: OffsetAt): Promise<Result<readonly number[]>> {
    return this.#attempt(namesOf(partitions.map(({ topic }) => topic)), async (cluster) => {
      const timestamp = at === 'earliest' ? EARLIEST : at === 'latest' ? LATEST : at.timestampMs;
      const found = await this.#listOffsets(cluster, partitions, timestamp);
      // There may be nothing as late as that time: then reading begins at the end.
      const missing = partitions.filter((id) => (found.get(keyOf(id)) ?? -1) < 0);
      if (missing.length > 0)
        for (const [key, offset] of await this.#listOffsets(cluster, missing, LATEST)) found.set(key, offset);
      return partitions.map((id) => found.get(keyOf(id)) ?? 0);
    });
  }

  committedOffsets(groupId: string, partitions: readonly PartitionId[]): Promise<Result<readonly (number | null)[]>> {
    return this.#attempt(`the consumer group ${groupId}`, async (cluster) => {
      const coordinator = await cluster.findGroupCoordinator({ groupId });
      const { responses } = await coordinator.offsetFetch({ groupId, topics: byTopic(partitions, () => ({})) });
      const found = new Map<string, number>();
      for (const { topic, partitions: offsets } of responses)
        for (const { partition, offset } of offsets) found.set(keyOf({ topic, partition }), Number(offset));
      return partitions.map((id) => {
        const offset = found.get(keyOf(id)) ?? -1;
        return offset < 0 ? null : offset;
      });
    });
  }

  fetch(starts: readonly FetchStart[], wake: () => void, outOfRange: OutOfRange): RecordFeed {
    const world = {
      settings: this.#settings,
      note: this.#note,
      connect: () => this.#connected(),
      offsetOf: async (place: PartitionId, at: 'earliest' | 'latest') => {
        const found = await this.#listOffsets(await this.#connected(), [place], at === 'earliest' ? EARLIEST : LATEST);
        return found.get(keyOf(place)) ?? 0;
      },
    };
    const feed = new KafkaFeed(world, starts, wake, outOfRange);
    this.#ends.push(() => feed.close());
    return feed;
  }

  produce(): RecordProducer {
    const identity = plainIdentity(this.#settings);
    const producer = new KafkaProducer(() => this.#connected(), this.#settings, identity, this.#note);
    this.#producers.push(producer);
    return producer;
  }

  produceIn(transactionalId: string): TransactionProducer {
    const transaction = new KafkaTransaction(() => this.#connected(), this.#settings, transactionalId, this.#note);
    this.#producers.push(transaction);
    // Those that came to their end need no good-bye; only a few can still be open.
    if (this.#producers.length > 4) this.#producers.shift();
    return transaction;
  }

  async endTransaction(transaction: OpenTransaction, how: 'commit' | 'abort'): Promise<Result<void>> {
    try {
      await endTransaction(() => this.#connected(), this.#settings, transaction, how, this.#note);
      return ok(undefined);
    } catch (error) {
      return err(kafkaFailure(error, this.#settings, `transaction ${transaction.transactionalId}`));
    }
  }

  fence(transactionalId: string): Promise<Result<{ readonly wasUsed: boolean }>> {
    return this.#attempt(`transaction ${transactionalId}`, async (cluster) => {
      return { wasUsed: await fenceTransaction(cluster, transactionalId, this.#settings.transactionTimeoutMs) };
    });
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
    const cluster = this.#cluster;
    this.#cluster = null;
    // Nobody waits for the good-bye, but the connection does: for records that are still going out, and for
    // transactions that are being aborted.
    for (const producer of this.#producers) producer.close();
    const closed = this.#producers.map((producer) => producer.closed);
    void cluster?.then((connected) => Promise.all(closed).then(() => connected.disconnect())).catch(() => {});
  }

  async #listOffsets(
    cluster: RawCluster,
    partitions: readonly PartitionId[],
    timestamp: number,
  ): Promise<Map<string, number>> {
    await cluster.addMultipleTargetTopics([...new Set(partitions.map(({ topic }) => topic))]);
    const isolationLevel = this.#settings.readCommitted ? 1 : 0;
    const found = new Map<string, number>();
    for (const [broker, own] of await leadersOf(cluster, partitions)) {
      const { responses } = await broker.listOffsets({ isolationLevel, topics: byTopic(own, () => ({ timestamp })) });
      for (const { topic, partitions: offsets } of responses)
        for (const { partition, offset } of offsets) found.set(keyOf({ topic, partition }), Number(offset));
    }
    return found;
  }

  #connected(): Promise<RawCluster> {
    this.#cluster ??= (async () => {
      const { Cluster, logger, socketFactory } = kafkaInternals();
      const cluster = new Cluster({
        ...connectionOf(this.#settings),
        logger,
        socketFactory: socketFactory(),
        metadataMaxAge: 300_000,
        allowAutoTopicCreation: false,
        maxInFlightRequests: null,
        isolationLevel: this.#settings.readCommitted ? 1 : 0,
      });
      await cluster.connect();
      return cluster;
    })();
    // One that could not be made is tried anew by who asks next.
    this.#cluster.catch(() => {
      this.#cluster = null;
    });
    return this.#cluster;
  }

  async #attempt<T>(what: string, run: (cluster: RawCluster) => Promise<T>): Promise<Result<T>> {
    try {
      return ok(await run(await this.#connected()));
    } catch (error) {
      return err(kafkaFailure(error, this.#settings, what));
    }
  }
}

function namesOf(topics: readonly string[]): string {
  const names = [...new Set(topics)];
  return names.length === 1 ? `the topic ${names[0]}` : `one of the topics ${names.join(', ')}`;
}

function connectionOf(settings: BrokerSettings) {
  const { servers, clientId, tls, sasl, requestTimeoutMs } = settings;
  return {
    brokers: [...servers],
    clientId,
    // One object of three kinds: the type wants to know which.
    ...(sasl === null ? {} : { sasl: { ...sasl } as KafkajsSasl }),
    ...(tls === null
      ? {}
      : {
          ssl: {
            ...(tls.ca === null ? {} : { ca: [tls.ca] }),
            ...(tls.caFile === null ? {} : { ca: [fs.readFileSync(tls.caFile, 'utf8')] }),
            ...(tls.certificate === null ? {} : { cert: tls.certificate }),
            ...(tls.key === null ? {} : { key: tls.key }),
            ...(tls.keyPassword === null ? {} : { passphrase: tls.keyPassword }),
            ...(tls.checksHost ? {} : { checkServerIdentity: () => undefined }),
          },
        }),
    connectionTimeout: 3_000,
    authenticationTimeout: 10_000,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: { retries: 4, initialRetryTime: 200, maxRetryTime: 3_000 },
  };
}
