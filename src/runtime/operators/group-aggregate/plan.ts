/** Planning of GROUP BY without a window, and of DISTINCT. Flink: `StreamPhysicalGroupAggregate`. */
import type { AggregateCall } from '../../sql/2-bind/bound-expr.ts';
import { INSERT_ONLY, isInsertOnly, needBefore, passThrough } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, materialised } from '../../sql/3-plan/draft-tools.ts';
import { callText } from '../../sql/3-plan/expr-text.ts';
import type { Monotonicity, PlanRule } from '../../sql/3-plan/rule.ts';

/** Groups rows for ever; in batch mode once, at the end. */
export const groupAggregateRule: PlanRule = {
  kind: 'group-aggregate',
  plan(rel, cx) {
    if (rel.kind !== 'aggregate' || rel.groupWindow !== undefined) return undefined;
    const input = cx.plan(rel.input);
    const appends = isInsertOnly(cx.kindsOf(input));
    return {
      rule: groupAggregateRule,
      options: {
        kind: 'group-aggregate',
        keys: rel.keys,
        calls: rel.calls,
        retract: !appends,
        updateBefore: true,
        batch: cx.batch,
      },
      inputs: [input],
      schema: materialised(rel.schema),
      name: 'GroupAggregate',
      upsertKeys: [rel.keys.map((_, i) => i)],
      monotonicity: appends
        ? [...rel.keys.map((): Monotonicity => 'constant'), ...rel.calls.map(monotonicityOf)]
        : undefined,
      nodeIds: [],
      span: rel.span,
    };
  },
  provides(draft, [kinds]) {
    if (draft.options.kind === 'group-aggregate' && draft.options.batch) return INSERT_ONLY;
    return { insert: true, update: true, delete: kinds !== undefined && !isInsertOnly(kinds) };
  },
  requires: (draft, required, inputs) =>
    draft.options.kind === 'group-aggregate' && draft.options.batch
      ? passThrough(draft, required, inputs)
      : needBefore(draft, required, inputs),
  finish(draft, [input], output) {
    const { options } = draft;
    if (options.kind !== 'group-aggregate') return options;
    return {
      ...options,
      retract: input !== undefined && !isInsertOnly(input.kinds),
      updateBefore: output.updates === 'before-and-after',
    };
  },
  explain({ options, schema, inputs: [input] }) {
    if (options.kind !== 'group-aggregate') return '';
    const names = input?.schema ?? [];
    const keys = columnNames(names, options.keys);
    const suffix = options.retract ? '_RETRACT' : '';
    const calls = options.calls.map((c, i) =>
      callText({ ...c, name: schema[options.keys.length + i]?.name ?? c.name }, names, suffix),
    );
    const group = options.keys.length === 0 ? '' : `groupBy=[${keys}], `;
    return `${group}select=[${[...(keys === '' ? [] : [keys]), ...calls].join(', ')}]`;
  },
};

/** How a result moves while rows are only added. Flink: `FlinkRelMdModifiedMonotonicity`. */
function monotonicityOf(call: AggregateCall): Monotonicity {
  switch (call.fn.name) {
    case 'COUNT':
    case 'MAX':
      return 'increasing';
    case 'MIN':
      return 'decreasing';
    default:
      return 'unknown';
  }
}
