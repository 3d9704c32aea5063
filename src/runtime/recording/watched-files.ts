/**
 * The file system of a run that is recorded: hands everything through and notes what the run saw. Answers
 * about files and folders are kept as they are; of contents sums are kept, one a block, because a file can be
 * read again, and the sums show whether it is still the same.
 */
import type { Result } from '../base/result.ts';
import type { FileEntry, Files, OpenFile, PendingFile, PendingPart } from '../seams/files.ts';
import { CONTENT_BLOCK_BYTES, CONTENT_SUM_BYTES, ContentSum } from './content-sum.ts';
import type { ContentFact, FilesFacts, ListFact, StatFact } from './format.ts';

interface Content {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly read: ReadSums;
  readonly failure: string | null;
}

/** Files that remember what was asked of them. */
export class WatchedFiles implements Files {
  readonly #files: Files;
  readonly #stats = new Map<string, StatFact>();
  readonly #lists = new Map<string, ListFact>();
  readonly #contents = new Map<string, Content>();

  constructor(files: Files) {
    this.#files = files;
  }

  /** What the run saw so far. */
  facts(): FilesFacts {
    return {
      stats: [...this.#stats.values()],
      lists: [...this.#lists.values()],
      contents: [...this.#contents.values()].map(({ path, sizeBytes, modifiedMs, read, failure }): ContentFact => {
        return { path, sizeBytes, modifiedMs, readBytes: read.lengthBytes, sums: read.sums(), failure };
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
      const entry = this.#files.stat(path);
      content = {
        path,
        sizeBytes: opened.ok ? opened.value.sizeBytes : 0,
        modifiedMs: entry.ok ? entry.value.modifiedMs : 0,
        read: new ReadSums(),
        failure,
      };
      this.#contents.set(path, content);
    }
    if (!opened.ok) return opened;
    const file = opened.value;
    const sums = content.read;
    return {
      ok: true,
      value: {
        sizeBytes: file.sizeBytes,
        read(offsetBytes, lengthBytes) {
          const read = file.read(offsetBytes, lengthBytes);
          if (read.ok) sums.note(offsetBytes, read.value);
          return read;
        },
        close: () => file.close(),
      },
    };
  }

  create(path: string): Result<PendingFile> {
    return this.#files.create(path);
  }

  reopen(part: PendingPart): Result<PendingFile> {
    return this.#files.reopen(part);
  }

  commitPending(part: PendingPart): Result<void> {
    return this.#files.commitPending(part);
  }

  remove(path: string): Result<void> {
    return this.#files.remove(path);
  }
}

/** Sums of the blocks of one file, from its start as far as it was read. */
class ReadSums {
  lengthBytes = 0;
  #ended = new Uint8Array(4 * CONTENT_SUM_BYTES);
  #endedCount = 0;
  #block = new ContentSum();

  /** Readers go from start to end and may read a part twice; only what is new counts. */
  note(offsetBytes: number, bytes: Uint8Array): void {
    const endBytes = offsetBytes + bytes.length;
    if (offsetBytes > this.lengthBytes || endBytes <= this.lengthBytes) return;
    let at = this.lengthBytes - offsetBytes;
    while (at < bytes.length) {
      const room = CONTENT_BLOCK_BYTES - (this.lengthBytes % CONTENT_BLOCK_BYTES);
      const piece = bytes.subarray(at, at + room);
      this.#block.update(piece);
      this.lengthBytes += piece.length;
      at += piece.length;
      if (this.lengthBytes % CONTENT_BLOCK_BYTES === 0) this.#endBlock();
    }
  }

  /** The sums of all blocks, that of the one under way included. */
  sums(): Uint8Array {
    const isOpen = this.lengthBytes % CONTENT_BLOCK_BYTES !== 0;
    const sums = new Uint8Array((this.#endedCount + (isOpen ? 1 : 0)) * CONTENT_SUM_BYTES);
    sums.set(this.#ended.subarray(0, this.#endedCount * CONTENT_SUM_BYTES));
    if (isOpen) sums.set(this.#block.digest(), this.#endedCount * CONTENT_SUM_BYTES);
    return sums;
  }

  #endBlock(): void {
    const at = this.#endedCount * CONTENT_SUM_BYTES;
    if (at === this.#ended.length) {
      const grown = new Uint8Array(2 * at);
      grown.set(this.#ended);
      this.#ended = grown;
    }
    this.#ended.set(this.#block.digest(), at);
    this.#endedCount += 1;
    this.#block = new ContentSum();
  }
}
