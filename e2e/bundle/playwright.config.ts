/** The window beside a real cluster, whose addresses come from the environment. Started by `window.flink.test.ts`. */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  testMatch: 'cluster.spec.ts',
  outputDir: '../../test-results/bundle-window',
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list']],
});
