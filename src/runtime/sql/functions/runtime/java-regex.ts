/**
 * Java's regular expressions on JavaScript's engine. The pattern is rewritten where the dialects
 * differ: possessive quantifiers and atomic groups, inline flags at the start, `\h`, `\R`, `\Z`,
 * POSIX classes, `$` before a last line break, quoting by `\Q…\E`. A pattern that could run for ever
 * (a repetition inside a repetition) goes to RE2, which cannot, if RE2 knows its syntax.
 */
import { RE2JS } from 're2js';

/** A compiled pattern: matches from an offset on. */
export interface JavaRegex {
  /** The first match at or after `from`; groups by number, `undefined` where one took no part. */
  find(text: string, from: number): RegexMatch | undefined;
  /** Number of groups in the pattern. */
  readonly groupCount: number;
}

/** One match. */
export interface RegexMatch {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | undefined)[];
}

/** Patterns kept compiled. Bounded: patterns may come from data. */
const CACHE_MAX = 500;
const cache = new Map<string, JavaRegex | null>();

/** The compiled pattern, or `undefined` when it is none. */
export function javaRegex(pattern: string): JavaRegex | undefined {
  let regex = cache.get(pattern);
  if (regex === undefined) {
    if (cache.size >= CACHE_MAX) cache.clear();
    regex = compile(pattern);
    cache.set(pattern, regex);
  }
  return regex ?? undefined;
}

function compile(pattern: string): JavaRegex | null {
  let native: JavaRegex;
  try {
    const { source, flags, groupCount } = translate(pattern);
    native = nativeRegex(new RegExp(source, `gu${flags}`), groupCount);
  } catch {
    return null;
  }
  if (!mayBacktrack(pattern)) return native;
  try {
    return re2Regex(RE2JS.compile(pattern));
  } catch {
    return native;
  }
}

function nativeRegex(regex: RegExp, groupCount: number): JavaRegex {
  return {
    groupCount,
    find(text, from) {
      regex.lastIndex = from;
      const match = regex.exec(text);
      if (match === null) return undefined;
      // Inside a surrogate pair a Unicode pattern starts one unit early; Java looks from where it was told.
      if (match.index < from) {
        if (match[0] !== '') return this.find(text, from + 1);
        return {
          start: from,
          end: from,
          groups: Array.from({ length: groupCount + 1 }, (_, i) => (i === 0 ? '' : undefined)),
        };
      }
      const groups: (string | undefined)[] = [match[0]];
      for (let i = 1; i <= groupCount; i += 1) groups.push(match.groups?.[`g${i}`]);
      return { start: match.index, end: match.index + match[0].length, groups };
    },
  };
}

function re2Regex(regex: RE2JS): JavaRegex {
  return {
    groupCount: regex.groupCount(),
    find(text, from) {
      const matcher = regex.matcher(text);
      if (!matcher.find(from)) return undefined;
      const groups: (string | undefined)[] = [];
      for (let i = 0; i <= matcher.groupCount(); i += 1) groups.push(matcher.group(i) ?? undefined);
      return { start: matcher.start(), end: matcher.end(), groups };
    },
  };
}

/** Whether a repeated group holds a repetition or a choice: the shape of exponential patterns. */
function mayBacktrack(pattern: string): boolean {
  return (
    /\((?:[^()\\]|\\.)*(?:[*+}|])(?:[^()\\]|\\.)*\)(?:[*+]|\{\d+,)/.test(pattern) ||
    /\)[*+?]*\)(?:[*+]|\{\d+,)/.test(pattern)
  );
}

const POSIX: Record<string, string> = {
  Lower: 'a-z',
  Upper: 'A-Z',
  ASCII: '\\x00-\\x7F',
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Punct: '!-\\/:-@\\[-`\\{-~',
  Graph: '!-~',
  Print: ' -~',
  Blank: ' \\t',
  Cntrl: '\\x00-\\x1F\\x7F',
  XDigit: '0-9a-fA-F',
  Space: ' \\t\\n\\x0B\\f\\r',
};

/** Rewrites a Java pattern. Throws for what has no counterpart. */
function translate(pattern: string): { readonly source: string; readonly flags: string; readonly groupCount: number } {
  let flags = '';
  let rest = pattern;
  const inline = /^\(\?([imsux]+)\)/.exec(rest);
  if (inline !== null) {
    rest = rest.slice(inline[0].length);
    for (const flag of inline[1] ?? '') {
      if (flag === 'x') throw new Error('comments mode has no counterpart');
      if (flag !== 'u' && !flags.includes(flag)) flags += flag;
    }
  }
  const translator = new Translator(rest, flags.includes('m'));
  return { source: translator.run(), flags, groupCount: translator.groupCount };
}

/**
 * Reads a pattern piece by piece. Java's groups are all given names (`g1`, `g2`, …), because the
 * rewriting adds groups of its own, which must not change their numbers.
 */
class Translator {
  /** Java's groups so far. */
  groupCount = 0;
  readonly #names = new Map<string, number>();
  readonly #text: string;
  readonly #multiline: boolean;
  #at = 0;

  constructor(text: string, multiline: boolean) {
    this.#text = text;
    this.#multiline = multiline;
  }

  run(): string {
    let out = '';
    while (this.#at < this.#text.length) out += this.#piece();
    return out;
  }

  /** One atom with its quantifier. */
  #piece(): string {
    const atom = this.#atom();
    const quantifier = /^(?:[*+?]|\{\d+(?:,\d*)?\})/.exec(this.#text.slice(this.#at));
    if (quantifier === null) return atom;
    this.#at += quantifier[0].length;
    const mode = this.#text[this.#at];
    if (mode === '+') {
      // Possessive: an atomic group, which JavaScript has by way of a lookahead.
      this.#at += 1;
      return `(?:(?=(?<p${this.#at}>${atom}${quantifier[0]}))\\k<p${this.#at}>)`;
    }
    if (mode === '?') {
      this.#at += 1;
      return `${atom}${quantifier[0]}?`;
    }
    return atom + quantifier[0];
  }

  #atom(): string {
    const c = this.#text[this.#at] ?? '';
    this.#at += 1;
    switch (c) {
      case '\\':
        return this.#escape(false);
      case '[':
        return this.#characterClass();
      case '(':
        return this.#group();
      case ')':
        throw new Error('unmatched parenthesis');
      case '$':
        return this.#multiline ? '$' : '(?=(?:\\r\\n|[\\n\\r\\u0085\\u2028\\u2029])?$)';
      case '{':
        throw new Error('dangling {');
      case '}':
      case ']':
        return `\\${c}`;
      case '*':
      case '+':
      case '?':
        throw new Error('dangling quantifier');
      default:
        return c;
    }
  }

  #group(): string {
    const head = /^\?(?:[:=!]|<[=!]|<([A-Za-z]\w*)>|>|([ims]*)(?:-([ims]*))?:)/.exec(this.#text.slice(this.#at));
    if (this.#text[this.#at] === '?' && head === null) throw new Error('unknown group');
    this.#at += head?.[0].length ?? 0;
    let number: number | undefined;
    if (head === null || head[1] !== undefined) {
      this.groupCount += 1;
      number = this.groupCount;
      if (head?.[1] !== undefined) this.#names.set(head[1], number);
    }
    let body = '';
    while (this.#text[this.#at] !== ')') {
      if (this.#at >= this.#text.length) throw new Error('unclosed group');
      body += this.#text[this.#at] === '|' ? this.#take() : this.#piece();
    }
    this.#at += 1;
    if (number !== undefined) return `(?<g${number}>${body})`;
    if (head === null) throw new Error('unreachable group');
    if (head[0] === '?>') return `(?:(?=(?<a${this.#at}>${body}))\\k<a${this.#at}>)`;
    if (head[2] !== undefined && head[2] !== '') throw new Error('flags within a group have no counterpart');
    return `(${head[0]}${body})`;
  }

  #take(): string {
    const c = this.#text[this.#at] ?? '';
    this.#at += 1;
    return c;
  }

  /** What follows a backslash. Within a class only what a class may hold. */
  #escape(inClass: boolean): string {
    const c = this.#take();
    switch (c) {
      case '':
        throw new Error('dangling backslash');
      case 'Q': {
        const end = this.#text.indexOf('\\E', this.#at);
        const quoted = this.#text.slice(this.#at, end === -1 ? undefined : end);
        this.#at = end === -1 ? this.#text.length : end + 2;
        return Array.from(quoted, literal).join('');
      }
      case 'h':
        return inClass
          ? ' \\t\\u00A0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000'
          : '[ \\t\\u00A0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000]';
      case 'R':
        return '(?:\\r\\n|[\\n\\x0B\\f\\r\\u0085\\u2028\\u2029])';
      case 'A':
        return '(?<![\\s\\S])';
      case 'z':
        return '(?![\\s\\S])';
      case 'Z':
        return '(?=[\\n\\r\\u0085\\u2028\\u2029]?(?![\\s\\S]))';
      case 'e':
        return '\\x1B';
      case 'a':
        return '\\x07';
      case 's':
        return inClass ? ' \\t\\n\\x0B\\f\\r' : '[ \\t\\n\\x0B\\f\\r]';
      case 'S':
        // Within a class its complement has to be spelt out: JavaScript's own \S leaves out more than Java's.
        return inClass ? '\\x00-\\x08\\x0E-\\x1F!-\\u{10FFFF}' : '[^ \\t\\n\\x0B\\f\\r]';
      case 'v':
        return inClass ? '\\n\\x0B\\f\\r\\u0085\\u2028\\u2029' : '[\\n\\x0B\\f\\r\\u0085\\u2028\\u2029]';
      case 'p':
      case 'P':
        return this.#property(c, inClass);
      case 'x':
        return this.#hex();
      case 'k': {
        const name = /^<(\w+)>/.exec(this.#text.slice(this.#at));
        const number = this.#names.get(name?.[1] ?? '');
        if (name === null || number === undefined) throw new Error('unknown group name');
        this.#at += name[0].length;
        return `\\k<g${number}>`;
      }
      case 'u':
        this.#at += 4;
        return `\\u${this.#text.slice(this.#at - 4, this.#at)}`;
      case '0': {
        const octal = /^[0-3]?[0-7]{1,2}/.exec(this.#text.slice(this.#at));
        if (octal === null) throw new Error('bad octal');
        this.#at += octal[0].length;
        return `\\u${Number.parseInt(octal[0], 8).toString(16).padStart(4, '0')}`;
      }
      default:
        if (/[1-9]/.test(c) && !inClass) return `\\k<g${c}>`;
        if (/[dDwWtnrf]/.test(c) || ((c === 'b' || c === 'B') && !inClass)) return `\\${c}`;
        if (/[A-Za-z]/.test(c)) throw new Error(`unknown escape ${c}`);
        return literal(c);
    }
  }

  #hex(): string {
    const hex = /^(?:\{([0-9a-fA-F]+)\}|([0-9a-fA-F]{2}))/.exec(this.#text.slice(this.#at));
    if (hex === null) throw new Error('bad hex escape');
    this.#at += hex[0].length;
    return `\\u{${hex[1] ?? hex[2]}}`;
  }

  #property(letter: string, inClass: boolean): string {
    const name = /^(?:\{(?:Is)?([^}]+)\}|([A-Za-z]))/.exec(this.#text.slice(this.#at));
    if (name === null) throw new Error('bad property');
    this.#at += name[0].length;
    const key = name[1] ?? name[2] ?? '';
    const posix = POSIX[key];
    if (posix !== undefined) {
      if (inClass && letter === 'P') throw new Error('negated property within a class');
      return inClass ? posix : `[${letter === 'P' ? '^' : ''}${posix}]`;
    }
    return `\\${letter}{${JAVA_PROPERTIES[key] ?? key}}`;
  }

  #characterClass(): string {
    let out = '[';
    if (this.#text[this.#at] === '^') out += this.#take();
    if (this.#text[this.#at] === ']') {
      this.#at += 1;
      out += '\\]';
    }
    while (this.#text[this.#at] !== ']') {
      if (this.#at >= this.#text.length) throw new Error('unclosed class');
      const c = this.#take();
      if (c === '\\') out += this.#escape(true);
      else if (c === '[') {
        const inner = this.#characterClass();
        if (inner.startsWith('[^')) throw new Error('negated class within a class');
        out += inner.slice(1, -1);
      } else if (c === '&' && this.#text[this.#at] === '&') throw new Error('intersection has no counterpart');
      else out += c;
    }
    this.#at += 1;
    return `${out}]`;
  }
}

const JAVA_PROPERTIES: Record<string, string> = {
  Alphabetic: 'Alphabetic',
  Letter: 'L',
  Uppercase: 'Uppercase',
  Lowercase: 'Lowercase',
  Latin: 'Script=Latin',
  Greek: 'Script=Greek',
  Cyrillic: 'Script=Cyrillic',
  Han: 'Script=Han',
  Hiragana: 'Script=Hiragana',
  Katakana: 'Script=Katakana',
};

/** A character as itself. */
function literal(c: string): string {
  return /[\^$\\.*+?()[\]{}|/-]/.test(c) ? `\\${c}` : c;
}
