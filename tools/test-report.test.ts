/** The counts that end a test run. */
import { expect, it } from 'vitest';
import { readPlaywrightReport, readVitestReport, settleSuite, summarise } from './test-report.ts';

const vitest = (over: object): unknown => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  numFailedTestSuites: 0,
  testResults: [],
  ...over,
});

it('counts a test file that does not load as a failure', () => {
  const broken = { status: 'failed', assertionResults: [] };
  const failing = { status: 'failed', assertionResults: [{ status: 'passed' }, { status: 'failed' }] };
  expect(readVitestReport('unit', vitest({ numFailedTests: 1, testResults: [broken, failing] }))).toEqual({
    name: 'unit',
    passed: 3,
    failed: 2,
    skipped: 1,
    notRun: null,
  });
});

it('counts a flaky window test, and a run that broke before its first test, as failures', () => {
  const read = (stats: object, errors: unknown[]): unknown =>
    readPlaywrightReport('window', { stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, ...stats }, errors });
  expect([read({ expected: 2, flaky: 1 }, []), read({}, ['no such file']), readPlaywrightReport('window', {})]).toEqual(
    [
      { name: 'window', passed: 2, failed: 1, skipped: 0, notRun: null },
      { name: 'window', passed: 0, failed: 1, skipped: 0, notRun: null },
      null,
    ],
  );
});

it('never takes a missing report, an empty suite or a bad exit code for success', () => {
  const good = { name: 'a', passed: 5, failed: 0, skipped: 0, notRun: null };
  expect(
    [
      settleSuite('a', good, 0),
      settleSuite('a', good, 1),
      settleSuite('a', null, 0),
      settleSuite('a', { ...good, passed: 0 }, 0),
    ].map((r) => r.failed),
  ).toEqual([0, 1, 1, 1]);
});

it('ends with the sum, and counts what was not run only where everything must run', () => {
  const results = [
    { name: 'unit', passed: 5, failed: 0, skipped: 1, notRun: null },
    { name: 'flink', passed: 0, failed: 0, skipped: 0, notRun: 'Maven (mvn) was not found' },
  ];
  expect([summarise(results, false), summarise(results, true), summarise([], false).exitCode]).toEqual([
    {
      lines: [
        'unit: 5 passed, 0 failed, 1 skipped',
        'flink: not run, because Maven (mvn) was not found',
        '5 passed, 0 failed',
      ],
      exitCode: 0,
    },
    {
      lines: [
        'unit: 5 passed, 0 failed, 1 skipped',
        'flink: not run, because Maven (mvn) was not found (a failure with CI=true)',
        '5 passed, 1 failed',
      ],
      exitCode: 1,
    },
    1,
  ]);
});
