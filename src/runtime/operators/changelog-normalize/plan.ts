/** Planning of ChangelogNormalize. Flink: `StreamPhysicalChangelogNormalize`. */
import { ALL_KINDS } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames } from '../../sql/3-plan/draft-tools.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Makes a regular changelog of upserts or of change events that come twice. */
export const changelogNormalizeRule: PlanRule = {
  kind: 'changelog-normalize',
  plan(rel, cx) {
    if (rel.kind !== 'changelog-normalize') return undefined;
    const input = cx.plan(rel.input);
    const filter = rel.condition === undefined ? {} : { filter: rel.condition };
    return {
      rule: changelogNormalizeRule,
      options: { kind: 'changelog-normalize', keys: rel.keys, updateBefore: true, ...filter },
      inputs: [input],
      schema: input.schema,
      name: 'ChangelogNormalize',
      upsertKeys: [rel.keys],
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: () => ALL_KINDS,
  requires: (_, _required, inputs) => inputs.map((k) => (k.update ? 'only-update-after' : 'none')),
  finish: (draft, _, output) =>
    draft.options.kind === 'changelog-normalize'
      ? { ...draft.options, updateBefore: output.updates === 'before-and-after' }
      : draft.options,
  explain: ({ options, schema }) =>
    options.kind === 'changelog-normalize' ? `key=[${columnNames(schema, options.keys)}]` : '',
};
