/** The recordings of the open project on the disk: listing them and deleting them. Opening one is a replay (`replay.ts`). */
import type * as z from 'zod/mini';
import type { recordingLinkShape } from '../../runtime/contract/engine-contract.ts';
import { plural } from '../ui/format.ts';
import { connectEngine } from './connect-engine.ts';
import { announce, toast } from './notices.ts';

/** A recording on the disk. */
export type RecordingLink = z.infer<typeof recordingLinkShape>;

/** Recordings in a folder, newest first, or why they could not be listed. */
export async function listRecordings(
  folder: string,
  script: string,
): Promise<{ readonly links: readonly RecordingLink[] } | { readonly failure: string }> {
  const engine = await connectEngine();
  if (engine === null) return { failure: 'The engine is not there. Start it again to see the recordings.' };
  const answer = await engine.call('recordings.list', { folder, script });
  return answer.ok ? { links: answer.value.recordings } : { failure: answer.error.message };
}

/** Deletes one recording. */
export async function deleteRecording(folder: string, path: string): Promise<void> {
  await remove({ folder, path, keepCount: null });
}

/** Deletes all recordings but the newest. */
export async function deleteOldRecordings(folder: string, keepCount: number): Promise<void> {
  await remove({ folder, path: null, keepCount });
}

async function remove(what: { folder: string; path: string | null; keepCount: number | null }): Promise<void> {
  const engine = await connectEngine();
  if (engine === null) return;
  const answer = await engine.call('recordings.delete', what);
  if (!answer.ok) toast('bad', 'The recording was not deleted.', { hint: answer.error.message });
  else if (answer.value.failure !== null)
    toast('bad', answer.value.failure.message, { hint: answer.value.failure.hint });
  else announce(`Deleted ${plural(answer.value.deletedCount, 'recording')}.`);
}
