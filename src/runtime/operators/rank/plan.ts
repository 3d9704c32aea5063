/** Planning of Top-N: ROW_NUMBER with a bound, and ORDER BY with LIMIT. Flink: `StreamPhysicalRank`, `StreamPhysicalSortLimit`. */

import { present } from '../../base/assert.ts';
import type { Collation } from '../../sql/2-bind/rel.ts';
import {
  ALL_KINDS,
  beforeAfterOrNone,
  INSERT_ONLY,
  isInsertOnly,
  onlyAfterOrNone,
} from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, materialised } from '../../sql/3-plan/draft-tools.ts';
import { orderText } from '../../sql/3-plan/expr-text.ts';
import { planProblems } from '../../sql/3-plan/messages.ts';
import type { Columns, OptionsOf } from '../../sql/3-plan/physical-options.ts';
import type { Draft, PlanContext, PlanRule } from '../../sql/3-plan/rule.ts';

type Strategy = OptionsOf<'rank'>['strategy'];

/** Keeps the first rows of each partition in order. */
export const rankRule: PlanRule = {
  kind: 'rank',
  plan(rel, cx) {
    if (
      rel.kind === 'sort' &&
      rel.collations.length > 0 &&
      (rel.limit !== undefined || rel.offset !== undefined) &&
      !cx.batch
    ) {
      if (rel.limit === undefined) cx.report(planProblems.fetchMissing(), rel.span ?? rel.input.span);
      const input = cx.plan(rel.input);
      const start = (rel.offset ?? 0) + 1;
      const end = rel.limit === undefined ? Number.MAX_SAFE_INTEGER : start + rel.limit - 1;
      return rankDraft(
        input,
        { partitionBy: [], orderBy: rel.collations, start, end, outputRank: false },
        input.schema,
        'SortLimit',
        cx,
      );
    }
    if (rel.kind !== 'rank') return undefined;
    if (rel.fn !== 'ROW_NUMBER' && !cx.batch) cx.report(planProblems.rankFunction(rel.fn), rel.span);
    const input = cx.plan(rel.input);
    const { partitionBy, orderBy, start, end, endColumn, outputRank } = rel;
    const draft = rankDraft(
      input,
      { partitionBy, orderBy, start, end, ...(endColumn === undefined ? {} : { endColumn }), outputRank },
      rel.schema,
      'Rank',
      cx,
    );
    return { ...draft, span: rel.span };
  },
  provides: (draft, [kinds]) =>
    kinds !== undefined && isInsertOnly(kinds) && draft.name === 'Rank' && countsAsFirstRow(draft.options)
      ? INSERT_ONLY
      : ALL_KINDS,
  requires({ options }, _required, inputs) {
    if (options.kind !== 'rank') return undefined;
    return options.strategy.kind === 'update' ? inputs.map(onlyAfterOrNone) : inputs.map(beforeAfterOrNone);
  },
  finish: ({ options }, _, output) =>
    options.kind === 'rank' ? { ...options, updateBefore: output.updates === 'before-and-after' } : options,
  explain({ options, inputs: [input] }) {
    if (options.kind !== 'rank') return '';
    const names = input?.schema ?? [];
    const strategy =
      options.strategy.kind === 'update'
        ? `UpdateFastStrategy[${columnNames(names, options.strategy.uniqueKey)}]`
        : options.strategy.kind === 'append'
          ? 'AppendFastStrategy'
          : 'RetractStrategy';
    const end =
      options.endColumn === undefined ? `rankEnd=${options.end}` : `rankEnd=${names[options.endColumn]?.name}`;
    return `strategy=[${strategy}], rankType=[ROW_NUMBER], rankRange=[rankStart=${options.start}, ${end}], partitionBy=[${columnNames(names, options.partitionBy)}], orderBy=[${orderText(options.orderBy, names)}]`;
  },
};

/**
 * Flink takes any first-of-group in another order than one descending column for "keep the first row",
 * and plans it as if it never changed, although it does for orders that are no time: its +U come without
 * -U, and operators behind it count them as new rows. ORDER BY … LIMIT 1 is not planned so.
 * Flink: `RankUtil.outputInsertOnlyInDeduplicate`.
 */
function countsAsFirstRow(options: Draft['options']): boolean {
  if (
    options.kind !== 'rank' ||
    options.outputRank ||
    options.start !== 1 ||
    options.end !== 1 ||
    options.endColumn !== undefined
  )
    return false;
  return !(options.orderBy.length === 1 && options.orderBy[0]?.descending);
}

interface RankSpec {
  readonly partitionBy: Columns;
  readonly orderBy: readonly Collation[];
  readonly start: number;
  readonly end: number;
  readonly endColumn?: number;
  readonly outputRank: boolean;
}

function rankDraft(input: Draft, spec: RankSpec, schema: Draft['schema'], name: string, cx: PlanContext): Draft {
  const [first, ...others] = strategiesOf(input, spec, cx).map((strategy): Draft['options'] => ({
    kind: 'rank',
    ...spec,
    strategy,
    updateBefore: true,
  }));
  return {
    rule: rankRule,
    options: present(first, 'a way to rank'),
    fallbacks: others,
    inputs: [input],
    schema: materialised(schema),
    name,
    upsertKeys: rankKeys(input, spec),
    nodeIds: [],
  };
}

/** Ways to rank, best first. Flink: `RankProcessStrategy.analyzeRankProcessStrategies`. */
function strategiesOf(input: Draft, spec: RankSpec, cx: PlanContext): readonly [Strategy, ...Strategy[]] {
  const kinds = cx.kindsOf(input);
  if (isInsertOnly(kinds)) return [{ kind: 'append' }];
  // A row may only move up in the order, and be known by a key within its partition.
  const key = input.upsertKeys.find((k) => spec.partitionBy.every((p) => k.includes(p)));
  const moves = spec.orderBy.every((o) => {
    const monotonicity = input.monotonicity?.[o.index] ?? 'unknown';
    return monotonicity === 'constant' || monotonicity === (o.descending ? 'increasing' : 'decreasing');
  });
  // The key of one only row has no columns.
  if (!kinds.delete && key !== undefined && moves) return [{ kind: 'update', uniqueKey: key }, { kind: 'retract' }];
  return [{ kind: 'retract' }];
}

/** Flink: `FlinkRelMdUniqueKeys.getUniqueKeysOfRank`. */
function rankKeys(input: Draft, spec: RankSpec): readonly Columns[] {
  const keys: Columns[] = input.upsertKeys.filter((k) => spec.partitionBy.every((p) => k.includes(p)));
  if (spec.outputRank) keys.unshift([...spec.partitionBy, input.schema.length]);
  else if (spec.start === spec.end && spec.endColumn === undefined) keys.unshift(spec.partitionBy);
  return keys;
}
