/** LIKE against a plain definition of it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { like } from './like.ts';

/** The definition: `%` is any text, `_` one character. Exponential, so only for short texts. */
function matches(text: readonly string[], pattern: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return text.length === 0;
  if (first === '%') return matches(text, rest) || (text.length > 0 && matches(text.slice(1), pattern));
  return text.length > 0 && (first === '_' || first === text[0]) && matches(text.slice(1), rest);
}

const letters = (...alphabet: string[]) => fc.array(fc.constantFrom(...alphabet), { maxLength: 7 });

it('agrees with its definition for every text and pattern', () => {
  fc.assert(
    fc.property(letters('a', 'b', '\n', '😀'), letters('a', 'b', '\n', '😀', '%', '_', '%'), (text, pattern) => {
      expect(like(text.join(''), pattern.join(''))).toBe(matches(text, pattern));
    }),
    { numRuns: 3000, seed: 5 },
  );
});

it('a pattern of many parts on a long text that does not match ends', () => {
  expect(like('a'.repeat(20_000), `${'%a'.repeat(20)}%b%`)).toBe(false);
  expect(like('a'.repeat(20_000), `${'%a_'.repeat(20)}%b`)).toBe(false);
});
