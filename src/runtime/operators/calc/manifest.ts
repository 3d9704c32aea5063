/** What people read about `calc`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `calc`. */
export const calcManifest = {
  title: 'Filter and map',
  family: 'stateless',
  icon: 'filter',
  inputs: ['in'],
  changelog: 'Takes and sends any changelog; every change is judged on its own.',
  state: null,
  doc: 'Keeps the rows for which the condition is TRUE and computes the output columns.',
  flink: 'StreamPhysicalCalc',
} as const satisfies OperatorManifest;
