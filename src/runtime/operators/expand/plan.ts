/** Planning of GROUPING SETS copies. Flink: `StreamPhysicalExpand`. */
import { INSERT_ONLY, passThrough } from '../../sql/3-plan/changelog-mode.ts';
import { materialised, projectedWindow } from '../../sql/3-plan/draft-tools.ts';
import { selectText } from '../../sql/3-plan/expr-text.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** One output row for each projection. */
export const expandRule: PlanRule = {
  kind: 'expand',
  plan(rel, cx) {
    if (rel.kind !== 'expand') return undefined;
    const input = cx.plan(rel.input);
    const windows = rel.projections.map((p) => projectedWindow(input.window, p));
    const [first] = windows;
    // Window columns survive only where every grouping set keeps them.
    const same = first !== undefined && windows.every((w) => w?.start === first.start && w?.end === first.end);
    return {
      rule: expandRule,
      options: { kind: 'expand', projections: rel.projections },
      inputs: [input],
      schema: materialised(rel.schema),
      name: 'Expand',
      upsertKeys: [],
      window: same ? first : undefined,
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: (_, [kinds]) => kinds ?? INSERT_ONLY,
  requires: passThrough,
  explain: ({ options, schema, inputs: [input] }) =>
    options.kind === 'expand'
      ? `projects=[${options.projections.map((p) => `{${selectText(p, schema, input?.schema ?? [])}}`).join(', ')}]`
      : '',
};
