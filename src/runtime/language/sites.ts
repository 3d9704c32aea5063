/**
 * The names of a script with what each of them means: columns, tables, aliases, table expressions of WITH,
 * functions, fields. Definition, references, rename, hover and colours are all questions about these sites.
 */
import type { Span } from '../base/span.ts';
import type { Expr, ExprOf, Identifier, QualifiedName, TableRef } from '../sql/1-parse/ast.ts';
import type { CatalogObject } from '../sql/2-bind/catalog.ts';
import type { RegisteredFunction } from '../sql/2-bind/function-catalog.ts';
import type { ColumnMeaning, WithItem } from '../sql/2-bind/listener.ts';
import { type ColumnRoot, ColumnRoots } from './column-roots.ts';
import type { ScriptModel } from './script-model.ts';
import { walkTree } from './walk-tree.ts';

/** A table in FROM that has an alias. */
export type AliasedRef = TableRef & { readonly alias: { readonly name: Identifier } };

/** What a name means. */
export type SiteMeaning =
  /** `columns`: what a reference means in its scope; absent where the name is given. */
  | {
      readonly kind: 'column';
      readonly roots: readonly ColumnRoot[];
      readonly columns?: readonly ColumnMeaning[];
    }
  | { readonly kind: 'table'; readonly object: CatalogObject }
  | { readonly kind: 'with'; readonly item: WithItem }
  | { readonly kind: 'alias'; readonly ref: AliasedRef }
  /** `fn`: made by CREATE FUNCTION; absent for built-in ones. */
  | { readonly kind: 'function'; readonly call: ExprOf<'call'> | null; readonly fn?: RegisteredFunction }
  /** A field of a ROW value. */
  | { readonly kind: 'field' }
  | { readonly kind: 'unknown-table' };

/** A name in the text. */
export interface Site {
  /** The name itself, back-ticks included. */
  readonly span: Span;
  readonly name: string;
  readonly meaning: SiteMeaning;
  /** Whether the name is given here. */
  readonly isDefinition: boolean;
  /** Statement, from 1. */
  readonly statement: number;
}

const known = new WeakMap<ScriptModel, readonly Site[]>();

/** All sites of a script in the order of the text. Cost: linear in the script, once per text. */
export function sitesOf(model: ScriptModel): readonly Site[] {
  const found = known.get(model) ?? collectSites(model, new ColumnRoots(model));
  known.set(model, found);
  return found;
}

/** The site at an offset; its end counts too, as the caret behind a word means the word. */
export function siteAt(model: ScriptModel, offset: number): Site | undefined {
  const sites = sitesOf(model).filter((s) => s.span.start <= offset && offset <= s.span.end);
  return sites.find((s) => offset < s.span.end) ?? sites[0];
}

/** Sites with given roots, for a rename that cuts some items off. */
export function collectSites(model: ScriptModel, roots: ColumnRoots): readonly Site[] {
  const sites = new Map<number, Site>();
  let statement = 0;
  const add = (identifier: Identifier, meaning: SiteMeaning, isDefinition = false): void => {
    if (identifier.name === '' || identifier.span.end <= identifier.span.start) return;
    // What the binder heard says more than what the tree shows.
    if (sites.has(identifier.span.start) && !isDefinition) return;
    sites.set(identifier.span.start, {
      span: identifier.span,
      name: identifier.name,
      meaning,
      isDefinition,
      statement,
    });
  };
  for (const written of model.parsed.script.statements) {
    statement = written.number;
    walkTree(written.statement, (node) => addHeard(node, model, roots, add));
    walkTree(written.statement, (node) => addDefinitions(node, model, add));
  }
  return [...sites.values()].sort((a, b) => a.span.start - b.span.start);
}

type Add = (identifier: Identifier, meaning: SiteMeaning, isDefinition?: boolean) => void;

/** Names that the binder looked up. */
function addHeard(node: object, model: ScriptModel, roots: ColumnRoots, add: Add): void {
  const { heard } = model;
  if (isName(node)) {
    const use = heard.columns.get(node);
    if (use !== undefined) addColumnUse(use.name, use.at, use.columns, model, roots, add);
    const table = heard.tables.get(node);
    if (table !== undefined) addTableUse(node, table.meaning, add);
    const output = heard.outputUses.find((o) => o.name === node);
    const last = node.parts[node.parts.length - 1];
    if (output !== undefined && last !== undefined) {
      const index = (heard.outputs.get(output.select) ?? []).findIndex((o) => o.name === last.name);
      if (index !== -1) add(last, { kind: 'column', roots: roots.ofBody(output.select, index) });
    }
    return;
  }
  if (!('kind' in node)) return;
  if (node.kind === 'star') {
    const star = node as ExprOf<'star'>;
    const table = heard.stars.get(star);
    if (star.qualifier !== undefined && table !== undefined)
      addQualifier(star.qualifier.parts, table.source, model, add);
  }
  if (node.kind === 'call') {
    const call = node as ExprOf<'call'>;
    const last = call.name.parts[call.name.parts.length - 1];
    const fn = heard.functions.get(call.name);
    if (last !== undefined) add(last, { kind: 'function', call, ...(fn === undefined ? {} : { fn }) });
  }
  if (node.kind === 'descriptor') {
    for (const column of (node as ExprOf<'descriptor'>).columns) {
      const use = [...heard.columns.values()].find((u) => u.name.parts[0] === column);
      if (use !== undefined) add(column, { kind: 'column', roots: roots.ofColumns(use.columns), columns: use.columns });
    }
  }
  if (node.kind === 'join') addUsing(node as Extract<TableRef, { kind: 'join' }>, model, roots, add);
}

function addUsing(join: Extract<TableRef, { kind: 'join' }>, model: ScriptModel, roots: ColumnRoots, add: Add): void {
  if (join.condition?.kind !== 'using') return;
  for (const column of join.condition.columns) {
    const use = [...model.heard.columns.values()].find((u) => u.name.parts[0] === column);
    if (use !== undefined) add(column, { kind: 'column', roots: roots.ofColumns(use.columns), columns: use.columns });
  }
}

function addColumnUse(
  name: QualifiedName,
  at: number,
  columns: readonly ColumnMeaning[],
  model: ScriptModel,
  roots: ColumnRoots,
  add: Add,
): void {
  for (const [i, part] of name.parts.entries()) {
    if (i === at) add(part, { kind: 'column', roots: roots.ofColumns(columns), columns });
    if (i > at) add(part, { kind: 'field' });
  }
  if (at > 0) addQualifier(name.parts.slice(0, at), columns[0]?.table.source, model, add);
}

/** The table of `t.column`. */
function addQualifier(
  parts: readonly Identifier[],
  source: ColumnMeaning['table']['source'],
  model: ScriptModel,
  add: Add,
): void {
  const last = parts[parts.length - 1];
  if (source === undefined || last === undefined) return;
  if ('alias' in source && source.alias !== undefined) {
    add(last, { kind: 'alias', ref: source as AliasedRef });
    return;
  }
  if (source.kind === 'table' && 'hints' in source)
    addTableUse({ span: last.span, parts: [last] }, model.heard.tables.get(source.name)?.meaning ?? null, add);
}

function addTableUse(
  name: QualifiedName,
  meaning: NonNullable<ReturnType<ScriptModel['heard']['tables']['get']>>['meaning'],
  add: Add,
): void {
  const last = name.parts[name.parts.length - 1];
  if (last === undefined) return;
  if (meaning === null) add(last, { kind: 'unknown-table' });
  else if (meaning.kind === 'object') add(last, { kind: 'table', object: meaning.object });
  else add(last, { kind: 'with', item: meaning.item });
}

/** Names that are given where they stand, and those inside CREATE TABLE and INSERT that no expression holds. */
function addDefinitions(node: object, model: ScriptModel, add: Add): void {
  const define = (identifier: Identifier | undefined): void => {
    if (identifier !== undefined) add(identifier, { kind: 'column', roots: [{ name: identifier, table: null }] }, true);
  };
  if ('query' in node && 'name' in node && isIdentifier(node.name) && !('kind' in node)) {
    const item = node as WithItem;
    add(item.name, { kind: 'with', item }, true);
    for (const column of item.columns ?? []) define(column);
    return;
  }
  if ('expr' in node && 'alias' in node && isIdentifier(node.alias)) define(node.alias);
  if (!('kind' in node)) return;
  const typed = node as Extract<import('../sql/1-parse/ast.ts').Statement, object> | TableRef | Expr;
  switch (typed.kind) {
    case 'create-table':
      addTableNames(typed, model, add, define);
      return;
    case 'create-view': {
      addOwnName(typed.name, model, typed.span, add);
      for (const column of typed.columns ?? []) define(column);
      return;
    }
    case 'insert':
      addInsertColumns(typed, model, add);
      return;
    case 'create-function': {
      const last = typed.name.parts[typed.name.parts.length - 1];
      if (last !== undefined) add(last, { kind: 'function', call: null }, true);
      return;
    }
    case 'table':
    case 'derived':
    case 'function':
    case 'unnest':
    case 'values':
    case 'match-recognize':
    case 'paren':
      if ('alias' in typed && typed.alias !== undefined) {
        add(typed.alias.name, { kind: 'alias', ref: typed as AliasedRef }, true);
        for (const column of typed.alias.columns ?? []) define(column);
      }
      return;
    default:
  }
}

type CreateTable = import('../sql/1-parse/ast.ts').CreateTable;

/** Columns that a table declares, and the lists that name them again. */
function addTableNames(table: CreateTable, model: ScriptModel, add: Add, define: (i: Identifier) => void): void {
  addOwnName(table.name, model, table.span, add);
  for (const column of table.columns) define(column.name);
  for (const column of table.columnNames ?? []) define(column);
  const refer = (identifier: Identifier | undefined): void => {
    const column = table.columns.find((c) => c.name.name === identifier?.name);
    if (identifier !== undefined && column !== undefined)
      add(identifier, { kind: 'column', roots: [{ name: column.name, table: null }] });
  };
  for (const constraint of table.constraints) constraint.columns.forEach(refer);
  for (const watermark of table.watermarks) if (watermark.column.parts.length === 1) refer(watermark.column.parts[0]);
  table.partitionedBy.forEach(refer);
  table.distribution?.columns.forEach(refer);
}

/** The name that a statement gives: found among what its readers mean, else in the catalog at the end. */
function addOwnName(name: QualifiedName, model: ScriptModel, span: Span, add: Add): void {
  const last = name.parts[name.parts.length - 1];
  if (last === undefined) return;
  const object = objectMadeAt(model, span) ?? model.session.find(model.session.resolve(name));
  if (object !== undefined) add(last, { kind: 'table', object }, true);
}

/** The table or view that the statement at a span made, as its readers know it. */
function objectMadeAt(model: ScriptModel, span: Span): CatalogObject | undefined {
  for (const { meaning } of model.heard.tables.values())
    if (meaning?.kind === 'object' && meaning.object.span?.start === span.start) return meaning.object;
  return undefined;
}

function addInsertColumns(insert: import('../sql/1-parse/ast.ts').Insert, model: ScriptModel, add: Add): void {
  const meaning = model.heard.tables.get(insert.target)?.meaning;
  if (meaning?.kind !== 'object' || meaning.object.kind !== 'table') return;
  const { object } = meaning;
  for (const name of [...(insert.columns ?? []), ...insert.partition.map((p) => p.name)]) {
    const index = object.schema.findIndex((f) => f.name === name.name);
    if (index !== -1) add(name, { kind: 'column', roots: new ColumnRoots(model).ofObject(object, index) });
  }
}

function isName(node: object): node is QualifiedName {
  return 'parts' in node && Array.isArray(node.parts);
}

function isIdentifier(value: unknown): value is Identifier {
  return typeof value === 'object' && value !== null && 'quoted' in value;
}
