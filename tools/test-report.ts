/**
 * Counts of tests as their runners report them (JSON reporters of vitest and Playwright), and the
 * summary that ends every run. A runner that breaks before it reports counts as one failure, so
 * that a broken suite never looks like an empty one.
 */
import * as z from 'zod/mini';

/** One suite's result. `notRun` completes the sentence "not run, because …". */
export interface SuiteResult {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly notRun: string | null;
}

const vitestShape = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numFailedTestSuites: z.number(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) })),
});

const playwrightShape = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number(), skipped: z.number() }),
  errors: z.array(z.unknown()),
});

/** Counts of a vitest JSON report; null when it is none. */
export function readVitestReport(name: string, json: unknown): SuiteResult | null {
  const report = vitestShape.safeParse(json);
  if (!report.success) return null;
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report.data;
  // A file that fails to load has no tests to count.
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    name,
    passed: numPassedTests,
    failed: numFailedTests + brokenFiles.length,
    skipped: numPendingTests + numTodoTests,
    notRun: null,
  };
}

/** Counts of a Playwright JSON report; null when it is none. A test that passed only when repeated has failed. */
export function readPlaywrightReport(name: string, json: unknown): SuiteResult | null {
  const report = playwrightShape.safeParse(json);
  if (!report.success) return null;
  const { expected, unexpected, flaky, skipped } = report.data.stats;
  const broken = unexpected + flaky === 0 && report.data.errors.length > 0 ? 1 : 0;
  return { name, passed: expected, failed: unexpected + flaky + broken, skipped, notRun: null };
}

/** The result of a suite from its report and its exit code: a non-zero exit is at least one failure. */
export function settleSuite(name: string, report: SuiteResult | null, exitCode: number): SuiteResult {
  if (report === null) return { name, passed: 0, failed: 1, skipped: 0, notRun: null };
  if (exitCode !== 0 && report.failed === 0) return { ...report, failed: 1 };
  if (report.passed + report.failed === 0 && report.skipped === 0) return { ...report, failed: 1 };
  return report;
}

/** A line for each suite, and as the last line the sum. With `isStrict` (CI) what was not run has failed. */
export function summarise(results: readonly SuiteResult[], isStrict: boolean): { lines: string[]; exitCode: number } {
  const lines: string[] = [];
  let passed = 0;
  let failed = 0;
  for (const result of results) {
    passed += result.passed;
    failed += result.failed + (isStrict && result.notRun !== null ? 1 : 0);
    lines.push(
      result.notRun === null
        ? `${result.name}: ${result.passed} passed, ${result.failed} failed${result.skipped > 0 ? `, ${result.skipped} skipped` : ''}`
        : `${result.name}: not run, because ${result.notRun}${isStrict ? ' (a failure with CI=true)' : ''}`,
    );
  }
  lines.push(`${passed} passed, ${failed} failed`);
  return { lines, exitCode: failed > 0 || passed === 0 ? 1 : 0 };
}
