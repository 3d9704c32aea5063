/** What people read about `join`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `join`. */
export const joinManifest = {
  title: 'Join',
  family: 'stateful',
  icon: 'git-merge',
  inputs: ['left', 'right'],
  changelog:
    'Takes any changelogs. Inner: the kinds of its inputs; outer, semi and anti also send -D and +I when a row gets its first partner or loses the last.',
  state: 'All rows of both sides until they are taken back; grows for ever unless table.exec.state.ttl is set.',
  doc: 'Inner, outer, semi and anti join of two changelogs.',
  flink: 'StreamingJoinOperator, StreamingSemiAntiJoinOperator',
} as const satisfies OperatorManifest;
