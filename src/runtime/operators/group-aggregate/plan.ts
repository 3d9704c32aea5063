/** Planning of GROUP BY without a window, and of DISTINCT. Flink: `StreamPhysicalGroupAggregate`. */
import { present } from '../../base/assert.ts';
import type { AggregateCall, BoundExpr } from '../../sql/2-bind/bound-expr.ts';
import type { RelOf } from '../../sql/2-bind/rel.ts';
import { namesOf } from '../../sql/2-bind/rel-tools.ts';
import { INSERT_ONLY, isInsertOnly, needBefore, passThrough } from '../../sql/3-plan/changelog-mode.ts';
import { columnNames, materialised } from '../../sql/3-plan/draft-tools.ts';
import { callText } from '../../sql/3-plan/expr-text.ts';
import type { Draft, Monotonicity, PlanContext, PlanRule } from '../../sql/3-plan/rule.ts';

/** Groups rows for ever; in batch mode once, at the end. */
export const groupAggregateRule: PlanRule = {
  kind: 'group-aggregate',
  plan(rel, cx) {
    if (rel.kind !== 'aggregate' || rel.groupWindow !== undefined) return undefined;
    const input = cx.plan(rel.input);
    const single = ofOneRow(rel, input, cx);
    if (single !== undefined) return single;
    const appends = isInsertOnly(cx.kindsOf(input));
    const monotonicity = monotonicityBehind(rel, appends ? undefined : input.monotonicity, appends);
    return {
      rule: groupAggregateRule,
      options: {
        kind: 'group-aggregate',
        keys: rel.keys,
        calls: appends
          ? rel.calls
          : rel.calls.map((call, i) => withoutRetraction(call, monotonicity?.[rel.keys.length + i])),
        retract: !appends,
        updateBefore: true,
        batch: cx.batch,
      },
      inputs: [input],
      schema: materialised(rel.schema),
      name: 'GroupAggregate',
      upsertKeys: [rel.keys.map((_, i) => i)],
      monotonicity,
      nodeIds: [],
      span: rel.span,
    };
  },
  provides(draft, [kinds]) {
    if (draft.options.kind === 'group-aggregate' && draft.options.batch) return INSERT_ONLY;
    return { insert: true, update: true, delete: kinds !== undefined && !isInsertOnly(kinds) };
  },
  requires: (draft, required, inputs) =>
    draft.options.kind === 'group-aggregate' && draft.options.batch
      ? passThrough(draft, required, inputs)
      : needBefore(draft, required, inputs),
  finish(draft, [input], output) {
    const { options } = draft;
    if (options.kind !== 'group-aggregate') return options;
    return {
      ...options,
      retract: input !== undefined && !isInsertOnly(input.kinds),
      updateBefore: output.updates === 'before-and-after',
    };
  },
  explain({ options, schema, inputs: [input] }) {
    if (options.kind !== 'group-aggregate') return '';
    const names = input?.schema ?? [];
    const keys = columnNames(names, options.keys);
    const suffix = options.retract ? '_RETRACT' : '';
    const calls = options.calls.map((c, i) =>
      callText(
        { ...c, name: schema[options.keys.length + i]?.name ?? c.name },
        names,
        c.ignoresRetraction === true ? '' : suffix,
      ),
    );
    const group = options.keys.length === 0 ? '' : `groupBy=[${keys}], `;
    return `${group}select=[${[...(keys === '' ? [] : [keys]), ...calls].join(', ')}]`;
  },
};

/**
 * How the results move. Flink: `FlinkRelMdModifiedMonotonicity`. Behind updates, something is known only when the keys
 * of a row never change, and of a call only when its argument moves in the same direction.
 */
function monotonicityBehind(
  rel: { readonly keys: readonly number[]; readonly calls: readonly AggregateCall[] },
  input: readonly Monotonicity[] | undefined,
  appends: boolean,
): readonly Monotonicity[] | undefined {
  if (!appends && (input === undefined || rel.keys.some((key) => input[key] !== 'constant'))) return undefined;
  return [
    ...rel.keys.map((): Monotonicity => 'constant'),
    ...rel.calls.map((call): Monotonicity => {
      const own = monotonicityOf(call);
      if (input === undefined || call.args.length === 0) return own;
      const argument = call.args.length === 1 ? input[call.args[0] ?? 0] : undefined;
      return argument === 'constant' || argument === own ? own : 'unknown';
    }),
  ];
}

/** MAX of what only grows needs no memory of what was taken back, and Flink keeps none: its result never falls. */
function withoutRetraction(call: AggregateCall, monotonicity: Monotonicity | undefined): AggregateCall {
  const isFinal =
    (call.fn.name === 'MAX' && monotonicity === 'increasing') ||
    (call.fn.name === 'MIN' && monotonicity === 'decreasing');
  return isFinal ? { ...call, ignoresRetraction: true } : call;
}

/** How a result moves while rows are only added. Flink: `FlinkRelMdModifiedMonotonicity`. */
function monotonicityOf(call: AggregateCall): Monotonicity {
  switch (call.fn.name) {
    case 'COUNT':
    case 'MAX':
      return 'increasing';
    case 'MIN':
      return 'decreasing';
    default:
      return 'unknown';
  }
}

/**
 * Groups of an input that has at most one row are that row: a projection. Flink: `FlinkAggregateRemoveRule`, which
 * knows SUM, MIN and MAX only.
 */
function ofOneRow(rel: RelOf<'aggregate'>, input: Draft, cx: PlanContext): Draft | undefined {
  if (cx.batch || rel.keys.length === 0 || !input.upsertKeys.some((key) => key.length === 0)) return undefined;
  const columns = [...rel.keys];
  for (const { fn, args, filter, type } of rel.calls) {
    const [arg] = args;
    const isAlone = arg !== undefined && args.length === 1 && filter === undefined;
    if (!isAlone || !['SUM', 'MIN', 'MAX'].includes(fn.name)) return undefined;
    if (rel.input.schema[arg]?.type.kind !== type.kind) return undefined;
    columns.push(arg);
  }
  const refs = columns.map((index): BoundExpr => {
    const { type } = present(rel.input.schema[index], 'a column of the input');
    return { kind: 'input', index, type };
  });
  return cx.calc(input, refs, namesOf(rel.schema));
}
