/**
 * The random seam's one implementation: sfc32 (128 bits of state, passes PractRand), seeded through
 * splitmix32 so that close seeds give unrelated streams. Same seed, same numbers, on every machine.
 */
import { assert } from '../base/assert.ts';
import type { Random } from './random.ts';

const TWO_POW_26 = 67108864;
const TWO_POW_53 = 9007199254740992;

/** A seeded stream of random numbers. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed >>> 0;
    const next = splitmix32(this.#seed ^ Math.floor(seed / 4294967296));
    this.#a = next();
    this.#b = next();
    this.#c = next();
    this.#counter = 1;
    // The first outputs still show the seed: throw them away, as the author of sfc32 advises.
    for (let i = 0; i < 12; i++) this.#next32();
  }

  next(): number {
    const high = this.#next32() >>> 5;
    const low = this.#next32() >>> 6;
    return (high * TWO_POW_26 + low) / TWO_POW_53;
  }

  nextInt(bound: number): number {
    assert(bound > 0 && bound <= TWO_POW_53, 'the bound of a random integer is positive and safe');
    return Math.floor(this.next() * bound);
  }

  state(): readonly number[] {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  restore(state: readonly number[]): void {
    const [a, b, c, counter] = state;
    assert(
      a !== undefined && b !== undefined && c !== undefined && counter !== undefined && state.length === 4,
      'the state of a random stream has four integers',
    );
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
  }

  fork(name: string): Random {
    // FNV-1a over the name, mixed with the seed alone: how far this stream has been read must not matter.
    let hash = 0x811c9dc5 ^ this.#seed;
    for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
    return new SeededRandom(hash >>> 0);
  }

  #next32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) | 0;
  };
}
