/**
 * Opens a recording and proves that it is whole: every chunk and checkpoint is read and checked against
 * its own sum and against the manifest. What is damaged is named. A damaged chunk ends the recording before
 * it, a damaged checkpoint is left out (an earlier one will do); rows that nobody can vouch for are never
 * given out.
 *
 * Chunks stay in the store: a replay reads one at a time (`readChunkAt`), so an open recording costs no
 * memory to speak of, however long it is.
 */
import { err, ok, type Result } from '../base/result.ts';
import { crc32c } from '../data/crc32.ts';
import { ByteReader, DamagedBytes } from '../data/plain-bytes.ts';
import type { OrderedStore } from '../seams/ordered-store.ts';
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts';
import { ContentSum, sumText } from './content-sum.ts';
import { type Chunk, readChunk, rowCountOf } from './events.ts';
import {
  type CheckpointEntry,
  decodePlain,
  type EntryKind,
  FRAME_HEAD_BYTES,
  keyOf,
  type Manifest,
  otherVersionOf,
  RECORDING_VERSION,
  type RecordingHeader,
  unframe,
} from './format.ts';

/** A recording that can be replayed. */
export interface LoadedRecording {
  readonly store: OrderedStore;
  readonly header: RecordingHeader;
  readonly manifest: Manifest;
  /** Chunks that are whole, from the first on without a gap. */
  readonly chunkCount: number;
  /** Rows in these chunks. */
  readonly rowCount: number;
  /** Checkpoints that are whole and lie within these chunks, in order. */
  readonly checkpoints: readonly CheckpointEntry[];
  /** What is damaged, a sentence each; empty when nothing is. */
  readonly damage: readonly string[];
}

/** How to open a recording. */
export interface LoadOptions {
  /**
   * `all`: everything is read and proved first. `as used`: header and manifest are, and each chunk and
   * checkpoint when it is needed: for a recording that this very process writes.
   */
  readonly check?: 'all' | 'as used';
}

/** Reads and checks the recording in `store`. A failure says what is damaged beyond use. */
export async function loadRecording(store: OrderedStore, options: LoadOptions = {}): Promise<Result<LoadedRecording>> {
  const chain = new ContentSum();
  let header: RecordingHeader;
  let manifest: Manifest;
  try {
    const bytes = await readEntry(store, keyOf('header'));
    const other = otherVersionOf(bytes);
    if (other !== null) {
      return unusable(
        `it has format ${other}, and this version of Millrace reads format ${RECORDING_VERSION}; record the run anew`,
      );
    }
    header = plainOf<RecordingHeader>('header', bytes);
    chain.update((bytes as Uint8Array).subarray(0, FRAME_HEAD_BYTES));
    manifest = plainOf<Manifest>('manifest', await readEntry(store, keyOf('manifest')));
  } catch (error) {
    return unusable(`header or manifest is damaged: ${reasonOf(error)}`);
  }
  const { chunkCount, rowCount, checkpoints } = manifest;
  if (options.check === 'as used') {
    return ok({ store, header, manifest, chunkCount, rowCount, checkpoints, damage: [] });
  }
  const damage: string[] = [];
  let wholeCount = 0;
  let wholeRows = 0;
  for (let index = 0; index < chunkCount; index++) {
    try {
      const { bytes, chunk } = await readWholeChunk(store, index);
      if (chunk.firstRow !== wholeRows)
        throw new DamagedBytes(`it begins at row ${chunk.firstRow} and not at ${wholeRows}`);
      chain.update(bytes.subarray(0, FRAME_HEAD_BYTES));
      wholeCount += 1;
      wholeRows += rowCountOf(chunk.events);
    } catch (error) {
      damage.push(`Chunk ${index} of ${chunkCount} is damaged: ${reasonOf(error)}. Rows after ${wholeRows} are lost.`);
      break;
    }
  }
  if (damage.length === 0) {
    if (sumText(chain.digest()) !== manifest.chain)
      return unusable('its chunks are not those that its manifest was written for');
    if (wholeRows !== rowCount) return unusable(`it has ${wholeRows} rows and not ${rowCount}`);
  }
  const whole: CheckpointEntry[] = [];
  for (const entry of checkpoints) {
    if (entry.chunk > wholeCount) continue;
    const read = await readCheckpointBytes(store, entry);
    if (typeof read === 'string') damage.push(read);
    else whole.push(entry);
  }
  return ok({
    store,
    header,
    manifest,
    chunkCount: wholeCount,
    rowCount: wholeRows,
    checkpoints: whole,
    damage,
  });
}

/** A chunk of the log; a failure where it is damaged. `null` behind the last one that is whole. */
export async function readChunkAt(recording: LoadedRecording, index: number): Promise<Result<Chunk | null>> {
  if (index >= recording.chunkCount) return ok(null);
  try {
    return ok((await readWholeChunk(recording.store, index)).chunk);
  } catch (error) {
    return unusable(`chunk ${index} of ${recording.manifest.chunkCount} is damaged: ${reasonOf(error)}`);
  }
}

/** A checkpoint, or the sentence that says how it is damaged. */
export async function readCheckpoint(store: OrderedStore, entry: CheckpointEntry): Promise<Checkpoint | string> {
  const payload = await readCheckpointBytes(store, entry);
  if (typeof payload === 'string') return payload;
  try {
    return decodeCheckpoint(payload);
  } catch (error) {
    return damagedCheckpoint(entry, error);
  }
}

/** The failure of a recording that cannot be used. */
export function unusable(reason: string): Result<never> {
  return err({ domain: 'recording', message: `The recording cannot be used: ${reason}.`, retry: 'never' });
}

async function readCheckpointBytes(store: OrderedStore, entry: CheckpointEntry): Promise<Uint8Array | string> {
  try {
    const bytes = await readEntry(store, keyOf('checkpoint', entry.index));
    const payload = unframe('checkpoint', entry.index, bytes);
    if (crc32c((bytes as Uint8Array).subarray(0, FRAME_HEAD_BYTES)) !== entry.crc)
      throw new DamagedBytes('it is another checkpoint');
    return payload;
  } catch (error) {
    return damagedCheckpoint(entry, error);
  }
}

function damagedCheckpoint({ row }: CheckpointEntry, error: unknown): string {
  return `The checkpoint at row ${row} is damaged: ${reasonOf(error)}. An earlier one is used.`;
}

async function readWholeChunk(
  store: OrderedStore,
  index: number,
): Promise<{ readonly bytes: Uint8Array; readonly chunk: Chunk }> {
  const bytes = await readEntry(store, keyOf('log', index));
  const chunk = readChunk(unframe('log', index, bytes));
  return { bytes: bytes as Uint8Array, chunk };
}

/** Bytes of an entry; a store that cannot read them (LevelDB notices some damage itself) has damaged bytes. */
async function readEntry(store: OrderedStore, key: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    throw new DamagedBytes(`it cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

function plainOf<T>(kind: EntryKind, bytes: Uint8Array | undefined): T {
  // The frame's sum has proved that these bytes are what we wrote.
  return decodePlain(new ByteReader(unframe(kind, 0, bytes))) as unknown as T;
}

/** Why bytes were not accepted; anything else is a bug and goes on. */
function reasonOf(error: unknown): string {
  if (error instanceof DamagedBytes) return error.message;
  throw error;
}
