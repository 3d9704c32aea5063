/** The sum over what a run read. */
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../seams/seeded-random.ts';
import { ContentSum, sumText } from './content-sum.ts';

function sumOf(...pieces: readonly Uint8Array[]): string {
  const sum = new ContentSum();
  for (const piece of pieces) sum.update(piece);
  return sumText(sum.digest());
}

function bytesOf(random: SeededRandom, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.nextInt(256));
}

describe('a content sum', () => {
  it('does not depend on how the bytes were cut, or where they lie', () => {
    const random = new SeededRandom(1);
    for (let round = 0; round < 500; round++) {
      const bytes = bytesOf(random, random.nextInt(200));
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + random.nextInt(40));
        pieces.push(bytes.subarray(at, end));
        at = end;
      }
      const moved = new Uint8Array(bytes.length + 3).fill(9);
      moved.set(bytes, 3);
      expect([sumOf(...pieces), sumOf(moved.subarray(3))]).toEqual([sumOf(bytes), sumOf(bytes)]);
    }
  });

  it('differs for every single flipped bit, for other lengths and for another order of words', () => {
    const random = new SeededRandom(2);
    const bytes = bytesOf(random, 75);
    const sums = new Set([sumOf(bytes)]);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      sums.add(sumOf(flipped));
    }
    for (let length = 0; length < bytes.length; length++) sums.add(sumOf(bytes.subarray(0, length)));
    for (let at = 0; at + 8 <= bytes.length; at += 4) {
      const swapped = bytes.slice();
      swapped.set(bytes.subarray(at + 4, at + 8), at);
      swapped.set(bytes.subarray(at, at + 4), at + 4);
      sums.add(sumOf(swapped));
    }
    sums.add(sumOf(new Uint8Array(75)));
    sums.add(sumOf(new Uint8Array(76)));
    expect(sums.size).toBe(1 + 8 * 75 + 75 + 17 + 2);
  });
});
