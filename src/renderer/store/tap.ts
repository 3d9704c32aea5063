/**
 * The rows of one node: what the Rows panel shows. The engine retains a bounded number for each node;
 * the window keeps the newest of them and asks only for what it has not seen. Kept after the run and
 * after the engine's death.
 */

import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { tapRowShape } from '../../runtime/contract/engine-contract.ts';
import type { columnShape } from '../../runtime/contract/shared-shapes.ts';
import { services } from './services.ts';

/** One row of a changelog as the window shows it. */
export type TapRow = z.infer<typeof tapRowShape>;

/** Rows kept in the window; more could not be read by eye, and the panel says how many there were. */
const ROW_COUNT_MAX = 10_000;

interface TapState {
  readonly nodeId: string | null;
  /** The run that the rows come from. */
  readonly runId: string | null;
  readonly columns: readonly z.infer<typeof columnShape>[];
  /** Oldest first, without gaps. */
  readonly rows: readonly TapRow[];
  readonly total: number;
  /** Why there are no rows; empty when nothing is wrong. */
  readonly failure: string;
}

const EMPTY: TapState = { nodeId: null, runId: null, columns: [], rows: [], total: 0, failure: '' };

/** The rows of the followed node. */
export const useTap = create<TapState>(() => EMPTY);

/** Forgets all rows. */
export function forgetTap(): void {
  useTap.setState(EMPTY);
}

let isReading = false;
let isAskedAgain = false;

/** Follows a node from now on and reads what is there. */
export function followNode(nodeId: string | null, runId: string): void {
  const tap = useTap.getState();
  if (tap.nodeId !== nodeId || tap.runId !== runId) useTap.setState({ ...EMPTY, nodeId, runId });
  void readTap();
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
  const { nodeId, runId, rows } = useTap.getState();
  const engine = services().engine.current();
  if (nodeId === null || runId === null || engine === null) return;
  const last = rows[rows.length - 1];
  const fromSequence = last === undefined ? 0 : last.sequence + 1;
  const answer = await engine.call('taps.read', { runId, nodeId, fromSequence, countMax: ROW_COUNT_MAX });
  const now = useTap.getState();
  if (now.nodeId !== nodeId || now.runId !== runId) return;
  if (!answer.ok) {
    if (answer.error.code !== 'transport/closed') useTap.setState({ failure: answer.error.message });
    return;
  }
  const { columns, rows: fresh, total } = answer.value;
  const first = fresh[0];
  const isGapless = first === undefined || first.sequence === fromSequence;
  const kept = isGapless ? [...now.rows, ...fresh] : fresh;
  useTap.setState({
    columns: columns.length > 0 ? columns : now.columns,
    rows: kept.length > ROW_COUNT_MAX ? kept.slice(-ROW_COUNT_MAX) : kept,
    total,
    failure: '',
  });
}
