/**
 * What the parser says: one function a diagnostic, so that wording and codes stand in one place.
 * The first sentence is Flink's where Flink has one; hints are ours and try to name the repair.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { isReservedWord } from './keywords.ts';
import type { SourceText } from './source-text.ts';
import type { Token } from './token.ts';

const PARSE_EXCEPTION = 'org.apache.flink.sql.parser.impl.ParseException';
const CALCITE_EXCEPTION = 'org.apache.calcite.runtime.CalciteException';

/** Words that begin a clause: a slip in one of them is the most frequent mistake. */
const CLAUSE_WORDS = [
  'SELECT', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'INTERSECT', 'EXCEPT', 'JOIN', 'INSERT',
  'INTO', 'VALUES', 'CREATE', 'TABLE', 'VIEW', 'WITH', 'WATERMARK', 'PRIMARY', 'DISTINCT', 'BETWEEN', 'EXPLAIN',
  'DESCRIBE', 'DROP', 'ALTER', 'TEMPORARY', 'PARTITIONED', 'COMMENT', 'INTERVAL', 'PARTITION', 'EXECUTE', 'FUNCTION',
]; // biome-ignore format: a table of words

/** Words that can follow a closed expression: when one comes too early, a parenthesis is open. */
const CLAUSE_ENDS: ReadonlySet<string> = new Set([
  'FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'WITH', 'JOIN', 'ON', '',
]); // biome-ignore format: a table of words

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
  if (token.kind === 'word' && isReservedWord(upper) && wantsName(text, upper, before, expected)) {
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
  const slip = misspelling(text, token, before, expected);
  const hint =
    slip?.hint ?? openParenthesis(source, token, before, upper) ?? missingPiece(text, token, before, expected);
  return mistake({
    code: 'parse/unexpected-token',
    message,
    span: token.kind === 'end' && before.length > 0 ? lastSpan(before, token) : token,
    ...(hint === undefined ? {} : { hint }),
    ...(slip === undefined ? {} : { fixes: slip.fixes }),
  });
}

/** Whether a reserved word was most likely meant as a name: not when it begins a clause, unless AS or a dot stands before it. */
function wantsName(text: string, upper: string, before: readonly Token[], expected: readonly string[]): boolean {
  if (!expected.includes('<IDENTIFIER>')) return false;
  const previous = before[before.length - 1];
  const previousText = previous === undefined ? '' : text.slice(previous.start, previous.end).toUpperCase();
  return !CLAUSE_WORDS.includes(upper) || previousText === 'AS' || previousText === '.';
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

/** A slip in a keyword: in the token itself or in the word before, which was read as an alias. */
function misspelling(
  text: string,
  token: Token,
  before: readonly Token[],
  expected: readonly string[],
): { hint: string; fixes: NonNullable<Diagnostic['fixes']> } | undefined {
  const candidates = [token, before[before.length - 1]];
  for (const candidate of candidates) {
    if (candidate?.kind !== 'word') continue;
    const word = text.slice(candidate.start, candidate.end);
    const upper = word.toUpperCase();
    if (isReservedWord(upper)) continue;
    const near = closest(upper, [...expected.filter((e) => /^[A-Z]{3,}$/.test(e)), ...CLAUSE_WORDS]);
    if (near !== undefined && near !== upper) {
      return { hint: `Did you mean ${near} instead of ${word}?`, fixes: [replaceFix(candidate, near)] };
    }
  }
  return undefined;
}

function replaceFix(span: Span, text: string): NonNullable<Diagnostic['fixes']>[number] {
  return { title: `Write ${text}`, edits: [{ span: { start: span.start, end: span.end }, text }] };
}

/** Says which parenthesis is still open when a clause or the end comes inside it. */
function openParenthesis(
  source: SourceText,
  token: Token,
  before: readonly Token[],
  upper: string,
): string | undefined {
  if (!CLAUSE_ENDS.has(upper) && token.kind !== 'end') return undefined;
  const open: Token[] = [];
  for (const t of before) {
    if (t.kind !== 'symbol') continue;
    const c = source.text[t.start];
    if (c === '(' || c === '[') open.push(t);
    else if (c === ')' || c === ']') open.pop();
  }
  const last = open[open.length - 1];
  if (last === undefined) return undefined;
  return `The ${source.text[last.start] === '(' ? 'parenthesis' : 'bracket'} opened at ${source.place(last.start)} is not closed.`;
}

/** A missing comma or a missing word. */
function missingPiece(
  text: string,
  token: Token,
  before: readonly Token[],
  expected: readonly string[],
): string | undefined {
  const found = text.slice(token.start, token.end);
  const previous = before[before.length - 1];
  const previousText = previous === undefined ? '' : text.slice(previous.start, previous.end);
  if (token.kind === 'end') return `The statement ends too early; ${nameSome(expected)} is missing.`;
  if (previousText === ',') return 'The comma before it may be one too many.';
  if (previousText.toUpperCase() === 'TOP') return 'Flink has no TOP; write LIMIT at the end of the query.';
  if (found === ':') return 'Flink has no :: operator; write CAST(x AS type).';
  if (found === ')' && expected.includes(';')) return 'There is no open parenthesis for it.';
  if (startsItem(token) && expected.includes(',')) return 'A comma may be missing before it.';
  if (expected.includes(';') || expected.length > 4) return undefined;
  return `${upperFirst(nameSome(expected))} is expected here.`;
}

function startsItem(token: Token): boolean {
  return (
    token.kind === 'word' || token.kind === 'number' || token.kind === 'string' || token.kind === 'quoted-identifier'
  );
}

/** Descriptions of the tokens that have no text of their own. */
const NAMED: Readonly<Record<string, string>> = {
  '<IDENTIFIER>': 'a name',
  '<QUOTED_STRING>': 'a text in single quotes',
  '<UNSIGNED_INTEGER_LITERAL>': 'a whole number',
  '<EOF>': 'the end',
};

/** `BY`, `a name`, `INTO or OVERWRITE`: the first few that could stand here. */
function nameSome(expected: readonly string[]): string {
  const named = expected.slice(0, 4).map((e) => NAMED[e] ?? e);
  const [first = '', ...others] = named;
  const last = others.pop();
  return last === undefined ? first : `${[first, ...others].join(', ')} or ${last}`;
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The word at most two edits away (one for short words), or undefined. */
function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 3 || word.length > 14) return undefined;
  let best: string | undefined;
  let bestDistance = word.length <= 4 ? 2 : 3;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > 2) continue;
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Edits between two words; exchanging two neighbours counts as one. */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const cost = new Array<number>((a.length + 1) * width).fill(0);
  const get = (i: number, j: number): number => cost[i * width + j] ?? 0;
  for (let i = 0; i <= a.length; i += 1) {
    for (let j = 0; j <= b.length; j += 1) {
      if (i === 0 || j === 0) {
        cost[i * width + j] = i + j;
        continue;
      }
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(get(i - 1, j) + 1, get(i, j - 1) + 1, get(i - 1, j - 1) + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, get(i - 2, j - 2) + 1);
      cost[i * width + j] = least;
    }
  }
  return get(a.length, b.length);
}
