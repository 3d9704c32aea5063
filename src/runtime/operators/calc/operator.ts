/**
 * Filter and projection in one. Flink: `StreamExecCalc` and its generated operator.
 * Each change passes on its own with its kind unchanged: a -U may pass without its +U
 * (flink-semantics #38). Stateless; cost: one call of generated code per row.
 */

import type { RowKind } from '../../data/row-kind.ts';
import type { Row } from '../../data/value.ts';
import type { OperatorContext, RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';
import type { OperatorFactory } from '../../engine/operator-factory.ts';
import { compileCalc } from '../../sql/4-codegen/compile-calc.ts';
import type { CalcFunction } from '../../sql/4-codegen/compiled.ts';
import type { EvalContext } from '../../sql/functions/function.ts';

/** Runs one generated function over each row. */
export class CalcOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #calc: CalcFunction;
  #eval: EvalContext | null = null;

  constructor(calc: CalcFunction) {
    super();
    this.#calc = calc;
  }

  override open(context: OperatorContext): void {
    super.open(context);
    this.#eval = context.eval;
  }

  processRow(kind: RowKind, row: Row): void {
    const result = this.#calc(row, this.#eval as EvalContext);
    if (result !== null) this.output.processRow(kind, result);
  }
}

/** Runtime of `calc`. */
export const calcFactory: OperatorFactory<'calc'> = {
  kind: 'calc',
  create: (options, shape) =>
    new CalcOperator(compileCalc(options.condition, options.projection, shape.inputs[0] ?? [])),
};
