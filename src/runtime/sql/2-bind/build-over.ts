/** Makes the OVER node of a SELECT. Calcite: `ProjectToWindowRule`. */
import { assert } from '../../base/assert.ts';
import type { Field } from '../../data/logical-type.ts';
import type { AggregateCall, BoundExpr } from './bound-expr.ts';
import { aggregateCall, type Built } from './build-aggregate.ts';
import { OVER_BASE, type SelectCalls, WINDOW_PROPERTY_BASE } from './expr-env.ts';
import { inputRef, mapInputs } from './expr-tools.ts';
import type { OverGroup, Rel } from './rel.ts';
import { allRefs, namesOf, projectOf } from './rel-tools.ts';
import { exprKey } from './tree-keys.ts';

/** Makes the OVER node of a SELECT from its collected calls; calls over one window share a group. */
export function buildOver(input: Rel, calls: SelectCalls, rewrite: (e: BoundExpr) => BoundExpr): Built {
  const width = input.schema.length;
  const extra: BoundExpr[] = [];
  const columnOf = (expr: BoundExpr): number => {
    if (expr.kind === 'input') return expr.index;
    const key = exprKey(expr);
    const found = extra.findIndex((e) => exprKey(e) === key);
    return width + (found === -1 ? extra.push(expr) - 1 : found);
  };
  const groups: { spec: Omit<OverGroup, 'calls'>; key: string; calls: AggregateCall[]; indexes: number[] }[] = [];
  for (const [index, pending] of calls.overs.entries()) {
    const partitionBy = pending.partitionBy.map((e) => columnOf(rewrite(e)));
    const orderBy = pending.orderBy.map((o) => ({
      index: columnOf(rewrite(o.expr)),
      descending: o.descending,
      nullsFirst: o.nullsFirst,
    }));
    const { call } = pending;
    const args = call.args.map(rewrite);
    const built = aggregateCall(
      { ...call, args, filter: call.filter === undefined ? undefined : rewrite(call.filter) },
      `w0$o${index}`,
      false,
      columnOf,
    );
    const spec = {
      partitionBy,
      orderBy,
      unit: pending.unit,
      following: pending.following,
      ...(pending.preceding === undefined ? {} : { preceding: pending.preceding }),
    };
    const key = JSON.stringify([
      partitionBy,
      orderBy,
      pending.unit,
      pending.preceding ?? null,
      String(pending.following),
    ]);
    const group = groups.find((g) => g.key === key);
    if (group === undefined) groups.push({ spec, key, calls: [built], indexes: [index] });
    else {
      group.calls.push(built);
      group.indexes.push(index);
    }
  }
  const source =
    extra.length === 0
      ? input
      : projectOf(
          input,
          [...allRefs(input.schema), ...extra],
          [...namesOf(input.schema), ...extra.map((_, i) => `$over${i}`)],
        );
  const positions = new Map<number, { index: number; type: Field['type'] }>();
  let next = source.schema.length;
  const schema: Field[] = [...source.schema];
  for (const group of groups) {
    for (const [i, call] of group.calls.entries()) {
      positions.set(group.indexes[i] ?? 0, { index: next, type: call.type });
      schema.push({ name: call.name, type: call.type });
      next += 1;
    }
  }
  const rel: Rel = { kind: 'over', input: source, groups: groups.map((g) => ({ ...g.spec, calls: g.calls })), schema };
  return {
    rel,
    rewrite: (expr) =>
      mapInputs(expr, (ref) => {
        if (ref.index < OVER_BASE || ref.index >= WINDOW_PROPERTY_BASE) return ref;
        const position = positions.get(ref.index - OVER_BASE);
        assert(position !== undefined, 'an OVER placeholder names a collected call');
        return inputRef(position.index, position.type, ref.span);
      }),
  };
}
