/** The export to Flink from the window: what it says first, every file to read, the rows of the last run, where it writes. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { violations } from '../fixtures/axe.ts';
import { expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { ExportPage } from '../pages/export-page.ts';

test('a job is looked at file by file and written with the rows of its last run; what somebody changed stays until the user says so', async ({
  launch,
  copySample,
  folder,
}) => {
  const started = await launch(copySample('fraud'));
  const designer = new DesignerPage(started.page);
  const dialog = new ExportPage(started);
  await designer.ready();
  await designer.runToEnd();
  const alarms = await designer.rowCount('alarm_report');
  await dialog.open();
  await expect(dialog.findings().first()).toContainText('Files are read where the TaskManagers run');
  await expect(dialog.dialog().getByRole('radio', { name: 'Of the last run' })).toBeChecked();
  await expect(dialog.dialog()).toContainText(`alarm_report: ${alarms} rows`);

  // The program is shown first, with its functions as Java classes.
  await expect(dialog.view('sql/job.sql')).toContainText('CREATE TABLE payments');
  const files = await dialog.files();
  expect(files).toEqual(expect.arrayContaining(['README.md', 'jvm/pom.xml', 'expected/alarm_report.jsonl']));
  await dialog.show('jvm/pom.xml');
  await expect(dialog.view('jvm/pom.xml')).toContainText('millrace-job');
  // By keyboard, the next file.
  await started.page.keyboard.press('ArrowUp');
  await expect(dialog.view('jvm/pom.xml')).toHaveCount(0);

  const out = join(folder, 'bundle');
  mkdirSync(out);
  await dialog.willChoose(out);
  await dialog.press('Choose a folder…');
  await expect(dialog.dialog()).toContainText(`${files.length} files written into`);
  expect(
    readFileSync(join(out, 'expected', 'alarm_report.jsonl'), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(alarms ?? -1);
  expect(existsSync(join(out, 'bin', 'verify.sh'))).toBe(true);
  await expect(dialog.dialog().getByRole('button', { name: 'Open folder' })).toBeVisible();

  appendFileSync(join(out, 'README.md'), 'A note of mine.\n');
  await dialog.press('Another folder…');
  await expect(dialog.dialog().getByRole('alert')).toContainText('was changed since it was exported');
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('A note of mine.');
  await dialog.press('Write over it');
  await expect(dialog.dialog()).toContainText('files written into');
  expect(readFileSync(join(out, 'README.md'), 'utf8')).not.toContain('A note of mine.');

  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await started.page.keyboard.press('Escape');
    await designer.command(theme === 'light' ? 'Light Theme' : 'Dark Theme');
    await dialog.open();
    await expect(dialog.view('sql/job.sql')).toBeVisible();
    found.push(...(await violations(started.page, theme, 'export')));
  }
  expect(found).toEqual([]);

  // A sentence leads to its node.
  await dialog.findings().first().getByRole('button', { name: 'payments' }).click();
  await expect(dialog.dialog()).toHaveCount(0);
  await expect(designer.nameField()).toHaveValue('payments');
});

test('what cannot run on Flink is said with its node, and nothing is written', async ({ launch, write }) => {
  write('job/data/orders.csv', '1\n');
  const path = write(
    'job/job.sql',
    `CREATE TABLE orders (id INT) WITH ('connector' = 'filesystem', 'path' = '../elsewhere/orders.csv', 'format' = 'csv');
CREATE TABLE results (id INT) WITH ('connector' = 'print');
INSERT INTO results SELECT id FROM orders;
`,
  );
  const started = await launch(path);
  const designer = new DesignerPage(started.page);
  const dialog = new ExportPage(started);
  await designer.ready();
  await dialog.open();
  await expect(dialog.findings().first()).toContainText('cannot be part of a bundle');
  await expect(dialog.dialog().getByRole('button', { name: 'Choose a folder…' })).toBeDisabled();
  await dialog.findings().first().getByRole('button', { name: 'orders' }).click();
  await expect(designer.nameField()).toHaveValue('orders');
});
