/**
 * String literals: their content, adjacent pieces (`'a'` newline `'b'`), the prefixes of Calcite's lexer and
 * Unicode escapes. Calcite: `StringLiteral`.
 */
import type { Span } from '../../base/span.ts';
import type { Cursor } from './cursor.ts';
import { badLiteral } from './messages.ts';
import type { Token } from './token.ts';

/** Whether a character string stands here. */
export function atString(c: Cursor): boolean {
  const kind = c.token.kind;
  return kind === 'string' || kind === 'unicode-string';
}

/** The content of the string that must stand here, or a report and ''. */
export function expectStringValue(c: Cursor): string {
  return expectString(c).value;
}

/** The string that must stand here with its span, or a report and ''. */
export function expectString(c: Cursor): { readonly value: string; readonly span: Span } {
  if (atString(c)) return parseString(c);
  c.fail(['<QUOTED_STRING>']);
  return { value: '', span: { start: c.start, end: c.start } };
}

/** The one plain string that must stand here, without continuation, or a report and ''. Calcite: `<QUOTED_STRING>`. */
export function expectQuoted(c: Cursor): { readonly value: string; readonly span: Span } {
  const { kind, start, end } = c.token;
  if (kind !== 'string' || c.text[start] !== "'") {
    c.fail(['<QUOTED_STRING>']);
    return { value: '', span: { start: c.start, end: c.start } };
  }
  return { value: content(c.text, c.advance()), span: { start, end } };
}

/** Reads a string, its continuations and `UESCAPE`. A string must stand here. */
function parseString(c: Cursor): { readonly value: string; readonly span: Span } {
  const start = c.start;
  const first = c.advance();
  const parts = [first];
  while (c.token.kind === 'string' && c.text[c.start] === "'") parts.push(c.advance());
  let value = parts.map((token) => content(c.text, token)).join('');
  if (first.kind === 'unicode-string') {
    const escapeCharacter = parseUescape(c);
    value = decodeUnicode(c, c.spanFrom(start), value, escapeCharacter);
  }
  return { value, span: c.spanFrom(start) };
}

/** The text between the quotes, doubled quotes halved; `E'…'` with its backslash escapes decoded. */
function content(text: string, token: Token): string {
  const raw = text.slice(token.start, token.end);
  const inner = raw.slice(raw.indexOf("'") + 1, -1).replaceAll("''", "'");
  return raw.startsWith('E') || raw.startsWith('e') ? decodeBackslashes(inner) : inner;
}

const BACKSLASH_LETTERS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** `\n`, `\x41`, `\u00e4`, `\101`, and any other character for itself. Calcite: `SqlParserUtil.replaceEscapedChars`. */
function decodeBackslashes(text: string): string {
  return text.replace(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/g,
    (_all, octal?: string, hex?: string, short?: string, long?: string, other?: string) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      const code = hex ?? short ?? long;
      if (code !== undefined) {
        const point = Number.parseInt(code, 16);
        return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
      }
      const letter = other ?? '';
      return Object.hasOwn(BACKSLASH_LETTERS, letter) ? (BACKSLASH_LETTERS[letter] ?? '') : letter;
    },
  );
}

/** `UESCAPE '!'`; the default is a backslash. */
function parseUescape(c: Cursor): string {
  if (!c.accept('UESCAPE')) return '\\';
  const token = c.token;
  const value = token.kind === 'string' ? content(c.text, c.advance()) : undefined;
  if (value === undefined) c.fail(['<QUOTED_STRING>']);
  else if (value.length !== 1 || /[0-9a-fA-F+'"\s]/.test(value)) {
    c.report(
      badLiteral(
        token,
        'UESCAPE must be a single character other than a hexadecimal digit, a plus sign, a quote or a space',
      ),
    );
  } else return value;
  return '\\';
}

/** `\00e4` → ä; the escape character twice is itself. */
function decodeUnicode(c: Cursor, span: Span, text: string, escapeCharacter: string): string {
  let out = '';
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] !== escapeCharacter) {
      out += text[i] ?? '';
    } else if (text[i + 1] === escapeCharacter) {
      out += escapeCharacter;
      i += 1;
    } else {
      const hex = text.slice(i + 1, i + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) {
        c.report(badLiteral(span, `Unicode escape sequence starting at character ${i} is not exactly four hex digits`));
        return out;
      }
      out += String.fromCharCode(Number.parseInt(hex, 16));
      i += 4;
    }
  }
  return out;
}
