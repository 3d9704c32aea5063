/** What people read about `group-aggregate`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `group-aggregate`. */
export const groupAggregateManifest = {
  title: 'Group and aggregate',
  family: 'stateful',
  icon: 'sigma',
  inputs: ['in'],
  changelog: 'Takes any changelog; sends updates: the first row of a key is +I, each change -U and +U.',
  state: 'One accumulator per key; grows with the number of keys unless table.exec.state.ttl is set.',
  doc: 'COUNT, SUM, AVG, MIN, MAX and others per key, kept up to date with every row.',
  flink: 'GroupAggFunction',
} as const satisfies OperatorManifest;
