/** Metadata of records. Flink: `KafkaDynamicSource.ReadableMetadata`, `KafkaDynamicSink.WritableMetadata`. */
import { present } from '../../base/assert.ts';
import { castFunction } from '../../data/casts/cast-function.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { MapValue, type Value } from '../../data/value.ts';
import type { BrokerRecord, PartitionId, RecordHeader } from '../../seams/broker.ts';

const STRING: LogicalType = { kind: 'VARCHAR', nullable: false, length: 2147483647 };
const BYTES: LogicalType = { kind: 'VARBINARY', nullable: true, length: 2147483647 };

/** Names and types. */
export const KAFKA_METADATA: Schema = [
  { name: 'topic', type: STRING },
  { name: 'partition', type: { kind: 'INT', nullable: false } },
  { name: 'headers', type: { kind: 'MAP', nullable: false, key: { ...STRING, nullable: true }, value: BYTES } },
  { name: 'leader-epoch', type: { kind: 'INT', nullable: true } },
  { name: 'offset', type: { kind: 'BIGINT', nullable: false } },
  { name: 'timestamp', type: { kind: 'TIMESTAMP_LTZ', nullable: false, precision: 3 } },
  { name: 'timestamp-type', type: STRING },
];

/** Reads one piece of metadata as a column's type. */
export function metadataReader(
  key: string,
  type: LogicalType,
  timeZone: string,
): (record: BrokerRecord, id: PartitionId) => Value {
  const field = KAFKA_METADATA.find(({ name }) => name === key);
  if (field === undefined) return () => null;
  // Binding has checked that the types go together.
  const cast = present(castFunction(field.type, type), `cast of ${key}`);
  return (record, id) => {
    const value = metadataValue(key, record, id);
    return value === null ? null : cast(value, timeZone);
  };
}

function metadataValue(key: string, record: BrokerRecord, id: PartitionId): Value {
  switch (key) {
    case 'topic':
      return id.topic;
    case 'partition':
      return id.partition;
    case 'headers':
      return headersValue(record.headers);
    case 'leader-epoch':
      return record.leaderEpoch;
    case 'offset':
      return record.offset;
    case 'timestamp':
      return record.timestampMs;
    default:
      return record.timestampType;
  }
}

/** A map has a name once: of several headers with one name the last counts, as in Flink. */
function headersValue(headers: readonly RecordHeader[]): MapValue {
  const last = new Map<string, Value>();
  for (const [name, value] of headers) last.set(name, value === null ? null : new Uint8Array(value));
  return new MapValue([...last]);
}

/** Headers from the value of a column. */
export function headersOf(value: Value): readonly RecordHeader[] {
  if (!(value instanceof MapValue)) return [];
  return value.entries.flatMap(([name, content]): RecordHeader[] =>
    typeof name === 'string' ? [[name, content instanceof Uint8Array ? content : null]] : [],
  );
}
