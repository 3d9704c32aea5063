/**
 * What a syntax mistake most likely was: a slip in a word, a reserved word meant as a name, a missing
 * semicolon, comma or parenthesis. Guesses for hints; the diagnostics themselves are in `messages.ts`.
 */
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import { isReservedWord } from './keywords.ts';
import type { SourceText } from './source-text.ts';
import type { Token } from './token.ts';

/** Words that begin a clause: a slip in one of them is the most frequent mistake. */
export const CLAUSE_WORDS = [
  'SELECT', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'INTERSECT', 'EXCEPT', 'JOIN', 'INSERT',
  'INTO', 'VALUES', 'CREATE', 'TABLE', 'VIEW', 'WITH', 'WATERMARK', 'PRIMARY', 'DISTINCT', 'BETWEEN', 'EXPLAIN',
  'DESCRIBE', 'DROP', 'ALTER', 'TEMPORARY', 'PARTITIONED', 'COMMENT', 'INTERVAL', 'PARTITION', 'EXECUTE', 'FUNCTION',
]; // biome-ignore format: a table of words

/** Words that can follow a closed expression: when one comes too early, a parenthesis is open. */
const CLAUSE_ENDS: ReadonlySet<string> = new Set([
  'FROM', 'WHERE', 'GROUP', 'HAVING', 'ORDER', 'LIMIT', 'UNION', 'WITH', 'JOIN', 'ON', '',
]); // biome-ignore format: a table of words

/** Words behind which a name must come. */
const BEFORE_NAMES: ReadonlySet<string> = new Set(['FROM', 'JOIN', 'INTO', 'OVERWRITE', 'TABLE', 'VIEW', 'EXISTS']);

/**
 * Whether a reserved word was most likely meant as a name. A word that begins a clause needs a sign: AS
 * or a dot before it, or a place for a name without the rest of that clause behind it.
 */
export function wantsName(text: string, token: Token, before: readonly Token[], expected: readonly string[]): boolean {
  if (!expected.includes('<IDENTIFIER>')) return false;
  const upper = text.slice(token.start, token.end).toUpperCase();
  const previous = before[before.length - 1];
  const previousText = previous === undefined ? '' : text.slice(previous.start, previous.end).toUpperCase();
  if (!CLAUSE_WORDS.includes(upper) || previousText === 'AS' || previousText === '.') return true;
  const next = /^\s*(\w+|\S)?/.exec(text.slice(token.end))?.[1]?.toUpperCase() ?? '';
  // A column in a list of declarations: only a name may stand there, and a type follows it.
  if (previousText === '(' || previousText === ',') return expected.length === 1 && /^[A-Z]/.test(next);
  return BEFORE_NAMES.has(previousText) && !goesOn(upper, next);
}

/** Whether `next` continues the clause that `upper` begins. */
function goesOn(upper: string, next: string): boolean {
  if (upper === 'ORDER' || upper === 'GROUP' || upper === 'PARTITION') return next === 'BY';
  if (next === 'AS' || next === 'ON' || CLAUSE_WORDS.includes(next)) return false;
  return /^[\w(*'`]/.test(next);
}

/** Words that begin a statement and nothing that may stand at the end of one. */
const STATEMENT_WORDS: ReadonlySet<string> = new Set([
  'SELECT', 'INSERT', 'CREATE', 'DROP', 'ALTER', 'SET', 'RESET', 'EXPLAIN', 'EXECUTE', 'DESCRIBE', 'DESC', 'SHOW', 'USE',
  'BEGIN', 'END', 'WITH',
]); // biome-ignore format: a table of words

/** A statement that begins on a new line where the one before could have ended. */
export function missingSemicolon(
  source: SourceText,
  token: Token,
  before: readonly Token[],
  expected: readonly string[],
): string | undefined {
  const { text } = source;
  const previous = before[before.length - 1];
  if (previous === undefined || !expected.includes(';')) return undefined;
  if (!STATEMENT_WORDS.has(text.slice(token.start, token.end).toUpperCase())) return undefined;
  if (!/\n[^\S\n]*$/.test(text.slice(previous.end, token.start))) return undefined;
  return `Is a ; missing before ${/line \d+/.exec(source.place(token.start))?.[0] ?? 'it'}?`;
}

/** A slip in a keyword: in the token itself or in the word before, which was read as an alias. */
export function misspelling(
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

/** The repair that puts `text` in the place of `span`. */
export function replaceFix(span: Span, text: string): NonNullable<Diagnostic['fixes']>[number] {
  return { title: `Write ${text}`, edits: [{ span: { start: span.start, end: span.end }, text }] };
}

/** Says which parenthesis is still open when a clause or the end comes inside it. */
export function openParenthesis(
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
export function missingPiece(
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
export function closest(word: string, candidates: readonly string[]): string | undefined {
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
