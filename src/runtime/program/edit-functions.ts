/** The function library: functions written into it and taken out of it, with their files. */
import type { Diagnostic } from '../base/diagnostic.ts';
import { projectPath } from '../base/project-path.ts';
import type { Draft } from './draft.ts';
import type { FunctionForm } from './edit.ts';
import { refuse } from './edit-messages.ts';
import { freshName } from './edit-names.ts';
import type { OutputColumn } from './output-columns.ts';
import { insertStatement, placeForFunction, removalEdits } from './place-statement.ts';
import { createFunctionSql, functionBaseName, functionFile, OPERATORS_FOLDER } from './typescript-templates.ts';

/** Adds a function without a node: from a file that is there, else with a new file from the template. */
export function addFunctionStep(draft: Draft, form: FunctionForm, path: string | undefined): Diagnostic | null {
  const name = path === undefined ? freshFunctionName(draft, functionBaseName(form)) : nameOfFile(draft, path);
  writeFunction(draft, name, path ?? newFile(draft, name, form, null), placeForFunction(draft));
  return null;
}

/** A name that no function, node or file has: the three of a new operator are called the same. */
export function freshFunctionName(draft: Draft, base: string): string {
  const taken = new Set(draft.model.functions.map((f) => f.name));
  for (const path of draft.filePaths) {
    const file = /([^/]+)\.ts$/.exec(path)?.[1];
    if (file !== undefined) taken.add(file);
  }
  return freshName(draft.model, base, taken);
}

/** Writes the file of a new function; answers its path. */
export function newFile(
  draft: Draft,
  name: string,
  form: FunctionForm,
  columns: readonly OutputColumn[] | null,
): string {
  const path = `${OPERATORS_FOLDER}/${name}.ts`;
  draft.files.push({ path, text: functionFile(form, columns) });
  return path;
}

/** Writes `CREATE FUNCTION` as statement `index` (from 0). */
export function writeFunction(draft: Draft, name: string, path: string, index: number): void {
  insertStatement(draft, index, createFunctionSql(name, path));
}

/** `operators/card-velocity.ts` → `card_velocity`, or with a number when that is taken. */
function nameOfFile(draft: Draft, path: string): string {
  const file = /([^/]+?)(?:\.ts)?$/.exec(path)?.[1] ?? 'f';
  const base = file.replace(/\W+/g, '_').replace(/^(?=\d)|^$/, 'f');
  const isTaken = draft.model.functions.some((f) => f.name.toLowerCase() === base.toLowerCase());
  return isTaken ? freshFunctionName(draft, base) : base;
}

/** Removes all `CREATE FUNCTION` (and `DROP FUNCTION`) of a name. Calls of it stay, and say that it is gone. */
export function removeFunctionStep(draft: Draft, name: string): Diagnostic | null {
  const gone = draft.model.functions.filter((f) => f.name === name);
  if (gone.length === 0) return refuse.noSuchFunction(name);
  const drops = draft.model.script.statements.filter(
    ({ statement }) =>
      statement.kind === 'drop' &&
      statement.what === 'FUNCTION' &&
      statement.name.parts.map((part) => part.name).join('.') === name,
  );
  const edits = [...gone.map((f) => f.holder), ...drops].flatMap((item) => removalEdits(draft.text, item));
  draft.apply(edits);
  // Another function may write the path of the same file in another way.
  const left = new Set(draft.model.functions.map((f) => projectPath(f.path)));
  const files = new Set(gone.filter((f) => f.isTypescript).map((f) => projectPath(f.path)));
  for (const path of draft.filePaths)
    if (files.has(projectPath(path)) && !left.has(projectPath(path))) draft.files.push({ path, text: null });
  return null;
}
