/** Counted values as state: how much memory they say they take. */
import { expect, it } from 'vitest';
import { CountedValues } from './counted-values.ts';

it('tells the size of a set of values without looking at each of them', () => {
  const text = { kind: 'VARCHAR', nullable: true, length: 9 } as const;
  const sizes = [0, 1, 1000].map((count) => {
    const values = new CountedValues(text);
    for (let i = 0; i < count; i++) values.add(`value ${1000 + i}`, 1);
    return values.memoryBytes();
  });
  const [none = 0, one = 0, many = 0] = sizes;
  expect(many - none).toBe(1000 * (one - none));
});
