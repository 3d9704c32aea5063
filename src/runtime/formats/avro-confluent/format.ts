/**
 * The `avro-confluent` format: Avro records whose schemas stand in a registry. Reading follows each record's own schema;
 * writing registers the table's. Flink: `RegistryAvroFormatFactory`.
 */
import { assert } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import type { OptionProblem } from '../../connectors/connector.ts';
import type { Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import { acceptedSchema, columnProblems, rowTypeOf } from '../avro/format.ts';
import { type AvroSchema, parseAvroSchema } from '../avro/schema.ts';
import { AvroTypeMismatch, avroWriter } from '../avro/write-value.ts';
import type { Format, FormatRequest } from '../format.ts';
import { RegistryReader, RegistryWriter } from './registry-coder.ts';
import { REGISTRY_OPTIONS, registryOption, registryProblems } from './registry-options.ts';

const NAME = 'avro-confluent';

/** The schema that the options give; null: that of the table. */
function givenSchema(options: ReadonlyMap<string, string>): AvroSchema | null {
  const text = registryOption(options, 'schema');
  if (text === null) return null;
  const schema = parseAvroSchema(text);
  assert(schema.ok, 'validation refuses schemas that cannot be read');
  return schema.value;
}

/** Columns that are wanted, of a schema that was given for all of them. */
function projected(schema: AvroSchema, wanted: Schema): AvroSchema {
  if (schema.kind !== 'record') return schema;
  const fields = wanted.flatMap(({ name }) => schema.fields.filter((field) => field.name === name));
  return { ...schema, fields };
}

function validate(options: ReadonlyMap<string, string>, physical: Schema): readonly OptionProblem[] {
  const problems = registryProblems(options, NAME);
  if (problems.length > 0) return problems;
  const text = registryOption(options, 'schema');
  if (text === null) return columnProblems(physical, true);
  const refuse = (message: string): readonly OptionProblem[] => [
    {
      code: 'validate/format-options',
      message,
      hint: 'Give the schema of the columns, or leave it out.',
      key: `${NAME}.schema`,
    },
  ];
  const schema = parseAvroSchema(text);
  if (!schema.ok) return refuse(`Could not parse Avro schema string. ${schema.error}`);
  const mismatch = `Schema provided for '${NAME}' format does not match the table schema: ${text}`;
  if (schema.value.kind !== 'record') return refuse(mismatch);
  const { fields } = schema.value;
  if (fields.length !== physical.length || fields.some((field, at) => field.name !== physical[at]?.name)) {
    return refuse(mismatch);
  }
  try {
    avroWriter(schema.value, rowTypeOf(physical));
  } catch (error) {
    if (!(error instanceof AvroTypeMismatch)) throw error;
    return refuse(mismatch);
  }
  return [];
}

function decoder(request: FormatRequest) {
  const given = givenSchema(request.options);
  const reader = given === null ? acceptedSchema(request.schema, true) : projected(given, request.schema);
  const records = new RegistryReader(request, reader, rowTypeOf(request.schema));
  return {
    decode(record: Uint8Array, emit: (kind: RowKind, row: Row) => void) {
      const row = records.read(record);
      if (!row.ok) return row;
      emit(RowKind.Insert, row.value as Row);
      return ok(undefined);
    },
    decodeText(): never {
      throw new RunError('run/bad-record', 'Avro records are bytes, not lines of text.', 'java.io.IOException');
    },
  };
}

/** Avro with a schema registry. */
export const avroConfluentFormat: Format = {
  name: NAME,
  doc: 'Avro records whose schemas stand in a schema registry.',
  options: REGISTRY_OPTIONS,
  changelog: 'insert-only',
  validate,
  decoder,
  encoder(request) {
    const schema = givenSchema(request.options) ?? acceptedSchema(request.schema, true);
    const records = new RegistryWriter(request, schema, rowTypeOf(request.schema));
    return { encode: (_kind, row) => records.write(row) };
  },
};
