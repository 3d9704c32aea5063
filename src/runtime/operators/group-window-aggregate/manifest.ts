/** What people read about `group-window-aggregate`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `group-window-aggregate`. */
export const groupWindowAggregateManifest = {
  title: 'Aggregate per window (legacy syntax)',
  family: 'stateful',
  icon: 'calendar-clock',
  inputs: ['in'],
  changelog: 'Takes any changelog; sends +I per window, and corrections when early or late firing is on.',
  state: 'One accumulator per key and open window.',
  doc: 'GROUP BY TUMBLE(ts, …), HOP(…) or SESSION(…): the older form of window aggregation.',
  flink: 'WindowOperator',
} as const satisfies OperatorManifest;
