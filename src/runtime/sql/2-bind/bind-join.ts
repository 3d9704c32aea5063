/** Binds joins: ON, USING, NATURAL, cross, temporal (FOR SYSTEM_TIME AS OF), and joins with a lateral right side. */
import type { Span } from '../../base/span.ts';
import { withNullable } from '../../data/type-rules.ts';
import type { Identifier, TableRef } from '../1-parse/ast.ts';
import { callFunction } from './bind-call.ts';
import { bindCondition, bindExpr } from './bind-expr.ts';
import { bindFrom, type FromItem } from './bind-from.ts';
import { exprEnv, type QueryEnv } from './bind-query.ts';
import type { BoundExpr } from './bound-expr.ts';
import { booleanLiteral, callOf, castTo, conjunction, conjuncts, inputRef, isError, mapInputs } from './expr-tools.ts';
import { columnAt } from './listener.ts';
import { problems } from './messages.ts';
import type { Rel } from './rel.ts';
import { filterOf } from './rel-tools.ts';
import type { MergedColumn, Scope, ScopeTable } from './scope.ts';

type JoinRef = Extract<TableRef, { kind: 'join' }>;
type JoinType = 'inner' | 'left' | 'right' | 'full' | 'semi';

const TYPES: Readonly<Record<JoinRef['type'], JoinType>> = {
  INNER: 'inner',
  LEFT: 'left',
  RIGHT: 'right',
  FULL: 'full',
  CROSS: 'inner',
  COMMA: 'inner',
  'LEFT SEMI': 'semi',
  ASOF: 'inner',
};

/** Binds a join; columns of the left come first. */
export function bindJoin(join: JoinRef, env: QueryEnv): FromItem {
  const { cx } = env;
  const type = TYPES[join.type];
  const left = bindFrom(join.left, env);
  const leftScope: Scope = { tables: left.tables, merged: left.merged, parent: env.parent };
  const right = bindFrom(join.right, env, leftScope);
  checkAliases(left, right, join, env);
  const item = combine(left, right, type);
  const scope: Scope = { tables: item.tables, merged: item.merged, parent: env.parent };
  const width = left.rel.schema.length;
  if (join.type === 'ASOF') cx.report(problems.unsupportedExpr('ASOF JOIN'), join.span);
  const onScope: Scope = { ...scope, tables: [...left.tables, ...shifted(right.tables, width)] };
  const { condition, merged } = joinCondition(join, left, right, onScope, width, type, env);
  const asOf = temporalPeriod(join.right);
  const withMerged: FromItem = merged.length === 0 ? item : { ...item, merged: [...merged, ...item.merged] };
  if (asOf !== undefined) {
    const period = bindExpr(asOf, exprEnv(env, leftScope, 'FOR SYSTEM_TIME AS OF'));
    const attribute = 'timeAttribute' in period.type ? period.type.timeAttribute : undefined;
    if (!isError(period) && (period.kind !== 'input' || attribute === undefined))
      cx.report(problems.temporalPeriod(), asOf.span);
    if (type !== 'inner' && type !== 'left')
      cx.report(problems.unsupportedExpr('A temporal join that is neither INNER nor LEFT'), join.span);
    const rel: Rel = {
      kind: 'temporal-join',
      type: type === 'left' ? 'left' : 'inner',
      left: left.rel,
      right: right.rel,
      period,
      condition,
      schema: item.rel.schema,
      span: join.span,
    };
    return { ...withMerged, rel };
  }
  if (isLateral(join.right) && !isProcess(right.rel))
    return { ...withMerged, rel: correlate(left.rel, right.rel, type, condition, item.rel.schema, join, env) };
  const rel: Rel = {
    kind: 'join',
    type,
    left: left.rel,
    right: right.rel,
    condition,
    hints: {},
    schema: item.rel.schema,
    span: join.span,
  };
  return { ...withMerged, rel };
}

function shifted(tables: readonly ScopeTable[], by: number): readonly ScopeTable[] {
  return tables.map((t) => ({ ...t, offset: t.offset + by }));
}

/** Both sides side by side; a side that may be missing becomes nullable. */
function combine(left: FromItem, right: FromItem, type: JoinType): FromItem {
  const width = left.rel.schema.length;
  const leftNullable = type === 'right' || type === 'full';
  const rightNullable = type === 'left' || type === 'full';
  const nullableIf = <F extends { readonly type: ScopeTable['fields'][number]['type'] }>(
    fields: readonly F[],
    yes: boolean,
  ): readonly F[] => (yes ? fields.map((f) => ({ ...f, type: withNullable(f.type, true) })) : fields);
  const leftTables = left.tables.map((t) => ({ ...t, fields: nullableIf(t.fields, leftNullable) }));
  const rightTables = shifted(right.tables, width).map((t) => ({ ...t, fields: nullableIf(t.fields, rightNullable) }));
  const schema = [
    ...nullableIf(left.rel.schema, leftNullable),
    ...(type === 'semi' ? [] : nullableIf(right.rel.schema, rightNullable)),
  ];
  const merged: MergedColumn[] = [
    ...left.merged,
    ...right.merged.map((m) => ({
      ...m,
      expr: mapInputs(m.expr, (ref) => ({ ...ref, index: ref.index + width })),
      sources: m.sources.map((s) => s + width),
    })),
  ];
  // The relation is replaced by the caller; its schema is what counts here.
  const rel: Rel = { ...left.rel, schema };
  return { rel, tables: type === 'semi' ? leftTables : [...leftTables, ...rightTables], merged };
}

function checkAliases(left: FromItem, right: FromItem, join: JoinRef, env: QueryEnv): void {
  for (const table of right.tables) {
    if (table.alias !== undefined && left.tables.some((t) => t.alias === table.alias)) {
      env.cx.report(problems.duplicateAlias(table.alias), join.right.span);
    }
  }
}

interface JoinOn {
  readonly condition: BoundExpr;
  readonly merged: readonly MergedColumn[];
}

function joinCondition(
  join: JoinRef,
  left: FromItem,
  right: FromItem,
  scope: Scope,
  width: number,
  type: JoinType,
  env: QueryEnv,
): JoinOn {
  const { cx } = env;
  const cross = join.type === 'CROSS' || join.type === 'COMMA';
  const always: JoinOn = { condition: booleanLiteral(true), merged: [] };
  if (join.condition?.kind === 'on') {
    if (cross) cx.report(problems.crossJoinCondition(), join.condition.expr.span);
    const condition = bindCondition(join.condition.expr, { ...exprEnv(env, scope, 'ON') });
    return { condition: isError(condition) ? booleanLiteral(true) : condition, merged: [] };
  }
  if (join.condition?.kind === 'using')
    return usingCondition(
      join.condition.columns,
      left,
      right,
      { width, type, natural: false, span: join.span, scope },
      env,
    );
  if (join.natural) {
    const names = left.tables
      .flatMap((t) => t.fields.map((f) => f.name))
      .filter((n) => right.tables.some((t) => t.fields.some((f) => f.name === n)));
    const columns: Identifier[] = [...new Set(names)].map((name) => ({ name, quoted: false, span: join.span }));
    return usingCondition(columns, left, right, { width, type, natural: true, span: join.span, scope }, env);
  }
  if (!cross) cx.report(problems.joinNeedsCondition(), join.span);
  return always;
}

interface CommonColumns {
  readonly width: number;
  readonly type: JoinType;
  readonly natural: boolean;
  readonly span: Span;
  /** Both sides. */
  readonly scope: Scope;
}

function usingCondition(
  columns: readonly Identifier[],
  left: FromItem,
  right: FromItem,
  { width, type, natural, span, scope }: CommonColumns,
  env: QueryEnv,
): JoinOn {
  const tests: BoundExpr[] = [];
  const merged: MergedColumn[] = [];
  for (const column of columns) {
    const l = findColumn(column, left, 0, env);
    const r = findColumn(column, right, width, env);
    if (l === undefined || r === undefined) continue;
    const test = callFunction('=', [l.expr, r.expr], span, env.cx);
    if (!isError(test)) tests.push(test);
    const nullableLeft = type === 'right' || type === 'full';
    const lOut = castTo(
      { ...l.expr, type: withNullable(l.expr.type, l.expr.type.nullable || nullableLeft) },
      l.expr.type,
    );
    const rOut: BoundExpr = {
      ...r.expr,
      type: withNullable(r.expr.type, r.expr.type.nullable || type === 'left' || type === 'full'),
    };
    const expr =
      type === 'right'
        ? rOut
        : type === 'full'
          ? callOf(
              'COALESCE',
              [lOut, castTo(rOut, lOut.type)],
              withNullable(lOut.type, lOut.type.nullable && rOut.type.nullable),
            )
          : lOut;
    const columns = [...l.sources, ...r.sources].flatMap((position) => columnAt(scope, position));
    if (natural) env.cx.listener?.natural(columns);
    else env.cx.listener?.column({ span: column.span, parts: [column] }, 0, columns);
    merged.push({ name: column.name, expr, sources: [...l.sources, ...r.sources], ...(natural ? { natural } : {}) });
  }
  return { condition: conjunction(tests), merged };
}

function findColumn(
  column: Identifier,
  side: FromItem,
  offset: number,
  env: QueryEnv,
): { readonly expr: BoundExpr; readonly sources: readonly number[] } | undefined {
  const merged = side.merged.find((m) => m.name === column.name);
  if (merged !== undefined) {
    return {
      expr: mapInputs(merged.expr, (ref) => ({ ...ref, index: ref.index + offset })),
      sources: merged.sources.map((s) => s + offset),
    };
  }
  const hits = side.tables.flatMap((t) =>
    t.fields.flatMap((f, i) => (f.name === column.name ? [{ index: t.offset + i + offset, type: f.type }] : [])),
  );
  const [hit] = hits;
  if (hit === undefined) {
    if (!side.tables.some((t) => t.open)) env.cx.report(problems.usingUnknown(column.name), column.span);
    return undefined;
  }
  if (hits.length > 1) env.cx.report(problems.ambiguousColumn(column.name), column.span);
  return { expr: inputRef(hit.index, hit.type, column.span), sources: [hit.index] };
}

/** The AS OF expression of a temporal right side. */
function temporalPeriod(table: TableRef) {
  if (table.kind === 'table') return table.asOf;
  return table.kind === 'paren' && table.alias === undefined && table.table.kind === 'table'
    ? table.table.asOf
    : undefined;
}

function isLateral(table: TableRef): boolean {
  if (table.kind === 'paren') return isLateral(table.table);
  if (table.kind === 'unnest') return true;
  if (table.kind === 'derived') return table.lateral;
  return (
    table.kind === 'function' &&
    (table.lateral || /^UNNEST$/i.test(table.call.name.parts[table.call.name.parts.length - 1]?.name ?? ''))
  );
}

/** A process function reads its own table and nothing of the left row, whatever stands before it. */
function isProcess(rel: Rel): boolean {
  return rel.kind === 'process-function';
}

/** For each left row the right side; its condition moves into the right side. */
function correlate(
  left: Rel,
  right: Rel,
  type: JoinType,
  condition: BoundExpr,
  schema: Rel['schema'],
  join: JoinRef,
  env: QueryEnv,
): Rel {
  if (type !== 'inner' && type !== 'left') {
    env.cx.report(problems.unsupportedExpr('A LATERAL join that is neither INNER nor LEFT'), join.span);
    return { kind: 'values', rows: [], schema };
  }
  const width = left.schema.length;
  const inside = conjuncts(condition).map((c) =>
    mapInputs(
      c,
      (ref): BoundExpr =>
        ref.index >= width
          ? { ...ref, index: ref.index - width }
          : { kind: 'correlated', depth: 1, index: ref.index, type: ref.type, span: ref.span },
    ),
  );
  const filtered = inside.length === 0 ? right : filterOf(right, conjunction(inside));
  return { kind: 'correlate', type, left, right: filtered, schema, span: join.span };
}
