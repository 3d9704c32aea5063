/** What the main process does for each command of the workspace contract: dialogs here, files in `workspace/`. */
import { basename, dirname, join } from 'node:path';
import { app, dialog, nativeTheme, shell } from 'electron';
import type { CommandOut, Service } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import type { EngineHost } from '../runtime-host/engine-host.ts';
import type { MainWindow } from '../windows/main-window.ts';
import { type DraftJournal, isUntitledDraftPath } from '../workspace/drafts.ts';
import { isInside, type OpenFailure, openProjectFile, scriptFileOf } from '../workspace/open-project.ts';
import type { RecentProjects } from '../workspace/recent.ts';
import { listSamples } from '../workspace/samples.ts';
import { copySampleCompanions, saveProjectFile } from '../workspace/save-project.ts';
import type { SettingsStore } from '../workspace/settings.ts';

/** What the service works with. */
export interface WorkspaceParts {
  readonly settings: SettingsStore;
  readonly recent: RecentProjects;
  readonly drafts: DraftJournal;
  readonly samplesFolder: string;
  readonly engine: EngineHost;
  /** The path given at the start, once. */
  readonly takeOpenPath: () => string | null;
}

type OpenResult = CommandOut<WorkspaceContract, 'projects.open'>;

const CANCELLED: OpenFailure = { reason: 'cancelled', message: 'Nothing was opened.', hint: '' };

/** Creates the service of one window. */
export function createWorkspaceService(window: MainWindow, parts: WorkspaceParts): Service<WorkspaceContract> {
  const { settings, recent, drafts, samplesFolder, engine } = parts;
  /** The project in the window, for the title's proxy icon and for dropping its draft. */
  let currentPath: string | null = null;
  /** Files that were opened or saved in this window: only these are written without a dialog. */
  const ownPaths = new Set<string>();
  window.onDiscarded(() => drafts.clear(currentPath));

  const fail = (failure: OpenFailure): OpenResult => ({ project: null, failure });
  const openPath = async (asked: string): Promise<OpenResult> => {
    if (isUntitledDraftPath(asked)) {
      const recovered = drafts.adoptUntitled(asked);
      if (recovered === null) return fail({ reason: 'missing', message: 'The unsaved work is gone.', hint: '' });
      currentPath = null;
      return { project: newProject(recovered), failure: null };
    }
    const opened = await openProjectFile(await scriptFileOf(asked));
    if (!opened.ok) return fail(opened.error);
    const { path, text, layoutText } = opened.value;
    const readOnly = isInside(path, samplesFolder);
    currentPath = path;
    ownPaths.add(path);
    if (!readOnly) {
      recent.add(path);
      app.addRecentDocument(path);
    }
    const name = projectName(path);
    const recovered = drafts.find(path, text, layoutText);
    return { project: { path, name, folder: dirname(path), text, layoutText, readOnly, recovered }, failure: null };
  };

  return {
    'app.info': () => ({
      version: app.getVersion(),
      electron: process.versions.electron ?? '',
      platform: process.platform,
      openPath: parts.takeOpenPath(),
    }),
    'projects.list': () => ({ samples: listSamples(samplesFolder), recent: recent.list(), drafts: drafts.list() }),
    'projects.create': () => {
      currentPath = null;
      return { project: newProject(null), failure: null };
    },
    'projects.open': async ({ path }) => {
      if (path !== null) return openPath(path);
      const { canceled, filePaths } = await dialog.showOpenDialog(window.native, {
        title: 'Open a Project',
        properties: process.platform === 'darwin' ? ['openFile', 'openDirectory'] : ['openFile'],
        filters: [
          { name: 'Flink SQL', extensions: ['sql'] },
          { name: 'All Files', extensions: ['*'] },
        ],
      });
      const chosen = filePaths[0];
      return canceled || chosen === undefined ? fail(CANCELLED) : openPath(chosen);
    },
    'projects.save': async ({ path, saveAs, suggestedName, text, layoutText, expectedText }) => {
      const isSample = path !== null && isInside(path, samplesFolder);
      let target = path;
      let expected = expectedText;
      if (target === null || saveAs || isSample || !ownPaths.has(target)) {
        const { canceled, filePath } = await dialog.showSaveDialog(window.native, {
          title: 'Save Project',
          defaultPath: path === null || isSample ? join(app.getPath('documents'), suggestedName, 'job.sql') : path,
          filters: [{ name: 'Flink SQL', extensions: ['sql'] }],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        });
        if (canceled || filePath === undefined || filePath === '') {
          window.saveFailed();
          const reason = 'cancelled' as const;
          return { ...place(path), failure: { reason, message: 'Nothing was saved.', hint: '' } };
        }
        target = /\.sql$/i.test(filePath) ? filePath : `${filePath}.sql`;
        // The dialog asked before it let the user choose a file that exists.
        expected = null;
      }
      const saved = await saveProjectFile(target, text, layoutText, expected);
      if (!saved.ok) {
        window.saveFailed();
        return { ...place(path), failure: saved.error };
      }
      if (isSample && path !== null) await copySampleCompanions(dirname(path), dirname(target));
      drafts.clear(path);
      drafts.clear(target);
      recent.add(target);
      app.addRecentDocument(target);
      currentPath = target;
      ownPaths.add(target);
      return { ...place(target), failure: null };
    },
    'drafts.write': ({ path, text, layoutText }) => {
      if (text === null) drafts.clear(path);
      else drafts.write(path, text, layoutText);
      return {};
    },
    'projects.forget-recent': ({ path }) => {
      if (isUntitledDraftPath(path)) drafts.clearUntitled(path);
      else recent.forget(path);
      return {};
    },
    'settings.read': () => settings.read(),
    'settings.write': (next) => {
      settings.write(next);
      nativeTheme.themeSource = next.theme;
      return {};
    },
    'window.set-state': ({ title, dirty }) => {
      window.setState(title, dirty, currentPath);
      return {};
    },
    'engine.connect': async () => ({ alive: await engine.connect(window.contents) }),
    'shell.reveal': ({ path }) => {
      // Only what the window has open: a page cannot make the system's file manager look anywhere else.
      if (currentPath !== null && (path === currentPath || path === dirname(currentPath))) shell.showItemInFolder(path);
      return {};
    },
  };
}

function newProject(recovered: NonNullable<OpenResult['project']>['recovered']): NonNullable<OpenResult['project']> {
  return {
    path: null,
    name: 'Untitled',
    folder: app.getPath('documents'),
    text: '',
    layoutText: null,
    readOnly: false,
    recovered,
  };
}

function place(path: string | null): { path: string | null; name: string; folder: string } {
  return path === null
    ? { path: null, name: 'Untitled', folder: app.getPath('documents') }
    : { path, name: projectName(path), folder: dirname(path) };
}

/** A project is named by its folder when its script has the usual name, else by the script. */
function projectName(path: string): string {
  const file = basename(path);
  return file === 'job.sql' ? basename(dirname(path)) : file.replace(/\.sql$/i, '');
}
