/**
 * A group of tests that needs real Flink. Without Java or Maven it is reported as not run, with the reason; with
 * `CI=true` that is a failure, so that a server never passes by leaving the judge out.
 */
import { describe, test } from 'vitest';
import { flinkPrerequisites } from './prerequisites.ts';

export function flinkSuite(title: string, body: () => void): void {
  const prerequisites = flinkPrerequisites();
  if (prerequisites.ok) {
    describe(title, () => body());
    return;
  }
  const reason = `not run, because ${prerequisites.reason}`;
  describe(title, () => {
    test(reason, (context) => {
      if (process.env.CI === 'true') throw new Error(reason);
      console.log(`${title}: ${reason}`);
      context.skip(reason);
    });
  });
}
