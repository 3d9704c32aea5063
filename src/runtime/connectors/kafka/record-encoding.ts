/** From changes to records. Flink: `DynamicKafkaRecordSerializationSchema`. */
import { present } from '../../base/assert.ts';
import { ok, type Result } from '../../base/result.ts';
import { encodeUtf8 } from '../../base/utf8.ts';
import type { Schema } from '../../data/logical-type.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { RecordEncoder } from '../../formats/format.ts';
import type { OutgoingRecord } from '../../seams/broker.ts';
import type { SinkRequest } from '../connector.ts';
import { fieldOf, physicalSchema, sinkColumns } from '../table-columns.ts';
import { headersOf } from './metadata.ts';
import type { KafkaTable, PartFormat } from './options.ts';

interface Part {
  readonly encoder: RecordEncoder;
  /** Positions in the rows that come. */
  readonly columns: readonly number[];
  /** `raw` writes NULL as no bytes at all. */
  readonly isRaw: boolean;
  /** The columns are those of the row, in its order. */
  readonly isWholeRow: boolean;
}

const NO_HEADERS: OutgoingRecord['headers'] = [];

/** Encodes the changes that reach a table. */
export class RecordEncoding {
  readonly #request: SinkRequest;
  readonly #isUpsert: boolean;
  readonly #key: Part | null;
  readonly #value: Part;
  readonly #timestampColumn: number;
  readonly #headersColumn: number;
  readonly #topic: string;
  readonly #partition: number | null;

  constructor(request: SinkRequest, table: KafkaTable, isUpsert: boolean) {
    this.#request = request;
    this.#isUpsert = isUpsert;
    const columns = sinkColumns(request.table);
    const physical = physicalSchema(request.table);
    const incoming = physical.map(({ name }) => columns.findIndex((c) => c.kind === 'physical' && c.name === name));
    const topic = present(table.topics?.[0], 'topic of a sink');
    const { timeZone, registries } = request.seams;
    const partOf = ({ format, columns: own, options }: PartFormat, part: 'key' | 'value', prefix: string): Part => {
      const schema: Schema = own.map((position) => {
        const field = fieldOf(present(columns[incoming[position] ?? -1], 'column of a record'));
        return { ...field, name: field.name.slice(prefix.length) };
      });
      const positions = own.map((position) => incoming[position] ?? -1);
      const encoder = present(format.encoder, 'planning lets only formats that can write into a sink');
      return {
        encoder: encoder({ schema, physical: schema, options, timeZone, registries, subject: `${topic}-${part}` }),
        columns: positions,
        isRaw: format.name === 'raw',
        isWholeRow: positions.every((position, index) => position === index),
      };
    };
    this.#key = table.key === null ? null : partOf(table.key, 'key', table.keyPrefix);
    this.#value = partOf(table.value, 'value', '');
    const metadata = (key: string): number => columns.findIndex((c) => c.kind === 'metadata' && c.key === key);
    this.#timestampColumn = metadata('timestamp');
    this.#headersColumn = metadata('headers');
    this.#topic = topic;
    // With one writer, the partition that "fixed" gives it is the first.
    this.#partition = request.table.options.get('sink.partitioner') === 'fixed' ? 0 : null;
  }

  /** The record of a change. */
  record(kind: RowKind, row: Row): Result<OutgoingRecord> {
    const key = this.#key === null ? ok(null) : encode(this.#key, RowKind.Insert, row);
    if (!key.ok) return key;
    const isTombstone = this.#isUpsert && !isAccumulate(kind);
    const value = isTombstone ? ok(null) : encode(this.#value, this.#isUpsert ? RowKind.Insert : kind, row);
    if (!value.ok) return value;
    return ok({
      topic: this.#topic,
      partition: this.#partition,
      key: typeof key.value === 'string' ? encodeUtf8(key.value) : key.value,
      value: value.value,
      timestampMs: this.#timestamp(row),
      headers: this.#headersColumn === -1 ? NO_HEADERS : headersOf(row[this.#headersColumn] ?? null),
    });
  }

  /** The metadata column where there is one, else the event time of the row, else the time of writing. */
  #timestamp(row: Row): number | null {
    const column = this.#timestampColumn === -1 ? this.#request.rowtimeColumn : this.#timestampColumn;
    const time = column === undefined ? null : row[column];
    return typeof time === 'number' && time >= 0 ? time : null;
  }
}

/** A text stays one: it becomes bytes where the batch is written. */
function encode(
  { encoder, columns, isRaw, isWholeRow }: Part,
  kind: RowKind,
  row: Row,
): Result<Uint8Array | string | null> {
  const own = isWholeRow && row.length === columns.length ? row : columns.map((column) => row[column] ?? null);
  return isRaw && own[0] === null ? ok(null) : encoder.encode(kind, own);
}
