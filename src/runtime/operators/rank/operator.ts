/**
 * Top-N: `ROW_NUMBER() OVER (PARTITION BY … ORDER BY …) <= n`, and ORDER BY … LIMIT. Flink:
 * `AppendOnlyTopNFunction`, `UpdatableTopNFunction`, `RetractableTopNFunction`.
 *
 *   append    insert-only input: only the first n rows are kept
 *   update    upserts by a unique key that can only move up: the first n rows are kept
 *   retract   anything: all rows are kept, so that others can move up when one is taken back
 *
 * Without the rank in the output rows enter (+I) and leave (-D). With it every row between the old and
 * the new place changes its rank, as -U/+U from the top down:
 *
 *   ranks 1 a, 2 b, 3 c; x comes in before b:   -U b,2  +U x,2  -U c,3  +U b,3  (+I c,4)
 *
 * Equal sort keys rank by arrival. NULL is the smallest value. State: the kept rows per partition.
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
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { compileComparator, compileStoredRowEquals } from '../../sql/4-codegen/compile-comparator.ts';
import type { RowComparator, RowEquals } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';
import { listedRowBytes, rowListBytes } from '../../state/row-list.ts';
import { RowKeys } from '../../state/row-multiset.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { OffsetRankOperator } from './offset-rank.ts';
import { lowerBound, upperBound } from './sorted-rows.ts';

/** Rows kept where the limit comes from a column. Flink: `AbstractTopNFunction.DEFAULT_TOPN_SIZE`. */
const VARIABLE_COUNT = 100;

/** Settings of a rank. */
export interface RankSettings {
  readonly schema: Schema;
  readonly partitionBy: readonly number[];
  readonly compare: RowComparator;
  readonly same: RowEquals;
  readonly start: number;
  readonly end: number;
  /** Column of the limit; null: `end`. */
  readonly endColumn: number | null;
  readonly outputRank: boolean;
  readonly strategy: OptionsOf<'rank'>['strategy'];
  readonly updateBefore: boolean;
}

/** Rows of one partition in rank order. `end` is fixed by the first row where it comes from a column. */
interface Partition {
  rows: Row[];
  readonly end: number;
}

const CONTENTS: Contents<Partition> = {
  count: ({ rows }, list) => (list === 0 ? rows.length : 0),
  bytes: ({ rows }, list) => (list === 0 ? objectBytes(2) + rowListBytes(rows) : 0),
};

/** Ranks rows per partition. */
export class RankOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: RankSettings;
  readonly #uniqueKey: RowKeys | null;
  /** With offsets the ranks have to be followed even when they are not shown. */
  readonly #followsRanks: boolean;
  /** Only the best row counts: it is replaced, as an update of its partition's one row. */
  readonly #isTopOne: boolean;
  readonly #partitions: KeyedState<Partition>;
  readonly #state: InspectedState;
  #ttlMs = 0;

  constructor(settings: RankSettings) {
    super();
    assert(settings.start >= 1, 'ranks count from 1');
    this.#settings = settings;
    this.#followsRanks = settings.outputRank || settings.start > 1;
    this.#isTopOne = settings.start === 1 && settings.end === 1 && settings.endColumn === null;
    this.#partitions = new KeyedState(this.#keySchema(), undefined, CONTENTS, {
      save: ({ rows, end }) => [rows, end],
      load: (saved) => {
        const [rows, end] = saved as [Row[], number];
        for (let i = 1; i < rows.length; i++)
          assert(settings.compare(rows[i - 1] as Row, rows[i] as Row) <= 0, 'kept rows are in order');
        return { rows: [...rows], end };
      },
    });
    this.#state = inspectLists(() => this.#partitions, 0, {
      items: ({ rows }) => rows.entries(),
      countOf: ({ rows }) => rows.length,
      value: ([index, row]) => [index + 1, ...row],
    });
    const types = settings.schema.map((field) => field.type);
    this.#uniqueKey = settings.strategy.kind === 'update' ? new RowKeys(types, settings.strategy.uniqueKey) : null;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#partitions.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
  }

  processRow(kind: RowKind, row: Row): void {
    const { partitionBy, strategy } = this.#settings;
    const entry =
      this.#partitions.find(row, partitionBy) ??
      this.#partitions.insert(row, partitionBy, { rows: [], end: this.#endOf(row) });
    this.#partitions.touch(entry);
    if (strategy.kind !== 'retract' && this.#isTopOne) this.#topOne(entry, row);
    else if (strategy.kind === 'append') this.#append(entry, row);
    else if (strategy.kind === 'update') this.#upsert(entry, row);
    else if (isAccumulate(kind)) this.#add(entry, row);
    else this.#takeBack(entry, row);
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: this.#partitions.save(form) } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#partitions.restore(snapshot.states.rows);
  }

  override describeState(): readonly StateDescriptor[] {
    const bound =
      this.#settings.strategy.kind === 'retract'
        ? 'All rows that were not taken back, in rank order; nothing else makes it shrink unless table.exec.state.ttl is set.'
        : this.#settings.partitionBy.length === 0
          ? 'The first rows, in rank order.'
          : 'The first rows of each partition, in rank order; no partition goes unless table.exec.state.ttl is set.';
    const rank = { name: 'rank', type: { kind: 'BIGINT', nullable: false } } as const;
    const valueSchema = [rank, ...this.#settings.schema];
    return [
      { name: 'rows', kind: 'list', keySchema: this.#keySchema(), valueSchema, ttlMs: this.#ttlMs, bound, version: 2 },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #keySchema(): Schema {
    return this.#settings.partitionBy.map((key) => present(this.#settings.schema[key], 'partition column'));
  }

  #endOf(row: Row): number {
    const { endColumn, end } = this.#settings;
    if (endColumn === null) return end;
    const value = row[endColumn];
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : 0;
  }

  /** Rows that a partition keeps when it keeps only the first ones. */
  #keptCount(partition: Partition): number {
    return this.#settings.endColumn === null ? partition.end : Math.max(VARIABLE_COUNT, partition.end);
  }

  #isOutside(partition: Partition, row: Row): boolean {
    const { rows } = partition;
    const last = rows[rows.length - 1];
    return last !== undefined && rows.length >= this.#keptCount(partition) && this.#settings.compare(row, last) >= 0;
  }

  /** Flink: `FastTop1Function`. A row with an equal sort key does not replace the first. */
  #topOne(entry: StateEntry<Partition>, row: Row): void {
    const best = entry.value.rows[0];
    if (best === undefined) {
      this.#insertAt(entry, 0, row);
      this.#emitRow(RowKind.Insert, row, 1);
    } else if (this.#settings.compare(row, best) < 0) {
      this.#replaceAt(entry, 0, row);
      this.#emitUpdate(best, row, 1);
    }
  }

  #append(entry: StateEntry<Partition>, row: Row): void {
    const partition = entry.value;
    if (this.#isOutside(partition, row)) return;
    const { rows, end } = partition;
    const at = upperBound(rows, row, this.#settings.compare);
    this.#insertAt(entry, at, row);
    if (this.#followsRanks) {
      this.#shiftDown(partition, at, row);
      this.#cutTo(entry, this.#keptCount(partition));
      return;
    }
    if (rows.length > end) {
      const out = this.#removeAt(entry, rows.length - 1);
      if (out === row || this.#settings.same(out, row)) return;
      this.output.processRow(RowKind.Delete, out);
    }
    this.output.processRow(RowKind.Insert, row);
  }

  #upsert(entry: StateEntry<Partition>, row: Row): void {
    const partition = entry.value;
    const { rows, end } = partition;
    const { compare } = this.#settings;
    const key = present(this.#uniqueKey, 'unique key of an update rank');
    const oldAt = rows.findIndex((other) => key.same(other, row));
    if (oldAt === -1) {
      if (this.#isOutside(partition, row)) return;
      const at = upperBound(rows, row, compare);
      this.#insertAt(entry, at, row);
      if (this.#followsRanks) {
        this.#shiftDown(partition, at, row);
        this.#cutTo(entry, this.#keptCount(partition));
        return;
      }
      if (rows.length > end) this.output.processRow(RowKind.Delete, this.#removeAt(entry, rows.length - 1));
      this.output.processRow(RowKind.Insert, row);
      return;
    }
    const old = rows[oldAt] as Row;
    const isSameKey = compare(row, old) === 0;
    if (isSameKey) this.#replaceAt(entry, oldAt, row);
    else this.#removeAt(entry, oldAt);
    const at = isSameKey ? oldAt : upperBound(rows, row, compare);
    if (!isSameKey) this.#insertAt(entry, at, row);
    if (!this.#followsRanks) this.#emitUpdate(old, row, 0);
    else this.#emitMove(rows, old, oldAt, at);
  }

  /**
   * A row moved from one place to another: every row between changes its rank. The old content of the
   * moved row is taken back before its new content is sent, as both have the same unique key.
   */
  #emitMove(rows: readonly Row[], old: Row, from: number, to: number): void {
    if (to > from) {
      // Only after lost state; the old row goes first and the new one comes last.
      this.#emitBefore(old, from + 1);
      for (let i = from; i < to; i++) {
        this.#emitBefore(rows[i] as Row, i + 2);
        this.#emitRow(RowKind.UpdateAfter, rows[i] as Row, i + 1);
      }
      this.#emitRow(RowKind.UpdateAfter, rows[to] as Row, to + 1);
      return;
    }
    for (let i = to; i < from; i++) {
      this.#emitBefore(rows[i + 1] as Row, i + 1);
      if (i === to) this.#emitBefore(old, from + 1);
      this.#emitRow(RowKind.UpdateAfter, rows[i] as Row, i + 1);
    }
    if (to === from) this.#emitBefore(old, from + 1);
    this.#emitRow(RowKind.UpdateAfter, rows[from] as Row, from + 1);
  }

  /** A row came in at `at`; those behind it move down one rank. */
  #shiftDown(partition: Partition, at: number, row: Row): void {
    const { rows, end } = partition;
    let current = row;
    let rank = at + 1;
    for (; rank < rows.length && rank <= end; rank++) {
      const before = rows[rank] as Row;
      this.#emitUpdate(before, current, rank);
      current = before;
    }
    if (rank <= end) this.#emitRow(RowKind.Insert, current, rank);
  }

  #add(entry: StateEntry<Partition>, row: Row): void {
    const partition = entry.value;
    const { rows, end } = partition;
    const at = upperBound(rows, row, this.#settings.compare);
    this.#insertAt(entry, at, row);
    if (this.#followsRanks) {
      this.#shiftDown(partition, at, row);
      return;
    }
    if (at >= end) return;
    const out = rows[end];
    if (out !== undefined) this.output.processRow(RowKind.Delete, out);
    this.output.processRow(RowKind.Insert, row);
  }

  #takeBack(entry: StateEntry<Partition>, row: Row): void {
    const { rows, end } = entry.value;
    const at = this.#positionOf(rows, row);
    if (at === -1) return;
    const kept = this.#removeAt(entry, at);
    if (rows.length === 0 && this.#settings.endColumn === null) this.#partitions.delete(entry);
    if (at >= end) return;
    if (this.#followsRanks) {
      let previous = kept;
      let rank = at + 1;
      for (; rank <= rows.length && rank <= end; rank++) {
        const moved = rows[rank - 1] as Row;
        this.#emitUpdate(previous, moved, rank);
        previous = moved;
      }
      if (rank <= end) this.#emitRow(RowKind.Delete, previous, rank);
      return;
    }
    this.output.processRow(RowKind.Delete, kept);
    const entered = rows[end - 1];
    if (entered !== undefined) this.output.processRow(RowKind.Insert, entered);
  }

  #insertAt(entry: StateEntry<Partition>, at: number, row: Row): void {
    entry.value.rows.splice(at, 0, row);
    this.#partitions.grow(entry, 0, 1, listedRowBytes(row));
  }

  #removeAt(entry: StateEntry<Partition>, at: number): Row {
    const row = present(entry.value.rows.splice(at, 1)[0], 'row of a rank');
    this.#partitions.grow(entry, 0, -1, -listedRowBytes(row));
    return row;
  }

  #replaceAt(entry: StateEntry<Partition>, at: number, row: Row): void {
    const { rows } = entry.value;
    this.#partitions.grow(entry, 0, 0, listedRowBytes(row) - listedRowBytes(present(rows[at], 'row of a rank')));
    rows[at] = row;
  }

  #cutTo(entry: StateEntry<Partition>, count: number): void {
    while (entry.value.rows.length > count) this.#removeAt(entry, entry.value.rows.length - 1);
  }

  #positionOf(rows: readonly Row[], row: Row): number {
    const { compare, same } = this.#settings;
    for (let at = lowerBound(rows, row, compare); at < rows.length; at++) {
      const other = rows[at] as Row;
      if (compare(other, row) !== 0) return -1;
      if (same(other, row)) return at;
    }
    return -1;
  }

  #emitUpdate(before: Row, after: Row, rank: number): void {
    this.#emitBefore(before, rank);
    this.#emitRow(RowKind.UpdateAfter, after, rank);
  }

  #emitBefore(row: Row, rank: number): void {
    if (this.#settings.updateBefore) this.#emitRow(RowKind.UpdateBefore, row, rank);
  }

  /** Rank 0: ranks do not matter. */
  #emitRow(kind: RowKind, row: Row, rank: number): void {
    if (rank !== 0 && rank < this.#settings.start) return;
    this.output.processRow(kind, this.#settings.outputRank ? [...row, rank] : row);
  }
}

/** Runtime of `rank`. */
export const rankFactory: OperatorFactory<'rank'> = {
  kind: 'rank',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a rank');
    const settings: RankSettings = {
      schema,
      partitionBy: options.partitionBy,
      compare: compileComparator(options.orderBy, schema),
      same: compileStoredRowEquals(schema.map((field) => field.type)),
      start: options.start,
      end: options.end,
      endColumn: options.endColumn ?? null,
      outputRank: options.outputRank,
      strategy: options.strategy,
      updateBefore: options.updateBefore,
    };
    const hidesOffset = settings.start > 1 && !settings.outputRank && settings.endColumn === null;
    return hidesOffset && settings.strategy.kind === 'retract'
      ? new OffsetRankOperator(settings)
      : new RankOperator(settings);
  },
};
