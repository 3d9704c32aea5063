/** What a run may be given beside its dataflow and host. */
import type { RunCheckpointer } from './checkpointer.ts';
import type { EdgeHit } from './edge-watch.ts';
import type { RunRecorder } from './run-recorder.ts';
import type { TurnClock } from './turn-clock.ts';

/** Options of a `Run`. */
export interface RunOptions {
  /** The clock that the dataflow was built on: it stands still within a turn. */
  readonly clock?: TurnClock;
  readonly recorder?: RunRecorder | null;
  readonly checkpointer?: RunCheckpointer | null;
  /** A row has met a breakpoint, and the run rests right after the input row that brought it. */
  readonly onHit?: (hit: EdgeHit) => void;
}
