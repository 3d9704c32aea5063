/** What people read about `window-deduplicate`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `window-deduplicate`. */
export const windowDeduplicateManifest = {
  title: 'First or last row per window',
  family: 'stateful',
  icon: 'copy-minus',
  inputs: ['in'],
  changelog: 'Takes inserts; sends one +I per key and window when the window is complete.',
  state: 'One row per key and open window.',
  doc: 'Keeps the row with the smallest or the largest event time of each key and window.',
  flink: 'RowTimeWindowDeduplicateProcessor',
} as const satisfies OperatorManifest;
