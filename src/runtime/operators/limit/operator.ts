/**
 * LIMIT and OFFSET without ORDER BY: the first rows in order of arrival. Flink: `StreamExecLimit`,
 * which is a Top-N without a sort key.
 *
 * Insert-only input: rows `offset` to `offset + limit` pass, later ones are dropped; state is one
 * count. Updating input: all rows are kept, and when one inside the range is taken back the next
 * one moves in (-D of the old, +I of the new).
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { isAccumulate, RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { InspectedState, OperatorSnapshot, RowInput, StateDescriptor } from '../../engine/operator.ts';
import { assertVersions, listed, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { inspectFew, inspectRows, RowGauge } from '../../state/inspect.ts';
import { RowKeys } from '../../state/row-multiset.ts';

/** Settings of a limit. `limit` null: no upper end. */
export interface LimitSettings {
  readonly schema: Schema;
  readonly offset: number;
  readonly limit: number | null;
  readonly retract: boolean;
}

/** Passes a range of rows. */
export class LimitOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #schema: Schema;
  readonly #start: number;
  readonly #end: number;
  readonly #retract: boolean;
  readonly #identity: RowKeys;
  readonly #gauge = new RowGauge();
  readonly #states = {
    count: inspectFew(
      () => [{ key: [], value: [this.#count], updatedMs: null }],
      () => this.#count,
    ),
    rows: inspectRows(() => this.#rows, this.#gauge),
  };
  #count = 0;
  #rows: Row[] = [];

  constructor(settings: LimitSettings) {
    super();
    assert(settings.offset >= 0 && (settings.limit ?? 0) >= 0, 'offset and limit are not negative');
    this.#schema = settings.schema;
    this.#start = settings.offset;
    this.#end = settings.limit === null ? Number.POSITIVE_INFINITY : settings.offset + settings.limit;
    this.#retract = settings.retract;
    this.#identity = new RowKeys(
      settings.schema.map((field) => field.type),
      settings.schema.map((_, index) => index),
    );
  }

  processRow(kind: RowKind, row: Row): void {
    if (isAccumulate(kind)) this.#add(row);
    else this.#takeBack(row);
  }

  override snapshot(): OperatorSnapshot {
    const states: Record<string, Value[]> = { count: [this.#count] };
    if (this.#retract) states.rows = [...this.#rows];
    return { versions: stateVersions(this.describeState()), states };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#count = listed(snapshot.states.count)[0] as number;
    for (const row of (snapshot.states.rows ?? []) as readonly Row[]) this.#keep(row);
    assert(!this.#retract || this.#rows.length === this.#count, 'all rows are kept');
  }

  override describeState(): readonly StateDescriptor[] {
    const base = { keySchema: [], ttlMs: 0, version: 1 } as const;
    const count: StateDescriptor = {
      ...base,
      name: 'count',
      kind: 'value',
      valueSchema: [{ name: 'row_count', type: { kind: 'BIGINT', nullable: false } }],
      bound: 'One number.',
    };
    if (!this.#retract) return [count];
    const bound = 'All rows that were not taken back.';
    return [count, { ...base, name: 'rows', kind: 'list', valueSchema: this.#schema, bound }];
  }

  override inspectState(name: string): InspectedState {
    return this.#states[name === 'rows' ? 'rows' : 'count'];
  }

  #keep(row: Row): void {
    this.#rows.push(row);
    this.#gauge.add(row);
  }

  #add(row: Row): void {
    const rank = this.#count;
    this.#count += 1;
    if (this.#retract) this.#keep(row);
    if (rank >= this.#start && rank < this.#end) this.output.processRow(RowKind.Insert, row);
  }

  #takeBack(row: Row): void {
    assert(this.#retract, 'a limit planned for insert-only input gets no retraction');
    const at = this.#rows.findIndex((other) => this.#identity.same(other, row));
    if (at === -1) return;
    const start = this.#rows[this.#start];
    for (const taken of this.#rows.splice(at, 1)) this.#gauge.remove(taken);
    this.#count -= 1;
    if (at >= this.#end) return;
    // Before the range, taking a row back pushes the first row of the range out of it.
    const left = at >= this.#start ? row : start;
    if (left !== undefined) this.output.processRow(RowKind.Delete, left);
    const entered = this.#rows[this.#end - 1];
    if (entered !== undefined) this.output.processRow(RowKind.Insert, entered);
  }
}

/** Runtime of `limit`. */
export const limitFactory: OperatorFactory<'limit'> = {
  kind: 'limit',
  create: (options, shape) =>
    new LimitOperator({
      schema: present(shape.inputs[0], 'input of a limit'),
      offset: options.offset,
      limit: options.limit,
      retract: options.retract,
    }),
};
