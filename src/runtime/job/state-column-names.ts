/**
 * Names of state columns for people: the binder numbers aggregates (`agg$0`), because SELECT may use one
 * several times or never; here each gets the name of the first output column that is this aggregate alone.
 */
import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';

/** Names by the binder's name, for the plan node `id`. Empty when nothing renames its columns. */
export function aggregateNames(plan: PhysicalPlan, id: number): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const consumer of plan.nodes) {
    const input = consumer.inputs[0];
    if (input?.id !== id || consumer.options.kind !== 'calc') continue;
    consumer.options.projection.forEach((expr, column) => {
      if (expr.kind !== 'input') return;
      const name = nameAt(input, expr.index);
      const given = nameAt(consumer, column);
      if (name !== undefined && given !== undefined && /^agg\$\d+$/.test(name) && !names.has(name))
        names.set(name, given);
    });
  }
  return names;
}

function nameAt(node: PhysicalNode, column: number): string | undefined {
  return node.schema[column]?.name;
}
