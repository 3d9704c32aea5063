/**
 * Expressions: operators by precedence (Pratt), around the operands of parse-primary.ts.
 *
 * The numbers are Calcite's (`SqlStdOperatorTable`): a higher one binds tighter. All operators lean to
 * the left but LIKE and BETWEEN, which lean to the right.
 *
 *     100  a.b  a[i]                              28  IS NULL, IS TRUE, IS JSON, IS EMPTY, …
 *      80  unary + -                              26  NOT
 *      60  * / % ||                               24  AND
 *      40  + -                                    22  OR
 *      32  [NOT] BETWEEN, IN, LIKE, SIMILAR TO    18  MULTISET INTERSECT
 *      30  = <> < …, IS DISTINCT FROM, OVERLAPS   14  MULTISET UNION, MULTISET EXCEPT
 */
import { cover, type Span } from '../../base/span.ts';
import type { BinaryOperator, Expr, ExprOf, PostfixTest } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { bangEqual } from './messages.ts';
import { parsePrimary, queryInParentheses } from './parse-primary.ts';

const MULTISET_UNION = 14;
const MULTISET_INTERSECT = 18;
const OR = 22;
const AND = 24;
const NOT = 26;
const POSTFIX = 28;
const COMPARISON = 30;
const RANGE = 32;
const ADDITIVE = 40;
const MULTIPLICATIVE = 60;
const SIGN = 80;

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '!=', '<', '<=', '>', '>=']);

/** Precedence of operators that are one word or symbol and take an operand on both sides. */
const BINARY_PRECEDENCE: Readonly<Record<string, number>> = {
  OR,
  AND,
  '=': COMPARISON,
  '<>': COMPARISON,
  '!=': COMPARISON,
  '<': COMPARISON,
  '<=': COMPARISON,
  '>': COMPARISON,
  '>=': COMPARISON,
  OVERLAPS: COMPARISON,
  CONTAINS: COMPARISON,
  EQUALS: COMPARISON,
  PRECEDES: COMPARISON,
  SUCCEEDS: COMPARISON,
  '+': ADDITIVE,
  '-': ADDITIVE,
  '*': MULTIPLICATIVE,
  '/': MULTIPLICATIVE,
  '%': MULTIPLICATIVE,
  '||': MULTIPLICATIVE,
};

const RANGE_WORDS = ['IN', 'BETWEEN', 'LIKE', 'SIMILAR'];
/** Words that can go on with an expression. */
const OPERATOR_WORDS = ['AND', 'OR', 'IS', 'NOT', ...RANGE_WORDS, '<OPERATOR>'];

/** Words that can begin an expression; functions and names stand behind the placeholder. */
const EXPRESSION_STARTS = ['<EXPRESSION>', 'NOT', 'CASE', 'CAST', 'TRY_CAST', 'INTERVAL', 'DATE', 'TIMESTAMP', 'TIME',
  'ROW', 'ARRAY', 'MAP', 'EXISTS', 'NULL', 'TRUE', 'FALSE']; // biome-ignore format: a table of words

/** Reads any expression. */
export function parseExpression(c: Cursor): Expr {
  return c.nested(
    () => parseOperators(c, 0),
    () => errorExpr(c),
  );
}

/** Reads an expression that ends before IN, for `POSITION(a IN b)`. */
export function parseOperandBeforeIn(c: Cursor): Expr {
  return parseOperators(c, RANGE + 1);
}

/** Reads an expression of which every operator binds at least as tight as `minimum`. */
function parseOperators(c: Cursor, minimum: number): Expr {
  return c.operand(() => {
    let left = parsePrefix(c);
    while (!c.failed) {
      const longer = extend(c, left, minimum);
      if (longer === undefined) break;
      left = longer;
      c.link();
    }
    return left;
  });
}

/** `NOT x`, `-x`, `+x`, or an operand. */
function parsePrefix(c: Cursor): Expr {
  c.offer(EXPRESSION_STARTS);
  const operator = c.at('NOT') ? 'NOT' : c.at('-') ? '-' : c.at('+') ? '+' : undefined;
  if (operator === undefined) return parsePrimary(c);
  const start = c.start;
  c.advance();
  return c.nested(
    () => {
      const operand = parseOperators(c, operator === 'NOT' ? NOT : SIGN);
      return { kind: 'unary', span: c.spanFrom(start), operator, operand };
    },
    () => errorExpr(c),
  );
}

/** `left` with the operator that stands here, or undefined when none does that binds tight enough. */
function extend(c: Cursor, left: Expr, minimum: number): Expr | undefined {
  const key = c.key;
  c.offer(OPERATOR_WORDS);
  const precedence = Object.hasOwn(BINARY_PRECEDENCE, key) ? BINARY_PRECEDENCE[key] : undefined;
  if (precedence !== undefined) return precedence < minimum ? undefined : parseBinary(c, left, key, precedence);
  switch (key) {
    case 'IS':
      return parseIs(c, left, minimum);
    case 'NOT':
      for (const word of RANGE_WORDS) c.at('NOT', word);
      return RANGE >= minimum && isRangeWord(c.keyAt(1)) ? parseRange(c, left) : undefined;
    case 'IN':
    case 'BETWEEN':
    case 'LIKE':
    case 'ILIKE':
    case 'RLIKE':
    case 'SIMILAR':
      return RANGE < minimum ? undefined : parseRange(c, left);
    case 'MEMBER':
    case 'SUBMULTISET':
      if (COMPARISON < minimum || c.keyAt(1) !== 'OF') return undefined;
      return parseWordOperator(c, left, key === 'MEMBER' ? 'MEMBER OF' : 'SUBMULTISET OF', 2);
    case 'IMMEDIATELY':
      if (COMPARISON < minimum) return undefined;
      if (c.keyAt(1) === 'PRECEDES') return parseWordOperator(c, left, 'IMMEDIATELY PRECEDES', 2);
      return c.keyAt(1) === 'SUCCEEDS' ? parseWordOperator(c, left, 'IMMEDIATELY SUCCEEDS', 2) : undefined;
    case 'MULTISET':
      return parseMultiset(c, left, minimum);
    default:
      return undefined;
  }
}

function isRangeWord(key: string): boolean {
  return key === 'IN' || key === 'BETWEEN' || key === 'LIKE' || key === 'ILIKE' || key === 'RLIKE' || key === 'SIMILAR';
}

function parseBinary(c: Cursor, left: Expr, key: string, precedence: number): Expr {
  const token = c.advance();
  const operatorSpan = { start: token.start, end: token.end };
  if (key === '!=') c.report(bangEqual(operatorSpan));
  const operator = (key === '!=' ? '<>' : key) as BinaryOperator;
  if (COMPARISONS.has(key) && (c.at('ALL', '(') || c.at('SOME', '(') || c.at('ANY', '('))) {
    return parseQuantified(c, left, operator);
  }
  const right = parseOperators(c, precedence + 1);
  return { kind: 'binary', span: cover(left.span, c.spanFrom(token.start)), operator, operatorSpan, left, right };
}

/** An operator of one or more words, `words` tokens long, with the precedence of comparisons. */
function parseWordOperator(c: Cursor, left: Expr, operator: BinaryOperator, words: number): Expr {
  const start = c.start;
  for (let i = 0; i < words; i += 1) c.advance();
  const operatorSpan = c.spanFrom(start);
  const right = parseOperators(c, COMPARISON + 1);
  return { kind: 'binary', span: cover(left.span, c.spanFrom(start)), operator, operatorSpan, left, right };
}

/** `> ALL (query)`, `= ANY (1, 2)`. */
function parseQuantified(c: Cursor, operand: Expr, operator: BinaryOperator): Expr {
  const quantifier = c.expectOneOf(['ALL', 'SOME', 'ANY']) as ExprOf<'quantified'>['quantifier'];
  const source = parseListOrQuery(c);
  return {
    kind: 'quantified',
    span: cover(operand.span, c.spanFrom(c.lastEnd)),
    operator,
    quantifier,
    operand,
    source,
  };
}

/** `(1, 2)` or `(SELECT …)` behind IN, ALL, SOME, ANY. */
function parseListOrQuery(c: Cursor): ExprOf<'in'>['source'] {
  c.expect('(');
  if (atQueryWord(c)) {
    const query = c.rules.query(c);
    c.expect(')');
    return { kind: 'query', query };
  }
  const items = [parseExpression(c)];
  while (c.accept(',')) items.push(parseExpression(c));
  const closed = c.at(')');
  if (!closed) c.fail([',', ')']);
  c.accept(')');
  const only = items.length === 1 ? items[0] : undefined;
  const query = only === undefined ? undefined : queryInParentheses(only);
  if (query !== undefined) return { kind: 'query', query };
  return { kind: 'list', items };
}

/** Whether a query begins here with a word of its own. */
function atQueryWord(c: Cursor): boolean {
  return c.at('SELECT') || c.at('WITH') || c.at('VALUES') || c.at('TABLE');
}

/** `IS [NOT] …`: tests, and the comparison `IS [NOT] DISTINCT FROM`. */
function parseIs(c: Cursor, left: Expr, minimum: number): Expr | undefined {
  const negated = c.keyAt(1) === 'NOT';
  const ahead = negated ? 2 : 1;
  const not = negated ? 'NOT ' : '';
  if (c.keyAt(ahead) === 'DISTINCT' && c.keyAt(ahead + 1) === 'FROM') {
    if (COMPARISON < minimum) return undefined;
    return parseWordOperator(c, left, `IS ${not}DISTINCT FROM` as BinaryOperator, ahead + 2);
  }
  if (POSTFIX < minimum) return undefined;
  c.accept('IS');
  c.accept('NOT');
  c.offer(IS_TESTS);
  let test: string = c.key;
  if (c.accept('JSON')) {
    const kind = ['VALUE', 'OBJECT', 'ARRAY', 'SCALAR'].find((word) => c.accept(word));
    test = kind === undefined ? 'JSON' : `JSON ${kind}`;
  } else if (c.accept('A', 'SET')) test = 'A SET';
  else if (test === 'A' || test === 'DISTINCT' || !IS_TESTS.includes(test)) {
    c.fail(negated ? IS_TESTS : ['NOT', ...IS_TESTS]);
    return left;
  } else c.advance();
  return {
    kind: 'postfix',
    span: cover(left.span, c.spanFrom(c.lastEnd)),
    test: `IS ${not}${test}` as PostfixTest,
    operand: left,
  };
}

const IS_TESTS = ['NULL', 'TRUE', 'FALSE', 'UNKNOWN', 'A', 'EMPTY', 'JSON', 'DISTINCT'];

/** `[NOT] IN`, `[NOT] BETWEEN`, `[NOT] LIKE` and its like. */
function parseRange(c: Cursor, operand: Expr): Expr {
  const negated = c.accept('NOT');
  const key = c.key;
  c.advance();
  if (key === 'IN') {
    const source = parseListOrQuery(c);
    return { kind: 'in', span: around(c, operand), negated, operand, source };
  }
  if (key === 'BETWEEN') return parseBetween(c, operand, negated);
  if (key === 'SIMILAR') c.expect('TO');
  const operator = key === 'SIMILAR' ? 'SIMILAR TO' : (key as 'LIKE' | 'ILIKE' | 'RLIKE');
  const pattern = parseRangeEnd(c);
  const escaped = c.accept('ESCAPE') ? parseRangeEnd(c) : undefined;
  return {
    kind: 'like',
    span: around(c, operand),
    operator,
    negated,
    operand,
    pattern,
    ...(escaped === undefined ? {} : { escape: escaped }),
  };
}

/** The lower end may hold anything but AND, as in Calcite: its own AND belongs to BETWEEN. */
function parseBetween(c: Cursor, operand: Expr, negated: boolean): Expr {
  const symmetric = c.accept('SYMMETRIC');
  if (!symmetric) c.accept('ASYMMETRIC');
  const low = c.nested(
    () => parseLowerEnd(c),
    () => errorExpr(c),
  );
  c.expect('AND');
  const high = parseRangeEnd(c);
  return { kind: 'between', span: around(c, operand), negated, symmetric, operand, low, high };
}

/** LIKE and BETWEEN lean to the right: `a LIKE b LIKE c` is `a LIKE (b LIKE c)`. */
function parseRangeEnd(c: Cursor): Expr {
  return c.nested(
    () => parseOperators(c, RANGE),
    () => errorExpr(c),
  );
}

function parseLowerEnd(c: Cursor): Expr {
  let low = parseOperators(c, AND + 1);
  while (!c.failed && c.at('OR')) {
    low = parseBinary(c, low, 'OR', AND);
    c.link();
  }
  return low;
}

/** `MULTISET UNION [ALL | DISTINCT] x`: read, and refused by the binder, as no Flink planner runs it. */
function parseMultiset(c: Cursor, left: Expr, minimum: number): Expr | undefined {
  const word = c.keyAt(1);
  if (word !== 'UNION' && word !== 'INTERSECT' && word !== 'EXCEPT') return undefined;
  const precedence = word === 'INTERSECT' ? MULTISET_INTERSECT : MULTISET_UNION;
  if (precedence < minimum) return undefined;
  c.advance();
  c.advance();
  if (!c.accept('ALL')) c.accept('DISTINCT');
  parseOperators(c, precedence + 1);
  return { kind: 'unsupported', span: around(c, left), what: `MULTISET ${word}` };
}

/** From the start of `left` to the token before. */
function around(c: Cursor, left: Expr): Span {
  return { start: left.span.start, end: Math.max(left.span.end, c.lastEnd) };
}

function errorExpr(c: Cursor): Expr {
  return { kind: 'error', span: { start: c.start, end: c.start } };
}
