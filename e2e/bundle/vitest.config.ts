/** Bundles on a real cluster: a minute or two, several JVMs. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = dirname(fileURLToPath(import.meta.url));

export default defineConfig({
  root: here,
  cacheDir: join(here, '..', '..', 'node_modules', '.vite-bundle'),
  test: {
    include: ['**/*.flink.test.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 20 * 60_000,
  },
});
