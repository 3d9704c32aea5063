/** Random expressions, conditions and aggregate calls over columns that are given, for the queries of `random-queries.ts`. */
import type { Random } from '../../../src/runtime/seams/random.ts';
import { type ColumnKind, chance, pick, type RandomColumn } from './random-tables.ts';

const NUMBERS: readonly ColumnKind[] = ['int', 'bigint', 'decimal', 'double'];

/** Those of a kind, qualified by nothing: names are unique in the queries here. */
export function ofKind(columns: readonly RandomColumn[], ...kinds: readonly ColumnKind[]): RandomColumn[] {
  return columns.filter(({ kind }) => kinds.includes(kind));
}

/** A scalar expression with its kind. */
export interface RandomExpression {
  readonly sql: string;
  readonly kind: ColumnKind;
}

/** Something computed from one or two columns. */
export function expression(random: Random, columns: readonly RandomColumn[]): RandomExpression {
  const { name, kind } = pick(random, columns);
  const other = pick(random, columns);
  const number = 1 + random.nextInt(4);
  switch (kind) {
    case 'int':
    case 'bigint':
      return pick<RandomExpression>(random, [
        { sql: `${name} + ${number}`, kind },
        { sql: `COALESCE(${name}, ${number})`, kind },
        { sql: `MOD(${name}, ${number})`, kind: kind === 'int' ? 'int' : 'other' },
        { sql: `-${name} * ${number}`, kind },
        { sql: `CAST(${name} AS BIGINT)`, kind: 'bigint' },
        { sql: `CAST(${name} AS STRING)`, kind: 'string' },
        { sql: `CASE WHEN ${condition(random, columns, 0)} THEN ${name} ELSE ${number} END`, kind },
        { sql: `NULLIF(${name}, ${number})`, kind },
        { sql: `IF(${name} > ${number}, 'hi', 'lo')`, kind: 'string' },
        ...(other.kind === kind ? [{ sql: `${name} - ${other.name}`, kind }] : []),
        ...(other.kind === kind ? [{ sql: `GREATEST(${name}, ${other.name})`, kind }] : []),
      ]);
    case 'decimal':
      return pick<RandomExpression>(random, [
        { sql: `${name} + 1.5`, kind: 'other' },
        { sql: `CAST(${name} AS INT)`, kind: 'int' },
        { sql: `ROUND(${name}, 1)`, kind: 'other' },
        { sql: `ABS(${name})`, kind },
      ]);
    case 'double':
      return pick<RandomExpression>(random, [
        { sql: `${name} * 2`, kind },
        { sql: `FLOOR(${name})`, kind },
        { sql: `COALESCE(${name}, CAST(0.5 AS DOUBLE))`, kind },
      ]);
    case 'string':
      return pick<RandomExpression>(random, [
        { sql: `UPPER(${name})`, kind },
        { sql: `${name} || '-x'`, kind },
        { sql: `COALESCE(${name}, '?')`, kind },
        { sql: `CHAR_LENGTH(${name})`, kind: 'int' },
        { sql: `SUBSTRING(${name}, 1, 1)`, kind },
      ]);
    case 'time':
    case 'timestamp':
      return pick<RandomExpression>(random, [
        { sql: `EXTRACT(SECOND FROM ${name})`, kind: 'bigint' },
        { sql: `DATE_FORMAT(${name}, 'mm:ss')`, kind: 'string' },
        { sql: `CAST(${name} AS TIMESTAMP(3))`, kind: kind === 'time' ? 'other' : 'timestamp' },
      ]);
    case 'boolean':
      return pick<RandomExpression>(random, [
        { sql: `NOT ${name}`, kind },
        { sql: `${name} IS TRUE`, kind },
        { sql: `CAST(${name} AS STRING)`, kind: 'string' },
      ]);
    case 'array':
      return pick<RandomExpression>(random, [
        { sql: `CARDINALITY(${name})`, kind: 'int' },
        { sql: `${name}[1]`, kind: 'int' },
      ]);
    case 'other':
      return { sql: name, kind };
  }
}

/** A condition; `depth` more levels of AND, OR and NOT. */
export function condition(random: Random, columns: readonly RandomColumn[], depth: number): string {
  if (depth > 0 && chance(random, 2)) {
    const left = condition(random, columns, depth - 1);
    const right = condition(random, columns, depth - 1);
    return pick(random, [`(${left} AND ${right})`, `(${left} OR ${right})`, `NOT (${left})`]);
  }
  const { name, kind } = pick(random, columns);
  const comparison = pick(random, ['=', '<>', '<', '<=', '>', '>=']);
  switch (kind) {
    case 'int':
    case 'bigint':
      return pick(random, [
        `${name} ${comparison} ${random.nextInt(8)}`,
        `${name} IN (1, ${random.nextInt(7)}, 5)`,
        `${name} BETWEEN 1 AND ${2 + random.nextInt(5)}`,
        `${name} IS NOT NULL`,
        `MOD(${name}, 2) = 0`,
      ]);
    case 'decimal':
      return `${name} ${comparison} ${pick(random, ['10.5', '-3', '100'])}`;
    case 'double':
      return `${name} ${comparison} ${pick(random, ['1.5', '4', '-0.25'])}`;
    case 'string':
      return pick(random, [
        `${name} ${comparison} '${pick(random, ['a', 'b', 'c', 'dé'])}'`,
        `${name} IS NULL`,
        `${name} LIKE '${pick(random, ['a%', '%é', '_'])}'`,
        `${name} IN ('a', 'c')`,
        `${name} NOT IN ('b', 'dé')`,
      ]);
    case 'time':
    case 'timestamp':
      return `${name} ${comparison} TIMESTAMP '2024-01-01 00:00:${10 + random.nextInt(20)}'`;
    case 'boolean':
      return pick(random, [name, `${name} IS NOT TRUE`, `NOT ${name}`]);
    case 'array':
      return `CARDINALITY(${name}) > ${random.nextInt(3)}`;
    case 'other':
      return `${name} IS NOT NULL`;
  }
}

/** What a caller of {@link aggregateCall} knows about its rows. */
export interface AggregateSetting {
  /** The order of the rows of a group is defined, so functions that depend on it may be called. */
  readonly ordered: boolean;
}

/** One aggregate call, perhaps DISTINCT, perhaps filtered. */
export function aggregateCall(
  random: Random,
  columns: readonly RandomColumn[],
  setting: AggregateSetting,
): RandomExpression {
  const call = bareCall(random, columns, setting);
  return chance(random, 5) ? { ...call, sql: `${call.sql} FILTER (WHERE ${condition(random, columns, 1)})` } : call;
}

function bareCall(random: Random, columns: readonly RandomColumn[], { ordered }: AggregateSetting): RandomExpression {
  const { name, kind } = pick(random, columns);
  const count: RandomExpression = { sql: 'COUNT(*)', kind: 'bigint' };
  const general: RandomExpression[] = [
    count,
    { sql: `COUNT(${name})`, kind: 'bigint' },
    { sql: `COUNT(DISTINCT ${name})`, kind: 'bigint' },
  ];
  if (kind === 'array' || kind === 'other') return pick(random, general.slice(0, 2));
  const extremes: RandomExpression[] = [
    { sql: `MIN(${name})`, kind: kind === 'time' ? 'timestamp' : kind },
    { sql: `MAX(${name})`, kind: kind === 'time' ? 'timestamp' : kind },
  ];
  const sequence: RandomExpression[] =
    ordered && kind !== 'time'
      ? [
          { sql: `FIRST_VALUE(${name})`, kind },
          { sql: `LAST_VALUE(${name})`, kind },
          { sql: `ARRAY_AGG(${name})`, kind: 'other' },
          { sql: `COLLECT(${name})`, kind: 'other' },
          { sql: `JSON_ARRAYAGG(${name})`, kind: 'other' },
          { sql: `LISTAGG(CAST(${name} AS STRING))`, kind: 'other' },
          { sql: `LISTAGG(DISTINCT CAST(${name} AS STRING), '/')`, kind: 'other' },
        ]
      : [];
  if (!NUMBERS.includes(kind)) return pick(random, [...general, ...extremes, ...sequence]);
  const distinct = chance(random, 5) ? 'DISTINCT ' : '';
  return pick<RandomExpression>(random, [
    ...general,
    ...extremes,
    ...sequence,
    { sql: `SUM(${distinct}${name})`, kind: kind === 'decimal' ? 'other' : kind },
    { sql: `AVG(${distinct}${name})`, kind: kind === 'decimal' ? 'other' : kind },
    { sql: `SUM(${name})`, kind: kind === 'decimal' ? 'other' : kind },
    ...(kind === 'double'
      ? // The last bits of a deviation depend on how it is reckoned.
        [
          { sql: `ROUND(STDDEV_POP(${name}), 6)`, kind: 'other' as const },
          { sql: `ROUND(VAR_SAMP(${name}), 6)`, kind: 'other' as const },
        ]
      : [{ sql: `PERCENTILE(${name}, 0.5)`, kind: 'other' as const }]),
  ]);
}
