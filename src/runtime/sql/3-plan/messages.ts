/** Messages of planning: what Flink's planner refuses, in its words. */
import type { Span } from '../../base/span.ts';
import { type Problem, TABLE_EXCEPTION, VALIDATION } from '../2-bind/problem.ts';

function planner(code: string, message: string, hint: string): Problem {
  return { code: `plan/${code}`, phase: 'plan', message, hint, flinkClass: TABLE_EXCEPTION };
}

/** Takes a mistake found while planning. */
export type PlanReport = (problem: Problem, span?: Span) => void;

/** The texts of planning, by what they say. */
export const planProblems = {
  notAppend: (operator: string, kinds: string, producer: string) =>
    planner(
      'needs-append-only',
      `${operator} doesn't support consuming ${kinds} changes which is produced by node ${producer}`,
      'This operator can only read rows that never change. Apply it before the aggregation or join that makes updates.',
    ),
  uidTwice: (uid: string, severity: 'error' | 'warning'): Problem => ({
    code: 'plan/uid-twice',
    message: `Duplicate unique identifier '${uid}' detected among process table functions. Make sure that all PTF calls have an identifier defined that is globally unique. Please provide a custom identifier using the implicit \`uid\` argument. For example: myFunction(..., uid => 'my-id')`,
    hint:
      severity === 'error'
        ? 'Give each call of the function a uid of its own.'
        : 'They run here, and on Flink as jobs of their own; in one Flink job each needs a uid of its own.',
    flinkClass: VALIDATION,
    severity,
  }),
  onTimeLost: (column: string): Problem => ({
    code: 'plan/on-time',
    message: `Column '${column}' is not a valid time attribute. Only columns with a watermark declaration qualify for the \`on_time\` argument. Also, make sure that the watermarked column is forwarded without any modification.`,
    hint: 'An aggregation or join before it has made a plain timestamp of the column.',
    flinkClass: VALIDATION,
  }),
  cdcNeedsKey: (table: string) =>
    planner(
      'cdc-needs-key',
      `Configuration 'table.exec.source.cdc-events-duplicate' is enabled which requires the changelog sources to define a PRIMARY KEY. However, table '${table}' doesn't have a primary key.`,
      'Declare PRIMARY KEY (…) NOT ENFORCED on the table.',
    ),
  rankFunction: (name: string) =>
    planner('rank-function', `${name}() on streaming table is not supported currently`, 'Use ROW_NUMBER().'),
  overFunction: (name: string) =>
    planner(
      'over-function',
      `${name} Function is not supported in stream mode.`,
      'It looks at rows that have not come yet.',
    ),
  overwrite: () =>
    planner(
      'overwrite',
      'Streaming mode not support overwrite.',
      "Write INSERT INTO, or SET 'execution.runtime-mode' = 'batch'.",
    ),
  windowMerge: (name: string, javaClass: string) =>
    planner(
      'window-merge',
      `Could not find an implementation method 'merge' in class 'org.apache.flink.table.runtime.functions.aggregate.${javaClass}' for function '${name}' that matches the following signature:\nvoid merge(org.apache.flink.table.data.RowData, java.lang.Iterable)`,
      'Windows that overlap or merge put their results together from parts, which this function cannot. Use TUMBLE, or another function.',
    ),
  overWindows: () =>
    planner(
      'over-windows',
      'All aggregates must be computed on the same window.',
      'Use one OVER window in a SELECT, and a query around for the next.',
    ),
  overFollowing: (unit: string) =>
    planner('over-following', `OVER ${unit} FOLLOWING windows are not supported yet.`, 'End the frame at CURRENT ROW.'),
  overOrder: () =>
    planner(
      'over-order',
      'The window can only be ordered by a single time column.',
      'ORDER BY the time attribute inside OVER.',
    ),
  overAscending: () =>
    planner(
      'over-ascending',
      'The window can only be ordered in ASCENDING mode.',
      'Order ascending, or filter on ROW_NUMBER() to get a Top-N.',
    ),
  overNonTimeBounded: () =>
    planner(
      'over-order',
      'Non-time attribute sort is not supported for bounded OVER window.',
      'ORDER BY a time attribute, or leave the frame unbounded.',
    ),
  sortNonTime: () =>
    planner(
      'sort-non-time',
      'Sort on a non-time-attribute field is not supported.',
      'Order by a time attribute first, add LIMIT, or run in batch mode.',
    ),
  sortTimeDescending: () =>
    planner(
      'sort-descending',
      'Primary sort order of a streaming table must be ascending on time.',
      'Order by time ascending.',
    ),
  windowNotTime: (type: string): Problem => ({
    code: 'validate/window-time-attribute',
    message: `The window function requires the timecol is a time attribute type, but is ${type}.`,
    flinkClass: VALIDATION,
    hint: 'The time attribute got lost on the way (regular join, GROUP BY, computing). Apply the window before that.',
  }),
  windowEmit: (message: string) =>
    planner('window-emit', message, 'Look at the table.exec.emit settings, or switch early and late firing off.'),
  windowAlignment: () =>
    planner(
      'window-offset',
      'TUMBLE window with alignment is not supported yet.',
      'Use the TUMBLE table function with an offset.',
    ),
  temporalKey: (): Problem => ({
    code: 'validate/temporal-key',
    message: 'Temporal Table Join requires primary key in versioned table, but no primary key can be found.',
    flinkClass: VALIDATION,
    hint: 'Declare PRIMARY KEY (…) NOT ENFORCED, or use a view that keeps the last row by ROW_NUMBER.',
  }),
  temporalJoinKey: (): Problem => ({
    code: 'validate/temporal-join-key',
    message: 'Temporal Table Join requires the equality condition to contain the primary key of the versioned table.',
    flinkClass: VALIDATION,
    hint: 'Join on all key columns of the right table.',
  }),
  temporalRowtime: (): Problem => ({
    code: 'validate/temporal-rowtime',
    message:
      'Event-Time Temporal Table Join requires both primary key and row time attribute in versioned table, but no row time attribute can be found.',
    flinkClass: VALIDATION,
    hint: 'Declare WATERMARK FOR a column of the right table.',
  }),
  lookupJoin: (table: string) =>
    planner(
      'lookup-join',
      `Processing-time temporal join is not supported yet: table '${table}' cannot be looked up.`,
      'Use an event-time temporal join or a regular join.',
    ),
  proctimeTemporal: (): Problem => ({
    code: 'validate/temporal-proctime',
    message: 'Processing-time temporal join is not supported yet.',
    flinkClass: TABLE_EXCEPTION,
    hint: 'Use FOR SYSTEM_TIME AS OF with an event-time attribute.',
  }),
  subquery: () =>
    planner('subquery', 'unexpected correlate variable $cor0 in the plan', 'Rewrite the sub-query as a join.'),
  onConflict: (table: string, primaryKey: string, upsertKey: string): Problem => ({
    code: 'validate/on-conflict',
    message: `The query has an upsert key that differs from the primary key of the sink table '${table}'. Primary key: ${primaryKey}, upsert key: ${upsertKey}. This can lead to non-deterministic results when multiple records with different upsert keys map to the same primary key. Please specify an ON CONFLICT clause to define how conflicts should be handled: ON CONFLICT DO DEDUPLICATE (update to the latest record, state intensive, since we need to keep the entire history), or ON CONFLICT DO ERROR (fail on conflict), or ON CONFLICT DO NOTHING (keep first record).`,
    flinkClass: VALIDATION,
    hint: 'Give the sink the primary key that the query groups by, or write ON CONFLICT DO DEDUPLICATE.',
  }),
  sinkUpdates: (table: string, kinds: string, producer: string) =>
    planner(
      'sink-append-only',
      `Table sink '${table}' doesn't support consuming ${kinds} changes which is produced by node ${producer}`,
      'Write into a sink that takes updates, for example print.',
    ),
  fetchMissing: () =>
    planner('fetch-missing', 'FETCH is missed, which on streaming table is not supported currently.', 'Add LIMIT.'),
  nonDeterministic: (fn: string, where: string) =>
    planner(
      'non-deterministic',
      `There exists non deterministic function: '${fn}' in ${where} which may cause wrong result in update pipeline.`,
      'Compute it before rows are updated, or set table.optimizer.non-deterministic-update.strategy to IGNORE.',
    ),
  batchChangelog: (table: string) =>
    planner(
      'batch-changelog',
      `Querying a table in batch mode is currently only possible for INSERT-only table sources. But the source for table '${table}' produces other changelog messages than just INSERT.`,
      'Run in streaming mode.',
    ),
  timeZone: (): Problem => ({
    code: 'validate/time-zone',
    message:
      "Invalid time zone. The value should be a Time Zone Database (TZDB) ID such as 'America/Los_Angeles' to include daylight saving time. Fixed offsets are supported using 'GMT-03:00' or 'GMT+03:00'. Or use 'UTC' without time zone and daylight saving time.",
    flinkClass: VALIDATION,
    hint: "Correct SET 'table.local-time-zone'.",
  }),
  notYet: (what: string) => planner('not-yet', `${what} cannot run yet.`, 'Rewrite the query without it.'),
  noPlan: () => planner('no-plan', "Can't generate a valid execution plan for the given query.", 'Rewrite the query.'),
  unplannable: (what: string) =>
    planner('unplannable', `There is no operator for this part of the query (${what}).`, 'Rewrite the query.'),
} as const;
