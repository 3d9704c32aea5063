/** Planning of joins of two windowed inputs within the same window. Flink: `StreamPhysicalWindowJoin`. */
import { inputRef } from '../../sql/2-bind/expr-tools.ts';
import { INSERT_ONLY } from '../../sql/3-plan/changelog-mode.ts';
import { exprText } from '../../sql/3-plan/expr-text.ts';
import { analyseJoin, joinedSchema } from '../../sql/3-plan/join-analysis.ts';
import type { Draft, PlanRule, WindowProperties } from '../../sql/3-plan/rule.ts';

/** Joins when both sides have window columns and the condition equates window_start and window_end. */
export const windowJoinRule: PlanRule = {
  kind: 'window-join',
  plan(rel, cx) {
    if (rel.kind !== 'join' || cx.batch) return undefined;
    const plannedLeft = cx.plan(rel.left);
    const plannedRight = cx.plan(rel.right);
    const [l, r] = [plannedLeft.window, plannedRight.window];
    if (l?.start === undefined || l.end === undefined || r?.start === undefined || r.end === undefined)
      return undefined;
    if (!sameWindow(l, r)) return undefined;
    const semi = rel.type === 'semi' || rel.type === 'anti';
    const { left, right, keys, residual, output } = analyseJoin(rel.condition, plannedLeft, plannedRight, semi, cx);
    const equates = (a: number | undefined, b: number | undefined): boolean =>
      keys.some((k) => k.left === a && k.right === b);
    if (!equates(l.start, r.start) || !equates(l.end, r.end)) return undefined;
    const isWindowKey = (k: { left: number; right: number }): boolean =>
      (k.left === l.start && k.right === r.start) || (k.left === l.end && k.right === r.end);
    const join: Draft = {
      rule: windowJoinRule,
      options: {
        kind: 'window-join',
        type: rel.type,
        keys: keys.filter((k) => !isWindowKey(k)),
        ...(residual === undefined ? {} : { residual }),
        leftWindowStart: l.start,
        leftWindowEnd: l.end,
        rightWindowStart: r.start,
        rightWindowEnd: r.end,
        local: l.local,
      },
      inputs: [left, right],
      schema: joinedSchema(rel, left, right),
      name: 'WindowJoin',
      upsertKeys: [],
      // The window columns of the side whose rows always come out go on.
      window: rel.type === 'right' ? shifted(r, left.schema.length) : rel.type === 'full' ? undefined : l,
      nodeIds: [],
      span: rel.span,
    };
    return cx.calc(
      join,
      output.map((i) => inputRef(i, join.schema[i]?.type ?? { kind: 'ERROR', nullable: true })),
      rel.schema.map((f) => f.name),
    );
  },
  insertOnly: () => 'StreamPhysicalWindowJoin',
  provides: () => INSERT_ONLY,
  requires: (_, _required, inputs) => inputs.map(() => 'none'),
  explain({ options, inputs: [left, right] }) {
    if (options.kind !== 'window-join') return '';
    const both = [...(left?.schema ?? []), ...(right?.schema ?? [])];
    const keys = options.keys.map((k) => `(${left?.schema[k.left]?.name} = ${right?.schema[k.right]?.name})`);
    const where = [...keys, ...(options.residual === undefined ? [] : [exprText(options.residual, both)])].join(
      ' AND ',
    );
    return `joinType=[${options.type}], where=[${where}], select=[${both.map((f) => f.name).join(', ')}]`;
  },
};

function sameWindow(a: WindowProperties, b: WindowProperties): boolean {
  return (
    a.attribute === b.attribute &&
    JSON.stringify({ ...a.window, partitionKeys: [] }) === JSON.stringify({ ...b.window, partitionKeys: [] })
  );
}

function shifted(w: WindowProperties, by: number): WindowProperties {
  const move = (c: number | undefined): number | undefined => (c === undefined ? undefined : c + by);
  return { ...w, start: move(w.start), end: move(w.end), time: move(w.time) };
}
