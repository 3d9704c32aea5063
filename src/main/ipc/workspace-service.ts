/** What the main process does for each command of the workspace contract: dialogs here, files in `workspace/`. */
import { basename, dirname, join } from 'node:path';
import { app, dialog, nativeTheme, shell } from 'electron';
import { ok } from '../../runtime/base/result.ts';
import type { CommandOut, Service } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import type { ConnectionStore } from '../connections/connection-store.ts';
import type { EngineHost } from '../runtime-host/engine-host.ts';
import type { MainWindow } from '../windows/main-window.ts';
import { type DraftJournal, isUntitledDraftPath } from '../workspace/drafts.ts';
import { isInside, type OpenFailure, openProjectFile, scriptFileOf } from '../workspace/open-project.ts';
import {
  checkOperatorFiles,
  isOperatorPath,
  OPERATORS_FOLDER,
  type OperatorFile,
  type OperatorFileChange,
  OperatorWatch,
  readOperatorFiles,
  writeOperatorFiles,
} from '../workspace/operator-files.ts';
import type { RecentProjects } from '../workspace/recent.ts';
import { recordingsFolderOf } from '../workspace/recordings-folder.ts';
import { listSamples } from '../workspace/samples.ts';
import { copyCompanions, hasNothingIn, type SaveFailure, saveProjectFile } from '../workspace/save-project.ts';
import type { SettingsStore } from '../workspace/settings.ts';
import type { TrustStore } from '../workspace/trust.ts';
import type { ExportFolders } from './export-folders.ts';

/** What the service works with. */
export interface WorkspaceParts {
  readonly settings: SettingsStore;
  readonly recent: RecentProjects;
  readonly drafts: DraftJournal;
  readonly trust: TrustStore;
  readonly connections: ConnectionStore;
  readonly exportFolders: ExportFolders;
  readonly samplesFolder: string;
  /** Where projects that were never saved run. */
  readonly scratchFolder: string;
  readonly userDataFolder: string;
  readonly engine: EngineHost;
  /** The path given at the start, once. */
  readonly takeOpenPath: () => string | null;
}

type OpenResult = CommandOut<WorkspaceContract, 'projects.open'>;

const CANCELLED: OpenFailure = { reason: 'cancelled', message: 'Nothing was opened.', hint: '' };

/** Creates the service of one window. */
export function createWorkspaceService(window: MainWindow, parts: WorkspaceParts): Service<WorkspaceContract> {
  const { settings, recent, drafts, trust, connections, samplesFolder, scratchFolder, userDataFolder, engine } = parts;
  /** The project in the window, for the title's proxy icon and for dropping its draft. */
  let currentPath: string | null = null;
  /** Files that were opened or saved in this window: only these are written without a dialog. */
  const ownPaths = new Set<string>();
  let watch: OperatorWatch | null = null;
  /** Where the last save was refused because others changed files: the user may answer to overwrite them there. */
  let refusedTarget: string | null = null;
  window.onDiscarded(() => drafts.clear(currentPath));
  window.onClosed(() => watch?.close());

  const fail = (failure: OpenFailure): OpenResult => ({ project: null, failure });
  const folderOf = (path: string | null): string => (path === null ? scratchFolder : dirname(path));
  const isSample = (path: string | null): boolean => path !== null && isInside(path, samplesFolder);
  /** What depends on where the project lies. */
  const place = (path: string | null) => ({
    path,
    name: path === null ? 'Untitled' : projectName(path),
    folder: folderOf(path),
    trusted: trust.isTrusted(folderOf(path)),
    recordingsFolder: recordingsFolderOf(path, isSample(path), userDataFolder),
  });
  /** Takes a project into the window. */
  const hold = (path: string | null, files: readonly OperatorFile[]): void => {
    currentPath = path;
    watch?.close();
    watch =
      path === null
        ? null
        : new OperatorWatch(dirname(path), files, (changed, text) =>
            window.server?.emit('operators.changed', { folder: dirname(path), path: changed, text }),
          );
  };
  const newProject = (recovered: NonNullable<OpenResult['project']>['recovered']): OpenResult => {
    hold(null, []);
    return {
      project: { ...place(null), text: '', layoutText: null, readOnly: false, recovered, files: [] },
      failure: null,
    };
  };
  const openPath = async (asked: string): Promise<OpenResult> => {
    if (isUntitledDraftPath(asked)) {
      const recovered = drafts.adoptUntitled(asked);
      if (recovered === null) return fail({ reason: 'missing', message: 'The unsaved work is gone.', hint: '' });
      return newProject(recovered);
    }
    const opened = await openProjectFile(await scriptFileOf(asked));
    if (!opened.ok) return fail(opened.error);
    const { path, text, layoutText } = opened.value;
    const readOnly = isSample(path);
    const files = await readOperatorFiles(dirname(path));
    hold(path, files);
    ownPaths.add(path);
    if (!readOnly) {
      recent.add(path);
      app.addRecentDocument(path);
    }
    const recovered = drafts.find(path, text, layoutText, files);
    return { project: { ...place(path), text, layoutText, readOnly, recovered, files }, failure: null };
  };

  return {
    'app.info': () => ({
      version: app.getVersion(),
      electron: process.versions.electron ?? '',
      platform: process.platform,
      openPath: parts.takeOpenPath(),
    }),
    'projects.list': () => ({ samples: listSamples(samplesFolder), recent: recent.list(), drafts: drafts.list() }),
    'projects.create': () => newProject(null),
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
    'projects.save': async ({ path, saveAs, suggestedName, text, layoutText, expectedText, files }) => {
      // With no expected text for the script the user has said: overwrite, there where it was refused.
      const isOverwrite = expectedText === null;
      const again = isOverwrite ? refusedTarget : null;
      refusedTarget = null;
      let target = again ?? path;
      const failed = (failure: SaveFailure) => {
        window.saveFailed();
        if (failure.reason === 'changed-on-disk') refusedTarget = target;
        return { ...place(path), failure };
      };
      let expected = expectedText;
      if (target === null || (again === null && (saveAs || isSample(target) || !ownPaths.has(target)))) {
        const { canceled, filePath } = await dialog.showSaveDialog(window.native, {
          title: 'Save Project',
          defaultPath:
            path === null || isSample(path) ? join(app.getPath('documents'), suggestedName, 'job.sql') : path,
          filters: [{ name: 'Flink SQL', extensions: ['sql'] }],
          properties: ['createDirectory', 'showOverwriteConfirmation'],
        });
        if (canceled || filePath === undefined || filePath === '') {
          return failed({ reason: 'cancelled', message: 'Nothing was saved.', hint: '' });
        }
        target = /\.sql$/i.test(filePath) ? filePath : `${filePath}.sql`;
        // The dialog asked before it let the user choose a file that exists.
        expected = null;
      }
      const folder = dirname(target);
      const isMove = folder !== folderOf(path);
      const changes = isMove && path !== null ? await carried(dirname(path), files) : files;
      const checked = isOverwrite ? ok(undefined) : await checkOperatorFiles(folder, changes);
      if (!checked.ok) return failed(checked.error);
      // Only a folder of its own: one with other things in it would trust those, and all below them, too.
      const mayTrust = trust.isTrusted(folderOf(path)) && !trust.isTrusted(folder) && (await hasNothingIn(folder));
      const saved = await saveProjectFile(target, text, layoutText, expected);
      if (!saved.ok) return failed(saved.error);
      const wroteFiles = await writeOperatorFiles(folder, changes);
      if (!wroteFiles.ok) return failed(wroteFiles.error);
      if (path !== null && isMove) {
        const except = files.flatMap((file) => (file.text === null ? [file.path] : []));
        await copyCompanions(
          dirname(path),
          folder,
          isSample(path) ? { except } : { names: [OPERATORS_FOLDER], except },
        );
      }
      // The user has put this very program there.
      if (mayTrust) trust.grant(folder, 'folder');
      drafts.clear(path);
      drafts.clear(target);
      recent.add(target);
      app.addRecentDocument(target);
      ownPaths.add(target);
      if (target === currentPath) watch?.wrote(changes);
      else hold(target, await readOperatorFiles(folder));
      return { ...place(target), failure: null };
    },
    'drafts.write': ({ path, text, layoutText, files }) => {
      if (text === null) drafts.clear(path);
      else drafts.write(path, text, layoutText, files);
      return {};
    },
    'trust.grant': ({ folder, scope }) => {
      if (folder === folderOf(currentPath)) trust.grant(folder, scope);
      return { trusted: trust.isTrusted(folder) };
    },
    'trust.revoke': ({ folder }) => {
      if (folder === folderOf(currentPath)) trust.revoke(folder);
      return { trusted: trust.isTrusted(folder) };
    },
    'operators.reveal': ({ path }) => {
      if (currentPath !== null && isOperatorPath(path)) shell.showItemInFolder(join(dirname(currentPath), path));
      return {};
    },
    'projects.forget-recent': ({ path }) => {
      if (isUntitledDraftPath(path)) drafts.clearUntitled(path);
      else recent.forget(path);
      return {};
    },
    'exports.choose-folder': async () => ({ folder: await parts.exportFolders.choose(window.native) }),
    'exports.reveal': async ({ folder }) => {
      await parts.exportFolders.reveal(folder);
      return {};
    },
    'connections.list': () => connections.list(),
    'connections.save': (saving) => ({ failure: connections.save(saving) }),
    'connections.delete': ({ name }) => {
      connections.delete(name);
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

/**
 * What a project takes along to another folder: all its TypeScript files as the window has them. Another
 * project may be there, whose files of the same names must not be taken for these.
 */
async function carried(
  sourceFolder: string,
  changes: readonly OperatorFileChange[],
): Promise<readonly OperatorFileChange[]> {
  const files = new Map((await readOperatorFiles(sourceFolder)).map(({ path, text }) => [path, text]));
  for (const { path, text } of changes) {
    if (text === null) files.delete(path);
    else files.set(path, text);
  }
  return [...files].map(([path, text]) => ({ path, text, expectedText: null }));
}

/** A project is named by its folder when its script has the usual name, else by the script. */
function projectName(path: string): string {
  const file = basename(path);
  return file === 'job.sql' ? basename(dirname(path)) : file.replace(/\.sql$/i, '');
}
