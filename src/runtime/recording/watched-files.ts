/**
 * The file system of a run that is recorded: hands everything through and notes what the run saw. Answers
 * about files and folders are kept as they are; of contents a SHA-256 is kept, because a file can be read
 * again, and the sum shows whether it is still the same.
 */
import type { Result } from '../base/result.ts';
import type { FileEntry, Files, OpenFile, PendingFile } from '../seams/files.ts';
import type { Hashing, RunningHash } from '../seams/hashing.ts';
import type { ContentFact, FilesFacts, ListFact, StatFact } from './format.ts';

interface Content {
  readonly path: string;
  readonly hash: RunningHash;
  sizeBytes: number;
  readBytes: number;
  sha256: string | null;
  failure: string | null;
}

/** Files that remember what was asked of them. */
export class WatchedFiles implements Files {
  readonly #files: Files;
  readonly #hashing: Hashing;
  readonly #stats = new Map<string, StatFact>();
  readonly #lists = new Map<string, ListFact>();
  readonly #contents = new Map<string, Content>();

  constructor(files: Files, hashing: Hashing) {
    this.#files = files;
    this.#hashing = hashing;
  }

  /** What the run saw so far. */
  facts(): FilesFacts {
    return {
      stats: [...this.#stats.values()],
      lists: [...this.#lists.values()],
      contents: [...this.#contents.values()].map((content): ContentFact => {
        content.sha256 ??= content.hash.digest();
        const { path, sizeBytes, readBytes, sha256, failure } = content;
        return { path, sizeBytes, readBytes, sha256, failure };
      }),
    };
  }

  stat(path: string): Result<FileEntry> {
    const found = this.#files.stat(path);
    if (!this.#stats.has(path)) {
      this.#stats.set(path, {
        path,
        entry: found.ok ? { ...found.value } : null,
        failure: found.ok ? null : found.error.message,
      });
    }
    return found;
  }

  list(path: string): Result<readonly FileEntry[]> {
    const found = this.#files.list(path);
    if (!this.#lists.has(path)) {
      this.#lists.set(path, {
        path,
        entries: found.ok ? found.value.map((entry) => ({ ...entry })) : null,
        failure: found.ok ? null : found.error.message,
      });
    }
    return found;
  }

  open(path: string): Result<OpenFile> {
    const opened = this.#files.open(path);
    let content = this.#contents.get(path);
    if (content === undefined) {
      const failure = opened.ok ? null : opened.error.message;
      const sizeBytes = opened.ok ? opened.value.sizeBytes : 0;
      content = { path, hash: this.#hashing.sha256(), sizeBytes, readBytes: 0, sha256: null, failure };
      this.#contents.set(path, content);
    }
    if (!opened.ok) return opened;
    const file = opened.value;
    const noted = content;
    return {
      ok: true,
      value: {
        sizeBytes: file.sizeBytes,
        read(offsetBytes, lengthBytes) {
          const read = file.read(offsetBytes, lengthBytes);
          if (read.ok) note(noted, offsetBytes, read.value);
          return read;
        },
        close: () => file.close(),
      },
    };
  }

  create(path: string): Result<PendingFile> {
    return this.#files.create(path);
  }
}

/** Readers go from start to end and may read a part twice; only what is new counts. */
function note(content: Content, offsetBytes: number, bytes: Uint8Array): void {
  const endBytes = offsetBytes + bytes.length;
  if (offsetBytes > content.readBytes || endBytes <= content.readBytes) return;
  content.hash.update(bytes.subarray(content.readBytes - offsetBytes));
  content.readBytes = endBytes;
  content.sha256 = null;
}
