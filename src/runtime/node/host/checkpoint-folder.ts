/** A folder of checkpoints on this machine's disk: one process at a time, with real sums and random run numbers. */
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { err, ok, type Result } from '../../base/result.ts';
import { type ResumeRefusal, ScriptCheckpoints } from '../../job/checkpoint-script.ts';
import type { Failpoint } from '../../job/checkpoint-steps.ts';
import type { Clock } from '../../seams/clock.ts';
import { NodeFiles } from './node-files.ts';

/** What the command line says about checkpoints; plain data, so that it goes to a guarded thread too. */
export interface CheckpointOptions {
  readonly folder: string;
  /** `null`: what the script sets, or the default. */
  readonly intervalMs: number | null;
  readonly keepCount: number;
  readonly isResumed: boolean;
}

/** Checkpoints that are kept where nobody says otherwise: the newest, and two to go back to when it is damaged. */
export const KEPT_CHECKPOINTS = 3;

/** A folder in use. */
export interface CheckpointFolder {
  readonly checkpoints: ScriptCheckpoints;
  /** Lets other processes have it. */
  close(): void;
}

/** Takes a folder into use, making it where it is not there. */
export function openCheckpointFolder(
  options: CheckpointOptions,
  clock: Clock,
  failpoint: Failpoint = () => {},
): Result<CheckpointFolder, ResumeRefusal> {
  const lock = lockFolder(options.folder);
  if (!lock.ok) return lock;
  const opened = ScriptCheckpoints.open({
    ...options,
    files: new NodeFiles(path.resolve(options.folder)),
    clock,
    sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
    newRunId: () => randomBytes(4).toString('hex'),
    failpoint,
  });
  if (opened.ok) return ok({ checkpoints: opened.value, close: lock.value });
  lock.value();
  return opened;
}

/** Puts a file with our process number into the folder; that of a process which is gone does not count. */
function lockFolder(folder: string): Result<() => void, ResumeRefusal> {
  const file = path.join(path.resolve(folder), 'lock');
  try {
    fs.mkdirSync(folder, { recursive: true });
    for (let attempt = 0; attempt < 3; attempt++) {
      try {
        fs.writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
        return ok(() => fs.rmSync(file, { force: true }));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const owner = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
      if (isAlive(owner)) {
        const message = `The folder ${folder} is used by another run (process ${owner}).`;
        return err({ message, hint: `Name another folder. If that process is no run of Millrace, remove ${file}.` });
      }
      fs.rmSync(file, { force: true });
    }
    return err({ message: `The folder ${folder} is taken by another run.`, hint: 'Name another folder.' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return err({ message: `No checkpoints can be kept in ${folder}: ${reason}.`, hint: 'Name another folder.' });
  }
}

/** Our own number means that an earlier process had it: two runs of one process are told apart by their folders. */
function isAlive(owner: number): boolean {
  if (!Number.isInteger(owner) || owner <= 0 || owner === process.pid) return false;
  try {
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
