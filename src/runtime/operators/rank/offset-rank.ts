/**
 * Top-N with an offset whose rank is not shown, over rows that may be taken back. Flink: `RetractableTopNFunction`
 * where `hasOffset()` and not `outputRankNumber`.
 *
 * It gives what Flink gives there, also where that is odd: a kept row is sent itself, and sending it writes the kind of
 * the change into it. A row that was last sent as +U is therefore not found again when it is taken back: nothing is
 * sent for it, its place is no longer counted, and it stays behind in the list of its sort key.
 *
 *   kept per partition, by sort key:   v=4 ×1 [2 +U]   v=5 ×1 [1 +I]     taken back: 2   →   v=4 ×0 [2 +U]
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { objectBytes } from '../../data/memory-size.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  SnapshotForm,
  StateDescriptor,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import { inspectLists } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';
import { listedRowBytes } from '../../state/row-list.ts';
import type { RankSettings } from './operator.ts';

/** A kept row with the kind that it was last sent as. */
interface KeptRow {
  readonly row: Row;
  kind: RowKind;
}

/** Rows of one sort key in order of arrival; `count` of them are counted in ranks. */
interface Peers {
  readonly rows: KeptRow[];
  count: number;
}

/** All sort keys of a partition in order, those without a counted row included. */
type Partition = Peers[];

const CONTENTS: Contents<Partition> = {
  count: (peers, list) => (list === 0 ? peers.reduce((sum, { rows }) => sum + rows.length, 0) : 0),
  bytes: (peers, list) =>
    list === 0
      ? peers.reduce((sum, { rows }) => rows.reduce((n, { row }) => n + listedRowBytes(row), sum), objectBytes(2))
      : 0,
};

/** Ranks rows per partition and sends those between two ranks. */
export class OffsetRankOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: RankSettings;
  readonly #partitions: KeyedState<Partition>;
  readonly #state: InspectedState;

  constructor(settings: RankSettings) {
    super();
    assert(settings.start > 1 && !settings.outputRank && settings.endColumn === null, 'an offset without ranks');
    this.#settings = settings;
    this.#partitions = new KeyedState(this.#keySchema(), undefined, CONTENTS, {
      save: (partition) => partition.map(({ count, rows }) => [count, rows.map(({ kind, row }) => [kind, row])]),
      load: (saved) =>
        (saved as [number, [RowKind, Row][]][]).map(([count, rows]) => ({
          count,
          rows: rows.map(([kind, row]) => ({ kind, row })),
        })),
    });
    this.#state = inspectLists(() => this.#partitions, 0, {
      items: (peers) => peers.flatMap(({ rows }) => rows.map(({ row }) => row)).entries(),
      countOf: (peers) => peers.reduce((sum, { rows }) => sum + rows.length, 0),
      value: ([index, row]) => [index + 1, ...row],
    });
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#partitions.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
  }

  processRow(kind: RowKind, row: Row): void {
    const { partitionBy } = this.#settings;
    const entry = this.#partitions.find(row, partitionBy) ?? this.#partitions.insert(row, partitionBy, []);
    this.#partitions.touch(entry);
    if (isAccumulate(kind)) {
      this.#add(entry.value, row);
      this.#partitions.grow(entry, 0, 1, listedRowBytes(row));
    } else if (this.#takeBack(entry.value, row)) this.#partitions.grow(entry, 0, -1, -listedRowBytes(row));
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: this.#partitions.save(form) } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#partitions.restore(snapshot.states.rows);
  }

  override describeState(): readonly StateDescriptor[] {
    const rank = { name: 'rank', type: { kind: 'BIGINT', nullable: false } } as const;
    return [
      {
        name: 'rows',
        kind: 'list',
        keySchema: this.#keySchema(),
        valueSchema: [rank, ...this.#settings.schema],
        ttlMs: this.#partitions.ttlMs,
        bound:
          'All rows that were not taken back, in rank order; nothing else makes it shrink unless table.exec.state.ttl is set.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #keySchema(): Schema {
    return this.#settings.partitionBy.map((key) => present(this.#settings.schema[key], 'partition column'));
  }

  /** Flink: `emitRecordsWithRowNumber`. */
  #add(partition: Partition, row: Row): void {
    const { end } = this.#settings;
    const added: KeptRow = { row, kind: RowKind.Insert };
    const at = this.#peersOf(partition, row);
    const peers = present(partition[at], 'rows of a sort key');
    peers.count += 1;
    let rank = countBefore(partition, at) + peers.count;
    let current = added;
    for (let i = at + 1; i < partition.length && rank <= end; i++) {
      const { rows, count } = present(partition[i], 'rows of a sort key');
      if (count === 0) continue;
      for (let n = 0; n < rows.length && rank <= end; n++, rank++) {
        const before = present(rows[n], 'a kept row');
        this.#emitUpdate(before, current, rank);
        current = before;
      }
    }
    if (rank <= end) this.#emit(RowKind.Insert, current, rank);
    peers.rows.push(added);
  }

  /** Whether the row was found. Flink: `retractRecordWithRowNumber`. */
  #takeBack(partition: Partition, row: Row): boolean {
    const { end } = this.#settings;
    const at = this.#peersOf(partition, row);
    const peers = present(partition[at], 'rows of a sort key');
    const isKnown = peers.count > 0;
    const index = isKnown ? peers.rows.findIndex((kept) => this.#isSame(kept, row)) : -1;
    let rank = countBefore(partition, at) + index + 1;
    const found = index === -1 ? undefined : peers.rows.splice(index, 1)[0];
    if (found !== undefined && rank <= end) {
      let previous = found;
      const step = (kept: KeptRow): void => {
        this.#emitUpdate(previous, kept, rank);
        previous = kept;
        rank++;
      };
      for (let n = index; n < peers.rows.length && rank <= end; n++) step(present(peers.rows[n], 'a kept row'));
      for (let i = at + 1; i < partition.length && rank <= end; i++) {
        const { rows, count } = present(partition[i], 'rows of a sort key');
        if (count === 0) continue;
        for (let n = 0; n < rows.length && rank <= end; n++) step(present(rows[n], 'a kept row'));
      }
      if (rank <= end) this.#emit(RowKind.Delete, previous, rank);
    }
    if (isKnown) peers.count -= 1;
    if (peers.rows.length === 0 && peers.count === 0) partition.splice(at, 1);
    return found !== undefined;
  }

  #isSame(kept: KeptRow, row: Row): boolean {
    return kept.kind === RowKind.Insert && this.#settings.same(kept.row, row);
  }

  /** Place of the rows with the sort key of `row`; makes an empty one where there is none. */
  #peersOf(partition: Partition, row: Row): number {
    const { compare } = this.#settings;
    let low = 0;
    let high = partition.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const first = present(present(partition[middle], 'rows of a sort key').rows[0], 'a row of a sort key').row;
      if (compare(first, row) < 0) low = middle + 1;
      else high = middle;
    }
    const peers = partition[low];
    const isThere = peers !== undefined && compare(present(peers.rows[0], 'a row of a sort key').row, row) === 0;
    if (!isThere) partition.splice(low, 0, { rows: [], count: 0 });
    return low;
  }

  #emitUpdate(before: KeptRow, after: KeptRow, rank: number): void {
    if (this.#settings.updateBefore) this.#emit(RowKind.UpdateBefore, before, rank);
    this.#emit(RowKind.UpdateAfter, after, rank);
  }

  #emit(kind: RowKind, kept: KeptRow, rank: number): void {
    if (rank < this.#settings.start) return;
    kept.kind = kind;
    this.output.processRow(kind, kept.row);
  }
}

function countBefore(partition: Partition, at: number): number {
  let sum = 0;
  for (let i = 0; i < at; i++) sum += present(partition[i], 'rows of a sort key').count;
  return sum;
}
