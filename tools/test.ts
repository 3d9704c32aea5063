/**
 * `npm test`: every test there is, after setting up what this machine misses. `npm run test:fast`:
 * only those that need neither a build, nor a window, nor Java. The very last line of either is
 * `N passed, N failed`. Names given after `--` choose suites: `npm test -- window flink`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildAll, PROJECT_FOLDER } from './build.ts';
import { installCommand, installPackages, isOnPath, missingPackages } from './system-packages.ts';
import { readPlaywrightReport, readVitestReport, type SuiteResult, settleSuite, summarise } from './test-report.ts';

/** One kind of tests and how it is run. `prepare` gives the reason why it cannot run here, or null. */
interface Suite {
  readonly name: string;
  readonly prepare: () => Promise<string | null>;
  readonly command: (reportFile: string) => {
    readonly program: string;
    readonly args: readonly string[];
    readonly env: Record<string, string>;
  };
  readonly read: (name: string, json: unknown) => SuiteResult | null;
}

const bin = (name: string): string => join(PROJECT_FOLDER, 'node_modules', '.bin', name);
const vitestArgs = (reportFile: string): string[] => [
  'run',
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${reportFile}`,
];

const UNIT: Suite = {
  name: 'unit',
  prepare: async () => null,
  command: (reportFile) => ({ program: bin('vitest'), args: vitestArgs(reportFile), env: {} }),
  read: readVitestReport,
};

/** The unit tests without those that take many random runs or start many processes (`*.slow.test.ts`). */
const FAST: Suite = {
  ...UNIT,
  command: (reportFile) => {
    const unit = UNIT.command(reportFile);
    return { ...unit, args: [...unit.args, '--exclude', '**/*.slow.test.ts'] };
  },
};

const WINDOW: Suite = {
  name: 'window',
  prepare: async () => {
    // Specs with a real broker are skipped without it.
    await javaIsThere();
    if (process.platform === 'linux') {
      const missing = missingPackages({ withVirtualDisplay: true });
      if (missing.length > 0 && !installPackages(missing)) {
        return `system packages are missing; install them with: ${installCommand(missing)}`;
      }
      if (!isOnPath('xvfb-run')) return `xvfb-run was not found; install it with: ${installCommand(['xvfb'])}`;
    }
    return null;
  },
  command: (reportFile) => {
    const args = ['test', '--config', join(PROJECT_FOLDER, 'e2e', 'playwright.config.ts')];
    const env = { MILLRACE_E2E_REPORT: reportFile };
    // A virtual display also on a desktop: no windows pop up, and every machine has the same screen.
    return process.platform === 'linux'
      ? { program: 'xvfb-run', args: ['-a', '-s', '-screen 0 1920x1200x24', bin('playwright'), ...args], env }
      : { program: bin('playwright'), args, env };
  },
  read: readPlaywrightReport,
};

/** Sees to Java and Maven; answers what is missing, null when all is there. */
async function javaIsThere(): Promise<string | null> {
  const { flinkPrerequisites } = await import('../e2e/flink/prerequisites.ts');
  const found = flinkPrerequisites();
  if (found.ok) return null;
  // A whole run sets up what it needs; on a person's own machine a JDK is not installed unasked.
  if (isStrict && installPackages(['openjdk-17-jdk-headless', 'maven']) && flinkPrerequisites().ok) return null;
  return found.reason;
}

/** Tests beside real Flink, or a real Kafka broker, in a folder of e2e: they need the same tools. */
const withFlink = (name: string): Suite => ({
  name,
  prepare: javaIsThere,
  command: (reportFile) => ({
    program: bin('vitest'),
    args: [...vitestArgs(reportFile), '--config', join(PROJECT_FOLDER, 'e2e', name, 'vitest.config.ts')],
    env: {},
  }),
  read: readVitestReport,
});

/** With CI=true everything must run. */
const isStrict = process.env.CI === 'true';

const ALL_SUITES = [UNIT, WINDOW, withFlink('flink'), withFlink('bundle'), withFlink('kafka')];

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const isFast = args.includes('--fast');
  const names = args.filter((argument) => !argument.startsWith('-'));
  const suites = isFast ? [FAST] : ALL_SUITES.filter((suite) => names.length === 0 || names.includes(suite.name));
  if (suites.length === 0) {
    process.stderr.write(`There is no such suite; there are ${ALL_SUITES.map((suite) => suite.name).join(', ')}.\n`);
    return 2;
  }
  const results: SuiteResult[] = [];
  // `.ci/run` ran the checks just before, and its last line must not hide that they failed.
  if ((process.env.MILLRACE_CHECK_EXIT ?? '0') !== '0') {
    results.push({ name: 'check', passed: 0, failed: 1, skipped: 0, notRun: null });
  }
  if (!isFast) {
    try {
      for (const outcome of await buildAll()) {
        process.stdout.write(`build ${outcome.name}: ${outcome.built ? `${outcome.elapsedMs} ms` : 'unchanged'}\n`);
      }
    } catch (error) {
      process.stdout.write(`The build failed: ${error instanceof Error ? error.message : String(error)}\n`);
      results.push({ name: 'build', passed: 0, failed: 1, skipped: 0, notRun: null });
    }
  }
  for (const suite of suites) results.push(await runSuite(suite));
  const { lines, exitCode } = summarise(results, isStrict);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  return exitCode;
}

async function runSuite(suite: Suite): Promise<SuiteResult> {
  process.stdout.write(`\n== ${suite.name}\n`);
  const reason = await suite.prepare();
  if (reason !== null) {
    process.stdout.write(`not run, because ${reason}\n`);
    return { name: suite.name, passed: 0, failed: 0, skipped: 0, notRun: reason };
  }
  const reportFile = join(PROJECT_FOLDER, 'test-results', `${suite.name}.json`);
  mkdirSync(dirname(reportFile), { recursive: true });
  rmSync(reportFile, { force: true });
  const { program, args, env } = suite.command(reportFile);
  const startedMs = performance.now();
  const exitCode = await new Promise<number>((settle) => {
    const child = spawn(program, args, {
      cwd: PROJECT_FOLDER,
      stdio: ['ignore', 'inherit', 'inherit'],
      // The bundler of the build before sets NODE_ENV to production in this process; React would then
      // load without what its tests need.
      env: { ...process.env, NODE_ENV: 'test', ...env },
      shell: process.platform === 'win32',
    });
    child.on('error', (error) => {
      process.stdout.write(`${program} did not start: ${error.message}\n`);
      settle(127);
    });
    child.on('close', (code) => settle(code ?? 1));
  });
  process.stdout.write(`${suite.name} took ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  let json: unknown = null;
  try {
    json = JSON.parse(readFileSync(reportFile, 'utf8'));
  } catch {
    // No report: settleSuite counts a failure.
  }
  return settleSuite(suite.name, suite.read(suite.name, json), exitCode);
}
