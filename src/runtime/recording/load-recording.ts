/**
 * Opens a recording and proves that it is whole: every chunk and checkpoint is read and checked against
 * its own sum and against the manifest. What is damaged is named. A damaged chunk ends the recording before
 * it, a damaged checkpoint is left out (an earlier one will do); rows that nobody can vouch for are never
 * given out.
 */
import { err, ok, type Result } from '../base/result.ts';
import type { Hashing } from '../seams/hashing.ts';
import type { OrderedStore } from '../seams/ordered-store.ts';
import { ByteReader, DamagedBytes } from './bytes.ts';
import { crc32c } from './crc32c.ts';
import { type Chunk, readChunk } from './events.ts';
import { decodePlain, type EntryKind, keyOf, type Manifest, type RecordingHeader, unframe } from './format.ts';

/** A recording that was checked. */
export interface LoadedRecording {
  readonly store: OrderedStore;
  readonly header: RecordingHeader;
  readonly manifest: Manifest;
  /** Payloads of the chunks that are whole, from the first on without a gap. */
  readonly chunks: readonly Uint8Array[];
  /** Rows in these chunks. */
  readonly rowCount: number;
  /** Checkpoints that are whole and lie within these chunks, in order. */
  readonly checkpoints: Manifest['checkpoints'];
  /** What is damaged, a sentence each; empty when nothing is. */
  readonly damage: readonly string[];
}

/** Reads and checks the recording in `store`. A failure says what is damaged beyond use. */
export async function loadRecording(store: OrderedStore, hashing: Hashing): Promise<Result<LoadedRecording>> {
  const chain = hashing.sha256();
  let header: RecordingHeader;
  let manifest: Manifest;
  try {
    const bytes = await readEntry(store, keyOf('header'));
    header = plainOf<RecordingHeader>('header', bytes);
    chain.update(bytes as Uint8Array);
    manifest = plainOf<Manifest>('manifest', await readEntry(store, keyOf('manifest')));
  } catch (error) {
    return unusable(`header or manifest is damaged: ${reasonOf(error)}`);
  }
  const damage: string[] = [];
  const chunks: Uint8Array[] = [];
  let rowCount = 0;
  for (let index = 0; index < manifest.chunkCount; index++) {
    try {
      const bytes = await readEntry(store, keyOf('log', index));
      const payload = unframe('log', index, bytes);
      const { firstRow, events } = readChunk(payload);
      if (firstRow !== rowCount) throw new DamagedBytes(`it begins at row ${firstRow} and not at ${rowCount}`);
      chain.update(bytes as Uint8Array);
      chunks.push(payload);
      rowCount += rowsOf(events);
    } catch (error) {
      damage.push(
        `Chunk ${index} of ${manifest.chunkCount} is damaged: ${reasonOf(error)}. Rows after ${rowCount} are lost.`,
      );
      break;
    }
  }
  if (damage.length === 0) {
    if (chain.digest() !== manifest.chain)
      return unusable('its chunks are not those that its manifest was written for');
    if (rowCount !== manifest.rowCount) return unusable(`it has ${rowCount} rows and not ${manifest.rowCount}`);
  }
  const checkpoints: Manifest['checkpoints'][number][] = [];
  for (const entry of manifest.checkpoints) {
    if (entry.chunk > chunks.length) continue;
    try {
      const bytes = await readEntry(store, keyOf('checkpoint', entry.index));
      unframe('checkpoint', entry.index, bytes);
      if (crc32c(bytes as Uint8Array) !== entry.crc) throw new DamagedBytes('it is another checkpoint');
      checkpoints.push(entry);
    } catch (error) {
      damage.push(`The checkpoint at row ${entry.row} is damaged: ${reasonOf(error)}. An earlier one is used.`);
    }
  }
  return ok({ store, header, manifest, chunks, rowCount, checkpoints, damage });
}

/** Bytes of an entry; a store that cannot read them (LevelDB notices some damage itself) has damaged bytes. */
export async function readEntry(store: OrderedStore, key: Uint8Array): Promise<Uint8Array | undefined> {
  try {
    return await store.get(key);
  } catch (error) {
    throw new DamagedBytes(`it cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** The failure of a recording that cannot be used. */
export function unusable(reason: string): Result<never> {
  return err({ domain: 'recording', message: `The recording cannot be used: ${reason}.`, retry: 'never' });
}

function plainOf<T>(kind: EntryKind, bytes: Uint8Array | undefined): T {
  // The frame's sum has proved that these bytes are what we wrote.
  return decodePlain(new ByteReader(unframe(kind, 0, bytes))) as unknown as T;
}

function rowsOf(events: Chunk['events']): number {
  return events.reduce((sum, event) => sum + (event.kind === 'turn' ? event.rowCount : 0), 0);
}

/** Why bytes were not accepted; anything else is a bug and goes on. */
function reasonOf(error: unknown): string {
  if (error instanceof DamagedBytes) return error.message;
  throw error;
}
