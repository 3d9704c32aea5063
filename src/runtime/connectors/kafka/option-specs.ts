/** The WITH options of `kafka` and `upsert-kafka`. Flink: `KafkaConnectorOptions`. */
import type { OptionSpec } from '../connector.ts';

const option = (
  key: string,
  type: OptionSpec['type'],
  usedBy: OptionSpec['usedBy'],
  doc: string,
  more: Partial<OptionSpec> = {},
): OptionSpec => ({ key, type, required: false, usedBy, doc, ...more });

/** Options of both connectors. */
const COMMON: readonly OptionSpec[] = [
  option('topic', 'string', 'both', 'Topic, or several to read: a;b.'),
  option('topic-pattern', 'string', 'source', 'Read all topics whose names match.'),
  option('properties.bootstrap.servers', 'string', 'both', 'Brokers: host:port, host:port.', { required: true }),
  option('properties.group.id', 'string', 'source', 'Consumer group whose offsets reading begins from.'),
  option('key.fields-prefix', 'string', 'both', 'Prefix of the names of key columns in the table.', { default: '' }),
  option('value.fields-include', 'enum', 'both', 'Whether key columns are in the value too.', {
    values: ['ALL', 'EXCEPT_KEY'],
    default: 'ALL',
  }),
  option('scan.bounded.mode', 'enum', 'source', 'Where reading ends.', {
    values: ['unbounded', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'],
    default: 'unbounded',
  }),
  option('scan.bounded.timestamp-millis', 'long', 'source', 'Read records before this time.'),
  option('scan.bounded.specific-offsets', 'string', 'source', 'Offsets: partition:0,offset:42;partition:1,offset:300.'),
  option('scan.topic-partition-discovery.interval', 'duration', 'source', 'How often new partitions are looked for.', {
    default: '5 min',
  }),
  option('scan.parallelism', 'int', 'source', 'Number of readers; always one here.'),
  option('sink.parallelism', 'int', 'sink', 'Number of writers; always one here.'),
  option('sink.delivery-guarantee', 'enum', 'sink', 'What a restart may do to records.', {
    values: ['none', 'at-least-once', 'exactly-once'],
    default: 'at-least-once',
  }),
  option('sink.transactional-id-prefix', 'string', 'sink', 'Begins the names of transactions.'),
];

/** Options of `kafka`. */
export const KAFKA_OPTIONS: readonly OptionSpec[] = [
  ...COMMON,
  option('format', 'string', 'both', 'How values are written: json, csv, …'),
  option('value.format', 'string', 'both', 'The same as format.'),
  option('key.format', 'string', 'both', 'How keys are written.'),
  option('key.fields', 'string', 'both', 'Columns of the key: a;b.'),
  option('scan.startup.mode', 'enum', 'source', 'Where reading begins.', {
    values: ['earliest-offset', 'latest-offset', 'group-offsets', 'timestamp', 'specific-offsets'],
    default: 'group-offsets',
  }),
  option('scan.startup.timestamp-millis', 'long', 'source', 'Read records from this time on.'),
  option('scan.startup.specific-offsets', 'string', 'source', 'Offsets: partition:0,offset:42;partition:1,offset:300.'),
  option('sink.partitioner', 'string', 'sink', 'Which partition a record goes to: default, fixed or round-robin.', {
    default: 'default',
  }),
];

/** Options of `upsert-kafka`. */
export const UPSERT_KAFKA_OPTIONS: readonly OptionSpec[] = [
  ...COMMON,
  option('key.format', 'string', 'both', 'How keys are written.', { required: true }),
  option('value.format', 'string', 'both', 'How values are written.', { required: true }),
  option('sink.buffer-flush.max-rows', 'int', 'sink', 'Changes to collect before writing, the last of each key.', {
    default: '0',
  }),
  option('sink.buffer-flush.interval', 'duration', 'sink', 'How long changes are collected.', { default: '0 ms' }),
];
