/**
 * A broker in memory, for unit tests of connectors: topics are lists of records. What it simulates is the
 * port's own promises (records arrive later, partition by partition); a real broker is used in `e2e/kafka`.
 */
import { err, ok, type Result } from '../base/result.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type {
  BrokerClient,
  BrokerRecord,
  BrokerSettings,
  Brokers,
  FetchStart,
  OffsetAt,
  OutgoingRecord,
  PartitionId,
} from './broker.ts';

/** A record to put into a partition; what is left out is empty. */
export interface StoredRecord {
  readonly key?: Uint8Array | null;
  readonly value?: Uint8Array | null;
  readonly timestampMs?: number;
  readonly headers?: BrokerRecord['headers'];
}

/** Topics in memory. */
export class MemoryBroker implements Brokers {
  readonly #topics = new Map<string, BrokerRecord[][]>();
  readonly #groups = new Map<string, number>();
  /** Records of transactions that have not ended: what is here is seen by nobody. */
  readonly #open = new Map<string, OutgoingRecord[]>();
  readonly #usedIds = new Set<string>();
  readonly #listeners = new Set<() => void>();
  /** Settings of every connection that was made. */
  readonly connections: BrokerSettings[] = [];

  create(topic: string, partitionCount: number): void {
    this.#topics.set(
      topic,
      Array.from({ length: partitionCount }, () => []),
    );
  }

  /** Appends records and wakes those who wait. */
  put(topic: string, partition: number, ...records: readonly StoredRecord[]): void {
    const log = this.#log({ topic, partition });
    for (const { key = null, value = null, timestampMs = 0, headers = [] } of records) {
      const offset = log.length;
      log.push({ offset, key, value, timestampMs, headers, timestampType: 'CreateTime', leaderEpoch: 0 });
    }
    for (const listener of this.#listeners) listener();
  }

  commit(groupId: string, { topic, partition }: PartitionId, offset: number): void {
    this.#groups.set(`${groupId} ${topic}-${partition}`, offset);
  }

  /** All records of a partition. */
  records(topic: string, partition: number): readonly BrokerRecord[] {
    return this.#log({ topic, partition });
  }

  connect(settings: BrokerSettings): BrokerClient {
    this.connections.push(settings);
    return {
      topics: async () => ok([...this.#topics.keys()]),
      partitions: async (topics) => this.#partitions(topics),
      offsets: async (partitions, at) => ok(partitions.map((id) => this.#offset(id, at))),
      committedOffsets: async (groupId, partitions) =>
        ok(partitions.map((id) => this.#groups.get(`${groupId} ${id.topic}-${id.partition}`) ?? null)),
      fetch: (starts, wake) => this.#fetch(starts, wake),
      produce: () => ({
        send: (record) => ok(this.#send(record)),
        waitFor: () => null,
        flush: async () => ok(undefined),
        close: () => {},
      }),
      produceIn: (transactionalId) => this.#transaction(transactionalId),
      endTransaction: async ({ transactionalId }, how) => ok(this.#end(transactionalId, how)),
      fence: async (id) => ok({ wasUsed: this.#fence(id) }),
      close: () => {},
    };
  }

  #fence(transactionalId: string): boolean {
    this.#open.delete(transactionalId);
    const wasUsed = this.#usedIds.has(transactionalId);
    this.#usedIds.add(transactionalId);
    return wasUsed;
  }

  #transaction(transactionalId: string): ReturnType<BrokerClient['produceIn']> {
    const records: OutgoingRecord[] = [];
    this.#usedIds.add(transactionalId);
    this.#open.set(transactionalId, records);
    let isPrepared = false;
    return {
      send: (record) => ok(void records.push(record)),
      waitFor: () => null,
      flush: async () => ok(undefined),
      prepare: () => {
        isPrepared = true;
        return { transactionalId, producerId: '1', epoch: 0 };
      },
      close: () => {
        if (!isPrepared) this.#open.delete(transactionalId);
      },
    };
  }

  #end(transactionalId: string, how: 'commit' | 'abort'): void {
    if (how === 'commit') for (const record of this.#open.get(transactionalId) ?? []) this.#send(record);
    this.#open.delete(transactionalId);
  }

  #log({ topic, partition }: PartitionId): BrokerRecord[] {
    const log = this.#topics.get(topic)?.[partition];
    if (log === undefined) throw new Error(`there is no ${topic}-${partition}`);
    return log;
  }

  #partitions(topics: readonly string[]): Result<readonly PartitionId[]> {
    const missing = topics.find((topic) => !this.#topics.has(topic));
    if (missing !== undefined)
      return err({ domain: 'network', message: `The topic ${missing} does not exist.`, retry: 'later' });
    return ok(topics.flatMap((topic) => (this.#topics.get(topic) ?? []).map((_, partition) => ({ topic, partition }))));
  }

  #offset(id: PartitionId, at: OffsetAt): number {
    const log = this.#log(id);
    if (at === 'earliest') return 0;
    const found = at === 'latest' ? -1 : log.findIndex((record) => record.timestampMs >= at.timestampMs);
    return found === -1 ? log.length : found;
  }

  #fetch(starts: readonly FetchStart[], wake: () => void): ReturnType<BrokerClient['fetch']> {
    const places = starts.map((start) => ({ ...start }));
    let turn = 0;
    this.#listeners.add(wake);
    return {
      take: () => {
        for (let i = 0; i < places.length; i++) {
          const place = places[(turn + i) % places.length] as (typeof places)[number];
          const records = this.#log(place).slice(place.offset, place.endOffset ?? undefined);
          if (records.length === 0) continue;
          turn += i + 1;
          place.offset += records.length;
          return ok({ topic: place.topic, partition: place.partition, records, nextOffset: place.offset });
        }
        return ok(null);
      },
      add: (more) => void places.push(...more.map((start) => ({ ...start }))),
      close: () => void this.#listeners.delete(wake),
    };
  }

  #send({ topic, partition, key, value, timestampMs, headers }: OutgoingRecord): void {
    const bytes = typeof value === 'string' ? encodeUtf8(value) : value;
    this.put(topic, partition ?? 0, { key, value: bytes, timestampMs: timestampMs ?? 0, headers });
  }
}
