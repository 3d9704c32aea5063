/** The fast tests: all but those that need the built window or real Flink (see tools/test.ts). */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'tools/**/*.test.ts', 'e2e/checks/**/*.test.ts'],
    testTimeout: 20_000,
  },
});
