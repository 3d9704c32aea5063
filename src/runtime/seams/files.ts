/**
 * Files as the engine sees them. Synchronous on purpose: the engine has a process of its own, reads
 * in chunks between batches, and stays a deterministic function of its input. Paths are given as in
 * the script; relative ones are resolved against the script's folder by the implementation.
 */
import type { Result } from '../base/result.ts';

/** One entry of a folder. */
export interface FileEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** An open file. Close it. */
export interface OpenFile {
  readonly sizeBytes: number;
  /** Up to `lengthBytes` bytes from `offsetBytes`; empty at the end. */
  read(offsetBytes: number, lengthBytes: number): Result<Uint8Array>;
  close(): void;
}

/**
 * A file being written: its content becomes visible under `path` as a whole, by `commit`. Until then it lies
 * beside its target under a hidden name, `.name.inprogress.…`.
 */
export interface PendingFile {
  write(bytes: Uint8Array): Result<void>;
  /** Makes what was written durable; answers how another process finds it, as far as it was written now. */
  persist(): Result<PendingPart>;
  /** Makes it durable and renames it into place. */
  commit(): Result<void>;
  discard(): void;
  /** Lets go of it and leaves it where it is, for `reopen` and `commitPending`. */
  release(): void;
}

/** A file being written, as plain data. */
export interface PendingPart {
  /** Where it will be. */
  readonly path: string;
  /** Where it is. */
  readonly hiddenPath: string;
  readonly sizeBytes: number;
}

/** The file system. */
export interface Files {
  /** The entry itself, or a failure when there is none. */
  stat(path: string): Result<FileEntry>;
  /** Entries of a folder sorted by path, hidden ones (`.`, `_`) included: connectors decide. */
  list(path: string): Result<readonly FileEntry[]>;
  open(path: string): Result<OpenFile>;
  create(path: string): Result<PendingFile>;
  /**
   * Goes on with a file that another process was writing, at `sizeBytes`: what came later is cut off. If it was
   * committed since, it is hidden again.
   */
  reopen(part: PendingPart): Result<PendingFile>;
  /** Commits what another process has written. Committing twice is as committing once. */
  commitPending(part: PendingPart): Result<void>;
  /** Removes a file, or an empty folder. Where there is nothing, nothing is to be done. */
  remove(path: string): Result<void>;
}
