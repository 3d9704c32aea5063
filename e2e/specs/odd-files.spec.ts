/** Files that are large, broken, empty or no scripts at all: each a clear result, and the window never freezes. */
import { Buffer } from 'node:buffer';
import type { ElectronApplication, Page } from '@playwright/test';
import { expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';

/** Longest time without a frame, ms. */
const FREEZE_MAX_MS = 200;

const SOURCE = `CREATE TABLE s (id BIGINT, v INT) WITH ('connector' = 'datagen', 'number-of-rows' = '5');\n`;

test('a script of 200 statements opens as a graph without a freeze', async ({ launch, write }) => {
  const views = Array.from(
    { length: 198 },
    (_, i) => `CREATE VIEW v${i} AS SELECT id, v + ${i} AS v FROM ${i === 0 ? 's' : `v${i - 1}`};`,
  );
  const path = write('job.sql', `${SOURCE}${views.join('\n')}\nSELECT * FROM v197;\n`);
  const { app, page } = await launch();
  const longestGapMs = await openWatched(app, page, path, async () => {
    await expect(page.getByRole('contentinfo').or(page.locator('footer'))).toContainText('200 statements');
    await expect(page.locator('.react-flow__node').first()).toBeVisible();
  });
  expect(longestGapMs).toBeLessThan(FREEZE_MAX_MS);
});

test('a mistake in the middle leaves the other statements working', async ({ launch, write }) => {
  const path = write(
    'job.sql',
    `${SOURCE}CREATE VIEW a AS SELECT * FROM s WHERE v > 0;\nCREATE VIEW b AS SELEKT 1 FORM s;\nCREATE VIEW c AS SELECT * FROM a;\n`,
  );
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  await expect(designer.cards()).toHaveCount(4);
  await designer.select('c');
  await expect(designer.inspector()).toContainText('a');
  await designer.openTab('Problems');
  await expect(page.getByRole('tabpanel', { name: /^Problems/ })).toContainText(/SELEKT|line 3/);
});

test('an empty file opens and says what to do next', async ({ launch, write }) => {
  const { page, problems } = await launch(write('job.sql', ''));
  await expect(page.getByRole('toolbar', { name: 'Run' })).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Palette' })).toBeVisible();
  await page.locator('[data-palette="source-datagen"]').click();
  await expect(page.locator('.react-flow__node')).toHaveCount(1);
  expect(problems).toEqual([]);
});

test('a file of 5 MB opens without a freeze', async ({ launch, write }) => {
  // Flows of ten views each, as a generated script has them.
  const view = (i: number): string =>
    `CREATE VIEW v_${i} AS SELECT id, v FROM ${i % 10 === 0 ? 's' : `v_${i - 1}`} WHERE v > 1; -- ${'x'.repeat(400)}\n`;
  const count = Math.ceil((5 * 1024 * 1024) / view(1000).length);
  const text = SOURCE + Array.from({ length: count }, (_, i) => view(i)).join('');
  const path = write('job.sql', text);
  const { app, page } = await launch();
  const longestGapMs = await openWatched(app, page, path, async () => {
    await expect(page.getByRole('toolbar', { name: 'Run' })).toBeVisible();
    await expect(page.getByRole('contentinfo').or(page.locator('footer'))).toContainText(/statements/, {
      timeout: 30_000,
    });
  });
  expect(longestGapMs).toBeLessThan(FREEZE_MAX_MS);
});

test('a binary file and a file that is too large are refused with a reason', async ({ launch, write }) => {
  const { app, page } = await launch();
  const messages: string[] = [];
  for (const path of [
    write('binary.sql', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 255])),
    write('huge.sql', Buffer.alloc(17 * 1024 * 1024, 32)),
  ]) {
    await open(app, path);
    const refusal = page.getByRole('alertdialog');
    await expect(refusal).toContainText(path.includes('binary') ? 'text file' : 'MB');
    messages.push((await refusal.textContent()) ?? '');
    await page.keyboard.press('Escape');
    await expect(refusal).toHaveCount(0);
  }
  expect(messages).toEqual([
    expect.stringContaining('binary.sql is not a text file'),
    expect.stringContaining('huge.sql has 17.0 MB'),
  ]);
});

/** Opens a file as the desktop does: a second start hands it to the window that is there. */
async function open(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ app: electron }, file) => electron.emit('second-instance', {}, ['electron', file], '/'), path);
}

/** Opens a file, waits for `shown`, and gives the longest time in between that the page painted no frame. */
async function openWatched(
  app: ElectronApplication,
  page: Page,
  path: string,
  shown: () => Promise<void>,
): Promise<number> {
  await expect(page.getByRole('button', { name: 'New project' })).toBeVisible();
  await page.waitForTimeout(1000);
  await page.evaluate(() => {
    const scope = globalThis as unknown as { longestGapMs: number };
    scope.longestGapMs = 0;
    let last = performance.now();
    const frame = (): void => {
      const now = performance.now();
      scope.longestGapMs = Math.max(scope.longestGapMs, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await open(app, path);
  await shown();
  await page.waitForTimeout(500);
  return page.evaluate(() => (globalThis as unknown as { longestGapMs: number }).longestGapMs);
}
