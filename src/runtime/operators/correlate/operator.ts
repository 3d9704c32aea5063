/**
 * UNNEST and table functions (the user's own too): each left row is followed by the columns of each of its
 * elements; the row's kind goes with all of them. Flink: `StreamExecCorrelate`, `UnnestRowsFunction`.
 * A left join pads a row without elements. Stateless.
 */
import { assert, present, unreachable } from '../../base/assert.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import type { RowKind } from '../../data/row-kind.ts';
import type { MapValue, Row, Value } from '../../data/value.ts';
import type { RowInput } from '../../engine/operator.ts';
import { OperatorBase } from '../../engine/operator-base.ts';
import type { OperatorFactory, OperatorShape } from '../../engine/operator-factory.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { tableCall } from '../../sql/4-codegen/bind-user-functions.ts';
import { compileEvaluator, compileJoinPredicate, compileProjection } from '../../sql/4-codegen/compile-calc.ts';
import type { JoinPredicate } from '../../sql/4-codegen/compiled.ts';
import type { EvalContext } from '../../sql/functions/function.ts';

/** Elements of a left row, as rows. */
export type Elements = (row: Row, cx: EvalContext) => readonly Row[];

/** Settings of a correlation. */
export interface CorrelateSettings {
  readonly elements: Elements;
  readonly condition: JoinPredicate | null;
  readonly isLeftOuter: boolean;
  readonly width: number;
}

/** Joins each row with its elements. */
export class CorrelateOperator extends OperatorBase implements RowInput {
  readonly inputs = [this];
  readonly #settings: CorrelateSettings;
  readonly #padding: Row;

  constructor(settings: CorrelateSettings) {
    super();
    this.#settings = settings;
    this.#padding = Array.from({ length: settings.width }, () => null);
  }

  processRow(kind: RowKind, row: Row): void {
    const { elements, condition, isLeftOuter } = this.#settings;
    const cx = this.context.eval;
    let isMatched = false;
    for (const element of elements(row, cx)) {
      if (condition !== null && !condition(row, element, cx)) continue;
      isMatched = true;
      this.output.processRow(kind, row.concat(element));
    }
    if (!isMatched && isLeftOuter) this.output.processRow(kind, row.concat(this.#padding));
  }
}

/** Elements of an array, a map or a multiset. */
function unnest(type: LogicalType, operand: (row: Row, cx: EvalContext) => Value, withOrdinality: boolean): Elements {
  const spread = (list: readonly Row[]): readonly Row[] =>
    withOrdinality ? list.map((element, index) => [...element, index + 1]) : list;
  switch (type.kind) {
    case 'ARRAY': {
      const isRow = type.element.kind === 'ROW';
      return (row, cx) => {
        const items = operand(row, cx) as readonly Value[] | null;
        if (items === null) return [];
        // Elements that are rows become columns; a NULL among them is left out, as Flink does.
        return spread(
          isRow ? items.filter((item) => item !== null).map((item) => item as Row) : items.map((item) => [item]),
        );
      };
    }
    case 'MAP':
      return (row, cx) => {
        const map = operand(row, cx) as MapValue | null;
        return map === null ? [] : spread(map.entries.map(([key, value]) => [key, value]));
      };
    case 'MULTISET': {
      const isRow = type.element.kind === 'ROW';
      return (row, cx) => {
        const set = operand(row, cx) as MapValue | null;
        if (set === null) return [];
        const copies = set.entries.flatMap(([item, count]) =>
          Array.from({ length: Number(count) }, (): Row => (isRow ? (item as Row) : [item])),
        );
        return spread(copies);
      };
    }
    default:
      assert(false, 'binding lets only collections be unnested');
  }
}

/** Table functions that the planner itself puts in. */
function tableFunction(name: string, args: readonly ((row: Row, cx: EvalContext) => Value)[]): Elements {
  const [count, ...columns] = args;
  switch (name) {
    // INTERSECT ALL and EXCEPT ALL: the row as often as its count says. Flink: `ReplicateRows`.
    case 'REPLICATE_ROWS':
    case '$REPLICATE_ROWS$1':
      return (row, cx) => {
        const copies = Number(present(count, 'count of REPLICATE_ROWS')(row, cx));
        const copy = columns.map((column) => column(row, cx));
        return Array.from({ length: Math.max(0, copies) }, () => copy);
      };
    default:
      return unreachable(name as never);
  }
}

function elementsOf(
  call: OptionsOf<'correlate'>['call'],
  input: Schema,
  { userCode, timeZone }: OperatorShape,
): Elements {
  if (call.kind === 'unnest') {
    return unnest(call.operand.type, compileEvaluator(call.operand, input), call.withOrdinality);
  }
  if (call.kind === 'user-function') {
    const args = compileProjection(call.args, input);
    const rowsOf = tableCall(userCode(call.user), timeZone);
    return (row, cx) => rowsOf(args(row, cx));
  }
  return tableFunction(
    call.name,
    call.args.map((arg) => compileEvaluator(arg, input)),
  );
}

/** Runtime of `correlate`. */
export const correlateFactory: OperatorFactory<'correlate'> = {
  kind: 'correlate',
  create(options, shape) {
    const input = present(shape.inputs[0], 'input of a correlation');
    return new CorrelateOperator({
      elements: elementsOf(options.call, input, shape),
      condition: options.condition === undefined ? null : compileJoinPredicate(options.condition, input.length),
      isLeftOuter: options.type === 'left',
      width: options.rightTypes.length,
    });
  },
};
