/** Files held in memory: for tests, and for browsers that have no file system. */
import type { Result } from '../base/result.ts';
import { err, ok } from '../base/result.ts';
import { encodeUtf8 } from '../base/utf8.ts';
import type { FileEntry, Files, OpenFile, PendingFile } from './files.ts';

/** A file system in memory. Paths are relative, with `/`; folders exist by their files. */
export class MemoryFiles implements Files {
  readonly #files = new Map<string, Uint8Array>();

  /** Puts a file of UTF-8 text or bytes. */
  put(path: string, content: string | Uint8Array): void {
    this.#files.set(normalise(path), typeof content === 'string' ? encodeUtf8(content) : content);
  }

  /** Bytes of a file, or `undefined`. */
  get(path: string): Uint8Array | undefined {
    return this.#files.get(normalise(path));
  }

  /** Paths of all files, sorted. */
  paths(): readonly string[] {
    return [...this.#files.keys()].sort();
  }

  stat(path: string): Result<FileEntry> {
    const name = normalise(path);
    const file = this.#files.get(name);
    if (file !== undefined) return ok({ path: name, isFolder: false, sizeBytes: file.length, modifiedMs: 0 });
    for (const other of this.#files.keys()) {
      if (name === '' || other.startsWith(`${name}/`))
        return ok({ path: name, isFolder: true, sizeBytes: 0, modifiedMs: 0 });
    }
    return missing(path);
  }

  list(path: string): Result<readonly FileEntry[]> {
    const prefix = normalise(path) === '' ? '' : `${normalise(path)}/`;
    const children = new Map<string, FileEntry>();
    for (const [name, bytes] of this.#files) {
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
    const parts: Uint8Array[] = [];
    return ok({
      write: (bytes) => {
        parts.push(bytes.slice());
        return ok(undefined);
      },
      commit: () => {
        const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
        let at = 0;
        for (const part of parts) {
          whole.set(part, at);
          at += part.length;
        }
        this.#files.set(normalise(path), whole);
        return ok(undefined);
      },
      discard: () => {
        parts.length = 0;
      },
    });
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
