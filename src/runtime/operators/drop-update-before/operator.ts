/**
 * Drops -U where nobody downstream needs it. Flink: `StreamExecDropUpdateBefore`. Stateless.
 */
import { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';

/** Passes everything but -U. */
export class DropUpdateBeforeOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];

  processRow(kind: RowKind, row: Row): void {
    if (kind !== RowKind.UpdateBefore) this.output.processRow(kind, row);
  }
}

/** Runtime of `drop-update-before`. */
export const dropUpdateBeforeFactory: OperatorFactory<'drop-update-before'> = {
  kind: 'drop-update-before',
  create: () => new DropUpdateBeforeOperator(),
};
