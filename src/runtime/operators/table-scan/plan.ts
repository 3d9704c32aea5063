/** Planning of table scans. Flink: `StreamPhysicalTableSourceScan`. */

import { pathSummary } from '../../sql/2-bind/session.ts';
import { ALL_KINDS, INSERT_ONLY, INSERT_UPDATE } from '../../sql/3-plan/changelog-mode.ts';
import { materialised } from '../../sql/3-plan/draft-tools.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { ModifyKindSet, UpdateKind } from '../../sql/3-plan/physical.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** What each source sends is its connector's to say; the rule keeps it per draft. */
const KINDS = new WeakMap<object, { readonly kinds: ModifyKindSet; readonly updates: UpdateKind }>();

/** Reads a table: the columns of the relation, by position among the produced columns. */
export const tableScanRule: PlanRule = {
  kind: 'table-scan',
  plan(rel, cx) {
    if (rel.kind !== 'scan') return undefined;
    const produced = rel.table.columns.filter((c) => c.kind !== 'computed');
    const columns = rel.schema.map((f) => produced.findIndex((c) => c.name === f.name));
    const keyNames = rel.table.primaryKey.map((k) => rel.table.schema[k]?.name);
    const key = keyNames.map((n) => rel.schema.findIndex((f) => f.name === n));
    const options = { kind: 'table-scan', table: rel.table, hints: rel.hints, columns } as const;
    const mode = cx.connectors.sourceChangelog(rel.table);
    if (cx.batch && mode !== 'insert-only')
      cx.report(planProblems.batchChangelog(pathSummary(rel.table.path)), rel.span);
    KINDS.set(options, {
      kinds: mode === 'insert-only' ? INSERT_ONLY : mode === 'upsert' ? { ...INSERT_UPDATE, delete: true } : ALL_KINDS,
      updates: mode === 'insert-only' ? 'none' : mode === 'upsert' ? 'only-update-after' : 'before-and-after',
    });
    return {
      rule: tableScanRule,
      options,
      inputs: [],
      schema: materialised(rel.schema),
      name: 'TableSourceScan',
      upsertKeys: key.length > 0 && key.every((k) => k !== -1) ? [key] : [],
      nodeIds: [],
      span: rel.span,
    };
  },
  provides: (draft) => KINDS.get(draft.options)?.kinds ?? INSERT_ONLY,
  requires: () => [],
  given: (draft) => KINDS.get(draft.options)?.updates,
  explain: ({ options, schema }) => {
    const path = options.kind === 'table-scan' ? pathSummary(options.table.path).replaceAll('.', ', ') : '';
    return `table=[[${path}]], fields=[${schema.map((f) => f.name).join(', ')}]`;
  },
};
