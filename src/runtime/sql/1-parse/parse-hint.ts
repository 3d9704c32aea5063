/**
 * Hints: `/*+ OPTIONS('k' = 'v'), BROADCAST(t1, t2), STATE_TTL('t' = '1d') *\/` after SELECT and after
 * table names. The lexer hands them over as one token; here their inside is read. Calcite: `HintCall`.
 */
import type { Hint } from './ast.ts';
import type { Cursor } from './cursor.ts';
import { tokenizeSlice } from './lexer.ts';
import { atString, expectString } from './parse-string.ts';

/** The hints that stand here, or none. */
export function parseHints(c: Cursor): readonly Hint[] {
  const token = c.token;
  if (token.kind !== 'hint') return [];
  c.advance();
  const end = token.end - 2;
  return c.inside(tokenizeSlice(c.text, token.start + 3, end), end, (inner) => {
    const hints = [parseHint(inner)];
    while (inner.accept(',')) hints.push(parseHint(inner));
    if (!inner.atEnd) inner.fail([',', '*/']);
    return hints;
  });
}

function parseHint(c: Cursor): Hint {
  const { name, span } = c.identifier();
  const args: Hint['args'][number][] = [];
  if (c.accept('(') && !c.accept(')')) {
    do args.push(parseHintArgument(c));
    while (c.accept(','));
    c.expect(')');
  }
  return { span: c.spanFrom(span.start), name, args };
}

/** `'key' = 'value'`, `key = 'value'`, or a lone name, string or number. */
function parseHintArgument(c: Cursor): Hint['args'][number] {
  const first = parseHintValue(c);
  if (!c.accept('=')) return { value: first };
  return { key: first, value: parseHintValue(c) };
}

function parseHintValue(c: Cursor): string {
  if (atString(c)) return expectString(c).value;
  if (c.token.kind !== 'number') return c.identifier().name;
  const { start, end } = c.advance();
  return c.text.slice(start, end);
}
