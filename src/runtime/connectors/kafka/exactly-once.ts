/**
 * Writes changes so that readers of what is committed see each once. Flink: `ExactlyOnceKafkaWriter` and
 * `KafkaCommitter`.
 *
 *   rows ──> transaction n ──checkpoint: flushed, left open──> committed when the checkpoint is written
 *            transaction n + 1 …
 *
 * A snapshot has the number of the transaction and what it takes to commit it, so the next process commits what its
 * checkpoint holds, and aborts what was begun after it, however often it was restarted from there: an open transaction
 * would keep readers of what is committed waiting. Without checkpoints one transaction holds everything and is
 * committed at the end; its name is always the same, so that a run aborts what one before it has left open.
 */
import { assert } from '../../base/assert.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { SinkResume, SinkWriter } from '../../engine/source.ts';
import type { BrokerClient, Brokers, OpenTransaction, TransactionProducer } from '../../seams/broker.ts';
import type { SinkRequest } from '../connector.ts';
import type { KafkaTable } from './options.ts';
import { RecordEncoding } from './record-encoding.ts';

/** Names that are tried after a checkpoint: two for each restart from it. More are no longer an accident. */
const BEGUN_LATER_MAX = 1_000;

/** Writers without checkpoints by their names: two that write the same table in one script must not share one. */
const nameCounts = new WeakMap<Brokers, Map<string, number>>();

/** Writer of a table with `sink.delivery-guarantee` = `exactly-once`. */
export class ExactlyOnceWriter implements SinkWriter {
  readonly #request: SinkRequest;
  readonly #table: KafkaTable;
  readonly #encoding: RecordEncoding;
  #prefix: string;
  #client: BrokerClient | null = null;
  #hasCheckpoints = false;
  /** Transactions begun so far. */
  #count = 0;
  #open: TransactionProducer | null = null;
  /** Handed to `prepareCommit`, perhaps not flushed yet. */
  #preparing: TransactionProducer | null = null;
  #prepared: OpenTransaction | null = null;
  #isFinished = false;
  /** What `settle` waits for. */
  #pending: Promise<Result<void>> | null = null;
  /** While transactions of an earlier process are aborted. */
  #aborting: Promise<void> | null = null;

  constructor(request: SinkRequest, table: KafkaTable, isUpsert: boolean) {
    this.#request = request;
    this.#table = table;
    this.#encoding = new RecordEncoding(request, table, isUpsert);
    this.#prefix = this.#nameOfWriter();
  }

  open(): Result<void> {
    const { brokers } = this.#request.seams;
    if (brokers === undefined)
      return err({ domain: 'network', message: 'Kafka cannot be reached from here.', retry: 'never' });
    this.#client = brokers.connect(this.#table.settings);
    return ok(undefined);
  }

  resume({ runId, snapshot, isWalkedBack }: SinkResume): Result<readonly string[]> {
    this.#hasCheckpoints = true;
    const { catalog, database, name } = this.#request.table.path;
    this.#prefix = `${this.#prefixOption()}-${runId}-${catalog}.${database}.${name}`;
    if (snapshot === null) return ok([]);
    if (isWalkedBack) {
      const message = `Records of a newer checkpoint may be visible in topic ${this.#table.topics?.[0] ?? ''} already, and Kafka cannot take them back: run the job again without --resume, into an empty topic.`;
      return err({ domain: 'network', message, retry: 'never' });
    }
    assert(Array.isArray(snapshot), 'the snapshot of a Kafka sink is a list');
    const [count, transaction] = snapshot as unknown as readonly [number, readonly [string, string, number] | null];
    this.#count = count;
    if (transaction !== null) {
      const [transactionalId, producerId, epoch] = transaction;
      this.#prepared = { transactionalId, producerId, epoch };
    }
    this.#pending = this.#abortLater();
    return ok([`Transactions after ${this.#nameOf(count)} are aborted.`]);
  }

  write(kind: RowKind, row: Row): Result<void> {
    const record = this.#encoding.record(kind, row);
    if (!record.ok) return record;
    // Its name is known when those before it are aborted: the run waits for that before it reads its first row.
    this.#open ??= this.#begin();
    return this.#open.send(record.value);
  }

  waitFor(): Promise<void> | null {
    return this.#aborting ?? this.#open?.waitFor() ?? null;
  }

  prepareCommit(): Result<Value> {
    const transaction = this.#open;
    this.#open = null;
    this.#prepared = null;
    if (transaction === null) return ok(null);
    this.#preparing = transaction;
    return ok(this.#nameOf(this.#count));
  }

  commit(committable: Value): Result<void> {
    const prepared = this.#prepared;
    if (committable === null || prepared === null) return ok(undefined);
    assert(prepared.transactionalId === committable, 'the prepared transaction is committed');
    const before = this.#pending;
    this.#pending = (async () => {
      const ready = (await before) ?? ok(undefined);
      return ready.ok ? this.#connected().endTransaction(prepared, 'commit') : ready;
    })();
    return ok(undefined);
  }

  snapshot(): Value {
    const prepared = this.#prepared;
    const transaction = prepared === null ? null : [prepared.transactionalId, prepared.producerId, prepared.epoch];
    return [this.#count, transaction];
  }

  finish(): Result<void> {
    this.#isFinished = true;
    return ok(undefined);
  }

  async settle(): Promise<Result<void>> {
    if (this.#isFinished && !this.#hasCheckpoints) {
      // A run that wrote nothing aborts what one before it has left open too.
      if (this.#count === 0) await this.#abortLater();
      else if (this.#open !== null) this.prepareCommit();
    }
    const preparing = this.#preparing;
    if (preparing !== null) {
      this.#preparing = null;
      const flushed = await preparing.flush();
      if (!flushed.ok) return flushed;
      this.#prepared = preparing.prepare();
      if (!this.#hasCheckpoints && this.#prepared !== null) this.commit(this.#prepared.transactionalId);
    }
    const pending = this.#pending;
    this.#pending = null;
    return (await pending) ?? ok(undefined);
  }

  close(): void {
    const client = this.#client;
    this.#client = null;
    const open = this.#open ?? this.#preparing;
    open?.close();
    client?.close();
  }

  /** Aborts what was begun after the last transaction, up to the first name that nobody has used. */
  async #abortLater(): Promise<Result<void>> {
    let isDone = (): void => {};
    this.#aborting = new Promise((resolve) => {
      isDone = resolve;
    });
    try {
      for (let tried = 0; tried < BEGUN_LATER_MAX; tried++) {
        // The name is not used again: beginning it would race with aborting it.
        this.#count += 1;
        const fenced = await this.#connected().fence(this.#nameOf(this.#count));
        if (!fenced.ok || !fenced.value.wasUsed) return fenced.ok ? ok(undefined) : fenced;
      }
      return ok(undefined);
    } finally {
      this.#aborting = null;
      isDone();
    }
  }

  #begin(): TransactionProducer {
    this.#count += 1;
    return this.#connected().produceIn(this.#nameOf(this.#count));
  }

  #connected(): BrokerClient {
    assert(this.#client !== null, 'the writer is open');
    return this.#client;
  }

  #nameOf(count: number): string {
    return `${this.#prefix}-${count}`;
  }

  /** Begins the names of transactions of a writer without checkpoints. */
  #nameOfWriter(): string {
    const { seams, table } = this.#request;
    const { catalog, database, name } = table.path;
    const full = `${this.#prefixOption()}-${catalog}.${database}.${name}`;
    const counts =
      seams.brokers === undefined ? undefined : (nameCounts.get(seams.brokers) ?? new Map<string, number>());
    const number = counts?.get(full) ?? 0;
    if (seams.brokers !== undefined) nameCounts.set(seams.brokers, (counts ?? new Map()).set(full, number + 1));
    return `${full}-${number}`;
  }

  #prefixOption(): string {
    return this.#request.table.options.get('sink.transactional-id-prefix') ?? '';
  }
}
