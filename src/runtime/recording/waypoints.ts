/**
 * Checkpoints that a replay makes for itself, in memory, while it runs: the recorded ones are few where state
 * is large, because the run must not wait for them. Whoever looks at a recording has more time, and after one
 * pass every row is near a waypoint.
 *
 * Large states lie in pages that waypoints share (`state/saved-pages.ts`): a waypoint costs what has changed since the
 * one before it, in time and in memory. What all take is bounded: when it is too much, every second one goes.
 */
import { assert } from '../base/assert.ts';
import { compacted, type SavedPages } from '../state/saved-pages.ts';
import type { PlacedPages } from './checkpoint.ts';
import type { CheckpointEntry } from './format.ts';

/** Bounds of the waypoints of a replay. */
export interface WaypointLimits {
  /** Rows between two waypoints, at least. */
  readonly rowCount: number;
  /** A waypoint that added `n` bytes is followed by at least `n` divided by this rows without one. */
  readonly bytesPerRow: number;
  /** All waypoints together. */
  readonly sizeBytesMax: number;
}

/** Bounds for an engine process of which one replay is a part. */
export const DEFAULT_WAYPOINT_LIMITS: WaypointLimits = {
  rowCount: 25_000,
  bytesPerRow: 120,
  sizeBytesMax: 192 * 1024 * 1024,
};

/** A place in a recording, with what is needed to go on from it. */
export interface Waypoint extends Pick<CheckpointEntry, 'job' | 'row' | 'chunk'> {
  /** Payload of a checkpoint, its pages excepted. */
  readonly payload: Uint8Array;
  readonly pages: readonly PlacedPages[];
}

/** The waypoints of one replay, in order of rows. */
export class Waypoints {
  readonly #limits: WaypointLimits;
  #all: Waypoint[] = [];
  #sizeBytes = 0;
  /** Doubles whenever every second waypoint had to go, or the next ones would only go again. */
  #spread = 1;

  constructor(limits: WaypointLimits) {
    this.#limits = limits;
  }

  /** The last one before the moment of row `row`. */
  before(row: number): Waypoint | undefined {
    return this.#all[this.#countBefore(row) - 1];
  }

  /** Whether one is wanted at `row`, which is `distance` rows behind the recorded checkpoint before it. */
  isWantedAt(row: number, distance: number): boolean {
    const { rowCount, bytesPerRow } = this.#limits;
    const at = this.#countBefore(row);
    const [before, next] = [this.#all[at - 1], this.#all[at]];
    const gap = this.#spread * Math.max(rowCount, (before === undefined ? 0 : addedBytes(before)) / bytesPerRow);
    if (next !== undefined && next.row - row < gap) return false;
    return distance >= gap && (before === undefined || row - before.row >= gap);
  }

  add(waypoint: Waypoint): void {
    this.#all.splice(this.#countBefore(waypoint.row), 0, waypoint);
    this.#sizeBytes += addedBytes(waypoint);
    while (this.#sizeBytes > this.#limits.sizeBytesMax && this.#all.length > 0) this.#thinOut();
  }

  /** Pages of a state that some waypoint has: their index of places serves all moments. */
  pagesOf(job: number, node: number, state: string): SavedPages | undefined {
    const known = this.#all.find((each) => each.job === job && each.pages.some((at) => isAt(at, node, state)));
    return known?.pages.find((at) => isAt(at, node, state))?.pages;
  }

  #thinOut(): void {
    this.#all = packedAnew(this.#all.filter((_, place) => (this.#all.length - place) % 2 === 0));
    this.#sizeBytes = this.#all.reduce((sum, each) => sum + addedBytes(each), 0);
    this.#spread *= 2;
  }

  #countBefore(row: number): number {
    let low = 0;
    let high = this.#all.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#all[middle] as Waypoint).row < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Bytes that a waypoint takes beside what earlier ones have. */
function addedBytes({ payload, pages }: Waypoint): number {
  return pages.reduce((sum, each) => sum + each.pages.freshBytes, payload.length);
}

function isAt(placed: PlacedPages, node: number, state: string): boolean {
  return placed.node === node && placed.state === state;
}

/** The waypoints without what only others had needed. */
function packedAnew(waypoints: readonly Waypoint[]): Waypoint[] {
  const byState = new Map<string, SavedPages[]>();
  const keyOf = (job: number, { node, state }: PlacedPages): string => `${job} ${node} ${state}`;
  for (const { job, pages } of waypoints) {
    for (const each of pages) {
      const all = byState.get(keyOf(job, each)) ?? [];
      all.push(each.pages);
      byState.set(keyOf(job, each), all);
    }
  }
  for (const [key, all] of byState) byState.set(key, compacted(all));
  return waypoints.map((waypoint) => {
    const pages = waypoint.pages.map((each) => {
      const moved = byState.get(keyOf(waypoint.job, each))?.shift();
      assert(moved !== undefined, 'every snapshot was moved');
      return { ...each, pages: moved };
    });
    return { ...waypoint, pages };
  });
}
