/**
 * The files that the sources of a checkpointed job read. What they are told about files and folders is noted,
 * and a restarted job is told the same: it reads the files that the first one found, no matter which have come
 * since (Flink: the splits of a bounded source are enumerated once). A file that is no longer the same is
 * refused by name, because positions in it would mean other rows.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { Plain } from '../data/plain-bytes.ts';
import type { FileEntry, Files, OpenFile, PendingFile, PendingPart } from '../seams/files.ts';

type EntryFact = readonly [path: string, isFolder: boolean, sizeBytes: number, modifiedMs: number];
type OpenedFact = readonly [path: string, sizeBytes: number, modifiedMs: number];

/** Facts about inputs in a checkpoint. */
type Facts = readonly [
  stats: readonly EntryFact[],
  lists: readonly (readonly [path: string, entries: readonly EntryFact[]])[],
  opened: readonly OpenedFact[],
];

/** Files that remember what sources were told. */
export class CheckpointedInputs implements Files {
  readonly #files: Files;
  readonly #stats = new Map<string, FileEntry>();
  readonly #lists = new Map<string, readonly FileEntry[]>();
  readonly #opened = new Map<string, OpenedFact>();

  /** `facts`: those of a checkpoint, to go on from. */
  constructor(files: Files, facts: Plain | null) {
    this.#files = files;
    if (facts === null) return;
    const [stats, lists, opened] = facts as unknown as Facts;
    for (const fact of stats) this.#stats.set(fact[0], entryOf(fact));
    for (const [path, entries] of lists) this.#lists.set(path, entries.map(entryOf));
    for (const fact of opened) this.#opened.set(fact[0], fact);
  }

  /** What sources were told so far. */
  facts(): Plain {
    const facts: Facts = [
      [...this.#stats.values()].map(factOf),
      [...this.#lists].map(([path, entries]) => [path, entries.map(factOf)] as const),
      [...this.#opened.values()],
    ];
    return facts as unknown as Plain;
  }

  /** A failure that names the first input which is no longer what was read; a file that is gone may not be needed. */
  check(): Result<void> {
    for (const fact of this.#opened.values()) {
      const now = this.#files.stat(fact[0]);
      if (now.ok && !isSame(fact, now.value)) return changed(fact, now.value);
    }
    return ok(undefined);
  }

  stat(path: string): Result<FileEntry> {
    const known = this.#stats.get(path);
    if (known !== undefined) return ok(known);
    const found = this.#files.stat(path);
    if (found.ok) this.#stats.set(path, found.value);
    return found;
  }

  list(path: string): Result<readonly FileEntry[]> {
    const known = this.#lists.get(path);
    if (known !== undefined) return ok(known);
    const found = this.#files.list(path);
    if (found.ok) this.#lists.set(path, found.value);
    return found;
  }

  open(path: string): Result<OpenFile> {
    const now = this.#files.stat(path);
    const known = this.#opened.get(path);
    if (now.ok && known !== undefined && !isSame(known, now.value)) return changed(known, now.value);
    const opened = this.#files.open(path);
    if (opened.ok && now.ok && known === undefined) {
      this.#opened.set(path, [path, opened.value.sizeBytes, now.value.modifiedMs]);
    }
    return opened;
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

function isSame([, sizeBytes, modifiedMs]: OpenedFact, now: FileEntry): boolean {
  return now.sizeBytes === sizeBytes && now.modifiedMs === modifiedMs;
}

function changed([path, sizeBytes]: OpenedFact, now: FileEntry): Result<never> {
  const how = now.sizeBytes === sizeBytes ? 'was written again' : `has ${now.sizeBytes} bytes in place of ${sizeBytes}`;
  const message = `The input ${path} has changed since the checkpoint: it ${how}. Rows of it that were read before and rows that come now would not belong together. Restore the file, or start from the beginning.`;
  return err({ domain: 'file', message, retry: 'never' });
}

function factOf({ path, isFolder, sizeBytes, modifiedMs }: FileEntry): EntryFact {
  return [path, isFolder, sizeBytes, modifiedMs];
}

function entryOf([path, isFolder, sizeBytes, modifiedMs]: EntryFact): FileEntry {
  return { path, isFolder, sizeBytes, modifiedMs };
}
