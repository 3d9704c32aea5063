/**
 * CREATE FUNCTION and DROP FUNCTION. For a TypeScript function the declaration is read from the text of its
 * file; what is wrong there is a mistake of this statement that points into the file. Nothing is run.
 * Flink: `FunctionCatalog.registerTemporaryCatalogFunction` and its like.
 */
import type { Declaration } from '../../udf/declaration.ts';
import type { StatementOf } from '../1-parse/ast.ts';
import type { ObjectPath } from './catalog.ts';
import type { BindContext } from './context.ts';
import type { FunctionPlace } from './function-catalog.ts';
import { problems } from './messages.ts';
import { VALIDATION } from './problem.ts';
import { pathSummary, pathText } from './session.ts';

/** Registers the function; false when there was a mistake. Also then calls of it are not blamed any more. */
export function bindCreateFunction(statement: StatementOf<'create-function'>, cx: BindContext): boolean {
  const path = cx.session.resolve(statement.name);
  const place = placeOf(statement);
  if (place !== 'temporary-system' && !databaseExists(path, statement, cx)) return false;
  const name = path.name;
  if (cx.session.functions.at(place, path) !== undefined) {
    // Flink reads OR REPLACE and then refuses to replace.
    if (statement.ifNotExists) return true;
    if (place === 'temporary-system') cx.report(problems.systemFunctionExists(name), statement.name.span);
    else if (place === 'temporary') cx.report(problems.temporaryFunctionExists(pathSummary(path)), statement.name.span);
    else cx.report(problems.functionExists(path.database, name.toLowerCase(), path.catalog), statement.name.span);
    return false;
  }
  const language = (statement.language ?? 'JAVA').toUpperCase();
  const isTypescript = language === 'TYPESCRIPT';
  const declaration = isTypescript ? readDeclaration(statement, cx) : null;
  cx.session.functions.put(place, path, {
    name,
    location: place === 'temporary-system' ? null : path,
    path: statement.as,
    language,
    temporary: statement.temporary,
    declaration,
  });
  return !isTypescript || declaration !== null;
}

/** Takes the function out of the session. */
export function bindDropFunction(statement: StatementOf<'drop'>, cx: BindContext): void {
  const path = cx.session.resolve(statement.name);
  const place = placeOf(statement);
  if (cx.session.functions.remove(place, path) || statement.ifExists) return;
  if (place === 'temporary-system') cx.report(problems.systemFunctionNotExists(path.name), statement.name.span);
  else if (place === 'temporary') cx.report(problems.temporaryFunctionNotExists(pathText(path)), statement.name.span);
  else cx.report(problems.functionNotExists(path.database, path.name.toLowerCase(), path.catalog), statement.name.span);
}

function placeOf({ temporary, system }: { readonly temporary: boolean; readonly system: boolean }): FunctionPlace {
  if (temporary && system) return 'temporary-system';
  return temporary ? 'temporary' : 'permanent';
}

function databaseExists(path: ObjectPath, statement: StatementOf<'create-function'>, cx: BindContext): boolean {
  if (!cx.session.catalogs().includes(path.catalog)) {
    cx.report(problems.unknownCatalog(path.catalog), statement.name.span);
    return false;
  }
  if (cx.session.databases(path.catalog).includes(path.database)) return true;
  cx.report(problems.unknownDatabase(path.database, path.catalog), statement.name.span);
  return false;
}

function readDeclaration(statement: StatementOf<'create-function'>, cx: BindContext): Declaration | null {
  if (cx.library === null) {
    cx.report(problems.noFunctionFiles(statement.as), statement.asSpan);
    return null;
  }
  const read = cx.library.declarationOf(statement.as);
  if (read.ok) return read.value;
  for (const { code, path, message, hint, line, column } of read.error) {
    cx.diagnostics.push({
      code,
      phase: 'validate',
      severity: 'error',
      message: `${path}, line ${line}: ${message}`,
      ...(hint === undefined ? {} : { hint }),
      span: statement.asSpan,
      flinkClass: VALIDATION,
      file: { path, line, column },
    });
  }
  return null;
}
