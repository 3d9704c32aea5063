/**
 * Files that are large, broken, empty or no scripts at all: each a clear result. How long the window goes
 * without a frame meanwhile is a figure, not a verdict: `npm run bench -- open` prints it.
 */
import { Buffer } from 'node:buffer';
import type { ElectronApplication } from '@playwright/test';
import { expect, test } from '../fixtures/designer.ts';
import { chainOf200, LARGE_SOURCE, scriptOf5Mb } from '../fixtures/large-scripts.ts';
import { DesignerPage } from '../pages/designer-page.ts';

test('a script of 200 statements opens as a graph', async ({ launch, write }) => {
  const path = write('job.sql', chainOf200());
  const { app, page } = await launch();
  await expect(page.getByRole('button', { name: 'New project' })).toBeVisible();
  await open(app, path);
  await expect(page.locator('footer')).toContainText('200 statements, 200 nodes');
  await expect(page.locator('.react-flow__node').first()).toBeVisible();
});

test('a mistake in the middle leaves the other statements working', async ({ launch, write }) => {
  const path = write(
    'job.sql',
    `${LARGE_SOURCE}CREATE VIEW a AS SELECT * FROM s WHERE v > 0;\nCREATE VIEW b AS SELEKT 1 FORM s;\nCREATE VIEW c AS SELECT * FROM a;\n`,
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

for (const shape of ['flows', 'star'] as const) {
  test(`a file of 5 MB opens and says what is in it (${shape})`, async ({ launch, write }) => {
    const text = scriptOf5Mb(shape);
    const path = write('job.sql', text);
    const { app, page } = await launch();
    await expect(page.getByRole('button', { name: 'New project' })).toBeVisible();
    await open(app, path);
    const statementCount = text.split(';').length - 1;
    const counted = statementCount.toLocaleString('en-US');
    await expect(page.locator('footer')).toContainText(`${counted} statements`, { timeout: 30_000 });
    await expect(page.getByRole('toolbar', { name: 'Run' })).toBeVisible();
  });
}

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
