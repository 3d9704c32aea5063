/**
 * Operands with keywords and parentheses of their own: CASE, CAST, ROW, ARRAY, MAP, MULTISET, EXISTS.
 * Calcite: `CaseExpression`, `BuiltinFunctionCall`, `ArrayConstructor` and their like.
 */
import type { Expr } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { parseCall } from './parse-call.ts';
import { parseCastType } from './parse-type.ts';
import { parseExpressionList } from './parse-window.ts';

/** Whether a query begins with the word (upper case). */
export function isQueryWord(key: string): boolean {
  return key === 'SELECT' || key === 'WITH' || key === 'VALUES' || key === 'TABLE';
}

/** `CASE [x] WHEN a THEN b … [ELSE c] END`. */
export function parseCase(c: Cursor): Expr {
  const start = c.start;
  c.expect('CASE');
  const operand = c.at('WHEN') ? undefined : c.rules.expression(c);
  const branches: { when: Expr[]; then: Expr }[] = [];
  do {
    c.expect('WHEN');
    const when = [c.rules.expression(c)];
    while (c.accept(',')) when.push(c.rules.expression(c));
    c.expect('THEN');
    // biome-ignore lint/suspicious/noThenProperty: the tree's word for it; no branch is ever awaited.
    branches.push({ when, then: c.rules.expression(c) });
  } while (c.at('WHEN'));
  const otherwise = c.accept('ELSE') ? c.rules.expression(c) : undefined;
  if (!c.at('END')) c.fail(otherwise === undefined ? ['WHEN', 'ELSE', 'END'] : ['END']);
  c.accept('END');
  return {
    kind: 'case',
    span: c.spanFrom(start),
    branches,
    ...(operand === undefined ? {} : { operand }),
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}

/** `CAST(x AS type)`, `TRY_CAST`, `SAFE_CAST`. */
export function parseCast(c: Cursor): Expr {
  const start = c.start;
  const safe = !c.at('CAST');
  c.advance();
  c.expect('(');
  const operand = c.rules.expression(c);
  c.expect('AS');
  const type = parseCastType(c);
  c.expect(')');
  return { kind: 'cast', span: c.spanFrom(start), safe, operand, type };
}

/** `ROW(a, b)`: at least one. */
export function parseRow(c: Cursor): Expr {
  const start = c.start;
  c.expect('ROW', '(');
  const items = parseExpressionList(c);
  c.expect(')');
  return { kind: 'row', span: c.spanFrom(start), explicit: true, items };
}

/** `ARRAY[…]`, `ARRAY(query)`, MAP and MULTISET likewise; `ARRAY(a, b)` is a call. */
export function parseCollection(c: Cursor, kind: 'array' | 'map' | 'multiset'): Expr {
  const start = c.start;
  const name = c.anyWord();
  if (c.at('(')) {
    if (!isQueryWord(c.keyAt(1))) return parseCall(c, { span: name.span, parts: [name] }, { table: false });
    c.expect('(');
    const query = c.rules.query(c);
    c.expect(')');
    return { kind, span: c.spanFrom(start), items: [], query };
  }
  c.expect('[');
  const items: Expr[] = [];
  if (!c.at(']')) {
    do items.push(c.rules.expression(c));
    while (c.accept(','));
  }
  c.expect(']');
  return { kind, span: c.spanFrom(start), items };
}

/** `EXISTS (query)`. */
export function parseExists(c: Cursor): Expr {
  const start = c.start;
  c.expect('EXISTS', '(');
  const query = c.rules.query(c);
  c.expect(')');
  return { kind: 'exists', span: c.spanFrom(start), query };
}
