/**
 * Random queries by a grammar: a table, and on it operator after operator, each a query around the one before.
 * Beside its text every query knows what of its changelog is defined: Flink leaves open in which order two inputs
 * are read and in which order timers of different keys fire, so what comes out behind them can be compared by key,
 * as a bag of changes, or as a final table only. Nothing is built whose final table is not defined.
 */
import type { Random } from '../../../src/runtime/seams/random.ts';
import { aggregateCall, condition, expression, ofKind } from './random-expressions.ts';
import { chance, pick, type RandomColumn, type RandomTable } from './random-tables.ts';

/**
 * How much of the order of changes is defined: all of it; that among equal values of some columns; that among equal
 * rows; none (then only what the changes add up to).
 */
export type DefinedOrder =
  | { readonly kind: 'total' }
  | { readonly kind: 'per-key'; readonly key: readonly string[] }
  | { readonly kind: 'per-row' }
  | { readonly kind: 'none' };

/** A query. */
export interface RandomQuery {
  readonly sql: string;
  /** The text where it stands after FROM: a name, or the query in parentheses with an alias. */
  readonly from: string;
  readonly columns: readonly RandomColumn[];
  readonly updating: boolean;
  readonly order: DefinedOrder;
  /** It reads more than one way to the input, and which is ahead changes from run to run. */
  readonly raced: boolean;
  /** Rows may come behind their watermark. */
  readonly late: boolean;
}

/** What queries are built from. */
export interface QueryContext {
  readonly random: Random;
  readonly tables: readonly RandomTable[];
  /** Flink reads row by row, each to its end, so two ways from one table have a defined order. */
  readonly paced: boolean;
  /** A number that was not used yet, for names. */
  readonly fresh: () => number;
}

/** One operator around a query; `null` where it does not fit. */
export type Step = (context: QueryContext, input: RandomQuery) => RandomQuery | null;

const TOTAL: DefinedOrder = { kind: 'total' };
const NONE: DefinedOrder = { kind: 'none' };

/** `SELECT *` of a table. */
export function tableQuery(table: RandomTable): RandomQuery {
  return {
    sql: `SELECT * FROM ${table.name}`,
    from: table.name,
    columns: table.columns,
    updating: table.updating,
    order: TOTAL,
    raced: false,
    // The tables' disorder is three seconds.
    late: !table.statement.includes("ts - INTERVAL '5'") && !table.statement.includes('FOR ts AS ts,'),
  };
}

/** A query around others, with the alias that it needs after FROM. */
export function queryOf(
  { fresh }: QueryContext,
  sql: string,
  columns: readonly RandomColumn[],
  rest: Pick<RandomQuery, 'updating' | 'order' | 'raced' | 'late'>,
): RandomQuery {
  const names = new Set(columns.map(({ name }) => name));
  const { order } = rest;
  // A key that the query does not give is no key of its changelog.
  const kept = order.kind === 'per-key' && !order.key.every((name) => names.has(name)) ? NONE : order;
  const { updating, raced, late } = rest;
  return { sql, from: `(${sql}) q${fresh()}`, columns, updating, order: kept, raced, late };
}

/** Whether rows of one group come in a defined order when grouped by these columns. */
export function isOrderedWithin(order: DefinedOrder, group: readonly string[]): boolean {
  return order.kind === 'total' || (order.kind === 'per-key' && order.key.every((name) => group.includes(name)));
}

/** The order of what an operator gives that answers row by row, keyed by these columns. */
export function orderBehind(order: DefinedOrder, group: readonly string[]): DefinedOrder {
  if (order.kind === 'total') return order;
  return isOrderedWithin(order, group) ? { kind: 'per-key', key: group } : NONE;
}

/** The order of what an operator gives that waits for timers of each key. */
export function orderOfTimers(order: DefinedOrder, group: readonly string[]): DefinedOrder {
  if (!isOrderedWithin(order, group)) return NONE;
  return group.length === 0 ? order : { kind: 'per-key', key: group };
}

/** Up to `most` columns that make good keys. */
export function keyColumns(random: Random, columns: readonly RandomColumn[], most: number): RandomColumn[] {
  const keys = ofKind(columns, 'string', 'int', 'boolean');
  const count = Math.min(random.nextInt(most + 1), keys.length);
  const chosen = new Set<RandomColumn>();
  while (chosen.size < count) chosen.add(pick(random, keys));
  return [...chosen];
}

export const named = (columns: readonly RandomColumn[]): string[] => columns.map(({ name }) => name);

/** Conditions on rows, columns dropped and computed. */
export const filterAndProject: Step = (context, input) => {
  const { random, fresh } = context;
  const kept = input.columns.filter(() => !chance(random, 4));
  const computed = Array.from({ length: random.nextInt(3) }, () => ({
    ...expression(random, input.columns),
    name: `e${fresh()}`,
  }));
  const columns = [...kept, ...computed.map(({ name, kind }) => ({ name, kind }))];
  if (columns.length === 0) return null;
  const list = [...named(kept), ...computed.map(({ sql, name }) => `${sql} AS ${name}`)].join(', ');
  const where = chance(random, 2) ? ` WHERE ${condition(random, input.columns, 2)}` : '';
  return queryOf(context, `SELECT ${list} FROM ${input.from}${where}`, columns, input);
};

/** GROUP BY with aggregates, perhaps HAVING. */
export const groupAggregate: Step = (context, input) => {
  const { random } = context;
  const keys = keyColumns(random, input.columns, 2);
  const ordered = isOrderedWithin(input.order, named(keys));
  const calls = aggregateList(context, input.columns, ordered, 3);
  const columns = [...keys, ...calls.columns];
  const group = keys.length === 0 ? '' : ` GROUP BY ${named(keys).join(', ')}`;
  const having = chance(random, 5) ? ` HAVING COUNT(*) > ${random.nextInt(3)}` : '';
  const sql = `SELECT ${[...named(keys), calls.sql].join(', ')} FROM ${input.from}${group}${having}`;
  return queryOf(context, sql, columns, { ...input, updating: true, order: orderBehind(input.order, named(keys)) });
};

/** GROUPING SETS, ROLLUP, CUBE. */
export const groupingSets: Step = (context, input) => {
  const { random } = context;
  const keys = keyColumns(random, input.columns, 3);
  if (keys.length < 2 || input.order.kind !== 'total') return null;
  const calls = aggregateList(context, input.columns, true, 2);
  const list = named(keys).join(', ');
  const sets = pick(random, [
    `GROUPING SETS ((${list}), (${keys[0]?.name}), ())`,
    `ROLLUP (${list})`,
    `CUBE (${list})`,
    `GROUPING SETS ((${keys[0]?.name}), (${keys[1]?.name}))`,
  ]);
  const id = `gi${context.fresh()}`;
  const sql = `SELECT ${list}, GROUPING_ID(${list}) AS ${id}, ${calls.sql} FROM ${input.from} GROUP BY ${sets}`;
  const columns: RandomColumn[] = [...keys, { name: id, kind: 'other' }, ...calls.columns];
  return queryOf(context, sql, columns, { ...input, updating: true, order: TOTAL });
};

/** SELECT DISTINCT. */
export const distinct: Step = (context, input) => {
  const keys = keyColumns(context.random, input.columns, 3);
  if (keys.length === 0) return null;
  const sql = `SELECT DISTINCT ${named(keys).join(', ')} FROM ${input.from}`;
  return queryOf(context, sql, keys, { ...input, order: orderBehind(input.order, named(keys)) });
};

/** Top-N: ROW_NUMBER over values, with or without its column, with or without an offset. */
export const topN: Step = (context, input) => {
  const { random, fresh } = context;
  const partition = keyColumns(random, input.columns, 1);
  const sortable = ofKind(input.columns, 'int', 'bigint', 'string', 'decimal');
  if (sortable.length === 0) return null;
  // Where the arrival is not defined ties are broken by every column that can be compared.
  const ordered = isOrderedWithin(input.order, named(partition));
  const comparable = input.columns.filter(({ kind }) => kind !== 'array' && kind !== 'other' && kind !== 'boolean');
  if (!ordered && comparable.length < input.columns.length) return null;
  const by = ordered ? [pick(random, sortable)] : comparable;
  const direction = (): string => pick(random, ['', ' ASC', ' DESC', ' DESC NULLS LAST', ' NULLS FIRST']);
  const rank = `r${fresh()}`;
  const over = `${partition.length === 0 ? '' : `PARTITION BY ${named(partition).join(', ')} `}ORDER BY ${by.map(({ name }) => `${name}${direction()}`).join(', ')}`;
  const inner = `SELECT *, ROW_NUMBER() OVER (${over}) AS ${rank} FROM ${input.from}`;
  const most = 1 + random.nextInt(4);
  const offset = chance(random, 3) ? ` AND ${rank} > ${random.nextInt(most)}` : '';
  const withRank = chance(random, 2);
  // Without its rank an offset forgets rows in Flink, and which ones hangs on the order in which they come.
  const least = ordered || withRank ? offset : '';
  const sql = `SELECT ${[...named(input.columns), ...(withRank ? [rank] : [])].join(', ')} FROM (${inner}) q${fresh()} WHERE ${rank} <= ${most}${least}`;
  const columns: RandomColumn[] = [...input.columns, ...(withRank ? [{ name: rank, kind: 'bigint' as const }] : [])];
  return queryOf(context, sql, withoutTime(columns), {
    ...input,
    updating: true,
    order: orderBehind(input.order, named(partition)),
  });
};

/** First or last row of a key in event time. */
export const deduplicate: Step = (context, input) => {
  const { random, fresh } = context;
  const [time] = ofKind(input.columns, 'time');
  const keys = keyColumns(random, input.columns, 1);
  if (time === undefined || keys.length === 0 || !isOrderedWithin(input.order, named(keys))) return null;
  const direction = pick(random, ['ASC', 'DESC']);
  const rank = `r${fresh()}`;
  const sql = `SELECT ${named(input.columns).join(', ')} FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY ${named(keys).join(', ')} ORDER BY ${time.name} ${direction}) AS ${rank} FROM ${input.from}) q${fresh()} WHERE ${rank} = 1`;
  return queryOf(context, sql, input.columns, {
    ...input,
    updating: true,
    order: orderBehind(input.order, named(keys)),
  });
};

/** OVER in event time: rows or range, bounded or not. */
export const over: Step = (context, input) => {
  const { random, fresh } = context;
  const [time] = ofKind(input.columns, 'time');
  const keys = keyColumns(random, input.columns, 1);
  if (time === undefined || !isOrderedWithin(input.order, named(keys)) || input.raced) return null;
  const partition = keys.length === 0 ? '' : `PARTITION BY ${named(keys).join(', ')} `;
  const frame = pick(random, [
    '',
    ` ROWS BETWEEN ${random.nextInt(4)} PRECEDING AND CURRENT ROW`,
    ' ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
    ` RANGE BETWEEN INTERVAL '${1 + random.nextInt(9)}' SECOND PRECEDING AND CURRENT ROW`,
    ' RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW',
  ]);
  const { name, kind } = pick(random, input.columns);
  const call =
    frame === '' && chance(random, 2) && kind !== 'time'
      ? { sql: `${pick(random, ['LAG', 'LAG'])}(${name}${pick(random, ['', ', 1', ', 2'])})`, kind }
      : aggregateCall(random, input.columns, { ordered: true });
  if (call.sql.includes('FILTER') || call.sql.includes('DISTINCT')) return null;
  const alias = `o${fresh()}`;
  const sql = `SELECT *, ${call.sql} OVER (${partition}ORDER BY ${time.name}${frame}) AS ${alias} FROM ${input.from}`;
  return queryOf(context, sql, [...input.columns, { name: alias, kind: call.kind }], {
    ...input,
    order: orderOfTimers(input.order, named(keys)),
  });
};

/** A row for each element of an array. */
export const unnest: Step = (context, input) => {
  const { random, fresh } = context;
  const [array] = ofKind(input.columns, 'array');
  if (array === undefined) return null;
  const element = `x${fresh()}`;
  const join = pick(random, [
    `CROSS JOIN UNNEST(${array.name}) AS n${fresh()} (${element})`,
    `LEFT JOIN UNNEST(${array.name}) AS n${fresh()} (${element}) ON TRUE`,
  ]);
  return queryOf(
    context,
    `SELECT * FROM ${input.from} ${join}`,
    [...input.columns, { name: element, kind: 'int' }],
    input,
  );
};

/** ORDER BY … LIMIT, which is a Top-N of all rows. */
export const orderAndLimit: Step = (context, input) => {
  const { random } = context;
  const sortable = ofKind(input.columns, 'int', 'bigint', 'string', 'decimal');
  const [by] = sortable;
  if (by === undefined || input.order.kind !== 'total') return null;
  const offset = chance(random, 4) ? ` OFFSET ${random.nextInt(3)}` : '';
  const sql = `SELECT * FROM ${input.from} ORDER BY ${pick(random, sortable).name}${pick(random, ['', ' DESC'])} LIMIT ${1 + random.nextInt(5)}${offset}`;
  return queryOf(context, sql, withoutTime(input.columns), { ...input, updating: true });
};

/** Aggregate calls as a list of SELECT, and the columns they make. */
export function aggregateList(
  { random, fresh }: QueryContext,
  columns: readonly RandomColumn[],
  ordered: boolean,
  most: number,
): { readonly sql: string; readonly columns: readonly RandomColumn[] } {
  const calls = Array.from({ length: 1 + random.nextInt(most) }, () => ({
    ...aggregateCall(random, columns, { ordered }),
    name: `a${fresh()}`,
  }));
  return {
    sql: calls.map(({ sql, name }) => `${sql} AS ${name}`).join(', '),
    columns: calls.map(({ name, kind }) => ({ name, kind })),
  };
}

/** Time columns that are now but points in time. */
export function withoutTime(columns: readonly RandomColumn[]): RandomColumn[] {
  return columns.map((column) => (column.kind === 'time' ? { ...column, kind: 'timestamp' } : column));
}
