/**
 * Takes the screenshots of the README from the real window: `xvfb-run -a npx tsx tools/screenshots.ts`.
 * The clickstream sample after a run, with an operator selected, light and dark, into docs/.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endDesigner, launchDesigner } from '../e2e/fixtures/designer.ts';
import { DesignerPage } from '../e2e/pages/designer-page.ts';
import { buildAll, PROJECT_FOLDER } from './build.ts';

const SAMPLE = join(PROJECT_FOLDER, 'samples', 'clickstream', 'job.sql');
const SELECTED = 'revenue';

await buildAll();
mkdirSync(join(PROJECT_FOLDER, 'docs'), { recursive: true });
for (const theme of ['light', 'dark'] as const) {
  const home = mkdtempSync(join(tmpdir(), 'millrace-shot-'));
  writeFileSync(join(home, 'settings.json'), JSON.stringify({ theme }));
  const designer = await launchDesigner(home, [SAMPLE]);
  const page = new DesignerPage(designer.page);
  await page.ready();
  await page.runToEnd();
  await page.node(SELECTED).click({ position: { x: 60, y: 12 } });
  // The table follows the new selection, and the frame of the click fades.
  await designer.page.waitForTimeout(700);
  const file = join('docs', `designer-${theme}.png`);
  await designer.page.screenshot({ path: join(PROJECT_FOLDER, file) });
  process.stderr.write(`${file}\n`);
  await endDesigner(designer);
  rmSync(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
}
