/**
 * The trace of a run: a hash over everything that crossed any edge, in order. Two runs of the same
 * program on the same input with the same seed have equal traces; a test holds us to that.
 */

import type { RowKind } from '../data/row-kind.ts';
import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';

/** Hashes the rows and watermarks of all edges, in the order in which they happen. */
export class Trace {
  #high = 0x6a09e667;
  #low = 0xbb67ae85 | 0;
  #eventCount = 0;

  /** Starts empty, or goes on from the `digest` of another trace. */
  constructor(digest?: string) {
    const parts = digest === undefined ? null : /^(\d+):([0-9a-f]{8})([0-9a-f]{8})$/.exec(digest);
    if (parts === null) return;
    this.#eventCount = Number(parts[1]);
    this.#high = Number.parseInt(parts[2] ?? '', 16) | 0;
    this.#low = Number.parseInt(parts[3] ?? '', 16) | 0;
  }

  /** A row left the node `node`. */
  row(node: number, kind: RowKind, row: Row): void {
    this.#eventCount += 1;
    this.#mix(node * 8 + kind);
    this.#mix(row.length);
    this.#flat(row);
  }

  /** The watermark of the node `node` rose. */
  watermark(node: number, timeMs: number): void {
    this.#eventCount += 1;
    this.#mix(node * 8 + 7);
    this.#number(timeMs);
  }

  /** Count and hash, as text. */
  digest(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return `${this.#eventCount}:${hex(this.#high)}${hex(this.#low)}`;
  }

  #mix(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x01000193);
    this.#high = (Math.imul(this.#high, 0x85ebca6b) + this.#low + word) | 0;
  }

  /**
   * The values of a row. Small integers and text, which most are, go through local variables: this runs
   * for every result of a recorded run, and two fields a character cost too much.
   */
  #flat(row: Row): void {
    let high = this.#high;
    let low = this.#low;
    for (let i = 0; i < row.length; i++) {
      const value = row[i] as Value;
      if (typeof value === 'string') {
        for (let j = 0; j < value.length; j++) low = Math.imul(low ^ value.charCodeAt(j), 0x01000193);
        low = Math.imul(low ^ value.length, 0x01000193);
        high = (Math.imul(high, 0x85ebca6b) + low + value.length) | 0;
      } else if (typeof value === 'number' && (value | 0) === value && value !== -2147483648) {
        low = Math.imul(low ^ value, 0x01000193);
        high = (Math.imul(high, 0x85ebca6b) + low + value) | 0;
      } else {
        this.#high = high;
        this.#low = low;
        this.#value(value);
        high = this.#high;
        low = this.#low;
      }
    }
    this.#high = high;
    this.#low = low;
  }

  #number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) <= 2147483647) this.#mix(value);
    else this.#text(String(value));
  }

  #text(text: string): void {
    this.#mix(text.length);
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
  }

  #value(value: Value): void {
    if (value === null) this.#mix(0x4e554c4c);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'string') this.#text(value);
    else if (typeof value === 'boolean') this.#mix(value ? 3 : 5);
    else if (typeof value === 'bigint') this.#text(value.toString());
    else if (value instanceof NanoTimestamp) {
      this.#number(value.epochMs);
      this.#number(value.nanoOfMs);
    } else if (value instanceof Uint8Array) {
      this.#mix(value.length);
      for (const byte of value) this.#mix(byte);
    } else if (value instanceof MapValue) {
      for (const entry of value.entries) for (const part of entry) this.#value(part);
    } else {
      this.#mix(value.length);
      for (const item of value) this.#value(item);
    }
  }
}
