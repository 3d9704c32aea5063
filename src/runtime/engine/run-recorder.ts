/**
 * What a run tells to whoever records it: everything that enters and that is no function of program and
 * seed. In order: which source had its turn and how many rows it gave, which reading of the clock the turn
 * saw, and when timers of the clock were looked at.
 */
import type { RunStatus } from './metrics.ts';
import type { RowInput } from './operator.ts';
import type { RunningSource } from './running-node.ts';
import type { PollStatus } from './source.ts';

/** Hears of a run while it happens. Its methods never throw for a reason of the outside world. */
export interface RunRecorder {
  /** All readers were opened. */
  opened(timeMs: number): void;
  /** Timers up to `timeMs` are about to fire; only called when there are some. */
  timersDue(timeMs: number): void;
  /** A turn begins: where the source's rows are to go (through the recorder, where rows are recorded). */
  turnBegins(source: number, running: RunningSource, timeMs: number): RowInput;
  /** The source gave `rowCount` rows; the last may be the one that failed. Its end was not told on yet. */
  turnEnds(rowCount: number, status: PollStatus | 'failed'): void;
  /** Between two turns: the moment for snapshots. */
  betweenTurns(): void;
  /** Resolves when the recorder has room again; `null` when it has. */
  waitFor(): Promise<void> | null;
  /** The run is over, and nothing was closed yet. `isOutside`: the outside world made it fail. */
  ended(status: RunStatus, isOutside: boolean): void;
}
