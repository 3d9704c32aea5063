/**
 * OVER of batch mode: partitions are complete, so frames may look forward, and the functions that need
 * the whole partition (RANK, NTILE, LEAD, …) work. Flink: `BufferDataOverWindowOperator` with its
 * `OverWindowFrame`s.
 *
 * All rows are sorted by partition, then by order, at the end of input. Both ends of a frame only move
 * forward from row to row, so each row is added once and taken back at most once.
 *
 * State: all rows until the end of input.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { InspectedState, OperatorSnapshot, RowInput, StateDescriptor } from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorShape } from '../../engine/operator-factory.ts';
import type { AggregateCall } from '../../sql/2-bind/bound-expr.ts';
import type { Collation, OverGroup } from '../../sql/2-bind/rel.ts';
import { compileAggregates } from '../../sql/4-codegen/compile-aggregates.ts';
import { compileComparator } from '../../sql/4-codegen/compile-comparator.ts';
import type { AggregateHandler, RowComparator } from '../../sql/4-codegen/compiled.ts';
import { inspectRows, RowGauge } from '../../state/inspect.ts';
import { partitionFunction, type SortedPartition } from './partition-functions.ts';

/** OVER over bounded input, at its end. */
export class BatchOverOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #group: OverGroup;
  readonly #inputSchema: Schema;
  readonly #comparePartition: RowComparator;
  readonly #compareOrder: RowComparator;
  /** Calls that are computed by adding and taking back rows, and their handler. */
  readonly #framed: readonly AggregateCall[];
  readonly #handler: AggregateHandler;
  readonly #gauge = new RowGauge();
  readonly #state = inspectRows(() => this.#rows, this.#gauge);
  #rows: Row[] = [];

  constructor(group: OverGroup, shape: OperatorShape) {
    super();
    const input = present(shape.inputs[0], 'input of OVER');
    this.#group = group;
    this.#inputSchema = input;
    const byPartition = group.partitionBy.map((index): Collation => ({ index, descending: false, nullsFirst: true }));
    this.#comparePartition = compileComparator(byPartition, input);
    this.#compareOrder = compileComparator(group.orderBy, input);
    this.#framed = group.calls.filter((call) => partitionFunction(call) === undefined);
    this.#handler = compileAggregates(this.#framed, input, { retract: group.preceding !== undefined });
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'inputs of a batch job are insert-only');
    this.#rows.push(row);
    this.#gauge.add(row);
  }

  override finishInput(): void {
    const rows = this.#rows;
    this.#rows = [];
    this.#gauge.clear();
    rows.sort((a, b) => this.#comparePartition(a, b) || this.#compareOrder(a, b));
    for (let start = 0; start < rows.length; ) {
      let end = start + 1;
      while (end < rows.length && this.#comparePartition(rows[start] as Row, rows[end] as Row) === 0) end += 1;
      this.#emitPartition(rows.slice(start, end));
      start = end;
    }
  }

  override snapshot(): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: [...this.#rows] } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const row of snapshot.states.rows as readonly Row[]) this.processRow(RowKind.Insert, row);
  }

  override describeState(): readonly StateDescriptor[] {
    return [
      {
        name: 'rows',
        kind: 'list',
        keySchema: [],
        valueSchema: this.#inputSchema,
        ttlMs: 0,
        bound: 'All rows until the end of input.',
        version: 1,
      },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }

  #emitPartition(rows: readonly Row[]): void {
    const { calls } = this.#group;
    const partition: SortedPartition = { rows, comparePeers: this.#compareOrder };
    const special = calls.map((call) => partitionFunction(call)?.(call, partition));
    const cx = this.context.eval;
    const accumulators = this.#handler.create();
    let from = 0;
    let to = 0;
    rows.forEach((row, index) => {
      const [start, end] = this.#frame(rows, index, from, to);
      for (; to < end; to++) this.#handler.accumulate(accumulators, rows[to] as Row, cx);
      for (; from < start; from++) this.#handler.retract(accumulators, rows[from] as Row, cx);
      const framed = this.#handler.values(accumulators);
      let next = 0;
      const values = special.map((at): Value => (at === undefined ? (framed[next++] ?? null) : at(index)));
      this.output.processRow(RowKind.Insert, row.concat(values));
    });
  }

  /** First row of the frame of row `index`, and the one after its last; never before `from` and `to`. */
  #frame(rows: readonly Row[], index: number, from: number, to: number): readonly [number, number] {
    const { unit, preceding, following } = this.#group;
    if (unit === 'rows') {
      const start = preceding === undefined ? 0 : Math.max(from, index - preceding);
      const end = Math.min(rows.length, index + following + 1);
      return [Math.min(start, Math.max(end, to)), Math.max(to, end)];
    }
    let start = from;
    let end = to;
    if (preceding !== undefined) while (start < rows.length && this.#distance(rows, start, index) < -preceding) start++;
    while (
      end < rows.length &&
      (following === Number.POSITIVE_INFINITY || this.#distance(rows, end, index) <= following)
    )
      end++;
    return [start, end];
  }

  /** How far row `other` is behind row `index` in the order (negative: before it). NULLs are far from the rest. */
  #distance(rows: readonly Row[], other: number, index: number): number {
    const a = rows[other] as Row;
    const b = rows[index] as Row;
    const order = this.#compareOrder(a, b);
    const [collation] = this.#group.orderBy;
    if (order === 0 || collation === undefined) return 0;
    const x = a[collation.index];
    const y = b[collation.index];
    if (typeof x !== 'number' || typeof y !== 'number') return order * Number.POSITIVE_INFINITY;
    return collation.descending ? y - x : x - y;
  }
}
