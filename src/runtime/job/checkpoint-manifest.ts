/**
 * What a checkpoint is made of, version 2. A folder `chk-<id>` holds
 *
 *   state          the state, as segments of plain data: the job's own, then one for each operator in plan order
 *   manifest.json  what must be there; written last, so that a folder without it is no checkpoint
 *   committed      an empty file: all sinks have committed what belongs to this checkpoint
 *
 * The manifest counts everything and carries SHA-256 sums over the state and over itself, because a disk, a copy
 * or a full volume may lose or change bytes without telling. It is JSON for people to read; nothing but the
 * counts and sums is read back from it.
 */
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';

/** Raised with every change of the stored shape. 1: first. 2: states in pages. */
export const CHECKPOINT_VERSION = 2;

/** How far a script had come. */
export type CheckpointMoment =
  /** In the middle of a statement's job. */
  | 'running'
  /** A statement's job is over; the next one begins afresh. */
  | 'statement-ended'
  /** The whole script is over. */
  | 'script-ended';

/** One operator in a manifest. */
export interface OperatorEntry {
  readonly id: number;
  readonly name: string;
  /** Entries of all its states. */
  readonly keyCount: number;
  /** Bytes of its segment. */
  readonly byteCount: number;
}

/** What must be there. */
export interface CheckpointManifest {
  readonly version: number;
  readonly id: number;
  /** The run, its restarts included. */
  readonly runId: string;
  readonly moment: CheckpointMoment;
  /** The statement, from 1, that the job belongs to; the last one of the script when that has ended. */
  readonly statement: number;
  /** SHA-256 over `planText`; empty for a script without jobs. */
  readonly planHash: string;
  /** Plans of the jobs that were over before, by statement. */
  readonly endedPlans: readonly { readonly statement: number; readonly planHash: string }[];
  readonly timeMs: number;
  /** Rows that the job had read. */
  readonly rowCount: number;
  readonly operators: readonly OperatorEntry[];
  /** Where each source was, for people. */
  readonly sources: readonly { readonly name: string; readonly position: string }[];
  /** What the sinks had prepared, for people. */
  readonly sinks: readonly { readonly table: string; readonly committable: string }[];
  readonly state: {
    /** Bytes of the first segment. */
    readonly headByteCount: number;
    readonly byteCount: number;
    readonly sha256: string;
  };
}

/** A sum over bytes as hexadecimal text. */
export type Sha256 = (bytes: Uint8Array) => string;

/** The file of a manifest. */
export function encodeManifest(manifest: CheckpointManifest, sha256: Sha256): Uint8Array {
  const body = JSON.stringify(manifest, null, 2);
  return encodeUtf8(`${JSON.stringify({ sha256: sha256(encodeUtf8(body)) })}\n${body}\n`);
}

/** The manifest in a file, or why there is none that can be used. */
export function decodeManifest(bytes: Uint8Array, sha256: Sha256): CheckpointManifest | string {
  const text = decodeUtf8(bytes);
  const end = text.indexOf('\n');
  const body = text.slice(end + 1, -1);
  const sum = sha256(encodeUtf8(body));
  // The whole file is compared, so that no byte of it can differ without being seen.
  if (text !== `${JSON.stringify({ sha256: sum })}\n${body}\n`) return 'the checksum of its manifest is wrong';
  const manifest = JSON.parse(body) as CheckpointManifest;
  if (manifest.version !== CHECKPOINT_VERSION) {
    return `it has version ${manifest.version}, which this version of Millrace cannot read`;
  }
  return manifest;
}
