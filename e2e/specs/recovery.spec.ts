/** Unsaved work survives a kill, and closing asks. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER } from '../../tools/build.ts';
import { endDesigner, expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';

const JOB = `CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '5');
CREATE VIEW kept AS SELECT * FROM orders WHERE id > 1;
SELECT * FROM kept;
`;

/** Texts of the drafts in the journal of a designer's home. */
function draftTexts(home: string): string[] {
  const folder = join(home, 'drafts');
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.map((file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as { text: string }).text);
}

test('edits that were not saved when the app was killed are offered at the next start', async ({
  home,
  launch,
  write,
}) => {
  const path = write('shop/job.sql', JOB);
  const first = await launch(path);
  const designer = new DesignerPage(first.page);
  await designer.ready();
  await designer.select('kept');
  await designer.fill('Condition', 'id > 777');
  await expect(first.page.getByRole('img', { name: 'Unsaved changes' })).toBeVisible();
  await expect.poll(() => draftTexts(home)).toEqual([JOB.replace('id > 1', 'id > 777')]);
  await endDesigner(first);
  expect(readFileSync(path, 'utf8')).toBe(JOB);

  const second = await launch();
  await second.page.getByRole('button', { name: /^Recover shop/ }).click();
  const recovered = new DesignerPage(second.page);
  await recovered.ready();
  await recovered.select('kept');
  await expect(recovered.field('Condition')).toHaveValue('id > 777');
  await recovered.save();
  expect(readFileSync(path, 'utf8')).toBe(JOB.replace('id > 1', 'id > 777'));
});

test('a project that was never saved is offered too', async ({ home, launch }) => {
  const first = await launch();
  await first.page.getByRole('button', { name: 'New project' }).click();
  await first.page.getByRole('tab', { name: 'Script', exact: true }).click();
  await new DesignerPage(first.page).typeIntoEditor(JOB);
  await expect(first.page.getByRole('img', { name: 'Unsaved changes' })).toBeVisible();
  await expect.poll(() => draftTexts(home)).toEqual([JOB]);
  await endDesigner(first);

  const second = await launch();
  await second.page.getByRole('button', { name: /^Recover Untitled/ }).click();
  await expect(new DesignerPage(second.page).node('kept')).toBeVisible();
});

test('closing with unsaved work asks: cancel stays, save writes and closes', async ({ launch, write }) => {
  const path = write('job.sql', JOB);
  const { app, page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.select('kept');
  await designer.fill('Condition', 'id > 3');
  await expect(page.getByRole('img', { name: 'Unsaved changes' })).toBeVisible();

  const answerWith = (response: number): Promise<void> =>
    app.evaluate(({ dialog }, choice) => {
      dialog.showMessageBox = () => Promise.resolve({ response: choice, checkboxChecked: false });
    }, response);
  const close = (): Promise<void> => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

  await answerWith(2);
  await close();
  await page.waitForTimeout(300);
  const stayed = !page.isClosed();
  await answerWith(0);
  const closed = page.waitForEvent('close');
  await close();
  await closed;
  expect([stayed, readFileSync(path, 'utf8')]).toEqual([true, JOB.replace('id > 1', 'id > 3')]);
});

test('a sample is saved elsewhere, with the data that it reads', async ({ launch, folder }) => {
  const { app, page } = await launch();
  await page.getByRole('region', { name: 'Samples' }).getByRole('button', { name: /click/i }).first().click();
  const designer = new DesignerPage(page);
  await designer.ready();
  const target = join(folder, 'mine', 'job.sql');
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, target);
  await page.keyboard.press('ControlOrMeta+S');
  await expect(page.getByRole('heading', { name: 'mine' })).toBeVisible();
  const sample = join(PROJECT_FOLDER, 'samples', 'clickstream');
  expect([readFileSync(target, 'utf8'), readdirSync(join(folder, 'mine', 'data'))]).toEqual([
    readFileSync(join(sample, 'job.sql'), 'utf8'),
    readdirSync(join(sample, 'data')),
  ]);
  await designer.runToEnd();
});

test('a file that another program changed is not overwritten unasked', async ({ launch, write }) => {
  const path = write('job.sql', JOB);
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.select('kept');
  await designer.fill('Condition', 'id > 3');
  const theirs = `${JOB}-- theirs\n`;
  write('job.sql', theirs);
  await page.keyboard.press('ControlOrMeta+S');
  await expect(page.getByRole('alertdialog')).toContainText('changed');
  const before = readFileSync(path, 'utf8');
  await page.getByRole('button', { name: 'Overwrite' }).click();
  await expect(page.getByRole('img', { name: 'Unsaved changes' })).toHaveCount(0);
  expect([before, readFileSync(path, 'utf8')]).toEqual([theirs, JOB.replace('id > 1', 'id > 3')]);
});
