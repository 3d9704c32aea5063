/** What people read about `watermark-assigner`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `watermark-assigner`. */
export const watermarkAssignerManifest = {
  title: 'Watermarks',
  family: 'stateful',
  icon: 'clock',
  inputs: ['in'],
  changelog: 'Takes and sends inserts (or the changelog of the source); adds watermarks.',
  state: 'Two times: the watermark reached and the one sent.',
  doc: 'Makes watermarks from a time column: WATERMARK FOR ts AS ts - INTERVAL …',
  flink: 'WatermarkAssignerOperator',
} as const satisfies OperatorManifest;
