/** The file system of this machine behind the `Files` seam. Synchronous: see `seams/files.ts`. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { err, type Failure, ok, type Result } from '../../base/result.ts';
import type { FileEntry, Files, OpenFile, PendingFile, PendingPart } from '../../seams/files.ts';

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
      const file = this.#resolve(name);
      const facts = fs.statSync(file);
      // Opening a pipe waits until somebody writes, and no turn comes to its end meanwhile.
      if (!facts.isFile() && !facts.isDirectory()) throw new Error('it is a pipe or a device, not a file');
      const descriptor = fs.openSync(file, 'r');
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
    const slash = name.lastIndexOf('/') + 1;
    const hidden = `${name.slice(0, slash)}.${name.slice(slash)}.inprogress.${process.pid}`;
    return attempt(name, () => {
      fs.mkdirSync(path.dirname(this.#resolve(name)), { recursive: true });
      const descriptor = fs.openSync(this.#resolve(hidden), 'w');
      return this.#pending({ path: name, hiddenPath: hidden, sizeBytes: 0 }, descriptor);
    });
  }

  reopen(part: PendingPart): Result<PendingFile> {
    return attempt(part.path, () => {
      const hidden = this.#resolve(part.hiddenPath);
      if (!fs.existsSync(hidden)) {
        checkSize(fs.statSync(this.#resolve(part.path)), part);
        fs.renameSync(this.#resolve(part.path), hidden);
      }
      const descriptor = fs.openSync(hidden, 'r+');
      try {
        checkSize(fs.fstatSync(descriptor), part);
        fs.ftruncateSync(descriptor, part.sizeBytes);
      } catch (error) {
        fs.closeSync(descriptor);
        throw error;
      }
      return this.#pending(part, descriptor);
    });
  }

  commitPending(part: PendingPart): Result<void> {
    return attempt(part.path, () => {
      const hidden = this.#resolve(part.hiddenPath);
      const target = this.#resolve(part.path);
      if (!fs.existsSync(hidden)) return checkSize(fs.statSync(target), part);
      const descriptor = fs.openSync(hidden, 'r+');
      try {
        checkSize(fs.fstatSync(descriptor), part);
        fs.ftruncateSync(descriptor, part.sizeBytes);
        fs.fsyncSync(descriptor);
      } finally {
        fs.closeSync(descriptor);
      }
      fs.renameSync(hidden, target);
      syncFolder(path.dirname(target));
    });
  }

  remove(name: string): Result<void> {
    return attempt(name, () => {
      const target = this.#resolve(name);
      const found = fs.lstatSync(target, { throwIfNoEntry: false });
      if (found === undefined) return;
      if (found.isDirectory()) fs.rmdirSync(target);
      else fs.unlinkSync(target);
    });
  }

  #pending(part: PendingPart, descriptor: number): PendingFile {
    const hidden = this.#resolve(part.hiddenPath);
    const target = this.#resolve(part.path);
    let { sizeBytes } = part;
    let isOpen = true;
    const close = (): boolean => {
      if (!isOpen) return false;
      isOpen = false;
      fs.closeSync(descriptor);
      return true;
    };
    return {
      write: (bytes) =>
        attempt(part.path, () => {
          for (let done = 0; done < bytes.length; ) {
            const count = fs.writeSync(descriptor, bytes, done, bytes.length - done, sizeBytes);
            done += count;
            sizeBytes += count;
          }
        }),
      persist: () =>
        attempt(part.path, () => {
          fs.fsyncSync(descriptor);
          // Without its folder the file itself might be gone after a power cut.
          syncFolder(path.dirname(hidden));
          return { path: part.path, hiddenPath: part.hiddenPath, sizeBytes };
        }),
      commit: () =>
        attempt(part.path, () => {
          fs.fsyncSync(descriptor);
          close();
          fs.renameSync(hidden, target);
          syncFolder(path.dirname(target));
        }),
      discard: () => {
        if (close()) fs.rmSync(hidden, { force: true });
      },
      release: () => void close(),
    };
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

/** A file that a checkpoint refers to has at least the bytes that were durable then. */
function checkSize({ size }: fs.Stats, { sizeBytes }: PendingPart): void {
  if (size < sizeBytes) throw new Error(`it has ${size} bytes, and ${sizeBytes} were written`);
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
