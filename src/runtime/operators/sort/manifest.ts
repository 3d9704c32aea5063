/** What people read about `sort`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `sort`. */
export const sortManifest = {
  title: 'Sort',
  family: 'stateful',
  icon: 'arrow-down-narrow-wide',
  inputs: ['in'],
  changelog: 'Takes inserts; sends inserts at the end of input.',
  state: 'All rows until the end of input.',
  doc: 'ORDER BY of batch mode.',
  flink: 'SortOperator, SortLimitOperator',
} as const satisfies OperatorManifest;
