/**
 * The column types of 'millrace': `t.decimal(10, 2)`. At run time each is the plain data of a logical type;
 * to the type checker it carries which values a function reads and which it may give. A part of the
 * library's one text (`library-text.ts`). Flink: `DataTypes`.
 */
import type { Decimal, DecimalLike } from './decimal.ts';
import type { Timestamp } from './timestamp.ts';

declare const READ: unique symbol;
declare const WRITTEN: unique symbol;

/** A SQL type: `Read` is what a function gets, `Written` what it may give. NULL unless `.notNull()`. */
export interface Type<Read, Written = Read> {
  /** The kind of the logical type: `DECIMAL`. */
  readonly kind: string;
  readonly nullable: boolean;
  /** The same without NULL. */
  notNull(): Type<Exclude<Read, null>, Exclude<Written, null>>;
  readonly [READ]?: Read;
  readonly [WRITTEN]?: Written;
}

/** Any type. */
// biome-ignore lint/suspicious/noExplicitAny: the only way to say "of whatever values" of a type in both directions.
export type AnyType = Type<any, any>;

/** Columns, fields or arguments: their types by name. */
export type Columns = { readonly [name: string]: AnyType };

/** The value that a function reads for a type. */
export type ValueOf<T> = T extends Type<infer Read, unknown> ? Read : never;

/** The values that a function may give for a type. */
export type InputOf<T> = T extends Type<unknown, infer Written> ? Written : never;

/** A row that a function gives: a value for each column. */
export type WritableRow<C extends Columns> = { readonly [K in keyof C]: InputOf<C[K]> };

type Nullable<Read, Written = Read> = Type<Read | null, Written | null>;

const NO_MEMBERS: object = Object.freeze({});

// Types are compared with what was read from the text, so they hold nothing but what a logical type holds.
function type<Read, Written = Read>(kind: string, members: object = NO_MEMBERS): Nullable<Read, Written> {
  const make = (nullable: boolean): object =>
    Object.freeze({ kind, nullable, ...members, notNull: (): object => make(false) });
  return make(true) as Nullable<Read, Written>;
}

const fieldsOf = (columns: Columns): object[] => Object.keys(columns).map((name) => ({ name, type: columns[name] }));

const LENGTH_MAX = 2147483647;

/** All types that a column can have, under Flink's names. */
export const t = Object.freeze({
  boolean: () => type<boolean>('BOOLEAN'),
  /** -128 to 127. */
  tinyint: () => type<number, number | bigint>('TINYINT'),
  /** -32 768 to 32 767. */
  smallint: () => type<number, number | bigint>('SMALLINT'),
  /** 32 bits. */
  int: () => type<number, number | bigint>('INT'),
  /** 64 bits: always a `bigint` to read; whole numbers up to 2^53 may be given as numbers. */
  bigint: () => type<bigint, bigint | number>('BIGINT'),
  /** 32-bit floating point. */
  float: () => type<number>('FLOAT'),
  /** 64-bit floating point. */
  double: () => type<number>('DOUBLE'),
  /** Exact: `precision` digits (1 to 38), `scale` of them after the point. What is given must fit without rounding. */
  decimal: (precision = 10, scale = 0) => type<Decimal, DecimalLike>('DECIMAL', { precision, scale }),
  /** A text of exactly `length` characters. */
  char: (length = 1) => type<string>('CHAR', { length }),
  /** A text of at most `length` characters. */
  varchar: (length: number) => type<string>('VARCHAR', { length }),
  /** A text of any length. */
  string: () => type<string>('VARCHAR', { length: LENGTH_MAX }),
  /** Exactly `length` bytes. */
  binary: (length = 1) => type<Uint8Array>('BINARY', { length }),
  /** At most `length` bytes. */
  varbinary: (length: number) => type<Uint8Array>('VARBINARY', { length }),
  /** Bytes of any length. */
  bytes: () => type<Uint8Array>('VARBINARY', { length: LENGTH_MAX }),
  /** A day: its number, counted from 1970-01-01. */
  date: () => type<number>('DATE'),
  /** A time of day: milliseconds since midnight. */
  time: (precision = 0) => type<number>('TIME', { precision }),
  /** A wall clock with `precision` digits of seconds (0 to 9). */
  timestamp: (precision = 6) => type<Timestamp>('TIMESTAMP', { precision }),
  /** An instant with `precision` digits of seconds (0 to 9). */
  timestampLtz: (precision = 6) => type<Timestamp>('TIMESTAMP_LTZ', { precision }),
  /** INTERVAL YEAR TO MONTH: a number of months. */
  intervalYearToMonth: () => type<number>('INTERVAL_YEAR_MONTH', { unit: 'YEAR TO MONTH', precision: 2 }),
  /** INTERVAL DAY TO SECOND: a number of milliseconds. */
  intervalDayToSecond: () => type<number>('INTERVAL_DAY_TIME', { unit: 'DAY TO SECOND', precision: 2, fraction: 6 }),
  array: <E extends AnyType>(element: E) => type<readonly ValueOf<E>[], readonly InputOf<E>[]>('ARRAY', { element }),
  /** Keys that are objects (decimals, timestamps, rows) are found by iterating, not by `get`. */
  map: <K extends AnyType, V extends AnyType>(key: K, value: V) =>
    type<ReadonlyMap<ValueOf<K>, ValueOf<V>>, ReadonlyMap<InputOf<K>, InputOf<V>>>('MAP', { key, value }),
  /** Elements and how often each is there. */
  multiset: <E extends AnyType>(element: E) =>
    type<ReadonlyMap<ValueOf<E>, number>, ReadonlyMap<InputOf<E>, number>>('MULTISET', { element }),
  /** A row inside a column: `t.row({ city: t.string(), zip: t.int() })`. */
  row: <C extends Columns>(fields: C) =>
    type<{ readonly [K in keyof C]: ValueOf<C[K]> }, WritableRow<C>>('ROW', { fields: fieldsOf(fields) }),
});
