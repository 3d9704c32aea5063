/**
 * What the binder and the planner ask about connectors. Messages are those of Flink's `FactoryUtil`.
 */
import { unreachable } from '../base/assert.ts';
import { durationMs } from '../base/durations.ts';
import { nearestWord } from '../base/nearest-word.ts';
import type { Connector, ConnectorChangelog, OptionProblem, OptionSpec } from '../connectors/connector.ts';
import type { Schema } from '../data/logical-type.ts';
import type { Format } from '../formats/format.ts';
import type { BoundTable } from '../sql/2-bind/catalog.ts';
import type { ConnectorCatalog } from '../sql/2-bind/context.ts';
import { allConnectors, connectorNamed } from './connector-registry.ts';
import { FORMAT_NAMES, formatNamed } from './format-registry.ts';

/** Keys that every table takes. */
const COMMON_KEYS = [
  'connector',
  'property-version',
  'scan.watermark.alignment.group',
  'scan.watermark.alignment.max-drift',
  'scan.watermark.alignment.update-interval',
  'scan.watermark.emit.strategy',
  'scan.watermark.idle-timeout',
];

/** The connectors of this program. */
export const connectorCatalog: ConnectorCatalog = {
  validate(table, use, hints = {}) {
    const hinted: BoundTable = { ...table, options: new Map([...table.options, ...Object.entries(hints)]) };
    return validateTable(hinted, use);
  },
  bounded: (table) => connectorOf(table)?.source?.bounded(table) ?? true,
  sourceChangelog: (table): ConnectorChangelog => connectorOf(table)?.source?.changelog(table) ?? 'insert-only',
  sinkChangelog: (table): ConnectorChangelog => connectorOf(table)?.sink?.changelog(table) ?? 'all',
  metadata: (table): Schema => connectorOf(table)?.source?.metadata(table) ?? [],
};

/** The connector that a table names. */
export function connectorOf(table: BoundTable): Connector | undefined {
  return connectorNamed(table.options.get('connector') ?? '');
}

function validateTable(table: BoundTable, use: 'source' | 'sink'): readonly OptionProblem[] {
  const name = table.options.get('connector');
  if (name === undefined) {
    return [
      problem(
        "Table options do not contain an option key 'connector' for discovering a connector.",
        "Add WITH ('connector' = '…') to the table.",
        'connector',
      ),
    ];
  }
  const connector = connectorNamed(name);
  if (connector === undefined) {
    const known = allConnectors()
      .map((each) => each.name)
      .sort();
    return [
      problem(
        `Could not find any factory for identifier '${name}' that implements 'org.apache.flink.table.factories.DynamicTableFactory' in the classpath.\n\nAvailable factory identifiers are:\n\n${known.join('\n')}`,
        unknownConnectorHint(name, known),
        'connector',
      ),
    ];
  }
  if (connector[use] === undefined) {
    const other = use === 'source' ? 'sink' : 'source';
    return [
      problem(
        `Connector '${name}' can only be used as a ${other}. It cannot be used as a ${use}.`,
        use === 'source' ? 'Read from another table.' : 'Write into another table.',
        'connector',
      ),
    ];
  }
  const formatKey = connector.options.find((option) => option.key === 'format');
  const formatName = formatKey === undefined ? undefined : table.options.get('format');
  const format = formatName === undefined ? undefined : formatNamed(formatName);
  if (formatName !== undefined && format === undefined) {
    return [
      problem(
        `Could not find any format factory for identifier '${formatName}' in the classpath.`,
        `Choose one of ${FORMAT_NAMES.join(', ')}.`,
        'format',
      ),
    ];
  }
  const specs = optionsOf(connector, format, table);
  const missing = specs.filter((spec) => spec.required && !table.options.has(spec.key)).map((spec) => spec.key);
  if (missing.length > 0) {
    // A required option that is missing is often there under a slightly wrong name.
    const supported = new Set([...COMMON_KEYS, ...specs.map((spec) => spec.key)]);
    const others = [...table.options.keys()].filter((key) => !supported.has(key));
    const slip = others.find((key) => nearestWord(key, missing) !== null);
    const meant = slip === undefined ? null : nearestWord(slip, missing);
    return [
      problem(
        `One or more required options are missing.\n\nMissing required options are:\n\n${missing.sort().join('\n')}`,
        meant === null
          ? `Add ${missing.map((key) => `'${key}'`).join(' and ')} to the WITH options.`
          : `Instead of '${slip}', did you mean '${meant}'?`,
        slip ?? missing[0],
      ),
    ];
  }
  const unknown = unknownOptions(specs, table, connector, formatName);
  return [...unknown, ...specs.flatMap((spec) => checkValue(spec, table)), ...connector.validate(table, use)];
}

/** Connectors of Flink that people will look for here. */
const NOT_YET_CONNECTORS: ReadonlyMap<string, string> = new Map([
  ['jdbc', 'JDBC'],
  ['elasticsearch-7', 'Elasticsearch'],
  ['mysql-cdc', 'MySQL CDC'],
  ['postgres-cdc', 'Postgres CDC'],
]);

function unknownConnectorHint(name: string, known: readonly string[]): string {
  const notYet = NOT_YET_CONNECTORS.get(name);
  if (notYet !== undefined) return `${notYet} does not exist in Millrace yet. Choose one of ${known.join(', ')}.`;
  const near = nearestWord(name, known);
  return near === null ? `Choose one of ${known.join(', ')}.` : `Did you mean '${near}'?`;
}

/** All options that a table may have, with the keys that one would write. */
export function optionsOf(connector: Connector, format: Format | undefined, table: BoundTable): readonly OptionSpec[] {
  const own = connector.options.flatMap((spec) =>
    spec.perField === true
      ? table.columns.map((column) => ({ ...spec, key: spec.key.replace('#', column.name) }))
      : [spec],
  );
  const ofFormat = (format?.options ?? []).map((spec) => ({ ...spec, key: `${format?.name}.${spec.key}` }));
  return [...own, ...ofFormat];
}

function unknownOptions(
  specs: readonly OptionSpec[],
  table: BoundTable,
  connector: Connector,
  format: string | undefined,
): OptionProblem[] {
  const supported = new Set([...COMMON_KEYS, ...specs.map((spec) => spec.key)]);
  // Options below a column's fields (nested rows) cannot be listed, only recognised.
  const isNested = (key: string): boolean => connector.name === 'datagen' && /^fields\..+\..+\..+$/.test(key);
  // Flink looks at a format's options only through the format, which ignores what it does not know.
  const isOfFormat = (key: string): boolean => format !== undefined && key.startsWith(`${format}.`);
  const unknown = [...table.options.keys()].filter(
    (key) => !supported.has(key) && !isNested(key) && !isOfFormat(key) && connector.takesKey?.(key, table) !== true,
  );
  if (unknown.length === 0) return [];
  const list = [...supported].sort();
  const best = nearestWord(unknown[0] ?? '', list);
  return [
    problem(
      `Unsupported options found for '${connector.name}'.\n\nUnsupported options:\n\n${unknown.sort().join('\n')}\n\nSupported options:\n\n${list.join('\n')}`,
      best === null ? 'Remove the option, or choose one of the list.' : `Did you mean '${best}'?`,
      unknown[0],
    ),
  ];
}

function checkValue(spec: OptionSpec, table: BoundTable): OptionProblem[] {
  const value = table.options.get(spec.key);
  if (value === undefined || isValid(spec, value)) return [];
  const expected = spec.values === undefined ? spec.type : spec.values.join(', ');
  return [problem(`Could not parse value '${value}' for key '${spec.key}'.`, `Expected: ${expected}.`, spec.key)];
}

function isValid(spec: OptionSpec, value: string): boolean {
  switch (spec.type) {
    case 'string':
    case 'map':
      return true;
    case 'int':
    case 'long':
      return /^\s*-?\d+\s*$/.test(value);
    case 'double':
      return value.trim() !== '' && !Number.isNaN(Number(value));
    case 'boolean':
      return /^(?:true|false)$/i.test(value.trim());
    case 'duration':
      return durationMs(value) !== undefined;
    case 'memory':
      return /^\s*\d+\s*(?:b|bytes|k|kb|kibibytes|m|mb|mebibytes|g|gb|gibibytes|t|tb|tebibytes)?\s*$/i.test(value);
    case 'enum':
      return spec.values === undefined || spec.values.some((each) => each.toLowerCase() === value.trim().toLowerCase());
    default:
      return unreachable(spec.type);
  }
}

function problem(message: string, hint: string, key: string | undefined): OptionProblem {
  return { code: 'validate/connector-options', message, hint, ...(key === undefined ? {} : { key }) };
}
