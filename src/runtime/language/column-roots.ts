/**
 * Where a column's name is written first. A column goes through views without being written anew
 * (`SELECT price FROM orders`, `SELECT *`), so the same name appears in many places and is one name: renaming it
 * means renaming all of them. A *root* is the identifier that gives the name: the column of a CREATE TABLE,
 * an alias in a select list, a list of names behind a view or table.
 *
 *     CREATE TABLE orders (price INT)          <- root
 *     CREATE VIEW v AS SELECT price FROM orders   reference of it, and column of v
 *     CREATE VIEW w AS SELECT * FROM v            column of w
 *     SELECT price AS p FROM w                 <- reference; p is a root of its own
 */
import type { Identifier, Query, QueryBody, SelectItem, Statement, TableRef } from '../sql/1-parse/ast.ts';
import type { BoundTable, CatalogObject } from '../sql/2-bind/catalog.ts';
import type { ColumnMeaning } from '../sql/2-bind/listener.ts';
import type { ScopeSource } from '../sql/2-bind/scope.ts';
import type { ScriptModel } from './script-model.ts';

/** The place that gives a column its name. */
export interface ColumnRoot {
  readonly name: Identifier;
  /** The table that declares it; null for names that a query gives. */
  readonly table: BoundTable | null;
  /** Set when the item has no alias and is treated as if it had: its new name must be written behind it. */
  readonly cut?: SelectItem;
}

/** Follows columns to their roots. `cut`: select items without alias that count as roots. */
export class ColumnRoots {
  readonly #model: ScriptModel;
  readonly #cut: ReadonlySet<SelectItem>;
  #depth = 0;

  constructor(model: ScriptModel, cut: ReadonlySet<SelectItem> = new Set()) {
    this.#model = model;
    this.#cut = cut;
  }

  /** Roots of a column in scope: none when the name is not written anywhere (window_start, EXPR$0), several after USING. */
  ofColumns(columns: readonly ColumnMeaning[]): readonly ColumnRoot[] {
    return columns.flatMap(({ table, index }) =>
      table.source === undefined ? [] : this.ofSource(table.source, index, table.fields[index]?.name ?? ''),
    );
  }

  /** Roots of a column of what stands in FROM. */
  ofSource(source: ScopeSource, index: number, name: string): readonly ColumnRoot[] {
    // Views and sub-queries over each other go this deep at most; a circle cannot be written, but text can be odd.
    if (this.#depth > 300) return [];
    this.#depth += 1;
    const roots = this.#ofSource(source, index, name);
    this.#depth -= 1;
    return roots;
  }

  #ofSource(source: ScopeSource, index: number, name: string): readonly ColumnRoot[] {
    switch (source.kind) {
      case 'declared': {
        const column = source.columns[index];
        return column === undefined || column.kind === 'typed' ? [] : [{ name: column.name, table: null }];
      }
      case 'select':
      case 'set-operation':
      case 'nested':
        return this.ofBody(source, index);
      case 'table':
        if (!('hints' in source)) return this.ofBody(source, index);
        return aliased(source, index) ?? this.#ofName(source, index);
      case 'derived':
        return aliased(source, index) ?? this.ofQuery(source.query, index);
      case 'function':
        return aliased(source, index) ?? this.#ofFunction(source, index, name);
      case 'match-recognize':
        return aliased(source, index) ?? this.#ofMatch(source, name);
      case 'paren':
        return aliased(source, index) ?? this.#ofSource(source.table, index, name);
      case 'unnest':
      case 'values':
        return 'alias' in source ? (aliased(source, index) ?? []) : [];
      case 'join':
      case 'error':
        return [];
    }
  }

  /** Roots of a column that a query gives. */
  ofQuery(query: Query, index: number): readonly ColumnRoot[] {
    return this.ofBody(query.body, index);
  }

  /** Roots of a column that an operand of set operations gives: the first one names. */
  ofBody(body: QueryBody, index: number): readonly ColumnRoot[] {
    let first = body;
    while (first.kind === 'set-operation') first = first.left;
    switch (first.kind) {
      case 'nested':
        return this.ofQuery(first.query, index);
      case 'table': {
        const meaning = this.#model.heard.tables.get(first.name)?.meaning ?? null;
        return meaning === null
          ? []
          : meaning.kind === 'object'
            ? this.ofObject(meaning.object, index)
            : this.ofQuery(meaning.item.query, index);
      }
      case 'values':
        return [];
      case 'select': {
        const output = this.#model.heard.outputs.get(first)?.[index];
        if (output === undefined) return [];
        return output.columns.length > 0 ? this.ofColumns(output.columns) : this.ofItem(output.item);
      }
    }
  }

  /** Roots of what an item of a select list is called. */
  ofItem(item: SelectItem): readonly ColumnRoot[] {
    if (item.alias !== undefined) return [{ name: item.alias, table: null }];
    let expr = item.expr;
    while (expr.kind === 'paren') expr = expr.operand;
    if (expr.kind !== 'column') return [];
    const last = expr.name.parts[expr.name.parts.length - 1];
    if (this.#cut.has(item) && last !== undefined) return [{ name: last, table: null, cut: item }];
    const use = this.#model.heard.columns.get(expr.name);
    // Fields of ROW values are named by their type.
    return use === undefined || use.at !== use.name.parts.length - 1 ? [] : this.ofColumns(use.columns);
  }

  /** Roots of a column of a table or view of the catalog. */
  ofObject(object: CatalogObject, index: number): readonly ColumnRoot[] {
    if (object.kind === 'table') {
      const column = object.definition?.columns[index];
      if (column !== undefined && column.kind !== 'typed') return [{ name: column.name, table: object }];
      return column === undefined ? [] : this.#ofTableAs(object, column.name);
    }
    const statement = this.#statement(object.statement);
    if (statement?.kind === 'create-view') {
      const named = statement.columns?.[index];
      return named === undefined ? this.ofQuery(statement.query, index) : [{ name: named, table: null }];
    }
    if (statement?.kind === 'alter-view' && statement.action.kind === 'as')
      return this.ofQuery(statement.action.query, index);
    return [];
  }

  #ofTableAs(object: BoundTable, name: string): readonly ColumnRoot[] {
    const statement = this.#statement(object.statement);
    if (statement?.kind !== 'create-table-as' || statement.table.as === undefined) return [];
    const named = statement.table.columnNames?.find((c) => c.name === name);
    if (named !== undefined) return [{ name: named, table: object }];
    const select = firstSelect(statement.table.as);
    const index =
      select === null ? -1 : (this.#model.heard.outputs.get(select) ?? []).findIndex((o) => o.name === name);
    return index === -1 ? [] : this.ofQuery(statement.table.as, index);
  }

  #ofName(source: Extract<TableRef, { kind: 'table' }>, index: number): readonly ColumnRoot[] {
    const meaning = this.#model.heard.tables.get(source.name)?.meaning ?? null;
    if (meaning === null) return [];
    if (meaning.kind === 'object') return this.ofObject(meaning.object, index);
    const named = meaning.item.columns?.[index];
    return named === undefined ? this.ofQuery(meaning.item.query, index) : [{ name: named, table: null }];
  }

  /** A window function passes the columns of its table on; those it adds have no place. */
  #ofFunction(source: Extract<TableRef, { kind: 'function' }>, index: number, name: string): readonly ColumnRoot[] {
    const data = source.call.args.map((a) => a.value).find((v) => v.kind === 'table-arg' || v.kind === 'subquery');
    if (data === undefined) return [];
    if (this.#model.heard.functions.has(source.call.name)) return this.#ofProcessKey(data, index);
    if (data.kind === 'subquery') return this.ofQuery(data.query, index);
    return data.kind === 'table-arg' ? this.#ofSource(data.table, index, name) : [];
  }

  /** The first columns of a process function are its partition keys. */
  #ofProcessKey(data: { readonly kind: string }, index: number): readonly ColumnRoot[] {
    const key =
      'partitionBy' in data ? (data.partitionBy as readonly SelectItem['expr'][] | undefined)?.[index] : undefined;
    if (key?.kind !== 'column') return [];
    const use = this.#model.heard.columns.get(key.name);
    return use === undefined ? [] : this.ofColumns(use.columns);
  }

  #ofMatch({ match }: Extract<TableRef, { kind: 'match-recognize' }>, name: string): readonly ColumnRoot[] {
    const measure = match.measures.find((m) => m.alias.name === name);
    if (measure !== undefined) return [{ name: measure.alias, table: null }];
    for (const key of match.partitionBy) {
      if (key.kind !== 'column' || key.name.parts[key.name.parts.length - 1]?.name !== name) continue;
      const use = this.#model.heard.columns.get(key.name);
      if (use !== undefined) return this.ofColumns(use.columns);
    }
    return [];
  }

  #statement(number: number): Statement | undefined {
    const statement = this.#model.parsed.script.statements[number - 1]?.statement;
    return statement?.kind === 'unknown' ? statement.partial : statement;
  }
}

/** `AS t (a, b)` names the columns. */
function aliased(
  source: { readonly alias?: { readonly columns?: readonly Identifier[] } },
  index: number,
): readonly ColumnRoot[] | undefined {
  const named = source.alias?.columns?.[index];
  return named === undefined ? undefined : [{ name: named, table: null }];
}

/** The SELECT that names the columns of a query. */
export function firstSelect(query: Query): Extract<QueryBody, { kind: 'select' }> | null {
  let body: QueryBody = query.body;
  for (;;) {
    if (body.kind === 'set-operation') body = body.left;
    else if (body.kind === 'nested') body = body.query.body;
    else return body.kind === 'select' ? body : null;
  }
}
