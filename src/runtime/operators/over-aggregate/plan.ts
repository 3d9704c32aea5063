/** Planning of OVER windows. Flink: `StreamPhysicalOverAggregate`, `StreamExecOverAggregate`. */
import { withoutTimeAttribute } from '../../data/type-rules.ts';
import type { OverGroup, RelOf } from '../../sql/2-bind/rel.ts';
import { ALL_KINDS, INSERT_ONLY, isInsertOnly, needBefore } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import { callText, orderText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { Draft, PlanContext, PlanRule } from '../../sql/3-plan/rule.ts';

/** Functions that need the rows after the current one, or how many there are. */
const NEEDS_FUTURE = new Set(['LEAD', 'NTILE', 'PERCENT_RANK', 'CUME_DIST']);

/** Input columns, then the results of the calls. */
export const overAggregateRule: PlanRule = {
  kind: 'over-aggregate',
  plan(rel, cx) {
    if (rel.kind !== 'over') return undefined;
    const input = cx.plan(rel.input);
    const [group, ...more] = rel.groups;
    if (group === undefined) return undefined;
    if (!cx.batch) {
      check(rel, group, more.length > 0, timeOf(group, input), cx);
      return overDraft(input, group, rel, cx);
    }
    // Batch mode takes several windows, one operator for each; columns keep their places.
    return rel.groups.reduce((below, each) => overDraft(below, each, rel, cx), input);
  },
  insertOnly({ options }) {
    // Ordered by a column that is no time, it can take rows back.
    return options.kind === 'over-aggregate' && options.time === 'non-time' ? undefined : 'StreamPhysicalOverAggregate';
  },
  provides({ options }) {
    if (options.kind !== 'over-aggregate' || options.time !== 'non-time' || options.batch) return INSERT_ONLY;
    return ALL_KINDS;
  },
  requires: needBefore,
  finish({ options }, [input]) {
    return options.kind === 'over-aggregate'
      ? { ...options, retract: input !== undefined && !isInsertOnly(input.kinds) }
      : options;
  },
  explain({ options, inputs: [input] }) {
    if (options.kind !== 'over-aggregate') return '';
    const names = input?.schema ?? [];
    const { group } = options;
    const bound = group.preceding === undefined ? 'UNBOUNDED PRECEDING' : `${group.preceding} PRECEDING`;
    return `partitionBy=[${columnNames(names, group.partitionBy)}], orderBy=[${orderText(group.orderBy, names)}], window=[ ${group.unit.toUpperCase()} BETWEEN ${bound} AND CURRENT ROW], select=[${[...names.map((f) => f.name), ...group.calls.map((c) => callText(c, names))].join(', ')}]`;
  },
};

function timeOf(group: OverGroup, input: Draft): 'rowtime' | 'proctime' | 'non-time' {
  const [order] = group.orderBy;
  return timeAttributeOf(order === undefined ? undefined : input.schema[order.index]?.type) ?? 'non-time';
}

/** The input's columns, then the results of one group. */
function overDraft(input: Draft, group: OverGroup, rel: RelOf<'over'>, cx: PlanContext): Draft {
  const width = input.schema.length;
  return {
    rule: overAggregateRule,
    options: {
      kind: 'over-aggregate',
      group,
      time: timeOf(group, input),
      timeColumn: group.orderBy[0]?.index ?? -1,
      retract: !isInsertOnly(cx.kindsOf(input)),
      batch: cx.batch,
    },
    inputs: [input],
    schema: [
      ...input.schema,
      ...rel.schema
        .slice(width, width + group.calls.length)
        .map((f) => ({ name: f.name, type: withoutTimeAttribute(f.type) })),
    ],
    name: 'OverAggregate',
    upsertKeys: input.upsertKeys,
    window: input.window,
    nodeIds: [],
    span: rel.span,
  };
}

function check(rel: RelOf<'over'>, group: OverGroup, several: boolean, time: string, cx: PlanContext): void {
  const future = rel.groups.flatMap((g) => g.calls).find((c) => NEEDS_FUTURE.has(c.fn.name));
  if (several) cx.report(planProblems.overWindows(), rel.span);
  else if (future !== undefined) cx.report(planProblems.overFunction(future.fn.name), future.span ?? rel.span);
  else if (group.orderBy.length === 0) cx.report(planProblems.overOrder(), rel.span);
  else if (group.following !== 0) cx.report(planProblems.overFollowing(group.unit.toUpperCase()), rel.span);
  else if (group.orderBy.length > 1) cx.report(planProblems.overOrder(), rel.span);
  else if (group.orderBy.some((o) => o.descending)) cx.report(planProblems.overAscending(), rel.span);
  else if (time === 'non-time' && group.preceding !== undefined) cx.report(planProblems.overNonTimeBounded(), rel.span);
}
