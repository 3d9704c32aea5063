/** Offsets and lines agree for all kinds of line ends. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasMixedLineEnds, LineStarts } from './text-positions.ts';

const text = fc
  .array(fc.constantFrom('a', 'bc', ' ', '\n', '\r\n', '\r'), { maxLength: 40 })
  .map((parts) => parts.join(''));

it('an offset comes back from its line and column', () => {
  fc.assert(
    fc.property(text, (t) => {
      const lines = new LineStarts(t);
      for (let offset = 0; offset <= t.length; offset += 1) {
        const { lineNumber, column } = lines.position(offset);
        expect(lines.offset(lineNumber, column)).toBe(offset);
      }
    }),
  );
});

it('line ends are mixed only when there are two kinds', () => {
  expect(['a\nb\n', 'a\r\nb\r\n', 'a', 'a\nb\r\n', 'a\r\nb\n', 'a\rb\n', 'a\rb\r\n'].map(hasMixedLineEnds)).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
    true,
  ]);
});
