/** Whoever adds a package or a version must make the notices again: this test says so. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { NOTICES_PATH, noticesText } from './third-party-notices.ts';

test('the notices name every package that is bundled, with its licence text', () => {
  const isCurrent = readFileSync(NOTICES_PATH, 'utf8') === noticesText();
  expect(isCurrent, 'npx tsx e2e/checks/third-party-notices.ts --write').toBe(true);
});
