/** What people read about `deduplicate`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `deduplicate`. */
export const deduplicateManifest = {
  title: 'First or last row per key',
  family: 'stateful',
  icon: 'copy-minus',
  inputs: ['in'],
  changelog: 'Takes inserts; keep-first sends one +I per key, keep-last +I and then -U and +U.',
  state: 'One row per key for ever, unless table.exec.state.ttl is set.',
  doc: 'Keeps one row per key by time: the first, or the last, which later rows replace.',
  flink: 'RowTimeDeduplicateFunction',
} as const satisfies OperatorManifest;
