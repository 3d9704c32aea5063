/** What people read about `window-rank`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `window-rank`. */
export const windowRankManifest = {
  title: 'Top N per window',
  family: 'stateful',
  icon: 'list-ordered',
  inputs: ['in'],
  changelog: 'Takes inserts; sends +I when the window is complete, never a correction.',
  state: 'At most N rows per partition and open window.',
  doc: 'The first N rows of each window in a given order, once the watermark has passed the window.',
  flink: 'WindowRankProcessor',
} as const satisfies OperatorManifest;
