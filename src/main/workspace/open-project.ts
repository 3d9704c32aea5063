/** Reads a project from disk. Whatever is wrong with the file is a clear failure, never a guess. */
import { lstat, readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { err, ok, type Result } from '../../runtime/base/result.ts';
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { WorkspaceContract } from '../../runtime/contract/workspace-contract.ts';

/** Why a project did not open, as the workspace contract has it. */
export type OpenFailure = NonNullable<CommandOut<WorkspaceContract, 'projects.open'>['failure']>;

/** What is on disk. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
  readonly layoutText: string | null;
}

/** Largest script that opens: a hundred times what anybody writes, and still quick to read and to send. */
export const SCRIPT_SIZE_MAX_BYTES = 16 * 1024 * 1024;
/** Largest layout file that is read. */
const LAYOUT_SIZE_MAX_BYTES = 16 * 1024 * 1024;

/** The script that a path means: itself, or for a folder its `job.sql`, or its only `.sql` file. */
export async function scriptFileOf(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    if (!(await stat(absolute)).isDirectory()) return absolute;
    const scripts = (await readdir(absolute)).filter((name) => name.toLowerCase().endsWith('.sql'));
    const only = scripts.length === 1 ? scripts[0] : undefined;
    return join(absolute, scripts.includes('job.sql') || only === undefined ? 'job.sql' : only);
  } catch {
    return absolute;
  }
}

/** Path of the layout file beside a script. */
export function layoutFileOf(scriptPath: string): string {
  return `${scriptPath.replace(/\.sql$/i, '')}.layout.json`;
}

/** Reads a script and the layout beside it. */
export async function openProjectFile(path: string): Promise<Result<ProjectFile, OpenFailure>> {
  const name = basename(path);
  let bytes: Uint8Array;
  try {
    const info = await stat(path);
    if (!info.isFile()) {
      return fail('unreadable', `${name} is not a file.`, 'Choose a .sql file, or a folder with a job.sql in it.');
    }
    if (info.size > SCRIPT_SIZE_MAX_BYTES) {
      const sizeMb = (info.size / 1024 / 1024).toFixed(1);
      return fail(
        'too-large',
        `${name} has ${sizeMb} MB; scripts of up to ${SCRIPT_SIZE_MAX_BYTES / 1024 / 1024} MB open.`,
        "Is it data? Then read it with a CREATE TABLE … WITH ('connector' = 'filesystem').",
      );
    }
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return fail('missing', `${path} does not exist.`, 'It may have been moved or deleted.');
    }
    return fail('unreadable', `${name} could not be read: ${reasonOf(error)}.`, 'Check its permissions.');
  }
  const text = decodeText(bytes);
  if (text === null) {
    return fail('binary', `${name} is not a text file.`, 'Millrace opens Flink SQL scripts in UTF-8.');
  }
  return ok({ path, text, layoutText: await readLayout(layoutFileOf(path)) });
}

/** The text of a UTF-8 file without its byte order mark; null when it is none. */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Whether a path lies in a folder. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** The layout never stops a project from opening: it may be deleted at any time. */
async function readLayout(path: string): Promise<string | null> {
  try {
    const info = await lstat(await realpath(path));
    if (!info.isFile() || info.size > LAYOUT_SIZE_MAX_BYTES) return null;
    return decodeText(await readFile(path));
  } catch {
    return null;
  }
}

function fail(
  reason: OpenFailure['reason'],
  message: string,
  hint: string,
): { readonly ok: false; readonly error: OpenFailure } {
  return err({ reason, message, hint });
}

/** The system's word for an error, without the call and the path that Node adds. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOSPC':
      return 'the disk is full';
    case 'EROFS':
      return 'the file system is read-only';
    case 'EISDIR':
      return 'it is a folder';
    case 'ENOENT':
      return 'there is no such folder';
    default:
      return code ?? String(error);
  }
}
