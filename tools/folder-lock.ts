/** A lock on a folder between processes, for tools that write the same files. */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

let attemptCount = 0;

function tryLock(lockFile: string): boolean {
  // Written first and linked into place whole, so that nobody ever reads a lock without its owner.
  const own = `${lockFile}.${process.pid}.${++attemptCount}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lockFile);
    return true;
  } catch {
    if (!ownerIsAlive(lockFile)) rmSync(lockFile, { force: true });
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function ownerIsAlive(lockFile: string): boolean {
  try {
    const owner = Number(readFileSync(lockFile, 'utf8'));
    if (!Number.isInteger(owner) || owner <= 0) return false;
    process.kill(owner, 0);
    return true;
  } catch (error) {
    // ESRCH: no such process. ENOENT: the lock is gone, so try again.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
