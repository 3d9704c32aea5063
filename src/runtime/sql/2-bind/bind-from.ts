/**
 * Binds FROM: tables, views, table expressions, derived tables, joins, LATERAL, UNNEST, window table
 * functions. Calcite: `SqlValidatorImpl.validateFrom`, `SqlToRelConverter.convertFrom`.
 */
import type { Field, Schema } from '../../data/logical-type.ts';
import { intType, withNullable } from '../../data/type-rules.ts';
import { typeToDigest } from '../../data/type-text.ts';
import type { Hint, Identifier, QualifiedName, TableAlias, TableRef } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { bindJoin } from './bind-join.ts';
import { bindMatchRecognize } from './bind-match.ts';
import { bindInnerQuery, bindValues, brokenRel, exprEnv, type QueryEnv } from './bind-query.ts';
import { scanOf } from './bind-scan.ts';
import { bindUserTable } from './bind-table-function.ts';
import { bindWindowTvf, isWindowTvf } from './bind-window-tvf.ts';
import { writtenFamilies } from './call-signature.ts';
import type { CatalogObject } from './catalog.ts';
import { findCte } from './context.ts';
import { isError } from './expr-tools.ts';
import { problems } from './messages.ts';
import type { Rel } from './rel.ts';
import { namesOf } from './rel-tools.ts';
import { EMPTY_SCOPE, type MergedColumn, nearest, type Scope, type ScopeTable } from './scope.ts';

/** A bound FROM item: its rows and what names mean over them. */
export interface FromItem {
  readonly rel: Rel;
  readonly tables: readonly ScopeTable[];
  readonly merged: readonly MergedColumn[];
}

/** Binds what stands in FROM. `left`: the tables before it, seen by LATERAL. */
export function bindFrom(table: TableRef, env: QueryEnv, left?: Scope): FromItem {
  const item = bindItem(table, env, left);
  // A join and parentheses around one keep the tables inside.
  if (table.kind === 'join' || (table.kind === 'paren' && table.alias === undefined)) return item;
  return { ...item, tables: item.tables.map((t) => ({ ...t, source: table })) };
}

function bindItem(table: TableRef, env: QueryEnv, left: Scope | undefined): FromItem {
  switch (table.kind) {
    case 'table': {
      const { rel, qualifiedName } = bindTableName(table.name, table.hints, env);
      const last = table.name.parts[table.name.parts.length - 1];
      return named(rel, table.alias, last, env, qualifiedName);
    }
    case 'derived': {
      const rel = bindInnerQuery(table.query, {
        ...env,
        parent: table.lateral && left !== undefined ? left : env.parent,
      });
      return named(rel, table.alias, undefined, env);
    }
    case 'values':
      return named(bindValues(table.rows, table.span, env), table.alias, undefined, env);
    case 'paren': {
      const item = bindFrom(table.table, env, left);
      return table.alias === undefined ? item : named(item.rel, table.alias, undefined, env);
    }
    case 'join':
      return bindJoin(table, env);
    case 'function':
      if (isWindowTvf(table.call)) return named(bindWindowTvf(table.call, env), table.alias, undefined, env);
      return bindTableFunction(table, env, left);
    case 'unnest':
      return bindUnnest(table, env, left);
    case 'match-recognize':
      return named(bindMatchRecognize(table, env), table.alias, undefined, env);
    case 'error':
      return named(brokenRel(table.span), undefined, undefined, env);
  }
}

/** A relation under its alias. */
function named(
  rel: Rel,
  alias: TableAlias | undefined,
  natural: Identifier | undefined,
  env: QueryEnv,
  qualifiedName?: readonly string[],
): FromItem {
  const open = rel.schema.some((f) => f.type.kind === 'ERROR' && f.name === '');
  let fields: Schema = rel.schema;
  if (alias?.columns !== undefined) {
    if (alias.columns.length === fields.length)
      fields = fields.map((f, i) => ({ name: alias.columns?.[i]?.name ?? f.name, type: f.type }));
    else if (!open) env.cx.report(problems.aliasDegree(namesOf(fields), alias.columns.length), alias.span);
  }
  const table: ScopeTable = {
    alias: alias?.name.name ?? natural?.name,
    fields,
    offset: 0,
    ...(alias === undefined && qualifiedName !== undefined ? { qualifiedName } : {}),
    ...(open ? { open } : {}),
  };
  return { rel, tables: [table], merged: [] };
}

/** The relation behind a written table name. */
export function bindTableName(
  name: QualifiedName,
  hints: readonly Hint[],
  env: QueryEnv,
): { readonly rel: Rel; readonly qualifiedName?: readonly string[] } {
  const { cx } = env;
  const cte = findCte(env.ctes, name.parts);
  if (cte !== undefined) {
    cx.listener?.table(name, { kind: 'with', item: cte.item }, env.ctes);
    return { rel: cte.rel };
  }
  const path = cx.session.resolve(name);
  const object = cx.session.find(path);
  cx.listener?.table(name, object === undefined ? null : { kind: 'object', object }, env.ctes);
  if (object === undefined) {
    // Flink names the part that is missing: the database when that is unknown, else the table.
    const databases = cx.session.databases(path.catalog);
    const missing =
      name.parts.length === 1 || databases.includes(path.database)
        ? path.name
        : databases.length === 0 && name.parts.length > 2
          ? path.catalog
          : path.database;
    const known = [...cx.session.objects(path.catalog, path.database).keys()];
    cx.report(problems.unknownObject(missing, nearest(path.name, known)), name.span);
    return { rel: brokenRel(name.span) };
  }
  const qualifiedName = [path.catalog, path.database, path.name];
  return { rel: relOf(object, hints, name, env), qualifiedName };
}

function relOf(object: CatalogObject, hints: readonly Hint[], name: QualifiedName, env: QueryEnv): Rel {
  if (object.broken) return brokenRel(name.span);
  if (object.kind === 'view') return object.rel;
  const options: Record<string, string> = {};
  for (const hint of hints) {
    if (hint.name.toUpperCase() !== 'OPTIONS') continue;
    for (const arg of hint.args) if (arg.key !== undefined) options[arg.key] = arg.value;
  }
  env.cx.reportOptions(object, 'source', options, name.span);
  return scanOf(object, options);
}

function bindTableFunction(
  table: Extract<TableRef, { kind: 'function' }>,
  env: QueryEnv,
  left: Scope | undefined,
): FromItem {
  const { cx } = env;
  const written = table.call.name.parts[table.call.name.parts.length - 1]?.name ?? '';
  if (written.toUpperCase() === 'UNNEST') {
    return bindUnnest(
      {
        kind: 'unnest',
        span: table.span,
        operands: table.call.args.map((a) => a.value),
        withOrdinality: false,
        ...(table.alias === undefined ? {} : { alias: table.alias }),
      },
      env,
      left,
    );
  }
  const { name } = table.call;
  const path = cx.session.resolve(name);
  const { functions } = cx.session;
  const user = functions.beforeBuiltIn(name.parts, path) ?? functions.afterBuiltIn(path);
  if (user !== undefined) cx.listener?.userFunction(name, user);
  if (user !== undefined) return named(bindUserTable(user, table, env, left), table.alias, undefined, env);
  cx.report(problems.noSuchFunction(written, writtenFamilies(table.call.args, env, left)), name.span);
  return named(brokenRel(table.span), table.alias, undefined, env);
}

/** UNNEST is always lateral: its operand may read the tables before it. */
function bindUnnest(table: Extract<TableRef, { kind: 'unnest' }>, env: QueryEnv, left: Scope | undefined): FromItem {
  const { cx } = env;
  const [written, ...more] = table.operands;
  if (written === undefined) return named(brokenRel(table.span), table.alias, undefined, env);
  if (more.length > 0) cx.report(problems.unsupportedExpr('UNNEST of several arrays'), more[0]?.span ?? table.span);
  const scope: Scope = { ...EMPTY_SCOPE, parent: left ?? env.parent };
  const operand = bindExpr(written, exprEnv(env, scope, 'UNNEST'));
  if (isError(operand)) return named(brokenRel(table.span), table.alias, undefined, env);
  const fields = unnestedFields(operand.type);
  if (fields === undefined) {
    cx.report(problems.unnestType(typeToDigest(operand.type)), written.span);
    return named(brokenRel(table.span), table.alias, undefined, env);
  }
  const schema = table.withOrdinality ? [...fields, { name: 'ORDINALITY', type: intType(false) }] : fields;
  return named(
    { kind: 'unnest', operand, withOrdinality: table.withOrdinality, schema, span: table.span },
    table.alias,
    undefined,
    env,
  );
}

/** Columns of the elements: the fields of ROW elements, key and value of maps, one column otherwise. */
function unnestedFields(type: Field['type']): Schema | undefined {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      if (type.element.kind === 'ROW') {
        const { nullable, fields } = type.element;
        return fields.map((f) => ({
          name: f.name,
          type: withNullable(f.type, type.nullable || nullable || f.type.nullable),
        }));
      }
      // Elements of a collection that may be missing may be missing.
      return [{ name: 'EXPR$0', type: withNullable(type.element, type.nullable || type.element.nullable) }];
    case 'MAP':
      return [
        { name: 'KEY', type: withNullable(type.key, type.nullable || type.key.nullable) },
        { name: 'VALUE', type: withNullable(type.value, type.nullable || type.value.nullable) },
      ];
    default:
      return undefined;
  }
}
