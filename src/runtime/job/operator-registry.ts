/**
 * All operators' runtimes. Adding one is adding a folder and a line here; forgetting one is a type error.
 */

import type { OperatorFactory } from '../engine/operator-factory.ts';
import { calcFactory } from '../operators/calc/operator.ts';
import { changelogNormalizeFactory } from '../operators/changelog-normalize/operator.ts';
import { correlateFactory } from '../operators/correlate/operator.ts';
import { deduplicateFactory } from '../operators/deduplicate/operator.ts';
import { dropUpdateBeforeFactory } from '../operators/drop-update-before/operator.ts';
import { expandFactory } from '../operators/expand/operator.ts';
import { groupAggregateFactory } from '../operators/group-aggregate/operator.ts';
import { groupWindowAggregateFactory } from '../operators/group-window-aggregate/operator.ts';
import { intervalJoinFactory } from '../operators/interval-join/operator.ts';
import { joinFactory } from '../operators/join/operator.ts';
import { limitFactory } from '../operators/limit/operator.ts';
import { matchFactory } from '../operators/match/operator.ts';
import { overAggregateFactory } from '../operators/over-aggregate/operator.ts';
import { processFunctionFactory } from '../operators/process-function/operator.ts';
import { rankFactory } from '../operators/rank/operator.ts';
import { sinkMaterializerFactory } from '../operators/sink-materializer/operator.ts';
import { sortFactory } from '../operators/sort/operator.ts';
import { temporalJoinFactory } from '../operators/temporal-join/operator.ts';
import { temporalSortFactory } from '../operators/temporal-sort/operator.ts';
import { unionFactory } from '../operators/union/operator.ts';
import { watermarkAssignerFactory } from '../operators/watermark-assigner/operator.ts';
import { windowAggregateFactory } from '../operators/window-aggregate/operator.ts';
import { windowDeduplicateFactory } from '../operators/window-deduplicate/operator.ts';
import { windowJoinFactory } from '../operators/window-join/operator.ts';
import { windowRankFactory } from '../operators/window-rank/operator.ts';
import { windowTableFunctionFactory } from '../operators/window-table-function/operator.ts';
import type { PhysicalOptions } from '../sql/3-plan/physical-options.ts';

type Kind = PhysicalOptions['kind'];

/** Read from a connector, written to one, or read by the job itself: `build-dataflow.ts` makes them. */
export const ENDPOINT = 'endpoint';

/** Planned, but not run yet: using it is a diagnostic. */
export const NOT_YET = 'not-yet';

/** Runtime of each kind. */
export const operatorFactories = {
  'table-scan': ENDPOINT,
  values: ENDPOINT,
  sink: ENDPOINT,
  collect: ENDPOINT,
  calc: calcFactory,
  'watermark-assigner': watermarkAssignerFactory,
  'group-aggregate': groupAggregateFactory,
  'window-table-function': windowTableFunctionFactory,
  'window-aggregate': windowAggregateFactory,
  'group-window-aggregate': groupWindowAggregateFactory,
  join: joinFactory,
  'interval-join': intervalJoinFactory,
  'temporal-join': temporalJoinFactory,
  'window-join': windowJoinFactory,
  correlate: correlateFactory,
  'process-function': processFunctionFactory,
  union: unionFactory,
  expand: expandFactory,
  rank: rankFactory,
  deduplicate: deduplicateFactory,
  'window-rank': windowRankFactory,
  'window-deduplicate': windowDeduplicateFactory,
  'over-aggregate': overAggregateFactory,
  'temporal-sort': temporalSortFactory,
  limit: limitFactory,
  sort: sortFactory,
  match: matchFactory,
  'changelog-normalize': changelogNormalizeFactory,
  'drop-update-before': dropUpdateBeforeFactory,
  'sink-materializer': sinkMaterializerFactory,
} satisfies { readonly [K in Kind]: OperatorFactory<K> | typeof ENDPOINT | typeof NOT_YET };
