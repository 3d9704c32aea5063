/**
 * Does the window stay live while a large script opens? For each script: the time from the request
 * to the graph's statement count on the screen, and the longest time in between without a frame.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { endDesigner, launchDesigner } from '../e2e/fixtures/designer.ts';
import { chainOf200, scriptOf5Mb } from '../e2e/fixtures/large-scripts.ts';
import { buildAll } from '../tools/build.ts';

export const needsDisplay = true;

/** Starts per script, unless the argument says otherwise. */
const START_COUNT = 3;

/** `npm run bench -- open [starts]`. */
export async function run(args: readonly string[]): Promise<number> {
  const startCount = Number(args[0] ?? START_COUNT);
  await buildAll();
  process.stdout.write(`${startCount} starts for each script, ${cpus().length} cores, ${cpus()[0]?.model ?? ''}\n`);
  const scripts: readonly (readonly [string, string])[] = [
    ['200 statements in a chain', chainOf200()],
    ['5 MB, flows of ten views', scriptOf5Mb('flows')],
    ['5 MB, 1,000 views on one source', scriptOf5Mb('star')],
  ];
  for (const [name, text] of scripts) {
    const figures: Opening[] = [];
    for (let i = 0; i < startCount; i++) figures.push(await openOnce(text));
    const of = (pick: (figure: Opening) => number): string => figures.map((each) => Math.round(pick(each))).join(', ');
    process.stdout.write(
      `${name.padEnd(36)} shown after ${of((each) => each.shownMs)} ms   longest time without a frame ${of((each) => each.longestGapMs)} ms   target 200 ms\n`,
    );
  }
  return 0;
}

interface Opening {
  readonly shownMs: number;
  readonly longestGapMs: number;
}

async function openOnce(text: string): Promise<Opening> {
  const home = mkdtempSync(join(tmpdir(), 'millrace-bench-home-'));
  const path = join(home, 'large.sql');
  writeFileSync(path, text);
  const designer = await launchDesigner(home, []);
  await designer.page.getByRole('button', { name: 'New project' }).waitFor();
  // The first second belongs to the start of the window and of the engine, not to the script.
  await designer.page.waitForTimeout(1000);
  await watchFrames(designer.page);
  const startedMs = performance.now();
  await designer.app.evaluate(({ app }, file) => app.emit('second-instance', {}, ['electron', file], '/'), path);
  await designer.page
    .locator('footer')
    .getByText(/statements/)
    .waitFor({ timeout: 60_000 });
  const shownMs = performance.now() - startedMs;
  await designer.page.waitForTimeout(1000);
  const longestGapMs = await designer.page.evaluate(
    () => (globalThis as unknown as { longestGapMs: number }).longestGapMs,
  );
  await endDesigner(designer);
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  return { shownMs, longestGapMs };
}

/** From now on the page keeps the longest time between two frames in `longestGapMs`. */
async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const scope = globalThis as unknown as { longestGapMs: number };
    scope.longestGapMs = 0;
    // A method: the TypeScript runner wraps named functions in a helper that the page does not have.
    const watch = {
      lastMs: performance.now(),
      frame(): void {
        const nowMs = performance.now();
        scope.longestGapMs = Math.max(scope.longestGapMs, nowMs - this.lastMs);
        this.lastMs = nowMs;
        requestAnimationFrame(() => this.frame());
      },
    };
    watch.frame();
  });
}
