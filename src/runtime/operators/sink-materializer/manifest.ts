/** What people read about `sink-materializer`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `sink-materializer`. */
export const sinkMaterializerManifest = {
  title: 'Materialise for the sink',
  family: 'stateful',
  icon: 'layers',
  inputs: ['in'],
  changelog: 'Takes any changelog; sends +I, +U, -D by the primary key of the sink.',
  state: 'Rows of each primary key that were not taken back.',
  doc: 'Puts changes in order for a sink whose primary key is not the key of the query.',
  flink: 'SinkUpsertMaterializer',
} as const satisfies OperatorManifest;
