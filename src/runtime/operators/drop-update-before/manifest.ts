/** What people read about `drop-update-before`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `drop-update-before`. */
export const dropUpdateBeforeManifest = {
  title: 'Drop -U',
  family: 'stateless',
  icon: 'scissors',
  inputs: ['in'],
  changelog: 'Takes any changelog; sends all but -U.',
  state: null,
  doc: 'Drops the old halves of updates where nobody needs them.',
  flink: 'StreamExecDropUpdateBefore',
} as const satisfies OperatorManifest;
