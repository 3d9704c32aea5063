/**
 * Which form fits a statement, and where in the tree its fields stand. `node-form.ts` reads the values
 * there, `write-form.ts` patches the same places; so that what a form shows and what it changes can
 * never drift apart. A statement with anything the form has no field for and could lose gets none.
 */
import type { CreateTable, Expr, ExprOf, Insert, QueryBody, Select, TableRef } from '../sql/1-parse/ast.ts';
import { callName, windowCall } from './classify-query.ts';
import type { Unit } from './model.ts';
import { someExpr } from './walk.ts';

type PlainTable = Extract<TableRef, { kind: 'table' }>;

/** A `WITH`-less query over inputs that are plain tables, by the form that shows it. */
export type FormShape =
  | { readonly kind: 'table'; readonly table: CreateTable }
  | { readonly kind: 'filter'; readonly select: Select; readonly input: PlainTable; readonly where: Expr }
  | { readonly kind: 'map'; readonly select: Select; readonly input: PlainTable }
  | {
      readonly kind: 'group-aggregate';
      readonly select: Select;
      readonly input: PlainTable;
      readonly keys: readonly Expr[];
    }
  | {
      readonly kind: 'window-aggregate';
      readonly select: Select;
      readonly call: ExprOf<'call'>;
      readonly argument: ExprOf<'table-arg'>;
      readonly input: PlainTable;
      readonly time: ExprOf<'descriptor'>;
      readonly intervals: readonly Expr[];
      /** All keys of GROUP BY; the form shows those besides the window's own two. */
      readonly keys: readonly Expr[];
    }
  | {
      readonly kind: 'join';
      readonly select: Select;
      readonly join: Extract<TableRef, { kind: 'join' }>;
      readonly left: PlainTable;
      readonly right: PlainTable;
      readonly on: Expr;
    }
  | {
      readonly kind: 'process';
      readonly select: Select;
      readonly call: ExprOf<'call'>;
      readonly argument: ExprOf<'table-arg'>;
      readonly input: PlainTable;
    }
  | {
      readonly kind: 'union';
      readonly all: boolean;
      readonly operands: readonly {
        readonly body: QueryBody;
        readonly input: PlainTable | Extract<QueryBody, { kind: 'table' }>;
      }[];
    }
  | {
      readonly kind: 'insert';
      readonly insert: Insert;
      readonly input: PlainTable | Extract<QueryBody, { kind: 'table' }>;
    };

/** How many interval arguments follow the descriptor. */
export const WINDOW_INTERVALS = { TUMBLE: 1, HOP: 2, CUMULATE: 2, SESSION: 1 } as const;

/** Name of a window function. */
export type WindowName = keyof typeof WINDOW_INTERVALS;

/** The shape of a unit's statement, or `null`. `text` is needed only to compare SESSION's partition with the keys. */
export function shapeOf(text: string, unit: Unit): FormShape | null {
  if (unit.role === 'table') {
    const table = unit.table;
    if (!table || unit.query || table.like || table.columnNames) return null;
    if (
      table.watermarks.length > 1 ||
      table.constraints.some((c) => c.kind !== 'PRIMARY KEY') ||
      table.constraints.length > 1
    )
      return null;
    return { kind: 'table', table };
  }
  const query = unit.query;
  if (!query || query.with.length > 0 || query.orderBy.length > 0 || query.limit || query.offset) return null;
  const body = query.body;
  if (unit.insert) {
    const insert = bareInput(body);
    if (insert && unit.insert.partition.length === 0) return { kind: 'insert', insert: unit.insert, input: insert };
  }
  if (body.kind === 'set-operation') return unionShape(body);
  if (body.kind !== 'select' || body.windows.length > 0 || body.qualify || !body.from) return null;
  return selectShape(text, body, body.from);
}

function selectShape(text: string, select: Select, from: TableRef): FormShape | null {
  if (select.items.some((item) => someExpr(item.expr, (e) => e.kind === 'error'))) return null;
  const aggregating =
    select.groupBy || select.having || select.items.some((item) => someExpr(item.expr, isPlainAggregate));
  if (aggregating) {
    const keys: Expr[] = [];
    for (const item of select.groupBy?.items ?? []) {
      if (item.kind !== 'expr') return null;
      keys.push(item.expr);
    }
    if (select.quantifier || select.groupBy?.distinct) return null;
    if (from.kind === 'table') return from.asOf ? null : { kind: 'group-aggregate', select, input: from, keys };
    return from.kind === 'function' ? windowShape(text, select, from.call, keys) : null;
  }
  if (from.kind === 'join') return joinShape(select, from);
  if (from.kind === 'function' && !from.lateral && !from.alias) return processShape(select, from.call);
  if (from.kind !== 'table' || from.asOf) return null;
  if (isEverything(select) && select.where && !select.quantifier)
    return { kind: 'filter', select, input: from, where: select.where };
  return select.quantifier === 'ALL' ? null : { kind: 'map', select, input: from };
}

/** COUNT, SUM and the like without OVER; others (user aggregates) are only seen through GROUP BY. */
function isPlainAggregate(expr: Expr): boolean {
  return (
    expr.kind === 'call' &&
    !expr.over &&
    ['COUNT', 'SUM', 'AVG', 'MIN', 'MAX', 'LISTAGG', 'COLLECT', 'FIRST_VALUE', 'LAST_VALUE', 'ARRAY_AGG'].includes(
      callName(expr),
    )
  );
}

function windowShape(text: string, select: Select, call: ExprOf<'call'>, keys: readonly Expr[]): FormShape | null {
  if (!windowCall(call) || call.args.some((arg) => arg.name)) return null;
  const [first, second, ...rest] = call.args.map((arg) => arg.value);
  if (first?.kind !== 'table-arg' || first.table.kind !== 'table' || first.table.alias || first.orderBy?.length)
    return null;
  if (second?.kind !== 'descriptor' || second.columns.length !== 1) return null;
  const name = callName(call) as WindowName;
  if (rest.length !== WINDOW_INTERVALS[name]) return null;
  if (
    !keys.some((key) => isWindowColumn(key, 'window_start')) ||
    !keys.some((key) => isWindowColumn(key, 'window_end'))
  )
    return null;
  const own = keys.filter((key) => !isWindowBound(key)).map((key) => text.slice(key.span.start, key.span.end));
  const partition = (first.partitionBy ?? []).map((key) => text.slice(key.span.start, key.span.end));
  // A session's partition must be the keys, or the form would show one and mean the other.
  if (name === 'SESSION' ? own.join('\u0000') !== partition.join('\u0000') : partition.length > 0) return null;
  return {
    kind: 'window-aggregate',
    select,
    call,
    argument: first,
    input: first.table,
    time: second,
    intervals: rest,
    keys,
  };
}

/** `window_start` or `window_end`. */
export function isWindowBound(expr: Expr): boolean {
  return isWindowColumn(expr, 'window_start') || isWindowColumn(expr, 'window_end');
}

function isWindowColumn(expr: Expr, name: string): boolean {
  return expr.kind === 'column' && expr.name.parts.length === 1 && expr.name.parts[0]?.name === name;
}

/** Names of the arguments of a process function that have fields of their own. */
export const ON_TIME = 'on_time';
export const UID = 'uid';

/** `SELECT * FROM f(input => TABLE x …, name => value, …)`: all arguments named, one table. */
function processShape(select: Select, call: ExprOf<'call'>): FormShape | null {
  if (windowCall(call) || select.where || select.quantifier || !isEverything(select)) return null;
  const tables = call.args.flatMap(({ value }) => (value.kind === 'table-arg' ? [value] : []));
  const [argument] = tables;
  if (argument === undefined || tables.length > 1 || argument.table.kind !== 'table') return null;
  if (argument.table.alias || argument.table.asOf || argument.orderBy?.length) return null;
  const isReadable = call.args.every(({ name, value }) => {
    if (name === undefined || value.kind === 'error') return false;
    if (name.name === ON_TIME) return value.kind === 'descriptor' && value.columns.length === 1;
    if (name.name === UID) return value.kind === 'literal' && value.value.kind === 'string';
    return true;
  });
  return isReadable ? { kind: 'process', select, call, argument, input: argument.table } : null;
}

/** `SELECT *`. */
function isEverything(select: Select): boolean {
  const only = select.items[0];
  return select.items.length === 1 && only?.expr.kind === 'star' && !only.expr.qualifier && !only.alias;
}

function joinShape(select: Select, join: Extract<TableRef, { kind: 'join' }>): FormShape | null {
  const { left, right, condition } = join;
  if (join.natural || condition?.kind !== 'on' || !['INNER', 'LEFT', 'RIGHT', 'FULL'].includes(join.type)) return null;
  if (left.kind !== 'table' || right.kind !== 'table' || left.asOf || right.asOf) return null;
  if (left.alias?.columns || right.alias?.columns || select.where || select.quantifier) return null;
  return { kind: 'join', select, join, left, right, on: condition.expr };
}

function unionShape(body: Extract<QueryBody, { kind: 'set-operation' }>): FormShape | null {
  const operands: Extract<FormShape, { kind: 'union' }>['operands'][number][] = [];
  let rest: QueryBody = body;
  while (rest.kind === 'set-operation') {
    if (rest.operator !== 'UNION' || rest.all !== body.all) return null;
    const input = bareInput(rest.right);
    if (!input) return null;
    operands.push({ body: rest.right, input });
    rest = rest.left;
  }
  const input = bareInput(rest);
  if (!input) return null;
  operands.push({ body: rest, input });
  return { kind: 'union', all: body.all, operands: operands.reverse() };
}

/** The table of `SELECT * FROM x` or `TABLE x`. */
function bareInput(body: QueryBody): PlainTable | Extract<QueryBody, { kind: 'table' }> | null {
  if (body.kind === 'table') return body;
  if (body.kind !== 'select' || body.quantifier || body.where || body.groupBy || body.having || body.qualify)
    return null;
  const only = body.items[0];
  if (body.items.length !== 1 || only?.expr.kind !== 'star' || only.expr.qualifier || body.windows.length > 0)
    return null;
  return body.from?.kind === 'table' && !body.from.asOf ? body.from : null;
}
