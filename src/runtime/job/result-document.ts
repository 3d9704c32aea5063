/**
 * The document of `run --format json`: what a script gave, in the shape in which results of real Flink
 * are recorded, so that the two can be compared by machine.
 */
import { type DocumentValue, formatForDocument } from '../data/format-value.ts';
import type { Schema } from '../data/logical-type.ts';
import type { Plain } from '../data/plain-bytes.ts';
import { ROW_KIND_TEXT, type RowKind } from '../data/row-kind.ts';
import { typeToString } from '../data/type-text.ts';
import type { Row } from '../data/value.ts';
import type { BoundTable } from '../sql/2-bind/catalog.ts';
import type { ScriptListener, ScriptOutcome } from './run-script.ts';

type DocumentRow = readonly [kind: string, values: readonly DocumentValue[]];
type DocumentColumn = readonly [name: string, type: string];

/** Rows of one statement or one print sink. */
export type DocumentResult =
  | {
      readonly type: 'query';
      readonly statement: number;
      readonly columns: readonly DocumentColumn[];
      readonly rows: DocumentRow[];
    }
  | {
      readonly type: 'sink';
      readonly table: string;
      readonly columns: readonly DocumentColumn[];
      readonly rows: DocumentRow[];
    };

/** The whole document. */
export interface ResultDocument {
  readonly results: readonly DocumentResult[];
  readonly error?: {
    readonly statement: number;
    readonly phase: string;
    readonly class?: string;
    readonly message: string;
  };
}

/** Which sinks are shown instead of written into: the print sinks, or every sink there is. */
export type CollectedSinks = 'print' | 'all';

/** Collects a document. */
export class DocumentCollector implements ScriptListener {
  readonly #collected: CollectedSinks;
  readonly #queries: DocumentResult[] = [];
  readonly #sinks = new Map<string, DocumentResult>();
  #current: { readonly rows: DocumentRow[]; readonly columns: Schema } | null = null;

  constructor(collected: CollectedSinks = 'print') {
    this.#collected = collected;
  }

  snapshot(): Plain {
    return [this.#queries, [...this.#sinks]] as unknown as Plain;
  }

  restore(snapshot: Plain): void {
    const [queries, sinks] = snapshot as unknown as [readonly DocumentResult[], readonly [string, DocumentResult][]];
    this.#queries.push(...queries);
    for (const [key, sink] of sinks) this.#sinks.set(key, sink);
  }

  queryStarted(statement: number, columns: Schema): void {
    // Begun before a restart: its rows so far are here.
    const known = this.#queries.find((each) => each.type === 'query' && each.statement === statement);
    if (known !== undefined) {
      this.#current = { rows: known.rows, columns };
      return;
    }
    const rows: DocumentRow[] = [];
    this.#current = { rows, columns };
    this.#queries.push({ type: 'query', statement, columns: documentColumns(columns), rows });
  }

  queryRow(kind: RowKind, row: Row, timeZone: string): void {
    if (this.#current !== null) this.#current.rows.push(documentRow(this.#current.columns, kind, row, timeZone));
  }

  sinkStarted(_statement: number, table: BoundTable, columns: Schema): void {
    const isShown = this.#collected === 'all' || table.options.get('connector') === 'print';
    if (!isShown || this.#sinks.has(keyOf(table))) return;
    this.#sinks.set(keyOf(table), {
      type: 'sink',
      table: table.path.name,
      columns: documentColumns(columns),
      rows: [],
    });
  }

  sinkRow(_statement: number, table: BoundTable, columns: Schema, kind: RowKind, row: Row, timeZone: string): boolean {
    const sink = this.#sinks.get(keyOf(table));
    if (sink === undefined) return false;
    sink.rows.push(documentRow(columns, kind, row, timeZone));
    return true;
  }

  /** The document, once the script has ended. */
  document(outcome: ScriptOutcome): ResultDocument {
    const results = [...this.#queries, ...this.#sinks.values()];
    const error = outcome.diagnostics.find((diagnostic) => diagnostic.severity === 'error');
    if (outcome.status !== 'failed' || error === undefined) return { results };
    return {
      results,
      error: {
        statement: outcome.statement ?? 0,
        phase: error.phase,
        ...(error.flinkClass === undefined ? {} : { class: error.flinkClass }),
        message: error.message,
      },
    };
  }
}

function keyOf(table: BoundTable): string {
  return JSON.stringify([table.path.catalog, table.path.database, table.path.name]);
}

function documentColumns(columns: Schema): DocumentColumn[] {
  return columns.map(({ name, type }) => [name, typeToString(type)]);
}

function documentRow(columns: Schema, kind: RowKind, row: Row, timeZone: string): DocumentRow {
  return [ROW_KIND_TEXT[kind], columns.map(({ type }, index) => formatForDocument(row[index] ?? null, type, timeZone))];
}
