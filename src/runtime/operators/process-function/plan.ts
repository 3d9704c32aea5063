/** Planning of process functions. Flink: `StreamPhysicalProcessTableFunction`. */
import { recordDigest } from '../../sql/2-bind/call-signature.ts';
import type { ProcessCall } from '../../sql/2-bind/rel.ts';
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Rows of a partitioned table through user code with state and timers. */
export const processFunctionRule: PlanRule = {
  kind: 'process-function',
  plan(rel, cx) {
    if (rel.kind !== 'process-function') return undefined;
    const input = cx.plan(rel.input);
    const { call } = rel;
    for (const index of [call.onTime, call.orderBy[0]?.index ?? null]) {
      const field = index === null ? undefined : input.schema[index];
      if (field !== undefined && timeAttributeOf(field.type) === undefined)
        cx.report(planProblems.onTimeLost(field.name), rel.span);
    }
    return {
      rule: processFunctionRule,
      options: { kind: 'process-function', call },
      inputs: [input],
      schema: rel.schema,
      name: 'ProcessTableFunction',
      upsertKeys: [],
      nodeIds: [],
      span: rel.span,
    };
  },
  insertOnly: () => 'StreamPhysicalProcessTableFunction',
  provides: () => INSERT_ONLY,
  requires: (_, _required, inputs) => inputs.map(() => 'none'),
  explain({ options, schema, inputs: [input] }) {
    if (options.kind !== 'process-function') return '';
    const names = schema.map((f) => f.name).join(',');
    const row = recordDigest(schema);
    return `invocation=[${invocation(options.call, input?.schema ?? [])}], uid=[${options.call.uid}], select=[${names}], rowType=[${row}]`;
  },
};

/** `f(TABLE(#0) PARTITION BY($0), 2, DESCRIPTOR(_UTF-16LE'ts'), DEFAULT())`. */
function invocation(call: ProcessCall, input: Parameters<typeof exprText>[1]): string {
  const order = call.orderBy.map((o) => `$${o.index}${o.descending ? ' DESC' : ''}`).join(', ');
  const table = `TABLE(#0) PARTITION BY(${call.partitionBy.map((k) => `$${k}`).join(', ')})`;
  const time = call.onTime === null ? 'DEFAULT()' : `DESCRIPTOR(_UTF-16LE'${input[call.onTime]?.name ?? ''}')`;
  const uid = call.uid === call.user.name ? 'DEFAULT()' : `_UTF-16LE'${call.uid}'`;
  const args = call.args.map((a) => exprText(a, []).replace(/^'/, "_UTF-16LE'"));
  return `${call.user.name}(${[table + (order === '' ? '' : ` ORDER BY(${order})`), ...args, time, uid].join(', ')})`;
}
