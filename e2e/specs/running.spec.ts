/** Running in the real window: rows of every node, fewer after a filter, and a killed engine that takes nothing with it. */
import { readFileSync } from 'node:fs';
import type { ElectronApplication } from '@playwright/test';
import { expect, test } from '../fixtures/designer.ts';
import { countedOrders, ENDLESS_TICKS } from '../fixtures/scripts.ts';
import { DesignerPage } from '../pages/designer-page.ts';

const JOB = countedOrders(40, 10);

test('a sample is opened from the welcome screen, run, and its rows are read', async ({ launch }) => {
  const { page } = await launch();
  await page.getByRole('region', { name: 'Samples' }).getByRole('button', { name: /click/i }).first().click();
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.runToEnd();
  const names = await designer.nodeNames();
  const counts = await Promise.all(names.map((name) => designer.rowCount(name)));
  expect(counts.every((count) => count !== null && count > 0)).toBe(true);
  const rows = await designer.rows();
  expect([rows.length > 5, rows.every((row) => /^[+-][IUD]$/.test(row.kind) && row.values.length > 1)]).toEqual([
    true,
    true,
  ]);
});

test('a run shows the rows that the program gives, and a filter dragged in lets fewer through', async ({
  launch,
  write,
}) => {
  const path = write('job.sql', JOB);
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.runToEnd();
  await designer.select('big');
  await expect.poll(() => designer.rowCount('results')).toBe(30);
  await expect(page.getByTestId('row-count')).toHaveText('30 rows');

  const before = await designer.nodeNames();
  await designer.dragFromPalette('filter', 480, 440);
  await expect(designer.cards()).toHaveCount(before.length + 1);
  const added = (await designer.nodeNames()).find((name) => !before.includes(name)) ?? '';
  await designer.connect('big', added);
  await designer.select(added);
  await designer.fill('Condition', 'amount > 38');
  await designer.connect(added, 'results');
  // A sink may have several inputs; only the filtered one shall stay.
  await designer.deleteEdge('big', 'results');
  await designer.runToEnd();
  await expect.poll(() => designer.rowCount('results')).toBe(2);
  await designer.select(added);
  await expect(page.getByTestId('row-count')).toHaveText('2 rows');
  expect(await designer.rows()).toEqual([
    { kind: '+I', values: ['39', '39'] },
    { kind: '+I', values: ['40', '40'] },
  ]);

  await designer.focusCanvas();
  for (let i = 0; i < 30; i++) await page.keyboard.press('ControlOrMeta+Z');
  await expect(designer.cards()).toHaveCount(before.length);
  await designer.runToEnd();
  await expect.poll(() => designer.rowCount('results')).toBe(30);
  await designer.save();
  expect(readFileSync(path, 'utf8')).toBe(JOB);
});

test('a run is paused, stepped by single rows, resumed and stopped', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', ENDLESS_TICKS));
  const designer = new DesignerPage(page);
  await designer.ready();
  // The time bar has buttons of the same names.
  const toolbar = page.getByRole('toolbar', { name: 'Run' });
  await designer.run();
  await expect.poll(() => designer.rowCount('out_rows')).toBeGreaterThan(5);
  await toolbar.getByRole('button', { name: 'Pause' }).click();
  await expect(designer.runState()).toContainText('Paused');
  await page.waitForTimeout(300);
  const paused = (await designer.rowCount('out_rows')) ?? -1;
  await page.waitForTimeout(500);
  const still = await designer.rowCount('out_rows');
  await toolbar.getByRole('button', { name: 'Step one input row' }).click();
  await expect.poll(() => designer.rowCount('out_rows')).toBe(paused + 1);
  await toolbar.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => designer.rowCount('out_rows')).toBeGreaterThan(paused + 5);
  await toolbar.getByRole('button', { name: 'Stop' }).click();
  await expect(designer.runState()).toContainText('Stopped');
  expect(still).toBe(paused);
});

test('when the engine is killed during a run the window says so and lives, and the next run works', async ({
  launch,
  write,
}) => {
  const { app, page } = await launch(write('job.sql', ENDLESS_TICKS));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.run();
  await expect.poll(() => designer.rowCount('out_rows')).toBeGreaterThan(5);

  process.kill(await enginePid(app), 'SIGKILL');
  await expect(page.getByRole('alert').filter({ hasText: 'engine' })).toBeVisible();
  await expect(designer.runState()).toContainText('Engine lost');
  // Alive: it still edits.
  await designer.select('ticks');
  await expect(designer.nameField()).toHaveValue('ticks');

  await designer.run();
  await expect(designer.runState()).toContainText('Running');
  await expect.poll(() => designer.rowCount('out_rows')).toBeGreaterThan(5);
  await expect(page.getByRole('alert').filter({ hasText: 'engine' })).toHaveCount(0);
});

test('a program with a mistake does not run; the mistake is shown and the node is marked', async ({
  launch,
  write,
}) => {
  const { page } = await launch(write('job.sql', JOB.replace('amount > 10', 'amuont > 10')));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.run();
  await expect(page.getByRole('tabpanel', { name: /^Problems/ })).toContainText('amuont');
  await expect(designer.node('big')).toContainText('amuont');
  await expect(designer.runState()).toContainText('Not run: 1 problem');
});

async function enginePid(app: ElectronApplication): Promise<number> {
  const metrics = await app.evaluate(({ app: electron }) =>
    electron.getAppMetrics().map((m) => ({ pid: m.pid, type: m.type, name: `${m.name} ${m.serviceName}` })),
  );
  const engine = metrics.find((m) => m.type === 'Utility' && m.name.includes('Millrace engine'));
  if (engine === undefined) throw new Error(`no engine process among ${JSON.stringify(metrics)}`);
  return engine.pid;
}
