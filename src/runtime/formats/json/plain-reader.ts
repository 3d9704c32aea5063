/**
 * The fast way from a plain line of JSON (`plain-text.ts`) to a row: the line is walked once, wanted fields are read
 * where they stand, others are passed over by looking for their ends, and no document is built. Whatever is unusual in
 * the least (a number in quotes, sixteen digits, a fraction in an integer, anything that is no JSON) makes it give up,
 * and the line takes the way that knows everything. So it never has to say what is wrong.
 */

import type { LogicalType, Schema } from '../../data/logical-type.ts';
import type { Row, Value } from '../../data/value.ts';
import { parseDecimalText, parseTimestampText, type TimestampStandard, usualTimestamp } from '../field-text.ts';
import { ownText } from '../plain-text.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const BLANK = 0x20;
/** Digits that a double holds exactly, whatever they are. */
const DIGITS_MAX = 15;
const DEPTH_MAX = 200;

/** What a field is read as. */
type FieldReader = (cursor: PlainCursor) => Value | typeof GIVE_UP;

const GIVE_UP = Symbol('another way');

/** A place in a line. Its methods move on, or give up by answering false (or `GIVE_UP`). */
class PlainCursor {
  /** What the line stands in. Behind the line comes a line end, or nothing. */
  text = '';
  at = 0;
  /** Where the line ends. */
  end = 0;

  /** The next character that is no blank. */
  peek(): number {
    let code = this.text.charCodeAt(this.at);
    while (code === BLANK) {
      this.at += 1;
      code = this.text.charCodeAt(this.at);
    }
    return code;
  }

  /** Passes `code`, with blanks before it. */
  take(code: number): boolean {
    if (this.peek() !== code) return false;
    this.at += 1;
    return true;
  }

  /** `null`, when it stands here. */
  takeNull(): boolean {
    if (!this.text.startsWith('null', this.at)) return false;
    this.at += 4;
    return true;
  }

  /** End of the string that begins here; -1: it has none in this line. */
  stringEnd(): number {
    const end = this.text.indexOf('"', this.at + 1);
    return end < this.end ? end : -1;
  }

  /** Passes a number as JSON has them; answers how many digits it has; 0: it is none, or one with an exponent. */
  number(): number {
    const { text } = this;
    let at = this.at;
    if (text.charCodeAt(at) === MINUS) at += 1;
    const first = text.charCodeAt(at);
    const start = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    let digits = at - start;
    if (digits === 0 || (first === ZERO && digits > 1)) return 0;
    if (text.charCodeAt(at) === DOT) {
      const point = at;
      at += 1;
      while (isDigit(text.charCodeAt(at))) at += 1;
      if (at === point + 1) return 0;
      digits += at - point - 1;
    }
    const code = text.charCodeAt(at);
    // Exponents are rare.
    if (code === 0x65 || code === 0x45) return 0;
    this.at = at;
    return digits;
  }

  /** Passes any value. */
  skip(depth: number): boolean {
    const code = this.peek();
    switch (code) {
      case QUOTE: {
        const end = this.stringEnd();
        if (end === -1) return false;
        this.at = end + 1;
        return true;
      }
      case OPEN_BRACE:
        return depth < DEPTH_MAX && this.#skipAll(CLOSE_BRACE, true, depth);
      case OPEN_BRACKET:
        return depth < DEPTH_MAX && this.#skipAll(CLOSE_BRACKET, false, depth);
      case 0x6e:
        return this.takeNull();
      case 0x74:
        return this.#takeWord('true');
      case 0x66:
        return this.#takeWord('false');
      default:
        return this.number() !== 0;
    }
  }

  takeBoolean(): boolean | typeof GIVE_UP {
    if (this.#takeWord('true')) return true;
    return this.#takeWord('false') ? false : GIVE_UP;
  }

  #takeWord(word: string): boolean {
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  #skipAll(close: number, hasKeys: boolean, depth: number): boolean {
    this.at += 1;
    if (this.take(close)) return true;
    for (;;) {
      if (hasKeys) {
        if (this.peek() !== QUOTE) return false;
        const end = this.stringEnd();
        if (end === -1) return false;
        this.at = end + 1;
        if (!this.take(COLON)) return false;
      }
      if (!this.skip(depth + 1)) return false;
      if (this.take(close)) return true;
      if (!this.take(COMMA)) return false;
    }
  }
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** Reads plain lines as rows of a schema. */
export class PlainJsonReader {
  readonly #cursor = new PlainCursor();
  readonly #object: ObjectReader;

  private constructor(object: ObjectReader) {
    this.#object = object;
  }

  /** The reader of a schema; `null` when there is none for its types. */
  static of(schema: Schema, standard: TimestampStandard): PlainJsonReader | null {
    const object = objectReader(schema, standard);
    return object === null ? null : new PlainJsonReader(object);
  }

  /** The row of the line from `start` to `end`; `null`: it takes the other way. */
  row(text: string, start: number, end: number): Row | null {
    const cursor = this.#cursor;
    cursor.text = text;
    cursor.at = start;
    cursor.end = end;
    if (cursor.peek() !== OPEN_BRACE) return null;
    const row = this.#object.read(cursor);
    if (row === GIVE_UP) return null;
    cursor.peek();
    // Something behind the object is for the other way to judge.
    return cursor.at === end ? row : null;
  }
}

/** Reads an object whose fields mostly come in the same order. */
class ObjectReader {
  readonly #readers: readonly FieldReader[];
  readonly #slots: ReadonlyMap<string, number>;
  /** Keys as they came last, by their place, with quotes; and the slot of each, -1: not wanted. */
  readonly #seenKeys: string[] = [];
  readonly #seenSlots: number[] = [];
  readonly #blank: readonly Value[];

  constructor(schema: Schema, readers: readonly FieldReader[]) {
    this.#readers = readers;
    this.#slots = new Map(schema.map((field, slot) => [field.name, slot]));
    this.#blank = schema.map(() => null);
  }

  read(cursor: PlainCursor): Value[] | typeof GIVE_UP {
    cursor.at += 1;
    const row = this.#blank.slice();
    if (cursor.take(CLOSE_BRACE)) return row;
    for (let place = 0; ; place++) {
      if (cursor.peek() !== QUOTE) return GIVE_UP;
      const slot = this.#slot(cursor, place);
      if (slot === -2 || !cursor.take(COLON)) return GIVE_UP;
      if (slot === -1) {
        if (!cursor.skip(0)) return GIVE_UP;
      } else {
        cursor.peek();
        const value = (this.#readers[slot] as FieldReader)(cursor);
        if (value === GIVE_UP) return GIVE_UP;
        row[slot] = value;
      }
      if (cursor.take(CLOSE_BRACE)) return row;
      if (!cursor.take(COMMA)) return GIVE_UP;
    }
  }

  /** Slot of the key that stands here; -1: it is not wanted, -2: it has no end. */
  #slot(cursor: PlainCursor, place: number): number {
    const seen = this.#seenKeys[place];
    if (seen !== undefined && cursor.text.startsWith(seen, cursor.at)) {
      cursor.at += seen.length;
      return this.#seenSlots[place] as number;
    }
    const end = cursor.stringEnd();
    if (end === -1) return -2;
    const slot = this.#slots.get(cursor.text.slice(cursor.at + 1, end)) ?? -1;
    if (place < PLACES_MAX) {
      this.#seenKeys[place] = ownText(cursor.text.slice(cursor.at, end + 1));
      this.#seenSlots[place] = slot;
    }
    cursor.at = end + 1;
    return slot;
  }
}

/** Places whose keys are remembered. */
const PLACES_MAX = 100;

function objectReader(schema: Schema, standard: TimestampStandard): ObjectReader | null {
  const readers: FieldReader[] = [];
  for (const { type } of schema) {
    const reader = fieldReader(type, standard);
    if (reader === null) return null;
    readers.push(reader);
  }
  return new ObjectReader(schema, readers);
}

function fieldReader(type: LogicalType, standard: TimestampStandard): FieldReader | null {
  const read = valueReader(type, standard);
  if (read === null) return null;
  return (cursor) => (cursor.text.charCodeAt(cursor.at) === 0x6e ? (cursor.takeNull() ? null : GIVE_UP) : read(cursor));
}

function valueReader(type: LogicalType, standard: TimestampStandard): FieldReader | null {
  switch (type.kind) {
    case 'BOOLEAN':
      return (cursor) => cursor.takeBoolean();
    case 'TINYINT':
      return integerReader(-128, 127);
    case 'SMALLINT':
      return integerReader(-32768, 32767);
    case 'INT':
      return integerReader(-2147483648, 2147483647);
    case 'BIGINT':
      return integerReader(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'DOUBLE':
      return doubleOf;
    case 'FLOAT':
      return (cursor) => {
        const value = doubleOf(cursor);
        return typeof value === 'number' ? Math.fround(value) : value;
      };
    case 'DECIMAL':
      return (cursor) => {
        const text = numberText(cursor);
        return text === null ? GIVE_UP : parseDecimalText(text, type.precision, type.scale);
      };
    case 'CHAR':
    case 'VARCHAR':
      return textOf;
    case 'TIMESTAMP': {
      const options = { precision: type.precision, standard, zoned: false };
      const separator = standard === 'SQL' ? BLANK : 0x54;
      return (cursor) => {
        if (cursor.text.charCodeAt(cursor.at) !== QUOTE) return GIVE_UP;
        const end = cursor.stringEnd();
        if (end === -1) return GIVE_UP;
        const start = cursor.at + 1;
        cursor.at = end + 1;
        const quick = type.precision === 3 ? usualTimestamp(cursor.text, start, end, separator) : null;
        return quick ?? parseTimestampText(cursor.text.slice(start, end), options);
      };
    }
    case 'ROW': {
      const object = objectReader(type.fields, standard);
      if (object === null) return null;
      return (cursor) => (cursor.text.charCodeAt(cursor.at) === OPEN_BRACE ? object.read(cursor) : GIVE_UP);
    }
    default:
      return null;
  }
}

function integerReader(min: number, max: number): FieldReader {
  return (cursor) => {
    const { text } = cursor;
    let at = cursor.at;
    const isNegative = text.charCodeAt(at) === MINUS;
    if (isNegative) at += 1;
    const start = at;
    let value = 0;
    for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) {
      value = value * 10 + (code - 0x30);
      at += 1;
    }
    const digits = at - start;
    if (digits === 0 || digits > DIGITS_MAX || (digits > 1 && text.charCodeAt(start) === ZERO)) return GIVE_UP;
    const code = text.charCodeAt(at);
    if (code !== COMMA && code !== CLOSE_BRACE && code !== BLANK) return GIVE_UP;
    cursor.at = at;
    // Integers know no negative zero.
    const signed = isNegative && value !== 0 ? -value : value;
    return signed < min || signed > max ? GIVE_UP : signed;
  };
}

function doubleOf(cursor: PlainCursor): Value | typeof GIVE_UP {
  const text = numberText(cursor);
  return text === null ? GIVE_UP : Number(text);
}

/** The text of a number that a double holds exactly; `null`: something else stands here. */
function numberText(cursor: PlainCursor): string | null {
  const start = cursor.at;
  const digits = cursor.number();
  return digits === 0 || digits > DIGITS_MAX ? null : cursor.text.slice(start, cursor.at);
}

function stringText(cursor: PlainCursor): string | null {
  if (cursor.text.charCodeAt(cursor.at) !== QUOTE) return null;
  const end = cursor.stringEnd();
  if (end === -1) return null;
  const text = cursor.text.slice(cursor.at + 1, end);
  cursor.at = end + 1;
  return text;
}

function textOf(cursor: PlainCursor): Value | typeof GIVE_UP {
  const text = stringText(cursor);
  return text === null ? GIVE_UP : ownText(text);
}
