/** What people read about `temporal-sort`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `temporal-sort`. */
export const temporalSortManifest = {
  title: 'Sort by time',
  family: 'stateful',
  icon: 'arrow-down-narrow-wide',
  inputs: ['in'],
  changelog: 'Takes inserts; sends the same rows in order of time as +I.',
  state: 'Rows that wait for the watermark.',
  doc: 'Puts rows in order of their event time; rows that come after their time has left are dropped.',
  flink: 'RowTimeSortOperator',
} as const satisfies OperatorManifest;
