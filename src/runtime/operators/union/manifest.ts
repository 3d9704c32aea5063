/** What people read about `union`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `union`. */
export const unionManifest = {
  title: 'Union',
  family: 'stateless',
  icon: 'merge',
  inputs: ['in', 'in'],
  changelog: 'Takes any changelogs; sends their changes in order of arrival.',
  state: null,
  doc: 'All rows of all inputs (UNION ALL).',
  flink: 'StreamExecUnion',
} as const satisfies OperatorManifest;
