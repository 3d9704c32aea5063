/**
 * What an editor may hear of while statements are bound: what each name meant and which type each part
 * has. The binder knows both for a moment and keeps neither, because running a query needs neither. No
 * listener changes what binding gives, and without one nothing is collected.
 */
import type { Expr, ExprOf, Identifier, QualifiedName, Query, Select, SelectItem } from '../1-parse/ast.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { CatalogObject } from './catalog.ts';
import type { CteScope } from './context.ts';
import type { ExprEnv } from './expr-env.ts';
import type { RegisteredFunction } from './function-catalog.ts';
import type { Scope, ScopeTable } from './scope.ts';

/** A column of a table in scope. `index` counts inside the table's own columns. */
export interface ColumnMeaning {
  readonly table: ScopeTable;
  readonly index: number;
}

/** A table expression of WITH as it is written. */
export interface WithItem {
  readonly name: Identifier;
  readonly columns?: readonly Identifier[];
  readonly query: Query;
}

/** What a table name means; null: nothing. */
export type TableMeaning =
  | { readonly kind: 'object'; readonly object: CatalogObject }
  | { readonly kind: 'with'; readonly item: WithItem }
  | null;

/** A column that a SELECT gives. `columns`: what it is when `*` made it; else the item says it. */
export interface OutputColumn {
  readonly name: string;
  readonly item: SelectItem;
  readonly columns: readonly ColumnMeaning[];
}

/** Told while binding. Every method gets nodes of the tree, so that spans and identity can be used. */
export interface BindListener {
  /** A name is about to be looked up as a column where these names have a meaning. */
  lookup(name: QualifiedName, place: Pick<ExprEnv, 'scope' | 'ctes'> & Partial<ExprEnv>): void;
  /**
   * The part at `at` of the name is a column; parts before it name its table, parts behind it fields of its value.
   * Several columns: USING has made one of them.
   */
  column(name: QualifiedName, at: number, columns: readonly ColumnMeaning[]): void;
  /** The name is an output column of this SELECT (ORDER BY, QUALIFY). */
  output(name: QualifiedName, select: Select): void;
  /** NATURAL JOIN makes one of columns that have the same name. */
  natural(columns: readonly ColumnMeaning[]): void;
  /** `t.*` with the table that it means. */
  star(expr: ExprOf<'star'>, table: ScopeTable): void;
  /** A table name in FROM, TABLE, INSERT INTO. `ctes`: what else could have been named there. */
  table(name: QualifiedName, meaning: TableMeaning, ctes: CteScope | undefined): void;
  /** A call of a function that CREATE FUNCTION made. */
  userFunction(name: QualifiedName, fn: RegisteredFunction): void;
  /** The columns that a SELECT gives, before ORDER BY is looked at. */
  outputs(select: Select, columns: readonly OutputColumn[]): void;
  /** An expression and its type. */
  typed(expr: Expr, bound: BoundExpr): void;
}

/** The column of a scope's tables at a position of the row, as a listener gets it. */
export function columnAt(scope: Pick<Scope, 'tables'>, position: number): readonly ColumnMeaning[] {
  const table = scope.tables.find((t) => position >= t.offset && position < t.offset + t.fields.length);
  return table === undefined ? [] : [{ table, index: position - table.offset }];
}
