/**
 * One output row per projection and input row: GROUPING SETS, CUBE, ROLLUP before their aggregation.
 * Flink: `StreamExecExpand`. Kinds pass unchanged. Stateless.
 */
import { present } from '../../base/assert.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { compileProjection } from '../../sql/4-codegen/compile-calc.ts';
import type { Projection } from '../../sql/4-codegen/compiled.ts';

/** Runs all projections over each row. */
export class ExpandOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #projections: readonly Projection[];

  constructor(projections: readonly Projection[]) {
    super();
    this.#projections = projections;
  }

  processRow(kind: RowKind, row: Row): void {
    for (const projection of this.#projections) this.output.processRow(kind, projection(row, this.context.eval));
  }
}

/** Runtime of `expand`. */
export const expandFactory: OperatorFactory<'expand'> = {
  kind: 'expand',
  create: (options, shape) => {
    const input = present(shape.inputs[0], 'input of expand');
    return new ExpandOperator(options.projections.map((exprs) => compileProjection(exprs, input)));
  },
};
