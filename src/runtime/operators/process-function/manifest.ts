/** What people read about `process-function`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `process-function`. */
export const processFunctionManifest = {
  title: 'Process function',
  family: 'stateful',
  icon: 'braces',
  inputs: ['in'],
  changelog: 'Takes and sends insert-only rows.',
  state: 'The declared state of each key, until the function clears it or it expires, and its timers until they fire.',
  doc: 'Rows of each key go through a function in TypeScript, which may keep state, set timers and give rows.',
  flink: 'ProcessTableFunction',
} as const satisfies OperatorManifest;
