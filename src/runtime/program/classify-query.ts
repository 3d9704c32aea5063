/**
 * Recognises what a query does from its shape, so that the canvas can show a filter as a filter and
 * a Top-N as a Top-N, with one line that says the node's own setting. Without types: where only the
 * binder could tell (is this column a time attribute?) the shape that people write for it decides.
 *
 * Rule of the nesting: a projection or filter around a derived table is the operator inside it; any
 * other outer shape names the node. A query with common table expressions is several operators in
 * one text and stays `sql`.
 */
import type { Span } from '../base/span.ts';
import type {
  CreateTable,
  Expr,
  ExprOf,
  QualifiedName,
  Query,
  QueryBody,
  Select,
  TableRef,
} from '../sql/1-parse/ast.ts';
import { classifyJoin } from './classify-join.ts';
import type { NodeKind } from './graph.ts';
import { firstLine, oneLine, shorten } from './one-line.ts';
import { collectReferences } from './references.ts';
import { someExpr } from './walk.ts';

/** What a classification may ask of the script around the query. */
export interface ClassifyContext {
  readonly text: string;
  /** The definition of the table that a name means here, if it is one. */
  readonly tableOf: (name: QualifiedName) => CreateTable | null;
  /** Whether a function of that name is declared LANGUAGE TYPESCRIPT. */
  readonly isTypescript: (name: string) => boolean;
}

/** Kind of the node, and its one-line summary. */
export interface Classification {
  readonly kind: NodeKind;
  readonly summary: string;
}

/** Window table functions; the names of the window form. */
const WINDOW_FUNCTIONS: ReadonlySet<string> = new Set(['TUMBLE', 'HOP', 'CUMULATE', 'SESSION']);

/** Flink's built-in aggregates: a SELECT that calls one without OVER aggregates. */
const AGGREGATES: ReadonlySet<string> = new Set([
  'COUNT',
  'SUM',
  'SUM0',
  'AVG',
  'MIN',
  'MAX',
  'STDDEV',
  'STDDEV_POP',
  'STDDEV_SAMP',
  'VARIANCE',
  'VAR_POP',
  'VAR_SAMP',
  'COLLECT',
  'LISTAGG',
  'FIRST_VALUE',
  'LAST_VALUE',
  'ARRAY_AGG',
  'JSON_OBJECTAGG',
  'JSON_ARRAYAGG',
  'APPROX_COUNT_DISTINCT',
  'PERCENTILE',
  'REGR_COUNT',
  'COVAR_POP',
  'COVAR_SAMP',
  'EVERY',
  'SOME',
  'FUSION',
  'INTERSECTION',
]);

/** Numbering functions of the Top-N and deduplication patterns. */
const RANKS: ReadonlySet<string> = new Set(['ROW_NUMBER', 'RANK', 'DENSE_RANK']);

/** Recognises a query. Cost: linear in the query. */
export function classifyQuery(query: Query, context: ClassifyContext): Classification {
  const asSql: Classification = { kind: 'sql', summary: firstLine(context.text, query.span) };
  if (query.with.length > 0) return asSql;
  if (query.orderBy.length > 0 || query.limit || query.offset) {
    if (!query.limit || query.orderBy.length === 0) return asSql;
    const order = query.orderBy.map((item) => oneLine(context.text, item.span)).join(', ');
    return { kind: 'top-n', summary: shorten(`first ${oneLine(context.text, query.limit.span)} by ${order}`) };
  }
  return classifyBody(query.body, context) ?? asSql;
}

function classifyBody(body: QueryBody, context: ClassifyContext): Classification | null {
  switch (body.kind) {
    case 'nested':
      return classifyQuery(body.query, context);
    case 'values':
      return { kind: 'values', summary: body.rows.length === 1 ? '1 row' : `${body.rows.length} rows` };
    case 'table':
      return { kind: 'map', summary: '*' };
    case 'set-operation':
      return classifyUnion(body);
    case 'select':
      return classifySelect(body, context);
  }
}

function classifyUnion(body: Extract<QueryBody, { kind: 'set-operation' }>): Classification | null {
  let count = 1;
  let all = true;
  const pending: QueryBody[] = [body];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.kind === 'nested' && next.query.with.length === 0 && next.query.body.kind === 'set-operation')
      pending.push(next.query.body);
    if (next.kind !== 'set-operation') continue;
    if (next.operator !== 'UNION') return null;
    all &&= next.all;
    count += 1;
    pending.push(next.left, next.right);
  }
  return { kind: 'union', summary: `${all ? 'UNION ALL' : 'UNION'} of ${count} inputs` };
}

function classifySelect(select: Select, context: ClassifyContext): Classification | null {
  const text = context.text;
  if (!select.from) return { kind: 'values', summary: oneLine(text, select.itemsSpan) };
  const aggregate = classifyAggregate(select, select.from, context);
  if (aggregate) return aggregate;
  const rank = classifyRank(select, context);
  if (rank) return rank;
  const from = unwrap(select.from);
  if (from.kind === 'match-recognize')
    return { kind: 'pattern', summary: shorten(`PATTERN ${oneLine(text, from.match.pattern.span)}`) };
  const over = overCall(select);
  if (over) return { kind: 'over', summary: oneLine(text, over) };
  if (from.kind === 'function') return classifyFunction(from, context);
  if (from.kind === 'join') return classifyJoin(from, select, context);
  if (from.kind === 'unnest' || from.kind === 'error') return null;
  if (from.kind === 'values')
    return { kind: 'values', summary: from.rows.length === 1 ? '1 row' : `${from.rows.length} rows` };
  if (readsTablesInCondition(select)) {
    return { kind: 'join', summary: select.where ? shorten(`where ${oneLine(text, select.where.span)}`) : '' };
  }
  if (from.kind === 'derived' && !select.quantifier) {
    const inner = classifyQuery(from.query, context);
    if (inner.kind !== 'filter' && inner.kind !== 'map') return inner;
  }
  return classifyProjection(select, context);
}

/** Filter or map. */
function classifyProjection(select: Select, context: ClassifyContext): Classification {
  const only = select.items[0];
  const everything = select.items.length === 1 && only?.expr.kind === 'star' && !only.alias;
  const where = select.where ? oneLine(context.text, select.where.span) : '';
  if (everything && select.where && select.quantifier !== 'DISTINCT') return { kind: 'filter', summary: where };
  const items = (select.quantifier === 'DISTINCT' ? 'DISTINCT ' : '') + oneLine(context.text, itemsOf(select));
  return { kind: 'map', summary: shorten(where === '' ? items : `${items} where ${where}`) };
}

function itemsOf(select: Select): Span {
  const first = select.items[0];
  const last = select.items.at(-1);
  return first && last ? { start: first.span.start, end: last.span.end } : select.itemsSpan;
}

// ---------------------------------------------------------------- aggregation

function classifyAggregate(select: Select, from: TableRef, context: ClassifyContext): Classification | null {
  const text = context.text;
  const aggregates = select.items.filter((item) => isAggregating(item.expr));
  if (!select.groupBy && !select.having && aggregates.length === 0) return null;
  const keys = (select.groupBy?.items ?? []).map((item) => ({
    span: item.span,
    expr: item.kind === 'expr' ? item.expr : null,
  }));
  const names = keys.map((key) => (key.expr?.kind === 'column' ? (key.expr.name.parts.at(-1)?.name ?? '') : ''));
  const others = keys
    .filter(
      (key, i) =>
        names[i] !== 'window_start' &&
        names[i] !== 'window_end' &&
        names[i] !== 'window_time' &&
        !groupWindow(key.expr),
    )
    .map((key) => oneLine(text, key.span));
  const measures = aggregates.map((item) => oneLine(text, item.span)).join(', ');
  const by = others.length > 0 ? `by ${others.join(', ')}` : '';
  const legacy = keys.map((key) => groupWindow(key.expr)).find((call) => call !== null);
  const tvf = names.includes('window_start') && names.includes('window_end') ? windowOf(from) : null;
  if (legacy || tvf) {
    const window = legacy ? oneLine(text, legacy.span) : tvf ? windowSummary(tvf, text) : '';
    return {
      kind: 'window-aggregate',
      summary: shorten([window, by, measures].filter((part) => part !== '').join(' · ')),
    };
  }
  return { kind: 'group-aggregate', summary: shorten([by, measures].filter((part) => part !== '').join(' · ')) };
}

function isAggregating(expr: Expr): boolean {
  return someExpr(
    expr,
    (e) => e.kind === 'call' && !e.over && e.name.parts.length === 1 && AGGREGATES.has(callName(e)),
  );
}

/** Upper-case function name of a call. */
export function callName(call: ExprOf<'call'>): string {
  return (call.name.parts.at(-1)?.name ?? '').toUpperCase();
}

/** `GROUP BY TUMBLE(ts, INTERVAL …)`, the form before table functions. */
function groupWindow(expr: Expr | null): ExprOf<'call'> | null {
  return expr?.kind === 'call' && ['TUMBLE', 'HOP', 'SESSION'].includes(callName(expr)) ? expr : null;
}

/** The window function that feeds a FROM: directly or within derived tables that only pass it on. */
function windowOf(table: TableRef): ExprOf<'call'> | null {
  const from = unwrap(table);
  if (from.kind === 'function') return windowCall(from.call);
  if (from.kind === 'join') return windowOf(from.left) ?? windowOf(from.right);
  if (from.kind === 'derived') {
    const body = from.query.body;
    return body.kind === 'select' && body.from ? windowOf(body.from) : null;
  }
  return null;
}

/** The call if it is one of TUMBLE, HOP, CUMULATE, SESSION over a table. */
export function windowCall(call: ExprOf<'call'>): ExprOf<'call'> | null {
  return call.name.parts.length === 1 && WINDOW_FUNCTIONS.has(callName(call)) ? call : null;
}

/** `TUMBLE 10 SECOND on ts`. */
function windowSummary(call: ExprOf<'call'>, text: string): string {
  const descriptor = call.args.find((arg) => arg.value.kind === 'descriptor')?.value;
  const times = call.args
    .filter((arg) => arg.value.kind !== 'descriptor' && arg.value.kind !== 'table-arg')
    .map((arg) => oneLine(text, arg.value.span).replace(/^INTERVAL '([^']*)'/i, '$1'));
  const on = descriptor?.kind === 'descriptor' && descriptor.columns[0] ? ` on ${descriptor.columns[0].name}` : '';
  return shorten(`${callName(call)} ${times.join(', ')}${on}`.trim());
}

// ---------------------------------------------------------------- ranks and OVER

/**
 * `SELECT … FROM (SELECT …, ROW_NUMBER() OVER (PARTITION BY k ORDER BY o) AS rn FROM t) WHERE rn <= n`,
 * or the same with QUALIFY. One row a key is a deduplication, more are a Top-N.
 */
function classifyRank(select: Select, context: ClassifyContext): Classification | null {
  const candidates: { readonly call: ExprOf<'call'>; readonly limit: string }[] = [];
  if (select.qualify) {
    for (const part of comparisons(select.qualify)) {
      const call = part.left.kind === 'column' ? rankNamed(select, part.left) : rankCall(part.left);
      if (call) candidates.push({ call, limit: limitOf(part, context.text) });
    }
  }
  const from = select.from ? unwrap(select.from) : null;
  if (select.where && from?.kind === 'derived' && from.query.body.kind === 'select') {
    for (const part of comparisons(select.where)) {
      const call = part.left.kind === 'column' ? rankNamed(from.query.body, part.left) : null;
      if (call) candidates.push({ call, limit: limitOf(part, context.text) });
    }
  }
  const found = candidates.find((candidate) => candidate.limit !== '');
  if (!found?.call.over) return null;
  const per = found.call.over.partitionBy.map((key) => oneLine(context.text, key.span)).join(', ');
  const order = found.call.over.orderBy.map((item) => oneLine(context.text, item.span)).join(', ');
  const grouped = per === '' ? '' : ` per ${per}`;
  if (found.limit === '1') {
    const which = found.call.over.orderBy[0]?.descending ? 'last' : 'first';
    const columns = found.call.over.orderBy.map((item) => oneLine(context.text, item.expr.span)).join(', ');
    return { kind: 'deduplicate', summary: shorten(`${which} by ${columns}${grouped}`) };
  }
  return { kind: 'top-n', summary: shorten(`first ${found.limit} by ${order}${grouped}`) };
}

interface Comparison {
  readonly left: Expr;
  readonly operator: string;
  readonly right: Expr;
}

/** Comparisons among the ANDed parts, with the constant on the right. */
function comparisons(condition: Expr): readonly Comparison[] {
  const out: Comparison[] = [];
  const pending: Expr[] = [condition];
  for (let expr = pending.pop(); expr; expr = pending.pop()) {
    if (expr.kind === 'paren') pending.push(expr.operand);
    else if (expr.kind === 'binary' && expr.operator === 'AND') pending.push(expr.right, expr.left);
    else if (expr.kind === 'binary') {
      const flipped: Readonly<Record<string, string>> = { '>=': '<=', '>': '<', '=': '=' };
      if (expr.left.kind === 'literal')
        out.push({ left: expr.right, operator: flipped[expr.operator] ?? '', right: expr.left });
      else out.push({ left: expr.left, operator: expr.operator, right: expr.right });
    } else if (expr.kind === 'between' && !expr.negated)
      out.push({ left: expr.operand, operator: '<=', right: expr.high });
  }
  return out;
}

/** How many rows a rank condition lets through, as text; empty when it is not an upper bound. */
function limitOf(comparison: Comparison, text: string): string {
  const limit = oneLine(text, comparison.right.span);
  if (comparison.operator === '<=') return limit;
  if (comparison.operator === '=') return limit === '1' ? limit : '';
  if (comparison.operator === '<') return /^\d+$/.test(limit) ? String(Number(limit) - 1) : `${limit} - 1`;
  return '';
}

function rankCall(expr: Expr): ExprOf<'call'> | null {
  return expr.kind === 'call' && expr.over && RANKS.has(callName(expr)) ? expr : null;
}

function rankNamed(select: Select, column: ExprOf<'column'>): ExprOf<'call'> | null {
  const name = column.name.parts.at(-1)?.name;
  const item = select.items.find((candidate) => candidate.alias?.name === name);
  return item ? rankCall(item.expr) : null;
}

function overCall(select: Select): Span | null {
  for (const item of select.items) {
    if (someExpr(item.expr, (e) => e.kind === 'call' && e.over !== undefined)) return item.span;
  }
  return null;
}

// ---------------------------------------------------------------- others

function classifyFunction(
  from: Extract<TableRef, { kind: 'function' }>,
  context: ClassifyContext,
): Classification | null {
  const window = windowCall(from.call);
  if (window) return { kind: 'map', summary: windowSummary(window, context.text) };
  const name = from.call.name.parts.at(-1)?.name ?? '';
  const takesTable = from.call.args.some((arg) => arg.value.kind === 'table-arg');
  if (!takesTable && !context.isTypescript(name)) return null;
  return { kind: 'process', summary: processSummary(from.call, context.text) };
}

/** `risk(payments PARTITION BY card, limit => 5) on_time ts`: the table first, time and uid apart. */
function processSummary(call: ExprOf<'call'>, text: string): string {
  const parts = call.args.flatMap(({ name, value, span }) => {
    if (value.kind === 'table-arg') return [oneLine(text, value.span).replace(/^TABLE\s+/i, '')];
    if (value.kind === 'descriptor' || name?.name === 'uid') return [];
    return [oneLine(text, span)];
  });
  const time = call.args.find((arg) => arg.value.kind === 'descriptor')?.value;
  const on = time?.kind === 'descriptor' && time.columns[0] ? ` on_time ${time.columns[0].name}` : '';
  return shorten(`${call.name.parts.map((part) => part.name).join('.')}(${parts.join(', ')})${on}`);
}

/** `WHERE x IN (SELECT … FROM t)`, `EXISTS (…)`: a semi or anti join by another name. */
function readsTablesInCondition(select: Select): boolean {
  const where = select.where;
  if (!where) return false;
  const queries: Query[] = [];
  someExpr(where, (e) => {
    if (e.kind === 'exists' || e.kind === 'subquery') queries.push(e.query);
    if ((e.kind === 'in' || e.kind === 'quantified') && e.source.kind === 'query') queries.push(e.source.query);
    return false;
  });
  return queries.some((query) => collectReferences(query).length > 0);
}

/** Takes parentheses off a table. */
export function unwrap(table: TableRef): TableRef {
  let inner = table;
  while (inner.kind === 'paren') inner = inner.table;
  return inner;
}
