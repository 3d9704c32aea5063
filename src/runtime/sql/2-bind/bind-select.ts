/**
 * Binds SELECT. The order is SQL's order of evaluation:
 *
 *   FROM → WHERE → GROUP BY → HAVING → OVER → QUALIFY → select list → DISTINCT → ORDER BY, LIMIT
 *
 * Expressions are bound over the FROM row first, with placeholders for aggregates and OVER calls
 * (`expr-env.ts`); once the aggregate node exists they are rewritten to its output.
 */
import type { Select, SelectItem } from '../1-parse/ast.ts';
import { bindCondition, bindExpr, expandStar } from './bind-expr.ts';
import { bindFrom } from './bind-from.ts';
import { bindGroupBy } from './bind-group-by.ts';
import { collation, type Ending, exprEnv, type QueryEnv, sortColumn, sortRel } from './bind-query.ts';
import type { BoundExpr } from './bound-expr.ts';
import { buildAggregate } from './build-aggregate.ts';
import { buildOver } from './build-over.ts';
import { type ExprEnv, SelectCalls } from './expr-env.ts';
import { inputRef, isError } from './expr-tools.ts';
import type { OutputColumn } from './listener.ts';
import { problems } from './messages.ts';
import type { Collation, Rel } from './rel.ts';
import { filterOf, projectOf } from './rel-tools.ts';
import type { Scope } from './scope.ts';
import { exprKey } from './tree-keys.ts';

interface Item extends OutputColumn {
  readonly expr: BoundExpr;
}

/** Hints of a query block; they advise and change no result here. Flink: `FlinkHintStrategies`. */
const KNOWN_HINTS = new Set([
  'OPTIONS',
  'STATE_TTL',
  'BROADCAST',
  'SHUFFLE_HASH',
  'SHUFFLE_MERGE',
  'NEST_LOOP',
  'LOOKUP',
  'MULTI_JOIN',
  'EARLY_FIRE',
  'LATE_FIRE',
  'JSON_AGGREGATE_WRAPPED',
  'MINI_BATCH',
]);

/** Binds a SELECT with the ORDER BY and LIMIT that follow it. */
export function bindSelect(select: Select, ending: Ending, env: QueryEnv): Rel {
  const { cx } = env;
  for (const hint of select.hints)
    if (!KNOWN_HINTS.has(hint.name.toUpperCase())) cx.report(problems.unknownHint(hint.name), hint.span);
  const from = select.from === undefined ? undefined : bindFrom(select.from, env);
  const base: Rel = from?.rel ?? { kind: 'values', rows: [[]], schema: [] };
  const scope: Scope = { tables: from?.tables ?? [], merged: from?.merged ?? [], parent: env.parent };
  const plain = exprEnv(env, scope, 'SELECT');
  let rel = base;
  if (select.where !== undefined) {
    const condition = bindCondition(select.where, { ...plain, clause: 'WHERE' });
    if (!isError(condition)) rel = filterOf(rel, condition, select.whereSpan ?? select.where.span);
  }
  const windows = new Map(select.windows.map((w) => [w.name.name, w.spec] as const));
  const calls = new SelectCalls();
  const groupBy =
    select.groupBy === undefined ? undefined : bindGroupBy(select.groupBy.items, { ...plain, clause: 'GROUP BY' });
  const itemEnv: ExprEnv = {
    ...plain,
    calls,
    allowOver: true,
    windows,
    groupWindow: groupBy?.window,
    groupKeys: groupBy?.keys ?? [],
  };
  const items = bindItems(select.items, itemEnv);
  cx.listener?.outputs(select, items);
  const aliases = new Map(items.map((i) => [i.name, i.expr] as const));
  const having =
    select.having === undefined
      ? undefined
      : bindCondition(select.having, { ...itemEnv, clause: 'HAVING', allowOver: false });
  const qualify =
    select.qualify === undefined
      ? undefined
      : bindCondition(select.qualify, { ...itemEnv, clause: 'QUALIFY', aliases, select });
  const sortEnv: ExprEnv = { ...itemEnv, clause: 'ORDER BY', aliases, select };
  const sorts = ending.orderBy.map((item) => ({ item, column: sortColumn(item, items.length, sortEnv) }));

  let rewrite = (expr: BoundExpr): BoundExpr => expr;
  if (groupBy !== undefined || calls.aggregates.length > 0 || having !== undefined) {
    const grouped = buildAggregate(rel, groupBy, calls, itemEnv);
    rel = grouped.rel;
    rewrite = grouped.rewrite;
  }
  if (having !== undefined && !isError(having)) {
    const condition = rewrite(having);
    if (!isError(condition)) rel = filterOf(rel, condition, select.havingSpan ?? select.having?.span);
  }
  if (calls.overs.length > 0) {
    const over = buildOver(rel, calls, rewrite);
    rel = over.rel;
    const before = rewrite;
    rewrite = (expr) => over.rewrite(before(expr));
  }
  // Flink's rule for it stumbles over the aggregate.
  if (qualify !== undefined && (groupBy !== undefined || calls.aggregates.length > 0)) {
    cx.report(problems.qualifyAggregate(), select.qualify?.span);
  }
  if (qualify !== undefined && !isError(qualify)) rel = filterOf(rel, rewrite(qualify), select.qualify?.span);

  const exprs = items.map((i) => rewrite(i.expr));
  const names = items.map((i) => i.name);
  const projected = projectOf(rel, exprs, names, select.span);
  const distinct = select.quantifier === 'DISTINCT';
  const output: Rel = distinct ? distinctOf(projected) : projected;
  if (ending.orderBy.length === 0 && ending.offset === undefined && ending.limit === undefined) return output;

  // Sort keys that are no output columns are computed beside them and dropped after sorting.
  const hidden: BoundExpr[] = [];
  const collations: Collation[] = [];
  for (const { item, column } of sorts) {
    if (column === undefined) continue;
    if (typeof column === 'number') {
      collations.push(collation(item, column));
      continue;
    }
    const expr = rewrite(column);
    if (isError(expr)) continue;
    const key = exprKey(expr);
    const index = exprs.findIndex((e) => exprKey(e) === key);
    if (index !== -1) collations.push(collation(item, index));
    else if (distinct) cx.report(problems.notGrouped(cx.textOf(item.span)), item.span);
    else if (expr.kind !== 'literal') collations.push(collation(item, exprs.length + hidden.push(expr) - 1));
  }
  if (hidden.length === 0) return sortRel(output, collations, [], ending);
  const wide = projectOf(rel, [...exprs, ...hidden], [...names, ...hidden.map((_, i) => `$sort${i}`)], select.span);
  const sorted = sortRel(wide, collations, [], ending);
  return projectOf(
    sorted,
    wide.schema.slice(0, exprs.length).map((f, i) => inputRef(i, f.type)),
    names,
  );
}

/** SELECT DISTINCT: an aggregate without calls. */
export function distinctOf(rel: Rel): Rel {
  return { kind: 'aggregate', input: rel, keys: rel.schema.map((_, i) => i), calls: [], schema: rel.schema };
}

function bindItems(written: readonly SelectItem[], env: ExprEnv): readonly Item[] {
  const items: Item[] = [];
  for (const item of written) {
    if (item.expr.kind === 'star') {
      for (const { expr, name, columns } of expandStar(item.expr, env)) items.push({ expr, name, item, columns });
      continue;
    }
    const expr = bindExpr(item.expr, env);
    if (expr.type.kind === 'NULL') env.cx.report(problems.illegalNull(), item.span);
    items.push({ expr, name: item.alias?.name ?? naturalName(item) ?? `EXPR$${items.length}`, item, columns: [] });
  }
  return items;
}

/** The name an expression has by itself: the last part of a column name. Calcite: `SqlValidatorUtil.alias`. */
function naturalName(item: SelectItem): string | undefined {
  let expr = item.expr;
  while (expr.kind === 'paren') expr = expr.operand;
  return expr.kind === 'column' ? expr.name.parts[expr.name.parts.length - 1]?.name : undefined;
}
