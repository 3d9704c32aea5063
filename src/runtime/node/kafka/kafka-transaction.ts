/**
 * As whom records are written: as nobody, as a producer whose batches are taken once, or in a transaction, which another
 * process can commit when it knows the producer's id and epoch.
 */
import type { Result } from '../../base/result.ts';
import type {
  BrokerSettings,
  OpenTransaction,
  OutgoingRecord,
  PartitionId,
  TransactionProducer,
} from '../../seams/broker.ts';
import { Patience } from './kafka-failure.ts';
import type { RawCluster } from './kafka-internals.ts';
import { byTopic, keyOf } from './kafka-partitions.ts';
import { KafkaProducer, type ProducerIdentity } from './kafka-producer.ts';
import { ANONYMOUS, type BatchProducer } from './record-batch.ts';

const TRANSACTION_COORDINATOR = 1;
/** Attempts while a coordinator starts or is busy with the transaction before, and the time between them. */
const BUSY_ATTEMPTS_MAX = 60;
const BUSY_RETRY_MS_MAX = 250;
const BUSY =
  /^(?:CONCURRENT_TRANSACTIONS|NOT_COORDINATOR\w*|\w*COORDINATOR_(?:NOT_AVAILABLE|LOAD_IN_PROGRESS)|GROUP_LOAD_IN_PROGRESS)$/;

/** Writes without transactions. */
export function plainIdentity({ isIdempotent }: BrokerSettings): ProducerIdentity {
  return {
    transactionalId: null,
    begin: async (cluster) => {
      if (!isIdempotent) return ANONYMOUS;
      const { producerId, epoch } = await initProducerId(cluster, null, 60_000);
      return { producerId, epoch, isTransactional: false };
    },
    addPartitions: async () => {},
    end: async () => {},
  };
}

/** Writes in one transaction. */
export class KafkaTransaction implements TransactionProducer {
  readonly #producer: KafkaProducer;
  readonly #transactionalId: string;
  readonly #settings: BrokerSettings;
  readonly #partitions = new Set<string>();
  #cluster: RawCluster | null = null;
  #begun: BatchProducer | null = null;
  #isPrepared = false;

  constructor(
    connect: () => Promise<RawCluster>,
    settings: BrokerSettings,
    transactionalId: string,
    note: (line: string) => void,
  ) {
    this.#settings = settings;
    this.#transactionalId = transactionalId;
    const identity: ProducerIdentity = {
      transactionalId,
      begin: (cluster) => this.#begin(cluster),
      addPartitions: (cluster, partitions) => this.#add(cluster, partitions),
      end: () => this.#end(),
    };
    this.#producer = new KafkaProducer(connect, settings, identity, note);
  }

  send(record: OutgoingRecord): Result<void> {
    return this.#producer.send(record);
  }

  waitFor(): Promise<void> | null {
    return this.#producer.waitFor();
  }

  flush(): Promise<Result<void>> {
    return this.#producer.flush();
  }

  prepare(): OpenTransaction | null {
    this.#isPrepared = true;
    return this.#open();
  }

  close(): void {
    this.#producer.close();
  }

  get closed(): Promise<void> {
    return this.#producer.closed;
  }

  #open(): OpenTransaction | null {
    const begun = this.#begun;
    if (begun === null || this.#partitions.size === 0) return null;
    return { transactionalId: this.#transactionalId, producerId: String(begun.producerId), epoch: begun.epoch };
  }

  async #begin(cluster: RawCluster): Promise<BatchProducer> {
    this.#cluster = cluster;
    const { transactionTimeoutMs } = this.#settings;
    const { producerId, epoch } = await initProducerId(cluster, this.#transactionalId, transactionTimeoutMs);
    this.#begun = { producerId, epoch, isTransactional: true };
    return this.#begun;
  }

  async #add(cluster: RawCluster, partitions: readonly PartitionId[]): Promise<void> {
    const fresh = partitions.filter((id) => !this.#partitions.has(keyOf(id)));
    const begun = this.#begun;
    if (fresh.length === 0 || begun === null) return;
    const transactionalId = this.#transactionalId;
    const producerId = String(begun.producerId);
    const topics = byTopic(fresh, () => ({})).map(({ topic, partitions: own }) => ({
      topic,
      partitions: own.map(({ partition }) => partition),
    }));
    await whileBusy(async () => {
      const broker = await coordinatorOf(cluster, transactionalId);
      await broker.addPartitionsToTxn({ transactionalId, producerId, producerEpoch: begun.epoch, topics });
    });
    for (const id of fresh) this.#partitions.add(keyOf(id));
  }

  /** What nobody will commit must not keep readers waiting. */
  async #end(): Promise<void> {
    const open = this.#open();
    if (!this.#isPrepared && open !== null && this.#cluster !== null) await endOnce(this.#cluster, open, 'abort');
  }
}

/** Ends a transaction, whoever began it. A broker that is away is tried again: doing so twice is as once. */
export async function endTransaction(
  connect: () => Promise<RawCluster>,
  settings: BrokerSettings,
  transaction: OpenTransaction,
  how: 'commit' | 'abort',
  note: (line: string) => void,
): Promise<void> {
  const patience = new Patience(settings, note);
  for (;;) {
    try {
      await endOnce(await connect(), transaction, how);
      patience.end();
      return;
    } catch (error) {
      await patience.afterFailure(error, { wasThere: true });
    }
  }
}

function endOnce(
  cluster: RawCluster,
  { transactionalId, producerId, epoch }: OpenTransaction,
  how: 'commit' | 'abort',
): Promise<void> {
  return whileBusy(async () => {
    const broker = await coordinatorOf(cluster, transactionalId);
    await broker.endTxn({ transactionalId, producerId, producerEpoch: epoch, transactionResult: how === 'commit' });
  });
}

/**
 * Aborts what is open under an id; its producer can no longer write. Answers whether somebody has used the id before:
 * the broker counts up its epoch with every use.
 */
export async function fenceTransaction(
  cluster: RawCluster,
  transactionalId: string,
  timeoutMs: number,
): Promise<boolean> {
  return (await initProducerId(cluster, transactionalId, timeoutMs)).epoch > 0;
}

/** A number under which batches are taken once; `transactionalId` null: for one producer alone. */
async function initProducerId(
  cluster: RawCluster,
  transactionalId: string | null,
  transactionTimeout: number,
): Promise<{ readonly producerId: bigint; readonly epoch: number }> {
  return whileBusy(async () => {
    const broker =
      transactionalId === null ? await cluster.findControllerBroker() : await coordinatorOf(cluster, transactionalId);
    const request = { transactionTimeout, ...(transactionalId === null ? {} : { transactionalId }) };
    const { producerId, producerEpoch } = await broker.initProducerId(request);
    return { producerId: BigInt(String(producerId)), epoch: producerEpoch };
  });
}

function coordinatorOf(cluster: RawCluster, transactionalId: string): ReturnType<RawCluster['findGroupCoordinator']> {
  return cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: TRANSACTION_COORDINATOR });
}

async function whileBusy<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const type = String((error as { readonly type?: unknown }).type ?? '');
      if (!BUSY.test(type) || attempt >= BUSY_ATTEMPTS_MAX) throw error;
      const waitMs = Math.min(BUSY_RETRY_MS_MAX, 10 * 2 ** attempt);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
