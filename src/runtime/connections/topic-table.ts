/** The table that reads a topic: from what the user kept of a proposal to the form of a CREATE TABLE. */
import type { ColumnForm, NodeForm } from '../program/graph.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import { type Connection, type TableOption, withConnection } from './connection.ts';
import type { ProposedFormat } from './propose-schema.ts';
import { freeName, intervalText, type ProposedTime } from './time-columns.ts';

type TableForm = Extract<NodeForm, { kind: 'table' }>;

/** Metadata of Kafka records that a table can have as columns. Flink: `KafkaDynamicSource.ReadableMetadata`. */
export const METADATA_COLUMNS = [
  { key: 'partition', type: 'INT', isVirtual: true, doc: 'partition of the record' },
  { key: 'offset', type: 'BIGINT', isVirtual: true, doc: 'offset in its partition' },
  { key: 'timestamp', type: 'TIMESTAMP_LTZ(3)', isVirtual: false, doc: 'timestamp of the record' },
  { key: 'headers', type: 'MAP<STRING, BYTES>', isVirtual: false, doc: 'headers, the last of each name' },
] as const;

/** Key of one of them. */
export type MetadataKey = (typeof METADATA_COLUMNS)[number]['key'];

/** What the user kept. */
export interface TopicChoice {
  readonly topic: string;
  /** Null: the options of the table say how to reach the cluster. */
  readonly connection: Connection | null;
  readonly format: ProposedFormat;
  readonly formatOptions: readonly TableOption[];
  readonly columns: readonly { readonly name: string; readonly type: string; readonly isNotNull: boolean }[];
  readonly metadata: readonly MetadataKey[];
  /** The key of the record as a column of text. */
  readonly withKey: boolean;
  /** Null: no event time. */
  readonly time: ProposedTime | null;
  readonly delayMs: number;
  readonly primaryKey: readonly string[];
}

/** Options that are about formats and columns: those of another topic do not fit. */
const SCHEMA_KEYS =
  /^(?:format|key\.|value\.|json\.|csv\.|raw\.|avro\.|avro-confluent\.|(?:debezium|canal|maxwell|ogg)-json\.)/;

/** The form of `table` as a reader of the topic. */
export function topicTable(table: TableForm, choice: TopicChoice): TableForm {
  const names = new Set(choice.columns.map(({ name }) => name));
  const columns: ColumnForm[] = choice.columns.map(({ name, type, isNotNull }) => {
    const isKey = choice.primaryKey.includes(name);
    return {
      kind: 'physical',
      name,
      type: isNotNull || isKey ? `${type} NOT NULL` : type,
      expression: '',
      metadataKey: '',
    };
  });
  const keyColumn = choice.withKey ? freeName('message_key', names) : null;
  if (keyColumn !== null)
    columns.push({ kind: 'physical', name: keyColumn, type: 'STRING', expression: '', metadataKey: '' });
  const { time } = choice;
  for (const { key, type, isVirtual } of METADATA_COLUMNS) {
    const isTime = time?.isMetadata === true && key === 'timestamp';
    if (!isTime && !choice.metadata.includes(key)) continue;
    const name = isTime ? time.column : freeName(key === 'timestamp' ? 'record_time' : key, names);
    const metadataKey = name === key ? '' : key;
    columns.push({ kind: 'metadata', name, type, expression: '', metadataKey, ...(isVirtual ? { isVirtual } : {}) });
  }
  if (time !== null && time.expression !== null)
    columns.push({ kind: 'computed', name: time.column, type: '', expression: time.expression, metadataKey: '' });
  return {
    kind: 'table',
    columns,
    watermarkColumn: time?.column ?? '',
    watermarkExpression: time === null ? '' : watermarkOf(time.column, choice.delayMs),
    primaryKey: [...choice.primaryKey],
    options: optionsOf(table.options, choice, keyColumn),
  };
}

/** Without a delay: rows never go back in time. */
function watermarkOf(column: string, delayMs: number): string {
  const name = quoteIdentifier(column);
  return delayMs === 0 ? name : `${name} - ${intervalText(delayMs)}`;
}

function optionsOf(
  options: readonly TableOption[],
  { topic, connection, format, formatOptions }: TopicChoice,
  keyColumn: string | null,
): readonly TableOption[] {
  const own = options.filter(({ key }) => !SCHEMA_KEYS.test(key) && key !== 'topic-pattern');
  const set = (list: readonly TableOption[], key: string, value: string): readonly TableOption[] =>
    list.some((option) => option.key === key)
      ? list.map((option) => (option.key === key ? { key, value } : option))
      : [...list, { key, value }];
  const topical = set(set(own, 'connector', 'kafka'), 'topic', topic);
  const reached = connection === null ? topical : withConnection(topical, connection);
  const started = reached.some(({ key }) => key === 'scan.startup.mode')
    ? reached
    : [...reached, { key: 'scan.startup.mode', value: 'earliest-offset' }];
  if (keyColumn === null) return [...started, { key: 'format', value: format }, ...formatOptions];
  return [
    ...started,
    { key: 'key.format', value: 'raw' },
    { key: 'key.fields', value: keyColumn },
    { key: 'value.format', value: format },
    ...formatOptions.map(({ key, value }) => ({ key: `value.${key}`, value })),
    { key: 'value.fields-include', value: 'EXCEPT_KEY' },
  ];
}
