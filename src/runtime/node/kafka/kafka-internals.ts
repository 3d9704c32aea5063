/**
 * The parts of kafkajs below its public interface that reading needs. Its consumer always joins a group, which
 * shares partitions between members; a table reads all of them from offsets of its own, as Flink's does.
 */
import { createRequire } from 'node:module';
import type { KafkaConfig, KafkaMessage, logLevel, ProducerBatch, SASLOptions } from 'kafkajs';

/** A record as kafkajs decodes it. */
export interface RawMessage extends Omit<KafkaMessage, 'headers'> {
  readonly headers?: Readonly<Record<string, Buffer | string | null | readonly (Buffer | string | null)[]>>;
  readonly isControlRecord?: boolean;
  readonly batchContext?: {
    readonly firstOffset: string;
    readonly lastOffsetDelta: number;
    readonly partitionLeaderEpoch: number;
    readonly timestampType: number;
  };
}

/** What one partition answered to a fetch. */
export interface FetchedPartition {
  readonly partition: number;
  readonly highWatermark: string;
  readonly messages: readonly RawMessage[];
}

/** A broker. */
export interface RawBroker {
  metadata(topics: readonly string[]): Promise<{
    readonly topicMetadata: readonly { readonly topic: string; readonly isInternal?: boolean }[];
  }>;
  fetch(request: {
    readonly isolationLevel: number;
    readonly maxWaitTime: number;
    readonly minBytes: number;
    readonly maxBytes: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly {
        readonly partition: number;
        readonly fetchOffset: string;
        readonly maxBytes: number;
      }[];
    }[];
  }): Promise<{
    readonly responses: readonly { readonly topicName: string; readonly partitions: readonly FetchedPartition[] }[];
  }>;
  listOffsets(request: {
    readonly isolationLevel: number;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly timestamp: number }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
  endTxn(request: {
    readonly transactionalId: string;
    readonly producerId: string;
    readonly producerEpoch: number;
    readonly transactionResult: boolean;
  }): Promise<unknown>;
  offsetFetch(request: {
    readonly groupId: string;
    readonly topics: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number }[];
    }[];
  }): Promise<{
    readonly responses: readonly {
      readonly topic: string;
      readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
    }[];
  }>;
}

/** A cluster: connections and what is known of its topics. */
export interface RawCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  metadata(request: { readonly topics: readonly string[] }): ReturnType<RawBroker['metadata']>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  findBroker(request: { readonly nodeId: string }): Promise<RawBroker>;
  findGroupCoordinator(request: { readonly groupId: string; readonly coordinatorType?: number }): Promise<RawBroker>;
}

/** State of a transactional producer. */
export interface EosManager {
  initProducerId(): Promise<void>;
  beginTransaction(): void;
  abort(): Promise<void>;
  getProducerId(): string | number;
  getProducerEpoch(): number;
}

interface RawBatch {
  readonly messages: readonly RawMessage[];
}

/** Takes aborted records and markers out of what was fetched. */
export type BatchClass = new (topic: string, fetchedOffset: string, data: FetchedPartition) => RawBatch;

interface Internals {
  readonly Cluster: new (options: object) => RawCluster;
  readonly Batch: BatchClass;
  readonly createLogger: (options: {
    readonly level: logLevel;
    readonly logCreator: KafkaConfig['logCreator'];
  }) => object;
  readonly socketFactory: () => object;
  readonly createEosManager: (options: object) => EosManager;
  readonly createMessageProducer: (options: object) => {
    readonly sendBatch: (batch: ProducerBatch) => Promise<unknown>;
  };
  readonly createRetry: (options: object) => object;
  /** For parts that want one and whose troubles come as errors anyway. */
  readonly logger: object;
  readonly kafkajs: typeof import('kafkajs');
}

let loaded: Internals | null = null;

/** kafkajs, loaded when the first table needs it. */
export function kafkaInternals(): Internals {
  if (loaded !== null) return loaded;
  // Its partitioner is chosen by us, so there is nothing to warn of.
  process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
  const require = createRequire(import.meta.url);
  const kafkajs = require('kafkajs') as Internals['kafkajs'];
  const { createLogger } = require('kafkajs/src/loggers/index.js') as Pick<Internals, 'createLogger'>;
  loaded = {
    Cluster: require('kafkajs/src/cluster/index.js'),
    Batch: require('kafkajs/src/consumer/batch.js'),
    createLogger,
    createEosManager: require('kafkajs/src/producer/eosManager/index.js'),
    createMessageProducer: require('kafkajs/src/producer/messageProducer.js'),
    createRetry: require('kafkajs/src/retry/index.js'),
    logger: createLogger({ level: kafkajs.logLevel.NOTHING, logCreator: () => () => {} }),
    socketFactory: require('kafkajs/src/network/socketFactory.js'),
    kafkajs,
  };
  return loaded;
}

/** Authentication as kafkajs takes it. */
export type KafkajsSasl = SASLOptions;
