/** Planning of joins bounded in time. Flink: `StreamPhysicalIntervalJoin`. */
import { inputRef } from '../../sql/2-bind/expr-tools.ts';
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import { intervalBounds } from '../../sql/3-plan/interval-bounds.ts';
import { analyseJoin, joinedSchema } from '../../sql/3-plan/join-analysis.ts';
import type { Draft, PlanRule } from '../../sql/3-plan/rule.ts';

/** Joins rows whose times are close; rows are forgotten when the watermark has passed their bound. */
export const intervalJoinRule: PlanRule = {
  kind: 'interval-join',
  plan(rel, cx) {
    if (rel.kind !== 'join' || rel.type === 'semi' || rel.type === 'anti' || cx.batch) return undefined;
    const plannedLeft = cx.plan(rel.left);
    const plannedRight = cx.plan(rel.right);
    const bounds = intervalBounds(rel.condition, plannedLeft.schema, plannedRight.schema);
    if (bounds === undefined) return undefined;
    const { left, right, keys, residual, output } = analyseJoin(bounds.rest, plannedLeft, plannedRight, false, cx);
    const join: Draft = {
      rule: intervalJoinRule,
      options: {
        kind: 'interval-join',
        type: rel.type,
        keys,
        ...(residual === undefined ? {} : { residual }),
        leftTime: bounds.leftTime,
        rightTime: bounds.rightTime,
        attribute: bounds.attribute,
        lowerMs: bounds.lowerMs,
        upperMs: bounds.upperMs,
      },
      inputs: [left, right],
      schema: joinedSchema(rel, left, right),
      name: 'IntervalJoin',
      upsertKeys: [],
      nodeIds: [],
      span: rel.span,
    };
    return cx.calc(
      join,
      output.map((i) => inputRef(i, join.schema[i]?.type ?? { kind: 'ERROR', nullable: true })),
      rel.schema.map((f) => f.name),
    );
  },
  insertOnly: () => 'StreamPhysicalIntervalJoin',
  provides: () => INSERT_ONLY,
  requires: (_, _required, inputs) => inputs.map(() => 'none'),
  explain({ options, inputs: [left, right] }) {
    if (options.kind !== 'interval-join') return '';
    const both = [...(left?.schema ?? []), ...(right?.schema ?? [])];
    const keys = options.keys.map((k) => `(${left?.schema[k.left]?.name} = ${right?.schema[k.right]?.name})`);
    const where = [...keys, ...(options.residual === undefined ? [] : [exprText(options.residual, both)])].join(
      ' AND ',
    );
    return `joinType=[${options.type}], windowBounds=[isRowTime=${options.attribute === 'rowtime'}, leftLowerBound=${options.lowerMs}, leftUpperBound=${options.upperMs}, leftTimeIndex=${options.leftTime}, rightTimeIndex=${options.rightTime}], where=[${where}]`;
  },
};
