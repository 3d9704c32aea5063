/** Going on from a checkpoint, recorded or a replay's own: what is restored, and when it pays. */
import { unpackPages } from '../state/saved-pages.ts';
import { type Checkpoint, decodeCheckpoint, type PlacedPages, withPages } from './checkpoint.ts';
import type { CheckpointEntry } from './format.ts';
import type { Waypoint, Waypoints } from './waypoints.ts';

/**
 * Bytes of a checkpoint that take as long to bring back as a row takes to run: of a waypoint, whose states in pages are
 * brought back as they are needed, and of a recorded one, whose pages have to be made of bytes.
 */
const WAYPOINT_BYTES_PER_ROW = 64;
const RECORDED_BYTES_PER_ROW = 200;
/** Pages of a waypoint that take as long. */
const PAGES_PER_ROW = 4;

/** Rows that run in the time that it takes to go on from a checkpoint: when the wanted row is nearer, running is faster. */
export function restoredRows(near: Waypoint | CheckpointEntry): number {
  if ('index' in near) return near.sizeBytes / RECORDED_BYTES_PER_ROW;
  const pageCount = near.pages.reduce((sum, each) => sum + each.pages.pages.length, 0);
  return near.payload.length / WAYPOINT_BYTES_PER_ROW + pageCount / PAGES_PER_ROW;
}

/** What a waypoint holds, whole. */
export function checkpointOf({ payload, pages }: Waypoint): Checkpoint {
  const { dataflow, ...rest } = decodeCheckpoint(payload);
  return { ...rest, dataflow: withPages(dataflow, pages) };
}

/** The pages of a recorded checkpoint of a job with the index of places that waypoints have already. */
export function unpacked(checkpoint: Checkpoint, job: number, waypoints: Waypoints): Checkpoint {
  const pages = checkpoint.dataflow.nodes.flatMap(({ operator }, node) =>
    Object.entries(operator?.states ?? {}).flatMap(([state, saved]): PlacedPages[] => {
      const known = waypoints.pagesOf(job, node, state);
      if (known === undefined || !('table' in saved)) return [];
      return [{ node, state, pages: unpackPages(saved, known.index) }];
    }),
  );
  return { ...checkpoint, dataflow: withPages(checkpoint.dataflow, pages) };
}
