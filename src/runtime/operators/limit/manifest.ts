/** What people read about `limit`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `limit`. */
export const limitManifest = {
  title: 'Limit',
  family: 'stateful',
  icon: 'square-minus',
  inputs: ['in'],
  changelog: 'Takes any changelog. Insert-only input: sends inserts; otherwise also -D and +I when the range moves.',
  state: 'Insert-only input: one number. Updating input: all rows.',
  doc: 'The first rows in order of arrival.',
  flink: 'StreamExecLimit',
} as const satisfies OperatorManifest;
