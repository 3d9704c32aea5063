/**
 * VALUES: rows written in the query. Flink: `StreamExecValues`. It has no input, so it is a reader like
 * a table's: the rows come first and then the end.
 */
import { assert } from '../../base/assert.ts';
import { ok, type Result } from '../../base/result.ts';
import { RowKind } from '../../data/row-kind.ts';
import type { Row, Value } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import type { PollStatus, SourceProgress, SourceReader } from '../../engine/source.ts';
import type { BoundExpr } from '../../sql/2-bind/bound-expr.ts';
import { compileProjection } from '../../sql/4-codegen/compile-calc.ts';
import type { Projection } from '../../sql/4-codegen/compiled.ts';
import type { EvalContext } from '../../sql/functions/function.ts';

const NO_ROW: Row = [];

/** Reads rows out of the plan. */
export class ValuesReader implements SourceReader {
  readonly canReadAgain = true;
  readonly #rows: readonly Projection[];
  readonly #eval: EvalContext;
  #next = 0;

  constructor(rows: readonly (readonly BoundExpr[])[], context: EvalContext) {
    this.#rows = rows.map((exprs) => compileProjection(exprs, []));
    this.#eval = context;
  }

  open(): Result<void> {
    return ok(undefined);
  }

  poll(output: RowInput, rowCountMax: number): Result<PollStatus> {
    for (let emitted = 0; emitted < rowCountMax; emitted++) {
      const projection = this.#rows[this.#next];
      if (projection === undefined) return ok('end');
      this.#next += 1;
      output.processRow(RowKind.Insert, projection(NO_ROW, this.#eval));
    }
    return ok(this.#next >= this.#rows.length ? 'end' : 'more');
  }

  progress(): SourceProgress {
    return { rowsRead: this.#next, fraction: this.#rows.length === 0 ? 1 : this.#next / this.#rows.length };
  }

  position(): Value {
    return this.#next;
  }

  restore(position: Value): void {
    assert(typeof position === 'number' && position <= this.#rows.length, 'a position lies within the rows');
    this.#next = position;
  }

  close(): void {}
}
