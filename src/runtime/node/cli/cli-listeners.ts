/**
 * What `run` prints of the results: every change as Flink prints it, or the tables in the end. Rows go
 * to the output; which result begins is said on the error output, so that rows can be piped on.
 */
import { MaterialisedTable } from '../../changelog/materialise.ts';
import { formatForPrint, formatValue } from '../../data/format-value.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { Plain } from '../../data/plain-bytes.ts';
import { fromPortable, type Portable, toPortable } from '../../data/portable.ts';
import { ROW_KIND_TEXT, RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { ScriptListener } from '../../job/run-script.ts';
import { parseScript } from '../../sql/1-parse/parse-script.ts';
import type { BoundTable } from '../../sql/2-bind/catalog.ts';
import type { Terminal } from './cli-run.ts';
import { textTable } from './text-table.ts';

/** Kinds of statements that give rows. */
const RESULT_KINDS: ReadonlySet<string> = new Set(['select', 'insert', 'statement-set', 'explain', 'describe', 'show']);

/** Whether a script gives more than one result, so that it must be said where each begins. */
export function hasSeveralResults(text: string): boolean {
  return parseScript(text).script.statements.filter(({ statement }) => RESULT_KINDS.has(statement.kind)).length > 1;
}

/** Whether a script prints rows while it runs, as `--format changelog` does. */
export function printsRows(text: string): boolean {
  return (
    parseScript(text).script.statements.some(({ statement: { kind } }) => kind === 'select') || /'print'/i.test(text)
  );
}

/** Prints every change of a query as the print connector does. */
export class ChangelogListener implements ScriptListener {
  readonly #terminal: Terminal;
  readonly #isSaidWhere: boolean;
  #columns: Schema = [];

  constructor(terminal: Terminal, options: { readonly isSaidWhere: boolean }) {
    this.#terminal = terminal;
    this.#isSaidWhere = options.isSaidWhere;
  }

  queryStarted(statement: number, columns: Schema): void {
    this.#columns = columns;
    this.#say(queryHeading(statement));
  }

  queryRow(kind: RowKind, row: Row, timeZone: string): void {
    const types = this.#columns.map((column) => column.type);
    this.#terminal.out.line(ROW_KIND_TEXT[kind] + formatForPrint(row, types, timeZone));
  }

  sinkStarted(statement: number, table: BoundTable): void {
    if (isPrint(table)) this.#say(`${sinkHeading(table)}, statement ${statement}`);
  }

  #say(heading: string): void {
    if (!this.#isSaidWhere) return;
    // On a terminal both streams are one: the rows before come first.
    this.#terminal.out.flush();
    this.#terminal.error.line(`-- ${heading}`);
    this.#terminal.error.flush();
  }
}

interface Result {
  /** Of a query; 0 for a sink. */
  readonly statement: number;
  readonly heading: string;
  readonly columns: Schema;
  readonly table: MaterialisedTable;
  timeZone: string;
}

/** Prints the table that each query and each print sink ends in: a query when it is over, sinks last. */
export class TableListener implements ScriptListener {
  readonly #terminal: Terminal;
  /** By full name: several statements may write into one sink. */
  readonly #sinks = new Map<string, Result>();
  #query: Result | null = null;
  #isFirst = true;
  /** Rows of results that were begun before a restart. */
  #restored: Restored | null = null;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  snapshot(): Plain {
    const query = this.#query === null ? null : ([this.#query.statement, rowsOf(this.#query)] as const);
    const sinks = [...this.#sinks].map(([key, sink]) => [key, rowsOf(sink)] as const);
    return [query, sinks, this.#isFirst] as unknown as Plain;
  }

  restore(snapshot: Plain): void {
    const [query, sinks, isFirst] = snapshot as unknown as [
      readonly [number, Portable[]] | null,
      readonly [string, Portable[]][],
      boolean,
    ];
    this.#isFirst = isFirst;
    this.#restored = { query, sinks: new Map(sinks) };
  }

  queryStarted(statement: number, columns: Schema): void {
    const [then, rows] = this.#restored?.query ?? [0, []];
    // Those that were over have been printed.
    if (statement < then) return;
    this.#printQuery();
    this.#query = resultOf(statement, queryHeading(statement), columns);
    if (statement === then) fill(this.#query, rows);
  }

  queryRow(kind: RowKind, row: Row, timeZone: string): void {
    if (this.#query !== null) applyChange(this.#query, kind, row, timeZone);
  }

  sinkStarted(_statement: number, table: BoundTable, columns: Schema): void {
    this.#printQuery();
    if (!isPrint(table) || this.#sinks.has(keyOf(table))) return;
    const sink = resultOf(0, sinkHeading(table), columns);
    fill(sink, this.#restored?.sinks.get(keyOf(table)) ?? []);
    this.#sinks.set(keyOf(table), sink);
  }

  sinkRow(_statement: number, table: BoundTable, _columns: Schema, kind: RowKind, row: Row, timeZone: string): boolean {
    const sink = this.#sinks.get(keyOf(table));
    if (sink === undefined) return false;
    applyChange(sink, kind, row, timeZone);
    return true;
  }

  /** Prints what is left, once the script has ended. */
  finish(): void {
    this.#printQuery();
    for (const sink of this.#sinks.values()) this.#print(sink);
    this.#sinks.clear();
  }

  #printQuery(): void {
    if (this.#query !== null) this.#print(this.#query);
    this.#query = null;
  }

  #print({ heading, columns, table, timeZone }: Result): void {
    const { out } = this.#terminal;
    if (!this.#isFirst) out.line('');
    this.#isFirst = false;
    const rows = table
      .rows()
      .map((row) => columns.map(({ type }, index) => formatValue(row[index] ?? null, type, timeZone)));
    out.line(heading);
    const names = columns.map((column) => column.name);
    for (const line of textTable(names, rows)) out.line(line);
    out.line(`${rows.length} row${rows.length === 1 ? '' : 's'}`);
  }
}

/** What a checkpoint holds of the results of a run. */
interface Restored {
  readonly query: readonly [statement: number, rows: Portable[]] | null;
  readonly sinks: ReadonlyMap<string, Portable[]>;
}

function resultOf(statement: number, heading: string, columns: Schema): Result {
  return { statement, heading, columns, table: new MaterialisedTable(columns), timeZone: 'UTC' };
}

/** Rows as they are kept, with the zone that they are printed in. */
function rowsOf({ table, timeZone }: Result): Portable {
  return [timeZone, ...table.rows().map((row) => row.map(toPortable))];
}

function fill(result: Result, [timeZone, ...rows]: readonly Portable[]): void {
  if (typeof timeZone === 'string') result.timeZone = timeZone;
  for (const row of rows) result.table.apply(RowKind.Insert, fromPortable(row) as Row);
}

function applyChange(result: Result, kind: RowKind, row: Row, timeZone: string): void {
  result.timeZone = timeZone;
  result.table.apply(kind, row);
}

function queryHeading(statement: number): string {
  return `query, statement ${statement}`;
}

function sinkHeading(table: BoundTable): string {
  return `sink ${table.path.name}`;
}

function isPrint(table: BoundTable): boolean {
  return table.options.get('connector') === 'print';
}

function keyOf({ path }: BoundTable): string {
  return JSON.stringify([path.catalog, path.database, path.name]);
}
