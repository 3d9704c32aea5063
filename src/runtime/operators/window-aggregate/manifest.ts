/** What people read about `window-aggregate`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `window-aggregate`. */
export const windowAggregateManifest = {
  title: 'Aggregate per window',
  family: 'stateful',
  icon: 'chart-column',
  inputs: ['in'],
  changelog: 'Takes any changelog; sends +I only: one final row per key and window.',
  state: 'Accumulators of open windows per key; a window is forgotten when it has fired.',
  doc: 'COUNT, SUM, AVG, MIN, MAX and others per key and time window, sent once when the window is complete.',
  flink: 'WindowAggOperator, UnslicingWindowOperator',
} as const satisfies OperatorManifest;
