/**
 * The `canal-json` format. Flink: `CanalJsonDeserializationSchema`. Like Maxwell's, with several rows
 * in one record: `data` and `old` are arrays that go together.
 */
import { RunError } from '../../base/diagnostic.ts';
import { ok } from '../../base/result.ts';
import type { OptionProblem } from '../../connectors/connector.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
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

const SQL_TYPES: LogicalType = { kind: 'MAP', nullable: true, key: TEXT, value: { kind: 'INT', nullable: true } };
const METADATA: readonly ChangeMetadata[] = [
  { name: 'database', type: TEXT, field: 'database', fieldType: TEXT },
  { name: 'table', type: TEXT, field: 'table', fieldType: TEXT },
  { name: 'sql-type', type: SQL_TYPES, field: 'sqlType', fieldType: SQL_TYPES },
  { name: 'pk-names', type: TEXTS, field: 'pkNames', fieldType: TEXTS },
  timeAt('ts', 'ingestion-timestamp'),
  timeAt('es', 'event-timestamp'),
];

function decoder(request: FormatRequest): RecordDecoder {
  const settings = decodeSettings(request.options);
  const reader = new JsonRowReader(request, settings);
  const databasePattern = wholePattern(request.options.get('database.include'));
  const tablePattern = wholePattern(request.options.get('table.include'));
  const isIncluded = (document: JsonNode): boolean =>
    isJsonObject(document) &&
    matches(databasePattern, ownItem(document, 'database')) &&
    matches(tablePattern, ownItem(document, 'table'));
  const changes = (document: JsonNode, text: string): readonly Change[] => {
    const corrupt = (): RunError =>
      new RunError('run/bad-record', `Corrupt Canal JSON message '${text}'.`, 'java.io.IOException');
    if (!isJsonObject(document)) throw corrupt();
    if (!isIncluded(document)) return [];
    const type = ownItem(document, 'type');
    if (type === 'CREATE') return [];
    if (type !== 'INSERT' && type !== 'UPDATE' && type !== 'DELETE') {
      throw new RunError(
        'run/bad-record',
        `Unknown "type" value "${String(type)}". The Canal JSON message is '${text}'`,
        'java.io.IOException',
      );
    }
    const data = ownItem(document, 'data');
    if (!Array.isArray(data)) throw corrupt();
    const rows = (data as readonly JsonNode[]).map((item) => reader.row(item));
    if (type !== 'UPDATE') {
      const kind = type === 'INSERT' ? RowKind.Insert : RowKind.Delete;
      return rows.flatMap((row) => (row === null ? [] : [[kind, row] as const]));
    }
    const old = ownItem(document, 'old');
    if (!Array.isArray(old) || old.length !== rows.length) throw corrupt();
    return rows.flatMap((after, position) => {
      const oldNode = (old as readonly JsonNode[])[position] ?? null;
      const oldRow = oldNode === null ? null : reader.row(oldNode);
      if (after === null || oldRow === null || !isJsonObject(oldNode)) throw corrupt();
      const before: Row = request.schema.map((field, index) =>
        ownItem(oldNode, field.name) === undefined ? (after[index] ?? null) : (oldRow[index] ?? null),
      );
      return [[RowKind.UpdateBefore, before] as const, [RowKind.UpdateAfter, after] as const];
    });
  };
  const readMetadata = changeMetadataReader(METADATA, request);
  return changeDecoder('Canal JSON', reader, settings.ignoreParseErrors, {
    changes,
    metadata: (record) => readMetadata(record, record),
  });
}

function wholePattern(pattern: string | undefined): RegExp | null {
  return pattern === undefined ? null : new RegExp(`^(?:${pattern})$`);
}

function matches(pattern: RegExp | null, name: JsonNode | undefined): boolean {
  return pattern === null || (typeof name === 'string' && pattern.test(name));
}

function encoder(request: FormatRequest): RecordEncoder {
  const settings = encodeSettings(request.options);
  return {
    encode: (kind, row) =>
      ok(`{"data":[${rowJson(request.schema, row, settings)}],"type":"${isAccumulate(kind) ? 'INSERT' : 'DELETE'}"}`),
  };
}

function validate(options: ReadonlyMap<string, string>, physical: Schema): readonly OptionProblem[] {
  const problems = [...validateJson(options, physical)];
  for (const key of ['database.include', 'table.include']) {
    try {
      wholePattern(options.get(key));
    } catch {
      const message = `Invalid value for option 'canal-json.${key}': ${options.get(key)} is no regular expression.`;
      problems.push({ code: 'validate/format-options', message, hint: 'Close all brackets of the pattern.', key });
    }
  }
  return problems;
}

/** Change events as Canal writes them. */
export const canalJsonFormat: Format = {
  name: 'canal-json',
  doc: 'Change events of MySQL as Canal writes them: type, data[], old[].',
  options: [
    {
      key: 'database.include',
      type: 'string',
      required: false,
      doc: 'Only events of databases that match this pattern.',
      usedBy: 'source',
    },
    {
      key: 'table.include',
      type: 'string',
      required: false,
      doc: 'Only events of tables that match this pattern.',
      usedBy: 'source',
    },
    ...JSON_OPTIONS.filter((option) => option.key !== 'fail-on-missing-field'),
  ],
  changelog: 'all',
  metadata: metadataSchema(METADATA),
  validate,
  decoder,
  encoder,
};
