/**
 * Functions that need the whole sorted partition, so that they exist in batch mode only: RANK,
 * DENSE_RANK, PERCENT_RANK, CUME_DIST, NTILE, LEAD, LAG. Flink: `RankLikeAggFunctionBase` and its children,
 * `LeadLagAggFunction`.
 */
import type { Row, Value } from '../../data/value.ts';
import type { AggregateCall } from '../../sql/2-bind/bound-expr.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';
import { missingValue } from '../../sql/functions/constructors.ts';

/** A partition in order. Rows that compare as 0 are peers. */
export interface SortedPartition {
  readonly rows: readonly Row[];
  readonly comparePeers: RowComparator;
}

/** Result of a call for the row at an index. */
type ResultAt = (index: number) => Value;

type PartitionFunction = (call: AggregateCall, partition: SortedPartition) => ResultAt;

const FUNCTIONS: ReadonlyMap<string, PartitionFunction> = new Map<string, PartitionFunction>([
  ['RANK', (_call, partition) => at(peersOf(partition), ({ first }) => first + 1)],
  ['DENSE_RANK', (_call, partition) => at(peersOf(partition), ({ ordinal }) => ordinal + 1)],
  [
    'PERCENT_RANK',
    (_call, partition) => {
      const others = partition.rows.length - 1;
      return at(peersOf(partition), ({ first }) => (others === 0 ? 0 : first / others));
    },
  ],
  // Peers do not share it: Flink counts rows, not groups of peers.
  [
    'CUME_DIST',
    (_call, { rows }) =>
      (index) =>
        (index + 1) / rows.length,
  ],
  ['NTILE', ntile],
  ['LEAD', offsetFunction(1)],
  ['LAG', offsetFunction(-1)],
]);

/** The function behind a call; `undefined` for aggregates over a frame. */
export function partitionFunction(call: AggregateCall): PartitionFunction | undefined {
  return FUNCTIONS.get(call.fn.name);
}

/** The peers of a row: `[first, end)` in the partition, and how many groups of peers come before. */
interface PeerGroup {
  readonly first: number;
  readonly end: number;
  readonly ordinal: number;
}

function peersOf({ rows, comparePeers }: SortedPartition): readonly PeerGroup[] {
  const groups: PeerGroup[] = [];
  let ordinal = 0;
  for (let first = 0; first < rows.length; ordinal++) {
    let end = first + 1;
    while (end < rows.length && comparePeers(rows[first] as Row, rows[end] as Row) === 0) end += 1;
    const group = { first, end, ordinal };
    for (; first < end; first++) groups.push(group);
  }
  return groups;
}

function at(groups: readonly PeerGroup[], result: (group: PeerGroup) => Value): ResultAt {
  return (index) => {
    const group = groups[index];
    return group === undefined ? null : result(group);
  };
}

/** The first buckets take one row more when the rows do not divide evenly. */
function ntile(call: AggregateCall, { rows }: SortedPartition): ResultAt {
  return (index) => {
    const buckets = Number(call.literals?.[0] ?? rows[index]?.[call.args[0] ?? -1] ?? 1);
    const size = Math.floor(rows.length / buckets);
    const larger = rows.length % buckets;
    const inLarger = larger * (size + 1);
    return index < inLarger ? Math.floor(index / (size + 1)) + 1 : larger + Math.floor((index - inLarger) / size) + 1;
  };
}

/** LEAD and LAG: the value some rows on; rows, not peers, unlike LAG in streams. Flink: `OffsetOverFrame`. */
function offsetFunction(direction: 1 | -1): PartitionFunction {
  return (call, { rows }) => {
    const [value = -1, offsetColumn, byDefault] = call.args;
    return (index) => {
      const row = rows[index];
      const offset = Number(call.literals?.[1] ?? (offsetColumn === undefined ? 1 : (row?.[offsetColumn] ?? 1)));
      const other = rows[index + direction * offset];
      if (other !== undefined) return other[value] ?? missingValue(call.type);
      return byDefault === undefined ? null : (row?.[byDefault] ?? null);
    };
  };
}
