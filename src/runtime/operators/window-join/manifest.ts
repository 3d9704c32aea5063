/** What people read about `window-join`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `window-join`. */
export const windowJoinManifest = {
  title: 'Join within windows',
  family: 'stateful',
  icon: 'combine',
  inputs: ['left', 'right'],
  changelog: 'Takes inserts on both sides; sends +I when the window is complete, never a correction.',
  state: 'All rows of open windows of both sides.',
  doc: 'Joins rows of two inputs that fall into the same window; inner, outer, semi and anti.',
  flink: 'WindowJoinOperator',
} as const satisfies OperatorManifest;
