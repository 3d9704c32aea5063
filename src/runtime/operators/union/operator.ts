/**
 * UNION ALL: passes the rows of all inputs on, in order of arrival. Flink: `StreamExecUnion`.
 * The watermark is the minimum over the inputs (the dataflow takes it). Stateless.
 */

import type { OperatorContext, RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';

/** Passes rows on. */
export class UnionOperator extends OperatorBase {
  readonly inputs: readonly RowInput[];

  constructor(inputCount: number) {
    super();
    const pass: RowInput = { processRow: (kind, row) => this.output.processRow(kind, row) };
    this.inputs = Array.from({ length: inputCount }, () => pass);
  }

  override open(context: OperatorContext): void {
    super.open(context);
  }
}

/** Runtime of `union`. */
export const unionFactory: OperatorFactory<'union'> = {
  kind: 'union',
  create: (_options, shape) => new UnionOperator(shape.inputs.length),
};
