/** What people read about `collect`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `collect`. */
export const collectManifest = {
  title: 'Result',
  family: 'sink',
  icon: 'table',
  inputs: ['in'],
  changelog: 'Takes any changelog and shows it.',
  state: null,
  doc: 'The result of a query.',
  flink: 'CollectSinkOperator',
} as const satisfies OperatorManifest;
