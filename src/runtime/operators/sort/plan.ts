/** Planning of ORDER BY in batch mode. Flink: `BatchPhysicalSort`, `BatchPhysicalSortLimit`. */
import { INSERT_ONLY, needBefore } from '../../sql/3-plan/changelog-mode.ts';
import { orderText } from '../../sql/3-plan/expr-text.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** All rows in order, at the end of the input. */
export const sortRule: PlanRule = {
  kind: 'sort',
  plan(rel, cx) {
    if (rel.kind !== 'sort' || !cx.batch || rel.collations.length === 0) return undefined;
    const input = cx.plan(rel.input);
    return {
      rule: sortRule,
      options: { kind: 'sort', orderBy: rel.collations, offset: rel.offset ?? 0, limit: rel.limit ?? null },
      inputs: [input],
      schema: input.schema,
      name: 'Sort',
      upsertKeys: input.upsertKeys,
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: () => INSERT_ONLY,
  requires: needBefore,
  explain: ({ options, schema }) => (options.kind === 'sort' ? `orderBy=[${orderText(options.orderBy, schema)}]` : ''),
};
