/**
 * Kafka as connectors see it: records that have arrived are taken, records to be written are handed over, and
 * nothing of it waits. What takes time answers with a promise or calls `wake`. `node/kafka-client.ts` has the
 * real one, `memory-broker.ts` the one of unit tests, and a replay gets `QUIET_BROKERS`.
 */
import { ok, type Result } from '../base/result.ts';

/** How to reach a cluster and how to behave there, read from `properties.*` by `connectors/kafka/client-settings.ts`. */
export interface BrokerSettings {
  /** `host:port` of some brokers. */
  readonly servers: readonly string[];
  readonly clientId: string;
  readonly tls: TlsSettings | null;
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  /** Whether records of open and aborted transactions are left out. */
  readonly readCommitted: boolean;
  /** Acknowledgements to wait for; -1: of all replicas in sync. */
  readonly acks: -1 | 0 | 1;
  readonly isIdempotent: boolean;
  readonly compression: 'none' | 'gzip' | 'snappy';
  /** How long one answer may take. */
  readonly requestTimeoutMs: number;
  /** How long a broker may be away before reading or writing fails. */
  readonly apiTimeoutMs: number;
  /** How long a transaction may stay open. */
  readonly transactionTimeoutMs: number;
  /** Bytes of one answer, and of one partition in it. */
  readonly fetchBytesMax: number;
  readonly partitionBytesMax: number;
}

/** Encryption. Certificates and keys are PEM texts; `caFile` is a PEM file. `null`: what the system trusts. */
export interface TlsSettings {
  readonly ca: string | null;
  readonly caFile: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly keyPassword: string | null;
  /** Whether the name in the certificate must be that of the host. */
  readonly checksHost: boolean;
}

/** Makes connections. */
export interface Brokers {
  /** A connection that is opened with its first use. */
  connect(settings: BrokerSettings): BrokerClient;
}

/** A partition of a topic. */
export interface PartitionId {
  readonly topic: string;
  readonly partition: number;
}

/** A header; the same name may come several times. */
export type RecordHeader = readonly [name: string, value: Uint8Array | null];

/** A record as it was read. Its bytes may be a view into many more: who keeps them copies them. */
export interface BrokerRecord {
  readonly offset: number;
  /** Epoch ms; -1 where the record has none. */
  readonly timestampMs: number;
  readonly timestampType: 'CreateTime' | 'LogAppendTime' | 'NoTimestampType';
  readonly leaderEpoch: number | null;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly RecordHeader[];
}

/** Records of one partition, in order. */
export interface FetchedRecords extends PartitionId {
  readonly records: readonly BrokerRecord[];
  /** Where reading goes on: behind records that are there and not shown (markers, aborted ones) too. */
  readonly nextOffset: number;
}

/** Which offset of a partition is meant. */
export type OffsetAt =
  | 'earliest'
  /** The next one to be written. */
  | 'latest'
  /** The first one at or after a time; the next one to be written where there is none. */
  | { readonly timestampMs: number };

/** Where to begin to read a partition, and how far (exclusive; `null`: for ever). */
export interface FetchStart extends PartitionId {
  readonly offset: number;
  readonly endOffset: number | null;
}

/** What becomes of a partition whose records to go on with are not there (any more). */
export type OutOfRange = 'earliest' | 'latest' | 'fail';

/** Records that arrive, a bounded number of bytes ahead of who takes them. */
export interface RecordFeed {
  /** What arrived first, or `null`: nothing, and `wake` is called when there is. After a failure always that. */
  take(): Result<FetchedRecords | null>;
  /** Reads further partitions too. */
  add(starts: readonly FetchStart[]): void;
  close(): void;
}

/** A record to be written. */
export interface OutgoingRecord {
  readonly topic: string;
  /** `null`: by the key's hash as Kafka's clients do, and without a key spread. */
  readonly partition: number | null;
  readonly key: Uint8Array | null;
  /** A text is written in UTF-8. */
  readonly value: Uint8Array | string | null;
  /** `null`: now. */
  readonly timestampMs: number | null;
  readonly headers: readonly RecordHeader[];
}

/** Writes records in the order in which they are handed over. */
export interface RecordProducer {
  /** Hands over a record. A failure is that of an earlier one, and stays. */
  send(record: OutgoingRecord): Result<void>;
  /** Resolves when there is room again; `null`: there is. */
  waitFor(): Promise<void> | null;
  /** Resolves when all records handed over so far are acknowledged, or will never be. */
  flush(): Promise<Result<void>>;
  close(): void;
}

/** A transaction that is open: what it takes to end it, from another process too. */
export interface OpenTransaction {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly epoch: number;
}

/** Writes records that are visible to readers of what is committed when the transaction is. */
export interface TransactionProducer extends RecordProducer {
  /** After `flush`: nothing more is written, and `close` leaves the transaction open. `null`: nothing was written. */
  prepare(): OpenTransaction | null;
}

/** A connection to a cluster. */
export interface BrokerClient {
  /** Names of all topics that the user may see, internal ones left out. */
  topics(): Promise<Result<readonly string[]>>;
  /** Partitions of topics, in order. A topic that is not there is a failure. */
  partitions(topics: readonly string[]): Promise<Result<readonly PartitionId[]>>;
  /** An offset for each partition. */
  offsets(partitions: readonly PartitionId[], at: OffsetAt): Promise<Result<readonly number[]>>;
  /** Where a consumer group stands; `null` for partitions of which it says nothing. */
  committedOffsets(groupId: string, partitions: readonly PartitionId[]): Promise<Result<readonly (number | null)[]>>;
  /** Begins to read. `wake`: something arrived, or reading failed. */
  fetch(starts: readonly FetchStart[], wake: () => void, outOfRange: OutOfRange): RecordFeed;
  /** Begins to write. */
  produce(): RecordProducer;
  /** Begins to write in a transaction. One that another process has left open under this id is aborted. */
  produceIn(transactionalId: string): TransactionProducer;
  /** Commits or aborts; doing so twice is as once. */
  endTransaction(transaction: OpenTransaction, how: 'commit' | 'abort'): Promise<Result<void>>;
  /** Aborts what others have left open under this id, and keeps them from going on; whether there was anybody. */
  fence(transactionalId: string): Promise<Result<{ readonly wasUsed: boolean }>>;
  close(): void;
}

const QUIET_PRODUCER: RecordProducer = {
  send: () => ok(undefined),
  waitFor: () => null,
  flush: async () => ok(undefined),
  close: () => {},
};

/** For replays: nothing is read, because the recording has the rows, and nothing is written. */
export const QUIET_BROKERS: Brokers = {
  connect: () => ({
    topics: async () => ok([]),
    partitions: async () => ok([]),
    offsets: async (partitions) => ok(partitions.map(() => 0)),
    committedOffsets: async (_groupId, partitions) => ok(partitions.map(() => null)),
    fetch: () => ({ take: () => ok(null), add: () => {}, close: () => {} }),
    produce: () => QUIET_PRODUCER,
    produceIn: () => ({ ...QUIET_PRODUCER, prepare: () => null }),
    endTransaction: async () => ok(undefined),
    fence: async () => ok({ wasUsed: false }),
    close: () => {},
  }),
};
