/**
 * LIKE and SIMILAR TO. A LIKE pattern is taken apart once: most are a fixed text, a start, an end or a
 * part, which need no regular expression. Flink: `LikeCallGen`, `SqlLikeUtils`.
 */
import { RunError } from '../../../base/diagnostic.ts';
import { type JavaRegex, javaRegex } from './java-regex.ts';

type Matcher = (text: string) => boolean;

/** Patterns kept. Bounded: patterns may come from data. */
const CACHE_MAX = 500;
const likes = new Map<string, Matcher>();

/** `text LIKE pattern [ESCAPE escape]`. */
export function like(text: string, pattern: string, escapeChar?: string): boolean {
  const key = escapeChar === undefined ? pattern : `${escapeChar}\u0000${pattern}`;
  let matcher = likes.get(key);
  if (matcher === undefined) {
    if (likes.size >= CACHE_MAX) likes.clear();
    matcher = likeMatcher(pattern, escapeChar);
    likes.set(key, matcher);
  }
  return matcher(text);
}

/** One piece of a pattern: a text, any characters, or one character. */
type Piece = string | { readonly any: boolean };

function pieces(pattern: string, escapeChar: string | undefined): readonly Piece[] {
  if (escapeChar !== undefined && escapeChar.length !== 1)
    throw new RunError('run/bad-escape', `Invalid escape character '${escapeChar}'`, 'java.lang.RuntimeException');
  const out: Piece[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') out.push(text);
    text = '';
  };
  for (let i = 0; i < pattern.length; i += 1) {
    const c = pattern[i] ?? '';
    if (escapeChar !== undefined && c === escapeChar) {
      i += 1;
      const next = pattern[i];
      if (next !== '%' && next !== '_' && next !== escapeChar) {
        throw new RunError(
          'run/bad-escape',
          `Invalid escape sequence '${pattern}', ${i - 1}`,
          'java.lang.RuntimeException',
        );
      }
      text += next;
    } else if (c === '%' || c === '_') {
      flush();
      out.push({ any: c === '%' });
    } else {
      text += c;
    }
  }
  flush();
  return out;
}

function likeMatcher(pattern: string, escapeChar: string | undefined): Matcher {
  const parts = pieces(pattern, escapeChar);
  const [a, b, c] = parts;
  const isAny = (p: Piece | undefined): boolean => typeof p === 'object' && p.any;
  if (parts.length === 0) return (text) => text === '';
  if (parts.length === 1 && typeof a === 'string') return (text) => text === a;
  if (parts.length === 1 && isAny(a)) return () => true;
  if (parts.length === 2 && typeof a === 'string' && isAny(b)) return (text) => text.startsWith(a);
  if (parts.length === 2 && isAny(a) && typeof b === 'string') return (text) => text.endsWith(b);
  if (parts.length === 3 && isAny(a) && typeof b === 'string' && isAny(c)) return (text) => text.includes(b);
  return chainMatcher(parts);
}

/** What stands between two `%`: a text, or a pattern that always matches the same number of characters. */
type Segment = string | RegExp;

/**
 * Any other pattern: the first segment at the start, the last at the end, and those between each at the
 * first place behind the one before. Taking the first place is never wrong, so nothing is tried twice: one
 * regular expression for the whole pattern would try n^k places. Flink: `SqlLikeChainChecker`.
 */
function chainMatcher(parts: readonly Piece[]): Matcher {
  const groups: (string | undefined)[][] = [[]];
  for (const part of parts) {
    if (typeof part === 'object' && part.any) groups.push([]);
    else groups[groups.length - 1]?.push(typeof part === 'string' ? part : undefined);
  }
  const head = segmentOf(groups[0] ?? [], '^', groups.length === 1 ? '$' : '');
  const tail = groups.length > 1 ? segmentOf(groups[groups.length - 1] ?? [], '', '$') : '';
  const middle = groups.slice(1, -1).map((group) => segmentOf(group, '', ''));
  return (text) => {
    let at = typeof head === 'string' ? (text.startsWith(head) ? head.length : -1) : endOf(head, text, 0);
    for (const segment of middle) {
      if (at < 0) return false;
      if (typeof segment !== 'string') at = endOf(segment, text, at);
      else {
        const found = text.indexOf(segment, at);
        at = found < 0 ? -1 : found + segment.length;
      }
    }
    if (at < 0) return false;
    if (typeof tail !== 'string') return endOf(tail, text, at) >= 0;
    return text.length - tail.length >= at && text.endsWith(tail);
  };
}

/** `group`: texts, and `undefined` for any one character. */
function segmentOf(group: readonly (string | undefined)[], before: '' | '^', after: '' | '$'): Segment {
  if (group.every((piece) => piece !== undefined) && !(before === '^' && after === '$')) return group.join('');
  const source = group.map((piece) => (piece === undefined ? '[\\s\\S]' : quoteRegex(piece))).join('');
  return new RegExp(before + source + after, 'gu');
}

/** Where the first match from `from` on ends; -1 without one. */
function endOf(segment: RegExp, text: string, from: number): number {
  segment.lastIndex = from;
  return segment.test(text) ? segment.lastIndex : -1;
}

function quoteRegex(text: string): string {
  return text.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&');
}

/** `text SIMILAR TO pattern`: SQL's regular expressions, over the whole text. */
export function similarTo(text: string, pattern: string, escapeChar?: string): boolean {
  const regex = similarRegex(pattern, escapeChar);
  const match = regex.find(text, 0);
  return match !== undefined && match.start === 0 && match.end === text.length;
}

function similarRegex(pattern: string, escapeChar: string | undefined): JavaRegex {
  let source = '';
  let inClass = false;
  for (let i = 0; i < pattern.length; i += 1) {
    const c = pattern[i] ?? '';
    if (escapeChar !== undefined && c === escapeChar) {
      i += 1;
      source += quoteRegex(pattern[i] ?? '');
    } else if (inClass) {
      const posix = /^\[:(\w+):\]/.exec(pattern.slice(i));
      if (posix !== null) {
        i += posix[0].length - 1;
        source += POSIX[(posix[1] ?? '').toUpperCase()] ?? '';
      } else {
        source += c;
        if (c === ']') inClass = false;
      }
    } else if (c === '[') {
      inClass = true;
      source += c;
    } else {
      source += c === '%' ? '(?:[\\s\\S]*)' : c === '_' ? '[\\s\\S]' : /[.^$\\]/.test(c) ? `\\${c}` : c;
    }
  }
  const regex = javaRegex(`(?:${source})\\z`);
  if (regex === undefined)
    throw new RunError('run/bad-pattern', `Invalid regular expression: ${pattern}`, 'java.lang.RuntimeException');
  return regex;
}

const POSIX: Record<string, string> = {
  ALPHA: '\\p{Alpha}',
  UPPER: '\\p{Upper}',
  LOWER: '\\p{Lower}',
  DIGIT: '\\d',
  SPACE: ' ',
  WHITESPACE: '\\s',
  ALNUM: '\\p{Alnum}',
};
