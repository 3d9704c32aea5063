/**
 * Reads the records of topics. Flink: `KafkaSource` with one reader for all partitions and
 * `DynamicKafkaDeserializationSchema`. Where reading begins and ends is asked from the broker once, before the first
 * row; then the partitions give their rows in the order of arrival, each with the name of its partition (`splits.ts`).
 */
import { assert, present } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import type { Disposable } from '../../base/disposable.ts';
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import type { PollStatus, SourceProgress, SourceReader } from '../../engine/source.ts';
import { splitMark } from '../../engine/splits.ts';
import type {
  BrokerClient,
  BrokerRecord,
  FetchedRecords,
  OutOfRange,
  PartitionId,
  RecordFeed,
} from '../../seams/broker.ts';
import type { SourceRequest } from '../connector.ts';
import type { KafkaTable, StartAt } from './options.ts';
import { RecordRows } from './record-rows.ts';
import { type Place, placesOf, topicsOf } from './start-places.ts';

/** Reader of a `kafka` or `upsert-kafka` table. */
export class KafkaReader implements SourceReader {
  readonly hasSplits = true;
  readonly #request: SourceRequest;
  readonly #table: KafkaTable;
  readonly #rows: RecordRows;
  readonly #places = new Map<string, Place>();
  /** Places from a position, before `open`. */
  #restored: readonly Place[] | null = null;
  #client: BrokerClient | null = null;
  #feed: RecordFeed | null = null;
  #failure: Failure | null = null;
  #batch: FetchedRecords | null = null;
  /** Place and name of the batch's partition. */
  #place: Place | null = null;
  #splitName = '';
  #nextInBatch = 0;
  #rowsRead = 0;
  /** Partitions that are being read have changed since the last row. */
  #haveSplitsChanged = true;
  #firstOffsets = 0;
  #discovery: Disposable | null = null;
  #wake: () => void = () => {};

  constructor(request: SourceRequest, table: KafkaTable, isUpsert: boolean) {
    this.#request = request;
    this.#table = table;
    this.#rows = new RecordRows(request, table, isUpsert);
  }

  open(wake: () => void): Result<void> {
    const { brokers } = this.#request.seams;
    if (brokers === undefined)
      return err({ domain: 'network', message: 'Kafka cannot be reached from here.', retry: 'never' });
    this.#wake = wake;
    const client = brokers.connect(this.#table.settings);
    this.#client = client;
    void this.#start(client).then((started) => {
      if (this.#client === null) return;
      if (!started.ok) this.#failure = started.error;
      wake();
    });
    return ok(undefined);
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    if (this.#failure !== null) return err(this.#failure);
    if (this.#feed === null) return ok('blocked');
    let emitted = 0;
    const emit = (kind: RowKind, row: Row): void => {
      emitted += 1;
      output.processRow(kind, row);
    };
    // Records are counted too: nothing but bad ones must not hold up the other sources.
    for (let records = 0; records < rowCountMax && emitted < rowCountMax; records++) {
      const batch = this.#batch ?? this.#take();
      if (!('records' in batch)) {
        this.#rowsRead += emitted;
        return batch;
      }
      const record = batch.records[this.#nextInBatch];
      if (record === undefined) continue;
      const decoded = this.#decode(record, batch, emit);
      if (!decoded.ok) {
        this.#rowsRead += emitted;
        return decoded;
      }
      this.#nextInBatch += 1;
      present(this.#place, 'place of a batch').offset = record.offset + 1;
      if (this.#nextInBatch >= batch.records.length) this.#endBatch(batch);
    }
    this.#rowsRead += emitted;
    return ok('more');
  }

  progress(): SourceProgress {
    let total = 0;
    let left = 0;
    for (const { offset, endOffset } of this.#places.values()) {
      if (endOffset === null) return { rowsRead: this.#rowsRead, fraction: null };
      total += endOffset;
      left += Math.max(0, endOffset - offset);
    }
    const all = total - this.#firstOffsets;
    const isKnown = this.#feed !== null || this.#table.end.kind !== 'never';
    return {
      rowsRead: this.#rowsRead,
      fraction: !isKnown ? null : all <= 0 ? (this.#feed === null ? 0 : 1) : 1 - left / all,
    };
  }

  position(): Value {
    const places = [...this.#places.values()].map(({ topic, partition, offset, endOffset }): Value => {
      return [topic, partition, offset, endOffset];
    });
    return [this.#rowsRead, places];
  }

  restore(position: Value): void {
    assert(Array.isArray(position) && Array.isArray(position[1]), 'the position of a topic is a list');
    this.#rowsRead = Number(position[0]);
    const places = position[1] as readonly (readonly [string, number, number, number | null])[];
    // A run that had not begun to read has no places yet, and begins as the first one.
    this.#restored = places.length === 0 ? null : places.map(placeFrom);
  }

  close(): void {
    this.#discovery?.dispose();
    this.#feed?.close();
    this.#client?.close();
    this.#client = null;
    this.#batch = null;
  }

  async #start(client: BrokerClient): Promise<Result<void>> {
    const places = this.#restored === null ? await placesOf(client, this.#table) : ok(this.#restored);
    if (!places.ok) return places;
    if (this.#client === null) return ok(undefined);
    for (const place of places.value) this.#places.set(nameOf(place), { ...place });
    this.#firstOffsets = places.value.reduce((sum, { offset, endOffset }) => sum + Math.min(offset, endOffset ?? 0), 0);
    this.#feed = client.fetch(places.value, () => this.#wake(), outOfRangeOf(this.#table.start));
    if (this.#table.end.kind === 'never' && this.#table.discoveryMs > 0) this.#discoverLater(client);
    return ok(undefined);
  }

  /** What arrived next, or what to answer instead. */
  #take(): FetchedRecords | Result<PollStatus> {
    const feed = present(this.#feed, 'feed of an open reader');
    for (;;) {
      const isOver = [...this.#places.values()].every(
        ({ offset, endOffset }) => endOffset !== null && offset >= endOffset,
      );
      if (isOver) return ok('end');
      const taken = feed.take();
      if (!taken.ok) return taken;
      if (taken.value === null) return ok('blocked');
      this.#batch = taken.value;
      this.#nextInBatch = 0;
      this.#splitName = nameOf(taken.value);
      this.#place = present(this.#places.get(this.#splitName), 'place of a partition');
      if (taken.value.records.length > 0) return taken.value;
      this.#endBatch(taken.value);
    }
  }

  #endBatch(batch: FetchedRecords): void {
    const place = present(this.#place, 'place of a batch');
    place.offset = Math.max(place.offset, batch.nextOffset);
    // At its end it holds back nobody's watermark.
    if (place.endOffset !== null && place.offset >= place.endOffset) this.#haveSplitsChanged = true;
    this.#batch = null;
  }

  #decode(record: BrokerRecord, id: PartitionId, emit: (kind: RowKind, row: Row) => void): Result<void> {
    const withMark = (kind: RowKind, row: Value[]): void => {
      const name = this.#splitName;
      row.push(this.#haveSplitsChanged ? splitMark(name, this.#liveSplits(name)) : name);
      this.#haveSplitsChanged = false;
      emit(kind, row);
    };
    let reason: string;
    try {
      const decoded = this.#rows.decode(record, id, withMark);
      if (decoded.ok) return decoded;
      reason = decoded.error.message;
    } catch (error) {
      if (!(error instanceof RunError) || error.code !== 'run/bad-record') throw error;
      reason = error.message;
    }
    const where = `topic ${id.topic}, partition ${id.partition}, offset ${record.offset}`;
    return err({
      domain: 'format',
      message: `Failed to deserialize consumer record (${where}): ${reason}`,
      retry: 'never',
    });
  }

  #liveSplits(current: string): readonly string[] {
    return [...this.#places.values()]
      .filter((place) => nameOf(place) === current || place.endOffset === null || place.offset < place.endOffset)
      .map(nameOf);
  }

  #discoverLater(client: BrokerClient): void {
    const { clock } = this.#request.seams;
    this.#discovery = clock.at(clock.nowMs() + this.#table.discoveryMs, () => void this.#discover(client));
  }

  /** Partitions that came into being while the table is read are read from their beginning. */
  async #discover(client: BrokerClient): Promise<void> {
    const topics = await topicsOf(client, this.#table);
    const found = topics.ok ? await client.partitions(topics.value) : topics;
    if (this.#client === null) return;
    // Passing troubles are the feed's to tell; the next look may go well.
    const fresh = found.ok ? found.value.filter((id) => !this.#places.has(nameOf(id))) : [];
    const starts = fresh.map((id) => ({ ...id, offset: 0, endOffset: null }));
    for (const start of starts) this.#places.set(nameOf(start), { ...start });
    if (starts.length > 0) {
      this.#haveSplitsChanged = true;
      this.#feed?.add(starts);
    }
    this.#discoverLater(client);
  }
}

/** Flink sets `auto.offset.reset` of its consumer by where reading begins. Flink: `OffsetsInitializer`. */
function outOfRangeOf(start: StartAt): OutOfRange {
  switch (start.kind) {
    case 'earliest':
    case 'offsets':
      return 'earliest';
    case 'latest':
    case 'timestamp':
      return 'latest';
    case 'group':
      return start.otherwise === 'none' ? 'fail' : start.otherwise;
  }
}

function placeFrom([topic, partition, offset, endOffset]: readonly [string, number, number, number | null]): Place {
  return { topic, partition, offset, endOffset };
}

/** A partition's name as people and Kafka's tools write it. */
function nameOf({ topic, partition }: PartitionId): string {
  return `${topic}-${partition}`;
}
