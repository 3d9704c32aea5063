/**
 * What stands in FROM: tables, sub-queries, table functions, UNNEST, joins. All joins and commas have
 * one precedence and lean to the left, as in Calcite (`FromClause`, `TableRef2`).
 */
import type { ExprOf, Query, TableAlias, TableRef } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { expectedQueryOrJoin, illegalContext, notConformant } from './messages.ts';
import { parseCall } from './parse-call.ts';
import { parseHints } from './parse-hint.ts';
import { parseMatchRecognize } from './parse-match-recognize.ts';
import { parseNameList, parseQualifiedName, parseTableAlias } from './parse-name.ts';
import { parseExpressionList } from './parse-window.ts';

type Join = Extract<TableRef, { kind: 'join' }>;

/** Reads all that follows FROM up to the next clause. */
export function parseFrom(c: Cursor): TableRef {
  return parseJoins(c, { commas: true });
}

/** Tables and joins; inside parentheses Calcite takes no commas. */
function parseJoins(c: Cursor, { commas }: { commas: boolean }): TableRef {
  return c.operand(() => {
    const start = c.start;
    let left = parseTableFactor(c);
    while (!c.failed) {
      const joined = c.at(',') && !commas ? undefined : parseJoin(c, left, start);
      if (joined === undefined) break;
      left = joined;
      c.link();
    }
    return left;
  });
}

/** `left` with the join or comma that follows, or undefined. */
function parseJoin(c: Cursor, left: TableRef, start: number): TableRef | undefined {
  if (c.accept(',')) {
    const right = parseTableFactor(c);
    return { kind: 'join', span: c.spanFrom(start), type: 'COMMA', natural: false, left, right };
  }
  if (c.at('CROSS', 'APPLY') || c.at('OUTER', 'APPLY')) {
    c.report(
      notConformant(c.token, 'APPLY operator', 'Write CROSS JOIN LATERAL TABLE(f(x)) or LEFT JOIN LATERAL … ON TRUE.'),
    );
    return undefined;
  }
  const natural = c.accept('NATURAL');
  const type = parseJoinType(c);
  if (type === undefined) {
    if (natural) c.fail(['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL']);
    return undefined;
  }
  const right = parseTableFactor(c);
  const condition = parseJoinCondition(c);
  return {
    kind: 'join',
    span: c.spanFrom(start),
    type,
    natural,
    left,
    right,
    ...(condition === undefined ? {} : { condition }),
  };
}

function parseJoinType(c: Cursor): Join['type'] | undefined {
  if (c.accept('JOIN')) return 'INNER';
  for (const type of ['INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS'] as const) {
    if (!c.accept(type)) continue;
    if (type !== 'INNER' && type !== 'CROSS') c.accept('OUTER');
    c.expect('JOIN');
    return type;
  }
  return undefined;
}

function parseJoinCondition(c: Cursor): Join['condition'] {
  if (c.accept('ON')) return { kind: 'on', expr: c.rules.expression(c) };
  return c.accept('USING') ? { kind: 'using', columns: parseNameList(c) } : undefined;
}

/** One operand of joins. */
function parseTableFactor(c: Cursor): TableRef {
  return c.nested(
    () => {
      const start = c.start;
      const lateral = c.accept('LATERAL');
      c.offer(['<TABLE>']);
      if (c.at('(')) return parseInParentheses(c, start, lateral);
      if (c.at('TABLE', '(')) return parseTableFunction(c, start, lateral);
      if (c.at('UNNEST')) return parseUnnest(c, start);
      if (lateral) {
        c.fail(['TABLE', '(', 'UNNEST']);
        return { kind: 'error', span: c.spanFrom(start) };
      }
      return parseNamedTable(c, start);
    },
    () => ({ kind: 'error', span: { start: c.start, end: c.start } }),
  );
}

/** A table of the catalog, or a table function called without `TABLE(…)`. */
function parseNamedTable(c: Cursor, start: number): TableRef {
  if (!c.atIdentifier) {
    c.fail(['a table', '<IDENTIFIER>']);
    return { kind: 'error', span: { start, end: start } };
  }
  const name = parseQualifiedName(c);
  if (c.at('(')) {
    const call = asCall(c, parseCall(c, name, { table: true }));
    return withAlias(c, start, { kind: 'function', span: c.spanFrom(start), lateral: false, call });
  }
  const hints = parseHints(c);
  const asOf = c.accept('FOR') && c.expect('SYSTEM_TIME', 'AS', 'OF') ? c.rules.expression(c) : undefined;
  const table: TableRef = {
    kind: 'table',
    span: c.spanFrom(start),
    name,
    hints,
    ...(asOf === undefined ? {} : { asOf }),
  };
  return parseRest(c, start, table);
}

/** `MATCH_RECOGNIZE` and the alias behind a table or sub-query. */
function parseRest(c: Cursor, start: number, table: TableRef): TableRef {
  const explicitAlias = c.at('AS');
  const input = c.at('MATCH_RECOGNIZE') ? table : withAlias(c, start, table);
  if (!c.at('MATCH_RECOGNIZE') || (input !== table && !explicitAlias)) return input;
  const match = parseMatchRecognize(c);
  return withAlias(c, start, { kind: 'match-recognize', span: c.spanFrom(start), input, match });
}

function withAlias(
  c: Cursor,
  start: number,
  table: Exclude<TableRef, { kind: 'join' | 'error' }> | TableRef,
): TableRef {
  const alias: TableAlias | undefined = parseTableAlias(c);
  if (alias === undefined || table.kind === 'join' || table.kind === 'error') return table;
  return { ...table, span: c.spanFrom(start), alias };
}

/** `TABLE(TUMBLE(…))`, `LATERAL TABLE(f(x))`. */
function parseTableFunction(c: Cursor, start: number, lateral: boolean): TableRef {
  c.expect('TABLE', '(');
  const name = parseQualifiedName(c);
  if (!c.at('(')) c.fail(['(']);
  const call = asCall(c, parseCall(c, name, { table: true }));
  c.expect(')');
  return withAlias(c, start, { kind: 'function', span: c.spanFrom(start), lateral, call });
}

/** DESCRIPTOR is no table function; the binder says so about the call that stands for it. */
function asCall(c: Cursor, call: ExprOf<'call'> | ExprOf<'descriptor'>): ExprOf<'call'> {
  if (call.kind === 'call') return call;
  const name = { span: call.span, parts: [{ span: call.span, name: 'DESCRIPTOR', quoted: false }] };
  return { kind: 'call', span: c.spanFrom(call.span.start), name, args: [], distinct: false, parens: true };
}

/** `UNNEST(a, b) [WITH ORDINALITY]`. */
function parseUnnest(c: Cursor, start: number): TableRef {
  c.expect('UNNEST', '(');
  const operands = parseExpressionList(c);
  c.expect(')');
  const withOrdinality = c.accept('WITH') && c.expect('ORDINALITY');
  return withAlias(c, start, { kind: 'unnest', span: c.spanFrom(start), operands, withOrdinality });
}

/** `(SELECT …)`, `(VALUES …)`, `(a JOIN b ON …)`. */
function parseInParentheses(c: Cursor, start: number, lateral: boolean): TableRef {
  c.expect('(');
  if (c.at('VALUES')) {
    const query = c.rules.query(c);
    c.expect(')');
    return parseRest(c, start, valuesOrQuery(c, start, query, lateral));
  }
  if (c.at('SELECT') || c.at('WITH') || (c.at('TABLE') && c.identifierAhead(1))) {
    const query = c.rules.query(c);
    c.expect(')');
    return parseRest(c, start, { kind: 'derived', span: c.spanFrom(start), lateral, query });
  }
  const inner = parseJoins(c, { commas: false });
  const operand = isQueryContinuation(c.key) ? queryInParentheses(inner) : undefined;
  if (operand !== undefined) {
    const query = c.rules.queryAfter(c, { kind: 'nested', span: inner.span, query: operand });
    c.expect(')');
    return parseRest(c, start, { kind: 'derived', span: c.spanFrom(start), lateral, query });
  }
  if (!c.at(')')) c.fail([')', 'JOIN']);
  c.accept(')');
  if (!isQueryOrJoin(inner)) c.report(expectedQueryOrJoin(inner.span));
  const table: TableRef = { kind: 'paren', span: c.spanFrom(start), table: inner };
  if (inner.kind === 'join' && (c.at('AS') || c.atIdentifier)) c.report(illegalContext(inner.span, 'Join'));
  return parseRest(c, start, table);
}

/** The query of `(SELECT …)` without an alias, also with more parentheses around it. */
function queryInParentheses(table: TableRef): Query | undefined {
  let inner = table;
  while (inner.kind === 'paren' && inner.alias === undefined) inner = inner.table;
  return inner.kind === 'derived' && inner.alias === undefined ? inner.query : undefined;
}

/** Whether parentheses may stand around it. */
function isQueryOrJoin(table: TableRef): boolean {
  if (table.kind === 'join' || table.kind === 'error') return true;
  return (table.kind === 'derived' || table.kind === 'values' || table.kind === 'paren') && table.alias === undefined;
}

function isQueryContinuation(key: string): boolean {
  return ['UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH'].includes(key);
}

/** A bare `(VALUES …)` has a kind of its own; with ORDER BY or a set operation it is a sub-query. */
function valuesOrQuery(c: Cursor, start: number, query: Query, lateral: boolean): TableRef {
  const bare =
    query.body.kind === 'values' &&
    query.orderBy.length === 0 &&
    query.limit === undefined &&
    query.offset === undefined;
  if (bare && query.body.kind === 'values') return { kind: 'values', span: c.spanFrom(start), rows: query.body.rows };
  return { kind: 'derived', span: c.spanFrom(start), lateral, query };
}
