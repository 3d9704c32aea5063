/** A moment of a recording as the designer shows it: `momentShape` of the contract, without ids. */

import type { Manifest } from '../recording/format.ts';
import type { Replay } from '../recording/replay.ts';
import type { EnteredAt } from '../recording/replayed-job.ts';
import { canvasNodeOf } from './canvas-nodes.ts';
import { columnTexts, textsOf } from './dataflow-view.ts';
import type { PlannedJob } from './replay-script.ts';
import type { ColumnText, NodeFigures } from './run-view.ts';

/** The row that entered last. */
export interface EnteredText {
  /** Canvas node of its source. */
  readonly nodeId: string | null;
  /** Position within its source: `orders.json, row 17`. */
  readonly position: string;
  readonly columns: readonly ColumnText[];
  readonly values: readonly (string | null)[];
}

/** Where a replay stands. */
export interface Moment {
  /** Input rows that have gone through. */
  readonly row: number;
  /** Input rows that the recording holds; grows while its run goes on. */
  readonly rowCount: number;
  /** Processing time of the moment; null when nothing ran. */
  readonly timeMs: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly isAtEnd: boolean;
  readonly isPlaying: boolean;
  readonly entered: EnteredText | null;
  /** At the end of a run that ended: sums over results and state of the first run and of this replay. */
  readonly digests: { readonly first: string | null; readonly replayed: string } | null;
  readonly metrics: {
    readonly status: Manifest['status'];
    /** Time since the run began, by its own clock. */
    readonly elapsedMs: number;
    readonly rowsRead: number;
    /** Share of the recorded rows. */
    readonly fraction: number | null;
    readonly nodes: readonly NodeFigures[];
  };
}

/** The last row that entered, with where it came from. */
function enteredText({ source, number, row }: EnteredAt, { plan, timeZone }: PlannedJob): EnteredText {
  const node = plan.nodes.find(({ id }) => id === source.id);
  const schema = node?.schema ?? [];
  const place = node?.options.kind === 'table-scan' ? placeOf(node.options.table.options) : null;
  const name = place ?? (node?.options.kind === 'table-scan' ? node.options.table.path.name : source.name);
  return {
    nodeId: canvasNodeOf(plan, source.id) ?? null,
    position: `${name}, row ${number.toLocaleString('en-US')}`,
    columns: columnTexts(schema),
    values: textsOf(schema, row, timeZone),
  };
}

/** The file or folder that a table reads, without the way to it. */
function placeOf(options: ReadonlyMap<string, string>): string | null {
  const path = options.get('connector') === 'filesystem' ? options.get('path') : undefined;
  if (path === undefined) return null;
  const parts = path.split(/[/\\]/).filter((part) => part !== '');
  return parts[parts.length - 1] ?? null;
}

/** Sums of all jobs that this replay ran to their ends, in one line; `null` unless the recorded run has ended. */
function digestsOf(replay: Replay): Moment['digests'] {
  const digests = replay.digests();
  if (!replay.isAtEnd || digests.length === 0 || replay.recording.manifest.status === 'running') return null;
  const firsts = digests.map(({ first }) => first);
  return {
    first: firsts.some((first) => first === null) ? null : firsts.join(' '),
    replayed: digests.map(({ replayed }) => replayed).join(' '),
  };
}

/** What a view knows beside its replay. */
interface MomentSetting {
  readonly planned: PlannedJob | null;
  readonly isPlaying: boolean;
  /** Time of the last thing that was recorded. */
  readonly endMs: number | null;
  readonly nodes: Moment['metrics']['nodes'];
}

/** Where a replay stands. */
export function momentOf(replay: Replay, { planned, isPlaying, endMs, nodes }: MomentSetting): Moment {
  const first = replay.recording.manifest.jobs[0];
  const startMs = first === undefined ? null : (first.openMs ?? first.buildMs);
  const { entered } = replay;
  return {
    row: replay.row,
    rowCount: replay.rowCount,
    timeMs: replay.nowMs,
    startMs,
    endMs: endMs ?? startMs,
    isAtEnd: replay.isAtEnd,
    isPlaying,
    entered: entered === null || planned === null || replay.row === 0 ? null : enteredText(entered, planned),
    digests: digestsOf(replay),
    metrics: {
      status: statusOf(replay, isPlaying),
      elapsedMs: Math.max(0, (replay.nowMs ?? 0) - (startMs ?? 0)),
      rowsRead: replay.row,
      fraction: replay.rowCount === 0 ? null : replay.row / replay.rowCount,
      nodes,
    },
  };
}

/** At the end that of the run; before it the replay's own. */
function statusOf({ isAtEnd, recording }: Replay, isPlaying: boolean): Moment['metrics']['status'] {
  if (isAtEnd && recording.manifest.status !== 'running') return recording.manifest.status;
  return isPlaying ? 'running' : 'paused';
}
