// @vitest-environment jsdom
/** Operators in TypeScript in the window: one step of the history, problems of files, changes on the disk, trust. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { directChannels } from '../../runtime/contract/channel.ts';
import type { Service } from '../../runtime/contract/contract.ts';
import { connect, serve } from '../../runtime/contract/transport.ts';
import { type WorkspaceContract, workspaceContract } from '../../runtime/contract/workspace-contract.ts';
import { requestEdit } from './actions.ts';
import { nodeFinder, useAnalysis } from './analysis.ts';
import { useQuestion } from './confirm.ts';
import { fileChangedOnDisk } from './operator-files.ts';
import {
  applyEdit,
  applyFileTyping,
  changedFilesOf,
  markFileOnDisk,
  markSaved,
  markTrusted,
  openProject,
  redo,
  undo,
  useProject,
} from './project.ts';
import { provideServices, services } from './services.ts';
import { analysed, connectInProcess, openScript } from './test/in-process.ts';
import { askForTrust, parentFolder, useTrustQuestion } from './trust.ts';

const ORDERS = "CREATE TABLE orders (card STRING, amount DOUBLE) WITH ('connector' = 'datagen');\n";
const PATH = 'operators/process_1.ts';

let stop: () => void;
beforeAll(() => {
  stop = connectInProcess();
});
afterAll(() => stop());

async function addProcess(): Promise<void> {
  const at = { x: 0, y: 0 };
  await requestEdit({ kind: 'add-node', palette: 'typescript-process', at, connectFrom: 'table:orders' });
  await analysed();
}

/** Texts, names of files, and whether there is something to save. */
function state(): { text: string; files: string[]; isDirty: boolean } {
  const { text, files, isDirty } = useProject.getState();
  return { text, files: [...files.keys()], isDirty };
}

describe('an operator from the palette', () => {
  it('comes with its file and goes with it, in one step', async () => {
    await openScript(ORDERS);
    const before = state();
    await addProcess();
    const after = state();
    expect(after).toMatchObject({ files: [PATH], isDirty: true });
    expect(useAnalysis.getState().functions).toMatchObject([{ name: 'process_1', path: PATH, form: 'process' }]);
    expect(undo()).toBe('Add process function');
    expect(state()).toEqual(before);
    redo();
    expect(state()).toEqual(after);
  });

  it('has a history of its own typing, joined in bursts', async () => {
    await openScript(ORDERS);
    await addProcess();
    const template = useProject.getState().files.get(PATH) ?? '';
    for (const end of ['a', 'ab', 'abc']) applyFileTyping(PATH, `${template}// ${end}`);
    await analysed();
    expect([undo(), useProject.getState().files.get(PATH)]).toEqual(['Typing', template]);
    expect(undo()).toBe('Add process function');
  });

  it('takes a name that no file has, also none that only the disk has', async () => {
    await openScript(ORDERS, [{ path: PATH, text: 'export {};' }]);
    await addProcess();
    expect(state().files).toEqual([PATH, 'operators/process_2.ts']);
  });
});

describe('a file that another program changes', () => {
  const MINE = 'mine';
  const THEIRS = 'theirs';

  it('is read again when nothing was changed here, and can be undone', async () => {
    await openScript(ORDERS, [{ path: PATH, text: 'old' }]);
    await fileChangedOnDisk(PATH, THEIRS);
    expect([useProject.getState().files.get(PATH), useProject.getState().isDirty]).toEqual([THEIRS, false]);
    undo();
    expect([useProject.getState().files.get(PATH), useProject.getState().isDirty]).toEqual(['old', true]);
  });

  it('is the choice of the user when it was changed here too', async () => {
    for (const [choice, text, isDirty] of [
      ['mine', MINE, true],
      ['disk', THEIRS, false],
    ] as const) {
      await openScript(ORDERS, [{ path: PATH, text: 'old' }]);
      applyFileTyping(PATH, MINE);
      const change = fileChangedOnDisk(PATH, THEIRS);
      useQuestion.getState().question?.resolve(choice);
      await change;
      expect([useProject.getState().files.get(PATH), useProject.getState().isDirty]).toEqual([text, isDirty]);
      // What a save says it believes to be on the disk is true either way.
      expect(useProject.getState().savedFiles.get(PATH)).toBe(THEIRS);
    }
  });

  it('is no news when it says what the window says', async () => {
    await openScript(ORDERS, [{ path: PATH, text: 'old' }]);
    applyFileTyping(PATH, MINE);
    await fileChangedOnDisk(PATH, MINE);
    expect([useProject.getState().isDirty, useQuestion.getState().question]).toEqual([false, null]);
  });
});

describe('what is saved and kept as a draft', () => {
  it('is only what differs from the disk', async () => {
    await openScript(ORDERS, [
      { path: 'operators/a.ts', text: 'a' },
      { path: 'operators/b.ts', text: 'b' },
    ]);
    applyFileTyping('operators/b.ts', 'b2');
    expect(changedFilesOf()).toEqual([{ path: 'operators/b.ts', text: 'b2' }]);
    markFileOnDisk('operators/b.ts', 'b2');
    expect([changedFilesOf(), useProject.getState().isDirty]).toEqual([[], false]);
  });
});

describe('a file that is taken out of the project', () => {
  it('is work to save, kept in the draft, and back with undo', async () => {
    await openScript(`CREATE FUNCTION f AS '${PATH}' LANGUAGE TYPESCRIPT;\n`, [{ path: PATH, text: 'f' }]);
    await requestEdit({ kind: 'remove-function', name: 'f' });
    const gone = [{ path: PATH, text: null }];
    expect([useProject.getState().files.has(PATH), changedFilesOf()]).toEqual([false, gone]);
    const { place, text } = useProject.getState();
    if (place === null) throw new Error('a project is open');
    openProject(
      place,
      { text, layoutText: null, files: [{ path: PATH, text: 'f' }] },
      {
        text,
        layoutText: null,
        files: gone,
      },
    );
    expect([useProject.getState().files.has(PATH), useProject.getState().isDirty]).toEqual([false, true]);
    markSaved(place, { text, layoutText: '', files: gone });
    expect([changedFilesOf(), useProject.getState().savedFiles.size]).toEqual([[], 0]);
  });

  it('stays when another file imports it', async () => {
    await openScript(`CREATE FUNCTION f AS '${PATH}' LANGUAGE TYPESCRIPT;\n`, [
      { path: PATH, text: 'f' },
      { path: 'operators/lib/g.ts', text: "import { help } from '../process_1.ts';" },
    ]);
    await requestEdit({ kind: 'remove-function', name: 'f' });
    expect([useProject.getState().text.includes('CREATE FUNCTION'), changedFilesOf()]).toEqual([false, []]);
  });

  it('asks when somebody else changes it meanwhile', async () => {
    await openScript(ORDERS, [{ path: PATH, text: 'old' }]);
    applyEdit({ edits: [], layout: {}, files: [{ path: PATH, text: null }], label: 'Remove' });
    const change = fileChangedOnDisk(PATH, 'theirs');
    useQuestion.getState().question?.resolve('mine');
    await change;
    expect([useProject.getState().files.has(PATH), changedFilesOf()]).toEqual([false, [{ path: PATH, text: null }]]);
  });
});

describe('a problem in a file', () => {
  it('belongs to the first node that calls its function', async () => {
    await openScript(ORDERS);
    await addProcess();
    const problem: Diagnostic = {
      code: 'typescript/2339',
      phase: 'validate',
      severity: 'error',
      message: 'no such column',
      file: { path: PATH, line: 3, column: 1 },
    };
    const find = nodeFinder(useAnalysis.getState().graph);
    expect([find(problem)?.id, find({ ...problem, file: { path: 'operators/x.ts', line: 1, column: 1 } })]).toEqual([
      'view:process_1',
      null,
    ]);
  });
});

describe('trust', () => {
  const given: string[] = [];
  afterEach(() => given.splice(0));

  /** The main process, as far as trust goes: it trusts whatever is asked for. */
  function withMain(): void {
    const [client, server] = directChannels();
    const service = {
      'trust.grant': ({ folder, scope }: { folder: string; scope: string }) => {
        given.push(`${folder} ${scope}`);
        return { trusted: true };
      },
    } as unknown as Service<WorkspaceContract>;
    serve(workspaceContract, service, server);
    provideServices({ ...services(), workspace: connect(workspaceContract, client) });
  }

  it('is asked for, kept by the main process, and not asked for again', async () => {
    withMain();
    await openScript(ORDERS);
    markTrusted('/nowhere', false);
    const asked = askForTrust();
    expect(useTrustQuestion.getState().question?.folder).toBe('/nowhere');
    useTrustQuestion.getState().question?.resolve('folder');
    expect([await asked, useProject.getState().place?.trusted, await askForTrust(), given]).toEqual([
      true,
      true,
      true,
      ['/nowhere folder'],
    ]);
  });

  it('is not given by going away from the question', async () => {
    withMain();
    await openScript(ORDERS);
    markTrusted('/nowhere', false);
    const asked = askForTrust();
    useTrustQuestion.getState().question?.resolve(null);
    expect([await asked, useProject.getState().place?.trusted, given]).toEqual([false, false, []]);
  });

  it('knows the folder above a folder', () => {
    expect(['/home/me/jobs', '/jobs', 'C:\\me\\jobs'].map(parentFolder)).toEqual(['/home/me', null, 'C:\\me']);
  });
});
