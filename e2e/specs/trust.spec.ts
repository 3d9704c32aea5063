/** A project runs what its author wrote only after the user has said so, and the answer is kept until it is taken back. */
import { join } from 'node:path';
import { endDesigner, expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { TypescriptPage } from '../pages/typescript-page.ts';

const JOB = `CREATE TABLE orders (id BIGINT, amount INT) WITH ('connector' = 'datagen', 'number-of-rows' = '5');
CREATE TABLE results (label STRING) WITH ('connector' = 'print');
CREATE TEMPORARY FUNCTION label AS 'operators/label.ts' LANGUAGE TYPESCRIPT;
CREATE VIEW labelled AS SELECT label(amount) AS label FROM orders WHERE id IS NOT NULL;
INSERT INTO results SELECT * FROM labelled;
`;

const LABEL = `import { scalar, t } from 'millrace';

export default scalar({
  args: { amount: t.int() },
  returns: t.string(),
  eval({ amount }) {
    return String(amount);
  },
});
`;

test('a project that is not trusted opens and is edited; Run asks; staying restricted runs nothing, trust runs it, and a restart remembers', async ({
  launch,
  write,
}) => {
  write('shop/operators/label.ts', LABEL);
  const path = write('shop/job.sql', JOB);
  const first = await launch(path, {});
  const designer = new DesignerPage(first.page);
  const typescript = new TypescriptPage(first.page);
  await designer.ready();
  await expect(typescript.trustBanner()).toContainText('Restricted');

  // Everything is read and edited: types come from the text of the function, which does not run.
  await designer.select('labelled');
  await designer.openTab('SQL');
  await expect(designer.editor()).toContainText('amount');
  await designer.typeIntoEditor((await designer.editorText()).replace('(amount)', '(amount, 1)'));
  await designer.openTab('Problems');
  await expect(designer.problems()).not.toHaveCount(0);
  await designer.focusCanvas();
  await designer.undoAll();
  await expect(designer.problems()).toHaveCount(0);

  await designer.run();
  await expect(typescript.trustDialog()).toContainText('shop');
  await typescript.answerTrust('Stay restricted');
  await expect(designer.runState()).toContainText('Not run yet');
  await expect(typescript.trustBanner()).toBeVisible();

  // Escape is the safe answer too.
  await designer.run();
  await expect(typescript.trustDialog()).toBeVisible();
  await first.page.keyboard.press('Escape');
  await expect(typescript.trustDialog()).toBeHidden();
  await expect(designer.runState()).toContainText('Not run yet');

  await designer.run();
  await typescript.answerTrust('Trust this folder');
  await expect(designer.runState()).toContainText('Finished');
  await expect(typescript.trustBanner()).toHaveCount(0);
  await expect.poll(() => designer.rowCount('results')).toBe(5);
  await endDesigner(first);

  const second = await launch(path, {});
  const again = new DesignerPage(second.page);
  const typescriptAgain = new TypescriptPage(second.page);
  await again.ready();
  await expect(typescriptAgain.trustBanner()).toHaveCount(0);
  await again.runToEnd();

  // Taken back: nothing new starts.
  await again.command('Do Not Trust This Folder Any More');
  await expect(typescriptAgain.trustBanner()).toBeVisible();
  await again.run();
  await typescriptAgain.answerTrust('Stay restricted');
  await expect(typescriptAgain.trustBanner()).toBeVisible();
});

test('trust in one project is none in the one beside it', async ({ launch, write, folder }) => {
  write('other/operators/label.ts', LABEL);
  write('shop/job.sql', JOB);
  const { page } = await launch(write('other/job.sql', JOB), { trustedFolders: [join(folder, 'shop')] });
  await new DesignerPage(page).ready();
  await expect(new TypescriptPage(page).trustBanner()).toBeVisible();
});
