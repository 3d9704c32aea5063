/**
 * `f(x) OVER (PARTITION BY … ORDER BY …)`: each input row with results over the rows before it. Flink:
 * `StreamExecOverAggregate` chooses among its functions as this factory does.
 *
 * | ordered by        | operator               | results                                   |
 * |-------------------|------------------------|-------------------------------------------|
 * | event time        | `RowTimeOverOperator`  | wait for the watermark, then +I, final    |
 * | processing time   | `ProcTimeOverOperator` | leave with their row                      |
 * | any other column  | `NonTimeOverOperator`  | are corrected by every row that sorts before |
 * | batch mode        | `BatchOverOperator`    | leave at the end of input                 |
 */
import { present } from '../../base/assert.ts';
import type { OperatorFactory, OperatorShape } from '../../engine/operator-factory.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { compileAggregates } from '../../sql/4-codegen/compile-aggregates.ts';
import { compileComparator, compileStoredRowEquals } from '../../sql/4-codegen/compile-comparator.ts';
import { BatchOverOperator } from './batch.ts';
import { NonTimeOverOperator } from './non-time.ts';
import type { OverSettings } from './over-settings.ts';
import { ProcTimeOverOperator } from './proc-time.ts';
import { RowTimeOverOperator } from './row-time.ts';

/** Runtime of `over-aggregate`. */
export const overAggregateFactory: OperatorFactory<'over-aggregate'> = {
  kind: 'over-aggregate',
  create(options, shape) {
    if (options.batch) return new BatchOverOperator(options.group, shape);
    const settings = settingsOf(options, shape);
    switch (options.time) {
      case 'rowtime':
        return new RowTimeOverOperator(settings);
      case 'proctime':
        return new ProcTimeOverOperator(settings);
      case 'non-time':
        return new NonTimeOverOperator(settings);
    }
  },
};

function settingsOf({ group, timeColumn }: OptionsOf<'over-aggregate'>, shape: OperatorShape): OverSettings {
  const input = present(shape.inputs[0], 'input of OVER');
  return {
    keys: group.partitionBy,
    keySchema: group.partitionBy.map((key) => present(input[key], 'partition column')),
    inputSchema: input,
    callSchema: shape.output.slice(input.length),
    timeColumn,
    unit: group.unit,
    preceding: group.preceding ?? null,
    handler: compileAggregates(group.calls, input, { retract: group.preceding !== undefined }),
    compare: compileComparator(group.orderBy, input),
    sameRow: compileStoredRowEquals(input.map((field) => field.type)),
  };
}
