/**
 * The `debezium-json` format: change events of databases. Flink: `DebeziumJsonDeserializationSchema`.
 *
 *   {"op": "c" | "r", "after": row}                 +I
 *   {"op": "u", "before": row, "after": row}        -U, +U
 *   {"op": "d", "before": row}                      -D
 */
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import { decodeUtf8 } from '../../base/utf8.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import { FieldError } from '../field-text.ts';
import { type Format, type FormatRequest, isOn, type RecordDecoder, type RecordEncoder } from '../format.ts';
import {
  type ChangeMetadata,
  changeMetadataReader,
  entryOf,
  INSTANT,
  metadataSchema,
  TEXT,
  TEXT_MAP,
  timeAt,
} from '../json/change-metadata.ts';
import { ownItem } from '../json/decode-field.ts';
import { decodeSettings, isBadInput, JsonRowReader, recordFailure, withJson } from '../json/decoder.ts';
import { encodeSettings, rowJson } from '../json/encoder.ts';
import { JSON_OPTIONS, validateJson } from '../json/format.ts';
import { isJsonObject, type JsonNode } from '../json/json-text.ts';

const METADATA: readonly ChangeMetadata[] = [
  { name: 'schema', type: TEXT, field: 'schema', fieldType: TEXT, isOfRecord: true },
  timeAt('ts_ms', 'ingestion-timestamp'),
  { ...entryOf('source', 'ts_ms', 'source.timestamp', Number), type: INSTANT },
  entryOf('source', 'db', 'source.database'),
  entryOf('source', 'schema', 'source.schema'),
  entryOf('source', 'table', 'source.table'),
  { name: 'source.properties', type: TEXT_MAP, field: 'source', fieldType: TEXT_MAP },
];

/** A change out of an event. */
export type Change = readonly [kind: RowKind, row: Row];

const REPLICA_IDENTITY =
  'The "before" field of %s message is null, if you are using Debezium Postgres Connector, please check the Postgres table has been set REPLICA IDENTITY to FULL level.';

function decoder(request: FormatRequest): RecordDecoder {
  const settings = decodeSettings(request.options);
  const reader = new JsonRowReader(request, settings);
  const hasSchema = isOn(request.options, 'schema-include');
  const read = (node: JsonNode, name: string): Row | null => {
    const item = isJsonObject(node) ? ownItem(node, name) : undefined;
    return item === undefined || item === null ? null : reader.row(item);
  };
  const changes = (document: JsonNode, text: string): readonly Change[] => {
    const node = hasSchema && isJsonObject(document) ? (ownItem(document, 'payload') ?? null) : document;
    const op = isJsonObject(node) ? ownItem(node, 'op') : undefined;
    if (typeof op !== 'string') throw corrupt(text);
    const before = read(node, 'before');
    const after = read(node, 'after');
    switch (op) {
      case 'c':
      case 'r':
        if (after === null) throw corrupt(text);
        return [[RowKind.Insert, after]];
      case 'u':
        if (before === null)
          throw new FieldError(REPLICA_IDENTITY.replace('%s', 'UPDATE'), 'java.lang.IllegalStateException');
        if (after === null) throw corrupt(text);
        return [
          [RowKind.UpdateBefore, before],
          [RowKind.UpdateAfter, after],
        ];
      case 'd':
        if (before === null)
          throw new FieldError(REPLICA_IDENTITY.replace('%s', 'DELETE'), 'java.lang.IllegalStateException');
        return [[RowKind.Delete, before]];
      default:
        throw new FieldError(
          `Unknown "op" value "${op}". The Debezium JSON message is '${text}'`,
          'java.io.IOException',
        );
    }
  };
  const readMetadata = changeMetadataReader(METADATA, request);
  const metadata = (record: JsonNode): readonly Value[] =>
    readMetadata(record, hasSchema && isJsonObject(record) ? (ownItem(record, 'payload') ?? null) : record);
  return changeDecoder('Debezium JSON', reader, settings.ignoreParseErrors, { changes, metadata });
}

/** A decoder out of a function from a document to its changes; shared by the change formats. */
export function changeDecoder(
  what: string,
  reader: JsonRowReader,
  ignoreParseErrors: boolean,
  read: {
    readonly changes: (document: JsonNode, text: string) => readonly Change[];
    /** Values that come behind the columns of each change. */
    readonly metadata: (document: JsonNode) => readonly Value[];
  },
): RecordDecoder {
  const decodeText: RecordDecoder['decodeText'] = (text, emit) => {
    // Tombstones of Kafka and empty lines say nothing.
    if (text === '') return ok(undefined);
    let found: readonly Change[];
    let metadata: readonly Value[] = [];
    try {
      found = withJson(text, reader, (document) => {
        metadata = read.metadata(document);
        return read.changes(document, text);
      });
    } catch (error) {
      const isBad = isBadInput(error) || error instanceof RunError;
      if (ignoreParseErrors && isBad) return ok(undefined);
      if (error instanceof RunError || !isBad) throw error;
      throw recordFailure(error, text, what);
    }
    for (const [kind, row] of found) emit(kind, metadata.length === 0 ? row : [...row, ...metadata]);
    return ok(undefined);
  };
  return { decode: (record, emit) => decodeText(decodeUtf8(record), emit), decodeText };
}

function corrupt(text: string): RunError {
  return new RunError('run/bad-record', `Corrupt Debezium JSON message '${text}'.`, 'java.io.IOException');
}

function encoder(request: FormatRequest): RecordEncoder {
  const settings = encodeSettings(request.options);
  return {
    encode(kind, row) {
      const text = rowJson(request.schema, row, settings);
      // Flink writes an update as a delete and an insert: a sink sees its halves one by one.
      return ok(
        isAccumulate(kind) ? `{"before":null,"after":${text},"op":"c"}` : `{"before":${text},"after":null,"op":"d"}`,
      );
    },
  };
}

/** Change events as Debezium writes them. */
export const debeziumJsonFormat: Format = {
  name: 'debezium-json',
  doc: 'Change events of a database as Debezium writes them: before, after, op.',
  options: [
    {
      key: 'schema-include',
      type: 'boolean',
      required: false,
      default: 'false',
      doc: 'Whether the records carry their schema, with the event under "payload".',
      usedBy: 'source',
    },
    ...JSON_OPTIONS.filter((option) => option.key !== 'fail-on-missing-field'),
  ],
  changelog: 'all',
  metadata: metadataSchema(METADATA),
  validate: validateJson,
  decoder,
  encoder,
};
