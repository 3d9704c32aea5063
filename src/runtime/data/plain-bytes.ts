/**
 * Plain data as bytes and back, without loss: every number (also -0, NaN and the infinities), every text
 * (also with lone surrogates, which UTF-8 would lose), and the objects of `data/portable.ts`.
 *
 * A reader never trusts what it reads: lengths are checked against what is there, and whatever does not
 * fit is a `DamagedBytes`, which the callers turn into a named failure.
 */
import { assert } from '../base/assert.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { fromPortable, type Portable, toPortable } from './portable.ts';
import type { Value } from './value.ts';

/** Data without classes: what a structured clone keeps. */
export type Plain =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Plain[]
  | { readonly [name: string]: Plain };

/** Bytes that nobody of us can have written. */
export class DamagedBytes extends Error {
  override readonly name = 'DamagedBytes';
}

const TAG = {
  null: 0,
  true: 1,
  false: 2,
  wholePositive: 3,
  wholeNegative: 4,
  double: 5,
  bigint: 6,
  ascii: 7,
  text: 8,
  bytes: 9,
  list: 10,
  object: 11,
} as const;

/** Deeper data than any value or state of ours; damaged bytes must not overflow the stack. */
const DEPTH_MAX = 200;

/** Longer texts are decoded at once; for shorter ones the call costs more than it saves. */
const DECODED_LENGTH_MIN = 12;

/** Appends to a growing buffer. */
export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  constructor(capacityBytes = 1024) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written, as a copy. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** What was written, valid until the next write. */
  view(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value);
    this.#length += 4;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value);
    this.#length += 8;
  }

  /** A whole number from 0 to 2^53 - 1 in 1 to 8 bytes. */
  varint(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, 'a varint is a whole number that is not negative');
    this.#reserve(8);
    if (value < 2 ** 28) {
      let bits = value | 0;
      while (bits >= 128) {
        this.#bytes[this.#length++] = (bits & 127) | 128;
        bits >>>= 7;
      }
      this.#bytes[this.#length++] = bits;
      return;
    }
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  plain(value: Plain): void {
    if (value === null) this.byte(TAG.null);
    else if (typeof value === 'boolean') this.byte(value ? TAG.true : TAG.false);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'bigint') {
      this.byte(TAG.bigint);
      this.#text(value.toString(36));
    } else if (value instanceof Uint8Array) {
      this.byte(TAG.bytes);
      this.varint(value.length);
      this.raw(value);
    } else if (isList(value)) {
      this.byte(TAG.list);
      this.varint(value.length);
      for (let i = 0; i < value.length; i++) this.plain(value[i] as Plain);
    } else {
      const names = Object.keys(value);
      this.byte(TAG.object);
      this.varint(names.length);
      for (const name of names) {
        this.#text(name);
        this.plain(value[name] as Plain);
      }
    }
  }

  /** A SQL value, as `plain` writes what `toPortable` makes of it. */
  value(value: Value): void {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) this.plain(value);
    else if (Array.isArray(value)) {
      const list = value as readonly Value[];
      this.byte(TAG.list);
      this.varint(list.length);
      for (let i = 0; i < list.length; i++) this.value(list[i] as Value);
    } else this.plain(toPortable(value) as unknown as Plain);
  }

  #number(value: number): void {
    const whole = value | 0;
    if (whole === value && (whole > 0 || (whole === 0 && 1 / value > 0))) {
      this.byte(TAG.wholePositive);
      this.varint(whole);
      return;
    }
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.byte(value < 0 ? TAG.wholeNegative : TAG.wholePositive);
      this.varint(Math.abs(value));
    } else {
      this.byte(TAG.double);
      this.double(value);
    }
  }

  #text(text: string): void {
    const { length } = text;
    this.#reserve(9 + 2 * length);
    const start = this.#length;
    this.#bytes[this.#length++] = TAG.ascii;
    this.varint(length);
    const contentAt = this.#length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 127) {
        this.#bytes[start] = TAG.text;
        this.#length = contentAt;
        for (let j = 0; j < length; j++) {
          this.#view.setUint16(this.#length, text.charCodeAt(j));
          this.#length += 2;
        }
        return;
      }
      this.#bytes[this.#length++] = unit;
    }
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what a `ByteWriter` wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Where the next value begins; may be set to read many values of one buffer in any order. */
  get at(): number {
    return this.#at;
  }

  set at(at: number) {
    if (at < 0 || at > this.#bytes.length) throw new DamagedBytes('the data ends too early');
    this.#at = at;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    this.#need(1);
    return this.#bytes[this.#at++] as number;
  }

  uint32(): number {
    this.#need(4);
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4);
  }

  double(): number {
    this.#need(8);
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8);
  }

  varint(): number {
    // Most are one byte: lengths, small numbers.
    const first = this.#bytes[this.#at];
    if (first !== undefined && first < 128) {
      this.#at += 1;
      return first;
    }
    let value = 0;
    for (let scale = 1, count = 0; count < 8; count++, scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) throw new DamagedBytes('a number is too large');
        return value;
      }
    }
    throw new DamagedBytes('a number does not end');
  }

  /** A SQL value that `ByteWriter.value` wrote. */
  value(): Value {
    return fromPortable(this.plain() as unknown as Portable);
  }

  raw(length: number): Uint8Array {
    this.#need(length);
    this.#at += length;
    return this.#bytes.slice(this.#at - length, this.#at);
  }

  plain(depth = 0): Plain {
    if (depth > DEPTH_MAX) throw new DamagedBytes('data is nested too deeply');
    const tag = this.byte();
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.true:
        return true;
      case TAG.false:
        return false;
      case TAG.wholePositive:
        return this.varint();
      case TAG.wholeNegative:
        return -this.varint();
      case TAG.double:
        return this.double();
      case TAG.bigint:
        return bigintOf(this.#text(this.byte()));
      case TAG.ascii:
      case TAG.text:
        return this.#text(tag);
      case TAG.bytes:
        return this.raw(this.varint());
      case TAG.list: {
        const length = this.varint();
        this.#need(length);
        const list: Plain[] = [];
        for (let i = 0; i < length; i++) list.push(this.plain(depth + 1));
        return list;
      }
      case TAG.object: {
        const count = this.varint();
        const object: Record<string, Plain> = {};
        for (let i = 0; i < count; i++) {
          const name = this.#text(this.byte());
          // A name such as __proto__ is data here, never a prototype.
          Object.defineProperty(object, name, {
            value: this.plain(depth + 1),
            enumerable: true,
            configurable: true,
            writable: true,
          });
        }
        return object;
      }
      default:
        throw new DamagedBytes(`there is no value of kind ${tag}`);
    }
  }

  #text(tag: number): string {
    const length = this.varint();
    if (tag === TAG.ascii) {
      this.#need(length);
      if (length > DECODED_LENGTH_MIN) {
        this.#at += length;
        return decodeUtf8(this.#bytes.subarray(this.#at - length, this.#at));
      }
      let text = '';
      for (let i = 0; i < length; i++) text += String.fromCharCode(this.#bytes[this.#at++] as number);
      return text;
    }
    if (tag !== TAG.text) throw new DamagedBytes(`there is no text of kind ${tag}`);
    this.#need(2 * length);
    let text = '';
    for (let i = 0; i < length; i++, this.#at += 2) text += String.fromCharCode(this.#view.getUint16(this.#at));
    return text;
  }

  #need(count: number): void {
    if (this.#at + count > this.#bytes.length) throw new DamagedBytes('the data ends too early');
  }
}

function bigintOf(text: string): bigint {
  const match = /^(-?)([0-9a-z]+)$/.exec(text);
  if (match === null) throw new DamagedBytes('a large number has other signs than digits');
  let value = 0n;
  for (const digit of match[2] as string) value = value * 36n + BigInt(Number.parseInt(digit, 36));
  return match[1] === '-' ? -value : value;
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}
