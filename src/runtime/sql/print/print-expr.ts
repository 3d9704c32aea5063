/**
 * Expressions as one line of normalised SQL: keywords in upper case, one blank between words, comments
 * gone, names and literals as they were written. For labels, column names and hints; scripts are
 * never re-printed. Works on the text of the tree's span, so that whatever parses can be printed.
 */
import type { Span } from '../../base/span.ts';
import { isTrivia } from '../1-parse/cursor.ts';
import { isReservedWord } from '../1-parse/keywords.ts';
import { tokenize } from '../1-parse/lexer.ts';

/** Prints the expression (or any other node) that stands in `text` at `node.span`. */
export function printExpr(text: string, node: { readonly span: Span }): string {
  return printSql(text.slice(node.span.start, node.span.end));
}

/** Prints any piece of SQL on one line. */
export function printSql(sql: string): string {
  let out = '';
  let before: string | undefined;
  let beforeThat: string | undefined;
  for (const token of tokenize(sql)) {
    if (isTrivia(token) || token.kind === 'end') continue;
    const raw = sql.slice(token.start, token.end);
    const upper = raw.toUpperCase();
    const word = token.kind === 'word' && isReservedWord(upper) && before !== '.' ? upper : raw;
    if (before !== undefined && needsBlank(beforeThat, before, word)) out += ' ';
    out += word;
    beforeThat = before;
    before = word;
  }
  return out;
}

/** Symbols that hug the word behind them. */
const OPENING: ReadonlySet<string> = new Set(['(', '[', '.']);
/** Symbols that hug the word before them. */
const CLOSING: ReadonlySet<string> = new Set([')', ']', '.', ',', ';']);

function needsBlank(beforeThat: string | undefined, before: string, word: string): boolean {
  if (OPENING.has(before) || CLOSING.has(word)) return false;
  if (word === '[') return false;
  if (word === '(') return !isCallee(before);
  return !((before === '-' || before === '+') && (beforeThat === undefined || isOperator(beforeThat)));
}

/** Whether a parenthesis behind it is an argument list: a name, or a reserved word that is a function or type. */
function isCallee(word: string): boolean {
  return /^[\w$`]/.test(word) && !SPACED.has(word);
}

/** Words with a blank before their parenthesis. */
const SPACED: ReadonlySet<string> = new Set(
  'IN AND OR NOT WHEN THEN ELSE CASE SELECT FROM WHERE BY ON AS IS LIKE BETWEEN OVER FILTER GROUP EXISTS ALL ANY VALUES UNION'.split(
    ' ',
  ),
);

function isOperator(word: string): boolean {
  return /^[-+*/%=<>|(,[]/.test(word) || SPACED.has(word);
}
