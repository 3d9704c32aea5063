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
    flink: 'Watches folders (source.monitor-interval), rolls, commits and compacts part files.',
    millrace: 'Accepts the options, reads what is there once, and commits files at the end of the input.',
    choice: 'not-yet',
    reason: 'Comes with checkpoints on disk.',
  },
];

/** The entry of an id, or `undefined`. */
export function knownDifference(id: string): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find((difference) => difference.id === id);
}
