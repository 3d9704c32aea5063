/**
 * Which join a query is: by the words (`FOR SYSTEM_TIME AS OF`), by the condition (two time bounds:
 * an interval join) and, between a temporal and a lookup join, by the tables that are joined.
 */
import type { CreateTable, Expr, Select, TableRef } from '../sql/1-parse/ast.ts';
import type { Classification, ClassifyContext } from './classify-query.ts';
import { oneLine, shorten } from './one-line.ts';
import { conjuncts, someExpr } from './walk.ts';

type Join = Extract<TableRef, { kind: 'join' }>;

/** Connectors that Flink asks row by row (`LookupTableSource`) when the time is processing time. */
const LOOKUP_CONNECTORS: readonly string[] = [
  'jdbc',
  'hbase',
  'hbase-1.4',
  'hbase-2.2',
  'redis',
  'mongodb',
  'elasticsearch-7',
];

/** Classifies a SELECT whose FROM is a join; `null` for joins with functions and arrays (LATERAL, UNNEST). */
export function classifyJoin(join: Join, select: Select, context: ClassifyContext): Classification | null {
  const tables = leaves(join);
  const typescript = tables.find(
    (table) => table.kind === 'function' && context.isTypescript(table.call.name.parts.at(-1)?.name ?? ''),
  );
  if (typescript?.kind === 'function') return { kind: 'process', summary: oneLine(context.text, typescript.call.span) };
  if (
    tables.some(
      (table) => table.kind === 'unnest' || table.kind === 'function' || (table.kind === 'derived' && table.lateral),
    )
  )
    return null;
  const summary = shorten(`${words(join)}${condition(join, select, context.text)}`);
  const versioned = tables.find((table) => table.kind === 'table' && table.asOf !== undefined);
  if (versioned?.kind === 'table' && versioned.asOf) {
    return { kind: isLookup(versioned, tables, context) ? 'lookup-join' : 'temporal-join', summary };
  }
  return { kind: hasTimeBounds(join, select) ? 'interval-join' : 'join', summary };
}

function leaves(join: Join): readonly TableRef[] {
  const out: TableRef[] = [];
  const pending: TableRef[] = [join];
  for (let table = pending.pop(); table; table = pending.pop()) {
    if (table.kind === 'join') pending.push(table.right, table.left);
    else if (table.kind === 'paren') pending.push(table.table);
    else out.push(table);
  }
  return out;
}

function words(join: Join): string {
  const type = join.type === 'COMMA' ? 'INNER' : join.type;
  return join.natural ? `NATURAL ${type}` : type;
}

function condition(join: Join, select: Select, text: string): string {
  if (join.condition?.kind === 'on') return ` on ${oneLine(text, join.condition.expr.span)}`;
  if (join.condition?.kind === 'using')
    return ` using ${join.condition.columns.map((column) => column.name).join(', ')}`;
  return select.where ? ` where ${oneLine(text, select.where.span)}` : '';
}

/** Processing time as the time of `AS OF`, or a table that can only be asked, makes it a lookup. */
function isLookup(
  versioned: Extract<TableRef, { kind: 'table' }>,
  tables: readonly TableRef[],
  context: ClassifyContext,
): boolean {
  const definition = context.tableOf(versioned.name);
  const connector = definition?.options.find((option) => option.key === 'connector')?.value ?? '';
  if (LOOKUP_CONNECTORS.includes(connector)) return true;
  const asOf = versioned.asOf;
  if (!asOf) return false;
  if (someExpr(asOf, (e) => isProctime(e))) return true;
  const column = asOf.kind === 'column' ? asOf.name.parts.at(-1)?.name : undefined;
  return tables.some((table) => {
    const left = table.kind === 'table' && table !== versioned ? context.tableOf(table.name) : null;
    return left !== null && isProctimeColumn(left, column);
  });
}

function isProctimeColumn(table: CreateTable, name: string | undefined): boolean {
  return table.columns.some(
    (column) => column.name.name === name && column.kind === 'computed' && isProctime(column.expr),
  );
}

function isProctime(expr: Expr): boolean {
  return expr.kind === 'call' && expr.name.parts.length === 1 && expr.name.parts[0]?.name.toUpperCase() === 'PROCTIME';
}

/**
 * An interval join bounds one time by the other on both sides: `a.ts BETWEEN b.ts - INTERVAL … AND …`
 * or the two comparisons. At least one bound must speak of an INTERVAL, or all three columns of a
 * BETWEEN must be times by their names.
 */
function hasTimeBounds(join: Join, select: Select): boolean {
  const parts: Expr[] = [];
  for (let table: TableRef = join; table.kind === 'join'; table = table.left) {
    if (table.condition?.kind === 'on') parts.push(...conjuncts(table.condition.expr));
  }
  if (select.where) parts.push(...conjuncts(select.where));
  let bounds = 0;
  let intervals = 0;
  for (const part of parts) {
    if (part.kind === 'between' && !part.negated) {
      if (!crosses(part.operand, part.low) && !crosses(part.operand, part.high)) continue;
      if ([part.low, part.high].some(hasInterval) || [part.operand, part.low, part.high].every(isTimeLike)) return true;
    }
    if (part.kind === 'binary' && ['<', '<=', '>', '>='].includes(part.operator) && crosses(part.left, part.right)) {
      bounds += 1;
      if (hasInterval(part.left) || hasInterval(part.right)) intervals += 1;
    }
  }
  return bounds >= 2 && intervals >= 1;
}

/** Both sides read a column, of different inputs as far as the qualifiers tell. */
function crosses(a: Expr, b: Expr): boolean {
  const left = qualifierOf(a);
  const right = qualifierOf(b);
  return left !== null && right !== null && (left === '' || right === '' || left !== right);
}

function qualifierOf(expr: Expr): string | null {
  let found: string | null = null;
  someExpr(expr, (e) => {
    if (e.kind !== 'column') return false;
    found = e.name.parts.length > 1 ? (e.name.parts[0]?.name ?? '') : '';
    return true;
  });
  return found;
}

function hasInterval(expr: Expr): boolean {
  return someExpr(expr, (e) => e.kind === 'interval' || (e.kind === 'literal' && e.value.kind === 'interval'));
}

/** Without types a column is a time by its name, as in `b.bid_time BETWEEN a.start_time AND a.expires_at`. */
function isTimeLike(expr: Expr): boolean {
  return expr.kind === 'column' && /time|date|ts$|_at$|expire/i.test(expr.name.parts.at(-1)?.name ?? '');
}
