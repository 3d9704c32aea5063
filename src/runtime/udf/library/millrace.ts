/**
 * The library that TypeScript functions import: `import { scalar, table, process, t, state } from 'millrace'`.
 * It declares and types; it does nothing by itself. The same text is what the editor checks against and
 * what runs beside the function (`library-text.ts` joins it with its two classes). No dependencies, ES2020.
 */
import { Decimal } from './decimal.ts';
import { Timestamp } from './timestamp.ts';
import { type AnyType, type Columns, type InputOf, t, type ValueOf, type WritableRow } from './types.ts';

export type { DecimalLike, Rounding } from './decimal.ts';
export type { AnyType, Columns, InputOf, Type, ValueOf } from './types.ts';
export { Decimal, Timestamp, t };

/** A row as a function reads it: a value for each column. */
export type RowOf<C extends Columns> = { readonly [K in keyof C]: ValueOf<C[K]> };

/** A row as a function gives it. */
export type RowInputOf<C extends Columns> = WritableRow<C>;

// ---------------------------------------------------------------------------------------------- scalar, table

/** What a scalar function is made of. */
export interface ScalarDefinition<A extends Columns, R extends AnyType> {
  /** Arguments by name, in the order of a call by position. */
  readonly args: A;
  /** Type of the result. */
  readonly returns: R;
  /** False when equal arguments may give different results. */
  readonly deterministic?: boolean;
  /** Called once for each row. */
  eval(args: RowOf<A>): InputOf<R>;
}

/** What a table function is made of. */
export interface TableDefinition<A extends Columns, C extends Columns> {
  /** Arguments by name, in the order of a call by position. */
  readonly args: A;
  /** Columns of the result. */
  readonly returns: C;
  /** False when equal arguments may give different results. */
  readonly deterministic?: boolean;
  /** Called once for each row of the left side; a generator (`*eval`) or anything that can be iterated. */
  eval(args: RowOf<A>): Iterable<RowInputOf<C>>;
}

/** A function that gives one value for each call. Flink: `ScalarFunction`. */
export function scalar<A extends Columns, R extends AnyType>(
  definition: ScalarDefinition<A, R>,
): ScalarDefinition<A, R> {
  return declare('scalar', definition);
}

/** A function that gives rows for each call: `FROM t, LATERAL TABLE(f(x))`. Flink: `TableFunction`. */
export function table<A extends Columns, C extends Columns>(definition: TableDefinition<A, C>): TableDefinition<A, C> {
  return declare('table', definition);
}

// ---------------------------------------------------------------------------------------------- state

/** How long an entry of state lives after its last write: `'10 min'`, `'1 d'`, or milliseconds. */
export interface StateOptions {
  readonly ttl?: string | number;
}

/** Declares one value a key. */
export interface ValueStateType<V extends AnyType = AnyType> {
  readonly state: 'value';
  readonly value: V;
  readonly ttl: string | number | undefined;
}

/** Declares a list a key. */
export interface ListStateType<V extends AnyType = AnyType> {
  readonly state: 'list';
  readonly value: V;
  readonly ttl: string | number | undefined;
}

/** Declares a map a key. */
export interface MapStateType<K extends AnyType = AnyType, V extends AnyType = AnyType> {
  readonly state: 'map';
  readonly key: K;
  readonly value: V;
  readonly ttl: string | number | undefined;
}

/** The state of a process function, by name. */
export type States = { readonly [name: string]: ValueStateType | ListStateType | MapStateType };

/** Declarations of keyed state: each partition key has its own. */
export const state = Object.freeze({
  /** One value. */
  value: <V extends AnyType>(value: V, options?: StateOptions): ValueStateType<V> =>
    Object.freeze({ state: 'value', value, ttl: options?.ttl }),
  /** A list that is appended to. Flink: `ListView`. */
  list: <V extends AnyType>(value: V, options?: StateOptions): ListStateType<V> =>
    Object.freeze({ state: 'list', value, ttl: options?.ttl }),
  /** A map whose entries are read and written one by one. Flink: `MapView`. */
  map: <K extends AnyType, V extends AnyType>(key: K, value: V, options?: StateOptions): MapStateType<K, V> =>
    Object.freeze({ state: 'map', key, value, ttl: options?.ttl }),
});

/** One value of the current key. What is read is a copy: changing it changes nothing until `set`. */
export interface ValueState<V extends AnyType> {
  /** Null when nothing was set, or when it has expired. */
  get(): ValueOf<V> | null;
  set(value: InputOf<V>): void;
  clear(): void;
}

/** The list of the current key. */
export interface ListState<V extends AnyType> extends Iterable<ValueOf<V>> {
  get(): readonly ValueOf<V>[];
  add(value: InputOf<V>): void;
  addAll(values: Iterable<InputOf<V>>): void;
  clear(): void;
}

/** The map of the current key. Keys are compared as SQL does: equal decimals and timestamps are one key. */
export interface MapState<K extends AnyType, V extends AnyType> extends Iterable<readonly [ValueOf<K>, ValueOf<V>]> {
  /** Null when there is no entry; `has` tells it from an entry that is null. */
  get(key: InputOf<K>): ValueOf<V> | null;
  put(key: InputOf<K>, value: InputOf<V>): void;
  has(key: InputOf<K>): boolean;
  /** Whether there was an entry. */
  delete(key: InputOf<K>): boolean;
  /** In the order in which the keys came. */
  entries(): Iterable<readonly [ValueOf<K>, ValueOf<V>]>;
  keys(): Iterable<ValueOf<K>>;
  values(): Iterable<ValueOf<V>>;
  readonly size: number;
  clear(): void;
}

/** The handle of a declared state. */
export type StateHandle<S> =
  S extends MapStateType<infer K, infer V>
    ? MapState<K, V>
    : S extends ListStateType<infer V>
      ? ListState<V>
      : S extends ValueStateType<infer V>
        ? ValueState<V>
        : never;

// ---------------------------------------------------------------------------------------------- process

/**
 * Columns of the table that a process function without `input` is called with. Empty here: the editor
 * adds the columns that the graph gives (`declare module 'millrace' { interface InputRow { … } }`).
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be added to.
export interface InputRow {}

/** The row that `onRow` gets. */
export type ProcessRow<I> = I extends Columns
  ? RowOf<I>
  : keyof InputRow extends never
    ? { readonly [column: string]: unknown }
    : Readonly<InputRow>;

/** A timer that is due. */
export interface Timer {
  readonly name: string;
  readonly time: Timestamp;
  /** Of `registerOnTime` (the watermark has passed it) or of `registerProcessingTime`. */
  readonly kind: 'event' | 'processing';
}

/** What a process function can do with its key. Flink: `ProcessTableFunction.Context` and `TimeContext`. */
export interface ProcessContext<C extends Columns = Columns, S extends States = States, A extends Columns = Columns> {
  /** The declared state of the current key. */
  readonly state: { readonly [K in keyof S]: StateHandle<S[K]> };
  /** The declared arguments; the same for all rows. */
  readonly args: RowOf<A>;
  /** The columns of PARTITION BY. */
  readonly key: { readonly [column: string]: unknown };
  /** Event time of the row or of the timer; null without `on_time`. */
  readonly time: Timestamp | null;
  /** The watermark; null before the first one. */
  readonly watermark: Timestamp | null;
  /** Processing time, the same for the whole call. */
  readonly now: Timestamp;
  /** Gives a row. */
  emit(row: RowInputOf<C>): void;
  /** Calls `onTimer` when the watermark passes `time`. A timer of the same name and kind is replaced. Needs `on_time`. */
  registerOnTime(name: string, time: Timestamp | number): void;
  /** Calls `onTimer` when the clock passes `time`. A timer of the same name and kind is replaced. */
  registerProcessingTime(name: string, time: Timestamp | number): void;
  /** Forgets the timers of this name. */
  clearTimer(name: string): void;
  clearAllTimers(): void;
  /** Forgets all state of the key. */
  clearAllState(): void;
  /** Forgets state and timers of the key. */
  clearAll(): void;
}

/** What a process function is made of. */
export interface ProcessDefinition<
  C extends Columns,
  S extends States,
  A extends Columns,
  I extends Columns | undefined,
> {
  /** Columns that it needs, found by name; without, it takes whatever columns the table has. */
  readonly input?: I;
  /** Arguments besides the table. */
  readonly args?: A;
  /** Columns that it adds to the partition key. */
  readonly returns: C;
  readonly state?: S;
  onRow(row: ProcessRow<I>, cx: ProcessContext<C, S, A>): void;
  onTimer?(timer: Timer, cx: ProcessContext<C, S, A>): void;
}

type None = Record<never, never>;

/**
 * A function over the rows of one key after the other, with state and timers:
 * `SELECT * FROM f(input => TABLE v PARTITION BY k, on_time => DESCRIPTOR(ts))`. Flink: `ProcessTableFunction`.
 */
export function process<
  C extends Columns,
  S extends States = None,
  A extends Columns = None,
  I extends Columns | undefined = undefined,
>(definition: ProcessDefinition<C, S, A, I>): ProcessDefinition<C, S, A, I> {
  return declare('process', definition);
}

/** What the sandbox finds on the default export: the form, and the classes of this copy of the library. */
function declare<D extends object>(form: 'scalar' | 'table' | 'process', definition: D): D {
  return Object.freeze({ ...definition, form, library: Object.freeze({ Decimal, Timestamp }) });
}
