/** Planning of window table functions that no aggregate takes in. Flink: `StreamPhysicalWindowTableFunction`. */
import { typeToString } from '../../data/type-text.ts';
import { INSERT_ONLY, passThrough } from '../../sql/3-plan/changelog-mode.ts';
import { timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Adds window_start, window_end and window_time to each row, once for each window. */
export const windowTableFunctionRule: PlanRule = {
  kind: 'window-table-function',
  plan(rel, cx) {
    if (rel.kind !== 'window-tvf') return undefined;
    const input = cx.plan(rel.input);
    const width = input.schema.length;
    const timeType = input.schema[rel.time.index]?.type;
    const attribute = timeAttributeOf(timeType);
    if (attribute === undefined && !cx.batch && timeType !== undefined)
      cx.report(planProblems.windowNotTime(typeToString(timeType)), rel.span);
    return {
      rule: windowTableFunctionRule,
      options: { kind: 'window-table-function', window: rel.window, time: rel.time },
      inputs: [input],
      schema: [...input.schema, ...rel.schema.slice(width)],
      name: 'WindowTableFunction',
      upsertKeys: [],
      window: {
        window: rel.window,
        attribute: rel.time.attribute,
        local: rel.time.local,
        start: width,
        end: width + 1,
        time: width + 2,
      },
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: (_, [kinds]) => kinds ?? INSERT_ONLY,
  requires: passThrough,
  explain: ({ options, schema }) =>
    options.kind === 'window-table-function'
      ? `window=[${options.window.kind.toUpperCase()}(time_col=[${schema[options.time.index]?.name}])]`
      : '',
};
