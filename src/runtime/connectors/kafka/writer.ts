/**
 * Writes changes as records. Flink: `KafkaSink` with `DynamicKafkaRecordSerializationSchema`; guarantees `none` and
 * `at-least-once`: with checkpoints a checkpoint is taken when everything before it is acknowledged, and a restarted
 * run writes again what came after it.
 */
import { present } from '../../base/assert.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { SinkResume, SinkWriter } from '../../engine/source.ts';
import type { BrokerClient, RecordProducer } from '../../seams/broker.ts';
import type { SinkRequest } from '../connector.ts';
import { ExactlyOnceWriter } from './exactly-once.ts';
import type { KafkaTable } from './options.ts';
import { RecordEncoding } from './record-encoding.ts';

/** Writer of a `kafka` or `upsert-kafka` table. */
export class KafkaWriter implements SinkWriter {
  readonly #request: SinkRequest;
  readonly #table: KafkaTable;
  readonly #encoding: RecordEncoding;
  #client: BrokerClient | null = null;
  #producer: RecordProducer | null = null;

  constructor(request: SinkRequest, table: KafkaTable, isUpsert: boolean) {
    this.#request = request;
    this.#table = table;
    this.#encoding = new RecordEncoding(request, table, isUpsert);
  }

  open(): Result<void> {
    const { brokers } = this.#request.seams;
    if (brokers === undefined)
      return err({ domain: 'network', message: 'Kafka cannot be reached from here.', retry: 'never' });
    this.#client = brokers.connect(this.#table.settings);
    this.#producer = this.#client.produce();
    return ok(undefined);
  }

  resume(_from: SinkResume): Result<readonly string[]> {
    return ok([]);
  }

  write(kind: RowKind, row: Row): Result<void> {
    const record = this.#encoding.record(kind, row);
    if (!record.ok) return record;
    return this.#open().send(record.value);
  }

  waitFor(): Promise<void> | null {
    return this.#producer?.waitFor() ?? null;
  }

  prepareCommit(): Result<Value> {
    return ok(null);
  }

  commit(_committable: Value): Result<void> {
    return ok(undefined);
  }

  snapshot(): Value {
    return null;
  }

  finish(): Result<void> {
    return ok(undefined);
  }

  settle(): Promise<Result<void>> {
    return this.#open().flush();
  }

  close(): void {
    this.#client?.close();
    this.#client = null;
  }

  #open(): RecordProducer {
    return present(this.#producer, 'producer of an open writer');
  }
}

/** The writer that the table's `sink.delivery-guarantee` asks for. */
export function writerOf(request: SinkRequest, table: KafkaTable, isUpsert: boolean): KafkaWriter | ExactlyOnceWriter {
  const guarantee = request.table.options.get('sink.delivery-guarantee')?.trim().toLowerCase();
  return guarantee === 'exactly-once'
    ? new ExactlyOnceWriter(request, table, isUpsert)
    : new KafkaWriter(request, table, isUpsert);
}
