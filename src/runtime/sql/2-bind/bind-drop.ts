/** Binds DROP: TABLE, VIEW, FUNCTION, DATABASE, CATALOG. Flink: `CatalogManager.dropTable` and its like. */
import type { StatementOf } from '../1-parse/ast.ts';
import { bindDropFunction } from './bind-function.ts';
import type { BindContext } from './context.ts';
import { problems } from './messages.ts';
import { pathText } from './session.ts';

/** Takes the object out of the session. */
export function bindDrop(statement: StatementOf<'drop'>, cx: BindContext): void {
  switch (statement.what) {
    case 'TABLE':
    case 'VIEW':
    case 'MATERIALIZED TABLE':
      dropTable(statement, cx);
      return;
    case 'FUNCTION':
      bindDropFunction(statement, cx);
      return;
    case 'DATABASE':
      dropDatabase(statement, cx);
      return;
    case 'CATALOG': {
      const name = statement.name.parts[0]?.name ?? '';
      if (cx.session.catalogs().includes(name)) cx.session.dropCatalog(name);
      else if (!statement.ifExists) cx.report(problems.unknownCatalog(name), statement.name.span);
      return;
    }
    case 'MODEL':
    case 'CONNECTION':
      cx.report(problems.notRunnable(`DROP ${statement.what}`), statement.span);
  }
}

function dropTable(statement: StatementOf<'drop'>, cx: BindContext): void {
  const path = cx.session.resolve(statement.name);
  const wanted = statement.what === 'VIEW' ? 'view' : 'table';
  const label = `${statement.temporary ? 'Temporary ' : ''}${wanted}`;
  const temporary = cx.session.temporary(path);
  const found = statement.temporary ? temporary : cx.session.permanent(path);
  if (!statement.temporary && temporary !== undefined && temporary.kind === wanted) {
    cx.report(problems.dropTemporaryShadows(pathText(path)), statement.name.span);
    return;
  }
  if (found === undefined || (found.kind !== wanted && !found.broken)) {
    const shown = label.charAt(0).toUpperCase() + label.slice(1);
    if (!statement.ifExists) cx.report(problems.dropUnknown(shown, pathText(path)), statement.name.span);
    return;
  }
  cx.session.remove(path, statement.temporary ? 'temporary' : 'permanent');
}

function dropDatabase(statement: StatementOf<'drop'>, cx: BindContext): void {
  const parts = statement.name.parts.map((p) => p.name);
  const name = parts[parts.length - 1] ?? '';
  const catalog = parts.length > 1 ? (parts[0] ?? '') : cx.session.catalog;
  if (!cx.session.databases(catalog).includes(name)) {
    if (!statement.ifExists) cx.report(problems.unknownDatabase(name, catalog), statement.name.span);
    return;
  }
  if (cx.session.objects(catalog, name).size > 0 && statement.behavior !== 'CASCADE') {
    cx.report(problems.databaseNotEmpty(name, catalog), statement.name.span);
    return;
  }
  cx.session.dropDatabase(catalog, name);
}
