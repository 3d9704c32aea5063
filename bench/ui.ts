/**
 * What a user waits for: from the start of the process to a canvas that answers, and from the click
 * on Run to the first row on the screen. The real window on the clickstream sample, several starts;
 * the first run of each start also starts the engine process.
 */

import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { endDesigner, launchDesigner } from '../e2e/fixtures/designer.ts';
import { buildAll, PROJECT_FOLDER } from '../tools/build.ts';

export const needsDisplay = true;

/** Starts, and runs in each, unless the arguments say otherwise. */
const START_COUNT = 5;
const RUN_COUNT = 5;

/** `npm run bench -- ui [starts] [runs] [sample]`. */
export async function run(args: readonly string[]): Promise<number> {
  const startCount = Number(args[0] ?? START_COUNT);
  const runCount = Number(args[1] ?? RUN_COUNT);
  const sample = args[2] ?? 'clickstream';
  await buildAll();
  const startsMs: number[] = [];
  const firstRunsMs: number[] = [];
  const laterRunsMs: number[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  cpSync(join(PROJECT_FOLDER, 'samples', sample), join(folder, sample), { recursive: true });
  // One start for the disk cache; it is not counted, because the first start after a boot measures the disk.
  for (let i = -1; i < startCount; i++) {
    const home = mkdtempSync(join(tmpdir(), 'millrace-bench-home-'));
    const startedMs = Date.now();
    const designer = await launchDesigner(home, [join(folder, sample, 'job.sql')], { trustedFolders: [folder] });
    const interactiveMs = (await whenInteractive(designer.page)) - startedMs;
    const runsMs: number[] = [];
    for (let r = 0; r < runCount; r++) runsMs.push(await clickToFirstRow(designer.page));
    await endDesigner(designer);
    rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    process.stderr.write(
      `start ${i + 1}: interactive after ${interactiveMs} ms; runs ${runsMs.map(Math.round).join(', ')} ms\n`,
    );
    if (i < 0) continue;
    startsMs.push(interactiveMs);
    firstRunsMs.push(...runsMs.slice(0, 1));
    laterRunsMs.push(...runsMs.slice(1));
  }
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(
    `sample ${sample}, ${startCount} starts of ${runCount} runs, ${cpus().length} cores, ${cpus()[0]?.model ?? ''}\n`,
  );
  print('process start to interactive canvas', startsMs, 1500);
  print('click on Run to first row, first run of a start', firstRunsMs, null);
  print('click on Run to first row, later runs', laterRunsMs, 100);
  return 0;
}

/** Wall-clock ms at which a card is painted and the page answers input: a frame came, and a task after it. */
async function whenInteractive(page: Page): Promise<number> {
  const handle = await page.waitForFunction(
    () =>
      document.querySelector('.react-flow__node') === null
        ? null
        : new Promise<number>((settle) =>
            requestAnimationFrame(() => setTimeout(() => settle(performance.timeOrigin + performance.now()))),
          ),
    undefined,
    { polling: 'raf', timeout: 30_000 },
  );
  return Math.round((await handle.jsonValue()) ?? 0);
}

/**
 * Clicks Run and gives the ms from the click, as the page got it, to the frame that shows the first
 * row of this run. The table says which run its rows are of: those of the run before stay until then.
 */
async function clickToFirstRow(page: Page): Promise<number> {
  const tookMs = page.evaluate(
    () =>
      new Promise<number>((settle) => {
        let clickedMs = 0;
        // No named functions here: the compiler's help for their names is not in the page.
        const row = '[role=row][data-kind]';
        const before = document.querySelector(row)?.closest('[data-view]')?.getAttribute('data-view') ?? null;
        const observer = new MutationObserver(() => {
          if (clickedMs === 0) return;
          const view = document.querySelector(row)?.closest('[data-view]')?.getAttribute('data-view') ?? null;
          if (view === null || view === before) return;
          observer.disconnect();
          // The frame after the one that lays the row out has it on the screen.
          requestAnimationFrame(() => requestAnimationFrame((nowMs) => settle(nowMs - clickedMs)));
        });
        document.addEventListener(
          'click',
          (event) => {
            clickedMs = event.timeStamp;
            observer.observe(document.body, { childList: true, subtree: true, attributes: true });
          },
          { capture: true, once: true },
        );
      }),
  );
  await page.getByRole('toolbar', { name: 'Run' }).getByRole('button', { name: 'Run', exact: true }).click();
  const ms = await tookMs;
  await page
    .getByRole('toolbar', { name: 'Run' })
    .getByText(/Finished|Stopped|Failed/)
    .waitFor({ timeout: 30_000 });
  return ms;
}

function print(what: string, valuesMs: readonly number[], targetMs: number | null): void {
  const sorted = [...valuesMs].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
  const target = targetMs === null ? '' : `   target ${targetMs} ms`;
  process.stdout.write(`${what.padEnd(50)} p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   n ${sorted.length}${target}\n`);
}
