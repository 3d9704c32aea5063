/**
 * Records that begin with the number of their schema in a registry: a zero, the number in four bytes, then Avro.
 * Flink: `ConfluentSchemaRegistryCoder`, `RegistryAvroDeserializationSchema`, `RegistryAvroSerializationSchema`.
 */
import { err, ok, type Result } from '../../base/result.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Value } from '../../data/value.ts';
import type { SchemaRegistry } from '../../seams/schema-registry.ts';
import { AvroBuffer, AvroCursor, badAvro } from '../avro/bytes.ts';
import { avroReader, type ReadValue } from '../avro/read-value.ts';
import { type AvroSchema, avroSchemaText, parseAvroSchema } from '../avro/schema.ts';
import { avroWriter, type WriteValue } from '../avro/write-value.ts';
import type { FormatRequest } from '../format.ts';
import { registryOption, registrySettings } from './registry-options.ts';

const HEAD_BYTES = 5;

const NO_REGISTRY = err({
  domain: 'network',
  message: 'A schema registry cannot be reached from here.',
  retry: 'never',
} as const);

/** The registry of a request; none where the host has no network. */
function registryOf({ registries, options }: FormatRequest): SchemaRegistry | null {
  return registries?.connect(registrySettings(options)) ?? null;
}

/** Reads records of whatever schema the registry has for them, as `reader` sees them. */
export class RegistryReader {
  readonly #registry: SchemaRegistry | null;
  readonly #reader: AvroSchema;
  readonly #type: LogicalType;
  readonly #cursor = new AvroCursor(new Uint8Array());
  /** By number of the writer's schema. */
  readonly #reads = new Map<number, ReadValue>();

  constructor(request: FormatRequest, reader: AvroSchema, type: LogicalType) {
    this.#registry = registryOf(request);
    this.#reader = reader;
    this.#type = type;
  }

  read(record: Uint8Array): Result<Value> {
    if (record.length < HEAD_BYTES || record[0] !== 0) {
      throw badAvro('Unknown data format. Magic number does not match');
    }
    const id = new DataView(record.buffer, record.byteOffset, HEAD_BYTES).getInt32(1);
    let read = this.#reads.get(id);
    if (read === undefined) {
      const made = this.#readerOf(id);
      if (!made.ok) return made;
      read = made.value;
      this.#reads.set(id, read);
    }
    this.#cursor.reset(record, HEAD_BYTES);
    return ok(read(this.#cursor));
  }

  #readerOf(id: number): Result<ReadValue> {
    if (this.#registry === null) return NO_REGISTRY;
    const text = this.#registry.schemaById(id);
    if (!text.ok) return text;
    const schema = parseAvroSchema(text.value);
    if (!schema.ok) return err({ domain: 'format', message: `Schema ${id}: ${schema.error}`, retry: 'never' });
    return ok(avroReader(schema.value, this.#reader, this.#type));
  }
}

/** Writes records; the schema is registered with the first one. */
export class RegistryWriter {
  readonly #request: FormatRequest;
  readonly #schema: AvroSchema;
  readonly #write: WriteValue;
  readonly #buffer = new AvroBuffer();
  #head: Uint8Array | null = null;

  constructor(request: FormatRequest, schema: AvroSchema, type: LogicalType) {
    this.#request = request;
    this.#schema = schema;
    this.#write = avroWriter(schema, type);
  }

  write(value: Value): Result<Uint8Array> {
    if (this.#head === null) {
      const head = this.#register();
      if (!head.ok) return head;
      this.#head = head.value;
    }
    this.#buffer.fixed(this.#head);
    this.#write(this.#buffer, value);
    return ok(this.#buffer.take());
  }

  #register(): Result<Uint8Array> {
    const registry = registryOf(this.#request);
    if (registry === null) return NO_REGISTRY;
    const { options, subject } = this.#request;
    const id = registry.register(registryOption(options, 'subject') ?? subject ?? '', avroSchemaText(this.#schema));
    if (!id.ok) return id;
    const head = new Uint8Array(HEAD_BYTES);
    new DataView(head.buffer).setInt32(1, id.value);
    return ok(head);
  }
}
