/**
 * The window beside a real Flink: a connection is tried, the job submitted, its figures stand on the canvas in the chips of
 * local runs, it is stopped with a savepoint and goes on from it. Then what goes wrong: a cluster that is not there, a
 * statement that Flink refuses, a job that fails.
 */
import { violations } from '../fixtures/axe.ts';
import { expect, test } from '../fixtures/designer.ts';
import { ClusterPage } from '../pages/cluster-page.ts';
import { DesignerPage } from '../pages/designer-page.ts';

const environment = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: this spec is started by window.flink.test.ts`);
  return value;
};

const SHOP = `SET 'execution.checkpointing.interval' = '500 ms';
CREATE TABLE orders (id BIGINT, k INT, amount DOUBLE, ts AS CAST(CURRENT_TIMESTAMP AS TIMESTAMP(3)), WATERMARK FOR ts AS ts - INTERVAL '1' SECOND)
  WITH ('connector' = 'datagen', 'rows-per-second' = '200', 'fields.k.min' = '1', 'fields.k.max' = '5', 'fields.amount.min' = '0', 'fields.amount.max' = '1');
CREATE TEMPORARY VIEW big AS SELECT * FROM orders WHERE amount > 0.5;
CREATE TEMPORARY VIEW per_second AS SELECT window_start, window_end, k, COUNT(*) AS n FROM TABLE(TUMBLE(TABLE big, DESCRIPTOR(ts), INTERVAL '1' SECOND)) GROUP BY window_start, window_end, k;
CREATE TABLE totals (window_start TIMESTAMP(3), k INT, n BIGINT) WITH ('connector' = 'blackhole');
CREATE TABLE kept (id BIGINT, k INT) WITH ('connector' = 'filesystem', 'path' = 'out', 'format' = 'csv');
EXECUTE STATEMENT SET BEGIN
  INSERT INTO totals SELECT window_start, k, n FROM per_second;
  INSERT INTO kept SELECT id, k FROM big;
END;
`;

test('a job is submitted, watched on the canvas, stopped with a savepoint and resumed', async ({
  launch,
  write,
  folder,
}) => {
  const rest = environment('MILLRACE_E2E_REST');
  const started = await launch(write('shop/job.sql', SHOP));
  const designer = new DesignerPage(started.page);
  const cluster = new ClusterPage(started.page);
  await designer.ready();
  await cluster.open();
  await cluster.connect({
    gateway: 'http://127.0.0.1:9',
    rest,
    savepointFolder: `file://${folder}/savepoints`,
  });
  await cluster.test();
  await expect(cluster.dialog()).toContainText('http://127.0.0.1:9 does not answer');
  await cluster.fill('SQL gateway', environment('MILLRACE_E2E_GATEWAY'));
  await cluster.test();
  await expect(cluster.dialog()).toContainText('Apache Flink 2.3.0');
  await expect(cluster.dialog()).toContainText('slots free');
  await cluster.submit();

  await expect(cluster.job()).toContainText('running');
  await expect(designer.runState()).toContainText('On the cluster');
  for (const name of ['orders', 'big', 'per_second', 'totals', 'kept']) {
    await expect.poll(() => designer.rowCount(name), { timeout: 30_000, message: name }).toBeGreaterThan(0);
  }
  // What a filter lets through is less than what comes in, and what is kept is what it lets through.
  const [read, passed] = [await designer.rowCount('orders'), await designer.rowCount('big')];
  expect(passed ?? 0).toBeLessThan(read ?? 0);
  await expect(designer.node('big').locator('[title^="Watermark"]')).toBeVisible();
  await expect(designer.node('big')).toContainText('/s');
  await expect(cluster.job()).toContainText(/[1-9]\d* checkpoints?, last/);
  await expect(designer.node('per_second').getByTestId('node-load')).toContainText(/busy \d+ %/, { timeout: 30_000 });
  await expect(started.page.getByText('The rows of this job are on the cluster')).toBeVisible();
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await designer.command(theme === 'light' ? 'Light Theme' : 'Dark Theme');
    found.push(...(await violations(started.page, theme, 'watched job')));
    await cluster.open();
    await expect(cluster.dialog().getByRole('listitem').first()).toBeVisible();
    found.push(...(await violations(started.page, theme, 'cluster dialog')));
    await started.page.keyboard.press('Escape');
  }
  expect(found).toEqual([]);

  const first = await cluster.jobId();
  await cluster.bar().getByRole('button', { name: 'Stop with savepoint' }).click();
  await expect(cluster.savepoint()).toContainText('savepoints/savepoint-', { timeout: 30_000 });
  await expect(cluster.job()).toContainText('finished');
  await cluster.bar().getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => cluster.jobId(), { timeout: 30_000 }).not.toBe(first);
  await expect(cluster.job()).toContainText('restored');
  await expect.poll(() => designer.rowCount('big'), { timeout: 30_000 }).toBeGreaterThan(0);

  await cluster
    .bar()
    .getByRole('button', { name: /^Cancel/ })
    .click();
  await started.page.getByRole('button', { name: 'Cancel the job' }).click();
  await expect(cluster.job()).toContainText('canceled');
  await cluster.bar().getByRole('button', { name: 'Leave' }).click();
  await expect(cluster.bar()).toHaveCount(0);
  await expect(designer.runState()).toContainText('Not run yet');
});

test('what Flink refuses, and what fails there, stands in Problems at its node', async ({ launch, write }) => {
  const job = (
    query: string,
  ): string => `CREATE TABLE numbers (text STRING) WITH ('connector' = 'datagen', 'rows-per-second' = '10');
CREATE TABLE results (n INT) WITH ('connector' = 'blackhole');
${query}
`;
  // A catalog that only Flink looks for.
  const path = write(
    'job.sql',
    job(
      "CREATE CATALOG elsewhere WITH ('type' = 'nowhere');\nINSERT INTO results SELECT CAST(text AS INT) FROM numbers;",
    ),
  );
  const started = await launch(path);
  const designer = new DesignerPage(started.page);
  const cluster = new ClusterPage(started.page);
  await designer.ready();
  await cluster.open();
  await cluster.connect({
    gateway: environment('MILLRACE_E2E_GATEWAY'),
    rest: environment('MILLRACE_E2E_REST'),
    savepointFolder: '',
  });
  await cluster.submit();
  await expect(designer.problems().first()).toContainText(/statement 3|nowhere/);

  await started.page.keyboard.press('ControlOrMeta+2');
  await designer.typeIntoEditor(job('INSERT INTO results SELECT CAST(text AS INT) FROM numbers;'));
  await started.page.keyboard.press('ControlOrMeta+1');
  await cluster.open();
  await cluster.submit();
  await expect(cluster.job()).toContainText(/failed|restarting|running/);
  await designer.openTab('Problems');
  await expect(designer.problems().first()).toContainText('on the cluster', { timeout: 30_000 });
  await expect(designer.problems().first()).toContainText('NumberFormatException');
  // Without checkpoints there is nothing to restart from.
  await expect(cluster.job()).toContainText('failed', { timeout: 30_000 });
});
