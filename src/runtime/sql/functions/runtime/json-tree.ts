/**
 * JSON as a tree that keeps what Jackson keeps: whole numbers apart from others and of any size,
 * object keys in order. `JSON.parse` would lose both. Also the text of such a tree as Flink writes it.
 */
/** A number, as written: Flink reads numbers as exact decimals and prints their digits unchanged. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value. */
export type JsonNode = null | boolean | string | JsonNumber | readonly JsonNode[] | JsonObject;

/** An object, keys in order of appearance. */
export type JsonObject = ReadonlyMap<string, JsonNode>;

/** Depth beyond which a text is refused, so that a hostile one cannot overflow the stack. */
const DEPTH_MAX = 1000;

/** The tree of a JSON text; `undefined` when it is none. */
export function parseJson(text: string): JsonNode | undefined {
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

class JsonSyntaxError extends Error {}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    const node = this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) throw new JsonSyntaxError();
    return node;
  }

  #space(): void {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '?')) this.#at += 1;
  }

  #value(depth: number): JsonNode {
    if (depth > DEPTH_MAX) throw new JsonSyntaxError();
    this.#space();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default: {
        const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
        number.lastIndex = this.#at;
        const match = number.exec(this.#text);
        if (match === null) throw new JsonSyntaxError();
        this.#at += match[0].length;
        return new JsonNumber(match[0]);
      }
    }
  }

  #word<T extends JsonNode>(word: string, node: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw new JsonSyntaxError();
    this.#at += word.length;
    return node;
  }

  #object(depth: number): JsonObject {
    const object = new Map<string, JsonNode>();
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return object;
    do {
      this.#space();
      if (this.#text[this.#at] !== '"') throw new JsonSyntaxError();
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw new JsonSyntaxError();
      object.set(key, this.#value(depth + 1));
      this.#space();
    } while (this.#take(','));
    if (!this.#take('}')) throw new JsonSyntaxError();
    return object;
  }

  #array(depth: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return items;
    do {
      items.push(this.#value(depth + 1));
      this.#space();
    } while (this.#take(','));
    if (!this.#take(']')) throw new JsonSyntaxError();
    return items;
  }

  #take(c: string): boolean {
    if (this.#text[this.#at] !== c) return false;
    this.#at += 1;
    return true;
  }

  #string(): string {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids control characters in strings
    const token = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
    token.lastIndex = this.#at;
    const match = token.exec(this.#text);
    if (match === null) throw new JsonSyntaxError();
    this.#at += match[0].length;
    return JSON.parse(match[0]) as string;
  }
}

/** Compact text, keys sorted: Flink sorts them so that results do not depend on chance. */
export function jsonText(node: JsonNode, sorted = true): string {
  if (node === null || typeof node === 'boolean') return String(node);
  if (typeof node === 'string') return quoteJson(node);
  if (node instanceof JsonNumber) return node.text;
  if (node instanceof Map) {
    const entries = [...(node as JsonObject)];
    if (sorted) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([k, v]) => `${quoteJson(k)}:${jsonText(v, sorted)}`).join(',')}}`;
  }
  return `[${(node as readonly JsonNode[]).map((v) => jsonText(v, sorted)).join(',')}]`;
}

/** A JSON string as Jackson writes it: only what must be escaped is. */
export function quoteJson(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i += 1) {
    const c = text.charCodeAt(i);
    if (c === 0x22) out += '\\"';
    else if (c === 0x5c) out += '\\\\';
    else if (c >= 0x20) out += text[i];
    else out += SHORT[c] ?? `\\u${c.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return `${out}"`;
}

/** JSON_QUOTE as Flink has it: ASCII only; beyond U+FFFF it writes the code point, then the second unit once more. */
export function quoteAscii(text: string): string {
  let out = '"';
  for (let i = 0; i < text.length; i += 1) {
    const c = text.codePointAt(i) ?? 0;
    if (c === 0x22 || c === 0x5c || c === 0x2f) out += `\\${text[i]}`;
    else if (c >= 0x20 && c < 0x7f) out += text[i];
    else out += SHORT[c] ?? `\\u${c.toString(16).padStart(4, '0')}`;
  }
  return `${out}"`;
}

/** A number as Java's BigDecimal prints it: `1e3` is `1E+3`. Whole numbers stay as they are. */
export function bigDecimalText(text: string): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null || match[4] === undefined) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = (whole + fraction).replace(/^0+(?=\d)/, '');
  const scale = fraction.length - Number(exponent);
  const adjusted = digits.length - 1 - scale;
  if (scale >= 0 && adjusted >= -6) {
    if (scale === 0) return sign + digits;
    const padded = digits.padStart(scale + 1, '0');
    return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
  }
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${rest}E${adjusted >= 0 ? '+' : ''}${adjusted}`;
}

const SHORT: Record<number, string> = { 8: '\\b', 9: '\\t', 10: '\\n', 12: '\\f', 13: '\\r' };
