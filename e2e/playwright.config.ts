/** The tests in the real window. One at a time: they measure, and two cores are shared with Electron. */
import { defineConfig } from '@playwright/test';

const reportFile = process.env.MILLRACE_E2E_REPORT;

export default defineConfig({
  testDir: './specs',
  outputDir: '../test-results/window',
  workers: 1,
  fullyParallel: false,
  // A test that passes only the second time has failed; see tools/test-report.ts.
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: reportFile === undefined ? [['list']] : [['list'], ['json', { outputFile: reportFile }]],
});
