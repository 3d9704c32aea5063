/**
 * Binds queries: WITH, set operations, VALUES, ORDER BY and LIMIT around a SELECT. What stands in a
 * SELECT is in `bind-select.ts`. Calcite: `SqlValidatorImpl.validateQuery`, `SqlToRelConverter`.
 */
import type { Span } from '../../base/span.ts';
import { leastRestrictiveType, sameType, withNullable } from '../../data/type-rules.ts';
import type { Expr, Query, QueryBody, SortItem } from '../1-parse/ast.ts';
import { bindExpr } from './bind-expr.ts';
import { bindTableName } from './bind-from.ts';
import { bindSelect } from './bind-select.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { BindContext, Cte, CteScope } from './context.ts';
import type { ExprEnv } from './expr-env.ts';
import { castTo, errorExpr, inputRef, isError, literal } from './expr-tools.ts';
import { problems } from './messages.ts';
import type { Collation, Rel } from './rel.ts';
import { namesOf, projectOf } from './rel-tools.ts';
import { EMPTY_SCOPE, type Scope } from './scope.ts';

/** Where a query stands. */
export interface QueryEnv {
  readonly cx: BindContext;
  /** Scope of the query around, for correlated sub-queries and LATERAL. */
  readonly parent?: Scope | undefined;
  readonly ctes?: CteScope | undefined;
}

/** What follows a query body. */
export interface Ending {
  readonly orderBy: readonly SortItem[];
  readonly offset: number | undefined;
  readonly limit: number | undefined;
}

/** Binds a whole query. */
export function bindQuery(query: Query, env: QueryEnv): Rel {
  const inner = withCtes(query, env);
  const ending: Ending = {
    orderBy: query.orderBy,
    offset: query.offset === undefined ? undefined : rowCount(query.offset, inner),
    limit: query.limit === undefined ? undefined : rowCount(query.limit, inner),
  };
  if (query.body.kind === 'select') return bindSelect(query.body, ending, inner);
  const rel = bindBody(query.body, inner);
  return sortOutput(rel, query.body, ending, inner);
}

/**
 * Binds a query that stands inside another: in FROM, WITH, a set operation or an expression. Its order means
 * nothing unless a LIMIT cuts it, so the sort is checked and then left out. That of a view stays: a view is a
 * query of its own. Calcite: `SqlToRelConverter.Config.isRemoveSortInSubQuery`.
 */
export function bindInnerQuery(query: Query, env: QueryEnv): Rel {
  const rel = bindQuery(query, env);
  if (!isOnlyOrdered(query)) return rel;
  if (rel.kind === 'sort') return rel.input;
  // Columns that are only sorted by are dropped above the sort.
  return rel.kind === 'project' && rel.input.kind === 'sort' ? { ...rel, input: rel.input.input } : rel;
}

function isOnlyOrdered(query: Query): boolean {
  if (query.limit !== undefined || query.offset !== undefined) return false;
  return query.orderBy.length > 0 || (query.body.kind === 'nested' && isOnlyOrdered(query.body.query));
}

function withCtes(query: Query, env: QueryEnv): QueryEnv {
  let ctes = env.ctes;
  for (const item of query.with) {
    const rel = bindInnerQuery(item.query, { ...env, ctes });
    let named: Rel = rel;
    if (item.columns !== undefined) {
      if (item.columns.length !== rel.schema.length)
        env.cx.report(problems.aliasDegree(namesOf(rel.schema), item.columns.length), item.span);
      else
        named = projectOf(
          rel,
          rel.schema.map((f, i) => inputRef(i, f.type)),
          item.columns.map((c) => c.name),
        );
    }
    const cte: Cte = { name: item.name.name, rel: named, item };
    ctes = { entries: new Map([[cte.name, cte]]), parent: ctes };
  }
  return ctes === env.ctes ? env : { ...env, ctes };
}

/** A LIMIT or OFFSET count; `undefined` (reported) when it is no constant. */
function rowCount(expr: Expr, env: QueryEnv): number | undefined {
  const bound = bindExpr(expr, exprEnv(env, EMPTY_SCOPE, 'LIMIT'));
  if (bound.kind === 'literal' && typeof bound.value === 'number') return bound.value;
  if (!isError(bound)) env.cx.report(problems.limitNotNumber(), expr.span);
  return undefined;
}

/** An environment for expressions of this query. */
export function exprEnv(env: QueryEnv, scope: Scope, clause: string): ExprEnv {
  return { cx: env.cx, scope, ctes: env.ctes, clause };
}

function bindBody(body: QueryBody, env: QueryEnv): Rel {
  switch (body.kind) {
    case 'select':
      return bindSelect(body, { orderBy: [], offset: undefined, limit: undefined }, env);
    case 'nested':
      return bindQuery(body.query, env);
    case 'table':
      return bindTableName(body.name, [], env).rel;
    case 'values':
      return bindValues(body.rows, body.span, env);
    case 'set-operation':
      return bindSetOperation(body, env);
  }
}

function bindSetOperation(body: Extract<QueryBody, { kind: 'set-operation' }>, env: QueryEnv): Rel {
  // A long chain of UNION ALL is one node with many inputs, bound without recursing per operand.
  const operands: QueryBody[] = [];
  let at: QueryBody = body;
  while (
    at.kind === 'set-operation' &&
    at.operator === body.operator &&
    at.all === body.all &&
    body.operator === 'UNION'
  ) {
    operands.push(at.right);
    at = at.left;
  }
  operands.push(at);
  if (operands.length === 1) operands.splice(0, 1, body.right, body.left);
  const rels = operands
    .reverse()
    .map((operand) => (operand.kind === 'nested' ? bindInnerQuery(operand.query, env) : bindBody(operand, env)));
  const label = `${body.operator}${body.all ? ' ALL' : ''}`;
  const [first] = rels;
  if (first === undefined) return { kind: 'values', rows: [], schema: [] };
  const broken: Rel = {
    kind: 'values',
    rows: [],
    schema: first.schema.map((f) => ({ name: f.name, type: { kind: 'ERROR', nullable: true } })),
    span: body.span,
  };
  if (rels.some((r) => r.schema.length !== first.schema.length)) {
    if (rels.every((r) => r.schema.every((f) => f.type.kind !== 'ERROR')))
      env.cx.report(problems.unionDegree(label), body.span);
    return broken;
  }
  const schema = first.schema.map((field, column) => {
    const types = rels.map((r) => r.schema[column]?.type ?? field.type);
    if (types.some((t) => t.kind === 'ERROR'))
      return { name: field.name, type: { kind: 'ERROR', nullable: true } as const };
    // Equal types keep the time attribute of the first: UNION ALL of two event-time streams is one.
    if (types.every((t) => sameType(t, field.type, { ignoreNullability: true }))) {
      return {
        name: field.name,
        type: withNullable(
          field.type,
          types.some((t) => t.nullable),
        ),
      };
    }
    const common = leastRestrictiveType(...types);
    if (common === undefined) {
      env.cx.report(problems.unionTypes(column + 1, label), rels[1]?.span ?? body.span);
      return { name: field.name, type: { kind: 'ERROR', nullable: true } as const };
    }
    return { name: field.name, type: common };
  });
  if (schema.some((f) => f.type.kind === 'ERROR')) return { ...broken, schema };
  const inputs = rels.map((rel) => {
    if (rel.schema.every((f, i) => sameType(f.type, schema[i]?.type ?? f.type, { ignoreNullability: true })))
      return rel;
    return projectOf(
      rel,
      rel.schema.map((f, i) => castTo(inputRef(i, f.type), schema[i]?.type ?? f.type)),
      namesOf(schema),
    );
  });
  const operator = body.operator === 'UNION' ? 'union' : body.operator === 'INTERSECT' ? 'intersect' : 'except';
  // Only the left side of EXCEPT comes out, and INTERSECT gives rows that both sides have.
  const outSchema =
    operator === 'except'
      ? schema.map((f, i) => ({ ...f, type: withNullable(f.type, first.schema[i]?.type.nullable ?? true) }))
      : schema;
  return { kind: 'set-operation', operator, all: body.all, inputs, schema: outSchema, span: body.span };
}

/** Binds rows of VALUES, each column to the common type of its values. */
export function bindValues(rows: readonly (readonly Expr[])[], span: Span, env: QueryEnv): Rel {
  const scope: Scope = { ...EMPTY_SCOPE, parent: env.parent };
  const bound = rows.map((row) => {
    // `VALUES ((1, 2))` and ROW(1, 2) write one row of two values.
    const [only] = row;
    const items = row.length === 1 && only?.kind === 'row' ? only.items : row;
    return items.map((item) => {
      const cell = bindExpr(item, exprEnv(env, scope, 'VALUES'));
      if (cell.type.kind === 'NULL') env.cx.report(problems.illegalNull(), item.span);
      return cell;
    });
  });
  const width = bound[0]?.length ?? 0;
  if (bound.some((row) => row.length !== width)) {
    env.cx.report(problems.valuesArity(), span);
    return { kind: 'values', rows: [], schema: [], span };
  }
  const schema = Array.from({ length: width }, (_, column) => {
    const cells = bound.map((row) => row[column] ?? errorExpr());
    const name = `EXPR$${column}`;
    if (cells.some(isError)) return { name, type: { kind: 'ERROR', nullable: true } as const };
    const type = cells.every((c) => c.type.kind === 'NULL')
      ? cells[0]?.type
      : leastRestrictiveType(...cells.map((c) => c.type));
    if (type === undefined) {
      env.cx.report(problems.valuesArity(), span);
      return { name, type: { kind: 'ERROR', nullable: true } as const };
    }
    return { name, type };
  });
  const cast = bound.map((row) => row.map((cell, column) => castTo(cell, schema[column]?.type ?? cell.type)));
  return { kind: 'values', rows: cast, schema, span };
}

/** ORDER BY and LIMIT over a body whose output columns are all there is to sort by. */
function sortOutput(rel: Rel, body: QueryBody, ending: Ending, env: QueryEnv): Rel {
  if (ending.orderBy.length === 0 && ending.offset === undefined && ending.limit === undefined) return rel;
  const scope: Scope = { tables: [{ alias: undefined, fields: rel.schema, offset: 0, source: body }], merged: [] };
  const width = rel.schema.length;
  const extra: BoundExpr[] = [];
  const collations: Collation[] = [];
  for (const item of ending.orderBy) {
    const column = sortColumn(item, width, exprEnv(env, scope, 'ORDER BY'));
    if (column === undefined) continue;
    if (typeof column === 'number') collations.push(collation(item, column));
    else if (column.kind === 'input') collations.push(collation(item, column.index));
    else collations.push(collation(item, width + extra.push(column) - 1));
  }
  return sortRel(rel, collations, extra, ending);
}

/** Sorts `rel`, whose columns are followed for the time of sorting by `extra` expressions over it. */
export function sortRel(
  rel: Rel,
  collations: readonly Collation[],
  extra: readonly BoundExpr[],
  ending: Pick<Ending, 'offset' | 'limit'>,
): Rel {
  const width = rel.schema.length;
  const refs = rel.schema.map((f, i) => inputRef(i, f.type));
  const wide =
    extra.length === 0
      ? rel
      : projectOf(rel, [...refs, ...extra], [...namesOf(rel.schema), ...extra.map((_, i) => `$sort${i}`)]);
  const sorted: Rel = {
    kind: 'sort',
    input: wide,
    collations,
    schema: wide.schema,
    ...(ending.offset === undefined ? {} : { offset: ending.offset }),
    ...(ending.limit === undefined ? {} : { limit: ending.limit }),
  };
  return extra.length === 0 ? sorted : projectOf(sorted, refs.slice(0, width), namesOf(rel.schema));
}

/** Flink: NULL is the smallest value unless NULLS FIRST or LAST is written. */
export function collation(item: SortItem, index: number): Collation {
  return {
    index,
    descending: item.descending,
    nullsFirst: item.nulls === undefined ? !item.descending : item.nulls === 'FIRST',
  };
}

/** What an ORDER BY item sorts by: an output position (ordinal), or an expression. `undefined` when it does not bind. */
export function sortColumn(item: SortItem, width: number, env: ExprEnv): number | BoundExpr | undefined {
  const { expr } = item;
  if (expr.kind === 'literal' && expr.value.kind === 'number' && /^\d+$/.test(expr.value.text)) {
    const ordinal = Number(expr.value.text);
    if (ordinal >= 1 && ordinal <= width) return ordinal - 1;
    env.cx.report(problems.ordinalOutOfRange(), expr.span);
    return undefined;
  }
  const bound = bindExpr(expr, env);
  return isError(bound) ? undefined : bound;
}

/** A relation that stands for a query that did not bind: any column of it is accepted silently. */
export function brokenRel(span: Span): Rel {
  return {
    kind: 'values',
    rows: [[literal(null, { kind: 'ERROR', nullable: true })]],
    schema: [{ name: '', type: { kind: 'ERROR', nullable: true } }],
    span,
  };
}
