/**
 * From a record to rows: key and value by their formats, metadata from the record. Flink:
 * `DynamicKafkaDeserializationSchema`.
 */
import { assert, present } from '../../base/assert.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { castFunction } from '../../data/casts/cast-function.ts';
import type { Field, LogicalType, Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { RecordDecoder } from '../../formats/format.ts';
import type { BrokerRecord, PartitionId } from '../../seams/broker.ts';
import type { SourceRequest } from '../connector.ts';
import { physicalSchema, scanColumns } from '../table-columns.ts';
import { metadataReader } from './metadata.ts';
import type { KafkaTable, PartFormat } from './options.ts';

/** Where a column of the produced row comes from. In the value it counts before the key. */
type ColumnSource =
  | { readonly kind: 'stored'; readonly inKey: number; readonly inValue: number }
  /** What the value's format says beside its columns. */
  | { readonly kind: 'beside'; readonly at: number; readonly cast: (read: Value) => Value }
  | { readonly kind: 'metadata'; readonly read: (record: BrokerRecord, id: PartitionId) => Value };

/** Decodes the records of a table. */
export class RecordRows {
  readonly #columns: readonly ColumnSource[];
  /** Columns of a decoded value; its metadata comes behind them. */
  readonly #valueWidth: number;
  readonly #key: RecordDecoder | null;
  readonly #value: RecordDecoder;
  /** `raw` has a value for no bytes at all: NULL. Other formats skip such a record. */
  readonly #nullValueWidth: number | null;
  readonly #nullKeyWidth: number | null;
  readonly #isUpsert: boolean;
  /** A column may hold bytes as they came. */
  readonly #keepsBytes: boolean;

  constructor(request: SourceRequest, { key, keyPrefix, value }: KafkaTable, isUpsert: boolean) {
    const { table, seams } = request;
    const physical = physicalSchema(table);
    const columns = scanColumns(table);
    const inValue: number[] = [];
    const metadata: string[] = [];
    this.#columns = request.columns.map((index): ColumnSource => {
      const column = columns[index];
      assert(column !== undefined, 'a scan asks for columns of its table');
      const ofFormat = column.kind === 'metadata' ? formatMetadata(column.key, value) : null;
      if (ofFormat !== null) {
        metadata.push(ofFormat.name);
        const cast = present(castFunction(ofFormat.type, column.type), `cast of ${ofFormat.name}`);
        return { kind: 'beside', at: metadata.length - 1, cast: (read) => cast(read, seams.timeZone) };
      }
      if (column.kind === 'metadata')
        return { kind: 'metadata', read: metadataReader(column.key, column.type, seams.timeZone) };
      const position = physical.findIndex(({ name }) => name === column.name);
      if (!value.columns.includes(position))
        return { kind: 'stored', inKey: key?.columns.indexOf(position) ?? -1, inValue: -1 };
      inValue.push(position);
      return { kind: 'stored', inKey: key?.columns.indexOf(position) ?? -1, inValue: inValue.length - 1 };
    });
    this.#valueWidth = inValue.length;
    const decoderOf = (
      part: PartFormat,
      wanted: readonly number[],
      prefix: string,
      beside: readonly string[] = [],
    ): RecordDecoder => {
      const own = (positions: readonly number[]): Schema =>
        positions.flatMap((position) => {
          const field = physical[position];
          return field === undefined ? [] : [{ ...field, name: field.name.slice(prefix.length) }];
        });
      const { options } = part;
      const { timeZone, registries } = seams;
      const columns = { schema: own(wanted), physical: own(part.columns) };
      return part.format.decoder({ ...columns, options, timeZone, registries, metadata: beside });
    };
    this.#value = decoderOf(value, inValue, '', metadata);
    this.#nullValueWidth = value.format.name === 'raw' ? inValue.length : null;
    this.#key = key === null ? null : decoderOf(key, key.columns, keyPrefix);
    this.#nullKeyWidth = key?.format.name === 'raw' ? key.columns.length : null;
    this.#isUpsert = isUpsert;
    this.#keepsBytes = physical.some(({ type }) => holdsBytes(type));
  }

  /** The bytes of a part, where rows may keep them as a copy: they are a view into all that came with them. */
  #own(bytes: Uint8Array): Uint8Array {
    return this.#keepsBytes ? new Uint8Array(bytes) : bytes;
  }

  /** Gives the rows of a record. They are new arrays, for the caller to go on with. */
  decode(record: BrokerRecord, id: PartitionId, emit: (kind: RowKind, row: Value[]) => void): Result<void> {
    let keys: readonly (Row | null)[] = [null];
    if (this.#key !== null) {
      const decoded = this.#keysOf(this.#key, record.key);
      if (!decoded.ok) return decoded;
      keys = decoded.value;
    }
    const complete = (kind: RowKind, value: Row | null): void => {
      for (const key of keys) emit(kind, this.#row(record, id, key, value));
    };
    if (record.value === null) {
      if (this.#isUpsert) complete(RowKind.Delete, null);
      else if (this.#nullValueWidth !== null) complete(RowKind.Insert, Array(this.#nullValueWidth).fill(null));
      return ok(undefined);
    }
    const decoded = this.#value.decode(this.#own(record.value), complete);
    return decoded.ok ? decoded : err({ ...decoded.error, message: `The value: ${decoded.error.message}` });
  }

  #keysOf(decoder: RecordDecoder, bytes: Uint8Array | null): Result<readonly Row[]> {
    if (bytes === null) return ok(this.#nullKeyWidth === null ? [] : [Array(this.#nullKeyWidth).fill(null)]);
    const keys: Row[] = [];
    const decoded = decoder.decode(this.#own(bytes), (_kind, row) => keys.push(row));
    return decoded.ok ? ok(keys) : err({ ...decoded.error, message: `The key: ${decoded.error.message}` });
  }

  #row(record: BrokerRecord, id: PartitionId, key: Row | null, value: Row | null): Value[] {
    const row: Value[] = [];
    for (const column of this.#columns) {
      if (column.kind === 'metadata') row.push(column.read(record, id));
      else if (column.kind === 'beside') row.push(besideOf(value?.[this.#valueWidth + column.at] ?? null, column.cast));
      else if (value !== null && column.inValue !== -1) row.push(value[column.inValue] ?? null);
      else row.push(key?.[column.inKey] ?? null);
    }
    return row;
  }
}

function besideOf(read: Value, cast: (read: Value) => Value): Value {
  return read === null ? null : cast(read);
}

/** Metadata of the value's format: its keys begin with `value.`. */
function formatMetadata(key: string, value: PartFormat): Field | null {
  return value.format.metadata?.find(({ name }) => `value.${name}` === key) ?? null;
}

function holdsBytes(type: LogicalType): boolean {
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
      return true;
    case 'ARRAY':
    case 'MULTISET':
      return holdsBytes(type.element);
    case 'MAP':
      return holdsBytes(type.key) || holdsBytes(type.value);
    case 'ROW':
      return type.fields.some((field) => holdsBytes(field.type));
    default:
      return false;
  }
}
