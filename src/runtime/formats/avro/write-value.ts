/**
 * From SQL values to Avro's bytes: a function is composed once for a schema and a SQL type. Flink:
 * `RowDataToAvroConverters`.
 */

import type { Long } from '../../data/integers.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { type MapValue, NanoTimestamp, type Row, type Value } from '../../data/value.ts';
import type { AvroBuffer } from './bytes.ts';
import type { AvroSchema } from './schema.ts';
import { valueTypeOf } from './table-schema.ts';

/** Writes one value. */
export type WriteValue = (buffer: AvroBuffer, value: Value) => void;

/** Why a schema cannot hold values of a type; thrown while a writer is composed. */
export class AvroTypeMismatch extends Error {}

/** Writes values of `type` as `schema` says. Throws `AvroTypeMismatch` where the two do not go together. */
export function avroWriter(schema: AvroSchema, type: LogicalType): WriteValue {
  if (schema.kind !== 'union') {
    const write = bareWriter(schema, type);
    return write;
  }
  const nullAt = schema.branches.findIndex(({ kind }) => kind === 'null');
  const valueAt = schema.branches.findIndex(({ kind }) => kind !== 'null');
  const branch = schema.branches[valueAt];
  if (branch === undefined) return (buffer) => buffer.long(nullAt);
  const write = bareWriter(branch, type);
  return (buffer, value) => {
    buffer.long(value === null && nullAt !== -1 ? nullAt : valueAt);
    if (value !== null || nullAt === -1) write(buffer, value);
  };
}

function bareWriter(schema: AvroSchema, type: LogicalType): WriteValue {
  switch (schema.kind) {
    case 'null':
      return () => {};
    case 'boolean':
      if (type.kind !== 'BOOLEAN') break;
      return (buffer, value) => buffer.boolean(value as boolean);
    case 'int':
      if (!INTS.has(type.kind)) break;
      return (buffer, value) => buffer.long(value as number);
    case 'long':
      if (type.kind === 'TIMESTAMP' || type.kind === 'TIMESTAMP_LTZ')
        return timestampWriter(schema.meaning?.name ?? '');
      if (!INTS.has(type.kind) && type.kind !== 'BIGINT') break;
      return (buffer, value) => buffer.long(value as Long);
    case 'float':
      if (type.kind !== 'FLOAT') break;
      return (buffer, value) => buffer.float(value as number);
    case 'double':
      if (type.kind !== 'DOUBLE' && type.kind !== 'FLOAT') break;
      return (buffer, value) => buffer.double(value as number);
    case 'string':
      if (type.kind !== 'CHAR' && type.kind !== 'VARCHAR') break;
      return (buffer, value) => buffer.text(value as string);
    case 'bytes':
      if (type.kind === 'DECIMAL') return (buffer, value) => buffer.bytes(bigEndian(value as Long));
      if (type.kind !== 'BINARY' && type.kind !== 'VARBINARY') break;
      return (buffer, value) => buffer.bytes(value as Uint8Array);
    case 'fixed':
      return fixedWriter(schema.size, type);
    case 'enum': {
      if (type.kind !== 'CHAR' && type.kind !== 'VARCHAR') break;
      const { symbols } = schema;
      return (buffer, value) => buffer.long(symbols.indexOf(value as string));
    }
    case 'array':
      if (type.kind !== 'ARRAY') break;
      return arrayWriter(avroWriter(schema.items, type.element));
    case 'map':
      if (type.kind !== 'MAP' && type.kind !== 'MULTISET') break;
      return mapWriter(avroWriter(schema.values, valueTypeOf(type)));
    case 'record':
      if (type.kind !== 'ROW') break;
      return recordWriter(schema, type);
    case 'union':
      break;
  }
  throw new AvroTypeMismatch(`${type.kind} cannot be written as ${schema.kind}`);
}

const INTS: ReadonlySet<LogicalType['kind']> = new Set(['TINYINT', 'SMALLINT', 'INT', 'DATE', 'TIME']);

function timestampWriter(meaning: string): WriteValue {
  if (!meaning.endsWith('micros')) {
    return (buffer, value) => buffer.long(value instanceof NanoTimestamp ? value.epochMs : (value as number));
  }
  return (buffer, value) => {
    const [ms, micros] =
      value instanceof NanoTimestamp ? [value.epochMs, Math.floor(value.nanoOfMs / 1000)] : [value as number, 0];
    buffer.long(BigInt(ms) * 1000n + BigInt(micros));
  };
}

/** Two's complement with as few bytes as the value needs, as Java's `BigInteger.toByteArray`. */
function bigEndian(value: Long): Uint8Array {
  const whole = BigInt(value);
  let size = 1;
  while (BigInt.asIntN(size * 8, whole) !== whole) size += 1;
  return sized(whole, size);
}

function sized(value: bigint, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let rest = value;
  for (let i = size - 1; i >= 0; i--) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

function fixedWriter(size: number, type: LogicalType): WriteValue {
  if (type.kind === 'DECIMAL') return (buffer, value) => buffer.fixed(sized(BigInt(value as Long), size));
  if (type.kind !== 'BINARY' && type.kind !== 'VARBINARY') {
    throw new AvroTypeMismatch(`${type.kind} cannot be written as fixed`);
  }
  return (buffer, value) => {
    const bytes = new Uint8Array(size);
    bytes.set((value as Uint8Array).subarray(0, size));
    buffer.fixed(bytes);
  };
}

function arrayWriter(item: WriteValue): WriteValue {
  return (buffer, value) => {
    const items = value as readonly Value[];
    if (items.length > 0) {
      buffer.long(items.length);
      for (const each of items) item(buffer, each);
    }
    buffer.long(0);
  };
}

function mapWriter(item: WriteValue): WriteValue {
  return (buffer, value) => {
    const { entries } = value as MapValue;
    if (entries.length > 0) {
      buffer.long(entries.length);
      for (const [key, each] of entries) {
        buffer.text(key as string);
        item(buffer, each);
      }
    }
    buffer.long(0);
  };
}

/** Fields of the table are found by their place, as Flink does: the schema has them in the same order. */
function recordWriter(
  schema: Extract<AvroSchema, { readonly kind: 'record' }>,
  type: Extract<LogicalType, { readonly kind: 'ROW' }>,
): WriteValue {
  if (schema.fields.length !== type.fields.length) {
    throw new AvroTypeMismatch(`${schema.fields.length} fields cannot hold ${type.fields.length} columns`);
  }
  const fields = schema.fields.map((field, at): WriteValue => {
    const own = type.fields[at];
    if (own === undefined) throw new AvroTypeMismatch(`there is no column ${field.name}`);
    return avroWriter(field.schema, own.type);
  });
  return (buffer, value) => {
    const row = value as Row;
    for (let at = 0; at < fields.length; at++) fields[at]?.(buffer, row[at] ?? null);
  };
}
