/** The app as a program of the desktop: menu, theme, one instance, what the desktop asks to open. */
import { spawn } from 'node:child_process';
import { COMMAND_TABLE } from '../../src/runtime/contract/command-table.ts';
import { KNOWN_DIFFERENCES } from '../../src/runtime/job/known-differences.ts';
import { PROJECT_FOLDER } from '../../tools/build.ts';
import { endDesigner, expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';

const JOB = `CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '5');
CREATE VIEW kept AS SELECT * FROM orders WHERE id > 1;
SELECT * FROM kept;
`;

test('every command of the table is in the native menu, and choosing one does it', async ({ launch, write }) => {
  const { app, page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  await designer.ready();
  const ids = await app.evaluate(
    ({ Menu }, wanted) => {
      const menu = Menu.getApplicationMenu();
      return wanted.filter((id) => menu?.getMenuItemById(id) != null);
    },
    COMMAND_TABLE.map((entry) => entry.id),
  );
  expect(ids).toEqual(COMMAND_TABLE.map((entry) => entry.id));
  const choose = (id: string): Promise<void> =>
    app.evaluate(({ Menu }, item) => Menu.getApplicationMenu()?.getMenuItemById(item)?.click(), id);
  await choose('view.script');
  await expect(page.getByRole('tab', { name: 'Script' })).toHaveAttribute('aria-selected', 'true');
  await choose('view.canvas');
  await expect(page.getByRole('tab', { name: 'Canvas' })).toHaveAttribute('aria-selected', 'true');
});

test('Help shows all differences from Flink that are known', async ({ launch }) => {
  const { app, page } = await launch();
  await expect(page.getByRole('button', { name: 'New project' })).toBeVisible();
  await app.evaluate(({ Menu }) => Menu.getApplicationMenu()?.getMenuItemById('help.differences')?.click());
  const dialog = page.getByRole('dialog', { name: 'Differences from Flink' });
  await expect(dialog.getByRole('heading', { level: 3 })).toHaveText(
    KNOWN_DIFFERENCES.map((difference) => new RegExp(`^${difference.title.replace(/[*.()]/g, '\\$&')}`)),
  );
  await page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
});

test('a script that is dropped on the window is opened', async ({ launch, write }) => {
  const { page } = await launch();
  await expect(page.getByRole('button', { name: 'New project' })).toBeVisible();
  // A field for files is the one way to hand a page a file of the disk.
  const input = await page.evaluateHandle(() => {
    const field = document.createElement('input');
    field.type = 'file';
    return field;
  });
  await input.setInputFiles(write('dropped.sql', JOB));
  await input.evaluate((field) => {
    const transfer = new DataTransfer();
    const file = field.files?.[0];
    if (file !== undefined) transfer.items.add(file);
    document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  await expect(new DesignerPage(page).node('kept')).toBeVisible();
});

test('the chosen theme is kept for the next start', async ({ launch }) => {
  const first = await launch();
  await expect(first.page.getByRole('button', { name: 'New project' })).toBeVisible();
  const isDark = (page: typeof first.page): Promise<boolean> =>
    page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const wanted = (await isDark(first.page)) ? 'light' : 'dark';
  await first.app.evaluate(
    ({ Menu }, id) => Menu.getApplicationMenu()?.getMenuItemById(id)?.click(),
    `view.theme-${wanted}`,
  );
  await expect.poll(() => isDark(first.page)).toBe(wanted === 'dark');
  await endDesigner(first);
  const second = await launch();
  await expect(second.page.getByRole('button', { name: 'New project' })).toBeVisible();
  expect(await isDark(second.page)).toBe(wanted === 'dark');
});

test('a second start hands its file to the window that is open and ends', async ({ launch, write, home }) => {
  const { app, page } = await launch();
  await expect(page.getByRole('button', { name: 'New project' })).toBeVisible();
  const executable = await app.evaluate(() => process.execPath);
  const flags = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : ['--disable-gpu'];
  const second = spawn(executable, [...flags, PROJECT_FOLDER, write('job.sql', JOB)], {
    env: { ...process.env, MILLRACE_HOME: home },
    stdio: 'ignore',
  });
  const code = await new Promise((settle) => second.once('exit', settle));
  await new DesignerPage(page).ready();
  await expect(new DesignerPage(page).node('kept')).toBeVisible();
  expect(code).toBe(0);
});

test('a recent project is on the welcome screen of the next start', async ({ launch, write }) => {
  const first = await launch(write('alpha/job.sql', JOB));
  await new DesignerPage(first.page).ready();
  await endDesigner(first);
  const second = await launch();
  const recent = second.page.getByRole('region', { name: 'Recent projects' });
  await recent.getByRole('button', { name: /alpha/ }).first().click();
  await expect(new DesignerPage(second.page).node('kept')).toBeVisible();
});
