/**
 * The planning rules of all operators, in order of trial: the more special one before the one that
 * would take the same relation too.
 */
import { calcRule } from '../operators/calc/plan.ts';
import { changelogNormalizeRule } from '../operators/changelog-normalize/plan.ts';
import { correlateRule } from '../operators/correlate/plan.ts';
import { deduplicateRule } from '../operators/deduplicate/plan.ts';
import { expandRule } from '../operators/expand/plan.ts';
import { groupAggregateRule } from '../operators/group-aggregate/plan.ts';
import { groupWindowAggregateRule } from '../operators/group-window-aggregate/plan.ts';
import { intervalJoinRule } from '../operators/interval-join/plan.ts';
import { joinRule } from '../operators/join/plan.ts';
import { limitRule } from '../operators/limit/plan.ts';
import { matchRule } from '../operators/match/plan.ts';
import { overAggregateRule } from '../operators/over-aggregate/plan.ts';
import { processFunctionRule } from '../operators/process-function/plan.ts';
import { rankRule } from '../operators/rank/plan.ts';
import { sortRule } from '../operators/sort/plan.ts';
import { tableScanRule } from '../operators/table-scan/plan.ts';
import { temporalJoinRule } from '../operators/temporal-join/plan.ts';
import { temporalSortRule } from '../operators/temporal-sort/plan.ts';
import { unionRule } from '../operators/union/plan.ts';
import { valuesRule } from '../operators/values/plan.ts';
import { watermarkAssignerRule } from '../operators/watermark-assigner/plan.ts';
import { windowAggregateRule } from '../operators/window-aggregate/plan.ts';
import { windowDeduplicateRule } from '../operators/window-deduplicate/plan.ts';
import { windowJoinRule } from '../operators/window-join/plan.ts';
import { windowRankRule } from '../operators/window-rank/plan.ts';
import { windowTableFunctionRule } from '../operators/window-table-function/plan.ts';
import type { PlanRule } from '../sql/3-plan/rule.ts';

/** All rules. */
export const planRules: readonly PlanRule[] = [
  calcRule,
  tableScanRule,
  valuesRule,
  watermarkAssignerRule,
  changelogNormalizeRule,
  windowAggregateRule,
  groupWindowAggregateRule,
  groupAggregateRule,
  expandRule,
  windowTableFunctionRule,
  windowJoinRule,
  intervalJoinRule,
  joinRule,
  temporalJoinRule,
  correlateRule,
  processFunctionRule,
  unionRule,
  windowDeduplicateRule,
  windowRankRule,
  deduplicateRule,
  rankRule,
  limitRule,
  sortRule,
  temporalSortRule,
  overAggregateRule,
  matchRule,
];
