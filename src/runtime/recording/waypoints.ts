/**
 * Checkpoints that a replay makes for itself, in memory, while it runs: the recorded ones are few where state
 * is large, because the run must not wait for them. Whoever looks at a recording has more time, and after one
 * pass every row is near a waypoint. What they take is bounded: when it is too much, every second one goes.
 */
import type { CheckpointEntry } from './format.ts';

/** Bounds of the waypoints of a replay. */
export interface WaypointLimits {
  /** Rows between two waypoints, at least. */
  readonly rowCount: number;
  /** A waypoint of `n` bytes is followed by at least `n` divided by this rows without one. */
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
export interface Waypoint extends Pick<CheckpointEntry, 'job' | 'row' | 'chunk' | 'sizeBytes'> {
  /** Payload of a checkpoint. */
  readonly payload: Uint8Array;
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
    return this.#all.filter((each) => each.row < row).at(-1);
  }

  /** Whether one is wanted at `row`, which is `distance` rows behind the recorded checkpoint before it. */
  isWantedAt(row: number, distance: number): boolean {
    const { rowCount, bytesPerRow } = this.#limits;
    const next = this.#all.find((each) => each.row >= row);
    const before = this.#all.filter((each) => each.row < row).at(-1);
    const gap = this.#spread * Math.max(rowCount, (before?.sizeBytes ?? 0) / bytesPerRow);
    if (next !== undefined && next.row - row < gap) return false;
    return distance >= gap && (before === undefined || row - before.row >= gap);
  }

  add(waypoint: Waypoint): void {
    this.#all.push(waypoint);
    this.#all.sort((a, b) => a.row - b.row);
    this.#sizeBytes += waypoint.sizeBytes;
    while (this.#sizeBytes > this.#limits.sizeBytesMax && this.#all.length > 0) {
      this.#all = this.#all.filter((_, place) => (this.#all.length - place) % 2 === 0);
      this.#sizeBytes = this.#all.reduce((sum, each) => sum + each.sizeBytes, 0);
      this.#spread *= 2;
    }
  }
}
