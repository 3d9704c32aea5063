/** Planning of constant rows. Flink: `StreamPhysicalValues`. */
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { materialised } from '../../sql/3-plan/draft-tools.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** VALUES, and the one row of a SELECT without FROM. */
export const valuesRule: PlanRule = {
  kind: 'values',
  plan(rel) {
    if (rel.kind !== 'values') return undefined;
    return {
      rule: valuesRule,
      options: { kind: 'values', rows: rel.rows },
      inputs: [],
      schema: materialised(rel.schema),
      name: 'Values',
      upsertKeys: rel.rows.length === 1 ? [[]] : [],
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: () => INSERT_ONLY,
  requires: () => [],
  explain: ({ options }) =>
    options.kind === 'values'
      ? `tuples=[[${options.rows.map((r) => `{ ${r.map((e) => exprText(e, [])).join(', ')} }`).join(', ')}]]`
      : '',
};
