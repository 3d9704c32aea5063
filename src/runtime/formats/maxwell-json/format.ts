/**
 * The `maxwell-json` format. Flink: `MaxwellJsonDeserializationSchema`.
 * `data` is the row after the change, `old` the previous values of the columns that changed.
 */
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import { type Change, changeDecoder } from '../debezium-json/format.ts';
import type { Format, FormatRequest, RecordDecoder, RecordEncoder } from '../format.ts';
import {
  type ChangeMetadata,
  changeMetadataReader,
  metadataSchema,
  TEXT,
  TEXTS,
  timeAt,
} from '../json/change-metadata.ts';
import { ownItem } from '../json/decode-field.ts';
import { decodeSettings, JsonRowReader } from '../json/decoder.ts';
import { encodeSettings, rowJson } from '../json/encoder.ts';
import { JSON_OPTIONS, validateJson } from '../json/format.ts';
import { isJsonObject, type JsonNode } from '../json/json-text.ts';

const METADATA: readonly ChangeMetadata[] = [
  { name: 'database', type: TEXT, field: 'database', fieldType: TEXT },
  { name: 'table', type: TEXT, field: 'table', fieldType: TEXT },
  { name: 'primary-key-columns', type: TEXTS, field: 'primary_key_columns', fieldType: TEXTS },
  // Maxwell counts seconds.
  timeAt('ts', 'ingestion-timestamp', 1000),
];

function decoder(request: FormatRequest): RecordDecoder {
  const settings = decodeSettings(request.options);
  const reader = new JsonRowReader(request, settings);
  const changes = (document: JsonNode, text: string): readonly Change[] => {
    const corrupt = (): RunError =>
      new RunError('run/bad-record', `Corrupt Maxwell JSON message '${text}'.`, 'java.io.IOException');
    if (!isJsonObject(document)) throw corrupt();
    const type = ownItem(document, 'type');
    const data = ownItem(document, 'data') ?? null;
    if (type !== 'insert' && type !== 'update' && type !== 'delete') {
      throw new RunError(
        'run/bad-record',
        `Unknown "type" value "${String(type)}". The Maxwell JSON message is '${text}'`,
        'java.io.IOException',
      );
    }
    const after = data === null ? null : reader.row(data);
    if (after === null) throw corrupt();
    if (type === 'insert') return [[RowKind.Insert, after]];
    if (type === 'delete') return [[RowKind.Delete, after]];
    const old = ownItem(document, 'old') ?? null;
    const oldRow = old === null ? null : reader.row(old);
    if (oldRow === null || !isJsonObject(old)) throw corrupt();
    // A column that `old` does not mention has not changed.
    const before = request.schema.map((field, index) =>
      ownItem(old, field.name) === undefined ? (after[index] ?? null) : (oldRow[index] ?? null),
    );
    return [
      [RowKind.UpdateBefore, before],
      [RowKind.UpdateAfter, after],
    ];
  };
  const readMetadata = changeMetadataReader(METADATA, request);
  return changeDecoder('Maxwell JSON', reader, settings.ignoreParseErrors, {
    changes,
    metadata: (record) => readMetadata(record, record),
  });
}

function encoder(request: FormatRequest): RecordEncoder {
  const settings = encodeSettings(request.options);
  return {
    encode: (kind, row) =>
      ok(`{"data":${rowJson(request.schema, row, settings)},"type":"${isAccumulate(kind) ? 'insert' : 'delete'}"}`),
  };
}

/** Change events as Maxwell writes them. */
export const maxwellJsonFormat: Format = {
  name: 'maxwell-json',
  doc: 'Change events of MySQL as Maxwell writes them: type, data, old.',
  options: JSON_OPTIONS.filter((option) => option.key !== 'fail-on-missing-field'),
  changelog: 'all',
  metadata: metadataSchema(METADATA),
  validate: validateJson,
  decoder,
  encoder,
};
