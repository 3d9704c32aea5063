/**
 * The end of a query: what reaches it is the query's result. Flink: `CollectSinkOperator` behind a
 * `ConstraintEnforcer`, so that a NULL in a column that the planner typed NOT NULL stops the job here
 * as it does in a table. Stateless.
 */
import { RunError } from '../../base/diagnostic.ts';
import type { Schema } from '../../data/logical-type.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';

/** Hands rows to whoever asked for the query. */
export class CollectOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #schema: Schema;
  readonly #notNullColumns: readonly number[];
  readonly #dropsNulls: boolean;
  readonly #onRow: (kind: RowKind, row: Row) => void;

  constructor(schema: Schema, notNull: 'error' | 'drop', onRow: (kind: RowKind, row: Row) => void) {
    super();
    this.#schema = schema;
    this.#notNullColumns = schema.flatMap(({ type }, index) => (type.nullable ? [] : [index]));
    this.#dropsNulls = notNull === 'drop';
    this.#onRow = onRow;
  }

  processRow(kind: RowKind, row: Row): void {
    for (const column of this.#notNullColumns) {
      if (row[column] !== null) continue;
      if (this.#dropsNulls) return;
      throw new RunError(
        'run/not-null',
        `Column '${this.#schema[column]?.name}' is NOT NULL, however, a null value is being written into it. You can set job configuration 'table.exec.sink.not-null-enforcer'='DROP' to suppress this exception and drop such records silently.`,
        'org.apache.flink.table.runtime.operators.sink.constraint.EnforcerException',
      );
    }
    this.#onRow(kind, row);
    this.output.processRow(kind, row);
  }
}
