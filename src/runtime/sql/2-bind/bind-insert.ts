/**
 * Binds INSERT INTO: matches the query to the sink's columns, fills the rest with NULL, casts what
 * Flink casts by itself. Flink: `PreValidateReWriter`, `DynamicSinkUtils.validateSchemaAndApplyImplicitCast`.
 */
import type { Field } from '../../data/logical-type.ts';
import { supportsImplicitCast } from '../../data/type-casts.ts';
import { withNullable } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { Insert, Query } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { bindQuery, exprEnv } from './bind-query.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { BoundTable } from './catalog.ts';
import type { BindContext } from './context.ts';
import { castTo, inputRef, isError, literal } from './expr-tools.ts';
import { problems } from './messages.ts';
import type { BoundInsert, Rel } from './rel.ts';
import { projectOf } from './rel-tools.ts';
import { EMPTY_SCOPE, nearest } from './scope.ts';
import { pathSummary, pathText } from './session.ts';

/** Columns that a writer gets: physical and metadata that is not virtual, in order of declaration. */
export function writtenColumns(
  table: BoundTable,
): readonly { readonly name: string; readonly type: Field['type']; readonly position: number }[] {
  return table.columns.flatMap((c, position) =>
    c.kind === 'computed' || (c.kind === 'metadata' && c.virtual) ? [] : [{ name: c.name, type: c.type, position }],
  );
}

/** Binds an INSERT; `undefined` when it is broken (reported). */
export function bindInsert(insert: Insert, nodeId: string | undefined, cx: BindContext): BoundInsert | undefined {
  const path = cx.session.resolve(insert.target);
  const table = cx.session.find(path);
  cx.listener?.table(insert.target, table === undefined ? null : { kind: 'object', object: table }, undefined);
  if (table === undefined) {
    const known = [...cx.session.objects(path.catalog, path.database).keys()];
    const problem = problems.insertUnknown(pathText(path), cx.session.catalogs());
    const near = nearest(path.name, known);
    cx.report(near === undefined ? problem : { ...problem, hint: `Did you mean ${near}?` }, insert.target.span);
  } else if (table.kind === 'view') cx.report(problems.insertIntoView(pathText(path)), insert.target.span);
  const before = cx.diagnostics.length;
  const query = bindQuery(insert.query, { cx });
  if (table === undefined || table.kind === 'view' || table.broken) return undefined;
  cx.reportOptions(table, 'sink', hintOptions(insert), insert.target.span);
  if (query.schema.some((f) => f.type.kind === 'ERROR')) return undefined;
  const sink = writtenColumns(table);
  const partition = bindPartition(insert, sink, cx);
  const targets = targetColumns(insert, sink, partition, cx);
  if (targets === undefined) return undefined;
  if (cx.diagnostics.slice(before).some((d) => d.severity === 'error')) return undefined;
  cx.sinks.push(table);
  const named = targets.length < sink.length || insert.columns !== undefined || partition.size > 0;
  if (named && targets.length !== query.schema.length) {
    cx.report(problems.targetCount(targets.length, query.schema.length), insert.query.span);
    return undefined;
  }
  const source = namedSource(query, insert.query);
  const columns: { expr: BoundExpr; name: string; type: Field['type'] }[] = sink.map((column, i) => {
    const position = targets.indexOf(i);
    const fixed = partition.get(i);
    const expr =
      fixed ??
      (position === -1
        ? literal(null, withNullable(column.type, true))
        : (source.exprs[position] ?? literal(null, { kind: 'NULL', nullable: true })));
    return { expr, name: column.name, type: column.type };
  });
  if (!named && query.schema.length !== sink.length) {
    mismatch('Different number of columns.', query.schema, table, sink, insert, cx);
    return undefined;
  }
  for (const [i, column] of columns.entries()) {
    if (
      !targets.includes(i) ||
      supportsImplicitCast(withNullable(column.expr.type, true), withNullable(column.type, true))
    )
      continue;
    const shown = named ? columns.map((c) => ({ name: c.name, type: c.expr.type })) : query.schema;
    mismatch(
      `Incompatible types for sink column '${column.name}' at position ${i + 1}.`,
      shown,
      table,
      sink,
      insert,
      cx,
    );
    return undefined;
  }
  const values = namedValues(query, columns, targets);
  const rel: Rel =
    values ??
    projectOf(
      source.input,
      columns.map((c) => castTo(c.expr, c.type)),
      columns.map((c) => c.name),
      insert.query.span,
    );
  return {
    kind: 'insert',
    table,
    query: nodeId === undefined ? rel : { ...rel, nodeId },
    targetColumns: targets.map((t) => sink[t]?.position ?? t),
    overwrite: insert.overwrite,
    ...(insert.onConflict === undefined ? {} : { onConflict: insert.onConflict }),
    span: insert.span,
  };
}

function hintOptions(insert: Insert): Readonly<Record<string, string>> {
  const options = insert.hints.filter((h) => h.name.toUpperCase() === 'OPTIONS').flatMap((h) => h.args);
  return Object.fromEntries(options.flatMap((a) => (a.key === undefined ? [] : [[a.key, a.value] as const])));
}

/**
 * The query as expressions over an input: a projection at the top is opened, so that a literal in the
 * select list is cast itself (Flink does the same when it pushes casts into the projection).
 */
function namedSource(query: Rel, written: Query): { readonly input: Rel; readonly exprs: readonly BoundExpr[] } {
  if (query.kind === 'project' && written.orderBy.length === 0 && query.nodeId === undefined)
    return { input: query.input, exprs: query.exprs };
  return { input: query, exprs: query.schema.map((f, i) => inputRef(i, f.type)) };
}

/** Rows of VALUES are cast cell by cell; `undefined` when the query is something else. */
function namedValues(
  query: Rel,
  columns: readonly { readonly expr: BoundExpr; readonly name: string; readonly type: Field['type'] }[],
  targets: readonly number[],
): Rel | undefined {
  if (query.kind !== 'values' || query.nodeId !== undefined) return undefined;
  const rows = query.rows.map((row) =>
    columns.map((column, i) => {
      const position = targets.indexOf(i);
      const cell = position === -1 ? column.expr : row[position];
      return castTo(cell ?? column.expr, column.type);
    }),
  );
  const schema = columns.map((c, i) => ({
    name: c.name,
    type: withNullable(
      rows[0]?.[i]?.type ?? c.type,
      rows.some((r) => r[i]?.type.nullable ?? true),
    ),
  }));
  return { kind: 'values', rows, schema, span: query.span };
}

function bindPartition(
  insert: Insert,
  sink: ReturnType<typeof writtenColumns>,
  cx: BindContext,
): ReadonlyMap<number, BoundExpr> {
  const fixed = new Map<number, BoundExpr>();
  for (const part of insert.partition) {
    const index = sink.findIndex((c) => c.name === part.name.name);
    if (index === -1) cx.report(problems.partitionUnknown(part.name.name), part.name.span);
    else if (part.value !== undefined) {
      const value = bindExpr(part.value, exprEnv({ cx }, EMPTY_SCOPE, 'PARTITION'));
      if (!isError(value)) fixed.set(index, value);
    }
  }
  return fixed;
}

/** Positions among the sink's columns that the query fills, in the query's order. */
function targetColumns(
  insert: Insert,
  sink: ReturnType<typeof writtenColumns>,
  partition: ReadonlyMap<number, BoundExpr>,
  cx: BindContext,
): readonly number[] | undefined {
  const all = sink.map((_, i) => i).filter((i) => !partition.has(i));
  if (insert.columns === undefined) return all;
  const targets: number[] = [];
  let bad = false;
  for (const column of insert.columns) {
    const index = sink.findIndex((c) => c.name === column.name);
    bad ||= index === -1 || targets.includes(index);
    if (index === -1) cx.report(problems.unknownTargetColumn(column.name), column.span);
    else if (targets.includes(index)) cx.report(problems.duplicateTargetColumn(column.name), column.span);
    else targets.push(index);
  }
  if (bad) return undefined;
  for (const i of all) {
    const column = sink[i];
    if (column === undefined || targets.includes(i) || column.type.nullable) continue;
    cx.report(problems.noDefault(column.name), insert.columns[0]?.span ?? insert.target.span);
    bad = true;
  }
  return bad ? undefined : targets;
}

function mismatch(
  cause: string,
  query: Rel['schema'],
  table: BoundTable,
  sink: ReturnType<typeof writtenColumns>,
  insert: Insert,
  cx: BindContext,
): void {
  const text = (fields: readonly Pick<Field, 'name' | 'type'>[]): string =>
    fields.map((f) => `${f.name}: ${typeToString(f.type)}`).join(', ');
  cx.report(problems.sinkMismatch(pathSummary(table.path), cause, text(query), text(sink)), insert.query.span);
}
