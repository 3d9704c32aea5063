/**
 * Options of `kafka` and `upsert-kafka`, read once: from texts of a table to what reader and writer work with.
 * Messages are Flink's. Flink: `KafkaConnectorOptionsUtil`, `KafkaDynamicTableFactory`.
 */
import { durationMs } from '../../base/durations.ts';
import { err, ok, type Result } from '../../base/result.ts';
import type { Format } from '../../formats/format.ts';
import type { BrokerSettings } from '../../seams/broker.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { OptionProblem } from '../connector.ts';
import { isPattern, optionsWithPrefix, physicalSchema } from '../table-columns.ts';
import { clientSettings, propertyProblems } from './client-settings.ts';

/** Finds a format by name. */
export type FormatLookUp = (name: string) => Format | undefined;

/** Where reading begins. */
export type StartAt =
  | { readonly kind: 'earliest' | 'latest' }
  /** Where the group stands; `otherwise`: where it stands nowhere. */
  | { readonly kind: 'group'; readonly groupId: string | null; readonly otherwise: 'earliest' | 'latest' | 'none' }
  | { readonly kind: 'timestamp'; readonly timestampMs: number }
  | { readonly kind: 'offsets'; readonly offsets: ReadonlyMap<number, number> };

/** Where reading ends. */
export type EndAt =
  | { readonly kind: 'never' | 'latest' }
  | { readonly kind: 'group'; readonly groupId: string | null }
  | { readonly kind: 'timestamp'; readonly timestampMs: number }
  | { readonly kind: 'offsets'; readonly offsets: ReadonlyMap<number, number> };

/** A format with its options, and the columns that it reads and writes: positions among the physical columns. */
export interface PartFormat {
  readonly format: Format;
  readonly options: ReadonlyMap<string, string>;
  readonly columns: readonly number[];
}

/** What a table says about Kafka. */
export interface KafkaTable {
  readonly settings: BrokerSettings;
  readonly topics: readonly string[] | null;
  readonly pattern: string | null;
  readonly start: StartAt;
  readonly end: EndAt;
  /** How often new partitions are looked for; 0: never. */
  readonly discoveryMs: number;
  readonly key: PartFormat | null;
  /** Taken off the names of key columns before the format sees them. */
  readonly keyPrefix: string;
  readonly value: PartFormat;
}

/** Whether a key is one of Kafka's own, or of a format of the table. */
export function takesKey(key: string, { options }: BoundTable): boolean {
  if (key.startsWith('properties.')) return true;
  return ['key', 'value'].some((part) => {
    const name = options.get(`${part}.format`);
    return name !== undefined && key.startsWith(`${part}.${name}.`);
  });
}

/** Everything that is wrong with the options of a table beyond their own types. */
export function optionProblems(
  table: BoundTable,
  formats: FormatLookUp,
  use: 'source' | 'sink',
  isUpsert: boolean,
): readonly OptionProblem[] {
  const problems = propertyProblems(optionsWithPrefix(table.options, 'properties')).map(
    ({ property, message, hint }): OptionProblem => problem(message, hint, `properties.${property}`),
  );
  if (problems.length > 0) return problems;
  const read = readOptions(table, formats, isUpsert);
  if (!read.ok) return [read.error];
  const { key, value, topics, pattern } = read.value;
  const physical = physicalSchema(table);
  for (const part of key === null ? [value] : [key, value]) {
    const schema = part.columns.flatMap((column) => physical[column] ?? []);
    problems.push(...part.format.validate(part.options, schema));
    if (use === 'sink' && part.format.encoder === undefined)
      problems.push(problem(`The format '${part.format.name}' can only be read.`, 'Choose another format.', 'format'));
  }
  if (use === 'sink') problems.push(...sinkProblems(table, topics, pattern));
  return problems;
}

function sinkProblems(table: BoundTable, topics: KafkaTable['topics'], pattern: string | null): OptionProblem[] {
  const problems: OptionProblem[] = [];
  if (pattern !== null || topics === null || topics.length !== 1) {
    const what = pattern === null ? `'topic': [${topics?.join(', ')}]` : `'topic-pattern': ${pattern}`;
    problems.push(
      problem(`Flink Kafka sink currently only supports single topic, but got ${what}.`, 'Name one topic.', 'topic'),
    );
  }
  const isExactlyOnce = table.options.get('sink.delivery-guarantee')?.trim().toLowerCase() === 'exactly-once';
  if (isExactlyOnce && (table.options.get('sink.transactional-id-prefix') ?? '') === '') {
    const message = 'sink.transactional-id-prefix must be specified when using DeliveryGuarantee.EXACTLY_ONCE.';
    const key = 'sink.transactional-id-prefix';
    problems.push(problem(message, `Add '${key}' = '…', a name that no other job has.`, key));
  }
  const partitioner = table.options.get('sink.partitioner') ?? 'default';
  if (!['default', 'fixed', 'round-robin'].includes(partitioner)) {
    const message = `Could not find and instantiate partitioner class '${partitioner}'`;
    problems.push(problem(message, 'Use default, fixed or round-robin.', 'sink.partitioner'));
  }
  if (partitioner === 'round-robin' && table.options.has('key.fields')) {
    const message = "Currently 'round-robin' partitioner only works when option 'key.fields' is not specified.";
    problems.push(problem(message, 'Leave the partitioner out: records go by their keys.', 'sink.partitioner'));
  }
  for (const column of table.columns) {
    if (column.kind !== 'metadata' || column.virtual || column.key === 'timestamp' || column.key === 'headers')
      continue;
    const message = `Invalid metadata key '${column.key}' in column '${column.name}' of table '${table.path.name}'. It can be read, but not written; these can be written:\n\nheaders\ntimestamp`;
    problems.push(
      problem(message, `Declare it VIRTUAL: ${column.name} … METADATA FROM '${column.key}' VIRTUAL.`, undefined),
    );
  }
  return problems;
}

/** The options as values; the first problem where there is one. */
export function readOptions(
  table: BoundTable,
  formats: FormatLookUp,
  isUpsert: boolean,
): Result<KafkaTable, OptionProblem> {
  const { options } = table;
  const settings = clientSettings(optionsWithPrefix(options, 'properties'));
  if (!settings.ok) {
    const { property, message, hint } = settings.error;
    return err(problem(message, hint, `properties.${property}`));
  }
  const topics = options
    .get('topic')
    ?.split(';')
    .map((topic) => topic.trim())
    .filter((topic) => topic !== '');
  const pattern = options.get('topic-pattern') ?? null;
  if (topics !== undefined && pattern !== null)
    return refuse(
      "Option 'topic' and 'topic-pattern' shouldn't be set together.",
      'Keep one of them.',
      'topic-pattern',
    );
  if ((topics === undefined || topics.length === 0) && pattern === null)
    return refuse("Either 'topic' or 'topic-pattern' must be set.", "Add 'topic' = '…'.", 'topic');
  if (pattern !== null && !isPattern(pattern))
    return refuse(`'topic-pattern' is no regular expression: ${pattern}`, 'Close all brackets.', 'topic-pattern');
  const start = isUpsert ? ok({ kind: 'earliest' } as const) : startOf(options, topics);
  if (!start.ok) return start;
  const end = endOf(options, topics);
  if (!end.ok) return end;
  const parts = partsOf(table, formats, isUpsert);
  if (!parts.ok) return parts;
  return ok({
    settings: settings.value,
    topics: topics ?? null,
    pattern,
    start: start.value,
    end: end.value,
    discoveryMs: durationMs(options.get('scan.topic-partition-discovery.interval') ?? '5 min') ?? 300_000,
    ...parts.value,
  });
}

type Options = ReadonlyMap<string, string>;

function startOf(options: Options, topics: readonly string[] | undefined): Result<StartAt, OptionProblem> {
  const mode = (options.get('scan.startup.mode') ?? 'group-offsets').toLowerCase();
  switch (mode) {
    case 'earliest-offset':
      return ok({ kind: 'earliest' });
    case 'latest-offset':
      return ok({ kind: 'latest' });
    case 'timestamp':
      return timestampOf(options, 'scan.startup.timestamp-millis', `'timestamp' startup mode`);
    case 'specific-offsets':
      return offsetsOf(options, topics, 'scan.startup.specific-offsets', `'specific-offsets' startup mode`);
    default: {
      const reset = (options.get('properties.auto.offset.reset') ?? 'none').toLowerCase();
      const otherwise = reset === 'earliest' || reset === 'latest' ? reset : 'none';
      return ok({ kind: 'group', groupId: options.get('properties.group.id') ?? null, otherwise });
    }
  }
}

function endOf(options: Options, topics: readonly string[] | undefined): Result<EndAt, OptionProblem> {
  switch ((options.get('scan.bounded.mode') ?? 'unbounded').toLowerCase()) {
    case 'latest-offset':
      return ok({ kind: 'latest' });
    case 'group-offsets':
      return ok({ kind: 'group', groupId: options.get('properties.group.id') ?? null });
    case 'timestamp':
      return timestampOf(options, 'scan.bounded.timestamp-millis', `'timestamp' bounded mode`);
    case 'specific-offsets':
      return offsetsOf(options, topics, 'scan.bounded.specific-offsets', `'specific-offsets' bounded mode`);
    default:
      return ok({ kind: 'never' });
  }
}

function timestampOf(
  options: Options,
  key: string,
  mode: string,
): Result<{ readonly kind: 'timestamp'; readonly timestampMs: number }, OptionProblem> {
  const text = options.get(key);
  if (text === undefined) return refuse(`'${key}' is required in ${mode} but missing.`, `Add '${key}' = '…'.`, key);
  return ok({ kind: 'timestamp', timestampMs: Number(text) });
}

function offsetsOf(
  options: Options,
  topics: readonly string[] | undefined,
  key: string,
  mode: string,
): Result<{ readonly kind: 'offsets'; readonly offsets: ReadonlyMap<number, number> }, OptionProblem> {
  const text = options.get(key);
  if (text === undefined) return refuse(`'${key}' is required in ${mode} but missing.`, `Add '${key}' = '…'.`, key);
  if (topics?.length !== 1)
    return refuse('Currently Kafka source only supports specific offset for single topic.', 'Name one topic.', key);
  const offsets = new Map<number, number>();
  for (const pair of text.split(';').filter((part) => part.trim() !== '')) {
    const found = /^\s*partition:(\d{1,9}),offset:(\d{1,15})\s*$/.exec(pair);
    if (found === null) {
      const form = 'partition:0,offset:42;partition:1,offset:300';
      return refuse(
        `Invalid properties '${key}' should follow the format '${form}', but is '${text}'.`,
        `Write ${form}.`,
        key,
      );
    }
    offsets.set(Number(found[1]), Number(found[2]));
  }
  return ok({ kind: 'offsets', offsets });
}

function partsOf(
  table: BoundTable,
  formats: FormatLookUp,
  isUpsert: boolean,
): Result<Pick<KafkaTable, 'key' | 'keyPrefix' | 'value'>, OptionProblem> {
  const { options } = table;
  const physical = physicalSchema(table);
  const hasValueFormat = options.has('value.format');
  const valueName = options.get('value.format') ?? options.get('format');
  if (valueName === undefined)
    return refuse("Could not find required scan format 'format'.", "Add 'format' = 'json'.", 'format');
  const valueFormat = formats(valueName);
  if (valueFormat === undefined) return unknownFormat(valueName, hasValueFormat ? 'value.format' : 'format');
  const keyName = options.get('key.format');
  const keyFormat = keyName === undefined ? null : formats(keyName);
  if (keyFormat === undefined) return unknownFormat(keyName ?? '', 'key.format');
  const keyColumns = isUpsert ? ok(table.primaryKey.map((column) => positionOf(table, column))) : keyColumnsOf(table);
  if (!keyColumns.ok) return keyColumns;
  const keyPrefix = options.get('key.fields-prefix') ?? '';
  if (isUpsert) {
    if (table.primaryKey.length === 0) {
      const message =
        "'upsert-kafka' tables require to define a PRIMARY KEY constraint. The PRIMARY KEY specifies which columns should be read from or write to the Kafka message key. The PRIMARY KEY also defines records in the 'upsert-kafka' table should update or delete on which keys.";
      return refuse(message, 'Add PRIMARY KEY (…) NOT ENFORCED.', undefined);
    }
    for (const [format, key] of [
      [keyFormat, 'key.format'],
      [valueFormat, 'value.format'],
    ] as const) {
      if (format === null || format.changelog === 'insert-only') continue;
      const message = `'upsert-kafka' connector doesn't support '${format.name}' as ${key.split('.')[0]} format, because '${format.name}' is not in insert-only mode.`;
      return refuse(message, 'Use json, csv or raw.', key);
    }
  } else if (table.primaryKey.length > 0 && valueFormat.changelog === 'insert-only') {
    const message = `The Kafka table '${table.path.catalog}.${table.path.database}.${table.path.name}' with '${valueName}' format doesn't support defining PRIMARY KEY constraint on the table, because it can't guarantee the semantic of primary key.`;
    return refuse(message, "Use the connector 'upsert-kafka', or leave the key out.", undefined);
  }
  const wrong = keyColumns.value
    .map((column) => physical[column]?.name ?? '')
    .find((name) => !name.startsWith(keyPrefix));
  if (wrong !== undefined) {
    const message = `All fields in 'key.fields' must be prefixed with '${keyPrefix}' when option 'key.fields-prefix' is set but field '${wrong}' is not prefixed.`;
    return refuse(message, 'Rename the column, or leave the prefix out.', 'key.fields-prefix');
  }
  const isExceptKey = options.get('value.fields-include')?.trim().toUpperCase() === 'EXCEPT_KEY';
  if (keyPrefix !== '' && !isExceptKey) {
    const message =
      "A key prefix is not allowed when option 'value.fields-include' is set to 'ALL'. Set it to 'EXCEPT_KEY' instead to avoid field overlaps.";
    return refuse(message, "Add 'value.fields-include' = 'EXCEPT_KEY'.", 'key.fields-prefix');
  }
  const all = physical.map((_, column) => column);
  const valueColumns = isExceptKey ? all.filter((column) => !keyColumns.value.includes(column)) : all;
  return ok({
    keyPrefix,
    key:
      keyFormat === null
        ? null
        : { format: keyFormat, options: optionsWithPrefix(options, `key.${keyName}`), columns: keyColumns.value },
    value: {
      format: valueFormat,
      options: optionsWithPrefix(options, hasValueFormat ? `value.${valueName}` : valueName),
      columns: valueColumns,
    },
  });
}

/** Position of a column of the table among the physical ones. */
function positionOf(table: BoundTable, column: number): number {
  const name = table.schema[column]?.name;
  return physicalSchema(table).findIndex((field) => field.name === name);
}

function keyColumnsOf(table: BoundTable): Result<readonly number[], OptionProblem> {
  const fields = table.options.get('key.fields');
  const names = (fields ?? '')
    .split(';')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (!table.options.has('key.format')) {
    if (fields === undefined) return ok([]);
    const message = "The option 'key.fields' can only be declared if a key format is defined using 'key.format'.";
    return refuse(message, "Add 'key.format' = 'json'.", 'key.fields');
  }
  if (names.length === 0) {
    const message =
      "A key format 'key.format' requires the declaration of one or more of key fields using 'key.fields'.";
    return refuse(message, "Add 'key.fields' = '…'.", 'key.format');
  }
  const physical = physicalSchema(table);
  const columns = names.map((name) => physical.findIndex((field) => field.name === name));
  const missing = names[columns.indexOf(-1)];
  if (missing !== undefined) {
    const list = physical.map(({ name }) => name).join(', ');
    const message = `Could not find the field '${missing}' in the table schema for usage in the key format. A key field must be a regular, physical column. The following columns can be selected in the 'key.fields' option:\n[${list}]`;
    return refuse(message, `Choose one of ${list}.`, 'key.fields');
  }
  return ok(columns);
}

function unknownFormat(name: string, key: string): Result<never, OptionProblem> {
  const message = `Could not find any format factory for identifier '${name}' in the classpath.`;
  return refuse(
    message,
    'Choose json, csv, avro, avro-confluent, debezium-json, canal-json, maxwell-json or raw.',
    key,
  );
}

function refuse(message: string, hint: string, key: string | undefined): Result<never, OptionProblem> {
  return err(problem(message, hint, key));
}

function problem(message: string, hint: string, key: string | undefined): OptionProblem {
  return { code: 'validate/connector-options', message, hint, ...(key === undefined ? {} : { key }) };
}
