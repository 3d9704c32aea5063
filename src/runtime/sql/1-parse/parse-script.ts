/**
 * The parser's front door: a script → its statements, tokens and diagnostics. Never throws, whatever
 * the text; a mistake in one statement leaves the others whole.
 *
 *     text → tokens → split at `;` → one cursor a statement → tree
 *
 * The extents of the statements tile the script: each runs from the end of the one before to its own
 * `;`. What follows the last statement (comments, white space) belongs to the last extent.
 */
import { assert } from '../../base/assert.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { Expr, Query, Script, ScriptStatement, Statement, TypeNode } from './ast.ts';
import { Cursor, isTrivia, type Rules } from './cursor.ts';
import { tokenize } from './lexer.ts';
import { parseExpression as expression, parseOperandBeforeIn } from './parse-expression.ts';
import { parseQueryAfter, parseQuery as query } from './parse-query.ts';
import { parseStatement } from './parse-statement.ts';
import { parseColumnType } from './parse-type.ts';
import { SourceText } from './source-text.ts';
import type { Token } from './token.ts';

const RULES: Rules = { expression, operandBeforeIn: parseOperandBeforeIn, query, queryAfter: parseQueryAfter };

/** What the parser knows about a script. Spans count from its start. */
export interface ParsedScript {
  readonly script: Script;
  /** All tokens, trivia included; laid end to end they are the text. */
  readonly tokens: readonly Token[];
  /** At most one a statement, in order. */
  readonly diagnostics: readonly Diagnostic[];
}

/** What the parser knows about a fragment. Spans count from its start. */
export interface ParsedFragment<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses a whole script. Cost: linear in its length. */
export function parseScript(text: string): ParsedScript {
  const tokens = tokenize(text);
  const source = new SourceText(text);
  const diagnostics: Diagnostic[] = [];
  const statements: ScriptStatement[] = [];
  for (const piece of split(text, tokens)) {
    const c = new Cursor(source, piece.tokens, piece.end, RULES, diagnostics);
    const leading = { start: piece.extent.start, end: piece.start };
    const statement = parsePiece(c, piece);
    statements.push({ number: statements.length + 1, statement, extent: piece.extent, leading });
  }
  return { script: { text, statements }, tokens, diagnostics };
}

/** Parses one expression that is the whole text, for forms. */
export function parseExpression(text: string): ParsedFragment<Expr> {
  return parseFragment(text, expression);
}

/** Parses one query that is the whole text (without `;`), for forms. */
export function parseQuery(text: string): ParsedFragment<Query> {
  return parseFragment(text, query);
}

/** Parses one type as a column definition has it, `NOT NULL` included, for forms. */
export function parseTypeText(text: string): ParsedFragment<TypeNode> {
  return parseFragment(text, parseColumnType);
}

/**
 * What could be written at the end of `prefix`, which is a script up to some place: words in upper case, symbols,
 * and placeholders: `<EXPRESSION>`, `<OPERATOR>`, `<TABLE>`, `<SINK>`, `<TYPE>`, `<UNIT>`, `<PARAMETER>`, `<IDENTIFIER>`,
 * `<QUOTED_STRING>`. Empty when the last statement has a mistake before its end. Cost: linear in the last statement.
 */
export function acceptableAt(prefix: string): ReadonlySet<string> {
  const tokens = tokenize(prefix);
  const pieces = split(prefix, tokens);
  const last = tokens.filter((t) => !isTrivia(t) && t.kind !== 'end').at(-1);
  const piece = pieces.at(-1);
  const isOpen = last !== undefined && piece !== undefined && piece.end >= last.end;
  const asked = new Set<string>();
  const own = isOpen ? piece.tokens : [];
  parseStatement(new Cursor(new SourceText(prefix), own, prefix.length, RULES, [], asked));
  return asked;
}

function parseFragment<T>(text: string, rule: (c: Cursor) => T): ParsedFragment<T> {
  const diagnostics: Diagnostic[] = [];
  const c = new Cursor(new SourceText(text), tokenize(text), text.length, RULES, diagnostics);
  const value = rule(c);
  if (!c.failed && !c.atEnd) c.fail(['<EOF>']);
  return { value, diagnostics };
}

/** A statement with a mistake is unknown; what could be read of it stays in `partial`. */
function parsePiece(c: Cursor, piece: Piece): Statement {
  const statement = parseStatement(c);
  if (!c.failed) return statement;
  const span = { start: piece.start, end: piece.end };
  return statement.kind === 'unknown' ? { kind: 'unknown', span } : { kind: 'unknown', span, partial: statement };
}

// ---------------------------------------------------------------- splitting

/** The tokens of one statement, without its `;`. */
interface Piece {
  readonly extent: Span;
  readonly tokens: readonly Token[];
  /** Start of the first token that is no trivia. */
  readonly start: number;
  /** End of the last one before the `;`. */
  readonly end: number;
}

/** Splits at every `;` outside of a statement set. */
function split(text: string, tokens: readonly Token[]): readonly Piece[] {
  const pieces: { extent: { start: number; end: number }; tokens: readonly Token[]; start: number; end: number }[] = [];
  let extentStart = 0;
  let firstIndex = 0;
  let head: string[] = [];
  let last: Token | undefined;
  let first: Token | undefined;
  let inSet = false;
  /** Open CASEs: the END of a CASE is not the END of a set. */
  let caseDepth = 0;
  let setEnded = false;
  const close = (index: number, extentEnd: number): void => {
    if (first !== undefined && last !== undefined) {
      const extent = { start: extentStart, end: extentEnd };
      pieces.push({ extent, tokens: tokens.slice(firstIndex, index), start: first.start, end: last.end });
      extentStart = extentEnd;
    }
    firstIndex = index + 1;
    head = [];
    first = undefined;
    last = undefined;
    inSet = false;
    setEnded = false;
  };
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i];
    assert(token !== undefined, 'the index is in range');
    if (isTrivia(token) || token.kind === 'end') continue;
    if (token.kind === 'symbol' && text[token.start] === ';') {
      caseDepth = 0;
      if (inSet && !setEnded && setGoesOn(text, tokens, i + 1)) {
        last = token;
        continue;
      }
      close(i, token.end);
      continue;
    }
    first ??= token;
    last = token;
    setEnded = false;
    if (inSet && isWord(text, token, 'CASE')) caseDepth += 1;
    else if (inSet && isWord(text, token, 'END')) {
      setEnded = caseDepth === 0;
      caseDepth = Math.max(0, caseDepth - 1);
    }
    if (token.kind === 'word' && head.length < 4) {
      head.push(text.slice(token.start, token.end).toUpperCase());
      if (head.length === 3 || head.length === 4) inSet ||= opensStatementSet(head);
    } else if (head.length < 4) head.push('');
  }
  close(tokens.length, text.length);
  const lastPiece = pieces[pieces.length - 1];
  if (lastPiece !== undefined) lastPiece.extent.end = text.length;
  return pieces;
}

/** `BEGIN STATEMENT SET`, `EXECUTE STATEMENT SET BEGIN`, `EXPLAIN STATEMENT SET BEGIN`. */
function opensStatementSet(head: readonly string[]): boolean {
  const [a, b, set, d] = head;
  if (b !== 'STATEMENT' || set !== 'SET') return false;
  return a === 'BEGIN' || ((a === 'EXECUTE' || a === 'EXPLAIN') && d === 'BEGIN');
}

/**
 * Whether what follows a `;` may belong to the set. Without END a set would swallow the rest of the
 * script, so a statement that no set can hold ends it.
 */
function setGoesOn(text: string, tokens: readonly Token[], from: number): boolean {
  for (let i = from; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token === undefined || isTrivia(token)) continue;
    return ['INSERT', 'UPSERT', 'END', 'EXECUTE'].some((word) => isWord(text, token, word));
  }
  return false;
}

function isWord(text: string, token: Token | undefined, upper: string): boolean {
  return token?.kind === 'word' && text.slice(token.start, token.end).toUpperCase() === upper;
}
