/**
 * Binds CREATE TABLE: columns, key, watermark, options; LIKE merges the definition of another table,
 * AS takes the columns of a query. Flink: `SqlCreateTableConverter`, `MergeTableLikeUtil`, `DefaultSchemaResolver`.
 */
import { lineColumn, type Span } from '../../base/span.ts';
import type { Field, LogicalType } from '../../data/logical-type.ts';
import { isTimestamp } from '../../data/type-families.ts';
import { withNullable, withoutTimeAttribute } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { CreateTable, KeyConstraint, WatermarkDef } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { exprEnv } from './bind-query.ts';
import { bindType } from './bind-type.ts';
import type { BoundColumn, BoundTable, ObjectPath, TableColumn, TableDefinition } from './catalog.ts';
import type { BindContext } from './context.ts';
import { isError } from './expr-tools.ts';
import { problems } from './messages.ts';
import type { Scope } from './scope.ts';
import { pathText } from './session.ts';
import { resolvedNames, unparse } from './unparse.ts';

/** What a bound table is called and where it comes from. */
export interface TableIdentity {
  readonly path: ObjectPath;
  readonly temporary: boolean;
  readonly span: Span;
  readonly nodeId?: string | undefined;
}

/** The definition that a CREATE TABLE writes, LIKE merged in; `undefined` when it is broken (reported). */
export function definitionOf(create: CreateTable, cx: BindContext): TableDefinition | undefined {
  const own: TableDefinition = {
    columns: create.columns,
    primaryKey: keyOf(create, cx),
    watermark: create.watermarks[0],
    options: new Map(create.options.map((o) => [o.key, o.value] as const)),
    optionSpans: new Map(create.options.map((o) => [o.key, o.span] as const)),
    partitionedBy: create.partitionedBy.map((p) => p.name),
    comment: create.comment,
  };
  if (create.watermarks.length > 1) cx.report(problems.twoWatermarks(), create.watermarks[1]?.span ?? create.span);
  if (create.like === undefined) return own;
  const path = cx.session.resolve(create.like.name);
  const source = cx.session.find(path);
  cx.listener?.table(create.like.name, source === undefined ? null : { kind: 'object', object: source }, undefined);
  if (source === undefined) {
    cx.report(
      problems.likeUnknown(pathText(path), `, ${placeOf(create.like.span, create.span, cx)}`),
      create.like.name.span,
    );
    return undefined;
  }
  if (source.kind === 'view') {
    cx.report(problems.likeView(pathText(path)), create.like.name.span);
    return undefined;
  }
  return source.definition === undefined ? undefined : mergeLike(source.definition, own, create.like.rules, cx);
}

/** `at line 1, column 21`, counted from the start of the statement as Flink sees it. */
function placeOf(span: Span, statement: Span, cx: BindContext): string {
  const { line, column } = lineColumn(cx.text.slice(statement.start, span.end), span.start - statement.start);
  return `at line ${line}, column ${column}`;
}

function keyOf(create: CreateTable, cx: BindContext): TableDefinition['primaryKey'] {
  const keys: { columns: readonly string[]; span: Span; enforced: boolean | undefined }[] = [];
  for (const column of create.columns) {
    if (column.kind === 'physical' && column.primaryKey !== undefined)
      keys.push({ columns: [column.name.name], span: column.primaryKey.span, enforced: column.primaryKey.enforced });
  }
  for (const constraint of create.constraints) {
    if (constraint.kind === 'UNIQUE') cx.report(problems.uniqueKey(), constraint.span);
    else
      keys.push({
        columns: constraint.columns.map((c) => c.name),
        span: constraint.span,
        enforced: constraint.enforced,
      });
  }
  const [first, second] = keys;
  if (second !== undefined) cx.report(problems.twoKeys(), second.span);
  if (first !== undefined && first.enforced !== false) cx.report(problems.keyEnforced(), first.span);
  return first === undefined ? undefined : { columns: first.columns, span: first.span };
}

/** What becomes of one kind of part: kept, left out, or overridden by the new table's. */
type Strategy = 'INCLUDING' | 'EXCLUDING' | 'OVERWRITING';

function mergeLike(
  source: TableDefinition,
  own: TableDefinition,
  rules: readonly { readonly strategy: string; readonly feature: string }[],
  cx: BindContext,
): TableDefinition {
  const all = rules.find((r) => r.feature.toUpperCase() === 'ALL')?.strategy.toUpperCase();
  const strategy = (feature: string): Strategy => {
    const own = rules.find((r) => r.feature.toUpperCase() === feature)?.strategy.toUpperCase() as Strategy | undefined;
    return own ?? (all as Strategy | undefined) ?? (feature === 'OPTIONS' ? 'OVERWRITING' : 'INCLUDING');
  };
  const taken = source.columns.filter((c) => {
    if (c.kind === 'computed') return strategy('GENERATED') !== 'EXCLUDING';
    return c.kind === 'metadata' ? strategy('METADATA') !== 'EXCLUDING' : true;
  });
  const replaced = new Set(own.columns.filter((c) => c.kind === 'computed' || c.kind === 'metadata').map(nameOf));
  const kept = taken.filter(
    (c) => !(replaced.has(nameOf(c)) && strategy(c.kind === 'metadata' ? 'METADATA' : 'GENERATED') === 'OVERWRITING'),
  );
  const base = strategy('OPTIONS') === 'EXCLUDING' ? new Map<string, string>() : source.options;
  const watermark = strategy('WATERMARKS') === 'EXCLUDING' ? own.watermark : (own.watermark ?? source.watermark);
  if (own.watermark !== undefined && source.watermark !== undefined && strategy('WATERMARKS') === 'INCLUDING')
    cx.report(problems.twoWatermarks(), own.watermark.span);
  return {
    columns: [...kept, ...own.columns],
    primaryKey: own.primaryKey ?? (strategy('CONSTRAINTS') === 'EXCLUDING' ? undefined : source.primaryKey),
    watermark,
    options: new Map([...base, ...own.options]),
    optionSpans: own.optionSpans,
    partitionedBy:
      own.partitionedBy.length > 0 || strategy('PARTITIONS') === 'EXCLUDING' ? own.partitionedBy : source.partitionedBy,
    comment: own.comment ?? source.comment,
  };
}

/** A column's name. */
export function nameOf(column: TableColumn): string {
  return column.kind === 'typed' ? column.name : column.name.name;
}

/** Resolves everything in a definition; `undefined` when something in it is wrong (reported). */
export function bindDefinition(
  definition: TableDefinition,
  identity: TableIdentity,
  cx: BindContext,
): BoundTable | undefined {
  const before = cx.diagnostics.length;
  const seen = new Set<string>();
  for (const column of definition.columns) {
    const name = nameOf(column);
    if (seen.has(name))
      cx.report(problems.duplicateColumn(name), column.kind === 'typed' ? identity.span : column.span);
    seen.add(name);
  }
  const keys = new Set(definition.primaryKey?.columns ?? []);
  const produced: Field[] = [];
  for (const column of definition.columns) {
    if (column.kind === 'computed') continue;
    const type = column.kind === 'typed' ? withoutTimeAttribute(column.type) : bindType(column.type, cx);
    produced.push({ name: nameOf(column), type: keys.has(nameOf(column)) ? withNullable(type, false) : type });
  }
  const scope = ownScope(
    identity,
    produced,
    definition.columns.filter((c) => c.kind !== 'computed'),
  );
  const env = exprEnv({ cx }, scope, 'computed column');
  let next = 0;
  const columns = definition.columns.map((column): BoundColumn => {
    if (column.kind === 'computed') {
      const expr = bindExpr(column.expr, env);
      return {
        kind: 'computed',
        name: column.name.name,
        type: expr.type,
        expr,
        text: unparse(column.expr, resolvedNames(cx.session)),
        ...comment(column.comment),
      };
    }
    const field = produced[next++] ?? { name: nameOf(column), type: { kind: 'ERROR', nullable: true } as const };
    if (column.kind === 'metadata') {
      return {
        kind: 'metadata',
        name: field.name,
        type: field.type,
        key: column.key ?? field.name,
        virtual: column.virtual,
        ...comment(column.comment),
      };
    }
    return {
      kind: 'physical',
      name: field.name,
      type: field.type,
      ...comment(column.kind === 'physical' ? column.comment : undefined),
    };
  });
  const plain: Field[] = columns.map((c) => ({ name: c.name, type: c.type }));
  const watermark =
    definition.watermark === undefined
      ? undefined
      : bindWatermark(definition.watermark, plain, definition, identity, cx);
  const schema = plain.map((f, i) => (i === watermark?.column ? { name: f.name, type: asRowtime(f.type) } : f));
  const primaryKey = bindKey(definition.primaryKey, columns, identity, cx);
  for (const name of definition.partitionedBy) {
    if (columns.some((c) => c.name === name)) continue;
    cx.report(
      problems.partitionColumnUnknown(
        name,
        columns.map((c) => c.name),
      ),
      identity.span,
    );
  }
  if (cx.diagnostics.slice(before).some((d) => d.severity === 'error')) return undefined;
  return {
    kind: 'table',
    path: identity.path,
    temporary: identity.temporary,
    columns,
    schema,
    primaryKey,
    ...(watermark === undefined ? {} : { watermark }),
    options: definition.options,
    partitionedBy: definition.partitionedBy,
    ...comment(definition.comment),
    span: identity.span,
    statement: cx.statement,
    ...(identity.nodeId === undefined ? {} : { nodeId: identity.nodeId }),
    definition,
  };
}

function comment(text: string | undefined): { readonly comment?: string } {
  return text === undefined ? {} : { comment: text };
}

function asRowtime(type: LogicalType): LogicalType {
  return isTimestamp(type) ? { ...type, timeAttribute: 'rowtime' } : type;
}

/** What names mean inside the definition of a table. */
function ownScope({ path }: TableIdentity, fields: readonly Field[], columns: readonly TableColumn[]): Scope {
  return { tables: [{ alias: path.name, fields, offset: 0, source: { kind: 'declared', columns } }], merged: [] };
}

function bindWatermark(
  def: WatermarkDef,
  schema: readonly Field[],
  { columns }: TableDefinition,
  identity: TableIdentity,
  cx: BindContext,
): BoundTable['watermark'] {
  const scope = ownScope(identity, schema, columns);
  cx.listener?.lookup(def.column, { scope, ctes: undefined });
  const name = def.column.parts.map((p) => p.name).join('.');
  const column = schema.findIndex((f) => f.name === name);
  const field = schema[column];
  if (field === undefined) {
    cx.report(
      problems.watermarkUnknown(
        name,
        `, ${placeOf(def.column.span, identity.span, cx)}`,
        schema.map((f) => f.name),
      ),
      def.column.span,
    );
    return undefined;
  }
  if (field.type.kind === 'ERROR') return undefined;
  if (!isTimestamp(field.type) || field.type.precision > 3) {
    cx.report(problems.watermarkType(name, typeToString(field.type)), def.column.span);
    return undefined;
  }
  const expr = bindExpr(def.expr, exprEnv({ cx }, scope, 'WATERMARK'));
  if (isError(expr)) return undefined;
  if (!isTimestamp(expr.type) || expr.type.precision > 3) {
    cx.report(problems.watermarkExpression(typeToString(expr.type)), def.expr.span);
    return undefined;
  }
  return { column, expr, text: unparse(def.expr, resolvedNames(cx.session)) };
}

function bindKey(
  key: TableDefinition['primaryKey'],
  columns: readonly BoundColumn[],
  identity: TableIdentity,
  cx: BindContext,
): readonly number[] {
  const positions: number[] = [];
  const names = key?.columns ?? [];
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  if (twice.length > 0) cx.report(problems.keyDuplicate(names, twice), key?.span ?? identity.span);
  for (const name of names) {
    const index = columns.findIndex((c) => c.name === name);
    if (index === -1)
      cx.report(
        problems.keyUnknown(name, key?.span === undefined ? '' : ` ${placeOf(key.span, identity.span, cx)}`),
        key?.span ?? identity.span,
      );
    else if (columns[index]?.kind !== 'physical') cx.report(problems.keyNotPhysical(name), key?.span ?? identity.span);
    else positions.push(index);
  }
  return positions;
}

/** Constraints of ALTER TABLE ADD. */
export function keyOfConstraints(
  constraints: readonly KeyConstraint[],
  cx: BindContext,
): TableDefinition['primaryKey'] {
  const [first] = constraints;
  if (first === undefined) return undefined;
  if (first.enforced !== false) cx.report(problems.keyEnforced(), first.span);
  return { columns: first.columns.map((c) => c.name), span: first.span };
}
