/**
 * The file system of a replay: questions are answered as they were answered then, contents are read again
 * and compared, block by block, with the sums of what was read then; nothing is ever written. So a file that
 * changed, also while the replay looks at it, gives a named failure and never another row.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { FileEntry, Files, OpenFile, PendingFile, PendingPart } from '../seams/files.ts';
import { CONTENT_BLOCK_BYTES, CONTENT_SUM_BYTES, ContentSum } from './content-sum.ts';
import type { ContentFact, FilesFacts } from './format.ts';

/** Files as a recorded job saw them. */
export class RecordedFiles implements Files {
  readonly #files: Files;
  readonly #facts: () => FilesFacts;

  /** `facts`: asked anew each time, because a job that still runs goes on reading. */
  constructor(files: Files, facts: () => FilesFacts) {
    this.#files = files;
    this.#facts = facts;
  }

  stat(path: string): Result<FileEntry> {
    const fact = this.#facts().stats.find((each) => each.path === path);
    return fact?.entry == null ? missing(path, fact?.failure) : ok(fact.entry);
  }

  list(path: string): Result<readonly FileEntry[]> {
    const fact = this.#facts().lists.find((each) => each.path === path);
    return fact?.entries == null ? missing(path, fact?.failure) : ok(fact.entries);
  }

  open(path: string): Result<OpenFile> {
    const fact = this.#factOf(path);
    if (fact === undefined || fact.failure !== null) return missing(path, fact?.failure);
    const opened = this.#files.open(path);
    if (!opened.ok) return opened;
    const file = opened.value;
    // What was added to the file since is no part of the recording.
    const { sizeBytes } = fact;
    let block: { readonly index: number; readonly bytes: Uint8Array } | null = null;
    const read: OpenFile['read'] = (offsetBytes, lengthBytes) => {
      const count = Math.max(0, Math.min(lengthBytes, sizeBytes - offsetBytes));
      const bytes = new Uint8Array(count);
      for (let done = 0; done < count; ) {
        const at = offsetBytes + done;
        const index = Math.floor(at / CONTENT_BLOCK_BYTES);
        if (block?.index !== index || at - index * CONTENT_BLOCK_BYTES >= block.bytes.length) {
          const checked = readBlock(file, this.#factOf(path) ?? fact, index);
          if (!checked.ok) return checked;
          block = { index, bytes: checked.value };
        }
        const piece = block.bytes.subarray(at - index * CONTENT_BLOCK_BYTES).subarray(0, count - done);
        if (piece.length === 0) return ok(bytes.subarray(0, done));
        bytes.set(piece, done);
        done += piece.length;
      }
      return ok(bytes);
    };
    return ok({ sizeBytes, read, close: () => file.close() });
  }

  create(path: string): Result<PendingFile> {
    return ok(writingNothing({ path, hiddenPath: path, sizeBytes: 0 }));
  }

  reopen(part: PendingPart): Result<PendingFile> {
    return ok(writingNothing(part));
  }

  commitPending(_part: PendingPart): Result<void> {
    return ok(undefined);
  }

  remove(_path: string): Result<void> {
    return ok(undefined);
  }

  #factOf(path: string): ContentFact | undefined {
    return this.#facts().contents.find((each) => each.path === path);
  }
}

function writingNothing(part: PendingPart): PendingFile {
  const done = (): Result<void> => ok(undefined);
  return { write: done, persist: () => ok(part), commit: done, discard: () => {}, release: () => {} };
}

/**
 * Names the files that are no longer what the recording read; empty when all are the same. A file of the
 * same size and time of writing is taken for the same here, because its blocks are compared when they are read.
 */
export function changedFiles(facts: FilesFacts, files: Files): readonly string[] {
  return facts.contents.flatMap((fact) => {
    const reason = fact.failure === null ? changeOf(fact, files) : null;
    return reason === null ? [] : [sentence(fact, reason)];
  });
}

function changeOf(fact: ContentFact, files: Files): string | null {
  const entry = files.stat(fact.path);
  const isSame = entry.ok && entry.value.sizeBytes === fact.sizeBytes && entry.value.modifiedMs === fact.modifiedMs;
  if (isSame && fact.modifiedMs !== 0) return null;
  const opened = files.open(fact.path);
  if (!opened.ok) return `it cannot be opened (${opened.error.message.replace(/\.$/, '')})`;
  const file = opened.value;
  try {
    if (file.sizeBytes < fact.readBytes) return `it has ${file.sizeBytes} bytes, and ${fact.readBytes} were read`;
    for (let index = 0; index * CONTENT_BLOCK_BYTES < fact.readBytes; index++) {
      const reason = reasonAgainst(file, fact, index);
      if (typeof reason === 'string') return reason;
    }
    return null;
  } finally {
    file.close();
  }
}

/** A block with its sum checked, and behind the part that was read then, what the file has. */
function readBlock(file: OpenFile, fact: ContentFact, index: number): Result<Uint8Array> {
  const read = reasonAgainst(file, fact, index);
  if (typeof read !== 'string') return ok(read);
  return err({ domain: 'recording', message: sentence(fact, read), retry: 'never' });
}

/** The bytes of a block, or why they are not those that were read then. */
function reasonAgainst(file: OpenFile, fact: ContentFact, index: number): Uint8Array | string {
  const start = index * CONTENT_BLOCK_BYTES;
  const wanted = Math.min(CONTENT_BLOCK_BYTES, fact.sizeBytes - start);
  const bytes = new Uint8Array(Math.max(0, wanted));
  let length = 0;
  while (length < wanted) {
    const read = file.read(start + length, wanted - length);
    if (!read.ok) return `it cannot be read (${read.error.message.replace(/\.$/, '')})`;
    if (read.value.length === 0) break;
    bytes.set(read.value, length);
    length += read.value.length;
  }
  const provenCount = Math.min(CONTENT_BLOCK_BYTES, fact.readBytes - start);
  if (provenCount <= 0) return bytes.subarray(0, length);
  if (length < provenCount) return 'it ends too early';
  const sum = new ContentSum();
  sum.update(bytes.subarray(0, provenCount));
  const expected = fact.sums.subarray(index * CONTENT_SUM_BYTES, (index + 1) * CONTENT_SUM_BYTES);
  const isSame = expected.length === CONTENT_SUM_BYTES && sum.digest().every((byte, at) => byte === expected[at]);
  return isSame ? bytes.subarray(0, length) : 'its content has changed';
}

function sentence({ path }: ContentFact, reason: string): string {
  return `The file ${path} is not what the recording read: ${reason}.`;
}

function missing(path: string, failure: string | null | undefined): Result<never> {
  const message = failure ?? `The recorded run did not look at ${path}.`;
  return err({ domain: 'file', message, retry: 'never' });
}
