/** What the parts of the binder share while one statement is bound. */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { FunctionLibrary } from '../../udf/function-library.ts';
import type { Identifier } from '../1-parse/ast.ts';
import type { BoundTable } from './catalog.ts';
import type { BindListener, WithItem } from './listener.ts';
import { diagnosticOf, type Problem, VALIDATION } from './problem.ts';
import type { Rel } from './rel.ts';
import type { Session } from './session.ts';

/**
 * What binding must know of connectors, without importing them: the composition root implements it.
 * Flink: `FactoryUtil` and the factories behind it.
 */
export interface ConnectorCatalog {
  /** Mistakes in a table's options for one use; `hints` are options given in the query. */
  validate(
    table: BoundTable,
    use: 'source' | 'sink',
    hints?: Readonly<Record<string, string>>,
  ): readonly { readonly code: string; readonly message: string; readonly hint: string; readonly key?: string }[];
  bounded(table: BoundTable): boolean;
  sourceChangelog(table: BoundTable): 'insert-only' | 'upsert' | 'all';
  sinkChangelog(table: BoundTable): 'insert-only' | 'upsert' | 'all';
  /** Metadata columns that the source can give. */
  metadata(table: BoundTable): Schema;
}

/** Collects the diagnostics of one statement. */
export class BindContext {
  readonly session: Session;
  readonly connectors: ConnectorCatalog;
  /** Text of the whole script, for messages that quote it. */
  readonly text: string;
  readonly diagnostics: Diagnostic[] = [];
  /** Number of the statement, from 1. */
  readonly statement: number;
  /** Declarations of TypeScript functions; null where the script's files are not at hand. */
  readonly library: FunctionLibrary | null;
  /** Sinks that Flink has set up by the time a statement fails: they count as used. */
  readonly sinks: BoundTable[] = [];
  /** When a query is bound twice (to look ahead), only one of the times may speak. */
  #silent = 0;
  readonly #listener: BindListener | undefined;

  constructor(
    session: Session,
    connectors: ConnectorCatalog,
    text: string,
    statement: number,
    library: FunctionLibrary | null = null,
    listener?: BindListener,
  ) {
    this.#listener = listener;
    this.session = session;
    this.connectors = connectors;
    this.text = text;
    this.statement = statement;
    this.library = library;
  }

  /** Who hears what names mean; nobody while binding looks ahead. */
  get listener(): BindListener | undefined {
    return this.#silent > 0 ? undefined : this.#listener;
  }

  /** Reports a mistake, once per place and code. */
  report(problem: Problem, span?: Span, nodeId?: string): void {
    if (this.#silent > 0) return;
    const same = this.diagnostics.some(
      (d) =>
        d.code === problem.code &&
        d.message === problem.message &&
        d.span?.start === span?.start &&
        d.span?.end === span?.end,
    );
    if (same) return;
    const diagnostic = diagnosticOf(problem, span);
    this.diagnostics.push(nodeId === undefined ? diagnostic : { ...diagnostic, nodeId });
  }

  /**
   * Reports mistakes in a table's options: at the option where it stands, at the table's statement when
   * it is missing there, and where the table is used when a hint of the query is to blame.
   */
  reportOptions(
    table: BoundTable,
    use: 'source' | 'sink',
    hints: Readonly<Record<string, string>>,
    usedAt: Span,
  ): void {
    for (const { code, message, hint, key } of this.connectors.validate(table, use, hints)) {
      const at = key === undefined ? undefined : table.definition?.optionSpans.get(key);
      const missingFrom = key === undefined || Object.hasOwn(hints, key) ? undefined : table.span;
      this.report({ code, message, hint, flinkClass: VALIDATION }, at ?? missingFrom ?? usedAt, table.nodeId);
    }
  }

  /** Runs `run` without reporting anything. */
  silently<T>(run: () => T): T {
    this.#silent += 1;
    try {
      return run();
    } finally {
      this.#silent -= 1;
    }
  }

  /** Text of a span as written. */
  textOf(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}

/** A table expression of WITH. */
export interface Cte {
  readonly name: string;
  readonly rel: Rel;
  readonly item: WithItem;
}

/** Table expressions in reach, innermost first. */
export interface CteScope {
  readonly entries: ReadonlyMap<string, Cte>;
  readonly parent: CteScope | undefined;
}

/** Finds a table expression by its written name (one part only). */
export function findCte(scope: CteScope | undefined, parts: readonly Identifier[]): Cte | undefined {
  const [only] = parts;
  if (parts.length !== 1 || only === undefined) return undefined;
  for (let s = scope; s !== undefined; s = s.parent) {
    const cte = s.entries.get(only.name);
    if (cte !== undefined) return cte;
  }
  return undefined;
}
