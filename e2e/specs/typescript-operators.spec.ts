/** Operators in TypeScript in the window: what the editor knows, what a run says of them, and where their files go. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { endDesigner, expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { TimeBar } from '../pages/time-bar.ts';
import { TypescriptPage } from '../pages/typescript-page.ts';

const SOURCE = `CREATE TABLE orders (id BIGINT, amount INT, city STRING) WITH (
  'connector' = 'datagen', 'number-of-rows' = '40',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '40',
  'fields.amount.kind' = 'sequence', 'fields.amount.start' = '1', 'fields.amount.end' = '40'
);
`;

const JOB = `${SOURCE}
CREATE TABLE results (id BIGINT, seen BIGINT) WITH ('connector' = 'print');
CREATE TEMPORARY FUNCTION count_rows AS 'operators/count-rows.ts' LANGUAGE TYPESCRIPT;
CREATE VIEW counted AS SELECT * FROM count_rows(input => TABLE orders PARTITION BY id);
INSERT INTO results SELECT * FROM counted;
`;

/** The file, with `body` as what it does with each row. */
const operator = (body: string): string => `import { process, state, t } from 'millrace';

export default process({
  returns: { seen: t.bigint().notNull() },
  state: { seen: state.value(t.bigint()) },
  onRow(row, cx) {
${body}
  },
});
`;

const COUNT = operator(`    const seen = (cx.state.seen.get() ?? 0n) + 1n;
    cx.state.seen.set(seen);
    cx.emit({ seen });`);

test('after `row.` the editor offers the columns of the table that the graph connects', async ({ launch, write }) => {
  write('operators/count-rows.ts', operator('    '));
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  const typescript = new TypescriptPage(page);
  await designer.ready();
  await typescript.openFromLibrary('count_rows');
  await page.keyboard.press('ControlOrMeta+Home');
  for (let line = 0; line < 6; line++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  expect(await typescript.completionsAfter('row.')).toEqual(['amount', 'city', 'id']);
});

test('an exception ends the run at its row, and is shown with file and line on the card, in the list and in the editor', async ({
  launch,
  write,
}) => {
  write(
    'operators/count-rows.ts',
    operator(`    if (row.amount === 17) throw new Error('seventeen is too much');
    cx.emit({ seen: 1n });`),
  );
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  const typescript = new TypescriptPage(page);
  await designer.ready();
  await designer.run();
  await expect(designer.runState()).toContainText('Failed');
  await expect(designer.problems()).toContainText(['seventeen is too much']);
  await expect(designer.problems()).toContainText(['operators/count-rows.ts:7:']);
  await expect(designer.node('counted')).toContainText('seventeen is too much');
  await designer.problems().first().getByRole('button').first().click();
  await typescript.ready();
  await expect(typescript.redLines()).not.toHaveCount(0);
  // What came before it is there, to the row that failed.
  await designer.openTab('Canvas');
  await expect.poll(() => designer.rowCount('counted')).toBe(16);
});

test('an endless loop ends the run alone, by operator, function and row; the window lives, and the time bar still goes back', async ({
  launch,
  write,
}) => {
  write(
    'operators/count-rows.ts',
    operator(`    while (row.amount === 30) continue;
    cx.emit({ seen: 1n });`),
  );
  // Slow enough for its first rows to be in the recording before the function spins.
  const slow = JOB.replace("'number-of-rows' = '40'", "'number-of-rows' = '40', 'rows-per-second' = '100'");
  const { page } = await launch(write('job.sql', `SET 'millrace.function.timeout' = '1500 ms';\n${slow}`));
  const designer = new DesignerPage(page);
  const time = new TimeBar(page);
  await designer.ready();
  await designer.run();
  await expect(designer.runState()).toContainText('Running');
  // While the function spins, the window answers.
  await designer.select('results');
  await expect(designer.runState()).toContainText('Running');
  await expect(designer.runState()).toContainText('Failed');
  await expect(designer.problems()).toContainText([/count_rows.*row 30.*did not come back within 1\.5 s/s]);
  await expect(designer.problems()).toContainText(['counted']);
  await expect(designer.node('counted')).toContainText('did not come back');

  await time.goTo(10);
  expect(await designer.rowCount('counted')).toBe(10);
  await time.stepBack();
  await time.standsAt(9);
  expect(await designer.rowCount('counted')).toBe(9);
});

test('one undo takes an added operator away with its file and its statements; saving writes the file', async ({
  launch,
  write,
  folder,
}) => {
  const path = write('job.sql', SOURCE);
  const { page } = await launch(path);
  const designer = new DesignerPage(page);
  const typescript = new TypescriptPage(page);
  await designer.ready();
  await designer.dragFromPalette('typescript-process', 750, 90);
  await expect(designer.cards()).toHaveCount(2);
  const [name = ''] = await typescript.functionNames();
  await designer.focusCanvas();
  await page.keyboard.press('ControlOrMeta+Z');
  await expect(designer.cards()).toHaveCount(1);
  await expect(typescript.library()).toHaveCount(0);
  await designer.save();
  expect([readFileSync(path, 'utf8'), existsSync(join(folder, 'operators'))]).toEqual([SOURCE, false]);

  await page.keyboard.press('ControlOrMeta+Shift+Z');
  await expect(designer.cards()).toHaveCount(2);
  await designer.save();
  const files = readdirSync(join(folder, 'operators'));
  expect(files).toEqual([`${name}.ts`]);
  expect(readFileSync(join(folder, 'operators', `${name}.ts`), 'utf8')).toContain("from 'millrace'");
  expect(readFileSync(path, 'utf8')).toContain(`'operators/${name}.ts' LANGUAGE TYPESCRIPT`);
});

test('a file that another program changes is read again; one with unsaved changes only when the user says so', async ({
  launch,
  write,
}) => {
  write('operators/count-rows.ts', COUNT);
  const { page } = await launch(write('job.sql', JOB));
  const designer = new DesignerPage(page);
  const typescript = new TypescriptPage(page);
  await designer.ready();
  await typescript.openFromLibrary('count_rows');
  write('operators/count-rows.ts', `// theirs\n${COUNT}`);
  await expect.poll(() => typescript.text()).toContain('// theirs');

  await typescript.replaceText(`// mine\n${COUNT}`);
  await expect.poll(() => typescript.text()).toContain('// mine');
  write('operators/count-rows.ts', `// theirs again\n${COUNT}`);
  const question = page.getByRole('alertdialog', { name: 'operators/count-rows.ts changed on the disk' });
  await question.getByRole('button', { name: 'Keep mine' }).click();
  await expect(question).toHaveCount(0);
  expect(await typescript.text()).toContain('// mine');
  write('operators/count-rows.ts', `// theirs at last\n${COUNT}`);
  await question.getByRole('button', { name: 'Use the one on the disk' }).click();
  await expect.poll(() => typescript.text()).toContain('// theirs at last');
});

test('TypeScript that was not saved when the app was killed comes back', async ({ home, launch, write }) => {
  const file = write('shop/operators/count-rows.ts', COUNT);
  const first = await launch(write('shop/job.sql', JOB));
  const designer = new DesignerPage(first.page);
  const typescript = new TypescriptPage(first.page);
  await designer.ready();
  await typescript.openFromLibrary('count_rows');
  await typescript.replaceText(`// not saved\n${COUNT}`);
  const drafts = join(home, 'drafts');
  await expect
    .poll(() =>
      (existsSync(drafts) ? readdirSync(drafts).map((name) => readFileSync(join(drafts, name), 'utf8')) : []).join(''),
    )
    .toContain('// not saved');
  await endDesigner(first);
  expect(readFileSync(file, 'utf8')).toBe(COUNT);

  const second = await launch();
  await second.page.getByRole('button', { name: /^Recover shop/ }).click();
  const recovered = new TypescriptPage(second.page);
  await recovered.openFromLibrary('count_rows');
  await expect.poll(() => recovered.text()).toContain('// not saved');
  await new DesignerPage(second.page).save();
  expect(readFileSync(join(dirname(file), 'count-rows.ts'), 'utf8')).toBe(`// not saved\n${COUNT}`);
});
