/** Planning of FOR SYSTEM_TIME AS OF: event-time temporal joins. Flink: `StreamPhysicalTemporalJoin`. */
import { withoutTimeAttribute } from '../../data/type-rules.ts';
import { inputRef } from '../../sql/2-bind/expr-tools.ts';
import { beforeAfterOrNone, INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import { analyseJoin, joinedSchema } from '../../sql/3-plan/join-analysis.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { Draft, PlanRule } from '../../sql/3-plan/rule.ts';

/** Joins each left row with the version of the right row that was valid at its time. */
export const temporalJoinRule: PlanRule = {
  kind: 'temporal-join',
  plan(rel, cx) {
    if (rel.kind !== 'temporal-join') return undefined;
    const plannedLeft = cx.plan(rel.left);
    const plannedRight = cx.plan(rel.right);
    const { left, right, keys, residual, output } = analyseJoin(rel.condition, plannedLeft, plannedRight, false, cx);
    const leftTime = rel.period.kind === 'input' ? rel.period.index : -1;
    const attribute = timeAttributeOf(plannedLeft.schema[leftTime]?.type) ?? 'rowtime';
    const rightTime = plannedRight.schema.findIndex((f) => timeAttributeOf(f.type) === 'rowtime');
    const rightOn = keys.map((k) => k.right);
    const key = plannedRight.upsertKeys.find((k) => k.every((c) => rightOn.includes(c))) ?? plannedRight.upsertKeys[0];
    if (key === undefined || key.length === 0) cx.report(planProblems.temporalKey(), rel.span);
    else if (!key.every((c) => rightOn.includes(c))) cx.report(planProblems.temporalJoinKey(), rel.span);
    else if (attribute === 'proctime') cx.report(planProblems.proctimeTemporal(), rel.span);
    else if (rightTime === -1) cx.report(planProblems.temporalRowtime(), rel.span);
    const schema = joinedSchema(rel, left, right);
    const join: Draft = {
      rule: temporalJoinRule,
      options: {
        kind: 'temporal-join',
        type: rel.type,
        keys,
        ...(residual === undefined ? {} : { residual }),
        leftTime,
        rightTime,
        rightKey: key ?? [],
        attribute,
      },
      inputs: [left, right],
      // Rows come in the order of the left time; the right one is a mere column from here on.
      schema: schema.map((f, i) => (i < left.schema.length ? f : { name: f.name, type: withoutTimeAttribute(f.type) })),
      name: 'TemporalJoin',
      upsertKeys: left.upsertKeys.filter((k) => keys.every((j) => k.includes(j.left))),
      nodeIds: [],
      span: rel.span,
    };
    return cx.calc(
      join,
      output.map((i) => inputRef(i, join.schema[i]?.type ?? { kind: 'ERROR', nullable: true })),
      rel.schema.map((f) => f.name),
    );
  },
  provides: (_, [left]) => left ?? INSERT_ONLY,
  requires: (_, _required, inputs) =>
    inputs.map((k, i) => (i === 0 ? beforeAfterOrNone(k) : k.update ? 'only-update-after' : 'none')),
  explain({ options, inputs: [left, right] }) {
    if (options.kind !== 'temporal-join') return '';
    const [l, r] = [left?.schema ?? [], right?.schema ?? []];
    const tests = options.keys.map((k) => `(${l[k.left]?.name} = ${r[k.right]?.name})`);
    const where = [...tests, ...(options.residual === undefined ? [] : [exprText(options.residual, [...l, ...r])])];
    return `joinType=[${options.type}], where=[${where.join(' AND ')}], leftTime=[${l[options.leftTime]?.name}], rightTime=[${r[options.rightTime]?.name}], rightKey=[${columnNames(r, options.rightKey)}]`;
  },
};
