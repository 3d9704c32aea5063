/**
 * The one list of what Millrace answers differently from Flink 2.3, each with its reason. It is shown
 * to users (`millrace differences`, Help → Differences from Flink), and a test holds it and the recorded
 * cases together: a case that differs names its entry here, and fails once the difference is gone.
 */

/** One difference. */
export interface KnownDifference {
  /** Stable; recorded cases refer to it. */
  readonly id: string;
  /** What it is about, a few words. */
  readonly title: string;
  readonly flink: string;
  readonly millrace: string;
  /** `wished`: we keep it so. `not-yet`: Flink's answer is the right one and we do not give it yet. */
  readonly choice: 'wished' | 'not-yet';
  readonly reason: string;
}

/** All known differences, wished ones first. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: 'constants-by-code-point',
    title: 'Order of text constants outside the basic plane',
    flink: 'Folds constants while planning and compares them as UTF-16, but column data by code points.',
    millrace: 'Compares both by code points.',
    choice: 'wished',
    reason: 'The same two texts compare the same way, whether they are written down or read.',
  },
  {
    id: 'equal-timers-of-keys',
    title: 'Order of different keys whose timers are due at the same moment',
    flink: 'Follows the layout of a hash heap.',
    millrace: 'Follows the order in which the timers were set.',
    choice: 'wished',
    reason: 'Flink defines no order between keys; ours can be explained. Within a key both are equal.',
  },
  {
    id: 'explain-text',
    title: 'The text of EXPLAIN, and lists of expected words in syntax errors',
    flink: 'Prints the plans of its own optimiser, and every token that its grammar allows.',
    millrace: 'Prints its own plan with the same node names and changelog modes, and says what it expected in words.',
    choice: 'wished',
    reason: 'The text describes the engine that runs. Errors come at the same statement and in the same phase.',
  },
  {
    id: 'equal-timers-of-names',
    title: 'Order of timers of one key that are due at the same moment under different names',
    flink: 'Follows the layout of a heap, so it changes with the timers of other keys.',
    millrace: 'Follows the order in which the timers were set.',
    choice: 'wished',
    reason: 'A run can be repeated and explained. Timers of different moments fire in the same order on both.',
  },
  {
    id: 'process-input-by-name',
    title: 'Columns that a process function declares',
    flink: 'Typed table arguments of process table functions take exactly the declared columns, by position.',
    millrace: 'Finds the declared columns by name among all that the table has.',
    choice: 'wished',
    reason:
      'A column that is added or moved upstream breaks nothing. An exported function finds them by name on Flink too.',
  },
  {
    id: 'process-argument-casts',
    title: 'Casts of arguments that are given by name, and of those of process functions',
    flink: 'Accepts the call and then fails to generate code for it (CodeGenException, CompileException).',
    millrace: 'Casts the arguments as for calls by position.',
    choice: 'wished',
    reason: 'A defect of Flink 2.3; cast the argument yourself in jobs that run there.',
  },
  {
    id: 'processing-timers',
    title: 'Timers of process functions on the clock (registerProcessingTime)',
    flink: 'Process table functions have timers on the watermark only.',
    millrace:
      'Has both. With on_time, rows that a timer of the clock gives have the first event time behind the watermark.',
    choice: 'wished',
    reason:
      'Inactivity and alarms need a clock. A replay fires them as the run did; an export says that Flink has none.',
  },
  {
    id: 'proctime-in-functions',
    title: 'A PROCTIME() column in the row of a process function',
    flink: 'Hands over NULL.',
    millrace: 'Hands over the time at which the row is processed.',
    choice: 'wished',
    reason: 'The column is declared NOT NULL, and its value is what everybody expects.',
  },
  {
    id: 'lateral-conditions',
    title: 'LEFT JOIN LATERAL TABLE(f(x)) ON a condition over both sides, and EXISTS over LATERAL',
    flink: 'Fails while planning (unexpected correlate variable, index out of bounds).',
    millrace: 'Runs it.',
    choice: 'wished',
    reason: 'The meaning is clear; move the condition into a query inside for jobs that run on Flink.',
  },
  {
    id: 'functions-not-folded',
    title: 'Calls of TypeScript functions with constant arguments',
    flink: 'Computes deterministic functions of constants while it plans, and fails then when they throw.',
    millrace: 'Calls them for the rows, so a plan never runs code of a project; the job fails at its first row.',
    choice: 'wished',
    reason: 'A project may be looked at, checked and explained before it is trusted.',
  },
  {
    id: 'negative-zero',
    title: 'The sign of zero',
    flink: 'Plans x + 0 as x, tells -0.0 from 0.0 in COUNT(DISTINCT), and drops the sign of constants.',
    millrace: 'Adds, counts one zero, and keeps the sign of some constants.',
    choice: 'not-yet',
    reason: 'Needs the simplification rules of Flink’s planner.',
  },
  {
    id: 'rowtime-through-expressions',
    title: 'The mark *ROWTIME* on computed columns',
    flink:
      'Keeps it in the printed type of ts ± INTERVAL, FLOOR, CEIL, COALESCE, IF, NULLIF, CASE and MIN or MAX of these.',
    millrace: 'Prints the plain TIMESTAMP type.',
    choice: 'not-yet',
    reason: 'Windows over such columns are refused by both.',
  },
  {
    id: 'aggregate-of-provably-nothing',
    title: 'A global aggregate over a condition that can never hold',
    flink: 'Plans it as constant and gives one row (COUNT 0).',
    millrace: 'Gives no row, as both do for an input that just happens to be empty.',
    choice: 'not-yet',
    reason: 'Needs the pruning of empty relations in the planner.',
  },
  {
    id: 'file-source-monitoring',
    title: 'Options of the filesystem connector for running jobs',
    flink: 'Watches folders (source.monitor-interval), marks complete partitions and compacts part files.',
    millrace:
      'Accepts the options and reads what is there once; part files roll, and are neither marked nor compacted.',
    choice: 'not-yet',
    reason:
      'Watching needs a source that waits for files; the others need a last step after the commit of a checkpoint.',
  },
  {
    id: 'top-n-of-one-row',
    title: 'ORDER BY … LIMIT over an aggregate without GROUP BY',
    flink: 'Sends an update of the one row also where the aggregate took it back and gave the same again.',
    millrace: 'Sends what the aggregate sent: a deletion and an insertion.',
    choice: 'not-yet',
    reason: 'Needs what Flink’s planner knows about the monotonicity of such aggregates. The table is the same.',
  },
  {
    id: 'nested-top-n',
    title: 'Top-N, or OVER, directly over a Top-N whose rank is not read',
    flink: 'Keeps the rank of the inner one, so that a row that only changes its rank is sent again.',
    millrace: 'Drops the rank that nobody reads. Among equal sort keys other rows may be first.',
    choice: 'not-yet',
    reason: 'Flink’s planner merges the projection that drops the rank into the OVER above it.',
  },
  {
    id: 'listagg-of-grouping-sets',
    title: 'NOT NULL of LISTAGG and ARRAY_AGG under GROUPING SETS, ROLLUP and CUBE',
    flink: 'Types them as nullable where their argument is a key of the sets.',
    millrace: 'Types them by their argument as it was before.',
    choice: 'not-yet',
    reason: 'The values are the same.',
  },
  {
    id: 'listagg-of-nothing',
    title: 'LISTAGG of a NOT NULL text where a FILTER leaves no row',
    flink: 'Types it NOT NULL. Given on as it is it fails the job; behind a projection it is an empty text.',
    millrace: 'Fails the job in both cases.',
    choice: 'not-yet',
    reason: 'Flink’s generated projection forgets the NULL. Declare the argument nullable.',
  },
  {
    id: 'defects-of-the-planner',
    title: 'Queries that Flink fails on with an internal error',
    flink:
      'Fails to plan some cross joins of Top-N and windows (index out of bounds), FIRST_VALUE and LAST_VALUE in windows that are merged (no method merge), JSON_ARRAYAGG of numbers in windows (no method accumulate).',
    millrace: 'Runs them.',
    choice: 'wished',
    reason: 'Their meaning is clear. Rewrite them for jobs that run on Flink.',
  },
];

/** The entry of an id, or `undefined`. */
export function knownDifference(id: string): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find((difference) => difference.id === id);
}
