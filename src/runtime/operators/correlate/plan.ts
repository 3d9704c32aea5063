/** Planning of UNNEST and table functions for each left row. Flink: `StreamPhysicalCorrelate`. */
import type { BoundExpr } from '../../sql/2-bind/bound-expr.ts';
import { conjunction, conjuncts, mapOperands } from '../../sql/2-bind/expr-tools.ts';
import type { Rel } from '../../sql/2-bind/rel.ts';
import { INSERT_ONLY, passThrough } from '../../sql/3-plan/changelog-mode.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import { substitute } from '../../sql/3-plan/normalise/push-filters.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import type { PlanRule } from '../../sql/3-plan/rule.ts';

/** Left columns, then the columns of each element. */
export const correlateRule: PlanRule = {
  kind: 'correlate',
  plan(rel, cx) {
    if (rel.kind !== 'correlate') return undefined;
    const left = cx.plan(rel.left);
    const width = left.schema.length;
    const chain = unwind(rel.right);
    if (chain === undefined) return undefined;
    const { source, exprs, condition } = chain;
    const call: OptionsOf<'correlate'>['call'] =
      source.kind === 'unnest'
        ? { kind: 'unnest', operand: overLeft(source.operand), withOrdinality: source.withOrdinality }
        : source.user === undefined
          ? { kind: 'table-function', name: source.name, args: source.args.map(overLeft) }
          : { kind: 'user-function', user: source.user, args: source.args.map(overLeft) };
    const rightTypes = source.schema.map((f) => f.type);
    const pad = rel.type === 'left';
    const rightFields = source.schema.map((f) => (pad ? { name: f.name, type: { ...f.type, nullable: true } } : f));
    const joined = {
      rule: correlateRule,
      options: {
        kind: 'correlate',
        type: rel.type,
        call,
        ...(condition === undefined ? {} : { condition: overBoth(condition, width) }),
        rightTypes,
      },
      inputs: [left],
      schema: [...left.schema, ...rightFields],
      name: 'Correlate',
      upsertKeys: [],
      nodeIds: [],
      span: rel.span,
    } as const;
    if (exprs === undefined) return joined;
    const refs = left.schema.map((f, index): BoundExpr => ({ kind: 'input', index, type: f.type }));
    return cx.calc(
      joined,
      [...refs, ...exprs.map((e) => overBoth(e, width))],
      rel.schema.map((f) => f.name),
    );
  },
  provides: (_, [kinds]) => kinds ?? INSERT_ONLY,
  requires: passThrough,
  explain({ options, inputs: [left] }) {
    if (options.kind !== 'correlate') return '';
    const names = left?.schema ?? [];
    const call =
      options.call.kind === 'unnest'
        ? `$UNNEST_ROWS$1(${exprText(options.call.operand, names)})`
        : `${options.call.kind === 'user-function' ? options.call.user.name : options.call.name}(${options.call.args.map((a) => exprText(a, names)).join(', ')})`;
    return `invocation=[${call}], joinType=[${options.type.toUpperCase()}]`;
  },
};

type Source = Extract<Rel, { kind: 'unnest' | 'table-function' }>;

/** Projections and filters over UNNEST, composed into one of each over the elements. */
function unwind(rel: Rel):
  | {
      readonly source: Source;
      readonly exprs: readonly BoundExpr[] | undefined;
      readonly condition: BoundExpr | undefined;
    }
  | undefined {
  if (rel.kind === 'unnest' || rel.kind === 'table-function')
    return { source: rel, exprs: undefined, condition: undefined };
  if (rel.kind !== 'project' && rel.kind !== 'filter') return undefined;
  const below = unwind(rel.input);
  if (below === undefined) return undefined;
  const over = (e: BoundExpr): BoundExpr => (below.exprs === undefined ? e : substitute(e, below.exprs));
  if (rel.kind === 'project') return { ...below, exprs: rel.exprs.map(over) };
  const conditions = [
    ...(below.condition === undefined ? [] : conjuncts(below.condition)),
    ...conjuncts(over(rel.condition)),
  ];
  return { ...below, condition: conjunction(conditions) };
}

/** References to the left row, which were correlated, become plain. */
function overLeft(e: BoundExpr): BoundExpr {
  if (e.kind === 'correlated' && e.depth === 1) return { kind: 'input', index: e.index, type: e.type, span: e.span };
  return mapOperands(e, overLeft);
}

/** Over the left columns, then those of the element. */
function overBoth(e: BoundExpr, width: number): BoundExpr {
  if (e.kind === 'input') return { ...e, index: e.index + width };
  if (e.kind === 'correlated' && e.depth === 1) return { kind: 'input', index: e.index, type: e.type, span: e.span };
  return mapOperands(e, (o) => overBoth(o, width));
}
