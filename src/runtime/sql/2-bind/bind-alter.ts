/** Binds ALTER TABLE and ALTER VIEW: the definition changes and the table is bound anew. Flink: `AlterSchemaConverter`. */
import type { Span } from '../../base/span.ts';
import type { AlterTableAction, StatementOf } from '../1-parse/ast.ts';
import { bindDefinition, keyOfConstraints, nameOf } from './bind-create-table.ts';
import { bindQuery } from './bind-query.ts';
import type { BoundTable, TableColumn, TableDefinition } from './catalog.ts';
import type { BindContext } from './context.ts';
import { problems } from './messages.ts';
import { pathText } from './session.ts';

/** Changes a table. */
export function bindAlterTable(statement: StatementOf<'alter-table'>, cx: BindContext): void {
  const path = cx.session.resolve(statement.name);
  const table = cx.session.find(path);
  if (table === undefined || table.kind !== 'table') {
    if (!statement.ifExists) cx.report(problems.alterUnknown(pathText(path)), statement.name.span);
    return;
  }
  if (table.broken || table.definition === undefined) return;
  if (statement.action.kind === 'rename') {
    const to = cx.session.resolve(statement.action.to);
    cx.session.remove(path, table.temporary ? 'temporary' : 'permanent');
    cx.session.put({ ...table, path: to });
    return;
  }
  const changed = applyAction(table.definition, statement.action, statement.span, cx);
  if (changed === undefined) return;
  const bound = bindDefinition(
    changed,
    { path: table.path, temporary: table.temporary, span: table.span ?? statement.span, nodeId: table.nodeId },
    cx,
  );
  if (bound !== undefined) cx.session.put({ ...bound, statement: table.statement } satisfies BoundTable);
}

function applyAction(
  table: TableDefinition,
  action: AlterTableAction,
  span: Span,
  cx: BindContext,
): TableDefinition | undefined {
  switch (action.kind) {
    case 'set':
      return {
        ...table,
        options: new Map([...table.options, ...action.options.map((o) => [o.key, o.value] as const)]),
      };
    case 'reset':
      return { ...table, options: new Map([...table.options].filter(([key]) => !action.keys.includes(key))) };
    case 'rename-column': {
      const from = action.from.parts[0]?.name ?? '';
      if (!table.columns.some((c) => nameOf(c) === from)) {
        cx.report(problems.alterColumnUnknown(from), action.from.span);
        return undefined;
      }
      const rename = (name: string): string => (name === from ? action.to.name : name);
      return {
        ...table,
        columns: table.columns.map((c) =>
          nameOf(c) !== from ? c : c.kind === 'typed' ? { ...c, name: action.to.name } : { ...c, name: action.to },
        ),
        primaryKey: table.primaryKey && { ...table.primaryKey, columns: table.primaryKey.columns.map(rename) },
      };
    }
    case 'add':
    case 'modify':
      return addOrModify(table, action, cx);
    case 'drop':
      return dropParts(table, action, span, cx);
    case 'rename':
      return table;
    case 'other':
      cx.report(problems.notRunnable(`ALTER TABLE ${action.what}`), span);
      return undefined;
  }
}

function addOrModify(
  table: TableDefinition,
  action: Extract<AlterTableAction, { kind: 'add' | 'modify' }>,
  cx: BindContext,
): TableDefinition | undefined {
  let columns: readonly TableColumn[] = table.columns;
  let bad = false;
  for (const { column, position } of action.columns) {
    const name = column.name.name;
    const exists = columns.some((c) => nameOf(c) === name);
    if (action.kind === 'add' ? exists : !exists) {
      cx.report(
        action.kind === 'add' ? problems.alterColumnExists(name) : problems.alterColumnUnknown(name),
        column.span,
      );
      bad = true;
      continue;
    }
    const at = columns.findIndex((c) => nameOf(c) === name);
    const rest = columns.filter((c) => nameOf(c) !== name);
    let index = action.kind === 'add' ? rest.length : at;
    if (position?.kind === 'FIRST') index = 0;
    else if (position?.kind === 'AFTER') {
      const after = rest.findIndex((c) => nameOf(c) === position.column.parts[0]?.name);
      if (after === -1) {
        cx.report(problems.alterColumnUnknown(position.column.parts[0]?.name ?? ''), position.column.span);
        bad = true;
      }
      index = after + 1;
    }
    columns = [...rest.slice(0, index), column, ...rest.slice(index)];
  }
  if (bad) return undefined;
  return {
    ...table,
    columns,
    primaryKey: keyOfConstraints(action.constraints, cx) ?? table.primaryKey,
    watermark: action.watermark ?? table.watermark,
  };
}

function dropParts(
  table: TableDefinition,
  action: Extract<AlterTableAction, { kind: 'drop' }>,
  span: Span,
  cx: BindContext,
): TableDefinition | undefined {
  const names = action.columns.map((c) => c.parts[0]?.name ?? '');
  for (const [i, name] of names.entries()) {
    if (table.columns.some((c) => nameOf(c) === name)) continue;
    cx.report(problems.alterColumnUnknown(name), action.columns[i]?.span ?? span);
    return undefined;
  }
  if (action.watermark && table.watermark === undefined) {
    cx.report(problems.noWatermark(), span);
    return undefined;
  }
  const dropsKey = action.primaryKey || action.constraint !== undefined;
  if (dropsKey && table.primaryKey === undefined) {
    cx.report(problems.noKey(), span);
    return undefined;
  }
  return {
    ...table,
    columns: table.columns
      .filter((c) => !names.includes(nameOf(c)))
      // Columns of a dropped key stay NOT NULL.
      .map((c) =>
        dropsKey && c.kind === 'physical' && table.primaryKey?.columns.includes(nameOf(c))
          ? { ...c, type: { ...c.type, nullable: false } }
          : c,
      ),
    primaryKey: dropsKey ? undefined : table.primaryKey,
    watermark: action.watermark ? undefined : table.watermark,
  };
}

/** Changes a view's name or query. */
export function bindAlterView(statement: StatementOf<'alter-view'>, cx: BindContext): void {
  const path = cx.session.resolve(statement.name);
  const view = cx.session.find(path);
  if (view === undefined || view.kind !== 'view') {
    cx.report(problems.dropUnknown('View', pathText(path)), statement.name.span);
    return;
  }
  if (statement.action.kind === 'rename') {
    cx.session.remove(path, view.temporary ? 'temporary' : 'permanent');
    cx.session.put({ ...view, path: cx.session.resolve(statement.action.to) });
    return;
  }
  const rel = bindQuery(statement.action.query, { cx });
  cx.session.put({ ...view, rel, schema: rel.schema, text: cx.textOf(statement.action.query.span) });
}
