/** The State panel: any size at the same speed, while rows flow, at rest and at any moment of the past. */
import { expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { StatePage } from '../pages/state-page.ts';
import { TimeBar } from '../pages/time-bar.ts';

/** One key for each row. */
const job = (options: string): string => `CREATE TABLE clicks (user_id BIGINT, amount INT) WITH (
  'connector' = 'datagen', ${options},
  'fields.user_id.kind' = 'sequence', 'fields.user_id.start' = '1', 'fields.user_id.end' = '1000000',
  'fields.amount.kind' = 'sequence', 'fields.amount.start' = '1', 'fields.amount.end' = '1000000'
);
CREATE TABLE totals (user_id BIGINT, total INT, PRIMARY KEY (user_id) NOT ENFORCED) WITH ('connector' = 'blackhole');
CREATE VIEW per_user AS SELECT user_id, SUM(amount) AS total FROM clicks GROUP BY user_id;
INSERT INTO totals SELECT * FROM per_user;
`;

const KEY_COUNT = 200_000;

test('200,000 keys are shown, filtered, ordered and paged to the far end, and 1,000 at an earlier moment', async ({
  launch,
  write,
}) => {
  const { page } = await launch(write('job.sql', job(`'number-of-rows' = '${KEY_COUNT}'`)));
  const designer = new DesignerPage(page);
  const state = new StatePage(page);
  const time = new TimeBar(page);
  await designer.ready();
  await designer.select('per_user');
  await designer.runToEnd();
  await expect(designer.node('per_user').getByTestId('node-state')).toContainText('200,000');
  await state.open();
  await expect(state.size()).toContainText('200,000 entries');
  await expect.poll(() => state.entryCount()).toBe(KEY_COUNT);

  await state.filter().fill('19999');
  await expect(state.panel().getByRole('status')).toHaveText('12 of 200,000');
  await state.settled();
  await state.sortBy('user_id');
  await expect
    .poll(async () => (await state.entries()).map(([key]) => key))
    .toEqual(
      ['19999', '119999', ...Array.from({ length: 10 }, (_, i) => String(199_990 + i))].slice(
        0,
        (await state.entries()).length,
      ),
    );
  await page.getByRole('button', { name: 'Clear the filter' }).click();
  await expect.poll(() => state.entryCount()).toBe(KEY_COUNT);

  // The far end of the ascending order, then the head of the descending one.
  await state.table().focus();
  await page.keyboard.press('End');
  await expect.poll(async () => (await state.entries()).at(-1)?.[0]).toBe('200000');
  await page.keyboard.press('Home');
  await state.sortBy('user_id');
  await expect.poll(async () => (await state.entries())[0]?.[0]).toBe('200000');

  await time.goTo(1_000);
  await expect(state.size()).toContainText('1,000 entries');
  await expect.poll(async () => (await state.entries())[0]).toEqual(expect.arrayContaining(['1000']));
  await expect(designer.node('per_user').getByTestId('node-state')).toContainText('1,000');
});

test('while rows flow the entries and their count follow, and the run goes on', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', job(`'rows-per-second' = '200'`)));
  const designer = new DesignerPage(page);
  const state = new StatePage(page);
  await designer.ready();
  await designer.select('per_user');
  await designer.run();
  await expect.poll(() => designer.rowCount('totals')).toBeGreaterThan(10);
  await state.open();
  await expect(state.panel()).toContainText('live');
  await expect(state.panel()).toContainText('unbounded: no TTL');
  const before = await state.entryCount();
  await expect.poll(() => state.entryCount()).toBeGreaterThan(before + 100);
  await expect(designer.runState()).toContainText('Running');
  // A node without state leads to one that keeps some.
  await designer.select('totals');
  await state
    .panel()
    .getByRole('button', { name: /^per_user/ })
    .click();
  await expect(designer.nameField()).toHaveValue('per_user');
});
