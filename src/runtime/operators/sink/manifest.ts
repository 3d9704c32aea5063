/** What people read about `sink`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `sink`. */
export const sinkManifest = {
  title: 'Write to a table',
  family: 'sink',
  icon: 'hard-drive-download',
  inputs: ['in'],
  changelog: 'Takes what the connector takes: inserts, upserts or all kinds.',
  state: null,
  doc: 'Checks the constraints of the table, then hands rows to its connector.',
  flink: 'ConstraintEnforcer, SinkOperator',
} as const satisfies OperatorManifest;
