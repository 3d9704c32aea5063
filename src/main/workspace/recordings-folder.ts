/** Where the recordings of a project lie. */
import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * `.millrace/recordings` beside the script; a folder under userData for a project that was never saved
 * (`path` null), for a sample (`readOnly`), and where the project's folder cannot be written.
 */
export function recordingsFolderOf(path: string | null, readOnly: boolean, userDataFolder: string): string {
  const own = join(userDataFolder, 'recordings');
  if (path === null) return join(own, 'untitled');
  if (!readOnly && isWritable(dirname(path))) return join(dirname(path), '.millrace', 'recordings');
  return join(own, createHash('sha256').update(path).digest('hex').slice(0, 24));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
