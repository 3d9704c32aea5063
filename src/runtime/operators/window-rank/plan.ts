/** Planning of Top-N within windows. Flink: `StreamPhysicalWindowRank`. */
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames } from '../../sql/3-plan/draft-tools.ts';
import { orderText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** The first rows of each window, sent once when the window ends. */
export const windowRankRule: PlanRule = {
  kind: 'window-rank',
  plan(rel, cx) {
    if (rel.kind !== 'rank' || cx.batch) return undefined;
    const input = cx.plan(rel.input);
    const { window } = input;
    if (window?.start === undefined || window.end === undefined || rel.endColumn !== undefined) return undefined;
    if (!rel.partitionBy.includes(window.start) || !rel.partitionBy.includes(window.end)) return undefined;
    if (rel.fn !== 'ROW_NUMBER') cx.report(planProblems.rankFunction(rel.fn), rel.span);
    return {
      rule: windowRankRule,
      options: {
        kind: 'window-rank',
        partitionBy: rel.partitionBy.filter((p) => p !== window.start && p !== window.end),
        orderBy: rel.orderBy,
        start: rel.start,
        end: rel.end,
        outputRank: rel.outputRank,
        windowStart: window.start,
        windowEnd: window.end,
        local: window.local,
      },
      inputs: [input],
      schema: rel.outputRank ? [...input.schema, ...rel.schema.slice(input.schema.length)] : input.schema,
      name: 'WindowRank',
      upsertKeys: rel.outputRank
        ? [[...rel.partitionBy, input.schema.length]]
        : rel.start === rel.end
          ? [rel.partitionBy]
          : [],
      window,
      nodeIds: [],
      span: rel.span,
    };
  },
  insertOnly: () => 'StreamPhysicalWindowRank',
  provides: () => INSERT_ONLY,
  requires: (_, _required, inputs) => inputs.map(() => 'none'),
  explain({ options, inputs: [input] }) {
    if (options.kind !== 'window-rank') return '';
    const names = input?.schema ?? [];
    return `rankType=[ROW_NUMBER], rankRange=[rankStart=${options.start}, rankEnd=${options.end}], partitionBy=[${columnNames(names, options.partitionBy)}], orderBy=[${orderText(options.orderBy, names)}]`;
  },
};
