/** Planning of ORDER BY a time attribute. Flink: `StreamPhysicalTemporalSort`. */
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import { orderText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Sends rows in order of time once the watermark has passed them. */
export const temporalSortRule: PlanRule = {
  kind: 'temporal-sort',
  plan(rel, cx) {
    if (rel.kind !== 'sort' || cx.batch || rel.limit !== undefined || rel.offset !== undefined) return undefined;
    const input = cx.plan(rel.input);
    const [first] = rel.collations;
    if (first === undefined) return input;
    const attribute = timeAttributeOf(input.schema[first.index]?.type);
    if (attribute === undefined) cx.report(planProblems.sortNonTime(), rel.span ?? rel.input.span);
    else if (first.descending) cx.report(planProblems.sortTimeDescending(), rel.span ?? rel.input.span);
    return {
      rule: temporalSortRule,
      options: {
        kind: 'temporal-sort',
        timeColumn: first.index,
        attribute: attribute ?? 'rowtime',
        orderBy: rel.collations,
      },
      inputs: [input],
      schema: input.schema,
      name: 'TemporalSort',
      upsertKeys: input.upsertKeys,
      window: input.window,
      nodeIds: [],
      span: rel.span,
    };
  },
  insertOnly: () => 'StreamPhysicalTemporalSort',
  provides: () => INSERT_ONLY,
  requires: (_, _required, inputs) => inputs.map(() => 'none'),
  explain: ({ options, schema }) =>
    options.kind === 'temporal-sort' ? `orderBy=[${orderText(options.orderBy, schema)}]` : '',
};
