/** What people read about `over-aggregate`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `over-aggregate`. */
export const overAggregateManifest = {
  title: 'Aggregate over rows before',
  family: 'stateful',
  icon: 'chart-no-axes-combined',
  inputs: ['in'],
  changelog:
    'Ordered by time: takes inserts, sends one +I per row. Ordered by another column: takes any changelog, corrects earlier results with -U and +U.',
  state: 'One accumulator per partition, rows that wait for the watermark, and the rows of bounded frames.',
  doc: 'Each row with an aggregate over the rows before it in its partition: running totals, moving averages, LAG.',
  flink: 'RowTimeRangeBoundedPrecedingFunction',
} as const satisfies OperatorManifest;
