/** The JavaScript that a plan's operators run: what `explain --phase code` shows. */

import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';
import { compileAggregates } from '../sql/4-codegen/compile-aggregates.ts';
import {
  compileCalc,
  compileEvaluator,
  compileJoinPredicate,
  compilePredicate,
} from '../sql/4-codegen/compile-calc.ts';
import { sourceOf } from '../sql/4-codegen/generated-function.ts';

/** Generated code of one operator. */
export interface GeneratedSource {
  readonly name: string;
  readonly source: string;
}

/** Code of all operators of a plan that run generated code, inputs before consumers. */
export function generatedSources(plan: PhysicalPlan): GeneratedSource[] {
  return plan.nodes.flatMap((node) => {
    const source = codeOf(node);
    return source === undefined ? [] : [{ name: `${node.id} ${node.name}`, source }];
  });
}

function codeOf(node: PhysicalNode): string | undefined {
  const { options } = node;
  const input = node.inputs[0]?.schema ?? [];
  switch (options.kind) {
    case 'calc':
      return sourceOf(compileCalc(options.condition, options.projection, input));
    case 'watermark-assigner':
      return sourceOf(compileEvaluator(options.expr, input));
    case 'group-aggregate':
    case 'window-aggregate':
    case 'group-window-aggregate':
      return sourceOf(compileAggregates(options.calls, input, { retract: options.retract }));
    case 'changelog-normalize':
      return options.filter === undefined ? undefined : sourceOf(compilePredicate(options.filter, input));
    case 'join':
    case 'interval-join':
    case 'temporal-join':
    case 'window-join':
      return options.residual === undefined
        ? undefined
        : sourceOf(compileJoinPredicate(options.residual, input.length));
    default:
      return undefined;
  }
}
