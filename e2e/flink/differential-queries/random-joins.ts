/** Steps of the grammar with two inputs: joins of every kind, sub-queries in conditions, set operations. */
import { condition, ofKind } from './random-expressions.ts';
import { type DefinedOrder, named, type QueryContext, queryOf, type RandomQuery } from './random-queries.ts';
import { chance, pick, type RandomColumn } from './random-tables.ts';
import { sideColumns } from './random-windows.ts';

/** One operator around two queries; `null` where it does not fit. */
export type Join = (context: QueryContext, left: RandomQuery, right: RandomQuery) => RandomQuery | null;

/** A joined row appears and goes in a defined order when rows are read one by one; which partner comes first is open. */
function behindJoin({ paced }: QueryContext, left: RandomQuery, right: RandomQuery) {
  const isDefined = paced && left.order.kind === 'total' && right.order.kind === 'total';
  const order: DefinedOrder = { kind: isDefined ? 'per-row' : 'none' };
  return { updating: left.updating || right.updating, order, raced: !isDefined, late: left.late || right.late };
}

/** Inner, left, right, full, cross; equal keys and other conditions. */
export const join: Join = (context, left, right) => {
  const { random, fresh } = context;
  const [l, r] = [`l${fresh()}`, `r${fresh()}`];
  const key = sharedKey(context, left, right);
  const columns = [...sideColumns(left, l, fresh), ...sideColumns(right, r, fresh)];
  const list = columns.map(({ sql, name }) => `${sql} AS ${name}`).join(', ');
  const kind = pick(random, ['JOIN', 'JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
  const comparison = otherCondition(context, left, l, right, r);
  const on =
    key === null
      ? null
      : `${l}.${key[0]} = ${r}.${key[1]}${comparison !== null && chance(random, 3) ? ` AND ${comparison}` : ''}`;
  const clause =
    on !== null
      ? `${kind} ${aliased(right, r)} ON ${on}`
      : comparison !== null && chance(random, 2)
        ? `JOIN ${aliased(right, r)} ON ${comparison}`
        : `CROSS JOIN ${aliased(right, r)}`;
  const sql = `SELECT ${list} FROM ${aliased(left, l)} ${clause}`;
  const behind = behindJoin(context, left, right);
  return queryOf(context, sql, columns, { ...behind, updating: true });
};

/** IN, NOT IN, EXISTS, NOT EXISTS and comparisons with a value of a query. */
export const subQueryCondition: Join = (context, left, right) => {
  const { random, fresh } = context;
  const [l, r] = [`l${fresh()}`, `r${fresh()}`];
  const key = sharedKey(context, left, right);
  if (key === null) return null;
  const [keyLeft, keyRight] = key;
  const where = chance(random, 2) ? ` AND ${condition(random, qualified(right, r), 0)}` : '';
  const test = pick(random, [
    `${l}.${keyLeft} IN (SELECT ${r}.${keyRight} FROM ${aliased(right, r)} WHERE TRUE${where})`,
    `${l}.${keyLeft} NOT IN (SELECT ${r}.${keyRight} FROM ${aliased(right, r)} WHERE ${r}.${keyRight} IS NOT NULL${where})`,
    `EXISTS (SELECT 1 FROM ${aliased(right, r)} WHERE ${l}.${keyLeft} = ${r}.${keyRight}${where})`,
    `NOT EXISTS (SELECT 1 FROM ${aliased(right, r)} WHERE ${l}.${keyLeft} = ${r}.${keyRight}${where})`,
    `${l}.${keyLeft} >= (SELECT MAX(${r}.${keyRight}) FROM ${aliased(right, r)} WHERE TRUE${where})`,
  ]);
  const sql = `SELECT * FROM ${aliased(left, l)} WHERE ${test}`;
  return queryOf(context, sql, left.columns.map(plain), { ...behindJoin(context, left, right), updating: true });
};

/** Rows of two streams whose times are near to each other. */
export const intervalJoin: Join = (context, left, right) => {
  const { random, fresh } = context;
  const [timeLeft] = ofKind(left.columns, 'time');
  const [timeRight] = ofKind(right.columns, 'time');
  const key = sharedKey(context, left, right);
  const behind = behindJoin(context, left, right);
  if (timeLeft === undefined || timeRight === undefined || key === null || left.raced || right.raced) return null;
  if (behind.raced && behind.late) return null;
  const [l, r] = [`l${fresh()}`, `r${fresh()}`];
  const columns = [...sideColumns(left, l, fresh), ...sideColumns(right, r, fresh)];
  const list = columns.map(({ sql, name }) => `${sql} AS ${name}`).join(', ');
  const kind = pick(random, ['JOIN', 'LEFT JOIN', 'RIGHT JOIN', 'FULL JOIN']);
  const seconds = (): string => `INTERVAL '${random.nextInt(6)}' SECOND`;
  const on = `${l}.${key[0]} = ${r}.${key[1]} AND ${l}.${timeLeft.name} BETWEEN ${r}.${timeRight.name} - ${seconds()} AND ${r}.${timeRight.name} + ${seconds()}`;
  return queryOf(context, `SELECT ${list} FROM ${aliased(left, l)} ${kind} ${aliased(right, r)} ON ${on}`, columns, {
    ...behind,
    updating: false,
  });
};

/** A stream that looks up the versions of table `p`. */
export function temporalJoin(context: QueryContext, left: RandomQuery): RandomQuery | null {
  const { random, fresh } = context;
  const [time] = ofKind(left.columns, 'time');
  const [key] = ofKind(left.columns, 'string');
  // Late rows may find a version or not, whichever input is ahead.
  if (time === undefined || key === undefined || left.late || left.raced || left.order.kind === 'none') return null;
  const [l, r] = [`l${fresh()}`, `r${fresh()}`];
  const price = `j${fresh()}`;
  const columns = [
    ...left.columns.map(({ name, kind }) => ({ sql: `${l}.${name}`, name: `j${fresh()}`, kind })),
    { sql: `${r}.price`, name: price, kind: 'int' as const },
  ];
  const list = columns.map(({ sql, name }) => `${sql} AS ${name}`).join(', ');
  const kind = pick(random, ['JOIN', 'LEFT JOIN']);
  const sql = `SELECT ${list} FROM ${aliased(left, l)} ${kind} p FOR SYSTEM_TIME AS OF ${l}.${time.name} AS ${r} ON ${l}.${key.name} = ${r}.k`;
  return queryOf(context, sql, columns, { updating: left.updating, order: { kind: 'none' }, raced: true, late: true });
}

/** UNION, INTERSECT and EXCEPT, with ALL and without. */
export const setOperation: Join = (context, left, right) => {
  const { random } = context;
  const kinds = ['string', 'int'] as const;
  const pairs = kinds.flatMap((kind) => {
    const [a] = ofKind(left.columns, kind);
    const [b] = ofKind(right.columns, kind);
    return a !== undefined && b !== undefined ? [{ a, b }] : [];
  });
  if (pairs.length === 0) return null;
  const operation = pick(random, [
    'UNION ALL',
    'UNION ALL',
    'UNION',
    'INTERSECT',
    'INTERSECT ALL',
    'EXCEPT',
    'EXCEPT ALL',
  ]);
  const sql = `SELECT ${named(pairs.map(({ a }) => a)).join(', ')} FROM ${left.from} ${operation} SELECT ${named(pairs.map(({ b }) => b)).join(', ')} FROM ${right.from}`;
  const columns = pairs.map(({ a }) => plain(a));
  return queryOf(context, sql, columns, {
    ...behindJoin(context, left, right),
    updating: operation !== 'UNION ALL' || left.updating || right.updating,
  });
};

/** The query under another alias. */
function aliased(input: RandomQuery, alias: string): string {
  return input.from.startsWith('(') ? `(${input.sql}) ${alias}` : `${input.from} ${alias}`;
}

function qualified(input: RandomQuery, alias: string): RandomColumn[] {
  return input.columns.map((column) => ({ ...column, name: `${alias}.${column.name}` }));
}

function plain(column: RandomColumn): RandomColumn {
  return column.kind === 'time' ? { ...column, kind: 'timestamp' } : column;
}

function sharedKey({ random }: QueryContext, left: RandomQuery, right: RandomQuery): [string, string] | null {
  const pairs = (['string', 'int'] as const).flatMap((kind) =>
    ofKind(left.columns, kind).flatMap((a) =>
      ofKind(right.columns, kind).map((b): [string, string] => [a.name, b.name]),
    ),
  );
  return pairs.length === 0 ? null : pick(random, pairs);
}

function otherCondition(
  { random }: QueryContext,
  left: RandomQuery,
  l: string,
  right: RandomQuery,
  r: string,
): string | null {
  const [a, b] = [ofKind(left.columns, 'int'), ofKind(right.columns, 'int')];
  if (a.length === 0 || b.length === 0) return null;
  return `${l}.${pick(random, a).name} ${pick(random, ['<', '>', '<>', '<='])} ${r}.${pick(random, b).name}`;
}
