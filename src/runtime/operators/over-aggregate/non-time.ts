/**
 * OVER ordered by a column that is no time: a row changes the results of all rows after it. Flink:
 * `NonTimeRangeUnboundedPrecedingFunction`, `NonTimeRowsUnboundedPrecedingFunction`.
 *
 *   sorted peers   [1: r5] [3: r2] [5: r1 r4]      each with the accumulators up to and with it
 *   insert 2       +I r6, then -U/+U for 3 and 5, until the accumulators are what they were
 *   delete 3       -D r2, then -U/+U for 5
 *
 * RANGE gives all rows of one sort key the same result; ROWS numbers them in order of arrival. Takes
 * rows back (the only OVER that does); an insert keeps the kind it came with.
 *
 * State: all rows of a partition, sorted, for ever (or TTL, per partition). Cost per row: the rows after
 * it in the partition.
 */
import { assert } from '../../base/assert.ts';
import { LIST_BYTES, objectBytes, SLOT_BYTES } from '../../data/memory-size.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import { contentKey } from '../../data/value-key.ts';
import type {
  InspectedState,
  OperatorContext,
  OperatorSnapshot,
  RowInput,
  SnapshotForm,
  StateDescriptor,
} from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { Accumulators } from '../../sql/4-codegen/compiled.ts';
import { inspectLists } from '../../state/inspect.ts';
import { type Contents, KeyedState } from '../../state/keyed-state.ts';
import { listedRowBytes } from '../../state/row-list.ts';
import type { StateEntry } from '../../state/state-entry.ts';
import { copyOf, type OverSettings } from './over-settings.ts';

/** Rows that share one result: all of a sort key (RANGE), or a single row (ROWS). */
interface Peers {
  rows: Row[];
  /** Over everything up to and with these rows. */
  accumulators: Accumulators;
}

/** Rows and bytes of a partition. Accumulators that grow are counted as small ones: most hold sums. */
interface Figures {
  readonly count: number;
  readonly bytes: number;
}
const GROWING_BYTES = 100;

/** OVER by a plain column. */
export class NonTimeOverOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: OverSettings;
  readonly #partitions: KeyedState<Peers[]>;
  readonly #state: InspectedState;
  readonly #peersBytes: number;
  #ttlMs = 0;

  constructor(settings: OverSettings) {
    super();
    assert(settings.preceding === null, 'OVER by a plain column has no lower bound');
    this.#settings = settings;
    const { handler } = settings;
    this.#peersBytes = LIST_BYTES + SLOT_BYTES + objectBytes(2) + (handler.fixedBytes ?? GROWING_BYTES);
    const contents: Contents<Peers[]> = {
      count: (partition, list) => (list === 0 ? this.#figuresOf(partition).count : 0),
      bytes: (partition, list) => (list === 0 ? this.#figuresOf(partition).bytes : 0),
    };
    this.#partitions = new KeyedState<Peers[]>(settings.keySchema, undefined, contents, {
      save: (partition) => partition.map(({ rows }) => rows),
      load: (saved) => this.#loaded(saved as Row[][]),
    });
    this.#state = inspectLists(() => this.#partitions, 0, {
      items: rowsOf,
      countOf: (partition) => this.#figuresOf(partition).count,
      value: ([row, { accumulators }]) => row.concat(handler.values(accumulators)),
    });
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#ttlMs = context.stateTtlMs;
    this.#partitions.open({ ttlMs: context.stateTtlMs, nowMs: () => context.eval.currentTimeMs() });
  }

  processRow(kind: RowKind, row: Row): void {
    const { keys } = this.#settings;
    const found = this.#partitions.find(row, keys);
    if (isAccumulate(kind)) {
      const entry = found ?? this.#partitions.insert(row, keys, []);
      this.#partitions.touch(entry);
      this.#insert(kind, row, entry);
    } else if (found !== undefined) {
      this.#partitions.touch(found);
      this.#remove(row, found);
      if (found.value.length === 0) this.#partitions.delete(found);
    }
  }

  override snapshot(form?: SnapshotForm): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: this.#partitions.save(form) } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#partitions.restore(snapshot.states.rows);
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'rows',
        kind: 'list',
        keySchema: this.#settings.keySchema,
        valueSchema: [...this.#settings.inputSchema, ...this.#settings.callSchema],
        ttlMs: this.#ttlMs,
        bound: 'All rows that were not taken back; nothing else makes it shrink unless table.exec.state.ttl is set.',
        version: 2,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #loaded(groups: readonly Row[][]): Peers[] {
    const partition: Peers[] = [];
    for (const rows of groups) {
      assert(rows.length > 0, 'a sort key is kept only while it has rows');
      partition.push({ rows: [...rows], accumulators: this.#after(partition, partition.length, rows) });
    }
    return partition;
  }

  #figuresOf(partition: readonly Peers[]): Figures {
    let count = 0;
    let bytes = LIST_BYTES;
    for (const { rows } of partition) {
      count += rows.length;
      bytes += this.#peersBytes;
      for (const row of rows) bytes += listedRowBytes(row);
    }
    return { count, bytes };
  }

  /** Accumulators after `rows` placed at `index`. */
  #after(partition: readonly Peers[], index: number, rows: readonly Row[]): Accumulators {
    const { handler } = this.#settings;
    const before = partition[index - 1]?.accumulators;
    const accumulators = before === undefined ? handler.create() : copyOf(before, handler);
    for (const row of rows) handler.accumulate(accumulators, row, this.context.eval);
    return accumulators;
  }

  #insert(kind: RowKind, row: Row, entry: StateEntry<Peers[]>): void {
    const partition = entry.value;
    const { compare, unit, handler } = this.#settings;
    let index = partition.findIndex(({ rows }) => {
      const order = compare(rows[0] as Row, row);
      // ROWS: behind its equals, in order of arrival.
      return order > 0 || (order === 0 && unit === 'range');
    });
    if (index === -1) index = partition.length;
    const peers = partition[index];
    if (unit === 'rows' || peers === undefined || compare(peers.rows[0] as Row, row) !== 0) {
      const accumulators = this.#after(partition, index, [row]);
      partition.splice(index, 0, { rows: [row], accumulators });
      this.#partitions.grow(entry, 0, 1, this.#peersBytes + listedRowBytes(row));
      this.output.processRow(kind, row.concat(handler.values(accumulators)));
    } else {
      const before = peers.accumulators;
      const others = peers.rows;
      peers.rows = [...others, row];
      this.#partitions.grow(entry, 0, 1, listedRowBytes(row));
      peers.accumulators = this.#after(partition, index, peers.rows);
      if (!this.#same(before, peers.accumulators)) this.#correct(others, before, peers.accumulators);
      this.output.processRow(kind, row.concat(handler.values(peers.accumulators)));
    }
    this.#correctFrom(partition, index + 1);
  }

  #remove(row: Row, entry: StateEntry<Peers[]>): void {
    const partition = entry.value;
    const { compare, sameRow, handler } = this.#settings;
    const index = partition.findIndex(
      ({ rows }) => compare(rows[0] as Row, row) === 0 && rows.some((other) => sameRow(other, row)),
    );
    const peers = partition[index];
    if (peers === undefined) return;
    const at = peers.rows.findIndex((other) => sameRow(other, row));
    const before = peers.accumulators;
    const removed = peers.rows[at] as Row;
    const earlier = peers.rows.slice(0, at);
    const later = peers.rows.slice(at + 1);
    const values = handler.values(before);
    if (earlier.length + later.length === 0) {
      partition.splice(index, 1);
      this.#partitions.grow(entry, 0, -1, -this.#peersBytes - listedRowBytes(removed));
      this.output.processRow(RowKind.Delete, removed.concat(values));
      this.#correctFrom(partition, index);
      return;
    }
    peers.rows = [...earlier, ...later];
    this.#partitions.grow(entry, 0, -1, -listedRowBytes(removed));
    peers.accumulators = this.#after(partition, index, peers.rows);
    const changed = !this.#same(before, peers.accumulators);
    if (changed) this.#correct(earlier, before, peers.accumulators);
    this.output.processRow(RowKind.Delete, removed.concat(values));
    if (changed) this.#correct(later, before, peers.accumulators);
    this.#correctFrom(partition, index + 1);
  }

  /** Brings the rows from `index` on up to date; stops where nothing changes any more. */
  #correctFrom(partition: Peers[], index: number): void {
    for (let i = index; i < partition.length; i++) {
      const peers = partition[i] as Peers;
      const before = peers.accumulators;
      peers.accumulators = this.#after(partition, i, peers.rows);
      if (this.#same(before, peers.accumulators)) return;
      this.#correct(peers.rows, before, peers.accumulators);
    }
  }

  #correct(rows: readonly Row[], before: Accumulators, after: Accumulators): void {
    const { handler } = this.#settings;
    const old = handler.values(before);
    const values = handler.values(after);
    for (const row of rows) {
      this.output.processRow(RowKind.UpdateBefore, row.concat(old));
      this.output.processRow(RowKind.UpdateAfter, row.concat(values));
    }
  }

  /** Flink compares accumulators, not results: AVG may stay the same and still be sent again. */
  #same(a: Accumulators, b: Accumulators): boolean {
    const { handler } = this.#settings;
    return contentKey(handler.encode(a)) === contentKey(handler.encode(b));
  }
}

function* rowsOf(partition: readonly Peers[]): IterableIterator<readonly [Row, Peers]> {
  for (const peers of partition) for (const row of peers.rows) yield [row, peers];
}
