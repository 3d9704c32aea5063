/** What the build skips, and the lock that keeps two builds apart. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BUILD_TARGETS, buildAll, PROJECT_FOLDER } from './build.ts';
import { withFolderLock } from './folder-lock.ts';

it('builds a target once and then says that it is unchanged', async () => {
  await buildAll(['preload']);
  const again = await buildAll(['preload']);
  const output = BUILD_TARGETS.find((target) => target.name === 'preload')?.output ?? '';
  expect([again.map(({ name, built }) => ({ name, built })), existsSync(join(PROJECT_FOLDER, output))]).toEqual([
    [{ name: 'preload', built: false }],
    true,
  ]);
});

it('refuses a target that there is not, naming those there are', async () => {
  await expect(buildAll(['rendrer'])).rejects.toThrow(
    /no build target rendrer; there are main, preload, engine, cli, renderer/,
  );
});

it('lets one holder of a lock work at a time, and takes over the lock of a dead one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  // A process that has ended for certain.
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(folder, '.lock'), String(pid));
  let insideCount = 0;
  let insideMax = 0;
  const work = (): Promise<void> =>
    withFolderLock(folder, async () => {
      insideMax = Math.max(insideMax, ++insideCount);
      await new Promise((go) => setTimeout(go, 20));
      insideCount--;
    });
  await Promise.all([work(), work(), work()]);
  await expect(withFolderLock(folder, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect([insideMax, existsSync(join(folder, '.lock'))]).toEqual([1, false]);
  rmSync(folder, { recursive: true });
});
