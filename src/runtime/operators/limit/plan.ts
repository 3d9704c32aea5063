/** Planning of LIMIT without ORDER BY. Flink: `StreamPhysicalLimit`. */
import { ALL_KINDS, INSERT_ONLY, isInsertOnly, needBefore } from '../../sql/3-plan/changelog-mode.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** The first rows that come; others move up when one of them goes. */
export const limitRule: PlanRule = {
  kind: 'limit',
  plan(rel, cx) {
    if (rel.kind !== 'sort' || rel.collations.length > 0 || (rel.limit === undefined && rel.offset === undefined))
      return undefined;
    if (rel.limit === undefined && !cx.batch) cx.report(planProblems.fetchMissing(), rel.span ?? rel.input.span);
    const input = cx.plan(rel.input);
    return {
      rule: limitRule,
      options: {
        kind: 'limit',
        offset: rel.offset ?? 0,
        limit: rel.limit ?? null,
        retract: !isInsertOnly(cx.kindsOf(input)),
      },
      inputs: [input],
      schema: input.schema,
      name: 'Limit',
      upsertKeys: input.upsertKeys,
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: (_, [kinds]) => (kinds === undefined || isInsertOnly(kinds) ? INSERT_ONLY : ALL_KINDS),
  requires: needBefore,
  explain: ({ options }) =>
    options.kind === 'limit' ? `offset=[${options.offset}], fetch=[${options.limit ?? 'unlimited'}]` : '',
};
