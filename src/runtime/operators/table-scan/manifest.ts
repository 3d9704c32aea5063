/** What people read about `table-scan`. */
import type { OperatorManifest } from '../manifest.ts';

/** Manifest of `table-scan`. */
export const tableScanManifest = {
  title: 'Read a table',
  family: 'source',
  icon: 'database',
  inputs: [],
  changelog: 'Sends what the connector sends: inserts, upserts, or all kinds with change formats.',
  state: null,
  doc: 'Reads the physical and metadata columns of a table that the query uses.',
  flink: 'StreamPhysicalTableSourceScan',
} as const satisfies OperatorManifest;
