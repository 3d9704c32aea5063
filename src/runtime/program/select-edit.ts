/**
 * Edits of the clauses of one SELECT by span. A new clause goes where SQL wants it, on a line of its
 * own when FROM stands so; a removed one takes the white space before it along, but never the line
 * end that closes a comment.
 */
import type { Span, TextEdit } from '../base/span.ts';
import type { Expr, Select, SelectItem } from '../sql/1-parse/ast.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import type { ExpressionForm } from './graph.ts';
import { alignLists, indentBefore, type ListOp, listEdits } from './list-edit.ts';
import { sealed } from './sql-text.ts';

/** Replaces the text of a span when it differs. */
export function replaceSpan(text: string, span: Span, value: string): readonly TextEdit[] {
  return text.slice(span.start, span.end) === value ? [] : [{ span, text: sealed(value) }];
}

/** The output columns. */
export function itemEdits(
  text: string,
  items: readonly SelectItem[],
  columns: readonly ExpressionForm[],
): readonly TextEdit[] {
  const key = (column: ExpressionForm): string => `${column.expression}\u0000${column.alias}`;
  const before = items.map((item) => ({
    expression: text.slice(item.expr.span.start, item.expr.span.end),
    alias: item.alias?.name ?? '',
  }));
  const ops = alignLists(before.map(key), columns.map(key)).map((pair): ListOp => {
    const item = 'before' in pair ? items[pair.before] : undefined;
    const column = 'after' in pair ? columns[pair.after] : undefined;
    if (pair.kind === 'same') return { kind: 'keep', index: pair.before };
    if (pair.kind === 'changed' && item && column)
      return { kind: 'patch', index: pair.before, edits: itemEdit(text, item, column) };
    if (pair.kind === 'removed') return { kind: 'delete', index: pair.before };
    return { kind: 'insert', text: column ? expressionToSql(column) : '' };
  });
  return listEdits(
    text,
    items.map((item) => item.span),
    ops,
  );
}

/** `expression AS alias`. */
function expressionToSql(column: ExpressionForm): string {
  return column.alias === ''
    ? sealed(column.expression)
    : `${sealed(column.expression)} AS ${quoteIdentifier(column.alias)}`;
}

function itemEdit(text: string, item: SelectItem, column: ExpressionForm): readonly TextEdit[] {
  const edits = [...replaceSpan(text, item.expr.span, column.expression)];
  const alias = item.alias;
  if (column.alias === (alias?.name ?? '')) return edits;
  if (alias && column.alias !== '') edits.push({ span: alias.span, text: quoteIdentifier(column.alias) });
  else if (alias) edits.push({ span: { start: item.expr.span.end, end: alias.span.end }, text: '' });
  else
    edits.push({
      span: { start: item.expr.span.end, end: item.expr.span.end },
      text: ` AS ${quoteIdentifier(column.alias)}`,
    });
  return edits;
}

/** Clauses that forms change, in the order of SQL. */
type ClauseName = 'WHERE' | 'GROUP BY' | 'HAVING';

interface ClauseState {
  readonly span: Span | undefined;
  /** The text behind the keyword. */
  readonly body: Span | undefined;
}

function clauseOf(select: Select, name: ClauseName): ClauseState {
  const items = select.groupBy?.items ?? [];
  const first = items[0];
  const last = items.at(-1);
  switch (name) {
    case 'WHERE':
      return { span: select.whereSpan, body: select.where?.span };
    case 'GROUP BY':
      return {
        span: select.groupBy?.span,
        body: first && last ? { start: first.span.start, end: last.span.end } : undefined,
      };
    case 'HAVING':
      return { span: select.havingSpan, body: select.having?.span };
  }
}

/** Sets, adds or (empty value) removes a clause. */
export function clauseEdits(text: string, select: Select, name: ClauseName, value: string): readonly TextEdit[] {
  const clause = clauseOf(select, name);
  if (clause.span && clause.body)
    return value.trim() === '' ? [removal(text, clause.span)] : replaceSpan(text, clause.body, value);
  if (value.trim() === '') return [];
  const order: readonly ClauseName[] = ['WHERE', 'GROUP BY', 'HAVING'];
  let anchor = select.from?.span.end ?? select.itemsSpan.end;
  for (const earlier of order.slice(0, order.indexOf(name)))
    anchor = Math.max(anchor, clauseOf(select, earlier).span?.end ?? anchor);
  return [{ span: { start: anchor, end: anchor }, text: `${clauseBreak(text, select)}${name} ${sealed(value)}` }];
}

/** What stands before a new clause: a line break and FROM's indent, or a space. */
function clauseBreak(text: string, select: Select): string {
  const start = select.fromSpan?.start;
  const indent = start === undefined ? null : indentBefore(text, start);
  return indent === null ? ' ' : `\n${indent}`;
}

/** Removes a span with the white space before it. */
export function removal(text: string, span: Span): TextEdit {
  let start = span.start;
  while (start > 0 && /\s/.test(text.charAt(start - 1))) start -= 1;
  const line = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  // Without its line end a comment would swallow what follows.
  if (line.includes('--')) start = Math.min(span.start, text.indexOf('\n', start) + 1);
  return { span: { start, end: span.end }, text: '' };
}

/**
 * The keys of GROUP BY. `fixed` keys (a window's own) stay where they are and are no part of `keys`.
 */
export function keyEdits(
  text: string,
  select: Select,
  old: readonly Expr[],
  keys: readonly string[],
  fixed: (key: Expr) => boolean,
): readonly TextEdit[] {
  const own = old.map((expr, index) => ({ expr, index })).filter(({ expr }) => !fixed(expr));
  if (old.length === 0) return clauseEdits(text, select, 'GROUP BY', keys.map(sealed).join(', '));
  if (keys.length === 0 && own.length === old.length) return clauseEdits(text, select, 'GROUP BY', '');
  const pairs = alignLists(
    own.map(({ expr }) => text.slice(expr.span.start, expr.span.end)),
    keys,
  );
  const ops: ListOp[] = [];
  let next = 0;
  let seen = 0;
  const keepUntil = (end: number): void => {
    for (; next < end; next += 1) ops.push({ kind: 'keep', index: next });
  };
  for (const pair of pairs) {
    if ('before' in pair) {
      const index = own[pair.before]?.index ?? 0;
      seen = pair.before + 1;
      keepUntil(index);
      next = index + 1;
      const span = old[index]?.span ?? { start: 0, end: 0 };
      if (pair.kind === 'same') ops.push({ kind: 'keep', index });
      else if (pair.kind === 'changed')
        ops.push({ kind: 'patch', index, edits: replaceSpan(text, span, keys[pair.after] ?? '') });
      else ops.push({ kind: 'delete', index });
    } else {
      // Keys added at the end come behind the window's own.
      if (seen === own.length) keepUntil(old.length);
      ops.push({ kind: 'insert', text: sealed(keys[pair.after] ?? '') });
    }
  }
  keepUntil(old.length);
  return listEdits(
    text,
    old.map((expr) => expr.span),
    ops,
  );
}
