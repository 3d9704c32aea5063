/** The screens of functions, trust, state, time and recordings, held to the rules that a machine can check, in both themes. */
import { violations } from '../fixtures/axe.ts';
import { expect, test } from '../fixtures/designer.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { StatePage } from '../pages/state-page.ts';
import { TimeBar } from '../pages/time-bar.ts';
import { TypescriptPage } from '../pages/typescript-page.ts';

test('the new screens have no serious violation in either theme', async ({ launch, copySample }) => {
  const { page } = await launch(copySample('fraud'), {});
  const designer = new DesignerPage(page);
  const typescript = new TypescriptPage(page);
  const state = new StatePage(page);
  const time = new TimeBar(page);
  await designer.ready();
  const found: string[] = [];
  let theme = '';
  const look = async (screen: string): Promise<void> => {
    found.push(...(await violations(page, theme, screen)));
  };
  const use = async (name: 'Light' | 'Dark'): Promise<void> => {
    theme = name;
    await designer.command(`${name} Theme`);
    await expect(page.locator('html')).toHaveAttribute('data-theme', name.toLowerCase());
  };
  const both = async (show: () => Promise<void>): Promise<void> => {
    for (const name of ['Light', 'Dark'] as const) {
      await use(name);
      await show();
    }
  };

  await both(async () => {
    await look('restricted');
    await designer.run();
    await expect(typescript.trustDialog()).toBeVisible();
    await look('trust dialog');
    await typescript.answerTrust('Stay restricted');
  });
  await designer.run();
  await typescript.answerTrust('Trust this folder');
  await expect(designer.runState()).toContainText('Finished');
  await designer.select('hot_cities');
  await both(async () => {
    await state.open();
    await look('state panel');
    const list = await time.openRecordings();
    await expect(list.getByRole('table')).toBeVisible();
    await look('recordings');
    await page.keyboard.press('Escape');
    await expect(list).toHaveCount(0);
    await time.goTo(500);
    await look('time bar in the past');
    await time.openBreakpoint('payments', 'alarms');
    await look('breakpoint');
    await page.keyboard.press('Escape');
    await expect(time.breakpoint()).toHaveCount(0);
    await time.backToTheRun();
    await typescript.openFromLibrary('two_cities');
    await look('TypeScript editor');
    await designer.openTab('Canvas');
  });
  expect(found).toEqual([]);
});
