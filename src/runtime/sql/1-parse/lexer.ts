/**
 * Text → tokens, without loss: laid end to end the tokens are the script, whatever it holds. What no
 * rule reads (an unclosed quote, a stray character) becomes an `error` token; the parser explains it.
 *
 * The rules are those of Calcite's lexer in Flink's state (`Lex.JAVA`: back-ticks quote names, names
 * keep their case, `"` means nothing). One pass over the UTF-16 code units, no regular expression,
 * so that a script of several megabytes takes a fraction of a second.
 *
 * An unclosed quote would swallow the rest of the script, or, when more strings follow, turn every
 * later string inside out. So when the first pass ends inside a quote, a second one reads a quoted
 * text that runs over the end of a statement (`;` at the end of a line) as unclosed at the end of its
 * line: the mistake then stays inside its own statement.
 */
import type { Token, TokenKind } from './token.ts';

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;
const QUOTE = 39;
const STAR = 42;
const PLUS = 43;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const NINE = 57;
const BACK_TICK = 96;

/** Tokenizes a script. The last token is `end`, empty. Cost: linear, about 20 ns a code unit. */
export function tokenize(text: string): Token[] {
  const strict = scan(text, 0, text.length, false);
  if (!strict.unclosedQuote) return strict.tokens;
  return scan(text, 0, text.length, true).tokens;
}

/** Tokenizes a part of the text, with spans that count from its start; for the inside of a hint. */
export function tokenizeSlice(text: string, start: number, end: number): Token[] {
  return scan(text, start, end, false).tokens;
}

interface ScanResult {
  readonly tokens: Token[];
  readonly unclosedQuote: boolean;
}

function scan(text: string, from: number, to: number, cautious: boolean): ScanResult {
  const tokens: Token[] = [];
  let unclosedQuote = false;
  let at = from;
  while (at < to) {
    const start = at;
    const c = text.charCodeAt(at);
    let kind: TokenKind;
    if (isSpace(c)) {
      at += 1;
      while (at < to && isSpace(text.charCodeAt(at))) at += 1;
      kind = 'whitespace';
    } else if (isNameStart(c)) {
      const quoteAt = prefixedQuote(text, at, to);
      if (quoteAt === -1) {
        at += 1;
        while (at < to && isNamePart(text.charCodeAt(at))) at += 1;
        kind = 'word';
      } else {
        at = quotedEnd(text, quoteAt, to, cautious);
        kind = at === -1 ? 'error' : prefixedKind(c);
      }
    } else if (isDigit(c) || (c === DOT && at + 1 < to && isDigit(text.charCodeAt(at + 1)))) {
      at = numberEnd(text, at, to);
      kind = 'number';
    } else if (c === QUOTE || c === BACK_TICK) {
      at = c === QUOTE ? quotedEnd(text, at, to, cautious) : nameEnd(text, at, to);
      // Two back-ticks hold no name.
      kind =
        at === -1 || (c === BACK_TICK && at === start + 2) ? 'error' : c === QUOTE ? 'string' : 'quoted-identifier';
    } else if (startsLineComment(text, at, to, c)) {
      at = lineEnd(text, at, to);
      kind = 'line-comment';
    } else if (c === SLASH && at + 1 < to && text.charCodeAt(at + 1) === STAR) {
      const close = text.indexOf('*/', at + 2);
      if (close === -1 || close + 2 > to) {
        at = to;
        kind = 'error';
      } else {
        kind = text.charCodeAt(at + 2) === PLUS ? 'hint' : 'block-comment';
        at = close + 2;
      }
    } else {
      const length = symbolLength(text, at, to);
      kind = length === 0 ? 'error' : 'symbol';
      at = length === 0 ? strayEnd(text, at, to) : at + length;
    }
    if (at === -1) {
      unclosedQuote = true;
      at = unclosedEnd(text, start, to);
    }
    tokens.push({ kind, start, end: at });
  }
  tokens.push({ kind: 'end', start: to, end: to });
  return { tokens, unclosedQuote };
}

function isSpace(c: number): boolean {
  return c === SPACE || c === LINE_FEED || c === TAB || c === CARRIAGE_RETURN || c === 12 || c === 0xfeff;
}

function isDigit(c: number): boolean {
  return c >= ZERO && c <= NINE;
}

/** Calcite's LETTER: ASCII letters, `$`, `_` and the letters of most scripts of the basic plane. */
function isNameStart(c: number): boolean {
  if (c < 128) return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c === 36;
  return (
    (c >= 0xc0 && c <= 0x1fff && c !== 0xd7 && c !== 0xf7) ||
    (c >= 0x3040 && c <= 0x318f) ||
    (c >= 0x3300 && c <= 0x337f) ||
    (c >= 0x3400 && c <= 0x3d2d) ||
    (c >= 0x4e00 && c <= 0x9fff) ||
    (c >= 0xf900 && c <= 0xfaff)
  );
}

function isNamePart(c: number): boolean {
  return isNameStart(c) || isDigit(c);
}

/** Where the quote of `x'…'`, `U&'…'`, `N'…'`, `E'…'` or `_charset'…'` stands, or -1. */
function prefixedQuote(text: string, at: number, to: number): number {
  const c = text.charCodeAt(at);
  const next = at + 1 < to ? text.charCodeAt(at + 1) : 0;
  if (next === QUOTE) return isStringPrefix(c) ? at + 1 : -1;
  if ((c === 85 || c === 117) && next === 38 && text.charCodeAt(at + 2) === QUOTE) return at + 2;
  if (c !== 95) return -1;
  let i = at + 1;
  while (i < to && isCharsetPart(text.charCodeAt(i))) i += 1;
  return i > at + 1 && text.charCodeAt(i) === QUOTE ? i : -1;
}

/** X, N and E, in both cases. */
function isStringPrefix(c: number): boolean {
  return c === 88 || c === 120 || c === 78 || c === 110 || c === 69 || c === 101;
}

function isCharsetPart(c: number): boolean {
  return (c < 128 && isNamePart(c) && c !== 36) || c === MINUS || c === DOT || c === 58;
}

function prefixedKind(c: number): TokenKind {
  if (c === 88 || c === 120) return 'binary-string';
  return c === 85 || c === 117 ? 'unicode-string' : 'string';
}

/** The end of the quoted text that opens at `at`; a doubled quote stands for itself; -1 when unclosed. */
function quotedEnd(text: string, at: number, to: number, cautious: boolean): number {
  const quote = text[at] ?? '';
  // E'…' knows \' beside '' (and may only be opened right after the letter).
  const escapes = at > 0 && quote === "'" && isEscapePrefix(text, at);
  let i = at + 1;
  for (;;) {
    const close = text.indexOf(quote, i);
    if (close === -1 || close >= to) return -1;
    if (escapes && isEscaped(text, at, close)) i = close + 1;
    else if (text[close + 1] === quote && close + 1 < to) i = close + 2;
    else return cautious && runsOverStatementEnd(text, at, close) ? -1 : close + 1;
  }
}

/** The end of the back-ticked name that opens at `at`; it stays on its line; -1 when unclosed. */
function nameEnd(text: string, at: number, to: number): number {
  const end = quotedEnd(text, at, to, false);
  return end > lineEnd(text, at, to) ? -1 : end;
}

function isEscapePrefix(text: string, at: number): boolean {
  const c = text.charCodeAt(at - 1);
  return (c === 69 || c === 101) && (at === 1 || !isNamePart(text.charCodeAt(at - 2)));
}

/** Whether an odd number of backslashes stands before `close`. */
function isEscaped(text: string, open: number, close: number): boolean {
  let i = close - 1;
  while (i > open && text[i] === '\\') i -= 1;
  return (close - 1 - i) % 2 === 1;
}

/** Whether a line that ends in `;` lies between. */
function runsOverStatementEnd(text: string, open: number, close: number): boolean {
  for (let i = text.indexOf('\n', open); i !== -1 && i < close; i = text.indexOf('\n', i + 1)) {
    let last = i - 1;
    while (last > open && isSpace(text.charCodeAt(last))) last -= 1;
    if (text[last] === ';') return true;
  }
  return false;
}

/** Where an unclosed quote is taken to end: at the end of its line, before a `;` that ends the line. */
function unclosedEnd(text: string, start: number, to: number): number {
  let end = lineEnd(text, start, to);
  while (end > start + 1 && isSpace(text.charCodeAt(end - 1))) end -= 1;
  if (end > start + 1 && text[end - 1] === ';') end -= 1;
  return end;
}

/** `--` and, as in Calcite, `//`. */
function startsLineComment(text: string, at: number, to: number, c: number): boolean {
  return (c === MINUS || c === SLASH) && at + 1 < to && text.charCodeAt(at + 1) === c;
}

/** The offset of the line break, or the end of the text. */
function lineEnd(text: string, at: number, to: number): number {
  const feed = text.indexOf('\n', at);
  const end = feed === -1 || feed > to ? to : feed;
  return end > at && text.charCodeAt(end - 1) === CARRIAGE_RETURN ? end - 1 : end;
}

/** `1`, `1.`, `1.5`, `.5`, `1e3`, `1.5E-3`. */
function numberEnd(text: string, start: number, to: number): number {
  let at = start;
  while (at < to && isDigit(text.charCodeAt(at))) at += 1;
  if (text.charCodeAt(at) === DOT && at < to) {
    at += 1;
    while (at < to && isDigit(text.charCodeAt(at))) at += 1;
  }
  const e = text.charCodeAt(at);
  if (at < to && (e === 69 || e === 101)) {
    const sign = text.charCodeAt(at + 1);
    const digits = sign === PLUS || sign === MINUS ? at + 2 : at + 1;
    if (digits < to && isDigit(text.charCodeAt(digits))) {
      at = digits;
      while (at < to && isDigit(text.charCodeAt(at))) at += 1;
    }
  }
  return at;
}

const SINGLE_SYMBOLS = '()[]{},;.*+-/%=<>?:|!^&~@#';
const DOUBLE_SYMBOLS: ReadonlySet<string> = new Set(['<=', '>=', '<>', '!=', '||', '=>']);

/** Length of the operator or punctuation at `at`; 0 when there is none. */
function symbolLength(text: string, at: number, to: number): number {
  if (at + 1 < to && DOUBLE_SYMBOLS.has(text.slice(at, at + 2))) return 2;
  return SINGLE_SYMBOLS.includes(text[at] ?? '\0') ? 1 : 0;
}

/** The end of a run of characters that begin nothing; so no pair of surrogates is torn. */
function strayEnd(text: string, start: number, to: number): number {
  let at = start + 1;
  while (at < to && isStray(text.charCodeAt(at))) at += 1;
  return at;
}

function isStray(c: number): boolean {
  if (isSpace(c) || isNamePart(c) || c === QUOTE || c === BACK_TICK) return false;
  return !SINGLE_SYMBOLS.includes(String.fromCharCode(c));
}
