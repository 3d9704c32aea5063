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
  bytesPerRow: 400,
  sizeBytesMax: 192 * 1024 * 1024,
};

/** A place in a recording, with what is needed to go on from it. */
export interface Waypoint extends Pick<CheckpointEntry, 'job' | 'row' | 'chunk'> {
  /** The event of the chunk that comes next. */
  readonly event: number;
  /** Payload of a checkpoint, its pages excepted. */
  readonly payload: Uint8Array;
  readonly pages: readonly PlacedPages[];
}

/** Rows of a recording. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** The waypoints of one recording, in order of rows. Its replays share them. */
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
    const at = this.#countBefore(row);
    const [before, next] = [this.#all[at - 1], this.#all[at]];
    const gap = this.#gapAfter(before);
    if (next !== undefined && next.row - row < gap) return false;
    return distance >= gap && (before === undefined || row - before.row >= gap);
  }

  add(waypoint: Waypoint): void {
    this.#all.splice(this.#countBefore(waypoint.row), 0, waypoint);
    this.#sizeBytes += addedBytes(waypoint);
    while (this.#sizeBytes > this.#limits.sizeBytesMax && this.#all.length > 0) this.#thinOut();
  }

  /**
   * The first long way after row `from` without any waypoint or recorded checkpoint (whose rows are `recorded`, in
   * order); `rowCount`: where the recording ends.
   */
  nextGap(from: number, recorded: readonly number[], rowCount: number): RowRange | null {
    const known = [...recorded, ...this.#all.map(({ row }) => row), rowCount].sort((a, b) => a - b);
    let start = 0;
    for (const end of known) {
      const gap = 2 * this.#gapAfter(this.#all[this.#countBefore(start + 1) - 1]);
      if (start >= from && end - start > gap) return { from: start, to: end };
      start = Math.max(start, end);
    }
    return null;
  }

  /** Pages of a state that some waypoint has: their index of places serves all moments. */
  pagesOf(job: number, node: number, state: string): SavedPages | undefined {
    const known = this.#all.find((each) => each.job === job && each.pages.some((at) => isAt(at, node, state)));
    return known?.pages.find((at) => isAt(at, node, state))?.pages;
  }

  /** Rows that follow a waypoint without another. */
  #gapAfter(waypoint: Waypoint | undefined): number {
    const { rowCount, bytesPerRow } = this.#limits;
    return this.#spread * Math.max(rowCount, waypoint === undefined ? 0 : addedBytes(waypoint) / bytesPerRow);
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
