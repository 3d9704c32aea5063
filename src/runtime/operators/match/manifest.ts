/** What people read about `match`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `match`. */
export const matchManifest = {
  title: 'Match a pattern',
  family: 'stateful',
  icon: 'regex',
  inputs: ['in'],
  changelog: 'Takes inserts; sends one +I per match.',
  state: 'Rows that wait for the watermark, and rows of partial matches; WITHIN bounds them.',
  doc: 'Finds sequences of rows that follow a pattern (MATCH_RECOGNIZE), and sends one row per match.',
  flink: 'CepOperator',
} as const satisfies OperatorManifest;
