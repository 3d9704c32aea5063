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
  /** Hashes of texts; `null` once it has shown that texts do not come again. */
  #known: Map<string, number> | null = new Map();
  #hits = 0;
  #misses = 0;

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
    this.#flat([timeMs]);
  }

  /** Count and hash, as text. */
  digest(): string {
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return `${this.#eventCount}:${hex(this.#high)}${hex(this.#low)}`;
  }

  #mix(word: number): void {
    const low = this.#low ^ Math.imul(word, WHOLE);
    this.#low = (Math.imul((low << 13) | (low >>> 19), 5) + ADDED) | 0;
    this.#high = Math.imul(((this.#high << 7) | (this.#high >>> 25)) ^ this.#low, SPREAD);
  }

  /**
   * The values of a row. Numbers, text and NULL, which most are, go through local variables, and numbers by
   * their bits: this runs for every result of a recorded run. The step is that of MurmurHash3; each kind has a
   * multiplier of its own, so that no value of one kind can pass for one of another.
   */
  #flat(row: Row): void {
    let high = this.#high;
    let low = this.#low;
    for (let i = 0; i < row.length; i++) {
      const value = row[i] as Value;
      if (typeof value === 'number') {
        if ((value | 0) === value && (value !== 0 || 1 / value > 0)) low ^= Math.imul(value, WHOLE);
        else {
          DOUBLE[0] = value;
          low ^= Math.imul(WORDS[0] as number, FRACTION);
          low = (Math.imul((low << 13) | (low >>> 19), 5) + ADDED) | 0;
          low ^= Math.imul(WORDS[1] as number, FRACTION);
        }
      } else if (typeof value === 'string') {
        low ^= this.#hashOf(value);
      } else if (value === null) low ^= NOTHING;
      else {
        this.#high = high;
        this.#low = low;
        this.#value(value);
        high = this.#high;
        low = this.#low;
        continue;
      }
      low = (Math.imul((low << 13) | (low >>> 19), 5) + ADDED) | 0;
      high = Math.imul(((high << 7) | (high >>> 25)) ^ low, SPREAD);
    }
    this.#high = high;
    this.#low = low;
  }

  /** The hash of a text; of texts that come again and again (keys, mostly) it is remembered. */
  #hashOf(text: string): number {
    const known = this.#known;
    if (known === null) return hashText(text);
    const hash = known.get(text);
    if (hash !== undefined) {
      this.#hits += 1;
      return hash;
    }
    const computed = hashText(text);
    if (known.size < KNOWN_COUNT_MAX) known.set(text, computed);
    this.#misses += 1;
    if (this.#misses > this.#hits + KNOWN_PATIENCE) this.#known = null;
    return computed;
  }

  #text(text: string): void {
    this.#flat([text]);
  }

  #value(value: Value): void {
    if (value === null || typeof value === 'number' || typeof value === 'string') this.#flat([value]);
    else if (typeof value === 'boolean') this.#mix(value ? 3 : 5);
    else if (typeof value === 'bigint') this.#text(value.toString(36));
    else if (value instanceof NanoTimestamp) this.#flat([value.epochMs, value.nanoOfMs]);
    else if (value instanceof Uint8Array) {
      this.#mix(-1 - value.length);
      for (const byte of value) this.#mix(byte);
    } else if (value instanceof MapValue) {
      this.#mix(value.entries.length);
      for (const entry of value.entries) this.#flat(entry);
    } else {
      this.#mix(value.length);
      this.#flat(value);
    }
  }
}

/** Texts whose hashes are remembered, and how many more misses than hits end that. */
const KNOWN_COUNT_MAX = 1_000;
const KNOWN_PATIENCE = 10_000;

/** Two characters a step: the steps wait for each other, and this halves them. */
function hashText(text: string): number {
  const { length } = text;
  let low = Math.imul(length + 1, TEXT);
  for (let i = 1; i < length; i += 2) {
    low ^= Math.imul(text.charCodeAt(i - 1) | (text.charCodeAt(i) << 16), TEXT);
    low = (Math.imul((low << 13) | (low >>> 19), 5) + ADDED) | 0;
  }
  if ((length & 1) === 1) low ^= Math.imul(text.charCodeAt(length - 1), TEXT);
  return Math.imul(low ^ (low >>> 15), TEXT);
}

/** Odd numbers: one for each kind of value, that of the upper half, and what a step adds. */
const WHOLE = 0xcc9e2d51;
const FRACTION = 0x9e3779b1;
const TEXT = 0x85ebca77;
const NOTHING = 0x1b873593;
const SPREAD = 0x85ebca6b;
const ADDED = 0xe6546b64 | 0;

/** The bits of a double. */
const DOUBLE = new Float64Array(1);
const WORDS = new Int32Array(DOUBLE.buffer);
