/** What people read about `interval-join`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `interval-join`. */
export const intervalJoinManifest = {
  title: 'Join within a time interval',
  family: 'stateful',
  icon: 'git-compare-arrows',
  inputs: ['left', 'right'],
  changelog: 'Takes inserts on both sides; sends +I; an outer row without a partner is padded when its time is over.',
  state: 'Rows of both sides that may still find a partner.',
  doc: 'Joins rows of two inputs whose times lie within a given interval of each other.',
  flink: 'RowTimeIntervalJoin',
} as const satisfies OperatorManifest;
