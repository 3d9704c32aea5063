/**
 * A schema from samples: which format the values of a topic are in, which columns they have and of what type, and what
 * can carry event time. A proposal is a start that somebody looks at, so it says what it has seen (`isAlwaysThere`,
 * examples, notes) and leaves the choice.
 */
import { decodeUtf8 } from '../base/utf8.ts';
import { isJsonObject, type JsonNode, JsonNumber, type JsonObject, parseJsonText } from '../formats/json/json-text.ts';
import type { TableOption } from './connection.ts';
import { delimitedLines } from './delimited-text.ts';
import { FieldShape, type TimeStyle } from './field-shape.ts';
import type { Sample } from './sample.ts';
import { type ProposedTime, type TimeCandidate, timeColumns } from './time-columns.ts';

/** Formats that are recognised in samples. */
export const SAMPLE_FORMATS = ['json', 'debezium-json', 'canal-json', 'maxwell-json', 'csv', 'raw'] as const;
/** One of them. */
export type SampleFormat = (typeof SAMPLE_FORMATS)[number];
/** One of them, or that of a registry (`propose-avro.ts`). */
export type ProposedFormat = SampleFormat | 'avro-confluent';

/** A column. */
export interface ProposedColumn {
  readonly name: string;
  readonly type: string;
  /** Every sample has it, and it is never NULL. */
  readonly isAlwaysThere: boolean;
  /** A value, as text. */
  readonly example: string;
}

/** What is proposed. */
export interface Proposal {
  readonly format: ProposedFormat;
  /** Options of the format, with their whole names. */
  readonly options: readonly TableOption[];
  readonly columns: readonly ProposedColumn[];
  /** Columns for event time, the best first. */
  readonly times: readonly ProposedTime[];
  /** Columns that tell rows apart, where the records' keys say so. */
  readonly primaryKey: readonly string[];
  /** Samples that the format reads, of those with a value. */
  readonly readCount: number;
  readonly valueCount: number;
  /** What somebody should know before taking it. */
  readonly notes: readonly string[];
}

/** Proposes a schema; with `format` for that one, else for the one that fits. No samples: a column of texts. */
export function proposeSchema(samples: readonly Sample[], format?: SampleFormat): Proposal {
  const records = samples.flatMap((sample) => (sample.value === null ? [] : [{ sample, bytes: sample.value }]));
  const texts = records.map(({ bytes }) => textOf(bytes));
  const chosen = format ?? formatOf(texts);
  switch (chosen) {
    case 'csv':
      return csvProposal(
        records.map(({ sample }) => sample),
        texts,
      );
    case 'raw':
      return rawProposal(records, texts);
    default:
      return jsonProposal(
        chosen,
        records.map(({ sample }) => sample),
        texts,
      );
  }
}

/** Shares of the samples that a format must read to be proposed. */
const READ_SHARE_MIN = 0.8;

function formatOf(texts: readonly (string | null)[]): SampleFormat {
  if (texts.length === 0) return 'json';
  const objects = texts.map(objectOf).filter((object) => object !== null);
  if (objects.length >= texts.length * READ_SHARE_MIN)
    return (
      (['debezium-json', 'canal-json', 'maxwell-json'] as const).find((kind) =>
        objects.every((o) => rowsOf(kind, o).length > 0),
      ) ?? 'json'
    );
  const lines = texts.filter((text) => text !== null);
  return lines.length === texts.length && delimitedLines(lines) !== null ? 'csv' : 'raw';
}

type JsonFormat = Exclude<SampleFormat, 'csv' | 'raw'>;

function jsonProposal(format: JsonFormat, samples: readonly Sample[], texts: readonly (string | null)[]): Proposal {
  const shape = new FieldShape();
  const read: { readonly sample: Sample; readonly row: JsonObject }[] = [];
  let readCount = 0;
  let hasSchema = false;
  for (const [index, sample] of samples.entries()) {
    const object = objectOf(texts[index] ?? null);
    const rows = object === null ? [] : rowsOf(format, object);
    if (object === null || (rows.length === 0 && format !== 'json')) continue;
    readCount += 1;
    hasSchema ||= format === 'debezium-json' && isEnvelope(object);
    for (const row of rows) {
      // Canal writes all values as texts.
      shape.add(row, format === 'canal-json');
      read.push({ sample, row });
    }
  }
  const style = styleOf(shape.styles());
  const columns = columnsOf(shape, style, read.length);
  const options: TableOption[] = [];
  const prefix = format;
  if (style === 'ISO-8601') options.push({ key: `${prefix}.timestamp-format.standard`, value: 'ISO-8601' });
  if (hasSchema) options.push({ key: `${prefix}.schema-include`, value: 'true' });
  const notes = [...mixedNotes(shape, style)];
  if (readCount < samples.length) notes.push(unreadNote(samples.length - readCount, samples.length, format, prefix));
  const candidates = columns.map(
    ({ name, type }): TimeCandidate => ({
      name,
      type,
      values: read.map(({ row }) => scalarText(row[name])),
    }),
  );
  const taken = new Set(columns.map(({ name }) => name));
  // A change carries the times of its row, which say nothing of the order of changes.
  const times = timeColumns(
    candidates,
    read.map(({ sample }) => sample),
    taken,
  );
  return {
    format,
    options,
    columns,
    times: format === 'json' ? times : [...times].sort((a, b) => Number(b.isMetadata) - Number(a.isMetadata)),
    primaryKey: format === 'json' ? [] : keyColumns(samples, taken),
    readCount,
    valueCount: samples.length,
    notes,
  };
}

function columnsOf(shape: FieldShape, style: TimeStyle, rowCount: number): readonly ProposedColumn[] {
  return [...shape.fields].map(([name, field]) => ({
    name,
    type: field.type(style),
    isAlwaysThere: field.valueCount === rowCount,
    example: field.example(),
  }));
}

/** One style for the whole format: the one that most times are in. */
function styleOf(styles: readonly TimeStyle[]): TimeStyle {
  const isoCount = styles.filter((style) => style === 'ISO-8601').length;
  return isoCount * 2 > styles.length ? 'ISO-8601' : 'SQL';
}

function mixedNotes(shape: FieldShape, style: TimeStyle): readonly string[] {
  const notes: string[] = [];
  const others = [...shape.fields].filter(([, field]) => field.styles().some((each) => each !== style));
  if (others.length > 0)
    notes.push(`Times are written in two ways: ${listOf(others.map(([name]) => name))} stays text.`);
  const empty = [...shape.fields].filter(([, field]) => field.valueCount === 0);
  if (empty.length > 0)
    notes.push(`No sample has a value of ${listOf(empty.map(([name]) => name))}: STRING is a guess.`);
  return notes;
}

function listOf(names: readonly string[]): string {
  return names.slice(0, 5).join(', ') + (names.length > 5 ? ', …' : '');
}

function unreadNote(count: number, total: number, format: string, prefix: string): string {
  return `${count} of ${total} samples cannot be read as ${format}: a run stops at such a record, unless '${prefix}.ignore-parse-errors' is 'true'.`;
}

/** The rows inside a message of a format; json: the message itself. */
function rowsOf(format: JsonFormat, object: JsonObject): readonly JsonObject[] {
  switch (format) {
    case 'json':
      return [object];
    case 'debezium-json': {
      const { payload } = object;
      const event = isEnvelope(object) && payload !== undefined && isJsonObject(payload) ? payload : object;
      if (typeof event.op !== 'string' || !/^[cudrt]$/.test(event.op)) return [];
      return [event.before, event.after].filter((row): row is JsonObject => row !== undefined && isJsonObject(row));
    }
    case 'canal-json':
      return typeof object.type === 'string' && Array.isArray(object.data) && 'database' in object
        ? object.data.filter((row: JsonNode): row is JsonObject => isJsonObject(row))
        : [];
    case 'maxwell-json':
      return typeof object.type === 'string' &&
        object.data !== undefined &&
        isJsonObject(object.data) &&
        'database' in object
        ? [object.data]
        : [];
  }
}

/** `{"schema": …, "payload": …}`. */
function isEnvelope(object: JsonObject): boolean {
  return 'payload' in object && 'schema' in object;
}

/** Columns that the records' keys are made of, where these are objects with the same names. */
function keyColumns(samples: readonly Sample[], columns: ReadonlySet<string>): readonly string[] {
  const keys = samples.map(({ key }) => (key === null ? null : objectOf(textOf(key))));
  const [first] = keys;
  if (first === null || first === undefined || keys.some((key) => key === null)) return [];
  const { payload } = first;
  const own = isEnvelope(first) && payload !== undefined && isJsonObject(payload) ? payload : first;
  const names = Object.keys(own);
  return names.every((name) => columns.has(name)) ? names : [];
}

function csvProposal(samples: readonly Sample[], texts: readonly (string | null)[]): Proposal {
  const readable = texts.filter((text) => text !== null);
  const found = delimitedLines(readable);
  const lines = found?.lines ?? readable.map((text) => [text]);
  const shapes: FieldShape[] = [];
  for (const line of lines)
    for (const [index, value] of line.entries()) {
      const shape = shapes[index] ?? new FieldShape();
      shapes[index] = shape;
      shape.add(value === '' ? null : value, true);
    }
  const style = styleOf(shapes.flatMap((shape) => shape.styles()));
  const columns = shapes.map((shape, index): ProposedColumn => {
    // Flink's csv reads times as SQL writes them.
    const type = shape.valueCount === 0 ? 'STRING' : shape.type('SQL');
    return { name: `column_${index + 1}`, type, isAlwaysThere: shape.nullCount === 0, example: shape.example() };
  });
  const options: TableOption[] = [];
  if (found !== null && found.delimiter !== ',')
    options.push({ key: 'csv.field-delimiter', value: found.delimiter === '\t' ? '\\t' : found.delimiter });
  if (columns.some(({ type, isAlwaysThere }) => type !== 'STRING' && !isAlwaysThere))
    options.push({ key: 'csv.null-literal', value: '' });
  const notes = ['The values of csv have no names: give the columns theirs.'];
  if (style === 'ISO-8601') notes.push('Times with a T between date and time stay text: csv reads them with a space.');
  const unread = texts.length - readable.length;
  if (unread > 0) notes.push(unreadNote(unread, texts.length, 'csv', 'csv'));
  const candidates = columns.map(
    ({ name, type }, index): TimeCandidate => ({
      name,
      type,
      values: lines.map((line) => line[index] ?? null),
    }),
  );
  const readSamples = samples.filter((_, index) => texts[index] !== null);
  return {
    format: 'csv',
    options,
    columns,
    times: timeColumns(candidates, readSamples, new Set(columns.map(({ name }) => name))),
    primaryKey: [],
    readCount: readable.length,
    valueCount: texts.length,
    notes,
  };
}

function rawProposal(
  records: readonly { readonly sample: Sample; readonly bytes: Uint8Array }[],
  texts: readonly (string | null)[],
): Proposal {
  const isText = texts.every((text) => text !== null);
  const example = texts[0] ?? hexOf(records[0]?.bytes ?? new Uint8Array());
  const column = { name: 'payload', type: isText ? 'STRING' : 'BYTES', isAlwaysThere: true, example };
  const schemas = new Set(records.map(({ bytes }) => registrySchemaId(bytes)));
  const [only] = schemas;
  const notes: string[] = [];
  if (only !== null && only !== undefined)
    notes.push(
      `The values begin as records of a schema registry do (schema ${[...schemas].join(', ')}): format 'avro-confluent' reads them, with the columns of that schema.`,
    );
  return {
    format: 'raw',
    options: [],
    columns: [column],
    times: timeColumns(
      [],
      records.map(({ sample }) => sample),
      new Set(['payload']),
    ),
    primaryKey: [],
    readCount: records.length,
    valueCount: records.length,
    notes,
  };
}

/** Number of the newest schema that the records of a topic name; null: they are not of a registry. */
export function schemaIdOf(samples: readonly Sample[]): number | null {
  const values = samples.flatMap(({ value }) => (value === null ? [] : [value]));
  const ids = values.map(registrySchemaId);
  return values.length === 0 || ids.some((id) => id === null) ? null : (ids[0] ?? null);
}

/** Number of the schema that a record of Confluent's registry names in its first bytes; null: it is none. */
function registrySchemaId(bytes: Uint8Array): number | null {
  if (bytes.length < 6 || bytes[0] !== 0) return null;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
}

function hexOf(bytes: Uint8Array): string {
  return [...bytes.subarray(0, 24)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

/** Bytes as text; null: they are none. */
export function textOf(bytes: Uint8Array): string | null {
  const text = decodeUtf8(bytes);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what tells bytes from text.
  return /[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text) ? null : text;
}

function objectOf(text: string | null): JsonObject | null {
  if (text === null || !/^\s*\{/.test(text)) return null;
  try {
    const node = parseJsonText(text);
    return isJsonObject(node) ? node : null;
  } catch {
    return null;
  }
}

function scalarText(node: JsonNode | undefined): string | null {
  if (node instanceof JsonNumber) return node.text;
  return typeof node === 'string' || typeof node === 'number' ? String(node) : null;
}
