/** The SQL editors know the script: completion, repairs, rename through views, pages of functions. */
import type { Page } from '@playwright/test';
import { expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';

const JOB = `CREATE TABLE orders (id BIGINT, price DOUBLE, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH (
  'connector' = 'datagen', 'number-of-rows' = '40', 'fields.price.min' = '1'
);
CREATE TABLE results (start_at TIMESTAMP(3), total DOUBLE) WITH ('connector' = 'print');
CREATE VIEW dear AS SELECT * FROM orders WHERE price > 10;
CREATE VIEW sums AS SELECT window_start, SUM(price) AS total
FROM TUMBLE(TABLE dear, DESCRIPTOR(ts), INTERVAL '1' MINUTE) GROUP BY window_start, window_end;
INSERT INTO results SELECT * FROM sums;
`;

/** Puts the caret behind the first occurrence of a text in the editor, by the editor's own search. */
async function caretBehind(page: Page, designer: DesignerPage, text: string): Promise<void> {
  await designer.editor().click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+f');
  await page.keyboard.type(text);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ArrowRight');
}

test('a filter is offered the columns of the node before it, with their types', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.select('dear');
  await designer.openTab('SQL');
  await designer.typeIntoEditor('CREATE VIEW dear AS SELECT * FROM orders WHERE pr');
  await page.keyboard.press('Control+Space');
  const offered = page.locator('.suggest-widget .monaco-list-row').filter({ hasText: 'DOUBLE' });
  await expect(offered).toHaveCount(1);
  await page.keyboard.press('Enter');
  await page.keyboard.type(' > 20');
  await expect.poll(() => designer.editorText()).toContain('WHERE price > 20');
});

test('a wrong column is repaired with one key', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', JOB.replace('WHERE price', 'WHERE prise')));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.openTab('Script');
  await expect(page.locator('.squiggly-error').first()).toBeVisible();
  await caretBehind(page, designer, 'prise');
  await page.keyboard.press('Control+.');
  await expect(page.getByText('Write price')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect.poll(() => designer.editorText()).toContain('WHERE price > 10');
  await expect(page.locator('.squiggly-error')).toHaveCount(0);
});

test('a column is renamed through two nodes, and one undo takes it back', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.openTab('Script');
  await caretBehind(page, designer, 'WHERE price');
  await page.keyboard.press('F2');
  await expect(page.locator('.rename-input')).toBeFocused();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('cost');
  await page.keyboard.press('Enter');
  await expect.poll(() => designer.editorText()).toContain('SUM(cost)');
  const renamed = await designer.editorText();
  expect([
    renamed.includes('cost DOUBLE'),
    renamed.includes('WHERE cost'),
    renamed.includes('fields.cost.min'),
  ]).toEqual([true, true, true]);
  await designer.editor().click();
  await page.keyboard.press('Control+z');
  await expect.poll(() => designer.editorText()).toContain('SUM(price)');
});

test('a window function shows its page', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.openTab('Script');
  await designer.editor().getByText('TUMBLE').first().hover();
  const hover = page.locator('.monaco-hover').filter({ hasText: 'SIZE => interval' });
  await expect(hover).toBeVisible();
  await expect(hover).toContainText('window_start');
});

test('the keys of formatting put a script into one style, as one step', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', 'select 1 as a from (values (1)) as t(x) where x > 0;\n'));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.openTab('Script');
  await designer.editor().click();
  await page.keyboard.press('Shift+Alt+F');
  await expect.poll(() => designer.editorText()).toContain('SELECT 1 AS a\nFROM (VALUES (1)) AS t(x)\nWHERE x > 0;');
});
