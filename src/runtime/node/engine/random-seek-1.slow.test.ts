/** Random programs, sought and run straight: see `test-random-seek.ts`. Two files, so that two cores share the work. */
import { describe, expect, it } from 'vitest';
import { seedsOf, seekFailures } from './test-random-seek.ts';

const seeds = seedsOf(1);

describe('random programs', () => {
  it.skipIf(seeds.count === 0)(
    `seek as if they had run straight to the row (${seeds.count} seeds from ${seeds.first})`,
    {
      timeout: 60_000 + 1_000 * seeds.count,
    },
    async () => {
      const { failures, ranCount } = await seekFailures(seeds);
      expect(failures.join('\n\n')).toBe('');
      // Programs that are refused prove nothing; a few are, and one seed alone may be one of them.
      expect(ranCount).toBeGreaterThan(seeds.count < 10 ? -1 : 0.8 * seeds.count);
    },
  );
});
