/**
 * JSON text without loss: numbers keep their digits, so that BIGINT and DECIMAL are exact and a number
 * in a STRING column reads as it was written. `JSON.parse` is several times faster but goes through
 * doubles; the decoder uses it and comes here for lines where that could matter.
 */

import { canonical } from '../../data/integers.ts';
import { doubleToString } from '../../data/java-double-text.ts';
import { formatDecimalText } from '../field-text.ts';

/** A number as written. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** A JSON value. Objects have no prototype, so that no key of the input means anything to us. */
export type JsonNode = null | boolean | string | number | JsonNumber | readonly JsonNode[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [key: string]: JsonNode;
}

/** Whether a node is an object. */
export function isJsonObject(node: JsonNode): node is JsonObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node) && !(node instanceof JsonNumber);
}

/** A text that is not JSON. `column` counts from 1, as Jackson's messages do. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';

  constructor(message: string, column: number) {
    super(
      `${message}\n at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${column}]`,
    );
  }
}

/** Nesting that is still read. Jackson: `StreamReadConstraints.DEFAULT_MAX_DEPTH`. */
const DEPTH_MAX = 1000;

/** Parses one JSON document; what follows it is ignored. Throws `JsonSyntaxError`. */
export function parseJsonText(text: string): JsonNode {
  return new Parser(text).value(0);
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /[A-Za-z0-9_$]+/y;
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(depth: number): JsonNode {
    if (depth > DEPTH_MAX)
      throw this.#error(`Document nesting depth (${depth}) exceeds the maximum allowed (${DEPTH_MAX})`);
    this.#space();
    const char = this.#text[this.#at];
    if (char === '{') return this.#object(depth);
    if (char === '[') return this.#array(depth);
    if (char === '"') return this.#string();
    if (char === undefined) throw this.#error('Unexpected end-of-input');
    if (char === '-' || (char >= '0' && char <= '9')) return this.#number();
    return this.#word();
  }

  #object(depth: number): JsonObject {
    const object = Object.create(null) as Record<string, JsonNode>;
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return object;
    for (;;) {
      this.#space();
      if (this.#text[this.#at] !== '"') throw this.#unexpected('was expecting double-quote to start field name');
      const key = this.#string();
      this.#space();
      if (!this.#take(':')) throw this.#unexpected('was expecting a colon to separate field name and value');
      object[key] = this.value(depth + 1);
      this.#space();
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#unexpected('was expecting comma to separate Object entries');
    }
  }

  #array(depth: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.value(depth + 1));
      this.#space();
      if (this.#take(']')) return items;
      if (!this.#take(',')) throw this.#unexpected('was expecting comma to separate Array entries');
    }
  }

  #string(): string {
    const start = this.#at + 1;
    const text = this.#text;
    let end = start;
    for (;;) {
      const code = text.charCodeAt(end);
      if (code === 0x22) break;
      if (Number.isNaN(code)) throw this.#errorAt('Unexpected end-of-input in VALUE_STRING', end);
      if (code === 0x5c) return this.#escapedString(start, end);
      if (code < 0x20) throw this.#errorAt(illegalControl(code), end);
      end += 1;
    }
    this.#at = end + 1;
    return text.slice(start, end);
  }

  #escapedString(start: number, firstEscape: number): string {
    const text = this.#text;
    let out = text.slice(start, firstEscape);
    let at = firstEscape;
    for (;;) {
      const char = text[at];
      if (char === undefined) throw this.#errorAt('Unexpected end-of-input in VALUE_STRING', at);
      if (char === '"') break;
      if (char !== '\\') {
        if (char < ' ') throw this.#errorAt(illegalControl(char.charCodeAt(0)), at);
        out += char;
        at += 1;
        continue;
      }
      const escaped = text[at + 1] ?? '';
      if (escaped === 'u') {
        const hex = text.slice(at + 2, at + 6);
        if (!/^[0-9a-fA-F]{4}$/.test(hex))
          throw this.#errorAt('expected a hex-digit for character escape sequence', at + 2);
        out += String.fromCharCode(Number.parseInt(hex, 16));
        at += 6;
        continue;
      }
      const plain = ESCAPES[escaped];
      if (plain === undefined)
        throw this.#errorAt(`Unrecognized character escape '${escaped}' (code ${escaped.charCodeAt(0)})`, at + 1);
      out += plain;
      at += 2;
    }
    this.#at = at + 1;
    return out;
  }

  #number(): JsonNumber {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#unexpected('Expected digit to follow minus sign, for valid numeric value');
    this.#at += match[0].length;
    return new JsonNumber(match[0]);
  }

  #word(): JsonNode {
    WORD.lastIndex = this.#at;
    const word = WORD.exec(this.#text)?.[0];
    if (word === undefined)
      throw this.#unexpected(
        "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
      );
    this.#at += word.length;
    if (word === 'true') return true;
    if (word === 'false') return false;
    if (word === 'null') return null;
    throw this.#error(
      `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
    );
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at += 1;
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #unexpected(expectation: string): JsonSyntaxError {
    const char = this.#text[this.#at];
    if (char === undefined) return this.#error('Unexpected end-of-input');
    return this.#errorAt(`Unexpected character ('${char}' (code ${char.codePointAt(0)})): ${expectation}`, this.#at);
  }

  #error(message: string): JsonSyntaxError {
    return this.#errorAt(message, this.#at);
  }

  #errorAt(message: string, at: number): JsonSyntaxError {
    return new JsonSyntaxError(message, at + 1);
  }
}

function illegalControl(code: number): string {
  return `Illegal unquoted character ((CTRL-CHAR, code ${code})): has to be escaped using backslash to be included in string value`;
}

/**
 * JSON text of a node, as Jackson's `toString` gives it. Numbers with a fraction or an exponent come out as Jackson
 * holds them: as doubles (`1e3` is `1000.0`), or as decimals without the zeros at their end (`1E+3`).
 */
export function jsonTextOf(node: JsonNode, numbers: 'double' | 'decimal'): string {
  if (node instanceof JsonNumber) return numberText(node.text, numbers);
  if (Array.isArray(node)) return `[${node.map((item: JsonNode) => jsonTextOf(item, numbers)).join(',')}]`;
  if (isJsonObject(node)) {
    return `{${Object.entries(node)
      .map(([key, value]) => `${JSON.stringify(key)}:${jsonTextOf(value, numbers)}`)
      .join(',')}}`;
  }
  return JSON.stringify(node);
}

const REAL = /^(-?\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

function numberText(text: string, numbers: 'double' | 'decimal'): string {
  const match = REAL.exec(text);
  if (match === null || (match[2] === undefined && match[3] === undefined)) return text;
  if (numbers === 'double') {
    const value = Number(text);
    // Too large for a double: Jackson quotes what JSON cannot hold.
    return Number.isFinite(value) ? doubleToString(value) : `"${doubleToString(value)}"`;
  }
  const fraction = match[2] ?? '';
  const unscaled = BigInt(`${match[1]}${fraction}`);
  return formatDecimalText(canonical(unscaled), fraction.length - Number(match[3] ?? '0'), { plain: false });
}
