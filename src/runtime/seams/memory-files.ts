/** Files held in memory: for tests, and for browsers that have no file system. */
import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { FileEntry, Files, OpenFile, PendingFile, PendingPart } from './files.ts';

/** A file system in memory. Paths are relative, with `/`; folders exist by their files. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, Uint8Array>();
  /** Files being written, by their hidden paths. */
  readonly #hidden = new Map<string, Uint8Array>();

  /** Puts a file of UTF-8 text or bytes. */
  put(path: string, content: string | Uint8Array): void {
    this.#files.set(normalise(path), typeof content === 'string' ? encodeUtf8(content) : content);
  }

  /** Bytes of a file, or `undefined`. */
  get(path: string): Uint8Array | undefined {
    return this.#files.get(normalise(path));
  }

  /** Paths of all files, sorted; without those that are being written. */
  paths(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  /** Hidden paths of the files that are being written, or were when their process ended; sorted. */
  hiddenPaths(): readonly string[] {
    return [...this.#hidden.keys()].sort();
  }

  /** An independent copy: for tests that go on from one state in several ways. */
  copy(): MemoryFiles {
    const copy = new MemoryFiles();
    for (const [path, bytes] of this.#files) copy.#files.set(path, bytes.slice());
    for (const [path, bytes] of this.#hidden) copy.#hidden.set(path, bytes.slice());
    return copy;
  }

  stat(path: string): Result<FileEntry> {
    const name = normalise(path);
    const file = this.#files.get(name) ?? this.#hidden.get(name);
    if (file !== undefined) return ok({ path: name, isFolder: false, sizeBytes: file.length, modifiedMs: 0 });
    for (const other of [...this.#files.keys(), ...this.#hidden.keys()]) {
      if (name === '' || other.startsWith(`${name}/`))
        return ok({ path: name, isFolder: true, sizeBytes: 0, modifiedMs: 0 });
    }
    return missing(path);
  }

  list(path: string): Result<readonly FileEntry[]> {
    const prefix = normalise(path) === '' ? '' : `${normalise(path)}/`;
    const children = new Map<string, FileEntry>();
    for (const [name, bytes] of [...this.#files, ...this.#hidden]) {
      if (!name.startsWith(prefix)) continue;
      const rest = name.slice(prefix.length);
      const slash = rest.indexOf('/');
      const child = prefix + (slash === -1 ? rest : rest.slice(0, slash));
      children.set(child, {
        path: child,
        isFolder: slash !== -1,
        sizeBytes: slash === -1 ? bytes.length : 0,
        modifiedMs: 0,
      });
    }
    if (children.size === 0) return missing(path);
    return ok([...children.values()].sort((a, b) => (a.path < b.path ? -1 : 1)));
  }

  open(path: string): Result<OpenFile> {
    const bytes = this.#files.get(normalise(path));
    if (bytes === undefined) return missing(path);
    return ok({
      sizeBytes: bytes.length,
      read: (offsetBytes, lengthBytes) => ok(bytes.subarray(offsetBytes, offsetBytes + lengthBytes)),
      close: () => {},
    });
  }

  create(path: string): Result<PendingFile> {
    return ok(this.#pending(path, hiddenPathOf(path), new Uint8Array()));
  }

  reopen(part: PendingPart): Result<PendingFile> {
    const hidden = normalise(part.hiddenPath);
    const bytes = this.#hidden.get(hidden) ?? this.#files.get(normalise(part.path));
    if (bytes === undefined) return missing(part.path);
    if (bytes.length < part.sizeBytes) return lost(part);
    if (!this.#hidden.has(hidden)) this.#files.delete(normalise(part.path));
    return ok(this.#pending(part.path, hidden, bytes.slice(0, part.sizeBytes)));
  }

  commitPending(part: PendingPart): Result<void> {
    const hidden = normalise(part.hiddenPath);
    const bytes = this.#hidden.get(hidden);
    const committed = this.#files.get(normalise(part.path));
    if (bytes === undefined && committed === undefined) return missing(part.path);
    if ((bytes ?? committed ?? []).length < part.sizeBytes) return lost(part);
    if (bytes === undefined) return ok(undefined);
    this.#hidden.delete(hidden);
    this.#files.set(normalise(part.path), bytes.slice(0, part.sizeBytes));
    return ok(undefined);
  }

  remove(path: string): Result<void> {
    this.#files.delete(normalise(path));
    this.#hidden.delete(normalise(path));
    return ok(undefined);
  }

  #pending(path: string, hiddenPath: string, start: Uint8Array): PendingFile {
    const hidden = normalise(hiddenPath);
    let buffer = start;
    let bytes = start;
    let isDone = false;
    this.#hidden.set(hidden, bytes);
    return {
      write: (added) => {
        const length = bytes.length + added.length;
        if (length > buffer.length) {
          buffer = new Uint8Array(2 * length);
          buffer.set(bytes);
        }
        buffer.set(added, bytes.length);
        bytes = buffer.subarray(0, length);
        this.#hidden.set(hidden, bytes);
        return ok(undefined);
      },
      persist: () => ok({ path, hiddenPath: hidden, sizeBytes: bytes.length }),
      commit: () => {
        isDone = true;
        this.#hidden.delete(hidden);
        this.#files.set(normalise(path), bytes);
        return ok(undefined);
      },
      discard: () => {
        if (!isDone) this.#hidden.delete(hidden);
        isDone = true;
      },
      release: () => {
        isDone = true;
      },
    };
  }
}

function normalise(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

function missing(path: string): {
  readonly ok: false;
  readonly error: { domain: 'file'; message: string; retry: 'later' };
} {
  return err({ domain: 'file', message: `The file ${path} does not exist.`, retry: 'later' });
}

/** Where a file lies while it is being written; readers skip names that begin with a dot. */
function hiddenPathOf(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}.${path.slice(slash)}.inprogress.0`;
}

function lost({ path, sizeBytes }: PendingPart): Result<never> {
  const message = `The file ${path} has fewer than the ${sizeBytes} bytes that were written into it.`;
  return err({ domain: 'file', message, retry: 'never' });
}
