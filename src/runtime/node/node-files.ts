/** The file system of this machine behind the `Files` seam. Synchronous: see `seams/files.ts`. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { err, type Failure, ok, type Result } from '../base/result.ts';
import type { FileEntry, Files, OpenFile, PendingFile } from '../seams/files.ts';

/** Files; relative paths count from `folder`. */
export class NodeFiles implements Files {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  stat(name: string): Result<FileEntry> {
    return attempt(name, () => entryOf(name, fs.statSync(this.#resolve(name))));
  }

  list(name: string): Result<readonly FileEntry[]> {
    return attempt(name, () => {
      const folder = this.#resolve(name);
      const prefix = name === '' || name.endsWith('/') ? name : `${name}/`;
      const names = fs.readdirSync(folder).sort();
      return names.map((child) => entryOf(prefix + child, fs.statSync(path.join(folder, child))));
    });
  }

  open(name: string): Result<OpenFile> {
    return attempt(name, () => {
      const descriptor = fs.openSync(this.#resolve(name), 'r');
      const sizeBytes = fs.fstatSync(descriptor).size;
      let isClosed = false;
      return {
        sizeBytes,
        read: (offsetBytes, lengthBytes) =>
          attempt(name, () => {
            const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes)));
            const count = buffer.length === 0 ? 0 : fs.readSync(descriptor, buffer, 0, buffer.length, offsetBytes);
            return new Uint8Array(buffer.buffer, buffer.byteOffset, count);
          }),
        close: () => {
          if (isClosed) return;
          isClosed = true;
          fs.closeSync(descriptor);
        },
      };
    });
  }

  /** Writes beside the target under a hidden name, which readers skip; the rename makes it appear whole. */
  create(name: string): Result<PendingFile> {
    return attempt(name, () => {
      const target = this.#resolve(name);
      const folder = path.dirname(target);
      fs.mkdirSync(folder, { recursive: true });
      const temporary = path.join(folder, `.${path.basename(target)}.${process.pid}.inprogress`);
      const descriptor = fs.openSync(temporary, 'w');
      let isOpen = true;
      return {
        write: (bytes) =>
          attempt(name, () => {
            for (let done = 0; done < bytes.length; ) done += fs.writeSync(descriptor, bytes, done);
          }),
        commit: () =>
          attempt(name, () => {
            fs.fsyncSync(descriptor);
            fs.closeSync(descriptor);
            isOpen = false;
            fs.renameSync(temporary, target);
            syncFolder(folder);
          }),
        discard: () => {
          if (!isOpen) return;
          isOpen = false;
          fs.closeSync(descriptor);
          fs.rmSync(temporary, { force: true });
        },
      };
    });
  }

  #resolve(name: string): string {
    // Flink takes URIs; `file:` is the only scheme that means this machine.
    const local = name.startsWith('file://') ? decodeURIComponent(new URL(name).pathname) : name.replace(/^file:/, '');
    return path.resolve(this.#folder, local);
  }
}

/** Makes a rename durable; not every system lets folders be synced, and then the rename stands as it is. */
function syncFolder(folder: string): void {
  try {
    const descriptor = fs.openSync(folder, 'r');
    fs.fsyncSync(descriptor);
    fs.closeSync(descriptor);
  } catch {
    // Windows refuses to open folders.
  }
}

function entryOf(name: string, stats: fs.Stats): FileEntry {
  return { path: name, isFolder: stats.isDirectory(), sizeBytes: stats.size, modifiedMs: Math.floor(stats.mtimeMs) };
}

function attempt<T>(name: string, run: () => T): Result<T> {
  try {
    return ok(run());
  } catch (error) {
    return err(failureOf(name, error));
  }
}

function failureOf(name: string, error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code;
  const reason = error instanceof Error ? error.message : String(error);
  switch (code) {
    case 'ENOENT':
      return {
        domain: 'file',
        message: `File ${name} does not exist or the user running the job has insufficient permissions to access it.`,
        retry: 'later',
      };
    case 'EACCES':
    case 'EPERM':
      return {
        domain: 'file',
        message: `The file ${name} may not be used by this user: check its permissions.`,
        retry: 'later',
      };
    case 'ENOSPC':
      return { domain: 'file', message: `There is no space left to write ${name}.`, retry: 'later' };
    default:
      return { domain: 'file', message: `The file ${name} could not be used: ${reason}.`, retry: 'never' };
  }
}
