/** The tests that run real Flink beside Millrace: minutes, not milliseconds, and one JVM at a time. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  cacheDir: join(here, '..', '..', 'node_modules', '.vite-flink'),
  test: {
    include: ['**/*.flink.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 20 * 60_000,
  },
});
