/**
 * ORDER BY of batch mode: all rows are kept to the end of input, sorted (stably), and the asked range
 * leaves as +I. Flink: `SortOperator`, `SortLimitOperator`.
 */
import { assert, present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { OperatorSnapshot, RowInput, StateDescriptor, StatePage, StateQuery } from '../../engine/operator.ts';
import { assertVersions, OperatorBase, stateVersions } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { compileComparator } from '../../sql/4-codegen/compile-comparator.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';
import { pageOf } from '../../state/state-page.ts';

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
  #rows: Row[] = [];

  constructor(settings: SortSettings) {
    super();
    this.#settings = settings;
  }

  processRow(kind: RowKind, row: Row): void {
    assert(kind === RowKind.Insert, 'the input of a batch sort is insert-only');
    this.#rows.push(row);
  }

  override finishInput(): void {
    const { compare, offset, limit } = this.#settings;
    this.#rows.sort(compare);
    const end = limit === null ? this.#rows.length : Math.min(this.#rows.length, offset + limit);
    for (let i = offset; i < end; i++) this.output.processRow(RowKind.Insert, this.#rows[i] as Row);
    this.#rows = [];
  }

  override snapshot(): OperatorSnapshot {
    return { versions: stateVersions(this.describeState()), states: { rows: [...this.#rows] } };
  }

  override restore(snapshot: OperatorSnapshot): void {
    assertVersions(this.describeState(), snapshot);
    this.#rows = [...(snapshot.states.rows as readonly Row[])];
  }

  override describeState(): readonly StateDescriptor[] {
    const bound = 'All rows until the end of input.';
    return [
      { name: 'rows', kind: 'list', keySchema: [], valueSchema: this.#settings.schema, ttlMs: 0, bound, version: 1 },
    ];
  }

  override listState(_name: string, query: StateQuery): StatePage {
    return pageOf(
      this.#rows.map((value) => ({ key: [], value, updatedMs: null })),
      query,
    );
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
