/**
 * Hints: `/*+ OPTIONS('k' = 'v'), BROADCAST(t1, t2), STATE_TTL('t' = '1d') *\/` after SELECT and after
 * table names. The lexer hands them over as one token; here their inside is read. Calcite: `HintCall`.
 */
import { unreachable } from '../../base/assert.ts';
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

/** The three kinds of arguments; one hint has arguments of one kind. */
type ArgumentKind = 'option' | 'name' | 'literal';

function parseHint(c: Cursor): Hint {
  const { name, span } = c.identifier();
  if (!c.accept('(')) return { span, name, args: [] };
  const args: Hint['args'][number][] = [];
  const kind: ArgumentKind = c.keyAt(1) === '=' ? 'option' : c.atIdentifier ? 'name' : 'literal';
  if (!c.at(')')) {
    do args.push(parseHintArgument(c, kind));
    while (c.accept(','));
  }
  c.expect(')');
  return { span: c.spanFrom(span.start), name, args };
}

/** `'key' = 'value'` or `key = 'value'`; a name; or a string or number. */
function parseHintArgument(c: Cursor, kind: ArgumentKind): Hint['args'][number] {
  switch (kind) {
    case 'option': {
      const key = atString(c) ? expectString(c).value : c.identifier().name;
      c.expect('=');
      return { key, value: expectString(c).value };
    }
    case 'name':
      return { value: c.identifier().name };
    case 'literal': {
      if (c.token.kind !== 'number') return { value: expectString(c).value };
      const { start, end } = c.advance();
      return { value: c.text.slice(start, end) };
    }
    default:
      return unreachable(kind);
  }
}
