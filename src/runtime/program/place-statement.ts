/**
 * Where statements go and how they leave. A definition stands behind everything it reads and before
 * whatever runs; a removed statement takes the comment lines right above it along and leaves the
 * spacing of its neighbours as it was. A comment behind its `;` goes along too.
 */
import { assert } from '../base/assert.ts';
import type { Span, TextEdit } from '../base/span.ts';
import type { ScriptStatement } from '../sql/1-parse/ast.ts';
import type { Draft } from './draft.ts';
import type { Unit } from './model.ts';

/** Index of a statement in the script. */
export function indexOf(draft: Draft, holder: ScriptStatement): number {
  const index = draft.model.script.statements.findIndex((statement) => statement.number === holder.number);
  assert(index >= 0, 'a unit is held by a statement of the script');
  return index;
}

/** Statements that run something; definitions belong before them. */
function runs(statement: ScriptStatement): boolean {
  return ['insert', 'statement-set', 'select', 'explain', 'create-table-as'].includes(statement.statement.kind);
}

/** Index where a new source goes: before the first query, so that every view can read it. */
export function placeForSource(draft: Draft): number {
  const { statements } = draft.model.script;
  const query = statements.findIndex(
    (item) => runs(item) || item.statement.kind === 'create-view' || item.statement.kind === 'unknown',
  );
  return query === -1 ? statements.length : query;
}

/** Index where a function that nothing calls yet goes: behind the last function, else before the first query. */
export function placeForFunction(draft: Draft): number {
  const { statements } = draft.model.script;
  const last = statements.reduce((place, item, i) => (item.statement.kind === 'create-function' ? i + 1 : place), 0);
  return last === 0 ? placeForSource(draft) : last;
}

/** Index where a new view goes: behind the last definition, and behind all of `after`. */
export function placeForView(draft: Draft, after: readonly Unit[]): number {
  const { statements } = draft.model.script;
  let place = 0;
  statements.forEach((item, i) => {
    if (
      ['create-table', 'create-view', 'create-function', 'set', 'create-database', 'create-catalog', 'use'].includes(
        item.statement.kind,
      )
    )
      place = i + 1;
  });
  return Math.max(place, ...after.map((unit) => indexOf(draft, unit.holder) + 1));
}

/** Index where a new INSERT goes: behind the last INSERT, else at the end; behind all of `after`. */
export function placeForInsert(draft: Draft, after: readonly Unit[]): number {
  const { statements } = draft.model.script;
  let place = -1;
  statements.forEach((item, i) => {
    if (item.statement.kind === 'insert' || item.statement.kind === 'statement-set') place = i + 1;
  });
  return Math.max(place === -1 ? statements.length : place, ...after.map((unit) => indexOf(draft, unit.holder) + 1));
}

/** Inserts a statement (without `;`) so that it becomes number `index` (from 0) of the script. */
export function insertStatement(draft: Draft, index: number, sql: string): void {
  draft.apply(insertionEdits(draft, index, sql));
}

/** `behind`: a comment that stands behind the statement's `;`. */
function insertionEdits(draft: Draft, index: number, sql: string, behind = ''): readonly TextEdit[] {
  const { text } = draft;
  const { statements } = draft.model.script;
  const next = statements[index];
  const previous = statements[index - 1];
  if (!previous) {
    // Comments at the head of a file belong to the file: the statement goes below them.
    if (next) return [{ span: at(next.statement.span.start), text: `${sql};${behind}\n\n` }];
    const gap = text === '' || /\n\r?\n$/.test(text) ? '' : text.endsWith('\n') ? '\n' : '\n\n';
    return [{ span: at(text.length), text: `${gap}${sql};${behind}\n` }];
  }
  const edits: TextEdit[] = [];
  const semicolon = semicolonEnd(text, previous);
  if (semicolon === null) edits.push({ span: at(previous.statement.span.end), text: ';' });
  const place = endOfLineComment(text, semicolon ?? previous.statement.span.end);
  const rest = text.slice(place);
  const gap = gapBehind(previous, sql);
  let tail = '';
  if (next === undefined) tail = /^\r?\n/.test(rest) ? '' : '\n';
  else if (!/^\s/.test(rest)) tail = '\n\n';
  else if (gap !== '\n' && !/^[ \t\r]*\n[ \t\r]*\n/.test(rest)) tail = '\n';
  edits.push({ span: at(place), text: `${gap}${sql};${behind}${tail}` });
  return edits;
}

/** Settings and one-line INSERTs stand in blocks; everything else is set apart by a blank line. */
function gapBehind(previous: ScriptStatement, sql: string): string {
  const block =
    previous.statement.kind === 'set' ? /^SET\b/ : previous.statement.kind === 'insert' ? /^INSERT\b[^\n]*$/ : null;
  return block?.test(sql) ? '\n' : '\n\n';
}

/** Behind the `;` that ends a statement; `null` when it is not written (the last one may go without). */
function semicolonEnd(text: string, statement: ScriptStatement): number | null {
  const rest = text.slice(statement.statement.span.end, statement.extent.end);
  const match = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*;/.exec(rest);
  return match ? statement.statement.span.end + match[0].length : null;
}

/** Behind a comment that stands on the rest of the line, else `offset`. */
function endOfLineComment(text: string, offset: number): number {
  const rest = /^[ \t]*(?:--[^\r\n]*|\/\*[^\r\n]*?\*\/[ \t]*(?=\r?\n|$))/.exec(
    text.slice(offset, offset + LINE_LENGTH_MAX),
  );
  return rest ? offset + rest[0].length : offset;
}

/** Longest comment looked for behind a statement. */
const LINE_LENGTH_MAX = 2_000;

function at(offset: number): Span {
  return { start: offset, end: offset };
}

/** Where the comment lines right above a statement begin; at the head of the file the statement itself. */
function ownStart(text: string, statement: ScriptStatement): number {
  const leading = text.slice(statement.extent.start, statement.statement.span.start);
  if (statement.extent.start === 0) return statement.statement.span.start;
  const blank = [...leading.matchAll(/\n[ \t\r]*(?=\n)/g)].at(-1);
  if (blank) return statement.extent.start + (blank.index ?? 0) + blank[0].length + 1;
  const firstLine = leading.indexOf('\n');
  return firstLine === -1 ? statement.statement.span.start : statement.extent.start + firstLine + 1;
}

/** Text of a statement with its comment lines, without `;`. */
function statementText(draft: Draft, statement: ScriptStatement): string {
  return draft.text.slice(ownStart(draft.text, statement), statement.statement.span.end);
}

/** Edits that remove a whole statement. */
export function removalEdits(text: string, statement: ScriptStatement): readonly TextEdit[] {
  const own = ownStart(text, statement);
  let start = own;
  while (start > statement.extent.start && /\s/.test(text.charAt(start - 1))) start -= 1;
  // Comments at the end of the file belong to the last extent, not to its statement.
  let end = endOfLineComment(text, semicolonEnd(text, statement) ?? statement.statement.span.end);
  const before = text.slice(0, start);
  if (before.trim() === '') {
    while (end < text.length && /\s/.test(text.charAt(end))) end += 1;
    return [{ span: { start, end }, text: '' }];
  }
  if (statement.extent.start === 0) {
    // The head comment stays, and so does the line end between it and what follows.
    start = own;
    while (end < text.length && /\s/.test(text.charAt(end))) end += 1;
    return [{ span: { start, end }, text: '' }];
  }
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const open = line.includes('--') && !/^[ \t\r]*\n/.test(text.slice(end));
  return [{ span: { start, end }, text: open ? '\n' : '' }];
}

/** Removes an INSERT (out of its set when it stands in one), or the whole statement of another unit. */
export function removeUnit(draft: Draft, unit: Unit): void {
  const set = unit.holder.statement;
  if (set.kind !== 'statement-set' || set.inserts.length === 1) {
    draft.apply(removalEdits(draft.text, unit.holder));
    return;
  }
  const { text } = draft;
  const index = set.inserts.findIndex((insert) => insert.span.start === unit.span.start);
  const previous = set.inserts[index - 1];
  let end = text.indexOf(';', unit.span.end) + 1;
  let start = unit.span.start;
  if (previous) {
    const bound = text.indexOf(';', previous.span.end) + 1;
    const leading = text.slice(bound, start);
    const lineEnd = leading.indexOf('\n');
    // Comment lines above the INSERT go with it; a comment behind the one before stays there.
    start = lineEnd === -1 ? bound : bound + lineEnd - (leading.charAt(lineEnd - 1) === '\r' ? 1 : 0);
    if (lineEnd === -1 && leading.trim() !== '') start = unit.span.start;
  } else while (end < text.length && /\s/.test(text.charAt(end))) end += 1;
  draft.apply([{ span: { start, end }, text: '' }]);
}

/** Adds an INSERT (without `;`) as the last of a statement set. */
export function insertIntoSet(draft: Draft, holder: ScriptStatement, sql: string): void {
  const set = holder.statement;
  assert(set.kind === 'statement-set', 'the holder is a statement set');
  const last = set.inserts.at(-1);
  const { text } = draft;
  const first = set.inserts[0];
  const lineStart = first ? text.lastIndexOf('\n', first.span.start - 1) + 1 : 0;
  const before = first ? text.slice(lineStart, first.span.start) : '';
  const indent = /^[ \t]*$/.test(before) ? before : '';
  if (last) {
    const semicolon = text.indexOf(';', last.span.end) + 1;
    const place = endOfLineComment(text, semicolon);
    draft.apply([{ span: at(place), text: `\n${indent}${sql};` }]);
    return;
  }
  const end = text.slice(0, set.span.end).toUpperCase().lastIndexOf('END');
  draft.apply([{ span: at(end), text: `${sql};\n` }]);
}

/** Moves a whole statement up so that it stands directly before the statement of number `before`. */
export function moveStatementUp(draft: Draft, statement: ScriptStatement, before: ScriptStatement): void {
  assert(before.number < statement.number, 'a statement moves up');
  const sql = statementText(draft, statement);
  const semicolon = semicolonEnd(draft.text, statement);
  const behind = semicolon === null ? '' : draft.text.slice(semicolon, endOfLineComment(draft.text, semicolon));
  const removal = removalEdits(draft.text, statement);
  const insertion = insertionEdits(draft, indexOf(draft, before), sql, behind);
  draft.apply([...insertion, ...removal]);
}
