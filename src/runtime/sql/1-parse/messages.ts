/**
 * What the parser says: one function a diagnostic, so that wording and codes stand in one place.
 * The first sentence is Flink's where Flink has one; hints are ours and try to name the repair.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { isReservedWord } from './keywords.ts';
import {
  CLAUSE_WORDS,
  closest,
  missingPiece,
  missingSemicolon,
  misspelling,
  openParenthesis,
  replaceFix,
  wantsName,
} from './mistake-hints.ts';
import type { SourceText } from './source-text.ts';
import type { Token } from './token.ts';

const PARSE_EXCEPTION = 'org.apache.flink.sql.parser.impl.ParseException';
const CALCITE_EXCEPTION = 'org.apache.calcite.runtime.CalciteException';

interface Mistake {
  readonly code: string;
  readonly message: string;
  readonly span: Span;
  readonly hint?: string;
  readonly flinkClass?: string;
  readonly fixes?: Diagnostic['fixes'];
}

function mistake(m: Mistake): Diagnostic {
  return {
    code: m.code,
    phase: 'parse',
    severity: 'error',
    message: `SQL parse failed. ${m.message}`,
    span: { start: m.span.start, end: m.span.end },
    flinkClass: m.flinkClass ?? PARSE_EXCEPTION,
    ...(m.hint === undefined ? {} : { hint: m.hint }),
    ...(m.fixes === undefined ? {} : { fixes: m.fixes }),
  };
}

/**
 * A token that no rule can take here. `before` are the statement's tokens up to it. `expected` are
 * words, symbols or descriptions in angle brackets (`<IDENTIFIER>`, `an expression`).
 */
export function unexpectedToken(
  source: SourceText,
  token: Token,
  before: readonly Token[],
  expected: readonly string[],
): Diagnostic {
  const { text } = source;
  const broken = brokenToken(source, token);
  if (broken !== undefined) return broken;
  const found = text.slice(token.start, token.end);
  const message = `Encountered "${token.kind === 'end' ? '<EOF>' : found}" at ${source.place(token.start)}.${list(expected)}`;
  const upper = found.toUpperCase();
  if (token.kind === 'word' && isReservedWord(upper) && wantsName(text, token, before, expected)) {
    return mistake({
      code: 'parse/reserved-word',
      message,
      span: token,
      hint: `${upper} is a reserved word of Flink SQL. To use it as a name, write it in back-ticks: \`${found}\`.`,
      fixes: [
        {
          title: `Write \`${found}\``,
          edits: [{ span: { start: token.start, end: token.end }, text: `\`${found}\`` }],
        },
      ],
    });
  }
  const semicolon = missingSemicolon(source, token, before, expected);
  const slip = semicolon === undefined ? misspelling(text, token, before, expected) : undefined;
  const hint =
    semicolon ??
    slip?.hint ??
    openParenthesis(source, token, before, upper) ??
    missingPiece(text, token, before, expected);
  return mistake({
    code: 'parse/unexpected-token',
    message,
    span: token.kind === 'end' && before.length > 0 ? lastSpan(before, token) : token,
    ...(hint === undefined ? {} : { hint }),
    ...(slip === undefined ? {} : { fixes: slip.fixes }),
  });
}

/** Nesting or chaining beyond the parser's bound. */
export function tooDeep(span: Span, max: number): Diagnostic {
  return mistake({
    code: 'parse/too-deep',
    message: `The statement is nested deeper than ${max} levels.`,
    span,
    hint: 'Move inner parts into views, or write long lists of OR as IN (…).',
  });
}

/** A name longer than Flink allows. */
export function identifierTooLong(span: Span, name: string, max: number): Diagnostic {
  return mistake({
    code: 'parse/identifier-too-long',
    message: `Length of identifier '${name}' must be less than or equal to ${max} characters`,
    span,
    flinkClass: CALCITE_EXCEPTION,
  });
}

/** `!=`, which Flink reads and refuses. */
export function bangEqual(span: Span): Diagnostic {
  return mistake({
    code: 'parse/bang-equal',
    message: "Bang equal '!=' is not allowed under the current SQL conformance level",
    span,
    hint: 'Write <> instead.',
    flinkClass: CALCITE_EXCEPTION,
    fixes: [{ title: 'Write <>', edits: [{ span: { start: span.start, end: span.end }, text: '<>' }] }],
  });
}

/** `%`, `MINUS`, `LIMIT a, b` and other forms of dialects that Flink's conformance level excludes. */
export function notConformant(span: Span, what: string, hint?: string): Diagnostic {
  return mistake({
    code: 'parse/not-conformant',
    message: `${what} is not allowed under the current SQL conformance level`,
    span,
    flinkClass: CALCITE_EXCEPTION,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A statement that begins like an expression. */
export function notAStatement(text: string, span: Span): Diagnostic {
  const found = text.slice(span.start, span.end);
  const near = closest(found.toUpperCase(), CLAUSE_WORDS);
  return mistake({
    code: 'parse/not-a-statement',
    message: 'Non-query expression encountered in illegal context',
    span,
    flinkClass: CALCITE_EXCEPTION,
    hint:
      near === undefined
        ? 'A statement begins with SELECT, INSERT INTO, CREATE, SET, …'
        : `Did you mean ${near} instead of ${found}?`,
    ...(near === undefined ? {} : { fixes: [replaceFix(span, near)] }),
  });
}

/** An expression where only a query may stand, or the reverse. */
export function illegalContext(span: Span, what: 'Query' | 'Non-query' | 'Join'): Diagnostic {
  return mistake({
    code: 'parse/illegal-context',
    message: `${what} expression encountered in illegal context`,
    span,
    flinkClass: CALCITE_EXCEPTION,
    ...(what === 'Join'
      ? { hint: 'Parentheses around a join take no alias; alias its tables, or write a sub-query.' }
      : {}),
  });
}

/** Parentheses around a lone table. */
export function expectedQueryOrJoin(span: Span): Diagnostic {
  return mistake({
    code: 'parse/illegal-context',
    message: 'Expected query or join',
    span,
    flinkClass: CALCITE_EXCEPTION,
    hint: 'Leave the parentheses out.',
  });
}

/** `AS 'name'`. */
export function stringAlias(span: Span, name: string): Diagnostic {
  return mistake({
    code: 'parse/string-alias',
    message: 'Expecting alias, found character literal',
    span,
    flinkClass: CALCITE_EXCEPTION,
    hint: `Write names in back-ticks: \`${name}\`.`,
  });
}

/** A malformed literal: the message is Flink's. */
export function badLiteral(span: Span, message: string, hint?: string): Diagnostic {
  return mistake({
    code: 'parse/bad-literal',
    message,
    span,
    flinkClass: CALCITE_EXCEPTION,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** A combination of clauses that Flink's grammar reads and refuses: the message is Flink's. */
export function refused(span: Span, message: string, hint?: string): Diagnostic {
  return mistake({
    code: 'parse/refused',
    message,
    span,
    flinkClass: CALCITE_EXCEPTION,
    ...(hint === undefined ? {} : { hint }),
  });
}

/** The diagnostic of a token that is broken in itself, or undefined. */
function brokenToken(source: SourceText, token: Token): Diagnostic | undefined {
  if (token.kind !== 'error') return undefined;
  const found = source.text.slice(token.start, token.end);
  const where = source.place(token.start);
  if (found.startsWith('/*')) {
    return mistake({
      code: 'parse/unclosed-comment',
      message: `Encountered "/*" at ${where}.`,
      span: { start: token.start, end: token.start + 2 },
      hint: `The comment that opens at ${where} is never closed: */ is missing.`,
    });
  }
  if (found === '``') {
    return mistake({
      code: 'parse/empty-identifier',
      message: `Lexical error at ${where}.  Encountered an empty name.`,
      span: token,
      hint: 'Write a name between the back-ticks.',
    });
  }
  if (found.startsWith('`')) {
    return mistake({
      code: 'parse/unclosed-identifier',
      message: `Encountered "\`" at ${where}.`,
      span: token,
      hint: `The back-ticked name that opens at ${where} is never closed.`,
    });
  }
  if (found.includes("'")) {
    return mistake({
      code: 'parse/unclosed-string',
      message: `Encountered "\\'" at ${where}.`,
      span: token,
      hint: `The string that opens at ${where} is never closed. A quote inside a string is written twice: ''.`,
    });
  }
  if (found === '"') {
    return mistake({
      code: 'parse/double-quote',
      message: `Encountered "\\"" at ${where}.`,
      span: token,
      hint: 'Flink quotes names with back-ticks (`name`) and texts with single quotes.',
    });
  }
  const first = String.fromCodePoint(found.codePointAt(0) ?? 0);
  return mistake({
    code: 'parse/stray-character',
    message: `Lexical error at ${where}.  Encountered: ${JSON.stringify(first)} (${first.codePointAt(0) ?? 0})`,
    span: token,
    flinkClass: 'org.apache.flink.sql.parser.impl.TokenMgrError',
    hint: 'This character has no meaning in SQL outside of strings.',
  });
}

function list(expected: readonly string[]): string {
  if (expected.length === 0) return '';
  const lines = expected.map((e) => `\n    ${e.startsWith('<') || e.includes(' ') ? e : JSON.stringify(e)} ...`);
  return `\nWas expecting${expected.length === 1 ? '' : ' one of'}:${lines.join('')}`;
}

function lastSpan(before: readonly Token[], end: Token): Span {
  const last = before[before.length - 1];
  return last === undefined ? end : { start: last.start, end: last.end };
}
