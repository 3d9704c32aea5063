/**
 * A hostile project in the real window: opened, looked at from all sides, completed, explained and refused, it has
 * run nothing and opened nothing; and a page in the hands of an attacker gets no further. After trust its functions
 * run, and only inside their realm.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { engineContract } from '../../src/runtime/contract/engine-contract.ts';
import { ENGINE_PORT_MESSAGE } from '../../src/runtime/contract/preload-api.ts';
import { workspaceContract } from '../../src/runtime/contract/workspace-contract.ts';
import { expect, test } from '../fixtures/designer.ts';
import { type HostileProject, plantHostileProject } from '../fixtures/hostile-project.ts';
import { DesignerPage } from '../pages/designer-page.ts';
import { TypescriptPage } from '../pages/typescript-page.ts';

/** Programs below a process, by name. */
function programsBelow(pid: number): string[] {
  const found: string[] = [];
  for (const thread of read(() => readdirSync(`/proc/${pid}/task`)) ?? []) {
    const children = read(() => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')) ?? '';
    for (const id of children.trim().split(/\s+/).filter(Boolean)) {
      found.push(read(() => readFileSync(`/proc/${id}/comm`, 'utf8').trim()) ?? '', ...programsBelow(Number(id)));
    }
  }
  return found;
}

function read<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}

/** What must be so whatever was done without trust. */
async function expectUntouched(project: HostileProject, before: readonly string[], page: Page): Promise<void> {
  const marks = await page.evaluate(() => {
    const scope = globalThis as unknown as Record<string, unknown>;
    return { hostile: scope.hostile ?? null, polluted: ({} as Record<string, unknown>).polluted ?? null };
  });
  expect({ canaries: project.canaries(), isPipeOpen: project.isPipeOpen(), listing: project.listing(), marks }).toEqual(
    {
      canaries: [],
      isPipeOpen: false,
      listing: before,
      marks: { hostile: null, polluted: null },
    },
  );
}

test('opening, previewing, completing, explaining and refusing to run a hostile project runs and opens nothing', async ({
  launch,
  folder,
}) => {
  const project = plantHostileProject(folder);
  const before = project.listing();
  const programs = new Set<string>();
  const { page, process: main } = await launch(project.path, {});
  const look = setInterval(() => {
    for (const name of programsBelow(main.pid ?? 0)) programs.add(name);
  }, 20);
  try {
    const designer = new DesignerPage(page);
    const typescript = new TypescriptPage(page);
    await designer.ready();
    await expect(typescript.trustBanner()).toBeVisible();

    // Every node is selected, and every panel shown for it.
    const count = await designer.cards().count();
    expect(count).toBeGreaterThan(8);
    for (let i = 0; i < count; i++) {
      await designer.cards().nth(i).focus();
      await page.keyboard.press('Enter');
    }
    for (const tab of ['Rows', 'State', 'Plan', 'Problems']) {
      const panel = page.getByRole('tab', { name: new RegExp(`^${tab}( \\d+)?$`) });
      if ((await panel.count()) > 0) await panel.first().click();
    }
    // Names are text: markup in them makes no element.
    expect(await page.locator('.react-flow img[src="x"], .react-flow a[href^="javascript"]').count()).toBe(0);

    // The functions of the library are read from their texts; the editor completes and tells types.
    await expect(typescript.library()).toContainText('plain');
    await typescript.openFromLibrary('plain');
    await typescript.focus();
    await page.keyboard.press('ControlOrMeta+End');
    expect(await typescript.completionsAfter('\nt.')).not.toEqual([]);
    await page.keyboard.press('Escape');
    await typescript.editor().locator('.view-line').first().hover();
    await page.waitForTimeout(500);

    await designer.run();
    await expect(typescript.trustDialog()).toBeVisible();
    await expectUntouched(project, before, page);
    await typescript.answerTrust('Stay restricted');
    await expect(designer.runState()).toContainText('Not run yet');
    await expect(typescript.trustBanner()).toBeVisible();
    await page.waitForTimeout(500);
    await expectUntouched(project, before, page);
    expect([...programs].filter((name) => /esbuild|node$|sh$|npm/.test(name))).toEqual([]);
  } finally {
    clearInterval(look);
  }
});

/** Calls of the engine contract over a port of its own, as a page in the hands of an attacker makes them. */
async function callEngine(page: Page, calls: readonly { command: string; params: object }[]): Promise<unknown[]> {
  return page.evaluate(
    async ([portMessage, engineVersion, workspaceVersion, wanted]) => {
      type Bridge = { send(message: unknown): void };
      const { millrace } = globalThis as unknown as { millrace: Bridge };
      const port = await new Promise<MessagePort>((settle) => {
        // The page itself closes a port that it has not asked for.
        MessagePort.prototype.close = () => {};
        window.addEventListener('message', (event) => {
          const [given] = event.ports;
          if (event.data === portMessage && given !== undefined) settle(given);
        });
        const call = { type: 'call', contract: 'workspace', version: workspaceVersion, id: 990_001 };
        millrace.send({ ...call, command: 'engine.connect', params: {} });
      });
      const answers: unknown[] = [];
      for (const [id, { command, params }] of wanted.entries()) {
        answers.push(
          await new Promise((settle) => {
            setTimeout(() => settle('no answer'), 5_000);
            port.onmessage = ({ data }) => {
              const { type, id: of, result, failure } = data as Record<string, unknown>;
              if (type === 'reply' && of === id) settle(failure ?? result);
            };
            port.postMessage({ type: 'call', contract: 'engine', version: engineVersion, id, command, params });
          }),
        );
      }
      return answers;
    },
    [ENGINE_PORT_MESSAGE, engineContract.version, workspaceContract.version, calls] as const,
  );
}

test('a page that asks the engine directly gets nothing run, compiled, listed, opened or deleted in it', async ({
  launch,
  folder,
}) => {
  const project = plantHostileProject(folder);
  const before = project.listing();
  const { page } = await launch(project.path, {});
  await new DesignerPage(page).ready();
  const script = readFileSync(project.path, 'utf8');
  const recordings = join(project.folder, '.millrace/recordings');
  const [name] = readdirSync(recordings);
  const forged = join(recordings, name ?? '');
  const own = { script, folder: project.folder, files: [] };
  const refused = { diagnostics: [{ code: 'run/untrusted' }] };
  const answers = await callEngine(page, [
    { command: 'runs.start', params: own },
    { command: 'runs.start', params: { ...own, folder: '/', recording: { folder: recordings, sizeBytesMax: 1e6 } } },
    { command: 'runs.start', params: { ...own, folder: '' } },
    { command: 'functions.check', params: own },
    { command: 'recordings.list', params: { folder: recordings, script } },
    { command: 'recordings.delete', params: { folder: recordings, path: forged, keepCount: null } },
    { command: 'recordings.delete', params: { folder: recordings, path: null, keepCount: 0 } },
    { command: 'replays.open', params: { runId: null, path: forged, row: null } },
    { command: 'trust.grant', params: { folder: project.folder, scope: 'folder' } },
    { command: 'trusted-folders', params: { kind: 'trusted-folders', folders: ['/'] } },
    { command: 'runs.start', params: own },
  ]);
  expect(answers).toMatchObject([
    { runId: null, ...refused },
    { runId: null, ...refused },
    { runId: null, ...refused },
    refused,
    { recordings: [] },
    { deletedCount: 0, failure: { message: expect.stringContaining('not trusted') } },
    { deletedCount: 0, failure: { message: expect.stringContaining('not trusted') } },
    { moment: null, failure: { message: expect.stringContaining('not trusted') } },
    { code: 'transport/unknown-command' },
    { code: 'transport/unknown-command' },
    { runId: null, ...refused },
  ]);
  await expectUntouched(project, before, page);
});

test('after trust the functions run inside their realm, and what they look for is not there', async ({
  launch,
  folder,
}) => {
  const project = plantHostileProject(folder);
  writeFileSync(
    project.path,
    `CREATE TABLE ticks (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '3');
CREATE TABLE results (said STRING) WITH ('connector' = 'print');
CREATE TEMPORARY FUNCTION plain AS 'operators/plain.ts' LANGUAGE TYPESCRIPT;
CREATE VIEW looked AS SELECT plain(id) AS said FROM ticks WHERE id > 0;
INSERT INTO results SELECT said FROM looked;
`,
  );
  const { page } = await launch(project.path, {});
  const designer = new DesignerPage(page);
  const typescript = new TypescriptPage(page);
  await designer.ready();
  await designer.run();
  await typescript.answerTrust('Trust this folder');
  await expect(designer.runState()).toContainText('Finished', { timeout: 30_000 });
  await designer.select('looked');
  await expect(page.getByTestId('row-count')).toHaveText('3 rows');
  expect((await designer.rows()).map((row) => row.values)).toEqual([['inside 1'], ['inside 2'], ['inside 3']]);
  expect({ canaries: project.canaries(), isPipeOpen: project.isPipeOpen() }).toEqual({
    canaries: [],
    isPipeOpen: false,
  });
});
