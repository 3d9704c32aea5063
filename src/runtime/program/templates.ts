/**
 * First texts of what the palette drops: statements that run as they are, or need the one choice that
 * nobody can guess. An operator that is not connected reads `` `?` `` (`PLACEHOLDER_NAME`): valid SQL,
 * a port that is plainly open, and Flink's own "not found" if it is run.
 */
import { unreachable } from '../base/assert.ts';
import { quoteIdentifier, quoteString } from '../sql/print/quote.ts';
import type { PaletteKind } from './edit.ts';
import type { OutputColumn } from './output-columns.ts';
import { nameToSql } from './sql-text.ts';
import { formOfKind, functionBaseName, type TypescriptKind } from './typescript-templates.ts';

/** What an operator reads: a name as plain text, and its columns when they are known. */
export interface TemplateInput {
  readonly name: string;
  readonly columns: readonly OutputColumn[] | null;
}

/** Palette kinds that define a table. */
export type TableKind = Extract<PaletteKind, `source-${string}` | `sink-${string}`>;
/** Palette kinds that define a view. */
export type OperatorKind = Exclude<PaletteKind, TableKind>;
/** Those whose view is SQL alone. */
export type SqlOperatorKind = Exclude<OperatorKind, TypescriptKind>;

/** Whether the item defines a table. */
export function isTableKind(palette: PaletteKind): palette is TableKind {
  return palette.startsWith('source-') || palette.startsWith('sink-');
}

/** Whether the item is a sink. */
export function isSinkKind(palette: PaletteKind): boolean {
  return palette.startsWith('sink-');
}

/** Base of the name: `filter` gives `filter_1`. */
export function baseName(palette: PaletteKind): string {
  switch (palette) {
    case 'source-filesystem':
      return 'source';
    case 'source-datagen':
      return 'generator';
    case 'source-kafka':
      return 'topic';
    case 'sink-print':
    case 'sink-filesystem':
    case 'sink-kafka':
    case 'sink-blackhole':
      return 'sink';
    case 'group-aggregate':
      return 'aggregate';
    case 'window-aggregate':
      return 'window';
    case 'sql':
      return 'query';
    case 'typescript-process':
    case 'typescript-scalar':
    case 'typescript-table':
      return functionBaseName(formOfKind(palette));
    case 'filter':
    case 'map':
    case 'join':
    case 'union':
      return palette;
    default:
      return unreachable(palette);
  }
}

/** What people call the item, for the undo menu. */
export function paletteLabel(palette: PaletteKind): string {
  const labels: Readonly<Record<PaletteKind, string>> = {
    'source-filesystem': 'file source',
    'source-datagen': 'generator',
    'source-kafka': 'Kafka source',
    filter: 'filter',
    map: 'map',
    'group-aggregate': 'aggregate',
    'window-aggregate': 'window aggregate',
    join: 'join',
    union: 'union',
    sql: 'SQL operator',
    'typescript-process': 'process function',
    'typescript-scalar': 'scalar function',
    'typescript-table': 'table function',
    'sink-print': 'print sink',
    'sink-filesystem': 'file sink',
    'sink-kafka': 'Kafka sink',
    'sink-blackhole': 'blackhole sink',
  };
  return labels[palette];
}

/** Columns of a sink that nothing is connected to yet; connecting puts the real ones there. */
export const DEFAULT_SINK_COLUMNS: readonly { readonly name: string; readonly type: string }[] = [
  { name: 'id', type: 'BIGINT' },
  { name: 'label', type: 'STRING' },
];

/** Where a broker is until a connection is chosen. */
const LOCAL_BROKER = 'localhost:9092';

/** `CREATE TABLE` of a palette item, without `;`. */
export function tableTemplate(
  palette: TableKind,
  name: string,
  columns: readonly { readonly name: string; readonly type: string }[],
): string {
  const sinkColumns = columns.map((column) => `  ${quoteIdentifier(column.name)} ${column.type}`);
  const events = [
    '  id BIGINT',
    '  name STRING',
    '  amount DOUBLE',
    '  ts TIMESTAMP(3)',
    "  WATERMARK FOR ts AS ts - INTERVAL '5' SECOND",
  ];
  switch (palette) {
    case 'source-filesystem':
      return createTable(name, events, [
        ['connector', 'filesystem'],
        ['path', `data/${fileName(name)}.jsonl`],
        ['format', 'json'],
      ]);
    case 'source-datagen':
      return createTable(name, events, [
        ['connector', 'datagen'],
        ['rows-per-second', '10'],
        ['fields.id.kind', 'sequence'],
        ['fields.id.start', '1'],
        ['fields.id.end', '1000'],
        ['fields.name.length', '4'],
        ['fields.amount.min', '0'],
        ['fields.amount.max', '100'],
      ]);
    case 'source-kafka':
      return createTable(name, events, [
        ['connector', 'kafka'],
        ['topic', name],
        ['properties.bootstrap.servers', LOCAL_BROKER],
        ['scan.startup.mode', 'earliest-offset'],
        ['format', 'json'],
      ]);
    case 'sink-kafka':
      // The guarantee also says that this table is meant to be written, before anything is connected.
      return createTable(name, sinkColumns, [
        ['connector', 'kafka'],
        ['topic', name],
        ['properties.bootstrap.servers', LOCAL_BROKER],
        ['format', 'json'],
        ['sink.delivery-guarantee', 'at-least-once'],
      ]);
    case 'sink-print':
      return createTable(name, sinkColumns, [['connector', 'print']]);
    case 'sink-blackhole':
      return createTable(name, sinkColumns, [['connector', 'blackhole']]);
    case 'sink-filesystem':
      // `sink.parallelism` also says that this table is meant to be written, before anything is connected.
      return createTable(name, sinkColumns, [
        ['connector', 'filesystem'],
        ['path', `output/${fileName(name)}`],
        ['format', 'json'],
        ['sink.parallelism', '1'],
      ]);
    default:
      return unreachable(palette);
  }
}

function createTable(
  name: string,
  columns: readonly string[],
  options: readonly (readonly [string, string])[],
): string {
  const lines = options.map(([key, value]) => `  ${quoteString(key)} = ${quoteString(value)}`);
  return `CREATE TABLE ${nameToSql(name)} (\n${columns.join(',\n')}\n) WITH (\n${lines.join(',\n')}\n)`;
}

/** A name as a file name: letters, digits, dash and underscore only. */
function fileName(name: string): string {
  return name.replace(/[^\w-]/g, '_');
}

/** The query of an operator. `second` is the other input of joins and unions. */
export function queryTemplate(palette: SqlOperatorKind, input: TemplateInput, second: TemplateInput): string {
  const from = nameToSql(input.name);
  switch (palette) {
    case 'filter':
      return `SELECT *\nFROM ${from}\nWHERE TRUE`;
    case 'map': {
      const columns = input.columns?.map((column) => quoteIdentifier(column.name)).join(', ');
      return `SELECT ${columns ? columns : '*'}\nFROM ${from}`;
    }
    case 'sql':
      return `SELECT *\nFROM ${from}`;
    case 'group-aggregate': {
      const key = input.columns?.find((column) => !column.isTime && /^(STRING|VARCHAR|CHAR)/i.test(column.type));
      const name = key ? quoteIdentifier(key.name) : '';
      return key
        ? `SELECT ${name}, COUNT(*) AS row_count\nFROM ${from}\nGROUP BY ${name}`
        : `SELECT COUNT(*) AS row_count\nFROM ${from}`;
    }
    case 'window-aggregate': {
      // Short, so that rows of a generator, which come in the time of the clock, soon close a window.
      const time = quoteIdentifier(timeColumn(input.columns));
      return (
        'SELECT window_start, window_end, COUNT(*) AS row_count\n' +
        `FROM TABLE(TUMBLE(TABLE ${from}, DESCRIPTOR(${time}), INTERVAL '10' SECOND))\n` +
        'GROUP BY window_start, window_end'
      );
    }
    case 'join':
      return `SELECT l.*, r.*\nFROM ${from} AS l\nJOIN ${nameToSql(second.name)} AS r ON ${joinCondition(input.columns, second.columns) ?? 'TRUE'}`;
    case 'union':
      return `SELECT * FROM ${from}\nUNION ALL\nSELECT * FROM ${nameToSql(second.name)}`;
    default:
      return unreachable(palette);
  }
}

/** The column to build windows on: one with a watermark, else one that looks like a time, else `ts`. */
export function timeColumn(columns: readonly OutputColumn[] | null): string {
  const found = columns?.find((column) => column.isTime) ?? columns?.find((column) => /^TIMESTAMP/i.test(column.type));
  return found?.name ?? 'ts';
}

/** Equality of a column that both sides have, keys first; `null` when there is none. */
export function joinCondition(
  left: readonly OutputColumn[] | null,
  right: readonly OutputColumn[] | null,
): string | null {
  if (!left || !right) return null;
  const shared = left.filter(
    (column) => !column.isTime && right.some((other) => other.name === column.name && !other.isTime),
  );
  const best = shared.find((column) => /(^|_)(id|key|code)$/i.test(column.name)) ?? shared[0];
  return best ? `l.${quoteIdentifier(best.name)} = r.${quoteIdentifier(best.name)}` : null;
}
