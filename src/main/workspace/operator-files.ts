/**
 * The TypeScript files of a project: everything under its `operators/` folder, within bounds. Their paths
 * are relative to the project and with forward slashes, as `CREATE FUNCTION … AS` writes them.
 */
import { type FSWatcher, watch } from 'node:fs';
import { lstat, mkdir, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { err, ok, type Result } from '../../runtime/base/result.ts';
import { decodeText, isInside, reasonOf } from './open-project.ts';
import type { SaveFailure } from './save-project.ts';

/** A file as the workspace contract has it. */
export interface OperatorFile {
  readonly path: string;
  readonly text: string;
}

/** What the window has of a file; `text` null: it is to be there no longer. */
export interface OperatorFileEdit {
  readonly path: string;
  readonly text: string | null;
}

/** A file that is to be written or deleted; `expectedText` null: it must not be there yet. */
export interface OperatorFileChange extends OperatorFileEdit {
  readonly expectedText: string | null;
}

/** Folder of the files, below the project. */
export const OPERATORS_FOLDER = 'operators';
/** Bounds: a project has a handful of files; these only keep a strange folder from being read whole. */
export const OPERATOR_FILE_LIMITS = { fileCount: 200, sizeBytes: 1024 * 1024, depth: 4 } as const;

/** Editors write a file in several steps; one look after the last of them is enough. */
const WATCH_QUIET_MS = 150;

/**
 * Whether a path may name a TypeScript file of a project: relative, below `operators/`, nothing hidden and
 * nothing that leads out of it.
 */
export function isOperatorPath(path: string): boolean {
  const parts = path.split('/');
  return (
    parts[0] === OPERATORS_FOLDER &&
    parts.length >= 2 &&
    parts.length <= OPERATOR_FILE_LIMITS.depth + 1 &&
    parts.every((part) => part !== '' && !part.startsWith('.') && !/[\\:*?"<>|\0]/.test(part)) &&
    path.endsWith('.ts') &&
    !path.endsWith('.d.ts')
  );
}

/** The files on disk, by path. What cannot be read as a text file of the project is left out. */
export async function readOperatorFiles(projectFolder: string): Promise<OperatorFile[]> {
  const files: OperatorFile[] = [];
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (files.length >= OPERATOR_FILE_LIMITS.fileCount) return;
      const absolute = join(folder, entry.name);
      const path = relative(projectFolder, absolute).split(sep).join('/');
      if (entry.isDirectory() && path.split('/').length <= OPERATOR_FILE_LIMITS.depth) await visit(absolute);
      // Links are not followed: a project shows no file from elsewhere.
      else if (entry.isFile() && isOperatorPath(path)) {
        const text = await readText(absolute);
        if (text !== null) files.push({ path, text });
      }
    }
  };
  const root = join(projectFolder, OPERATORS_FOLDER);
  if (await isFolderOfProject(root, projectFolder)) await visit(root);
  return files;
}

/**
 * Whether all changes can be written into a folder: nobody else has changed the files meanwhile. Looked at
 * before anything is written, so that a save is whole or not at all.
 */
export async function checkOperatorFiles(
  projectFolder: string,
  changes: readonly OperatorFileChange[],
): Promise<Result<void, SaveFailure>> {
  for (const { path, expectedText, text } of changes) {
    if (!isOperatorPath(path)) {
      return unwritable(`${path} is no file of the folder ${OPERATORS_FOLDER}/.`, 'Give it a plain name with .ts.');
    }
    const file = join(projectFolder, path);
    const onDisk = await readText(file);
    // What is there and is no text of ours (a link, something large) is not written over either.
    if (onDisk === null ? !(await isThere(file)) : onDisk === text || onDisk === expectedText) continue;
    return err({
      reason: 'changed-on-disk',
      message:
        expectedText === null
          ? `${path} exists already and says something else.`
          : `${path} was changed by another program since it was opened.`,
      hint: 'Save under another name, or overwrite it.',
    });
  }
  return ok(undefined);
}

/** Writes the files, each as a whole, and deletes those that are gone. */
export async function writeOperatorFiles(
  projectFolder: string,
  files: readonly OperatorFileEdit[],
): Promise<Result<void, SaveFailure>> {
  for (const { path, text } of files) {
    const target = join(projectFolder, path);
    try {
      if (text === null) {
        if (await isFolderOfProject(dirname(target), projectFolder)) await rm(target, { force: true });
        continue;
      }
      await mkdir(dirname(target), { recursive: true });
      // A folder that is a link would put the file somewhere else.
      if (!(await isFolderOfProject(dirname(target), projectFolder))) {
        return unwritable(`${path} lies outside the project.`, 'Replace the linked folder by a real one.');
      }
      await writeFileAtomic(target, text);
    } catch (error) {
      return unwritable(
        `${path} could not be ${text === null ? 'deleted' : 'written'}: ${reasonOf(error)}.`,
        'Save it somewhere else; your work is kept until then.',
      );
    }
  }
  return ok(undefined);
}

/** Watches the files of one project and tells what others change in them. */
export class OperatorWatch {
  readonly #folder: string;
  readonly #onChange: (path: string, text: string | null) => void;
  readonly #known = new Map<string, string>();
  #watchers: FSWatcher[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isLooking = false;
  #isAskedAgain = false;
  #isClosed = false;

  /** `files`: what the window knows. */
  constructor(
    projectFolder: string,
    files: readonly OperatorFile[],
    onChange: (path: string, text: string | null) => void,
  ) {
    this.#folder = projectFolder;
    this.#onChange = onChange;
    this.wrote(files);
    void this.#watchFolders();
  }

  /** The window itself wrote these: no news. */
  wrote(files: readonly OperatorFileEdit[]): void {
    for (const { path, text } of files) {
      if (text === null) this.#known.delete(path);
      else this.#known.set(path, text);
    }
    // What is being read at this moment may be from before.
    if (this.#isLooking) this.#isAskedAgain = true;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#unwatch();
  }

  /** One reading at a time: of two, the older could come last and be taken for the newer. */
  async #look(): Promise<void> {
    if (this.#isLooking) {
      this.#isAskedAgain = true;
      return;
    }
    this.#isLooking = true;
    do {
      this.#isAskedAgain = false;
      const files = await readOperatorFiles(this.#folder);
      if (this.#isClosed) return;
      if (this.#isAskedAgain) continue;
      this.#compare(files);
      await this.#watchFolders();
    } while (this.#isAskedAgain);
    this.#isLooking = false;
  }

  #compare(files: readonly OperatorFile[]): void {
    const seen = new Set<string>();
    for (const { path, text } of files) {
      seen.add(path);
      if (this.#known.get(path) === text) continue;
      this.#known.set(path, text);
      this.#onChange(path, text);
    }
    for (const path of [...this.#known.keys()]) {
      if (seen.has(path)) continue;
      this.#known.delete(path);
      this.#onChange(path, null);
    }
  }

  async #watchFolders(): Promise<void> {
    const root = join(this.#folder, OPERATORS_FOLDER);
    const folders = (await isFolderOfProject(root, this.#folder)) ? await foldersBelow(root, 1) : [];
    if (this.#isClosed) return;
    this.#unwatch();
    // The project's folder tells when `operators/` itself comes or goes.
    this.#add(this.#folder, (name) => name === OPERATORS_FOLDER);
    for (const folder of folders) this.#add(folder, () => true);
  }

  #add(folder: string, isOurs: (name: string) => boolean): void {
    try {
      const watcher = watch(folder, { persistent: false }, (_event, name) => {
        if (name === null || isOurs(name)) this.#soon();
      });
      // A folder that was deleted, or a system without watches left: files are then read at the next opening.
      watcher.on('error', () => {});
      this.#watchers.push(watcher);
    } catch {
      // As above.
    }
  }

  #soon(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#look();
    }, WATCH_QUIET_MS);
  }

  #unwatch(): void {
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }
}

async function foldersBelow(folder: string, depth: number): Promise<string[]> {
  if (depth > OPERATOR_FILE_LIMITS.depth) return [];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const below = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  const deeper = await Promise.all(below.map((entry) => foldersBelow(join(folder, entry.name), depth + 1)));
  return [folder, ...deeper.flat()];
}

async function isFolderOfProject(folder: string, projectFolder: string): Promise<boolean> {
  try {
    return (await lstat(folder)).isDirectory() && isInside(await realpath(folder), await realpath(projectFolder));
  } catch {
    return false;
  }
}

async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch {
    return false;
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    const info = await lstat(file);
    if (!info.isFile() || info.size > OPERATOR_FILE_LIMITS.sizeBytes) return null;
    return decodeText(await readFile(file));
  } catch {
    return null;
  }
}

function unwritable(message: string, hint: string): { readonly ok: false; readonly error: SaveFailure } {
  return err({ reason: 'unwritable', message, hint });
}
