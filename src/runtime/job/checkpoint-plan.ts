/**
 * One line that is the same for two plans exactly when state of one fits the other: what each operator does,
 * over which columns, and how they are wired. Comments, layout and places in the text do not count, nor does
 * the code of TypeScript functions (only their declarations do), so that a function can be mended and the job
 * resumed. Flink compares operator ids and serializers; here a plan either fits as a whole or not at all.
 */
import { DATAFLOW_SNAPSHOT_VERSION } from '../engine/dataflow.ts';
import type { PhysicalPlan } from '../sql/3-plan/physical.ts';

/** Settings of the session that state depends on. */
export interface PlanSettings {
  readonly timeZone: string;
  readonly stateTtlMs: number;
  readonly notNull: 'error' | 'drop';
}

/** Parts of a plan that are about its text, not about what it does. */
const TEXT_KEYS: ReadonlySet<string> = new Set(['span', 'statement', 'definition', 'comment', 'nodeId', 'nodeIds']);

/** The text of a plan that is hashed. */
export function planText(plan: PhysicalPlan, settings: PlanSettings): string {
  const nodes = plan.nodes.map(({ id, name, options, inputs, schema, changelog }) => [
    id,
    name,
    options,
    inputs.map((input) => input.id),
    schema,
    changelog,
  ]);
  return canonical([DATAFLOW_SNAPSHOT_VERSION, settings, nodes], new Set());
}

/** Data as text, names in order; functions say nothing, for they belong to this program, not to the plan. */
function canonical(value: unknown, above: Set<object>): string {
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return '';
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof Uint8Array) return `bytes:${Array.from(value).join()}`;
  if (above.has(value)) return '^';
  above.add(value);
  const text = compositeText(value, above);
  above.delete(value);
  return text;
}

function compositeText(value: object, above: Set<object>): string {
  const inside = (item: unknown): string => canonical(item, above);
  if (Array.isArray(value)) return `[${value.map(inside).join()}]`;
  if (value instanceof Set) return `set[${[...value].map(inside).join()}]`;
  if (value instanceof Map) return `map[${[...value].map(([key, item]) => `${inside(key)}:${inside(item)}`).join()}]`;
  const fields = Object.entries(value)
    .filter(([name, item]) => !TEXT_KEYS.has(name) && item !== undefined && typeof item !== 'function')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, item]) => `${JSON.stringify(name)}:${inside(item)}`).join()}}`;
}
