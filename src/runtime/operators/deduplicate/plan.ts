/** Planning of deduplication: ROW_NUMBER() ordered by time, bounded to 1. Flink: `StreamPhysicalDeduplicate`. */
import { INSERT_ONLY, isInsertOnly, needBefore } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, timeAttributeOf } from '../../sql/3-plan/draft-tools.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Keeps the first or last row of each key by time. */
export const deduplicateRule: PlanRule = {
  kind: 'deduplicate',
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
    const time = timeAttributeOf(input.schema[order.index]?.type);
    if (time === undefined || !isInsertOnly(cx.kindsOf(input))) return undefined;
    return {
      rule: deduplicateRule,
      options: {
        kind: 'deduplicate',
        keys: rel.partitionBy,
        keep: order.descending ? 'last' : 'first',
        time,
        timeColumn: order.index,
        updateBefore: true,
        retract: false,
      },
      inputs: [input],
      schema: input.schema,
      name: 'Deduplicate',
      upsertKeys: [rel.partitionBy],
      nodeIds: [],
      span: rel.span,
    };
  },
  provides({ options }) {
    if (options.kind !== 'deduplicate' || options.keep === 'first') return INSERT_ONLY;
    return { insert: true, update: true, delete: false };
  },
  requires: needBefore,
  finish({ options }, _, output) {
    return options.kind === 'deduplicate'
      ? { ...options, updateBefore: output.updates === 'before-and-after' }
      : options;
  },
  explain({ options, schema }) {
    if (options.kind !== 'deduplicate') return '';
    return `keep=[${options.keep === 'first' ? 'FirstRow' : 'LastRow'}], key=[${columnNames(schema, options.keys)}], order=[${options.time === 'rowtime' ? 'ROWTIME' : 'PROCTIME'}]`;
  },
};
