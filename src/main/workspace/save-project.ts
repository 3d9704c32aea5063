/** Writes a project to disk: atomically, and never over a change that somebody else made. */
import { cp, lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { err, ok, type Result } from '../../runtime/base/result.ts';
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';
import { decodeText, layoutFileOf, reasonOf } from './open-project.ts';

/** Why a project was not saved, as the workspace contract has it. */
export type SaveFailure = NonNullable<CommandOut<WorkspaceContract, 'projects.save'>['failure']>;

const BYTE_ORDER_MARK = '\ufeff';

/**
 * Writes the script and, when there is one, its layout. `expectedText` is the text last read or
 * written; when the file says something else, nothing is written (null: do not compare). A byte
 * order mark that the file has stays.
 */
export async function saveProjectFile(
  path: string,
  text: string,
  layoutText: string,
  expectedText: string | null,
): Promise<Result<void, SaveFailure>> {
  const name = basename(path);
  const onDisk = await readBytes(path);
  const textOnDisk = onDisk === null ? null : decodeText(onDisk);
  // What is to be written may stand there already: a save that failed further on is tried again.
  if (expectedText !== null && onDisk !== null && textOnDisk !== expectedText && textOnDisk !== text) {
    return err({
      reason: 'changed-on-disk',
      message: `${name} was changed by another program since it was opened.`,
      hint: 'Save under another name, or overwrite it.',
    });
  }
  const hasMark = onDisk !== null && onDisk[0] === 0xef && onDisk[1] === 0xbb && onDisk[2] === 0xbf;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFileAtomic(path, hasMark ? BYTE_ORDER_MARK + text : text);
    if (layoutText !== '') await writeFileAtomic(layoutFileOf(path), layoutText);
    return ok(undefined);
  } catch (error) {
    return err({
      reason: 'unwritable',
      message: `${name} could not be written: ${reasonOf(error)}.`,
      hint: 'Save it somewhere else; your work is kept until then.',
    });
  }
}

/** Folders of a project that its script refers to by relative paths. */
const COMPANION_FOLDERS = ['data', 'operators', 'tests'];

/**
 * Puts what a script refers to beside its copy in another folder: all of a sample's, the TypeScript files of
 * any project. Files that are there already stay as they are. `except`: paths below the folder that are
 * not copied.
 */
export async function copyCompanions(
  sourceFolder: string,
  targetFolder: string,
  { names = COMPANION_FOLDERS, except = [] }: { names?: readonly string[]; except?: readonly string[] } = {},
): Promise<void> {
  const left = new Set(except.map((path) => join(sourceFolder, path)));
  for (const name of names) {
    const source = join(sourceFolder, name);
    try {
      if (!(await lstat(source)).isDirectory()) continue;
    } catch {
      continue;
    }
    await cp(source, join(targetFolder, name), {
      recursive: true,
      force: false,
      errorOnExist: false,
      filter: (file) => !left.has(file),
    });
  }
}

/** Whether a folder is empty or not there yet. */
export async function hasNothingIn(folder: string): Promise<boolean> {
  try {
    return (await readdir(folder)).length === 0;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

async function readBytes(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}
