/**
 * Which folders may run code and open files, as the main process said. Compared by real path, so that a link
 * inside a trusted folder lends no trust to what it points to.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Diagnostic } from '../../base/diagnostic.ts';

/** Folders that are trusted, with everything below them. */
export class TrustedFolders {
  #folders: readonly string[] = [];

  /** Replaces all of them. One that is not there now is compared as it is written. */
  set(folders: readonly string[]): void {
    this.#folders = folders.map((folder) => realPath(folder) ?? path.resolve(folder));
  }

  /** Whether `folder` is one of them or lies below one. A folder that does not exist is not. */
  has(folder: string): boolean {
    if (folder === '') return false;
    const real = realPath(folder);
    return real !== null && this.#folders.some((trusted) => isSameOrBelow(real, trusted));
  }
}

/** Whether `file` is `folder` or lies below it; both absolute. */
export function isSameOrBelow(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

/** Why nothing runs there. */
export function untrusted(folder: string): Diagnostic {
  return {
    code: 'run/untrusted',
    phase: 'run',
    severity: 'error',
    message: `Nothing runs in ${folder === '' ? 'this project' : folder}, because its folder is not trusted.`,
    hint: 'Trust this project first: a script may run code, read files and write files.',
  };
}

function realPath(folder: string): string | null {
  try {
    return fs.realpathSync(folder);
  } catch {
    return null;
  }
}
