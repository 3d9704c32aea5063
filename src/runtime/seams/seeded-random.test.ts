/** The random seam. */
import { describe, expect, it } from 'vitest';
import type { Random } from './random.ts';
import { SeededRandom } from './seeded-random.ts';

const draw = (random: Random, count = 5): number[] => Array.from({ length: count }, () => random.next());

describe('SeededRandom', () => {
  it('gives the same numbers for the same seed, and others for a close one', () => {
    expect(draw(new SeededRandom(7))).toEqual(draw(new SeededRandom(7)));
    expect(draw(new SeededRandom(7))).not.toEqual(draw(new SeededRandom(8)));
  });

  it('tells seeds apart that differ above 32 bits only', () => {
    expect(draw(new SeededRandom(1))).not.toEqual(draw(new SeededRandom(1 + 4294967296)));
  });

  it('goes on with the same stream from a kept state', () => {
    const random = new SeededRandom(42);
    draw(random, 17);
    const state = random.state();
    const rest = draw(random);
    const other = new SeededRandom(0);
    other.restore(state);
    expect(draw(other)).toEqual(rest);
  });

  it('forks streams that depend on seed and name, not on how far this one was read', () => {
    const fresh = new SeededRandom(5);
    const read = new SeededRandom(5);
    draw(read, 100);
    expect(draw(read.fork('a'))).toEqual(draw(fresh.fork('a')));
    expect(draw(fresh.fork('a'))).not.toEqual(draw(fresh.fork('b')));
    expect(draw(fresh.fork('a'))).not.toEqual(draw(new SeededRandom(6).fork('a')));
  });

  it('spreads evenly over [0, 1) and over a range of integers', () => {
    const random = new SeededRandom(3);
    const counts = [0, 0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 70_000; i++) {
      const index = random.nextInt(7);
      counts[index] = (counts[index] ?? Number.NaN) + 1;
    }
    expect(counts.every((count) => count > 9_600 && count < 10_400)).toBe(true);
    expect(draw(random, 10_000).every((value) => value >= 0 && value < 1)).toBe(true);
  });

  it('refuses a range without numbers and a state that is not one', () => {
    expect(() => new SeededRandom(1).nextInt(0)).toThrow('positive');
    expect(() => new SeededRandom(1).restore([1, 2, 3])).toThrow('four integers');
  });
});
