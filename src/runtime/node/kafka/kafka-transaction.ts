/**
 * Transactions by the parts of kafkajs below its producer, which keeps to itself what another process needs to commit
 * a transaction: producer id and epoch.
 */
import type { Result } from '../../base/result.ts';
import type { BrokerSettings, OpenTransaction, OutgoingRecord, TransactionProducer } from '../../seams/broker.ts';
import { type EosManager, kafkaInternals, type RawCluster } from './kafka-internals.ts';
import { KafkaProducer, type Sending, StickyPartition } from './kafka-producer.ts';

const TRANSACTION_COORDINATOR = 1;
/** Attempts to end a transaction while its coordinator starts or is busy with it, and the time between them. */
const END_ATTEMPTS_MAX = 40;
const END_RETRY_MS = 250;
const BUSY =
  /^(?:CONCURRENT_TRANSACTIONS|NOT_COORDINATOR\w*|\w*COORDINATOR_(?:NOT_AVAILABLE|LOAD_IN_PROGRESS)|GROUP_LOAD_IN_PROGRESS)$/;

/** Writes in one transaction. */
export class KafkaTransaction implements TransactionProducer {
  readonly #producer: KafkaProducer;
  readonly #transactionalId: string;
  readonly #connect: () => Promise<RawCluster>;
  readonly #settings: BrokerSettings;
  #eos: EosManager | null = null;
  #isPrepared = false;

  constructor(connect: () => Promise<RawCluster>, settings: BrokerSettings, transactionalId: string) {
    this.#connect = connect;
    this.#settings = settings;
    this.#transactionalId = transactionalId;
    const sticky = new StickyPartition();
    this.#producer = new KafkaProducer(this.#sending(sticky), settings, sticky);
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
    const eos = this.#eos;
    if (eos === null) return null;
    const transactionalId = this.#transactionalId;
    return { transactionalId, producerId: String(eos.getProducerId()), epoch: eos.getProducerEpoch() };
  }

  close(): void {
    this.#producer.close();
  }

  get closed(): Promise<void> {
    return this.#producer.closed;
  }

  #sending(sticky: StickyPartition): Sending {
    let sendBatch: Sending['sendBatch'] | null = null;
    return {
      connect: async () => {
        const cluster = await this.#connect();
        const { createEosManager, createMessageProducer, createRetry, logger } = kafkaInternals();
        const eos = createEosManager({
          logger,
          cluster,
          transactionTimeout: this.#settings.transactionTimeoutMs,
          transactional: true,
          transactionalId: this.#transactionalId,
        });
        await eos.initProducerId();
        eos.beginTransaction();
        this.#eos = eos;
        sendBatch = createMessageProducer({
          logger,
          cluster,
          partitioner: sticky.create(),
          eosManager: eos,
          idempotent: true,
          retrier: createRetry({ retries: 8 }),
          getConnectionStatus: () => 'connected',
        }).sendBatch;
      },
      sendBatch: (batch) => (sendBatch === null ? Promise.reject(new Error('not connected')) : sendBatch(batch)),
      disconnect: async () => {
        // The connection is the client's. What nobody will commit must not keep readers waiting.
        if (!this.#isPrepared) await this.#eos?.abort();
      },
    };
  }
}

/** Ends a transaction, whoever began it. */
export async function endTransaction(
  cluster: RawCluster,
  { transactionalId, producerId, epoch }: OpenTransaction,
  how: 'commit' | 'abort',
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      const coordinatorType = TRANSACTION_COORDINATOR;
      const broker = await cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType });
      await broker.endTxn({ transactionalId, producerId, producerEpoch: epoch, transactionResult: how === 'commit' });
      return;
    } catch (error) {
      const type = String((error as { readonly type?: unknown }).type ?? '');
      if (!BUSY.test(type) || attempt >= END_ATTEMPTS_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, END_RETRY_MS));
    }
  }
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
  const { createEosManager, logger } = kafkaInternals();
  const options = { logger, cluster, transactionTimeout: timeoutMs, transactional: true, transactionalId };
  const eos = createEosManager(options);
  await eos.initProducerId();
  return eos.getProducerEpoch() > 0;
}
