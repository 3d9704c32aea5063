/** DESCRIBE and SHOW: answers as the rows that Flink prints. Flink: `DescribeTableOperation`, `ShowOperation`s. */
import type { Schema } from '../../data/logical-type.ts';
import { booleanType, stringType, withNullable } from '../../data/type-rules.ts';
import { typeToSerializable, typeToString } from '../../data/type-text.ts';
import type { Row } from '../../data/value.ts';
import type { QualifiedName, StatementOf } from '../1-parse/ast.ts';
import { allFunctions } from '../functions/registry.ts';
import type { BoundStatement } from './bind-statement.ts';
import type { BoundColumn, BoundTable, BoundView, CatalogObject } from './catalog.ts';
import type { BindContext } from './context.ts';
import { problems } from './messages.ts';
import { pathSummary, pathText, type Session } from './session.ts';

const TEXT = stringType(true);

function textRows(column: string, values: readonly string[]): BoundStatement {
  return { kind: 'rows', columns: [{ name: column, type: TEXT }], rows: values.map((v) => [v]) };
}

/** DESCRIBE a table or view. */
export function bindDescribe(statement: StatementOf<'describe'>, cx: BindContext): BoundStatement | undefined {
  if (statement.what !== 'TABLE') {
    cx.report(problems.notRunnable(`DESCRIBE ${statement.what}`), statement.span);
    return undefined;
  }
  const object = find(statement.name, cx);
  return object === undefined ? undefined : { kind: 'rows', ...columnRows(object) };
}

function find(name: QualifiedName, cx: BindContext): CatalogObject | undefined {
  const path = cx.session.resolve(name);
  const object = cx.session.find(path);
  if (object === undefined) cx.report(problems.describeUnknown(pathSummary(path)), name.span);
  return object?.broken ? undefined : object;
}

function columnRows(object: CatalogObject): { readonly columns: Schema; readonly rows: readonly Row[] } {
  const declared: readonly (BoundColumn | undefined)[] = object.kind === 'table' ? object.columns : [];
  const withComment = declared.some((c) => c?.comment !== undefined);
  const key = object.kind === 'table' ? object.primaryKey : [];
  const keyText = `PRI(${key.map((k) => object.schema[k]?.name).join(', ')})`;
  const rows = object.schema.map((field, i): Row => {
    const column = declared[i];
    const watermark = object.kind === 'table' && object.watermark?.column === i ? object.watermark.text : null;
    const row: Row = [
      field.name,
      typeToString(withNullable(field.type, true)),
      field.type.nullable,
      key.includes(i) ? keyText : null,
      extrasOf(column),
      watermark,
    ];
    return withComment ? [...row, column?.comment ?? null] : row;
  });
  const columns: Schema = [
    { name: 'name', type: TEXT },
    { name: 'type', type: TEXT },
    { name: 'null', type: booleanType(true) },
    { name: 'key', type: TEXT },
    { name: 'extras', type: TEXT },
    { name: 'watermark', type: TEXT },
    ...(withComment ? [{ name: 'comment', type: TEXT }] : []),
  ];
  return { columns, rows };
}

function extrasOf(column: BoundColumn | undefined): string | null {
  if (column?.kind === 'computed') return `AS ${column.text}`;
  if (column?.kind !== 'metadata') return null;
  return `METADATA${column.key === column.name ? '' : ` FROM '${column.key}'`}${column.virtual ? ' VIRTUAL' : ''}`;
}

/** SHOW something. */
export function bindShow(statement: StatementOf<'show'>, cx: BindContext): BoundStatement | undefined {
  const { session } = cx;
  const like = (values: readonly string[]): readonly string[] => values.filter((v) => matches(v, statement.like));
  switch (statement.what) {
    case 'CATALOGS':
      return textRows('catalog name', like(session.catalogs()));
    case 'CURRENT CATALOG':
      return textRows('current catalog name', [session.catalog]);
    case 'DATABASES':
      return textRows('database name', like(session.databases(statement.name?.parts[0]?.name ?? session.catalog)));
    case 'CURRENT DATABASE':
      return textRows('current database name', [session.database]);
    case 'MODULES':
      return textRows('module name', ['core']);
    case 'FULL MODULES':
      return {
        kind: 'rows',
        columns: [
          { name: 'module name', type: TEXT },
          { name: 'used', type: booleanType(true) },
        ],
        rows: [['core', true]],
      };
    case 'TABLES':
    case 'VIEWS': {
      const parts = statement.name?.parts.map((p) => p.name) ?? [];
      const catalog = parts.length > 1 ? (parts[0] ?? session.catalog) : session.catalog;
      const database = parts[parts.length - 1] ?? session.database;
      const objects = [...session.objects(catalog, database)].filter(
        ([, o]) => statement.what === 'TABLES' || o.kind === 'view',
      );
      return textRows(statement.what === 'TABLES' ? 'table name' : 'view name', like(objects.map(([name]) => name)));
    }
    case 'FUNCTIONS':
      return textRows(
        'function name',
        like([...new Set([...allFunctions().map((f) => f.name.toLowerCase()), ...userFunctions(session)])].sort()),
      );
    case 'USER FUNCTIONS':
      return textRows('function name', like(userFunctions(session)));
    case 'JOBS':
      return {
        kind: 'rows',
        columns: ['job id', 'job name', 'status', 'start time'].map((name) => ({ name, type: TEXT })),
        rows: [],
      };
    case 'JARS':
      return textRows('jars', []);
    case 'CREATE TABLE':
    case 'CREATE VIEW': {
      const object = statement.name === undefined ? undefined : find(statement.name, cx);
      return object === undefined
        ? undefined
        : textRows('result', [object.kind === 'view' ? createViewText(object) : createTableText(object)]);
    }
    case 'COLUMNS': {
      const object = statement.name === undefined ? undefined : find(statement.name, cx);
      if (object === undefined) return undefined;
      const all = columnRows(object);
      return {
        kind: 'rows',
        columns: all.columns,
        rows: all.rows.filter((r) => matches(String(r[0]), statement.like)),
      };
    }
    case 'PARTITIONS':
      return textRows('partition name', []);
    default:
      cx.report(problems.notRunnable(`SHOW ${statement.what}`), statement.span);
      return undefined;
  }
}

function userFunctions(session: Session): readonly string[] {
  return session.functions.names(session.catalog, session.database);
}

function matches(value: string, like: StatementOf<'show'>['like']): boolean {
  if (like === undefined) return true;
  const pattern = like.pattern
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${pattern}$`, like.caseInsensitive ? 'is' : 's').test(value) !== like.negated;
}

function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** Flink: `ShowCreateUtil.buildShowCreateTableRow`. */
function createTableText(table: BoundTable): string {
  const lines = table.columns.map((c) => {
    const comment = c.comment === undefined ? '' : ` COMMENT ${text(c.comment)}`;
    if (c.kind === 'computed') return `  ${quoted(c.name)} AS ${c.text}${comment}`;
    const extras = extrasOf(c);
    return `  ${quoted(c.name)} ${typeToSerializable(c.type)}${extras === null ? '' : ` ${extras}`}${comment}`;
  });
  if (table.watermark !== undefined)
    lines.push(
      `  WATERMARK FOR ${quoted(table.schema[table.watermark.column]?.name ?? '')} AS ${table.watermark.text}`,
    );
  if (table.primaryKey.length > 0) {
    const names = table.primaryKey.map((k) => table.schema[k]?.name ?? '');
    lines.push(
      `  CONSTRAINT ${quoted(`PK_${names.join('_')}`)} PRIMARY KEY (${names.map(quoted).join(', ')}) NOT ENFORCED`,
    );
  }
  const options = [...table.options].map(([key, value]) => `  ${text(key)} = ${text(value)}`);
  const comment = table.comment === undefined ? '' : `COMMENT ${text(table.comment)}\n`;
  const partitions =
    table.partitionedBy.length === 0 ? '' : `PARTITIONED BY (${table.partitionedBy.map(quoted).join(', ')})\n`;
  return `CREATE ${table.temporary ? 'TEMPORARY ' : ''}TABLE ${pathText(table.path)} (\n${lines.join(',\n')}\n)\n${comment}${partitions}WITH (\n${options.join(',\n')}\n)\n`;
}

function createViewText(view: BoundView): string {
  return `CREATE ${view.temporary ? 'TEMPORARY ' : ''}VIEW ${pathText(view.path)} (\n${view.schema.map((f) => `  ${quoted(f.name)}`).join(',\n')}\n)\nAS ${view.text}\n`;
}
