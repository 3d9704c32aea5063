/**
 * The manifests of all operators: what people read about each kind. An operator without an entry is a
 * type error, as in the registry of their runtimes (`operator-registry.ts`).
 */
import { calcManifest } from '../operators/calc/manifest.ts';
import { changelogNormalizeManifest } from '../operators/changelog-normalize/manifest.ts';
import { collectManifest } from '../operators/collect/manifest.ts';
import { correlateManifest } from '../operators/correlate/manifest.ts';
import { deduplicateManifest } from '../operators/deduplicate/manifest.ts';
import { dropUpdateBeforeManifest } from '../operators/drop-update-before/manifest.ts';
import { expandManifest } from '../operators/expand/manifest.ts';
import { groupAggregateManifest } from '../operators/group-aggregate/manifest.ts';
import { groupWindowAggregateManifest } from '../operators/group-window-aggregate/manifest.ts';
import { intervalJoinManifest } from '../operators/interval-join/manifest.ts';
import { joinManifest } from '../operators/join/manifest.ts';
import { limitManifest } from '../operators/limit/manifest.ts';
import type { OperatorManifest } from '../operators/manifest.ts';
import { matchManifest } from '../operators/match/manifest.ts';
import { overAggregateManifest } from '../operators/over-aggregate/manifest.ts';
import { processFunctionManifest } from '../operators/process-function/manifest.ts';
import { rankManifest } from '../operators/rank/manifest.ts';
import { sinkManifest } from '../operators/sink/manifest.ts';
import { sinkMaterializerManifest } from '../operators/sink-materializer/manifest.ts';
import { sortManifest } from '../operators/sort/manifest.ts';
import { tableScanManifest } from '../operators/table-scan/manifest.ts';
import { temporalJoinManifest } from '../operators/temporal-join/manifest.ts';
import { temporalSortManifest } from '../operators/temporal-sort/manifest.ts';
import { unionManifest } from '../operators/union/manifest.ts';
import { valuesManifest } from '../operators/values/manifest.ts';
import { watermarkAssignerManifest } from '../operators/watermark-assigner/manifest.ts';
import { windowAggregateManifest } from '../operators/window-aggregate/manifest.ts';
import { windowDeduplicateManifest } from '../operators/window-deduplicate/manifest.ts';
import { windowJoinManifest } from '../operators/window-join/manifest.ts';
import { windowRankManifest } from '../operators/window-rank/manifest.ts';
import { windowTableFunctionManifest } from '../operators/window-table-function/manifest.ts';
import type { PhysicalOptions } from '../sql/3-plan/physical-options.ts';

/** Manifest by kind. */
export const operatorManifests = {
  calc: calcManifest,
  'changelog-normalize': changelogNormalizeManifest,
  collect: collectManifest,
  correlate: correlateManifest,
  deduplicate: deduplicateManifest,
  'drop-update-before': dropUpdateBeforeManifest,
  expand: expandManifest,
  'group-aggregate': groupAggregateManifest,
  'group-window-aggregate': groupWindowAggregateManifest,
  'interval-join': intervalJoinManifest,
  join: joinManifest,
  limit: limitManifest,
  match: matchManifest,
  'over-aggregate': overAggregateManifest,
  'process-function': processFunctionManifest,
  rank: rankManifest,
  'sink-materializer': sinkMaterializerManifest,
  sink: sinkManifest,
  sort: sortManifest,
  'table-scan': tableScanManifest,
  'temporal-join': temporalJoinManifest,
  'temporal-sort': temporalSortManifest,
  union: unionManifest,
  values: valuesManifest,
  'watermark-assigner': watermarkAssignerManifest,
  'window-aggregate': windowAggregateManifest,
  'window-deduplicate': windowDeduplicateManifest,
  'window-join': windowJoinManifest,
  'window-rank': windowRankManifest,
  'window-table-function': windowTableFunctionManifest,
} as const satisfies Record<PhysicalOptions['kind'], OperatorManifest>;
