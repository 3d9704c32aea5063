/** What people read about `expand`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `expand`. */
export const expandManifest = {
  title: 'Expand grouping sets',
  family: 'stateless',
  icon: 'copy',
  inputs: ['in'],
  changelog: 'Takes any changelog; sends every change once per grouping set.',
  state: null,
  doc: 'One row per grouping set, before their aggregation.',
  flink: 'StreamExecExpand',
} as const satisfies OperatorManifest;
