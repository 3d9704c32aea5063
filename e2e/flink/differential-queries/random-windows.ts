/** Steps of the grammar that cut time into windows: table functions, their aggregates, Top-N, and the older GROUP BY form. */
import { condition, ofKind } from './random-expressions.ts';
import {
  aggregateList,
  isOrderedWithin,
  keyColumns,
  named,
  orderOfTimers,
  type QueryContext,
  queryOf,
  type RandomQuery,
  type Step,
} from './random-queries.ts';
import { chance, pick, type RandomColumn } from './random-tables.ts';

const BOUNDS: readonly RandomColumn[] = [
  { name: 'window_start', kind: 'timestamp' },
  { name: 'window_end', kind: 'timestamp' },
];

/** A window table function over a query. Queries can only be named as views there, so tables alone come as TABLE x. */
export function windowFunction(context: QueryContext, input: RandomQuery, keys: readonly RandomColumn[]): string {
  const { random } = context;
  const [time] = ofKind(input.columns, 'time');
  const data = input.from.startsWith('(') ? `(${input.sql})` : `TABLE ${input.from}`;
  const seconds = (n: number): string => `INTERVAL '${n}' SECOND`;
  const size = pick(random, [2, 4, 5, 10]);
  const offset = chance(random, 5) ? `, ${seconds(pick(random, [1, -1, 3]))}` : '';
  const descriptor = `DESCRIPTOR(${time?.name ?? 'nothing'})`;
  const partition = keys.length === 0 ? '' : ` PARTITION BY ${named(keys).join(', ')}`;
  return pick(random, [
    `TUMBLE(${data}, ${descriptor}, ${seconds(size)}${offset})`,
    `TUMBLE(${data}, ${descriptor}, ${seconds(size)}${offset})`,
    `HOP(${data}, ${descriptor}, ${seconds(size)}, ${seconds(size * pick(random, [1, 2, 3]))}${offset})`,
    `CUMULATE(${data}, ${descriptor}, ${seconds(size)}, ${seconds(size * pick(random, [1, 2, 4]))}${offset})`,
    `SESSION(${data}${partition}, ${descriptor}, ${seconds(pick(random, [1, 2, 3, 5]))})`,
  ]);
}

/** Aggregates of windows. Keys of a session must be those of the aggregate. */
export const windowAggregate: Step = (context, input) => {
  const { random } = context;
  if (ofKind(input.columns, 'time').length === 0 || input.raced || hasBounds(input)) return null;
  const keys = keyColumns(random, input.columns, 2);
  const ordered = isOrderedWithin(input.order, named(keys));
  const call = windowFunction(context, input, keys);
  // A session over rows whose order is open: which rows are late, and so which sessions meet, would be open, too.
  if (!ordered && (input.late || call.startsWith('SESSION'))) return null;
  const calls = aggregateList(context, input.columns, ordered, 3);
  const withTime = chance(random, 3);
  const bounds = [...BOUNDS, ...(withTime ? [{ name: 'window_time', kind: 'time' as const }] : [])];
  const group = named([...bounds, ...keys]).join(', ');
  const sql = `SELECT ${group}, ${calls.sql} FROM TABLE(${call}) GROUP BY ${group}`;
  return queryOf(context, sql, [...bounds, ...keys, ...calls.columns], {
    ...input,
    updating: false,
    late: false,
    order: orderOfTimers(input.order, named(keys)),
  });
};

/** An aggregate of windows over the windows of one. */
export const windowOfWindow: Step = (context, input) => {
  const inner = windowAggregate(context, input);
  if (inner === null) return null;
  const columns = inner.columns.filter(({ name }) => !name.startsWith('window_'));
  const keys = keyColumns(context.random, columns, 1);
  const calls = aggregateList(context, columns, isOrderedWithin(inner.order, named(keys)), 2);
  const group = [...named(BOUNDS), ...named(keys)].join(', ');
  const sql = `SELECT ${group}, ${calls.sql} FROM ${inner.from} GROUP BY ${group}`;
  return queryOf(context, sql, [...BOUNDS, ...keys, ...calls.columns], {
    ...inner,
    order: orderOfTimers(inner.order, named(keys)),
  });
};

/** Rows with their windows. */
export const windowRows: Step = (context, input) => {
  const { random } = context;
  if (ofKind(input.columns, 'time').length === 0 || input.raced || hasBounds(input)) return null;
  const keys = keyColumns(random, input.columns, 1);
  const call = windowFunction(context, input, keys);
  if (call.startsWith('SESSION')) return null;
  const where = chance(random, 3) ? ` WHERE ${condition(random, input.columns, 1)}` : '';
  return queryOf(context, `SELECT * FROM TABLE(${call})${where}`, withWindow(input), input);
};

/** The first rows of each window. */
export const windowTopN: Step = (context, input) => {
  const { random, fresh } = context;
  const rows = windowRows(context, input);
  const sortable = ofKind(input.columns, 'int', 'bigint', 'string', 'time');
  if (rows === null || sortable.length === 0) return null;
  const keys = keyColumns(random, input.columns, 1);
  if (!isOrderedWithin(input.order, named(keys))) return null;
  const rank = `r${fresh()}`;
  const most = pick(random, [1, 1, 2, 3]);
  const columns = [...rows.columns, ...(chance(random, 2) ? [{ name: rank, kind: 'bigint' as const }] : [])];
  const kept = columns.filter(({ name }) => name !== 'window_time');
  const partition = ['window_start', 'window_end', ...named(keys)].join(', ');
  const sql = `SELECT ${named(kept).join(', ')} FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY ${partition} ORDER BY ${pick(random, sortable).name}${pick(random, ['', ' DESC'])}) AS ${rank} FROM ${rows.from}) q${fresh()} WHERE ${rank} <= ${most}`;
  return queryOf(context, sql, kept, { ...input, late: false, order: orderOfTimers(input.order, named(keys)) });
};

/** GROUP BY TUMBLE(ts, …), the form before table functions. */
export const legacyWindow: Step = (context, input) => {
  const { random, fresh } = context;
  const [time] = ofKind(input.columns, 'time');
  if (time === undefined || input.raced) return null;
  const keys = keyColumns(random, input.columns, 1);
  const ordered = isOrderedWithin(input.order, named(keys));
  const size = pick(random, [2, 4, 5]);
  const kind = pick(random, ['TUMBLE', 'HOP', 'SESSION']);
  if (!ordered && (input.late || kind === 'SESSION')) return null;
  const args = `(${time.name}, INTERVAL '${size}' SECOND${kind === 'HOP' ? `, INTERVAL '${size * 2}' SECOND` : ''})`;
  const calls = aggregateList(context, input.columns, ordered, 2);
  const [start, end] = [`ws${fresh()}`, `we${fresh()}`];
  const rowtime = chance(random, 3) ? [{ name: `wt${fresh()}`, kind: 'time' as const }] : [];
  const list = [
    ...named(keys),
    `${kind}_START${args} AS ${start}`,
    `${kind}_END${args} AS ${end}`,
    ...rowtime.map(({ name }) => `${kind}_ROWTIME${args} AS ${name}`),
    calls.sql,
  ];
  const sql = `SELECT ${list.join(', ')} FROM ${input.from} GROUP BY ${[`${kind}${args}`, ...named(keys)].join(', ')}`;
  const bounds: RandomColumn[] = [start, end].map((name) => ({ name, kind: 'timestamp' }));
  return queryOf(context, sql, [...keys, ...bounds, ...rowtime, ...calls.columns], {
    ...input,
    updating: false,
    late: false,
    order: orderOfTimers(input.order, named(keys)),
  });
};

/** Two queries, each with its windows, joined window by window. */
export function windowJoin(context: QueryContext, left: RandomQuery, right: RandomQuery): RandomQuery | null {
  const { random, fresh } = context;
  const inputs = { left: withTimeOf(left), right: withTimeOf(right) };
  if (!inputs.left || !inputs.right || left.updating || right.updating) return null;
  if (left.raced || right.raced || hasBounds(left) || hasBounds(right)) return null;
  const size = pick(random, [4, 5]);
  const side = (input: RandomQuery, time: string): string =>
    `(SELECT * FROM TABLE(TUMBLE(${input.from.startsWith('(') ? `(${input.sql})` : `TABLE ${input.from}`}, DESCRIPTOR(${time}), INTERVAL '${size}' SECOND)))`;
  const [l, r] = [`l${fresh()}`, `r${fresh()}`];
  const keyLeft = pick(random, ofKind(left.columns, 'string', 'int'));
  const keyRight = ofKind(right.columns, keyLeft?.kind ?? 'string')[0];
  if (keyLeft === undefined || keyRight === undefined) return null;
  const on = `${l}.window_start = ${r}.window_start AND ${l}.window_end = ${r}.window_end AND ${l}.${keyLeft.name} = ${r}.${keyRight.name}`;
  const kind = pick(random, ['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN', 'SEMI', 'ANTI']);
  const from = `${side(left, inputs.left)} ${l}`;
  const options = { updating: false, order: { kind: 'none' as const }, raced: true, late: false };
  if (kind === 'SEMI' || kind === 'ANTI') {
    const columns = left.columns.filter(({ kind: k }) => k !== 'time');
    const list = columns.map(({ name }) => `${l}.${name}`).join(', ');
    const sql = `SELECT ${list} FROM ${from} WHERE ${kind === 'ANTI' ? 'NOT ' : ''}EXISTS (SELECT * FROM ${side(right, inputs.right)} ${r} WHERE ${on})`;
    return queryOf(context, sql, columns, options);
  }
  const columns = [...sideColumns(left, l, fresh), ...sideColumns(right, r, fresh)];
  const list = columns.map(({ sql, name }) => `${sql} AS ${name}`).join(', ');
  const sql = `SELECT ${list} FROM ${from} ${kind} ${side(right, inputs.right)} ${r} ON ${on}`;
  return queryOf(context, sql, columns, options);
}

/** Columns of one side of a join under new names. */
export function sideColumns(input: RandomQuery, alias: string, fresh: () => number) {
  return input.columns.map(({ name, kind }) => ({
    sql: `${alias}.${name}`,
    name: `j${fresh()}`,
    kind: kind === 'time' ? ('timestamp' as const) : kind,
  }));
}

function withTimeOf(input: RandomQuery): string | null {
  return ofKind(input.columns, 'time')[0]?.name ?? null;
}

function hasBounds(input: RandomQuery): boolean {
  return input.columns.some(({ name }) => name.startsWith('window_'));
}

function withWindow(input: RandomQuery): RandomColumn[] {
  // The time that the rows had is a plain point in time from here on.
  const rest = input.columns.map((column) =>
    column.kind === 'time' ? { ...column, kind: 'timestamp' as const } : column,
  );
  return [...rest, ...BOUNDS, { name: 'window_time', kind: 'time' }];
}
