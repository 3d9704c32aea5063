/** Planning of WATERMARK FOR. Flink: `StreamPhysicalWatermarkAssigner`. */
import { isTimestamp } from '../../data/type-families.ts';
import { INSERT_ONLY, passThrough } from '../../sql/3-plan/changelog-mode.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Makes a column a rowtime attribute. */
export const watermarkAssignerRule: PlanRule = {
  kind: 'watermark-assigner',
  plan(rel, cx) {
    if (rel.kind !== 'watermark') return undefined;
    const input = cx.plan(rel.input);
    const schema = input.schema.map((f, i) =>
      i === rel.column && isTimestamp(f.type)
        ? { name: f.name, type: { ...f.type, timeAttribute: 'rowtime' as const } }
        : f,
    );
    return {
      rule: watermarkAssignerRule,
      options: {
        kind: 'watermark-assigner',
        column: rel.column,
        expr: rel.expr,
        intervalMs: cx.session.duration('pipeline.auto-watermark-interval'),
        idleTimeoutMs: cx.session.duration('table.exec.source.idle-timeout'),
      },
      inputs: [input],
      schema,
      name: 'WatermarkAssigner',
      upsertKeys: input.upsertKeys,
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: (_, [kinds]) => kinds ?? INSERT_ONLY,
  requires: passThrough,
  explain: ({ options, schema, inputs: [input] }) =>
    options.kind === 'watermark-assigner'
      ? `rowtime=[${schema[options.column]?.name}], watermark=[${exprText(options.expr, input?.schema ?? [])}]`
      : '',
};
