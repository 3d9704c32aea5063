/** A lock on a folder between processes, for tools that write the same files. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Pause between two looks at a lock that somebody else holds. */
const RETRY_MS = 100;

/** Runs `work` while holding the lock of `folder` (made when missing). A lock whose owner is dead is taken over. */
export async function withFolderLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const lockFile = join(folder, '.lock');
  while (!tryLock(lockFile)) await new Promise((go) => setTimeout(go, RETRY_MS));
  try {
    return await work();
  } finally {
    rmSync(lockFile, { force: true });
  }
}

function tryLock(lockFile: string): boolean {
  try {
    writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!ownerIsAlive(lockFile)) rmSync(lockFile, { force: true });
    return false;
  }
}

function ownerIsAlive(lockFile: string): boolean {
  try {
    const owner = Number(readFileSync(lockFile, 'utf8'));
    // A lock being written is empty for a moment: then its owner is alive.
    if (!Number.isInteger(owner) || owner <= 0) return true;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // ESRCH: no such process. ENOENT: the lock is gone, so try again.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
