/**
 * The parser's place in one statement: its tokens without comments and white space, an index, and
 * where mistakes go.
 *
 * How mistakes work: `fail` reports one diagnostic and moves the cursor to the end of the statement.
 * Every rule then runs out of tokens by itself, loops end because nothing matches, and what was read
 * so far comes back as a tree that is whole in type and partial in content. Further reports of the
 * same statement are swallowed, as Flink too reports the first mistake only. Nothing is thrown.
 *
 * How depth works: rules that may contain themselves run inside `nested`, which refuses to go deeper
 * than `DEPTH_MAX`. So neither this parser nor a later phase that walks the tree overflows the stack.
 */
import { assert } from '../../base/assert.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import type { Span } from '../../base/span.ts';
import type { Expr, Identifier, Query, QueryBody } from './ast.ts';
import { isReservedWord } from './keywords.ts';
import { identifierTooLong, tooDeep, unexpectedToken } from './messages.ts';
import type { SourceText } from './source-text.ts';
import type { Token } from './token.ts';

/**
 * Deepest nesting of parentheses, sub-queries, CASE, types and patterns in one statement. A level
 * costs about ten frames of this parser and some of each later phase; Node's stack holds about
 * 10,000. Flink's own parser gives up at a few hundred to some thousand levels, by its JVM's stack.
 */
export const DEPTH_MAX = 200;

/**
 * Highest tree. Beside nesting, chains without parentheses (`a OR b OR c …`, joins, set operations)
 * make a tree high: it leans to the left. Later phases walk trees recursively, some frames a level.
 */
export const HEIGHT_MAX = 600;

/** Longest name, as in Flink (`withIdentifierMaxLength`). */
export const IDENTIFIER_LENGTH_MAX = 256;

/** Rules that lower rules call back, so that no two files of this folder import each other. */
export interface Rules {
  readonly expression: (c: Cursor) => Expr;
  /** An expression that ends before IN, which POSITION needs: its operators bind tighter than IN. */
  readonly operandBeforeIn: (c: Cursor) => Expr;
  readonly query: (c: Cursor) => Query;
  /** The rest of a query whose first operand was read already. */
  readonly queryAfter: (c: Cursor, left: QueryBody) => Query;
}

/** A place in one statement. */
export class Cursor {
  readonly text: string;
  private readonly source: SourceText;
  readonly rules: Rules;
  private readonly tokens: readonly Token[];
  private readonly keys: readonly string[];
  private readonly diagnostics: Diagnostic[];
  private index = 0;
  private depth = 0;
  /** Height of the highest tree that the running rule has read. */
  private height = 0;
  private hasFailed = false;
  /**
   * What rules have asked for at the end of the tokens, which is what could be written there next: keys, and
   * the placeholders that `offer` is given. Null unless somebody wants to know (completion).
   */
  private readonly asked: Set<string> | null;

  /** `tokens` may hold trivia and need not end with `end`; `end` is where the statement's text ends. */
  constructor(
    source: SourceText,
    tokens: readonly Token[],
    end: number,
    rules: Rules,
    diagnostics: Diagnostic[],
    asked: Set<string> | null = null,
  ) {
    this.asked = asked;
    this.source = source;
    this.text = source.text;
    this.rules = rules;
    this.diagnostics = diagnostics;
    const kept: Token[] = [];
    const keys: string[] = [];
    for (const token of tokens) {
      if (isTrivia(token) || token.kind === 'end') continue;
      kept.push(token);
      keys.push(keyOf(source.text, token));
    }
    kept.push({ kind: 'end', start: end, end });
    keys.push('');
    this.tokens = kept;
    this.keys = keys;
  }

  /** Whether a mistake was reported. */
  get failed(): boolean {
    return this.hasFailed;
  }

  /** The token here. */
  get token(): Token {
    return this.tokenAt(0);
  }

  /** Start of the token here: where a node begins. */
  get start(): number {
    return this.token.start;
  }

  /** End of the token before: where a node ends. */
  get lastEnd(): number {
    const previous = this.tokens[this.index - 1];
    return previous === undefined ? this.start : previous.end;
  }

  /** The span from `start` to the token before. */
  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.lastEnd) };
  }

  /** The key here: a word in upper case, a symbol as it is, else the token's kind in angle brackets. */
  get key(): string {
    return this.keys[this.index] ?? '';
  }

  /** The key some tokens ahead. */
  keyAt(ahead: number): string {
    return this.keys[this.index + ahead] ?? '';
  }

  /** The token some tokens ahead. */
  tokenAt(ahead: number): Token {
    const token = this.tokens[Math.min(this.index + ahead, this.tokens.length - 1)];
    assert(token !== undefined, 'a cursor has an end token');
    return token;
  }

  /** The tokens of the statement up to here, for hints about the mistake. */
  get before(): readonly Token[] {
    return this.tokens.slice(0, this.index);
  }

  /** Whether these words or symbols stand here, in this order. */
  at(first: string, second?: string, third?: string): boolean {
    const i = this.index;
    if (this.asked !== null) this.note(this.asked, first, second, third);
    return (
      this.keys[i] === first &&
      (second === undefined || this.keys[i + 1] === second) &&
      (third === undefined || this.keys[i + 2] === third)
    );
  }

  /** Whether the statement's text is used up. */
  get atEnd(): boolean {
    return this.token.kind === 'end';
  }

  /** Steps over the token here and returns it. */
  advance(): Token {
    const token = this.token;
    if (token.kind !== 'end') this.index += 1;
    return token;
  }

  /** Steps over these words or symbols when they stand here. */
  accept(first: string, second?: string, third?: string): boolean {
    if (!this.at(first, second, third)) return false;
    this.index += third === undefined ? (second === undefined ? 1 : 2) : 3;
    return true;
  }

  /** Steps over these words or symbols, or reports that they are missing. */
  expect(...keys: readonly string[]): boolean {
    for (const key of keys) {
      if (this.asked !== null) this.note(this.asked, key, undefined, undefined);
      if (this.key !== key) {
        this.fail([key]);
        return false;
      }
      this.index += 1;
    }
    return true;
  }

  /** Steps over the word or symbol that is one of these and returns it, or reports and returns ''. */
  expectOneOf(keys: readonly string[]): string {
    this.offer(keys);
    if (keys.includes(this.key)) {
      const key = this.key;
      this.index += 1;
      return key;
    }
    this.fail(keys);
    return '';
  }

  /**
   * Says what a rule takes here beyond the words that it asks for by `at`, `accept` and `expect`: words that
   * it tells apart by `key`, and placeholders (`<EXPRESSION>`, `<TABLE>`, `<TYPE>`, …).
   */
  offer(keys: readonly string[]): void {
    if (this.asked === null || this.hasFailed || !this.atEnd) return;
    for (const key of keys) this.asked.add(key);
  }

  /** Notes the first of the words that would stand at the end, when those before it stand here. */
  private note(asked: Set<string>, first: string, second: string | undefined, third: string | undefined): void {
    if (this.hasFailed) return;
    const ahead = this.tokens.length - 1 - this.index;
    if (ahead === 0) asked.add(first);
    else if (ahead === 1 && second !== undefined && this.keys[this.index] === first) asked.add(second);
    else if (
      ahead === 2 &&
      third !== undefined &&
      this.keys[this.index] === first &&
      this.keys[this.index + 1] === second
    )
      asked.add(third);
  }

  /** Reports what stands here as unexpected and ends the statement. `expected` are keys or descriptions in angle brackets. */
  fail(expected: readonly string[]): void {
    if (this.hasFailed) return;
    this.offer(expected);
    this.report(unexpectedToken(this.source, this.token, this.before, expected));
  }

  /** Reports a diagnostic and ends the statement. */
  report(diagnostic: Diagnostic): void {
    if (this.hasFailed) return;
    this.diagnostics.push(diagnostic);
    this.giveUp();
  }

  /** Runs a rule over a part of the text with tokens of its own (a hint); a mistake there is one of this statement. */
  inside<T>(tokens: readonly Token[], end: number, rule: (inner: Cursor) => T): T {
    const inner = new Cursor(this.source, tokens, end, this.rules, this.diagnostics, this.asked);
    const result = rule(inner);
    if (inner.failed) this.giveUp();
    return result;
  }

  private giveUp(): void {
    this.hasFailed = true;
    this.index = this.tokens.length - 1;
  }

  /** Runs a rule one level deeper; at the deepest level reports and returns `fallback`. */
  nested<T>(rule: () => T, fallback: () => T): T {
    if (this.depth >= DEPTH_MAX) {
      this.report(tooDeep(this.token, DEPTH_MAX));
      return fallback();
    }
    this.depth += 1;
    const result = this.operand(() => {
      const inner = rule();
      this.link();
      return inner;
    });
    this.depth -= 1;
    return result;
  }

  /** Runs a rule whose tree stands beside what was read so far, so that heights do not add up. */
  operand<T>(rule: () => T): T {
    const beside = this.height;
    this.height = 0;
    const result = rule();
    this.height = Math.max(beside, this.height);
    return result;
  }

  /** Notes that a node was put above everything that the running rule has read; reports when the tree gets too high. */
  link(): void {
    this.height += 1;
    if (this.height > HEIGHT_MAX) this.report(tooDeep(this.token, HEIGHT_MAX));
  }

  /** Whether a name can begin here. */
  get atIdentifier(): boolean {
    return this.identifierAhead(0);
  }

  /** Whether a name can begin some tokens ahead. */
  identifierAhead(ahead: number): boolean {
    const kind = this.tokenAt(ahead).kind;
    // Who asks what may come next gets the places for names that are still empty, too.
    if (kind === 'end') return ahead > 0 && this.asked !== null;
    return kind === 'quoted-identifier' || (kind === 'word' && !isReservedWord(this.keyAt(ahead)));
  }

  /** A name, or a report and an empty name. */
  identifier(): Identifier {
    this.offer(['<IDENTIFIER>']);
    if (!this.atIdentifier) {
      this.fail(['<IDENTIFIER>']);
      return { span: { start: this.start, end: this.start }, name: '', quoted: false };
    }
    return this.anyWord();
  }

  /** The word or back-ticked name here, reserved or not. */
  anyWord(): Identifier {
    const token = this.advance();
    const raw = this.text.slice(token.start, token.end);
    const quoted = token.kind === 'quoted-identifier';
    const name = quoted ? raw.slice(1, -1).replaceAll('``', '`') : raw;
    const span = { start: token.start, end: token.end };
    if (name.length > IDENTIFIER_LENGTH_MAX) this.report(identifierTooLong(span, name, IDENTIFIER_LENGTH_MAX));
    return { span, name, quoted };
  }
}

/** Whether the parser skips the token. */
export function isTrivia(token: Token): boolean {
  return token.kind === 'whitespace' || token.kind === 'line-comment' || token.kind === 'block-comment';
}

function keyOf(text: string, token: Token): string {
  if (token.kind === 'word') return text.slice(token.start, token.end).toUpperCase();
  if (token.kind === 'symbol') return text.slice(token.start, token.end);
  return `<${token.kind}>`;
}
