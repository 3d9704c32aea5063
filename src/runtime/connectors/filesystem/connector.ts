/** The `filesystem` connector: files of this machine. Flink: `FileSystemTableFactory`. */
import { err, ok } from '../../base/result.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import type { Format } from '../../formats/format.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { Connector, OptionSpec } from '../connector.ts';
import { isPattern, optionsWithPrefix, physicalSchema } from '../table-columns.ts';
import { FileReader } from './reader.ts';
import { FileWriter } from './writer.ts';

const sink = (key: string, type: OptionSpec['type'], doc: string, fallback?: string): OptionSpec => ({
  key,
  type,
  required: false,
  doc,
  usedBy: 'sink',
  ...(fallback === undefined ? {} : { default: fallback }),
});

const OPTIONS: readonly OptionSpec[] = [
  {
    key: 'path',
    type: 'string',
    required: true,
    doc: 'File or folder. A relative path counts from the folder of the script.',
    usedBy: 'both',
  },
  { key: 'format', type: 'string', required: true, doc: 'How the records are written: json, csv, …', usedBy: 'both' },
  {
    key: 'partition.default-name',
    type: 'string',
    required: false,
    default: '__DEFAULT_PARTITION__',
    doc: 'Folder name of the partition whose value is NULL or empty.',
    usedBy: 'both',
  },
  {
    key: 'source.monitor-interval',
    type: 'duration',
    required: false,
    doc: 'Look for new files this often; then the table never ends.',
    usedBy: 'source',
  },
  {
    key: 'source.report-statistics',
    type: 'enum',
    values: ['ALL', 'NONE'],
    required: false,
    default: 'ALL',
    doc: 'Statistics for the planner.',
    usedBy: 'source',
  },
  {
    key: 'source.path.regex-pattern',
    type: 'string',
    required: false,
    doc: 'Read only files whose whole path matches.',
    usedBy: 'source',
  },
  sink('sink.rolling-policy.file-size', 'memory', 'Begin a new part file at this size.', '128MB'),
  sink('sink.rolling-policy.rollover-interval', 'duration', 'Begin a new part file after this time.', '30 min'),
  sink(
    'sink.rolling-policy.inactivity-interval',
    'duration',
    'Begin a new part file after this time without a row.',
    '30 min',
  ),
  sink('sink.rolling-policy.check-interval', 'duration', 'How often the times are looked at.', '1 min'),
  sink('sink.shuffle-by-partition.enable', 'boolean', 'Bring rows of a partition to one writer.', 'false'),
  sink('sink.parallelism', 'int', 'Number of writers; always one here.'),
  sink('sink.partition-commit.trigger', 'string', 'When a partition is complete.', 'process-time'),
  sink('sink.partition-commit.delay', 'duration', 'How long to wait before a partition counts as complete.', '0 s'),
  sink('sink.partition-commit.watermark-time-zone', 'string', 'Zone of the partition time.', 'UTC'),
  sink('sink.partition-commit.policy.kind', 'string', 'How others hear of a complete partition.'),
  sink('sink.partition-commit.policy.class', 'string', 'Class of a custom policy.'),
  sink('sink.partition-commit.policy.class.parameters', 'string', 'Parameters of a custom policy.'),
  sink(
    'sink.partition-commit.success-file.name',
    'string',
    'Name of the file that marks a complete partition.',
    '_SUCCESS',
  ),
  sink('auto-compaction', 'boolean', 'Join small files.', 'false'),
  sink('compaction.file-size', 'memory', 'Size of joined files.'),
  sink('compaction.parallelism', 'int', 'Number of joining tasks.'),
  {
    key: 'partition.time-extractor.kind',
    type: 'string',
    required: false,
    default: 'default',
    doc: 'How a time is read from partition values.',
    usedBy: 'both',
  },
  {
    key: 'partition.time-extractor.class',
    type: 'string',
    required: false,
    doc: 'Class of a custom extractor.',
    usedBy: 'both',
  },
  {
    key: 'partition.time-extractor.timestamp-pattern',
    type: 'string',
    required: false,
    doc: 'Pattern of the partition time.',
    usedBy: 'both',
  },
  {
    key: 'partition.time-extractor.timestamp-formatter',
    type: 'string',
    required: false,
    default: 'yyyy-MM-dd HH:mm:ss',
    doc: 'Format of the partition time.',
    usedBy: 'both',
  },
];

/** Finds a format by name. */
export type FormatLookUp = (name: string) => Format | undefined;

/** The connector over the given formats. */
export function filesystemConnector(formats: FormatLookUp): Connector {
  const formatOf = (table: BoundTable): Format | undefined => formats(table.options.get('format') ?? '');
  const noFormat = err({
    domain: 'format',
    message: 'The table has no format that is known.',
    retry: 'never',
  } as const);
  return {
    name: 'filesystem',
    doc: 'Reads a file or all files of a folder to their end; writes part files into a folder.',
    options: OPTIONS,
    source: {
      takesLimit: true,
      bounded: (table) => !table.options.has('source.monitor-interval'),
      changelog: (table) => (formatOf(table)?.changelog === 'all' ? 'all' : 'insert-only'),
      metadata: () => METADATA,
      create(request) {
        const format = formatOf(request.table);
        return format === undefined ? noFormat : ok(new FileReader(request, format));
      },
    },
    sink: {
      changelog: (table) => (formatOf(table)?.changelog === 'all' ? 'all' : 'insert-only'),
      create(request) {
        const format = formatOf(request.table);
        return format === undefined ? noFormat : ok(new FileWriter(request, format));
      },
    },
    validate(table, use) {
      const format = formatOf(table);
      if (format === undefined) return [];
      const stored = physicalSchema(table).filter((field) => !table.partitionedBy.includes(field.name));
      const options = optionsWithPrefix(table.options, format.name);
      const problems = [...format.validate(options, stored), ...(format.files?.validate(options, stored) ?? [])];
      const pattern = table.options.get('source.path.regex-pattern');
      if (pattern !== undefined && !isPattern(pattern)) {
        problems.push({
          code: 'validate/connector-options',
          message: `Invalid value for option 'source.path.regex-pattern': ${pattern} is no regular expression.`,
          hint: 'Close all brackets, and put a backslash before characters that are meant as such.',
          key: 'source.path.regex-pattern',
        });
      }
      if (use === 'sink' && format.encoder === undefined) {
        const message = `The format '${format.name}' can only be read.`;
        problems.push({
          code: 'validate/format-options',
          message,
          hint: 'Choose another format for this sink.',
          key: 'format',
        });
      }
      return problems;
    },
  };
}

const STRING: LogicalType = { kind: 'VARCHAR', nullable: false, length: 2147483647 };

const METADATA = [
  { name: 'file.path', type: STRING },
  { name: 'file.name', type: STRING },
  { name: 'file.size', type: { kind: 'BIGINT', nullable: false } },
  { name: 'file.modification-time', type: { kind: 'TIMESTAMP_LTZ', nullable: false, precision: 3 } },
] as const;
