/** What people read about `correlate`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `correlate`. */
export const correlateManifest = {
  title: 'Unnest',
  family: 'stateless',
  icon: 'ungroup',
  inputs: ['in'],
  changelog: 'Takes any changelog; each row becomes as many rows of the same kind as it has elements.',
  state: null,
  doc: 'One row for each element of an array, map or multiset of the row (UNNEST), or for each row that a table function gives for it.',
  flink: 'StreamPhysicalCorrelate',
} as const satisfies OperatorManifest;
