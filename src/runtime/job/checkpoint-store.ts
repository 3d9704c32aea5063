/**
 * Checkpoints on disk: writes them so that they are there as a whole or not at all, finds the newest that is
 * whole, and removes old ones. See `checkpoint-manifest.ts` for what a folder holds.
 */
import { assert } from '../base/assert.ts';
import { ok, type Result } from '../base/result.ts';
import type { Files, PendingFile } from '../seams/files.ts';
import { type CheckpointManifest, decodeManifest, encodeManifest, type Sha256 } from './checkpoint-manifest.ts';
import type { Failpoint } from './checkpoint-steps.ts';

/** What a store needs. */
export interface CheckpointStoreSettings {
  /** Relative paths count from the folder of the checkpoints. */
  readonly files: Files;
  readonly sha256: Sha256;
  /** Checkpoints that are kept; the newest of them is enough unless it gets damaged. */
  readonly keepCount: number;
  readonly failpoint: Failpoint;
}

/** A checkpoint that is whole. */
export interface StoredCheckpoint {
  readonly manifest: CheckpointManifest;
  readonly state: Uint8Array;
  /** Whether all sinks are known to have committed. */
  readonly isCommitted: boolean;
}

/** What was found in the folder. */
export interface FoundCheckpoints {
  /** The newest that is whole. */
  readonly newest: StoredCheckpoint | null;
  /** Newer ones that are not, newest first. */
  readonly unusable: readonly UnusableCheckpoint[];
}

/** A checkpoint that is not whole. */
export interface UnusableCheckpoint {
  readonly id: number;
  /** A clause. */
  readonly reason: string;
  /** It was whole once, so that what belongs to it may be visible; false: its process ended while it wrote it. */
  readonly isDamaged: boolean;
}

const MARKER = 'committed';
const MANIFEST = 'manifest.json';
const STATE = 'state';
/** Ended as a folder name: `chk-17`, as Flink writes it. */
const FOLDER = /(?:^|\/)chk-(\d+)$/;

/** Checkpoints of one run in one folder. */
export class CheckpointStore {
  readonly #settings: CheckpointStoreSettings;
  /** Ids of those that count when old ones are removed, in order. */
  #good: number[] = [];
  #lastId = 0;

  constructor(settings: CheckpointStoreSettings) {
    assert(settings.keepCount >= 1, 'at least one checkpoint is kept');
    this.#settings = settings;
  }

  /** Walks from the newest checkpoint back to the first that is whole. */
  find(): Result<FoundCheckpoints> {
    const listed = this.#ids();
    if (!listed.ok) return listed;
    const ids = listed.value;
    this.#lastId = ids[ids.length - 1] ?? 0;
    const unusable: UnusableCheckpoint[] = [];
    for (const id of [...ids].reverse()) {
      const read = this.#read(id);
      if ('reason' in read) unusable.push(read);
      else {
        this.#good = ids.filter((each) => each <= id);
        return ok({ newest: read, unusable });
      }
    }
    return ok({ newest: null, unusable });
  }

  /** The id that the next checkpoint gets: no folder, whole or not, has it. */
  get nextId(): number {
    return this.#lastId + 1;
  }

  /** Writes a checkpoint. It is there once this answers ok. */
  write(manifest: CheckpointManifest, state: Uint8Array): Result<void> {
    const { failpoint, sha256 } = this.#settings;
    assert(manifest.id === this.nextId, 'checkpoints are numbered one after the other');
    assert(manifest.state.byteCount === state.length, 'a manifest says how long the state is');
    failpoint('store-batch');
    const stored = this.#writeWhole(`${folderOf(manifest.id)}/${STATE}`, state);
    if (!stored.ok) return stored;
    failpoint('manifest-write');
    const created = this.#settings.files.create(`${folderOf(manifest.id)}/${MANIFEST}`);
    if (!created.ok) return created;
    const written = this.#finishManifest(created.value, encodeManifest(manifest, sha256));
    if (!written.ok) {
      created.value.discard();
      return written;
    }
    this.#lastId = manifest.id;
    this.#good.push(manifest.id);
    return ok(undefined);
  }

  /** Notes that all sinks have committed. */
  markCommitted(id: number): Result<void> {
    this.#settings.failpoint('commit-marker');
    return this.#writeWhole(`${folderOf(id)}/${MARKER}`, new Uint8Array());
  }

  /** Removes all but the newest ones, oldest first: an older one is never left as the newest. */
  collect(): Result<void> {
    this.#settings.failpoint('gc-old');
    this.#good = this.#good.slice(-this.#settings.keepCount);
    const listed = this.#ids();
    if (!listed.ok) return listed;
    for (const id of listed.value) {
      const removed = this.#good.includes(id) ? ok(undefined) : this.#remove(id);
      if (!removed.ok) return removed;
    }
    return ok(undefined);
  }

  /** Removes all of them. */
  clear(): Result<void> {
    this.#good = [];
    return this.collect();
  }

  #finishManifest(pending: PendingFile, bytes: Uint8Array): Result<void> {
    const { failpoint } = this.#settings;
    const written = pending.write(bytes);
    if (!written.ok) return written;
    failpoint('manifest-fsync');
    const persisted = pending.persist();
    if (!persisted.ok) return persisted;
    failpoint('manifest-rename');
    return pending.commit();
  }

  #writeWhole(path: string, bytes: Uint8Array): Result<void> {
    const created = this.#settings.files.create(path);
    if (!created.ok) return created;
    const written = created.value.write(bytes);
    const done = written.ok ? created.value.commit() : written;
    if (!done.ok) created.value.discard();
    return done;
  }

  #read(id: number): StoredCheckpoint | UnusableCheckpoint {
    const { files, sha256 } = this.#settings;
    const folder = folderOf(id);
    const isCommitted = files.stat(`${folder}/${MARKER}`).ok;
    if (!files.stat(`${folder}/${MANIFEST}`).ok) {
      const reason = isCommitted ? 'its manifest is missing' : 'it was never finished';
      return { id, reason, isDamaged: isCommitted };
    }
    const damaged = (reason: string): UnusableCheckpoint => ({ id, reason, isDamaged: true });
    const manifestBytes = readWhole(files, `${folder}/${MANIFEST}`);
    if (!manifestBytes.ok) return damaged(`its manifest cannot be read (${withoutDot(manifestBytes.error.message)})`);
    const manifest = decodeManifest(manifestBytes.value, sha256);
    if (typeof manifest === 'string') return damaged(manifest);
    if (manifest.id !== id) return damaged(`its manifest is that of checkpoint ${manifest.id}`);
    const state = readWhole(files, `${folder}/${STATE}`);
    if (!state.ok) return damaged(`its state cannot be read (${withoutDot(state.error.message)})`);
    const { byteCount, sha256: sum } = manifest.state;
    if (state.value.length !== byteCount) {
      return damaged(`its state has ${state.value.length} bytes in place of ${byteCount}`);
    }
    if (sha256(state.value) !== sum) return damaged('the checksum of its state is wrong');
    return { manifest, state: state.value, isCommitted };
  }

  #remove(id: number): Result<void> {
    const { files } = this.#settings;
    const entries = files.list(folderOf(id));
    // Files in memory have no empty folders.
    if (!entries.ok) return ok(undefined);
    // The manifest first: without it the rest is no checkpoint.
    const paths = entries.value.map(({ path }) => path).sort((a, b) => rank(a) - rank(b));
    for (const path of [...paths, folderOf(id)]) {
      const removed = files.remove(path);
      if (!removed.ok) return removed;
    }
    return ok(undefined);
  }

  #ids(): Result<number[]> {
    const { files } = this.#settings;
    if (!files.stat('.').ok) return ok([]);
    const entries = files.list('.');
    if (!entries.ok) return entries;
    const ids = entries.value.flatMap(({ path, isFolder }) => {
      const match = FOLDER.exec(path);
      return isFolder && match !== null ? [Number(match[1])] : [];
    });
    return ok(ids.sort((a, b) => a - b));
  }
}

function folderOf(id: number): string {
  return `chk-${id}`;
}

function rank(path: string): number {
  return path.endsWith(`/${MANIFEST}`) ? 0 : 1;
}

function withoutDot(message: string): string {
  return message.replace(/\.$/, '');
}

function readWhole(files: Files, path: string): Result<Uint8Array> {
  const opened = files.open(path);
  if (!opened.ok) return opened;
  try {
    const bytes = new Uint8Array(opened.value.sizeBytes);
    for (let done = 0; done < bytes.length; ) {
      const read = opened.value.read(done, bytes.length - done);
      if (!read.ok) return read;
      if (read.value.length === 0) return ok(bytes.subarray(0, done));
      bytes.set(read.value, done);
      done += read.value.length;
    }
    return ok(bytes);
  } finally {
    opened.value.close();
  }
}
