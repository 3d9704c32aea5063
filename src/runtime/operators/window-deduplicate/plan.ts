/** Planning of the first or last row of each window by time. Flink: `StreamPhysicalWindowDeduplicate`. */
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** One row for each key and window, sent when the window ends. */
export const windowDeduplicateRule: PlanRule = {
  kind: 'window-deduplicate',
  plan(rel, cx) {
    if (
      rel.kind !== 'rank' ||
      rel.fn !== 'ROW_NUMBER' ||
      rel.outputRank ||
      rel.start !== 1 ||
      rel.end !== 1 ||
      rel.endColumn !== undefined ||
      cx.batch
    )
      return undefined;
    const [order, ...more] = rel.orderBy;
    if (order === undefined || more.length > 0) return undefined;
    const input = cx.plan(rel.input);
    const { window } = input;
    if (window?.start === undefined || window.end === undefined) return undefined;
    if (!rel.partitionBy.includes(window.start) || !rel.partitionBy.includes(window.end)) return undefined;
    if (timeAttributeOf(input.schema[order.index]?.type) !== 'rowtime') return undefined;
    return {
      rule: windowDeduplicateRule,
      options: {
        kind: 'window-deduplicate',
        keys: rel.partitionBy.filter((p) => p !== window.start && p !== window.end),
        keep: order.descending ? 'last' : 'first',
        timeColumn: order.index,
        windowEnd: window.end,
        local: window.local,
      },
      inputs: [input],
      schema: input.schema,
      name: 'WindowDeduplicate',
      upsertKeys: [rel.partitionBy],
      window,
      nodeIds: [],
      span: rel.span,
    };
  },
  insertOnly: () => 'StreamPhysicalWindowDeduplicate',
  provides: () => INSERT_ONLY,
  requires: (_, _required, inputs) => inputs.map(() => 'none'),
  explain({ options, schema }) {
    if (options.kind !== 'window-deduplicate') return '';
    return `keep=[${options.keep === 'first' ? 'FirstRow' : 'LastRow'}], partitionKeys=[${columnNames(schema, options.keys)}], orderKey=[${schema[options.timeColumn]?.name}]`;
  },
};
