/** Tables and seams for driving connectors by hand. Used by tests only. */
import { formatValue } from '../data/format-value.ts';
import type { LogicalType } from '../data/logical-type.ts';
import { ROW_KIND_TEXT } from '../data/row-kind.ts';
import type { RowInput } from '../engine/operator.ts';
import type { PollStatus, SourceReader } from '../engine/source.ts';
import { MemoryFiles } from '../seams/memory-files.ts';
import { SeededRandom } from '../seams/seeded-random.ts';
import { SimClock } from '../seams/sim-clock.ts';
import type { BoundColumn, BoundTable } from '../sql/2-bind/catalog.ts';
import type { ConnectorSeams } from './connector.ts';
import { fieldOf, scanColumns } from './table-columns.ts';

/** A table of physical columns, or with a key of metadata. */
export function tableOf(
  columns: Readonly<Record<string, LogicalType | { readonly metadata: string; readonly type: LogicalType }>>,
  options: Readonly<Record<string, string>>,
  partitionedBy: readonly string[] = [],
): BoundTable {
  const bound = Object.entries(columns).map(
    ([name, column]): BoundColumn =>
      'metadata' in column
        ? { kind: 'metadata', name, type: column.type, key: column.metadata, virtual: false }
        : { kind: 'physical', name, type: column },
  );
  return {
    kind: 'table',
    path: { catalog: 'default_catalog', database: 'default_database', name: 't' },
    temporary: false,
    columns: bound,
    schema: bound.map(fieldOf),
    primaryKey: [],
    options: new Map(Object.entries(options)),
    partitionedBy,
    statement: 1,
  };
}

/** Simulated surroundings of a connector, and what was printed. */
export interface TestSeams extends ConnectorSeams {
  readonly files: MemoryFiles;
  readonly clock: SimClock;
  readonly printed: string[];
}

/** Empty files, a clock at 0 that is moved by hand, random numbers from `seed`. */
export function testSeams(seed = 1): TestSeams {
  const printed: string[] = [];
  return {
    files: new MemoryFiles(),
    clock: new SimClock(),
    random: new SeededRandom(seed),
    printLine: (line, to) => printed.push(to === 'out' ? line : `${to}: ${line}`),
    timeZone: 'UTC',
    printed,
  };
}

/** Takes rows as text: `+I[1, a]`. */
export class RowLog implements RowInput {
  readonly rows: string[] = [];
  readonly #types: readonly LogicalType[];

  constructor(table: BoundTable, columns: readonly number[]) {
    const all = scanColumns(table);
    this.#types = columns.map((column) => (all[column] as (typeof all)[number]).type);
  }

  processRow: RowInput['processRow'] = (kind, row) => {
    const texts = this.#types.map((type, index) => formatValue(row[index] ?? null, type, 'UTC') ?? 'null');
    this.rows.push(`${ROW_KIND_TEXT[kind]}[${texts.join(', ')}]`);
  };
}

/** All columns that a table can be scanned for. */
export function allColumns(table: BoundTable): number[] {
  return scanColumns(table).map((_, index) => index);
}

/** Polls up to `pollCount` times; failures become rows that begin with `!`. Answers the last status. */
export function pollInto(reader: SourceReader, log: RowLog, rowCountMax = 100, pollCount = 1000): PollStatus | '!' {
  let status: PollStatus = 'more';
  for (let polls = 0; polls < pollCount && status === 'more'; polls++) {
    const polled = reader.poll(log, rowCountMax);
    if (!polled.ok) {
      log.rows.push(`! ${polled.error.message}`);
      return '!';
    }
    status = polled.value;
  }
  return status;
}
