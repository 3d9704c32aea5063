/** What the OVER operators on time keep of each partition: the rows of its frame, and rows that wait for their turn. */
import { objectBytes } from '../../data/memory-size.ts';
import type { InspectedState } from '../../engine/operator.ts';
import { inspectLists, inspectValues } from '../../state/inspect.ts';
import { KeyedState } from '../../state/keyed-state.ts';
import type { PendingRows } from '../../state/pending-rows.ts';
import { type Frame, frameBytes } from './frame.ts';
import type { OverSettings } from './over-settings.ts';

/** One partition. Operators may keep more in it. */
export interface TimedPartition {
  readonly frame: Frame;
  readonly pending: PendingRows;
}

/** State by partition; its first list is the frame, its second the waiting rows. `fieldCount`: fields of a partition. */
export function timedPartitions<P extends TimedPartition>(settings: OverSettings, fieldCount: number): KeyedState<P> {
  return new KeyedState<P>(settings.keySchema, undefined, {
    count: ({ pending }, list) => (list === 0 ? 1 : pending.count),
    bytes: ({ frame, pending }, list) =>
      list === 0 ? objectBytes(fieldCount) + frameBytes(frame, settings) : pending.bytes,
  });
}

/** Both lists as they are shown. `partitions` is asked anew each time. */
export function inspectTimedPartitions<P extends TimedPartition>(
  partitions: () => KeyedState<P>,
  settings: OverSettings,
): Readonly<Record<'frames' | 'pending', InspectedState>> {
  return {
    frames: inspectValues(partitions, ({ frame }) => settings.handler.values(frame.accumulators)),
    pending: inspectLists(partitions, 1, {
      items: ({ pending }) => pending.rows(),
      countOf: ({ pending }) => pending.count,
      value: (row) => row,
    }),
  };
}
