/**
 * The trace of a run: a hash over everything that crossed any edge, in order. Two runs of the same
 * program on the same input with the same seed have equal traces; a test holds us to that.
 *
 * It hears every result of a recorded run, so it is built to cost little: rows are kept and hashed a batch at
 * a time (a tight loop costs half of what it costs between the operators, and rows never change once they are
 * out). Each row has a hash of two lanes of 32 bits, begun anew, so that a processor works on several rows at
 * once; two more steps add it to the chain. A lane takes a word by a step that loses nothing (xor or add,
 * odd factor, rotation): one value that differs always shows, several are missed once in 2^64.
 */

import type { RowKind } from '../data/row-kind.ts';
import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';

/** Rows of a batch: few enough that they are still in the cache, and young, when they are hashed. */
const BATCH_ROW_COUNT = 128;

/** Hashes the rows and watermarks of all edges, in the order in which they happen. */
export class Trace {
  #first = 0x6a09e667;
  #second = 0xbb67ae85 | 0;
  /** Rows of the chain; those that wait are not counted yet. */
  #eventCount = 0;
  readonly #heads = new Int32Array(BATCH_ROW_COUNT);
  readonly #rows: Row[] = new Array<Row>(BATCH_ROW_COUNT).fill([]);
  #waitingCount = 0;

  /** Starts empty, or goes on from the `digest` of another trace. */
  constructor(digest?: string) {
    const parts = digest === undefined ? null : /^(\d+):([0-9a-f]{8})([0-9a-f]{8})$/.exec(digest);
    if (parts === null) return;
    this.#eventCount = Number(parts[1]);
    this.#first = Number.parseInt(parts[2] ?? '', 16) | 0;
    this.#second = Number.parseInt(parts[3] ?? '', 16) | 0;
  }

  /** A row left the node `node`. */
  row(node: number, kind: RowKind, row: Row): void {
    const place = this.#waitingCount;
    this.#heads[place] = node * 8 + kind;
    this.#rows[place] = row;
    this.#waitingCount = place + 1;
    if (place === BATCH_ROW_COUNT - 1) this.#hashBatch();
  }

  /** The watermark of the node `node` rose. */
  watermark(node: number, timeMs: number): void {
    this.row(node, WATERMARK as RowKind, [timeMs]);
  }

  /** Count and hash, as text. */
  digest(): string {
    this.#hashBatch();
    // What was hashed is not held any longer by who only waits.
    this.#rows.fill([]);
    const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0');
    return `${this.#eventCount}:${hex(this.#first)}${hex(this.#second)}`;
  }

  /** All in one place and in local variables: calls and fields would take half the time. */
  #hashBatch(): void {
    // Odd numbers. They stand here because bundlers make variables of constants of a module, and a variable
    // is read and checked again at each step.
    const factor1 = 0xcc9e2d51 | 0;
    const factor2 = 0x85ebca6b | 0;
    const fraction1 = 0x9e3779b1 | 0;
    const fraction2 = 0xc2b2ae35 | 0;
    const text1 = 0x85ebca77 | 0;
    const text2 = 0x27d4eb2f | 0;
    const nothing1 = 0x1b873593 | 0;
    const nothing2 = 0xe6546b64 | 0;
    const beginning = 0x3c6ef372 | 0;
    const doubles = DOUBLE;
    const words = WORDS;
    const count = this.#waitingCount;
    const heads = this.#heads;
    const rows = this.#rows;
    let chain1 = this.#first | 0;
    let chain2 = this.#second | 0;
    // The text that was hashed last: at first the empty one, whose hash is this.
    let text = '';
    let textHash1 = text1;
    let textHash2 = text2;
    let head = 0;
    for (let place = 0; place < count; place++) {
      let values = rows[place] as Row;
      let first = heads[place] as number;
      // An update: its key is likely to be the text of the row before, hashed already.
      const isPair = first === head + 1 && (first & 7) === UPDATE_AFTER;
      head = first;
      let second = (beginning + values.length) | 0;
      for (let i = 0; i < values.length; i++) {
        const value = values[i] as Value;
        if (typeof value === 'number') {
          const whole = value | 0;
          if (whole === value && (whole !== 0 || 1 / value > 0)) {
            first ^= whole;
            second = (second + whole) | 0;
          } else {
            doubles[0] = value;
            const low = words[0] as number;
            const high = words[1] as number;
            first ^= low ^ Math.imul(high, fraction1);
            second = (second + high + Math.imul(low, fraction2) + 1) | 0;
          }
        } else if (typeof value === 'string') {
          if (!isPair || value !== text) {
            // Two characters a step: the steps wait for each other, and this halves them.
            const { length } = value;
            let one = Math.imul(length, fraction1);
            let two = text2;
            for (let at = 1; at < length; at += 2) {
              const pair = value.charCodeAt(at - 1) | (value.charCodeAt(at) << 16);
              one = Math.imul(one ^ pair, factor1);
              one = (one << 15) | (one >>> 17);
              two = Math.imul((two + pair) | 0, factor2);
              two = (two << 13) | (two >>> 19);
            }
            const last = (length & 1) === 1 ? value.charCodeAt(length - 1) : 0;
            text = value;
            textHash1 = one ^ last ^ text1;
            textHash2 = (two + last + Math.imul(length, fraction2)) | 0;
          }
          first ^= textHash1;
          second = (second + textHash2) | 0;
        } else if (value === null) {
          first ^= nothing1;
          second = (second + nothing2) | 0;
        } else {
          // The rest of the row, flat: it is gone on with below as if it had been so from the start.
          values = flat(values.slice(i));
          i = -1;
        }
        first = Math.imul(first, factor1);
        first = (first << 15) | (first >>> 17);
        second = Math.imul(second, factor2);
        second = (second << 13) | (second >>> 19);
      }
      chain1 = Math.imul(chain1 ^ first, factor1);
      chain1 = (chain1 << 15) | (chain1 >>> 17);
      chain2 = Math.imul((chain2 + second) | 0, factor2);
      chain2 = (chain2 << 13) | (chain2 >>> 19);
    }
    this.#first = chain1;
    this.#second = chain2;
    this.#eventCount += count;
    this.#waitingCount = 0;
  }
}

/** `RowKind.UpdateAfter` right behind `RowKind.UpdateBefore`, whose number is one less. */
const UPDATE_AFTER = 2;

/** What stands in the place of a row's kind for a watermark. */
const WATERMARK = 7;

/** Values as numbers, texts and NULL alone: each other one as its kind, how much it holds, and what it holds. */
function flat(values: readonly Value[]): Row {
  return values.flatMap((value): Row => {
    if (value === null || typeof value === 'number' || typeof value === 'string') return [value];
    if (typeof value === 'boolean') return [value ? 'true' : 'false', null];
    if (typeof value === 'bigint') return ['whole', value.toString(36)];
    if (value instanceof NanoTimestamp) return ['time', value.epochMs, value.nanoOfMs];
    if (value instanceof Uint8Array) return ['bytes', value.length, ...value];
    if (value instanceof MapValue) return ['map', value.entries.length, ...flat(value.entries.flat())];
    return ['list', value.length, ...flat(value)];
  });
}

/** The bits of a double. */
const DOUBLE = new Float64Array(1);
const WORDS = new Int32Array(DOUBLE.buffer);
