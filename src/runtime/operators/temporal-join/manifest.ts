/** What people read about `temporal-join`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `temporal-join`. */
export const temporalJoinManifest = {
  title: 'Join with a version',
  family: 'stateful',
  icon: 'history',
  inputs: ['left', 'versions'],
  changelog: 'Left rows keep their kind; right changes become versions and cause no output of their own.',
  state: 'Left rows ahead of the watermark, and the versions that they may still need.',
  doc: 'Joins each row with the version of the right row that was valid at its time (FOR SYSTEM_TIME AS OF).',
  flink: 'TemporalRowTimeJoinOperator',
} as const satisfies OperatorManifest;
