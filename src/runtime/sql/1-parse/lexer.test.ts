/** Tokens cover the text, and every kind is told from its neighbours. */
import { describe, expect, test } from 'vitest';
import { tokenize } from './lexer.ts';

/** `kind:text` of all tokens but white space and the end. */
function tokens(text: string): readonly string[] {
  return tokenize(text)
    .filter((t) => t.kind !== 'whitespace' && t.kind !== 'end')
    .map((t) => `${t.kind}:${text.slice(t.start, t.end)}`);
}

describe('tokenize', () => {
  test('every byte belongs to one token, comments and broken pieces included', () => {
    const text = "\ufeffSELECT\t`a``b`, 'it''s' -- c\r\n/* d */ /*+ e */ // f\n\ud83d\ude00 \0 \"x\" 'open";
    const all = tokenize(text);
    expect(all.map((t) => text.slice(t.start, t.end)).join('')).toBe(text);
    expect(all.every((t, i) => t.start === (all[i - 1]?.end ?? 0))).toBe(true);
    expect(all[all.length - 1]).toEqual({ kind: 'end', start: text.length, end: text.length });
  });

  test.each([
    [
      "x'4142' X'' U&'\\00e4' N'a' E'a\\'b' _utf8'c'",
      [
        "binary-string:x'4142'",
        "binary-string:X''",
        "unicode-string:U&'\\00e4'",
        "string:N'a'",
        "string:E'a\\'b'",
        "string:_utf8'c'",
      ],
    ],
    [
      '1 1.5 1. .5 1e3 1.5E-3 1e 1a',
      [
        'number:1',
        'number:1.5',
        'number:1.',
        'number:.5',
        'number:1e3',
        'number:1.5E-3',
        'number:1',
        'word:e',
        'number:1',
        'word:a',
      ],
    ],
    [
      'a<=b<>c!=d||e=>f>=g::h',
      [
        'word:a',
        'symbol:<=',
        'word:b',
        'symbol:<>',
        'word:c',
        'symbol:!=',
        'word:d',
        'symbol:||',
        'word:e',
        'symbol:=>',
        'word:f',
        'symbol:>=',
        'word:g',
        'symbol::',
        'symbol::',
        'word:h',
      ],
    ],
    ['$a _b été 日本 a1', ['word:$a', 'word:_b', 'word:été', 'word:日本', 'word:a1']],
    [
      '/**/ /*+ x */ /** y */ -- z',
      ['block-comment:/**/', 'hint:/*+ x */', 'block-comment:/** y */', 'line-comment:-- z'],
    ],
    ["'a;\nb'", ["string:'a;\nb'"]],
  ])('%j', (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });

  test.each([
    ["SELECT 'a;", ['word:SELECT', "error:'a", 'symbol:;']],
    ["SELECT 'a;\nSELECT 'b';", ['word:SELECT', "error:'a", 'symbol:;', 'word:SELECT', "string:'b'", 'symbol:;']],
    ['SELECT `a\n`b`', ['word:SELECT', 'error:`a', 'quoted-identifier:`b`']],
    ['``', ['error:``']],
    ['a /* b', ['word:a', 'error:/* b']],
    ['a \u{1f600} b', ['word:a', 'error:\u{1f600}', 'word:b']],
  ])('broken text becomes an error token that ends early: %j', (text, expected) => {
    expect(tokens(text)).toEqual(expected);
  });
});
