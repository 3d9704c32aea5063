/** Recordings of a project: each run leaves one, and each can be opened, deleted, bounded; a damaged one is named. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endDesigner, expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { TimeBar } from '../pages/time-bar.ts';

const JOB = `CREATE TABLE orders (id BIGINT, amount INT) WITH (
  'connector' = 'datagen', 'number-of-rows' = '200',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '200',
  'fields.amount.kind' = 'sequence', 'fields.amount.start' = '1', 'fields.amount.end' = '200'
);
CREATE TABLE results (id BIGINT, amount INT) WITH ('connector' = 'print');
CREATE VIEW big AS SELECT * FROM orders WHERE amount > 100;
INSERT INTO results SELECT * FROM big;
`;

/** Folders of the recordings, oldest first. */
function recordingsIn(folder: string): string[] {
  const all = join(folder, '.millrace', 'recordings');
  return readdirSync(all)
    .map((name) => join(all, name))
    .sort((a, b) => statSync(a).birthtimeMs - statSync(b).birthtimeMs);
}

test('an older recording is opened after a restart, with the script that it was made of; a damaged one is named and stays closed', async ({
  launch,
  write,
  folder,
}) => {
  const path = write('job.sql', JOB);
  const first = await launch(path);
  const designer = new DesignerPage(first.page);
  await designer.ready();
  await designer.runToEnd();
  await designer.select('big');
  await designer.fill('Condition', 'amount > 150');
  await designer.runToEnd();
  await expect.poll(() => designer.rowCount('results')).toBe(50);
  await designer.save();
  const list = await new TimeBar(first.page).openRecordings();
  await expect(list.getByRole('button', { name: /^Open the recording/ })).toHaveCount(2);
  await expect(list).toContainText('this run');
  await endDesigner(first);

  const second = await launch(path);
  const again = new DesignerPage(second.page);
  const time = new TimeBar(second.page);
  await again.ready();
  const dialog = await time.openRecordings();
  // The newest stands first; the one below it is of the script as it was.
  const rows = dialog.getByRole('row').filter({ has: second.page.getByRole('button', { name: /^Open/ }) });
  await expect(rows).toContainText(['as it is now', 'another one']);
  await expect(rows).toContainText(['200', '200']);
  await rows.nth(1).getByRole('button', { name: /^Open/ }).click();
  await expect(dialog).toHaveCount(0);
  await time.standsAt(200);
  await expect(time.moment()).toContainText('of another script');
  await expect.poll(() => again.rowCount('results')).toBe(100);
  await time.goTo(120);
  expect([await again.rowCount('orders'), await again.rowCount('results')]).toEqual([120, 20]);
  await time.bar().getByRole('button', { name: 'Close' }).click();
  await expect(time.moment()).toHaveCount(0);
  await endDesigner(second);

  // A byte flips in the older one.
  const [older = ''] = recordingsIn(folder);
  flipBytes(older);
  const third = await launch(path);
  await new DesignerPage(third.page).ready();
  const damagedList = await new TimeBar(third.page).openRecordings();
  const damaged = damagedList.getByRole('row').filter({ hasText: 'damaged' });
  await expect(damaged).toHaveCount(1);
  await expect(damaged.getByRole('button', { name: /^Open/ })).toBeDisabled();

  // It is deleted after a question, on the disk too; the other one stays.
  await damaged.getByRole('button', { name: /^Delete/ }).click();
  await third.page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(damaged).toHaveCount(0);
  await expect(damagedList.getByRole('button', { name: /^Open the recording/ })).toHaveCount(1);
  await expect.poll(() => recordingsIn(folder).length).toBe(1);
  expect(recordingsIn(folder)).not.toContain(older);
});

test('how many are kept, and whether runs are recorded at all, is the choice of the user', async ({
  launch,
  write,
  folder,
}) => {
  const path = write('job.sql', JOB);
  const first = await launch(path);
  const designer = new DesignerPage(first.page);
  await designer.ready();
  await designer.runToEnd();
  await designer.runToEnd();
  const list = await new TimeBar(first.page).openRecordings();
  const kept = list.getByRole('textbox', { name: 'Recordings kept of a project' });
  await kept.fill('1');
  await kept.press('Enter');
  await expect(list.getByRole('button', { name: 'Delete all but the newest 1' })).toBeVisible();
  const before = recordingsIn(folder);
  await endDesigner(first);

  // The runs of this session can still be gone back to; those of earlier ones give way to the newest.
  const second = await launch(path);
  const again = new DesignerPage(second.page);
  const time = new TimeBar(second.page);
  await again.ready();
  await again.runToEnd();
  await expect.poll(() => recordingsIn(folder).length).toBe(1);
  const [newest = ''] = recordingsIn(folder);
  expect([before.length, before.includes(newest)]).toEqual([2, false]);

  const dialog = await time.openRecordings();
  await dialog.getByRole('checkbox', { name: 'Record every run' }).uncheck();
  await second.page.keyboard.press('Escape');
  await expect(dialog).toHaveCount(0);
  await again.runToEnd();
  await expect(time.bar()).toContainText('This run is not recorded.');
  expect(recordingsIn(folder)).toEqual([newest]);
  await time.bar().getByRole('button', { name: 'Record runs' }).click();
  await again.runToEnd();
  await time.goTo(100);
  await expect.poll(() => again.rowCount('orders')).toBe(100);
});

/** Turns bits in the files of a recording that hold its entries, at their beginning, middle and end. */
function flipBytes(recording: string): void {
  const folder = join(recording, 'store');
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const bytes = statSync(file).isFile() ? readFileSync(file) : Buffer.alloc(0);
    if (!/\.(ldb|log|sst)$/.test(name) || bytes.length < 64) continue;
    for (const at of [20, bytes.length >> 1, bytes.length - 20]) bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    writeFileSync(file, bytes);
  }
}
