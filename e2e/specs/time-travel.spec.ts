/** The story that the designer is for: an operator of one's own, its rows and its state, and the way back in time. */
import { expect, test } from '../fixtures/designer.ts';
import { countedOrders, ENDLESS_TICKS } from '../fixtures/scripts.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { StatePage } from '../pages/state-page.ts';
import { TimeBar } from '../pages/time-bar.ts';
import { TypescriptPage } from '../pages/typescript-page.ts';

const ROW_COUNT = 1_000;

/** Row `i` is of user `u(i mod 7)` and of `i` cents. */
const PAYMENTS = Array.from({ length: ROW_COUNT }, (_, k) => {
  const i = k + 1;
  return `${JSON.stringify({ user_id: `u${i % 7}`, cents: i, ts: `2026-03-01 10:${pad(Math.floor(i / 60))}:${pad(i % 60)}` })}\n`;
}).join('');

function pad(n: number): string {
  return String(n).padStart(2, '0');
}

const SOURCE = `CREATE TABLE payments (
  user_id STRING,
  cents INT,
  ts TIMESTAMP(3),
  WATERMARK FOR ts AS ts - INTERVAL '1' SECOND
) WITH ('connector' = 'filesystem', 'path' = 'data/payments.jsonl', 'format' = 'json');
`;

const OPERATOR = `import { process, state, t } from 'millrace';

/** What each user has spent so far. */
export default process({
  returns: { spent: t.bigint().notNull() },
  state: { total: state.value(t.bigint()) },
  onRow(row, cx) {
    const total = (cx.state.total.get() ?? 0n) + BigInt(row.cents ?? 0);
    cx.state.total.set(total);
    cx.emit({ spent: total });
  },
});
`;

/** Sum of the cents of a user's rows up to a row. */
function spentAt(row: number, user: number): string {
  let sum = 0;
  for (let i = 1; i <= row; i++) if (i % 7 === user) sum += i;
  return String(sum);
}

test('an operator in TypeScript is drawn, mended, run and looked into; the time bar takes exactly one row back and plays to an equal result', async ({
  launch,
  write,
}) => {
  write('data/payments.jsonl', PAYMENTS);
  const { page } = await launch(write('job.sql', SOURCE));
  const designer = new DesignerPage(page);
  const typescript = new TypescriptPage(page);
  const state = new StatePage(page);
  const time = new TimeBar(page);
  await designer.ready();

  // Drawn: from the palette, connected by dragging, with a sink behind it.
  await designer.dragFromPalette('typescript-process', 750, 90);
  await expect(designer.cards()).toHaveCount(2);
  const operator = (await designer.nodeNames()).find((name) => name !== 'payments') ?? '';
  await designer.connect('payments', operator);
  await designer.dragFromPalette('sink-print', 750, 400);
  await expect(designer.cards()).toHaveCount(3);
  const sink = (await designer.nodeNames()).find((name) => name !== 'payments' && name !== operator) ?? '';
  await designer.connect(operator, sink);
  await designer.select(operator);

  // A mistake in the name of a column is seen in the text and in the list, and mended.
  await typescript.openInInspector();
  await typescript.replaceText(OPERATOR.replace('row.cents', 'row.cent'));
  await expect(typescript.redLines()).not.toHaveCount(0);
  await designer.openTab('Problems');
  await expect(designer.problems()).toContainText(["Property 'cent' does not exist"]);
  await typescript.replaceText(OPERATOR);
  await expect(typescript.redLines()).toHaveCount(0);
  await expect(designer.problems()).toHaveCount(0);

  await designer.runToEnd();
  await expect.poll(() => designer.rowCount(operator)).toBe(ROW_COUNT);
  await designer.openTab('Rows');
  await expect(page.getByTestId('row-count')).toHaveText('1,000 rows');
  await state.open();
  expect(await state.entries()).toHaveLength(7);
  expect(await state.value('u3')).toBe(spentAt(1000, 3));

  // Back to row 500, which is of user 3, and one row further.
  await time.dragTo(0.5);
  await time.standsAt(500);
  expect(await designer.rowCount('payments')).toBe(500);
  await expect.poll(() => state.value('u3')).toBe(spentAt(500, 3));
  await time.stepBack();
  await time.standsAt(499);
  await expect.poll(() => state.value('u3')).toBe(spentAt(499, 3));
  expect([await designer.rowCount('payments'), await designer.rowCount(operator)]).toEqual([499, 499]);
  expect(spentAt(499, 3)).not.toBe(spentAt(500, 3));

  await time.playToEnd();
  await expect(time.digest()).toContainText(/equal/i);
  expect(await state.value('u3')).toBe(spentAt(1000, 3));
});

const BOUNDED = countedOrders(200, 100);

test('the time bar works by keyboard and by number, and Escape shows the run again as it stands', async ({
  launch,
  write,
}) => {
  const { page } = await launch(write('job.sql', BOUNDED));
  const designer = new DesignerPage(page);
  const time = new TimeBar(page);
  await designer.ready();
  await designer.runToEnd();
  await expect.poll(() => designer.rowCount('results')).toBe(100);

  await time.slider().focus();
  await page.keyboard.press('ArrowLeft');
  await time.standsAt(199);
  await page.keyboard.press('PageDown');
  await time.standsAt(189);
  expect([await designer.rowCount('orders'), await designer.rowCount('results')]).toEqual([189, 89]);
  expect(await time.place()).toMatch(/^row 189 of 200/);
  await page.keyboard.press('Home');
  await time.standsAt(0);
  expect([await designer.rowCount('orders'), await designer.rowCount('results')]).toEqual([0, 0]);

  const field = time.bar().getByRole('textbox', { name: 'Go to input row' });
  await field.fill('75 %');
  await field.press('Enter');
  await time.standsAt(150);
  await page.keyboard.press('F7');
  await time.standsAt(149);
  await page.keyboard.press('F10');
  await time.standsAt(150);
  expect([await designer.rowCount('orders'), await designer.rowCount('results')]).toEqual([150, 50]);

  // The last row and what is in it are told; a number that means nothing moves nothing.
  await expect(time.moment()).toContainText('150 · 150');
  await field.fill('soon');
  await field.press('Enter');
  await time.standsAt(150);
  await time.slider().focus();
  await page.keyboard.press('Escape');
  await expect(time.moment()).toHaveCount(0);
  await expect(designer.runState()).toContainText('Finished');
  expect([await designer.rowCount('orders'), await designer.rowCount('results')]).toEqual([200, 100]);
});

test('looking back while rows come lets the run rest; it is played at a pace, and the run goes on from where it rested', async ({
  launch,
  write,
}) => {
  const { page } = await launch(write('job.sql', ENDLESS_TICKS));
  const designer = new DesignerPage(page);
  const time = new TimeBar(page);
  await designer.ready();
  await designer.run();
  await expect.poll(() => designer.rowCount('out_rows')).toBeGreaterThan(60);
  await time.goTo(5);
  expect(await designer.rowCount('out_rows')).toBe(5);
  const rowCount = Number(await time.slider().getAttribute('max'));

  await time.chooseSpeed('1×');
  await time.button('Play the recording').click();
  await expect.poll(() => designer.rowCount('out_rows')).toBeGreaterThan(8);
  await time.button('Pause').click();
  await expect(designer.runState()).toContainText('Looking back');
  expect(await designer.rowCount('out_rows')).toBeLessThan(rowCount);
  // Nothing was added to the run meanwhile.
  await time.backToTheRun();
  await expect(designer.runState()).toContainText('Paused');
  expect(await designer.rowCount('out_rows')).toBe(rowCount);

  await time.goTo(7);
  await time.moment().getByRole('button', { name: 'Go on' }).click();
  await expect(designer.runState()).toContainText('Running');
  await expect.poll(() => designer.rowCount('out_rows')).toBeGreaterThan(rowCount);
});

test('a breakpoint with a condition stops the run at its row, and the replay at the same one', async ({
  launch,
  write,
}) => {
  const { page } = await launch(write('job.sql', BOUNDED));
  const designer = new DesignerPage(page);
  const time = new TimeBar(page);
  await designer.ready();
  await time.addBreakpoint('orders', 'big', 'amount = 150');
  await designer.run();
  await expect(time.hit()).toContainText('Stopped at row 150');
  await expect(time.hit()).toContainText('orders → big');
  await expect(time.hit()).toContainText('+I 150, 150');
  await expect(designer.runState()).toContainText('Paused');
  await expect.poll(() => designer.rowCount('orders')).toBe(150);
  await time.continue();
  await expect(designer.runState()).toContainText('Finished');
  await expect.poll(() => designer.rowCount('orders')).toBe(200);

  await time.goTo(0);
  await time.chooseSpeed('Max');
  await time.button('Play the recording').click();
  await expect(time.hit()).toContainText('Stopped at row 150');
  await time.standsAt(150);
  await time.continue();
  await expect(time.digest()).toContainText('equals the first run');
});

test('a condition that is wrong says so where it is written, and stops nothing', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', BOUNDED));
  const designer = new DesignerPage(page);
  const time = new TimeBar(page);
  await designer.ready();
  const field = await time.openBreakpoint('orders', 'big');
  await field.fill('amuont = 1');
  await expect(time.breakpoint().getByRole('alert')).toContainText("Column 'amuont' not found");
  await field.fill('amount = 1');
  await expect(time.breakpoint().getByRole('alert')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(time.bar().getByRole('button', { name: 'Breakpoints: none' })).toBeVisible();
  await designer.runToEnd();
});
