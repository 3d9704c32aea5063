/** Planning of UNION ALL. Flink: `StreamPhysicalUnion`. */
import type { LogicalType } from '../../data/logical-type.ts';
import { withoutTimeAttribute } from '../../data/type-rules.ts';
import { passThrough, unionKinds } from '../../sql/3-plan/changelog-mode.ts';
import { timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Hands on the rows of all inputs. */
export const unionRule: PlanRule = {
  kind: 'union',
  plan(rel, cx) {
    if (rel.kind !== 'set-operation' || rel.operator !== 'union' || !rel.all) return undefined;
    const inputs = rel.inputs.map((i) => cx.plan(i));
    const schema = rel.schema.map((f, i) => {
      const attributes = inputs.map((d) => timeAttributeOf(d.schema[i]?.type));
      const plain = withoutTimeAttribute(f.type);
      const [first] = attributes;
      const same = first !== undefined && attributes.every((a) => a === first) && 'precision' in plain;
      return { name: f.name, type: same ? ({ ...plain, timeAttribute: first } as LogicalType) : plain };
    });
    return {
      rule: unionRule,
      options: { kind: 'union' },
      inputs,
      schema,
      name: 'Union',
      upsertKeys: [],
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: (_, inputs) => unionKinds(inputs),
  requires: passThrough,
  explain: ({ schema }) => `all=[true], union=[${schema.map((f) => f.name).join(', ')}]`,
};
