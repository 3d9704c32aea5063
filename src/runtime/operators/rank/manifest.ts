/** What people read about `rank`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `rank`. */
export const rankManifest = {
  title: 'Top N',
  family: 'stateful',
  icon: 'trophy',
  inputs: ['in'],
  changelog: 'Takes any changelog; rows that enter are +I, rows that are pushed out -D, ranks that shift -U and +U.',
  state: 'The first N rows per partition; all rows where the input can take rows back.',
  doc: 'The first N rows of each partition in a given order, kept up to date with every row.',
  flink: 'AppendOnlyTopNFunction',
} as const satisfies OperatorManifest;
