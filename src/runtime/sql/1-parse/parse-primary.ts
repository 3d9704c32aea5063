/**
 * The operands of expressions: literals, names, calls, CASE, CAST, constructors, sub-queries and
 * parentheses, with the fields (`.a`) and items (`[1]`) behind them. Calcite: `Expression3`,
 * `AtomicRowExpression`.
 */
import type { Expr, ExprOf, Identifier, LiteralValue, Query } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { isContextValue, isReservedFunctionName } from './keywords.ts';
import { badLiteral } from './messages.ts';
import { isSpecialCall, parseCall, parseSpecialCall } from './parse-call.ts';
import { isQueryWord, parseCase, parseCast, parseCollection, parseExists, parseRow } from './parse-constructor.ts';
import { intervalUnitAt, parseIntervalQualifier, parseSingleUnit } from './parse-interval.ts';
import { parseQualifiedName } from './parse-name.ts';
import { expectQuoted, expectString } from './parse-string.ts';

/** Reads an operand with everything that binds tighter than a sign. */
export function parsePrimary(c: Cursor): Expr {
  let expr = parseAtom(c);
  for (;;) {
    if (c.at('[')) expr = parseItem(c, expr);
    else if (c.at('.') && expr.kind !== 'literal') expr = parseField(c, expr);
    else return expr;
    c.link();
  }
}

function parseItem(c: Cursor, operand: Expr): Expr {
  c.expect('[');
  const index = c.rules.expression(c);
  c.expect(']');
  return { kind: 'item', span: spanAround(c, operand), operand, index };
}

/** `.name`; a method call (`.name(…)`) is read, and no Flink function answers to it. */
function parseField(c: Cursor, operand: Expr): Expr {
  c.expect('.');
  const name = c.identifier();
  if (!c.at('(')) return { kind: 'field', span: spanAround(c, operand), operand, name };
  parseCall(c, { span: name.span, parts: [name] }, { table: false });
  return { kind: 'unsupported', span: spanAround(c, operand), what: `method ${name.name}` };
}

function spanAround(c: Cursor, first: Expr): { start: number; end: number } {
  return { start: first.span.start, end: Math.max(first.span.end, c.lastEnd) };
}

function parseAtom(c: Cursor): Expr {
  const token = c.token;
  switch (token.kind) {
    case 'number':
      c.advance();
      return literal(c, token.start, { kind: 'number', text: c.text.slice(token.start, token.end) });
    case 'string':
    case 'unicode-string': {
      const { value } = expectString(c);
      return literal(c, token.start, { kind: 'string', value });
    }
    case 'binary-string':
      return parseBinaryString(c);
    case 'quoted-identifier':
      return parseName(c);
    case 'symbol':
      if (c.at('(')) return parseParenthesized(c);
      if (c.at('{')) return parseBraces(c);
      if (c.accept('?')) return { kind: 'unsupported', span: c.spanFrom(token.start), what: '?' };
      return missing(c);
    case 'word':
      return parseWord(c);
    default:
      return missing(c);
  }
}

/** `{d '2024-01-02'}`, `{t '…'}`, `{ts '…'}`: JDBC's way to write literals. */
function parseBraces(c: Cursor): Expr {
  const start = c.start;
  c.expect('{');
  const kind = { D: 'date', T: 'time', TS: 'timestamp' }[c.expectOneOf(['D', 'T', 'TS'])] as 'date' | undefined;
  const text = expectQuoted(c).value;
  c.expect('}');
  return literal(c, start, { kind: kind ?? 'date', text });
}

function missing(c: Cursor): Expr {
  const start = c.start;
  c.fail(['an expression']);
  return { kind: 'error', span: { start, end: start } };
}

function literal(c: Cursor, start: number, value: LiteralValue): Expr {
  return { kind: 'literal', span: c.spanFrom(start), value };
}

function parseBinaryString(c: Cursor): Expr {
  const token = c.advance();
  const hex = c.text.slice(token.start + 2, token.end - 1);
  if (!/^[0-9a-fA-F]*$/.test(hex)) {
    c.report(badLiteral(token, `Binary literal string must contain only characters '0' - '9', 'A' - 'F'`));
  }
  return literal(c, token.start, { kind: 'binary', hex });
}

/** What begins with a word: keywords with a syntax of their own first, then names and calls. */
function parseWord(c: Cursor): Expr {
  const start = c.start;
  switch (c.key) {
    case 'NULL':
      c.advance();
      return literal(c, start, { kind: 'null' });
    case 'UNKNOWN':
      c.advance();
      return literal(c, start, { kind: 'unknown' });
    case 'TRUE':
    case 'FALSE':
      return literal(c, start, { kind: 'boolean', value: c.advance().end - start === 4 });
    case 'CASE':
      return c.nested(
        () => parseCase(c),
        () => missing(c),
      );
    case 'CAST':
    case 'TRY_CAST':
    case 'SAFE_CAST':
      return parseCast(c);
    case 'INTERVAL':
      return c.nested(
        () => parseInterval(c),
        () => missing(c),
      );
    case 'DATE':
    case 'TIME':
    case 'TIMESTAMP':
      return parseTimeWord(c);
    case 'ROW':
      return parseRow(c);
    case 'ARRAY':
    case 'MULTISET':
      return parseCollection(c, c.at('ARRAY') ? 'array' : 'multiset');
    case 'MAP':
      if (c.keyAt(1) === '[' || (c.keyAt(1) === '(' && isQueryWord(c.keyAt(2)))) return parseCollection(c, 'map');
      return parseName(c);
    case 'EXISTS':
      return parseExists(c);
    case 'UNIQUE':
      c.expect('UNIQUE', '(');
      c.rules.query(c);
      c.expect(')');
      return { kind: 'unsupported', span: c.spanFrom(start), what: 'UNIQUE' };
    case 'NEXT':
      if (c.keyAt(1) !== 'VALUE') return parseSpecialCall(c);
      c.expect('NEXT', 'VALUE', 'FOR');
      parseQualifiedName(c);
      return { kind: 'unsupported', span: c.spanFrom(start), what: 'NEXT VALUE FOR' };
    case 'PERIOD':
      c.expect('PERIOD');
      parseParenthesized(c);
      return { kind: 'unsupported', span: c.spanFrom(start), what: 'PERIOD' };
    case 'RUNNING':
    case 'FINAL':
      return parseRunningOrFinal(c);
    default:
      return parseNameOrCall(c);
  }
}

function parseNameOrCall(c: Cursor): Expr {
  if (c.keyAt(1) === '(' && isSpecialCall(c.key)) return parseSpecialCall(c);
  if (isContextValue(c.key)) return parseContextValue(c);
  if (c.keyAt(1) === '(' && isReservedFunctionName(c.key)) {
    const name = c.anyWord();
    return parseCall(c, { span: name.span, parts: [name] }, { table: false });
  }
  if (!c.atIdentifier) {
    const start = c.start;
    c.fail(['an expression', '<IDENTIFIER>']);
    return { kind: 'error', span: { start, end: start } };
  }
  return parseName(c);
}

/** `CURRENT_DATE`; `LOCALTIME(3)` keeps its precision as an argument. */
function parseContextValue(c: Cursor): Expr {
  if (isReservedFunctionName(c.key) && c.keyAt(1) === '(') {
    const name = c.anyWord();
    return parseCall(c, { span: name.span, parts: [name] }, { table: false });
  }
  const name = c.anyWord();
  return {
    kind: 'call',
    span: name.span,
    name: { span: name.span, parts: [name] },
    args: [],
    distinct: false,
    parens: false,
  };
}

/** A column, `t.*`, or a call of a function. */
function parseName(c: Cursor): Expr {
  const first = c.identifier();
  const parts: Identifier[] = [first];
  while (c.at('.')) {
    if (c.keyAt(1) === '*') {
      const qualifier = { span: c.spanFrom(first.span.start), parts };
      c.accept('.', '*');
      return { kind: 'star', span: c.spanFrom(first.span.start), qualifier };
    }
    c.advance();
    parts.push(c.identifier());
  }
  const name = { span: c.spanFrom(first.span.start), parts };
  if (c.at('(')) return parseCall(c, name, { table: false });
  return { kind: 'column', span: name.span, name };
}

/** `(x)`, `(a, b)`, `(SELECT …)`. A query's span includes its parentheses. */
export function parseParenthesized(c: Cursor): Expr {
  return c.nested(
    () => {
      const start = c.start;
      c.expect('(');
      if (isQueryWord(c.key)) {
        const query = c.rules.query(c);
        c.expect(')');
        return { kind: 'subquery', span: c.spanFrom(start), query };
      }
      const first = c.rules.expression(c);
      const operand = isQueryContinuation(c.key) ? queryInParentheses(first) : undefined;
      if (operand !== undefined) {
        const query = c.rules.queryAfter(c, { kind: 'nested', span: first.span, query: operand });
        c.expect(')');
        return { kind: 'subquery', span: c.spanFrom(start), query };
      }
      const items = [first];
      while (c.accept(',')) items.push(c.rules.expression(c));
      if (!c.at(')')) c.fail([')', ',']);
      c.accept(')');
      if (items.length > 1) return { kind: 'row', span: c.spanFrom(start), explicit: false, items };
      const span = c.spanFrom(start);
      if (intervalUnitAt(c) === undefined || c.keyAt(1) === '(') return { kind: 'paren', span, operand: first };
      return parseDateDifference(c, span.start, first);
    },
    () => missing(c),
  );
}

/** The query of `(SELECT …)`, also with more parentheses around it; undefined for any other expression. */
export function queryInParentheses(expr: Expr): Query | undefined {
  let inner = expr;
  while (inner.kind === 'paren') inner = inner.operand;
  return inner.kind === 'subquery' ? inner.query : undefined;
}

/** Words that go on with a query whose first operand is in parentheses. */
function isQueryContinuation(key: string): boolean {
  return ['UNION', 'INTERSECT', 'EXCEPT', 'MINUS', 'ORDER', 'LIMIT', 'OFFSET', 'FETCH'].includes(key);
}

/** `(a - b) DAY`: Calcite's difference of two times in a unit; anything else before the unit is an alias. */
function parseDateDifference(c: Cursor, start: number, operand: Expr): Expr {
  if (operand.kind !== 'binary' || operand.operator !== '-') {
    return { kind: 'paren', span: c.spanFrom(start), operand };
  }
  parseIntervalQualifier(c);
  return { kind: 'unsupported', span: c.spanFrom(start), what: '(a - b) with an interval unit' };
}

/** `INTERVAL '1' DAY`, `INTERVAL -'1' DAY`, `INTERVAL a DAY`, `INTERVAL (a + 1) DAY`. */
function parseInterval(c: Cursor): Expr {
  const start = c.start;
  c.expect('INTERVAL');
  const negative = c.at('-');
  if ((negative || c.at('+')) && c.tokenAt(1).kind === 'string') c.advance();
  if (c.token.kind === 'string') {
    const token = c.advance();
    const text = c.text.slice(token.start + 1, token.end - 1);
    const { unit, precision, fraction } = parseIntervalQualifier(c);
    return literal(c, start, {
      kind: 'interval',
      text,
      negative,
      unit,
      ...(precision === undefined ? {} : { precision }),
      ...(fraction === undefined ? {} : { fraction }),
    });
  }
  const amount = parseIntervalAmount(c);
  const unit = parseSingleUnit(c);
  return { kind: 'interval', span: c.spanFrom(start), amount, unit };
}

/** `-3`, `a`, `(a + 1)`. */
function parseIntervalAmount(c: Cursor): Expr {
  const start = c.start;
  if (c.accept('-') || c.accept('+')) {
    const operator = c.text[start] === '-' ? '-' : '+';
    const operand = parseAtom(c);
    return { kind: 'unary', span: c.spanFrom(start), operator, operand };
  }
  if (c.at('(')) return parseParenthesized(c);
  return c.token.kind === 'number' || c.atIdentifier ? parseAtom(c) : missing(c);
}

/** `DATE '2024-01-02'`, `TIMESTAMP WITH LOCAL TIME ZONE '…'`, or the functions of these names. */
function parseTimeWord(c: Cursor): Expr {
  const start = c.start;
  const key = c.key;
  if (c.tokenAt(1).kind === 'string') {
    c.advance();
    const kind = key === 'DATE' ? 'date' : key === 'TIME' ? 'time' : 'timestamp';
    return literal(c, start, { kind, text: expectQuoted(c).value });
  }
  if (key === 'TIMESTAMP' && c.at('TIMESTAMP', 'WITH', 'LOCAL')) {
    c.expect('TIMESTAMP', 'WITH', 'LOCAL', 'TIME', 'ZONE');
    return literal(c, start, { kind: 'timestamp_ltz', text: expectQuoted(c).value });
  }
  if (c.keyAt(1) !== '(') {
    c.fail(['an expression', '<IDENTIFIER>']);
    return { kind: 'error', span: { start, end: start } };
  }
  const name = c.anyWord();
  return parseCall(c, { span: name.span, parts: [name] }, { table: false });
}

/** `RUNNING LAST(x)`, `FINAL LAST(x)`; FINAL alone is a name. */
function parseRunningOrFinal(c: Cursor): Expr {
  const start = c.start;
  const mode: ExprOf<'running-final'>['mode'] = c.at('FINAL') ? 'FINAL' : 'RUNNING';
  if (mode === 'FINAL' && (c.tokenAt(1).kind !== 'word' || c.keyAt(2) !== '(')) return parseName(c);
  c.advance();
  const operand = c.nested(
    () => parseNameOrCall(c),
    () => missing(c),
  );
  return { kind: 'running-final', span: c.spanFrom(start), mode, operand };
}
