/**
 * Names of state columns for people: the binder numbers aggregates (`agg$0`), because SELECT may use one
 * several times or never; here each gets the name of the first output column that is this aggregate alone, else
 * its own text.
 */
import type { AggregateCall } from '../sql/2-bind/bound-expr.ts';
import type { PhysicalNode, PhysicalPlan } from '../sql/3-plan/physical.ts';

/** Names that the binder makes up. */
const MADE_UP = /^(agg|w\d*)\$/;
const WINDOW_NAMES: Readonly<Record<string, string>> = {
  start: 'window_start',
  end: 'window_end',
  rowtime: 'window_time',
  proctime: 'window_time',
};

/** Names by the binder's name, for the plan node `id`. Empty when it made none up. */
export function aggregateNames(plan: PhysicalPlan, id: number): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const consumer of plan.nodes) {
    const input = consumer.inputs[0];
    if (input?.id !== id || consumer.options.kind !== 'calc') continue;
    consumer.options.projection.forEach((expr, column) => {
      if (expr.kind !== 'input') return;
      const name = nameAt(input, expr.index);
      const given = nameAt(consumer, column);
      if (name !== undefined && given !== undefined && MADE_UP.test(name) && !names.has(name)) names.set(name, given);
    });
  }
  const node = plan.nodes.find((each) => each.id === id);
  if (node !== undefined) nameByContent(node, names);
  return names;
}

/** What no column is alone gets the text of what it is: `SUM(amount)`, `window_end`. */
function nameByContent(node: PhysicalNode, names: Map<string, string>): void {
  const { calls, first } = callsOf(node);
  for (const [index, call] of calls.entries()) {
    const name = nameAt(node, first + index);
    if (name !== undefined && MADE_UP.test(name) && !names.has(name)) names.set(name, callText(call, node));
  }
  for (const { name } of node.schema) {
    const [, property = ''] = /^w\$([a-z]+)\d*$/.exec(name) ?? [];
    const known = WINDOW_NAMES[property];
    if (known !== undefined && !names.has(name)) names.set(name, known);
  }
}

/** Aggregate calls of a node, and the first column that they fill. */
function callsOf({ options, inputs }: PhysicalNode): {
  readonly calls: readonly AggregateCall[];
  readonly first: number;
} {
  switch (options.kind) {
    case 'group-aggregate':
    case 'window-aggregate':
    case 'group-window-aggregate':
      return { calls: options.calls, first: options.keys.length };
    case 'over-aggregate':
      return { calls: options.group.calls, first: inputs[0]?.schema.length ?? 0 };
    default:
      return { calls: [], first: 0 };
  }
}

function callText({ fn, args, distinct }: AggregateCall, { inputs }: PhysicalNode): string {
  const columns = args.map((index) => inputs[0]?.schema[index]?.name ?? '').filter((name) => !name.includes('$'));
  if (columns.length < args.length) return `${fn.name}(…)`;
  return `${fn.name}(${distinct ? 'DISTINCT ' : ''}${args.length === 0 && fn.name === 'COUNT' ? '*' : columns.join(', ')})`;
}

function nameAt(node: PhysicalNode, column: number): string | undefined {
  return node.schema[column]?.name;
}
