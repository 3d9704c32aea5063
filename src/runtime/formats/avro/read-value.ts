/**
 * From Avro's bytes to SQL values: a function is composed once for a writer's schema, a reader's schema and a SQL type,
 * and reads value after value. Flink: `AvroToRowDataConverters` behind Avro's `ResolvingDecoder`
 * (specification: "Schema Resolution").
 */
import { fitDecimal } from '../../data/decimal.ts';
import { canonical, type Long, wrapByte, wrapShort } from '../../data/integers.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { MapValue, NanoTimestamp, type Value } from '../../data/value.ts';
import { type AvroCursor, badAvro } from './bytes.ts';
import type { AvroField, AvroSchema } from './schema.ts';
import { valueTypeOf } from './table-schema.ts';

/** Reads one value. */
export type ReadValue = (cursor: AvroCursor) => Value;

/**
 * Reads values that were written with `writer` as `reader` sees them. `type` is the SQL type that `reader` was made
 * from. Where the two do not go together, the function throws when it meets such a value, as Avro does.
 */
export function avroReader(writer: AvroSchema, reader: AvroSchema, type: LogicalType): ReadValue {
  if (writer.kind === 'union') {
    const branches = writer.branches.map((branch) => avroReader(branch, reader, type));
    return (cursor) => {
      const branch = branches[cursor.int()];
      if (branch === undefined) throw badAvro('there is no such branch of a union');
      return branch(cursor);
    };
  }
  if (reader.kind === 'union') {
    const branch = matchingBranch(writer, reader.branches);
    if (branch === undefined) return mismatch(writer, reader);
    return branch.kind === 'null' ? () => null : avroReader(writer, branch, type);
  }
  return bareReader(writer, reader, type);
}

/** The branch that a value is read as: of the same kind and name, of the same shape, or one it can be widened to. */
function matchingBranch(writer: AvroSchema, branches: readonly AvroSchema[]): AvroSchema | undefined {
  const exact = branches.find((branch) => branch.kind === writer.kind && nameOf(branch) === nameOf(writer));
  if (exact !== undefined) return exact;
  return (
    branches.find((branch) => branch.kind === writer.kind && writer.kind === 'record') ??
    branches.find((branch) => WIDER[writer.kind]?.includes(branch.kind))
  );
}

function nameOf(schema: AvroSchema): string {
  return 'name' in schema ? schema.name : '';
}

const WIDER: Readonly<Record<string, readonly string[]>> = {
  int: ['long', 'float', 'double'],
  long: ['float', 'double'],
  float: ['double'],
  string: ['bytes'],
  bytes: ['string'],
};

function mismatch(writer: AvroSchema, reader: AvroSchema): ReadValue {
  const shown = (schema: AvroSchema): string => ('name' in schema ? schema.name : schema.kind);
  return () => {
    throw badAvro(`Found ${shown(writer)}, expecting ${shown(reader)}`);
  };
}

function bareReader(writer: AvroSchema, reader: AvroSchema, type: LogicalType): ReadValue {
  if (writer.kind !== reader.kind && !WIDER[writer.kind]?.includes(reader.kind)) return mismatch(writer, reader);
  switch (reader.kind) {
    case 'null':
      return () => null;
    case 'boolean':
      return (cursor) => cursor.boolean();
    case 'int':
      return intReader(type);
    case 'long':
      return longReader(writer.kind === 'int' ? (cursor) => cursor.int() : (cursor) => cursor.long(), type);
    case 'float':
    case 'double':
      return numberReader(writer.kind, reader.kind);
    case 'string':
      return (cursor) => cursor.text();
    case 'bytes':
      return type.kind === 'DECIMAL'
        ? decimalReader((cursor) => cursor.bytes(), type)
        : (cursor) => cursor.bytes().slice();
    case 'fixed': {
      if (writer.kind !== 'fixed' || writer.size !== reader.size) return mismatch(writer, reader);
      const { size } = reader;
      return type.kind === 'DECIMAL'
        ? decimalReader((cursor) => cursor.fixed(size), type)
        : (cursor) => cursor.fixed(size).slice();
    }
    case 'enum':
      return enumReader(writer, reader);
    case 'array':
      return writer.kind === 'array' && type.kind === 'ARRAY'
        ? arrayReader(avroReader(writer.items, reader.items, type.element), bytesMinOf(writer.items))
        : mismatch(writer, reader);
    case 'map':
      return writer.kind === 'map' && (type.kind === 'MAP' || type.kind === 'MULTISET')
        ? mapReader(avroReader(writer.values, reader.values, valueTypeOf(type)), bytesMinOf(writer.values))
        : mismatch(writer, reader);
    case 'record':
      return writer.kind === 'record' && type.kind === 'ROW'
        ? recordReader(
            writer.fields,
            reader.fields,
            type.fields.map((field) => field.type),
            writer.name,
          )
        : mismatch(writer, reader);
    case 'union':
      return mismatch(writer, reader);
  }
}

function intReader(type: LogicalType): ReadValue {
  switch (type.kind) {
    case 'TINYINT':
      return (cursor) => wrapByte(cursor.int());
    case 'SMALLINT':
      return (cursor) => wrapShort(cursor.int());
    default:
      return (cursor) => cursor.int();
  }
}

function longReader(read: (cursor: AvroCursor) => Long, type: LogicalType): ReadValue {
  if (type.kind !== 'TIMESTAMP' && type.kind !== 'TIMESTAMP_LTZ') return read;
  if (type.precision <= 3) return (cursor) => Number(read(cursor));
  return (cursor) => {
    const micros = BigInt(read(cursor));
    const ofMs = ((micros % 1000n) + 1000n) % 1000n;
    return new NanoTimestamp(Number((micros - ofMs) / 1000n), Number(ofMs) * 1000);
  };
}

function numberReader(from: string, to: 'float' | 'double'): ReadValue {
  const round = to === 'float' ? Math.fround : (value: number) => value;
  switch (from) {
    case 'int':
      return (cursor) => round(cursor.int());
    case 'long':
      return (cursor) => round(Number(cursor.long()));
    case 'float':
      return (cursor) => cursor.float();
    default:
      return (cursor) => cursor.double();
  }
}

/** Flink takes precision and scale from the table, not from the schema, and gives NULL where the digits do not fit. */
function decimalReader(
  read: (cursor: AvroCursor) => Uint8Array,
  type: Extract<LogicalType, { readonly kind: 'DECIMAL' }>,
): ReadValue {
  return (cursor) => fitDecimal(bigEndian(read(cursor)), type.precision);
}

function bigEndian(bytes: Uint8Array): Long {
  if (bytes.length === 0) throw badAvro('Zero length BigInteger');
  if (bytes.length <= 6) {
    let value = ((bytes[0] as number) << 24) >> 24;
    for (let i = 1; i < bytes.length; i++) value = value * 256 + (bytes[i] as number);
    return value;
  }
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return canonical(BigInt.asIntN(bytes.length * 8, value));
}

function enumReader(writer: AvroSchema, reader: AvroSchema): ReadValue {
  if (writer.kind !== 'enum' || reader.kind !== 'enum') return mismatch(writer, reader);
  return (cursor) => {
    const symbol = writer.symbols[cursor.int()];
    if (symbol === undefined || !reader.symbols.includes(symbol)) throw badAvro(`No match for ${String(symbol)}`);
    return symbol;
  };
}

function arrayReader(item: ReadValue, itemBytesMin: number): ReadValue {
  return (cursor) => {
    const items: Value[] = [];
    for (let count = cursor.blockCount(itemBytesMin); count > 0; count = cursor.blockCount(itemBytesMin)) {
      for (let i = 0; i < count; i++) items.push(item(cursor));
    }
    return items;
  };
}

function mapReader(value: ReadValue, valueBytesMin: number): ReadValue {
  return (cursor) => {
    const entries = new Map<string, Value>();
    const bytesMin = valueBytesMin + 1;
    for (let count = cursor.blockCount(bytesMin); count > 0; count = cursor.blockCount(bytesMin)) {
      for (let i = 0; i < count; i++) {
        const key = cursor.text();
        entries.set(key, value(cursor));
      }
    }
    return new MapValue([...entries]);
  };
}

/** Fields come in the writer's order; those that the reader does not have are skipped. */
function recordReader(
  written: readonly AvroField[],
  wanted: readonly AvroField[],
  types: readonly LogicalType[],
  name: string,
): ReadValue {
  const given = new Set<number>();
  const steps = written.map((field): { readonly at: number; readonly read: ReadValue } => {
    const at = wanted.findIndex((each) => each.name === field.name || each.aliases.includes(field.name));
    const own = wanted[at];
    const type = types[at];
    if (own === undefined || type === undefined) return { at: -1, read: avroSkipper(field.schema) };
    given.add(at);
    return { at, read: avroReader(field.schema, own.schema, type) };
  });
  const blank: Value[] = wanted.map(() => null);
  const missing = wanted.find((field, at) => !given.has(at) && field.fallback === undefined);
  if (missing !== undefined) {
    return () => {
      throw badAvro(`Found ${name}, expecting ${name}, missing required field ${missing.name}`);
    };
  }
  wanted.forEach((field, at) => {
    const type = types[at];
    if (!given.has(at) && type !== undefined) blank[at] = defaultOf(field, type);
  });
  return (cursor) => {
    const row = blank.slice();
    for (const { at, read } of steps) {
      const value = read(cursor);
      if (at !== -1) row[at] = value;
    }
    return row;
  };
}

/** The default of a field that was not written. Schemas of tables have none but NULL; others may be given. */
function defaultOf({ name, schema, fallback }: AvroField, type: LogicalType): Value {
  const json = fallback?.json ?? null;
  const kind = schema.kind === 'union' ? schema.branches[0]?.kind : schema.kind;
  if (json === null || kind === 'null') return null;
  if (typeof json === 'boolean' || typeof json === 'string') return json;
  if (typeof json === 'number') return type.kind === 'FLOAT' ? Math.fround(json) : json;
  throw badAvro(`the default of ${name} is of a kind that is not read`);
}

/** Passes over a value. Records that contain themselves are composed when they are met. */
export function avroSkipper(schema: AvroSchema): ReadValue {
  switch (schema.kind) {
    case 'null':
      return () => null;
    case 'boolean':
      return (cursor) => cursor.boolean();
    case 'int':
    case 'enum':
      return (cursor) => cursor.int();
    case 'long':
      return (cursor) => cursor.long();
    case 'float':
      return (cursor) => cursor.float();
    case 'double':
      return (cursor) => cursor.double();
    case 'bytes':
    case 'string':
      return (cursor) => {
        cursor.bytes();
        return null;
      };
    case 'fixed':
      return (cursor) => {
        cursor.fixed(schema.size);
        return null;
      };
    case 'array':
    case 'map':
      return skipBlocks(schema);
    case 'union': {
      const branches = schema.branches.map((branch) => lazily(() => avroSkipper(branch)));
      return (cursor) => {
        const branch = branches[cursor.int()];
        if (branch === undefined) throw badAvro('there is no such branch of a union');
        return branch(cursor);
      };
    }
    case 'record': {
      const fields = schema.fields.map((field) => lazily(() => avroSkipper(field.schema)));
      return (cursor) => {
        for (const field of fields) field(cursor);
        return null;
      };
    }
  }
}

function skipBlocks(schema: Extract<AvroSchema, { readonly kind: 'array' | 'map' }>): ReadValue {
  const isMap = schema.kind === 'map';
  const item = lazily(() => avroSkipper(schema.kind === 'map' ? schema.values : schema.items));
  const bytesMin = bytesMinOf(schema.kind === 'map' ? schema.values : schema.items) + (isMap ? 1 : 0);
  return (cursor) => {
    const skipItem = (): void => {
      if (isMap) cursor.bytes();
      item(cursor);
    };
    cursor.skipBlocks(skipItem, bytesMin);
    return null;
  };
}

function lazily(make: () => ReadValue): ReadValue {
  let made: ReadValue | null = null;
  return (cursor) => {
    made ??= make();
    return made(cursor);
  };
}

/** Bytes that a value takes at least. */
function bytesMinOf(schema: AvroSchema): number {
  switch (schema.kind) {
    case 'null':
      return 0;
    case 'float':
      return 4;
    case 'double':
      return 8;
    case 'fixed':
      return schema.size;
    // A record of nulls takes none; others are not looked into, since they may contain themselves.
    case 'record':
      return 0;
    default:
      return 1;
  }
}
