/**
 * The parts of kafkajs below its public interface: connections, logins and what is known of a cluster. Its consumer
 * always joins a group, which shares partitions between members, where a table reads all of them from offsets of its
 * own, as Flink's does; its producer keeps to itself what another process needs to commit a transaction.
 */
import { createRequire } from 'node:module';
import type { KafkaConfig, logLevel, SASLOptions } from 'kafkajs';

/** A message of an old format as kafkajs decodes it. */
export interface RawMessage {
  readonly offset: string;
  readonly timestamp?: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/** A request as kafkajs's connections send it. */
export interface RawRequest {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    readonly expectResponse: () => boolean;
    readonly encode: () => Promise<object>;
  };
  readonly response: {
    readonly decode: (raw: Buffer) => Promise<object>;
    readonly parse: (data: object) => Promise<object>;
  };
}

/** A broker. */
export interface RawBroker {
  readonly connectionPool: { readonly send: (request: RawRequest) => Promise<unknown> };
  /** By number of the request; null before the first connection. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>> | null;
  disconnect(): Promise<void>;
  initProducerId(request: {
    readonly transactionalId?: string;
    readonly transactionTimeout: number;
  }): Promise<{ readonly producerId: string | number; readonly producerEpoch: number }>;
  addPartitionsToTxn(request: {
    readonly transactionalId: string;
    readonly producerId: string;
    readonly producerEpoch: number;
    readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
  }): Promise<unknown>;
  metadata(topics: readonly string[]): Promise<{
    readonly topicMetadata: readonly { readonly topic: string; readonly isInternal?: boolean }[];
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
  findControllerBroker(): Promise<RawBroker>;
  findGroupCoordinator(request: { readonly groupId: string; readonly coordinatorType?: number }): Promise<RawBroker>;
}

interface Internals {
  readonly Cluster: new (options: object) => RawCluster;
  readonly Encoder: new (sizeBytes: number) => object;
  readonly Decoder: new (bytes: Buffer) => object;
  /** Messages of the formats before Kafka 0.11. */
  readonly decodeMessageSet: (decoder: object, sizeBytes: number) => Promise<readonly RawMessage[]>;
  readonly createErrorFromCode: (errorCode: number) => Error;
  /** Says nothing: troubles come as errors, and are told in our words. */
  readonly logger: object;
  readonly socketFactory: () => object;
}

type CreateLogger = (options: { readonly level: logLevel; readonly logCreator: KafkaConfig['logCreator'] }) => object;

let loaded: Internals | null = null;

/** kafkajs, loaded when the first table needs it. */
export function kafkaInternals(): Internals {
  if (loaded !== null) return loaded;
  // Its partitioner is chosen by us, so there is nothing to warn of.
  process.env.KAFKAJS_NO_PARTITIONER_WARNING = '1';
  const require = createRequire(import.meta.url);
  const kafkajs = require('kafkajs') as typeof import('kafkajs');
  const { createLogger } = require('kafkajs/src/loggers/index.js') as { readonly createLogger: CreateLogger };
  const { createErrorFromCode } = require('kafkajs/src/protocol/error.js') as Pick<Internals, 'createErrorFromCode'>;
  loaded = {
    Cluster: require('kafkajs/src/cluster/index.js'),
    Encoder: require('kafkajs/src/protocol/encoder.js'),
    Decoder: require('kafkajs/src/protocol/decoder.js'),
    decodeMessageSet: require('kafkajs/src/protocol/messageSet/decoder.js'),
    createErrorFromCode,
    logger: createLogger({ level: kafkajs.logLevel.NOTHING, logCreator: () => () => {} }),
    socketFactory: require('kafkajs/src/network/socketFactory.js'),
  };
  return loaded;
}

/** Authentication as kafkajs takes it. */
export type KafkajsSasl = SASLOptions;
