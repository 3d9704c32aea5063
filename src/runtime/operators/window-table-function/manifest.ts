/** What people read about `window-table-function`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `window-table-function`. */
export const windowTableFunctionManifest = {
  title: 'Assign windows',
  family: 'stateless',
  icon: 'panels-top-left',
  inputs: ['in'],
  changelog:
    'Takes any changelog and sends each change once per window (SESSION: inserts, when the session is complete).',
  state: 'TUMBLE, HOP, CUMULATE: none. SESSION: rows of open sessions.',
  doc: 'Each row with the windows it falls into: window_start, window_end, window_time.',
  flink: 'AlignedWindowTableFunctionOperator, UnalignedWindowTableFunctionOperator',
} as const satisfies OperatorManifest;
