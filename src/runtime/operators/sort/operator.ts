/**
 * ORDER BY of batch mode: all rows are kept to the end of input, sorted (stably), and the asked range
 * leaves as +I. Flink: `SortOperator`, `SortLimitOperator`.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { InspectedState, OperatorSnapshot, RowInput, StateDescriptor } from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { compileComparator } from '../../sql/4-codegen/compile-comparator.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';
import { inspectRows, RowGauge } from '../../state/inspect.ts';

/** Settings of a sort. `limit` null: all rows from `offset`. */
export interface SortSettings {
  readonly schema: Schema;
  readonly compare: RowComparator;
  readonly offset: number;
  readonly limit: number | null;
}

/** Sorts a bounded input. */
export class SortOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: SortSettings;
  readonly #gauge = new RowGauge();
  readonly #state = inspectRows(() => this.#rows, this.#gauge);
  #rows: Row[] = [];

  constructor(settings: SortSettings) {
    super();
    this.#settings = settings;
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'the input of a batch sort is insert-only');
    this.#rows.push(row);
    this.#gauge.add(row);
  }

  override finishInput(): void {
    const { compare, offset, limit } = this.#settings;
    this.#rows.sort(compare);
    const end = limit === null ? this.#rows.length : Math.min(this.#rows.length, offset + limit);
    for (let i = offset; i < end; i++) this.output.processRow(RowKind.Insert, this.#rows[i] as Row);
    this.#rows = [];
    this.#gauge.clear();
  }

  override snapshot(): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: [...this.#rows] } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    for (const row of snapshot.states.rows as readonly Row[]) this.processRow(RowKind.Insert, row);
  }

  override describeState(): readonly StateDescriptor[] {
    const bound = 'All rows until the end of input.';
    return [
      { name: 'rows', kind: 'list', keySchema: [], valueSchema: this.#settings.schema, ttlMs: 0, bound, version: 1 },
    ];
  }

  override inspectState(): InspectedState {
    return this.#state;
  }
}

/** Runtime of `sort`. */
export const sortFactory: OperatorFactory<'sort'> = {
  kind: 'sort',
  create(options, shape) {
    const schema = present(shape.inputs[0], 'input of a sort');
    return new SortOperator({
      schema,
      compare: compileComparator(options.orderBy, schema),
      offset: options.offset,
      limit: options.limit,
    });
  },
};
