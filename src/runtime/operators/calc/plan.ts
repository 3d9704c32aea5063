/** Planning of projections and filters, merged as far as they go. Flink: `StreamPhysicalCalc`. */

import { inputRef } from '../../sql/2-bind/expr-tools.ts';
import { INSERT_ONLY, passThrough } from '../../sql/3-plan/changelog-mode.ts';
import { withNode } from '../../sql/3-plan/draft-tools.ts';
import { exprText, selectText } from '../../sql/3-plan/expr-text.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';
import { constantError } from './constant-errors.ts';

/** Filter, then project. */
export const calcRule: PlanRule = {
  kind: 'calc',
  plan(rel, cx) {
    if (rel.kind !== 'project' && rel.kind !== 'filter') return undefined;
    const input = cx.plan(rel.input);
    for (const expr of rel.kind === 'project' ? rel.exprs : []) {
      const failed = constantError(expr, cx.session.timeZone);
      if (failed !== undefined) cx.report(failed.problem, failed.expr.span ?? expr.span ?? rel.span);
    }
    const names = rel.schema.map((f) => f.name);
    const draft =
      rel.kind === 'project'
        ? cx.calc(input, rel.exprs, names)
        : cx.calc(
            input,
            rel.schema.map((f, i) => inputRef(i, f.type)),
            names,
            rel.condition,
          );
    // An identity hands on its input, whose canvas node must not take this one's name for its own rows.
    return draft === input ? withNode(draft, undefined) : { ...draft, span: rel.span };
  },
  provides: (_, [kinds]) => kinds ?? INSERT_ONLY,
  requires(draft, required, inputs) {
    // +U alone may not pass a filter: when the new row is filtered out, nobody takes the old one back.
    const filters = draft.options.kind === 'calc' && draft.options.condition !== undefined;
    if (filters && required === 'only-update-after' && inputs[0]?.update) return undefined;
    return passThrough(draft, required, inputs);
  },
  explain: ({ options, schema, inputs: [input] }) => {
    if (options.kind !== 'calc') return '';
    const select = `select=[${selectText(options.projection, schema, input?.schema ?? [])}]`;
    return options.condition === undefined
      ? select
      : `${select}, where=[${exprText(options.condition, input?.schema ?? [])}]`;
  },
};
