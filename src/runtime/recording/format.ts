/**
 * What a recording is made of, as entries of an ordered store. Version 4.
 *
 *   h            header: script, compiled functions, seed, how it was planned
 *   m            manifest: what must be there (counts, sums, jobs, checkpoints); rewritten with every chunk
 *   l0 l1 l2 …   log: chunks of events in order
 *   c0 c7 …      checkpoints: the whole dataflow between two turns; may be thinned out
 *
 * Every value is a frame: version, kind, index, length, CRC-32C over all of it, payload. A chunk and the
 * manifest that counts it are written in one batch. The manifest also holds a sum over the heads of the header
 * and of all chunks (kind, place, length, CRC), so that a chunk of another recording, or an older one, is no
 * more accepted than a damaged one.
 */
import { encodeUtf8 } from '../base/utf8.ts';
import { crc32c } from '../data/crc32.ts';
import { type ByteReader, ByteWriter, DamagedBytes, type Plain } from '../data/plain-bytes.ts';
import type { RunStatus } from '../engine/metrics.ts';
import type { CompiledFunction } from '../udf/function-library.ts';

/**
 * Raised with every change of the stored shape. 1: first. 2: compiled functions; sums of what was read by
 * block; a sum over the heads of chunks in place of SHA-256. 3: another sum over results. 4: states in pages.
 */
export const RECORDING_VERSION = 4;

/** Kinds of entries. */
export type EntryKind = 'header' | 'manifest' | 'log' | 'checkpoint';

const KIND_LETTERS: Readonly<Record<EntryKind, string>> = { header: 'h', manifest: 'm', log: 'l', checkpoint: 'c' };

/** Bytes before the payload of a frame. The sum of the manifest is over those of the header and all chunks. */
export const FRAME_HEAD_BYTES = 14;

/** Key of an entry. */
export function keyOf(kind: EntryKind, index = 0): Uint8Array {
  const key = new Uint8Array(5);
  key.set(encodeUtf8(KIND_LETTERS[kind]));
  new DataView(key.buffer).setUint32(1, index);
  return key;
}

/** Puts a payload into a frame. `version`: another one only in tests. */
export function frame(
  kind: EntryKind,
  index: number,
  payload: Uint8Array,
  version: number = RECORDING_VERSION,
): Uint8Array {
  const bytes = new Uint8Array(FRAME_HEAD_BYTES + payload.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = version;
  bytes[1] = KIND_LETTERS[kind].charCodeAt(0);
  view.setUint32(2, index);
  view.setUint32(6, payload.length);
  view.setUint32(10, crc32c(payload, crc32c(bytes.subarray(0, 10))));
  bytes.set(payload, FRAME_HEAD_BYTES);
  return bytes;
}

/** The version in the head of a frame whose sum is right, when it is another than ours. */
export function otherVersionOf(bytes: Uint8Array | undefined): number | null {
  if (bytes === undefined || bytes.length < FRAME_HEAD_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isWhole = view.getUint32(10) === crc32c(bytes.subarray(FRAME_HEAD_BYTES), crc32c(bytes.subarray(0, 10)));
  return isWhole && bytes[0] !== RECORDING_VERSION ? (bytes[0] as number) : null;
}

/** The payload of a frame; throws `DamagedBytes` with the reason when it is not whole. */
export function unframe(kind: EntryKind, index: number, bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new DamagedBytes('it is missing');
  if (bytes.length < FRAME_HEAD_BYTES) throw new DamagedBytes('it is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payload = bytes.subarray(FRAME_HEAD_BYTES);
  if (view.getUint32(10) !== crc32c(payload, crc32c(bytes.subarray(0, 10)))) {
    throw new DamagedBytes(view.getUint32(6) > payload.length ? 'it is cut off' : 'its checksum is wrong');
  }
  if (bytes[0] !== RECORDING_VERSION) throw new DamagedBytes(`it has version ${bytes[0]}, which is not known here`);
  const isExpected = bytes[1] === KIND_LETTERS[kind].charCodeAt(0) && view.getUint32(2) === index;
  if (!isExpected || view.getUint32(6) !== payload.length) throw new DamagedBytes('it is another entry');
  return payload;
}

/** What a run was a function of, beside its input. */
export interface RecordingHeader {
  readonly script: string;
  /** The TypeScript functions of the script as they ran: a replay needs neither their files nor a compiler. */
  readonly functions: readonly CompiledFunction[];
  readonly seed: number;
  /** One dataflow a statement (as Flink's clients run scripts), or one for all of them (the designer). */
  readonly planned: 'statements' | 'whole';
  /** Where relative paths count from, as seen from the recording's own folder; empty without folders. */
  readonly folder: string;
  readonly startMs: number;
}

/** A file or folder that the run asked about. */
export interface StatFact {
  readonly path: string;
  /** The entry, or the message of the failure. */
  readonly entry: FileFact | null;
  readonly failure: string | null;
}

/** An entry of a folder as it was. */
export interface FileFact {
  readonly path: string;
  readonly isFolder: boolean;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** A folder that the run listed. */
export interface ListFact {
  readonly path: string;
  readonly entries: readonly FileFact[] | null;
  readonly failure: string | null;
}

/** What the run read of a file: sums stand for the bytes. */
export interface ContentFact {
  readonly path: string;
  readonly sizeBytes: number;
  /** When the file was written; 0 where the file system does not say. */
  readonly modifiedMs: number;
  /** Bytes read from the start of the file. */
  readonly readBytes: number;
  /** A `ContentSum` of 16 bytes for each block of `CONTENT_BLOCK_BYTES`; the last block may be shorter. */
  readonly sums: Uint8Array;
  readonly failure: string | null;
}

/** Everything that a job saw of the file system. */
export interface FilesFacts {
  readonly stats: readonly StatFact[];
  readonly lists: readonly ListFact[];
  readonly contents: readonly ContentFact[];
}

/** One dataflow of the recorded script. */
export interface RecordedJob {
  /** Number of the statement, from 1; 0 for a whole script. */
  readonly statement: number;
  /** Time at which the dataflow was built. */
  readonly buildMs: number;
  /** Time at which its readers were opened; `null` when that failed. */
  readonly openMs: number | null;
  readonly firstChunk: number;
  readonly firstRow: number;
  readonly rowCount: number;
  readonly status: RunStatus;
  /** Sum over result rows and state at its end; `null` while it runs, or when the outside world ended it. */
  readonly digest: string | null;
  readonly files: FilesFacts;
}

/** Where a checkpoint lies. */
export interface CheckpointEntry {
  readonly index: number;
  readonly job: number;
  /** Rows of the recording before it. */
  readonly row: number;
  /** The chunk that goes on from it. */
  readonly chunk: number;
  readonly sizeBytes: number;
  /** CRC-32C over the head of its frame, which holds that of the payload. */
  readonly crc: number;
}

/** What must be there. */
export interface Manifest {
  readonly chunkCount: number;
  readonly rowCount: number;
  readonly sizeBytes: number;
  /** `ContentSum` over the frames' heads of the header and all chunks. */
  readonly chain: string;
  readonly jobs: readonly RecordedJob[];
  readonly checkpoints: readonly CheckpointEntry[];
  readonly status: RunStatus;
  /** Why less was recorded than the run did; `null` when all of it was. */
  readonly note: string | null;
}

/** Plain data as the payload of a frame. */
export function encodePlain(value: Plain): Uint8Array {
  const writer = new ByteWriter();
  writer.plain(value);
  return writer.take();
}

/** Plain data that fills a payload to its end. */
export function decodePlain(reader: ByteReader): Plain {
  const value = reader.plain();
  if (!reader.isAtEnd) throw new DamagedBytes('there is more data than expected');
  return value;
}
