/**
 * Planning of GROUP BY window_start, window_end over a window table function.
 * Flink: `StreamPhysicalWindowAggregateRule`, `PullUpWindowTableFunctionIntoWindowAggregateRule`.
 */
import type { Field } from '../../data/logical-type.ts';
import { withoutTimeAttribute } from '../../data/type-rules.ts';
import type { BoundExpr } from '../../sql/2-bind/bound-expr.ts';
import { inputRef, inputsOf, mapInputs } from '../../sql/2-bind/expr-tools.ts';
import type { RelOf } from '../../sql/2-bind/rel.ts';
import { INSERT_ONLY, isInsertOnly, needBefore } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames } from '../../sql/3-plan/draft-tools.ts';
import { callText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { WindowSource } from '../../sql/3-plan/physical-options.ts';
import type { Draft, PlanContext, PlanRule, WindowProperties } from '../../sql/3-plan/rule.ts';

type Property = 'start' | 'end' | 'time';

/** Groups by window and keys; each window comes out once, when the watermark passes its end. */
export const windowAggregateRule: PlanRule = {
  kind: 'window-aggregate',
  plan(rel, cx) {
    if (rel.kind !== 'aggregate' || rel.groupWindow !== undefined) return undefined;
    const input = cx.plan(rel.input);
    const { window } = input;
    if (window === undefined || window.start === undefined || window.end === undefined) return undefined;
    if (!rel.keys.includes(window.start) || !rel.keys.includes(window.end)) return undefined;
    const property = (column: number): Property | undefined =>
      column === window.start ? 'start' : column === window.end ? 'end' : column === window.time ? 'time' : undefined;
    const keys = rel.keys.filter((k) => property(k) === undefined);
    const properties: Property[] = [
      'start',
      'end',
      ...(rel.keys.some((k) => property(k) === 'time') ? (['time'] as const) : []),
    ];
    const pulled = pullUp(
      input,
      window,
      [...keys, ...rel.calls.flatMap((c) => [...c.args, ...(c.filter === undefined ? [] : [c.filter])])],
      cx,
    );
    // Sessions are those of the function's partition keys; grouped by others they are plain columns.
    if (pulled !== undefined && isOtherSession(pulled, keys)) return undefined;
    if (window.window.kind === 'session' && isExpanded(input)) return undefined;
    if (pulled !== undefined && window.window.kind !== 'tumble') checkMerge(rel, cx);
    const source: WindowSource = pulled?.source ?? {
      kind: 'columns',
      window: window.window,
      start: window.start,
      end: window.end,
      attribute: window.attribute,
      local: window.local,
    };
    const below = pulled?.input ?? input;
    const at = (c: number): number => pulled?.at.get(c) ?? c;
    const calls = rel.calls.map((c) => ({
      ...c,
      args: c.args.map(at),
      ...(c.filter === undefined ? {} : { filter: at(c.filter) }),
    }));
    const fieldOf = (column: number): Field =>
      rel.schema[rel.keys.indexOf(column)] ?? { name: '', type: { kind: 'ERROR', nullable: true } };
    const propertyColumn = { start: window.start, end: window.end, time: window.time ?? -1 };
    const schema: Field[] = [
      ...keys.map((k) => ({ name: fieldOf(k).name, type: withoutTimeAttribute(fieldOf(k).type) })),
      ...rel.calls.map((c, i) => ({
        name: rel.schema[rel.keys.length + i]?.name ?? c.name,
        type: withoutTimeAttribute(c.type),
      })),
      ...properties.map((p) => fieldOf(propertyColumn[p])),
    ];
    const base = keys.length + rel.calls.length;
    const outAt = { start: base, end: base + 1, time: properties.length > 2 ? base + 2 : undefined };
    const aggregate: Draft = {
      rule: windowAggregateRule,
      options: {
        kind: 'window-aggregate',
        source,
        keys: keys.map(at),
        calls,
        retract: !isInsertOnly(cx.kindsOf(below)),
        properties,
      },
      inputs: [below],
      schema,
      name: 'WindowAggregate',
      upsertKeys: [[...keys.keys(), base, base + 1]],
      window: { ...window, ...outAt },
      nodeIds: [],
      span: rel.span,
    };
    // The relation's order: keys as they were written, then the calls.
    const order = [
      ...rel.keys.map((k) => keyPosition(k, keys, outAt, propertyColumn)),
      ...rel.calls.map((_, i) => keys.length + i),
    ];
    return cx.calc(
      aggregate,
      order.map((i) => inputRef(i, schema[i]?.type ?? { kind: 'ERROR', nullable: true })),
      rel.schema.map((f) => f.name),
    );
  },
  provides: () => INSERT_ONLY,
  requires: needBefore,
  finish(draft, [input]) {
    const { options } = draft;
    return options.kind === 'window-aggregate'
      ? { ...options, retract: input !== undefined && !isInsertOnly(input.kinds) }
      : options;
  },
  explain({ options, schema, inputs: [input] }) {
    if (options.kind !== 'window-aggregate') return '';
    const names = input?.schema ?? [];
    const keys = options.keys.length === 0 ? '' : `groupBy=[${columnNames(names, options.keys)}], `;
    const calls = options.calls.map((c, i) =>
      callText({ ...c, name: schema[options.keys.length + i]?.name ?? c.name }, names),
    );
    return `${keys}window=[${options.source.window.kind.toUpperCase()}], select=[${[columnNames(names, options.keys), ...calls, ...options.properties.map((p) => `${p}('w$) AS window_${p}`)].filter((t) => t !== '').join(', ')}]`;
  },
};

function keyPosition(
  key: number,
  keys: readonly number[],
  out: { readonly start: number; readonly end: number; readonly time: number | undefined },
  columns: { readonly start: number; readonly end: number; readonly time: number },
): number {
  if (key === columns.start) return out.start;
  if (key === columns.end) return out.end;
  if (key === columns.time) return out.time ?? out.end;
  return keys.indexOf(key);
}

interface PulledUp {
  readonly source: WindowSource;
  readonly input: Draft;
  /** Columns of the old input in the new one. */
  readonly at: ReadonlyMap<number, number>;
}

/** Functions whose accumulators Flink cannot merge, with the class that its message names. */
const WITHOUT_MERGE: ReadonlyMap<string, string> = new Map([
  ['FIRST_VALUE', 'FirstValueAggFunction'],
  ['LAST_VALUE', 'LastValueAggFunction'],
  ['JSON_ARRAYAGG', 'JsonArrayAggFunction'],
  ['JSON_OBJECTAGG', 'JsonObjectAggFunction'],
]);

function checkMerge(rel: RelOf<'aggregate'>, cx: PlanContext): void {
  for (const call of rel.calls) {
    const javaClass = WITHOUT_MERGE.get(call.fn.name);
    if (javaClass !== undefined) cx.report(planProblems.windowMerge(call.fn.name, javaClass), call.span ?? rel.span);
  }
}

function isOtherSession({ source, at }: PulledUp, keys: readonly number[]): boolean {
  const { window } = source;
  if (window.kind !== 'session') return false;
  const grouped = new Set(keys.map((key) => at.get(key) ?? key));
  return grouped.size !== window.partitionKeys.length || window.partitionKeys.some((key) => !grouped.has(key));
}

/** Whether the rows are copies for GROUPING SETS. */
function isExpanded(draft: Draft): boolean {
  if (draft.options.kind === 'expand') return true;
  const [below] = draft.inputs;
  return draft.options.kind === 'calc' && below !== undefined && isExpanded(below);
}

/** Aggregates straight over the time column when only a projection or filter lies between the function and the aggregate. */
function pullUp(
  input: Draft,
  window: WindowProperties,
  used: readonly number[],
  cx: PlanContext,
): PulledUp | undefined {
  const calc = input.options.kind === 'calc' ? input : undefined;
  const tvf = calc === undefined ? input : calc.inputs[0];
  if (tvf === undefined || tvf.options.kind !== 'window-table-function') return undefined;
  // What the canvas shows between them must stay.
  if (cx.taps && (tvf.nodeIds.length > 0 || input.nodeIds.length > 0)) return undefined;
  const [source] = tvf.inputs;
  if (source === undefined) return undefined;
  const width = source.schema.length;
  const options = tvf.options;
  const isWindowColumn = (c: number | undefined): boolean =>
    c !== undefined && (c === window.start || c === window.end || c === window.time);
  if (calc === undefined) {
    if (used.some(isWindowColumn)) return undefined;
    const local: WindowSource = { kind: 'time', window: options.window, time: options.time };
    return { source: local, input: source, at: new Map(source.schema.map((_, i) => [i, i] as const)) };
  }
  if (calc.options.kind !== 'calc') return undefined;
  const { condition, projection } = calc.options;
  const touches = (e: BoundExpr): boolean => [...inputsOf(e)].some((i) => i >= width);
  const plainWindow = (e: BoundExpr): boolean => e.kind === 'input' && e.index >= width;
  if (condition !== undefined && touches(condition)) return undefined;
  if (projection.some((e) => touches(e) && !plainWindow(e)) || used.some(isWindowColumn)) return undefined;
  const kept = projection.flatMap((e, i) => (plainWindow(e) ? [] : [{ e, i }]));
  const at = new Map(kept.map(({ i }, position) => [i, position] as const));
  const exprs = kept.map(({ e }) => mapInputs(e, (ref) => ref));
  const names = kept.map(({ i }) => calc.schema[i]?.name ?? '');
  let timeIndex = exprs.findIndex((e) => e.kind === 'input' && e.index === options.time.index);
  const needColumn = (column: number): number => {
    const found = exprs.findIndex((e) => e.kind === 'input' && e.index === column);
    if (found !== -1) return found;
    const field = source.schema[column];
    names.push(field?.name ?? '');
    return exprs.push(inputRef(column, field?.type ?? { kind: 'ERROR', nullable: true })) - 1;
  };
  if (timeIndex === -1) timeIndex = needColumn(options.time.index);
  const spec =
    options.window.kind === 'session'
      ? { ...options.window, partitionKeys: options.window.partitionKeys.map(needColumn) }
      : options.window;
  const below = cx.calc(source, exprs, names, condition);
  return { source: { kind: 'time', window: spec, time: { ...options.time, index: timeIndex } }, input: below, at };
}
