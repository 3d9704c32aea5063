/** Tokens of Flink SQL. Every byte of a script belongs to exactly one token (trivia included). */
import type { Span } from '../../base/span.ts';

/** What a token is. `error` is text no rule reads (an unclosed quote, a stray character). */
export type TokenKind =
  | 'whitespace'
  | 'line-comment'
  | 'block-comment'
  /** `/*+ … *\/`: hints; its inside is read by the parser. */
  | 'hint'
  /** Unquoted word: keyword or identifier; the parser decides. */
  | 'word'
  /** Back-ticked identifier. */
  | 'quoted-identifier'
  | 'number'
  | 'string'
  | 'unicode-string'
  | 'binary-string'
  | 'symbol'
  | 'error'
  | 'end';

/** One token. */
export interface Token extends Span {
  readonly kind: TokenKind;
}
