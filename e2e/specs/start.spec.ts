/** `npm start` itself, as somebody with a fresh clone types it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../tools/build.ts';
import { expect, test } from '../fixtures/designer.ts';

/** Starts as npm does; the group can be ended as a whole. */
function start(
  args: readonly string[],
  env: Record<string, string | undefined>,
): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, ['--import', 'tsx', join(PROJECT_FOLDER, 'tools', 'start.ts'), ...args], {
    cwd: PROJECT_FOLDER,
    env: { ...process.env, INIT_CWD: PROJECT_FOLDER, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
  return { child, output: () => text };
}

test('opens the window on the given project', async ({ write, home }) => {
  const path = write('shop/job.sql', 'CREATE VIEW v AS SELECT 1 AS one;\n');
  const { child, output } = start([path], { MILLRACE_HOME: home });
  try {
    // The page has asked main for the project: then it is among the recent ones.
    const recent = join(home, 'recent.json');
    await expect
      .poll(() => (existsSync(recent) ? readFileSync(recent, 'utf8') : output()), { timeout: 30_000 })
      .toContain(path);
    expect(child.exitCode).toBe(null);
    expect(output()).not.toContain('Error');
  } finally {
    process.kill(-(child.pid ?? 0), 'SIGKILL');
  }
});

test('runs the sample in the terminal where there is no display, and says how to see the window', async () => {
  test.skip(process.platform !== 'linux', 'other systems always have a display');
  const { child, output } = start([], { DISPLAY: undefined, WAYLAND_DISPLAY: undefined });
  const code = await new Promise((settle) => child.once('close', settle));
  expect(output()).toMatch(/\+I\[.*\]/);
  expect(output()).toMatch(/[1-9]\d* rows in/);
  expect(output()).toContain('xvfb-run -a npm start');
  expect(code).toBe(0);
});
