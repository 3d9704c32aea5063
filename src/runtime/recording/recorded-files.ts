/**
 * The file system of a replay: questions are answered as they were answered then, contents are read again
 * after a check that they are the same, and nothing is ever written.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { FileEntry, Files, OpenFile, PendingFile } from '../seams/files.ts';
import type { Hashing } from '../seams/hashing.ts';
import type { ContentFact, FilesFacts } from './format.ts';

/** Read at once while checking. */
const BLOCK_BYTES = 1024 * 1024;

/** Files as a recorded job saw them. */
export class RecordedFiles implements Files {
  readonly #files: Files;
  readonly #facts: FilesFacts;

  constructor(files: Files, facts: FilesFacts) {
    this.#files = files;
    this.#facts = facts;
  }

  stat(path: string): Result<FileEntry> {
    const fact = this.#facts.stats.find((each) => each.path === path);
    return fact?.entry == null ? missing(path, fact?.failure) : ok(fact.entry);
  }

  list(path: string): Result<readonly FileEntry[]> {
    const fact = this.#facts.lists.find((each) => each.path === path);
    return fact?.entries == null ? missing(path, fact?.failure) : ok(fact.entries);
  }

  open(path: string): Result<OpenFile> {
    const fact = this.#facts.contents.find((each) => each.path === path);
    if (fact === undefined || fact.failure !== null) return missing(path, fact?.failure);
    const opened = this.#files.open(path);
    if (!opened.ok) return opened;
    const file = opened.value;
    const { sizeBytes } = fact;
    // What was added to the file since is no part of the recording.
    const read: OpenFile['read'] = (offsetBytes, lengthBytes) =>
      file.read(offsetBytes, Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes)));
    return ok({ sizeBytes, read, close: () => file.close() });
  }

  create(_path: string): Result<PendingFile> {
    return ok({ write: () => ok(undefined), commit: () => ok(undefined), discard: () => {} });
  }
}

/** Names the files that are no longer what the recording read; empty when all are the same. */
export function changedFiles(facts: FilesFacts, files: Files, hashing: Hashing): readonly string[] {
  return facts.contents.flatMap((fact) => {
    const reason = fact.failure === null ? changeOf(fact, files, hashing) : null;
    return reason === null ? [] : [`The file ${fact.path} is not what the recording read: ${reason}.`];
  });
}

function changeOf(fact: ContentFact, files: Files, hashing: Hashing): string | null {
  const opened = files.open(fact.path);
  if (!opened.ok) return `it cannot be opened (${opened.error.message.replace(/\.$/, '')})`;
  const file = opened.value;
  try {
    if (file.sizeBytes < fact.readBytes) return `it has ${file.sizeBytes} bytes, and ${fact.readBytes} were read`;
    const hash = hashing.sha256();
    for (let at = 0; at < fact.readBytes; ) {
      const read = file.read(at, Math.min(BLOCK_BYTES, fact.readBytes - at));
      if (!read.ok) return `it cannot be read (${read.error.message.replace(/\.$/, '')})`;
      if (read.value.length === 0) return 'it ends too early';
      hash.update(read.value);
      at += read.value.length;
    }
    return hash.digest() === fact.sha256 ? null : 'its content has changed';
  } finally {
    file.close();
  }
}

function missing(path: string, failure: string | null | undefined): Result<never> {
  const message = failure ?? `The recorded run did not look at ${path}.`;
  return err({ domain: 'file', message, retry: 'never' });
}
