/** The tests against a real Kafka broker. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  cacheDir: join(here, '..', '..', 'node_modules', '.vite-kafka'),
  test: {
    include: ['**/*.kafka.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 15 * 60_000,
  },
});
