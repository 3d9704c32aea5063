/**
 * The `avro` format: records in Avro's binary encoding, whose schema is that of the table; a file is an object
 * container file with the schema in it. Flink: `AvroFormatFactory`, `AvroFileFormatFactory`.
 */
import { assert } from '../../base/assert.ts';
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import type { OptionProblem, OptionSpec } from '../../connectors/connector.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import { type Format, type FormatRequest, isOn, type RecordDecoder } from '../format.ts';
import { type JsonNode, JsonSyntaxError, parseJsonText } from '../json/json-text.ts';
import { AvroBuffer, AvroCursor, badAvro } from './bytes.ts';
import { AVRO_CODECS, avroCodec } from './codecs.ts';
import { AvroFileDecoder, AvroFileEncoder } from './container.ts';
import { avroJsonReader, avroJsonWriter } from './json-values.ts';
import { avroReader } from './read-value.ts';
import type { AvroSchema } from './schema.ts';
import { tableAvroSchema } from './table-schema.ts';
import { avroWriter } from './write-value.ts';

const OPTIONS: readonly OptionSpec[] = [
  {
    key: 'encoding',
    type: 'enum',
    values: ['binary', 'json'],
    required: false,
    default: 'binary',
    doc: 'How records of a topic are written: Avro’s compact bytes, or its JSON. Files are always binary.',
    usedBy: 'both',
  },
  {
    key: 'codec',
    type: 'string',
    required: false,
    default: 'snappy',
    doc: 'How the blocks of a file are compressed: null, deflate or snappy.',
    usedBy: 'sink',
  },
  {
    key: 'timestamp_mapping.legacy',
    type: 'boolean',
    required: false,
    default: 'true',
    doc: 'TIMESTAMP is written as an instant, as Flink did before 1.19. Off: TIMESTAMP is a local time, TIMESTAMP_LTZ an instant.',
    usedBy: 'both',
  },
];

/** ROW of columns, never NULL. */
export function rowTypeOf(schema: Schema): Extract<LogicalType, { readonly kind: 'ROW' }> {
  return { kind: 'ROW', nullable: false, fields: schema };
}

/** The Avro schema of columns that `validate` has accepted. */
export function acceptedSchema(columns: Schema, isLegacy: boolean): AvroSchema {
  const schema = tableAvroSchema(columns, isLegacy);
  assert(schema.ok, 'validation refuses columns that have no Avro schema');
  return schema.value;
}

/** Why the columns of a table cannot be written in Avro. */
export function columnProblems(physical: Schema, isLegacy: boolean): readonly OptionProblem[] {
  const schema = tableAvroSchema(physical, isLegacy);
  if (schema.ok) return [];
  const hint =
    isLegacy && schema.error.includes('TIMESTAMP')
      ? "Use TIMESTAMP(3), or set 'avro.timestamp_mapping.legacy' = 'false' (up to 6 digits, and TIMESTAMP_LTZ)."
      : 'Change the type of the column, or choose another format.';
  return [{ code: 'validate/format-options', message: schema.error, hint }];
}

const isLegacy = (options: ReadonlyMap<string, string>): boolean => isOn(options, 'timestamp_mapping.legacy', true);
const isJson = (options: ReadonlyMap<string, string>): boolean =>
  options.get('encoding')?.trim().toLowerCase() === 'json';

function decoder({ schema, physical, options }: FormatRequest): RecordDecoder {
  const writer = acceptedSchema(physical, isLegacy(options));
  const reader = acceptedSchema(schema, isLegacy(options));
  if (isJson(options)) {
    const read = avroJsonReader(reader, rowTypeOf(schema));
    return {
      decode: (record, emit) => {
        emit(RowKind.Insert, read(jsonOf(decodeUtf8(record))) as Row);
        return ok(undefined);
      },
      decodeText: (record, emit) => {
        emit(RowKind.Insert, read(jsonOf(record)) as Row);
        return ok(undefined);
      },
    };
  }
  const read = avroReader(writer, reader, rowTypeOf(schema));
  const cursor = new AvroCursor(new Uint8Array());
  return {
    decode(record, emit) {
      cursor.reset(record);
      emit(RowKind.Insert, read(cursor) as Row);
      return ok(undefined);
    },
    decodeText() {
      throw new RunError('run/bad-record', 'Avro records are bytes, not lines of text.', 'java.io.IOException');
    },
  };
}

function jsonOf(text: string): JsonNode {
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    throw badAvro(error.message);
  }
}

/** Records in Avro's encoding. */
export const avroFormat: Format = {
  name: 'avro',
  doc: 'Apache Avro: compact bytes with the schema of the table. A file carries its schema.',
  options: OPTIONS,
  changelog: 'insert-only',
  validate: (options, physical) => columnProblems(physical, isLegacy(options)),
  decoder,
  encoder({ schema, options }) {
    const avro = acceptedSchema(schema, isLegacy(options));
    if (isJson(options)) {
      const write = avroJsonWriter(avro, rowTypeOf(schema));
      return { encode: (_kind, row) => ok(write(row)) };
    }
    const write = avroWriter(avro, rowTypeOf(schema));
    const buffer = new AvroBuffer();
    return {
      encode(_kind, row) {
        write(buffer, row);
        return ok(buffer.take());
      },
    };
  },
  files: {
    // In files Flink maps timestamps the old way, whatever the option says.
    validate(options, physical) {
      const columns = columnProblems(physical, true);
      if (columns.length > 0) return columns;
      const codec = options.get('codec') ?? 'snappy';
      if (avroCodec(codec) !== undefined) return [];
      return [
        {
          code: 'validate/format-options',
          message: `Unrecognized codec: ${codec}`,
          hint: `Use one of ${AVRO_CODECS.join(', ')}.`,
          key: 'codec',
        },
      ];
    },
    decoder({ schema }, file) {
      const reader = acceptedSchema(schema, true);
      return AvroFileDecoder.open(file, (writer) => avroReader(writer, reader, rowTypeOf(schema)));
    },
    encoder({ schema, options }, random) {
      const avro = acceptedSchema(schema, true);
      const name = options.get('codec') ?? 'snappy';
      const codec = avroCodec(name);
      assert(codec !== undefined, 'validation refuses codecs that are not known');
      const mark = Uint8Array.from({ length: 16 }, () => random.nextInt(256));
      return new AvroFileEncoder(avro, avroWriter(avro, rowTypeOf(schema)), name, codec, mark);
    },
  },
};
