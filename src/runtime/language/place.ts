/** Where a caret stands: the word it is in, the call and the list of options around it. Read from tokens, so that broken text has them too. */
import type { Span } from '../base/span.ts';
import { isTrivia } from '../sql/1-parse/cursor.ts';
import { tokenize } from '../sql/1-parse/lexer.ts';
import type { Token } from '../sql/1-parse/token.ts';

/** The call around a caret. */
export interface CallPlace {
  /** Name as written. */
  readonly name: string;
  /** Offset of the name. */
  readonly start: number;
  /** Arguments before the one with the caret. */
  readonly argument: number;
  /** Name of the argument with the caret (`SIZE => …`), upper case. */
  readonly parameter: string | null;
}

/** A place in `WITH (…)` of a table, in `OPTIONS(…)` or after SET. */
export interface OptionPlace {
  readonly role: 'key' | 'value';
  /** The key whose value is written. */
  readonly key: string;
  /** What is written of the text so far, to be replaced. */
  readonly replace: Span;
  readonly isQuoted: boolean;
  readonly given: ReadonlyMap<string, string>;
}

/** The word that a caret stands in or behind. */
export function wordAt(text: string, offset: number): Span {
  let start = offset;
  while (start > 0 && /[\w$]/.test(text[start - 1] ?? '')) start -= 1;
  let end = offset;
  while (end < text.length && /[\w$]/.test(text[end] ?? '')) end += 1;
  return { start, end };
}

/** Tokens of the statement before a caret, without comments; the last one may be cut by it. */
function tokensBefore(text: string, from: number, offset: number): readonly Token[] {
  return tokenize(text.slice(from, offset))
    .filter((t) => !isTrivia(t) && t.kind !== 'end')
    .map((t) => ({ ...t, start: t.start + from, end: t.end + from }));
}

/** Whether a caret stands in a comment or a text that is no option. */
export function isInComment(text: string, from: number, offset: number): boolean {
  const last = tokenize(text.slice(from, offset))
    .filter((t) => t.kind !== 'end')
    .at(-1);
  if (last === undefined) return false;
  const written = text.slice(last.start + from, offset);
  return last.kind === 'line-comment' || (written.startsWith('/*') && !written.endsWith('*/'));
}

/** The innermost call around a caret. */
export function callAt(text: string, from: number, offset: number): CallPlace | null {
  const tokens = tokensBefore(text, from, offset);
  let depth = 0;
  let argument = 0;
  let parameter: string | null = null;
  for (let i = tokens.length - 1; i >= 0; i -= 1) {
    const token = tokens[i];
    if (token === undefined) continue;
    const written = text.slice(token.start, token.end);
    if (written === ')' || written === ']') depth += 1;
    else if (written === '[') depth -= 1;
    else if (written === '(') {
      if (depth > 0) {
        depth -= 1;
        continue;
      }
      const name = tokens[i - 1];
      if (name === undefined || (name.kind !== 'word' && name.kind !== 'quoted-identifier')) return null;
      return { name: text.slice(name.start, name.end), start: name.start, argument, parameter };
    } else if (depth === 0 && written === ',') argument += 1;
    else if (depth === 0 && written === '=>' && argument === 0 && parameter === null) {
      const name = tokens[i - 1];
      if (name !== undefined) parameter = text.slice(name.start, name.end).toUpperCase();
    }
  }
  return null;
}

const OPTION_OPENERS = new Set(['WITH', 'OPTIONS', 'SET', 'RESET']);

/** The list of options around a caret. */
export function optionAt(text: string, from: number, offset: number): OptionPlace | null {
  const tokens = tokensBefore(text, from, offset);
  const last = tokens.at(-1);
  const lastText = last === undefined ? '' : text.slice(last.start, last.end);
  const isQuoted = last !== undefined && lastText.startsWith("'") && !isClosed(lastText);
  const before = isQuoted ? tokens.slice(0, -1) : tokens;
  let open = before.length - 1;
  while (open >= 0 && text[before[open]?.start ?? 0] !== '(') open -= 1;
  const opener = before[open - 1];
  if (opener === undefined || !OPTION_OPENERS.has(text.slice(opener.start, opener.end).toUpperCase())) return null;
  const inside = before.slice(open + 1);
  if (inside.some((t) => text[t.start] === ')')) return null;
  const wordsOf = (t: Token | undefined): string => (t === undefined ? '' : text.slice(t.start, t.end));
  const given = givenOptions(text, open === -1 ? offset : (before[open]?.start ?? offset));
  const previous = wordsOf(inside.at(-1));
  const role = previous === '=' ? 'value' : previous === '' || previous === ',' ? 'key' : null;
  if (role === null) return null;
  const start = isQuoted && last !== undefined ? last.start + 1 : offset;
  let end = offset;
  if (isQuoted) while (end < text.length && !/['\n]/.test(text[end] ?? '')) end += 1;
  const key = role === 'value' ? wordsOf(inside.at(-2)).slice(1, -1) : '';
  return {
    role,
    key,
    replace: { start, end: text[end] === "'" && isQuoted ? end : isQuoted ? offset : end },
    isQuoted,
    given,
  };
}

function isClosed(text: string): boolean {
  return text.length > 1 && text.endsWith("'");
}

/** Options between a parenthesis and the one that closes it, as far as they can be read. */
function givenOptions(text: string, open: number): ReadonlyMap<string, string> {
  const close = text.indexOf(')', open);
  const inside = text.slice(open, close === -1 ? undefined : close);
  return new Map([...inside.matchAll(/'([^'\n]*)'\s*=\s*'([^'\n]*)'/g)].map((m) => [m[1] ?? '', m[2] ?? '']));
}
