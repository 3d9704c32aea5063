/** What people read about `changelog-normalize`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `changelog-normalize`. */
export const changelogNormalizeManifest = {
  title: 'Normalise changes',
  family: 'stateful',
  icon: 'list-checks',
  inputs: ['in'],
  changelog: 'Takes upserts or a changelog with duplicates; sends a full changelog.',
  state: 'The last row of each primary key that was not deleted.',
  doc: 'Makes a full changelog out of upserts, by remembering the last row of each key.',
  flink: 'ProcTimeDeduplicateKeepLastRowFunction (StreamExecChangelogNormalize)',
} as const satisfies OperatorManifest;
