/** What people read about `values`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `values`. */
export const valuesManifest = {
  title: 'Rows in the query',
  family: 'source',
  icon: 'list',
  inputs: [],
  changelog: 'Sends +I, then ends.',
  state: null,
  doc: 'The rows written in the query.',
  flink: 'StreamExecValues',
} as const satisfies OperatorManifest;
