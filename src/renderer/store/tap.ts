/**
 * The rows of one node: what the Rows panel shows. The engine retains a bounded number for each node.
 * Of a run the window keeps the newest of them and asks only for what it has not seen; they stay after
 * the run and after the engine's death. A replay goes back too, so its rows are read anew at each
 * moment: a screenful while it moves, all of them once it rests.
 */

import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { tapRowShape } from '../../runtime/contract/engine-contract.ts';
import type { columnShape } from '../../runtime/contract/shared-shapes.ts';
import { GONE_TEXT, useRun } from './run.ts';
import { services } from './services.ts';
import { useView } from './view.ts';

/** One row of a changelog as the window shows it. */
export type TapRow = z.infer<typeof tapRowShape>;

/** Rows read of a moment that is left at once; enough for the panel. */
const MOVING_ROW_COUNT_MAX = 200;
/** A replay that has not moved for this long rests. */
const REST_MS = 150;
/** Rows kept in the window; more could not be read by eye, and the panel says how many there were. */
const ROW_COUNT_MAX = 10_000;

interface TapState {
  readonly nodeId: string | null;
  /** The run or replay that is followed. */
  readonly viewId: string | null;
  /** The one that the rows in sight are of: those of the one before stay until there are others. */
  readonly rowsViewId: string | null;
  readonly columns: readonly z.infer<typeof columnShape>[];
  /** Oldest first, without gaps. */
  readonly rows: readonly TapRow[];
  readonly total: number;
  /** Why there are no rows; empty when nothing is wrong. */
  readonly failure: string;
}

const EMPTY: TapState = { nodeId: null, viewId: null, rowsViewId: null, columns: [], rows: [], total: 0, failure: '' };

/** The rows of the followed node. */
export const useTap = create<TapState>(() => EMPTY);

/** Rows of the run while a replay is looked at: they are there again at once, also when its engine has ended. */
let ofRun: TapState | null = null;

/** Forgets all rows. */
export function forgetTap(): void {
  ofRun = null;
  useTap.setState(EMPTY);
}

let isReading = false;
let isAskedAgain = false;
/** Whether the rows shown are those of the view, so that newer ones can be added to them. */
let isFresh = true;

/** Follows a node from now on and reads what is there. */
export function followNode(nodeId: string | null, viewId: string): void {
  const tap = useTap.getState();
  if (tap.nodeId !== nodeId || tap.viewId !== viewId) useTap.setState({ ...EMPTY, nodeId, viewId });
  void readTap();
}

/**
 * Follows a node of a run that has just begun. Rows of the run before stay in sight until its first ones are there.
 * Resolves when they are, or when there was none for `waitMs`; of a run that rests nothing is waited for.
 */
export async function followFirstRows(nodeId: string | null, viewId: string, waitMs: number): Promise<void> {
  const tap = useTap.getState();
  if (tap.nodeId === nodeId) useTap.setState({ viewId });
  else useTap.setState({ ...EMPTY, nodeId, viewId });
  isFresh = false;
  const engine = services().engine.current();
  if (nodeId === null || engine === null) return;
  const page = { runId: viewId, nodeId, fromSequence: 0, countMax: ROW_COUNT_MAX };
  const answer = await engine.call('taps.read', { ...page, waitMs });
  const now = useTap.getState();
  if (now.nodeId !== nodeId || now.viewId !== viewId || isFresh) return;
  if (answer.ok && answer.value.rows.length > 0) {
    const { columns, rows, total } = answer.value;
    useTap.setState({ rowsViewId: viewId, columns, rows, total, failure: '' });
  } else useTap.setState({ ...EMPTY, nodeId, viewId });
  isFresh = true;
  void readTap();
}

/**
 * Reads the same node of another view from now on; the rows shown stay until its rows are there. Those of
 * the run are kept while a replay is looked at.
 */
export function switchTap(viewId: string | null): void {
  const tap = useTap.getState();
  const { runId } = useRun.getState();
  if (tap.viewId === runId && viewId !== runId && isFresh) ofRun = tap;
  const kept = viewId !== null && ofRun?.viewId === viewId && ofRun.nodeId === tap.nodeId ? ofRun : null;
  if (kept !== null) useTap.setState(kept);
  else if (viewId === null || isGone(viewId)) useTap.setState({ ...EMPTY, nodeId: tap.nodeId, viewId });
  else useTap.setState({ viewId });
  isFresh = kept !== null;
  void readTap();
}

/** Whether rows of a view can be read no longer. */
function isGone(viewId: string): boolean {
  const run = useRun.getState();
  return run.isGone && run.runId === viewId;
}

/** Reads the rows that came since the last time. Calls during a reading are joined into one more. */
export async function readTap(): Promise<void> {
  if (isReading) {
    isAskedAgain = true;
    return;
  }
  isReading = true;
  try {
    do {
      isAskedAgain = false;
      await readOnce();
    } while (isAskedAgain);
  } finally {
    isReading = false;
  }
}

async function readOnce(): Promise<void> {
  const { nodeId, viewId, rows } = useTap.getState();
  const engine = services().engine.current();
  if (nodeId === null || viewId === null) return;
  if (isGone(viewId)) {
    if (rows.length === 0) useTap.setState({ failure: GONE_TEXT });
    return;
  }
  if (engine === null) return;
  const isReplay = useView.getState().moment?.replayId === viewId;
  const last = isReplay || !isFresh ? undefined : rows[rows.length - 1];
  const fromSequence = last === undefined ? 0 : last.sequence + 1;
  const countMax = isReplay && isMoving() ? MOVING_ROW_COUNT_MAX : ROW_COUNT_MAX;
  const answer = await engine.call('taps.read', { runId: viewId, nodeId, fromSequence, countMax });
  const now = useTap.getState();
  if (now.nodeId !== nodeId || now.viewId !== viewId) return;
  if (!answer.ok) {
    if (answer.error.code !== 'transport/closed') useTap.setState({ failure: answer.error.message });
    return;
  }
  const { columns, rows: fresh, total } = answer.value;
  const first = fresh[0];
  const isGapless = last !== undefined && (first === undefined || first.sequence === fromSequence);
  const kept = isGapless ? [...now.rows, ...fresh] : fresh;
  isFresh = true;
  useTap.setState({
    rowsViewId: viewId,
    columns: columns.length > 0 ? columns : now.columns,
    rows: kept.length > ROW_COUNT_MAX ? kept.slice(-ROW_COUNT_MAX) : kept,
    total,
    failure: '',
  });
  if (isReplay && countMax < ROW_COUNT_MAX && total > fresh.length) readAllAtRest();
}

/** Whether the thumb or the replay is on its way. */
function isMoving(): boolean {
  const { moment, wantedRow } = useView.getState();
  return wantedRow !== null || moment?.isPlaying === true;
}

let restTimer: ReturnType<typeof setTimeout> | undefined;

/** Reads the rest once nothing moves any more. */
function readAllAtRest(): void {
  clearTimeout(restTimer);
  restTimer = setTimeout(() => {
    if (isMoving()) readAllAtRest();
    else void readTap();
  }, REST_MS);
}
