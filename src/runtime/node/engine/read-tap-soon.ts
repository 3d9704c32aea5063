/**
 * Rows of a node that may not be there yet: of a run that has just begun they are waited for, so that whoever shows
 * them gets the first ones as soon as there are any, without asking again and again.
 */
import type { CommandIn } from '../../contract/contract.ts';
import type { EngineContract } from '../../contract/engine-contract.ts';
import type { RunView, TapPage } from '../../job/run-view.ts';

/** A page of rows; without a row only when the view is over or `waitMs` has gone by. */
export async function readTapSoon(
  view: RunView,
  { nodeId, fromSequence, countMax, waitMs = 0 }: CommandIn<EngineContract, 'taps.read'>,
  isOver: () => boolean | undefined,
): Promise<TapPage> {
  const untilMs = performance.now() + waitMs;
  for (;;) {
    const page = view.readTap(nodeId, fromSequence, countMax);
    if (page.rows.length > 0 || performance.now() >= untilMs || isOver() === true) return page;
    // Between two slices of the run.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
