/** Planning of regular joins of all six types. Flink: `StreamPhysicalJoin`. */
import { inputRef } from '../../sql/2-bind/expr-tools.ts';
import {
  ALL_KINDS,
  beforeAfterOrNone,
  INSERT_ONLY,
  onlyAfterOrNone,
  passThrough,
  unionKinds,
} from '../../sql/3-plan/changelog-mode.ts';
import { materialised } from '../../sql/3-plan/draft-tools.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import { analyseJoin, joinedSchema, joinKeysOf, uniquenessOf } from '../../sql/3-plan/join-analysis.ts';
import type { Draft, PlanRule } from '../../sql/3-plan/rule.ts';

/** Keeps both sides for ever and takes rows back as they change. */
export const joinRule: PlanRule = {
  kind: 'join',
  plan(rel, cx) {
    if (rel.kind !== 'join') return undefined;
    const semi = rel.type === 'semi' || rel.type === 'anti';
    const analysed = analyseJoin(rel.condition, cx.plan(rel.left), cx.plan(rel.right), semi, cx);
    const { left, right, keys, residual, output } = analysed;
    const leftOn = keys.map((k) => k.left);
    const rightOn = keys.map((k) => k.right);
    const join: Draft = {
      rule: joinRule,
      options: {
        kind: 'join',
        type: rel.type,
        keys,
        ...(residual === undefined ? {} : { residual }),
        leftUnique: uniquenessOf(left, leftOn),
        rightUnique: uniquenessOf(right, rightOn),
        leftTypes: left.schema.map((f) => f.type),
        rightTypes: right.schema.map((f) => f.type),
        batch: cx.batch,
      },
      inputs: [left, right],
      schema: materialised(joinedSchema(rel, left, right)),
      name: 'Join',
      upsertKeys: joinKeysOf(rel.type, left, right, keys),
      nodeIds: [],
      span: rel.span,
    };
    return cx.calc(
      join,
      output.map((i) => inputRef(i, join.schema[i]?.type ?? { kind: 'ERROR', nullable: true })),
      rel.schema.map((f) => f.name),
    );
  },
  provides({ options }, inputs) {
    if (options.kind !== 'join') return INSERT_ONLY;
    if (options.batch) return INSERT_ONLY;
    // An outer or anti join takes padded rows back and gives them again: any change may come out.
    return options.type === 'inner' || options.type === 'semi' ? unionKinds(inputs) : ALL_KINDS;
  },
  requires(draft, required, inputs) {
    const { options } = draft;
    if (options.kind !== 'join') return passThrough(draft, required, inputs);
    if (required !== 'only-update-after') return inputs.map(beforeAfterOrNone);
    // Without -U the row that an update replaces is found by the unique key, which must be the join key.
    const unique = [options.leftUnique, options.rightUnique];
    if (inputs.some((k, i) => k.update && unique[i]?.kind !== 'join-key')) return undefined;
    return inputs.map(onlyAfterOrNone);
  },
  explain({ options, inputs: [left, right] }) {
    if (options.kind !== 'join') return '';
    const [l, r] = [left?.schema ?? [], right?.schema ?? []];
    const both = [...l, ...r];
    const tests = options.keys.map(
      (k) => `(${l[k.left]?.name} ${k.nullSafe ? 'IS NOT DISTINCT FROM' : '='} ${r[k.right]?.name})`,
    );
    const where = [...tests, ...(options.residual === undefined ? [] : [exprText(options.residual, both)])];
    return `joinType=[${JOIN_NAMES[options.type]}], where=[${where.join(' AND ') || 'true'}], select=[${both.map((f) => f.name).join(', ')}], leftInputSpec=[${uniqueText(options.leftUnique.kind)}], rightInputSpec=[${uniqueText(options.rightUnique.kind)}]`;
  },
};

const JOIN_NAMES = {
  inner: 'InnerJoin',
  left: 'LeftOuterJoin',
  right: 'RightOuterJoin',
  full: 'FullOuterJoin',
  semi: 'LeftSemiJoin',
  anti: 'LeftAntiJoin',
};

function uniqueText(kind: 'join-key' | 'unique-key' | 'none'): string {
  return kind === 'none' ? 'NoUniqueKey' : kind === 'join-key' ? 'JoinKeyContainsUniqueKey' : 'HasUniqueKey';
}
