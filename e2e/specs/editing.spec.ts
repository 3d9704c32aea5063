/** Drawing and typing change one text, and undo takes all of it back. */
import { readFileSync } from 'node:fs';
import { expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';

const JOB = `-- Orders of one day.
CREATE TABLE orders (id BIGINT, amount INT, city STRING) WITH (
  'connector' = 'datagen', 'number-of-rows' = '40',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '40',
  'fields.amount.kind' = 'sequence', 'fields.amount.start' = '1', 'fields.amount.end' = '40'
);

CREATE TABLE results (id BIGINT, amount INT, city STRING) WITH ('connector' = 'print');

CREATE VIEW   big AS   SELECT * FROM orders WHERE amount > 10; -- odd spacing stays
INSERT INTO results SELECT * FROM big;
`;

test('every statement of a sample is on the canvas, and no card covers another', async ({ launch, copySample }) => {
  const { page } = await launch(copySample('clickstream'));
  const designer = new DesignerPage(page);
  await designer.ready();
  const boxes = await designer
    .cards()
    .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().toJSON()));
  const overlapping = boxes.flatMap((a, i) =>
    boxes.slice(i + 1).filter((b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom),
  );
  expect([boxes.length > 8, overlapping]).toEqual([true, []]);
});

test('a filter is dragged in, connected and set by form; its SQL follows, and the form follows the SQL; undo restores every byte', async ({
  launch,
  write,
}) => {
  const path = write('job.sql', JOB);
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  const namesBefore = await designer.nodeNames();

  await designer.dragFromPalette('filter', 420, 380);
  await expect(designer.cards()).toHaveCount(namesBefore.length + 1);
  const added = (await designer.nodeNames()).find((name) => !namesBefore.includes(name)) ?? '';
  await designer.connect('orders', added);
  await designer.select(added);
  await expect(designer.field('Input')).toHaveValue('orders');
  await designer.fill('Condition', 'amount > 30');

  await designer.openTab('SQL');
  await expect(designer.editor()).toContainText('amount > 30');
  const statement = await designer.editorText();
  await designer.typeIntoEditor(statement.replace('amount > 30', 'amount > 35 AND id > 2'));
  await designer.openTab('Form');
  await expect(designer.field('Condition')).toHaveValue('amount > 35 AND id > 2');

  await designer.save();
  const saved = readFileSync(path, 'utf8');
  expect(saved.startsWith(JOB.slice(0, JOB.indexOf('INSERT')))).toBe(true);
  expect(saved).toContain('amount > 35 AND id > 2');

  await designer.focusCanvas();
  for (let i = 0; i < 30; i++) await page.keyboard.press('ControlOrMeta+Z');
  await expect(designer.cards()).toHaveCount(namesBefore.length);
  await designer.save();
  expect(readFileSync(path, 'utf8')).toBe(JOB);
});

test('an operator is added and connected by keyboard alone', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.select('big');
  await page.locator('[data-palette="filter"]').focus();
  await page.keyboard.press('Enter');
  await expect(designer.cards()).toHaveCount(4);
  await expect(designer.field('Input')).toHaveValue('big');
});

test('typing in the script moves the canvas', async ({ launch, write }) => {
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  await designer.ready();
  await designer.openTab('Script');
  await designer.typeIntoEditor(JOB.replaceAll('big', 'huge'));
  await designer.openTab('Canvas');
  await expect(designer.node('huge')).toBeVisible();
  expect(await designer.nodeNames()).not.toContain('big');
});

test('an error is on the node, in the list of problems and in the inspector, and the list leads to the node', async ({
  launch,
  write,
}) => {
  const { page } = await launch(write('job.sql', JOB.replace('amount > 10', 'amuont > 10')));
  const designer = new DesignerPage(page);
  await designer.ready();
  await expect(designer.node('big')).toContainText('amuont');
  await designer.openTab('Problems');
  await designer.problems().first().getByRole('button').first().click();
  await expect(designer.nameField()).toHaveValue('big');
  // Beside the field that is to blame.
  await expect(designer.inspector().getByRole('alert')).toContainText("Column 'amuont' not found");
});

test('positions are kept in the layout file and nowhere else', async ({ launch, write }) => {
  const path = write('job.sql', JOB);
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  await designer.ready();
  const card = designer.node('big');
  const box = await card.boundingBox();
  if (box === null) throw new Error('the card is not shown');
  await page.mouse.move(box.x + 60, box.y + 12);
  await page.mouse.down();
  await page.mouse.move(box.x + 90, box.y + 132, { steps: 6 });
  await page.mouse.up();
  await expect(page.getByRole('img', { name: 'Unsaved changes' })).toBeVisible();
  await designer.save();
  const layout = JSON.parse(readFileSync(path.replace('.sql', '.layout.json'), 'utf8')) as {
    nodes: Record<string, unknown>;
  };
  expect([readFileSync(path, 'utf8'), Object.keys(layout.nodes).some((id) => id.includes('big'))]).toEqual([JOB, true]);
});
