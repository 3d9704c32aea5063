/** Planning of MATCH_RECOGNIZE. Flink: `StreamPhysicalMatch`. */

import { typeToString } from '../../data/type-text.ts';
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import { orderText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Finds row patterns in rows sorted by time. */
export const matchRule: PlanRule = {
  kind: 'match',
  plan(rel, cx) {
    if (rel.kind !== 'match') return undefined;
    const input = cx.plan(rel.input);
    const timeColumn = rel.match.orderBy[0]?.index ?? -1;
    const type = input.schema[timeColumn]?.type;
    const attribute = timeAttributeOf(type);
    if (attribute === undefined && type !== undefined)
      cx.report(planProblems.windowNotTime(typeToString(type)), rel.span);
    return {
      rule: matchRule,
      options: { kind: 'match', match: rel.match, timeColumn, attribute: attribute ?? 'rowtime' },
      inputs: [input],
      schema: rel.schema,
      name: 'Match',
      upsertKeys: [],
      nodeIds: [],
      span: rel.span,
    };
  },
  insertOnly: () => 'Match Recognize',
  provides: () => INSERT_ONLY,
  requires: (_, _required, inputs) => inputs.map(() => 'none'),
  explain({ options, inputs: [input] }) {
    if (options.kind !== 'match') return '';
    const names = input?.schema ?? [];
    return `partitionBy=[${columnNames(names, options.match.partitionBy)}], orderBy=[${orderText(options.match.orderBy, names)}], measures=[${options.match.measures.map((m) => m.name).join(', ')}]`;
  },
};
