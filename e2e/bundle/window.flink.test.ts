/** The window beside a real cluster: Playwright on the real Electron, in a process of its own. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flinkSuite } from '../flink/flink-suite.ts';
import { flinkPrerequisites } from '../flink/prerequisites.ts';
import { run } from './bundle-run.ts';
import { type FlinkCluster, startFlinkCluster } from './flink-cluster.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));

flinkSuite('the window beside a real cluster', () => {
  let cluster: FlinkCluster | null = null;

  beforeAll(async () => {
    const prerequisites = flinkPrerequisites();
    if (!prerequisites.ok) throw new Error(prerequisites.reason);
    cluster = await startFlinkCluster(prerequisites.tools, (line) => process.stdout.write(`${line}\n`));
  });

  afterAll(async () => {
    await cluster?.stop();
  });

  test('submits, watches, stops with a savepoint and resumes; says what is refused and what fails', async () => {
    const { gateway = '', rest = '' } = cluster ?? {};
    const playwright = join(repository, 'node_modules', '.bin', 'playwright');
    const args = ['test', '--config', join(repository, 'e2e', 'bundle', 'playwright.config.ts')];
    const environment = { MILLRACE_E2E_GATEWAY: gateway, MILLRACE_E2E_REST: rest };
    const { code, text } =
      process.platform === 'linux'
        ? await run('xvfb-run', ['-a', '-s', '-screen 0 1920x1200x24', playwright, ...args], repository, environment)
        : await run(playwright, args, repository, environment);
    process.stdout.write(text);
    expect(code, text.slice(-6_000)).toBe(0);
  });
});
