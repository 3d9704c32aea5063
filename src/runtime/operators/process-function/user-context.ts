/**
 * The context (`cx`) that user code gets, made in its realm: plain frozen objects whose members call the
 * operator. Flink: `ProcessTableFunction.Context`, `TimeContext`.
 */
import type { StateDeclaration } from '../../udf/declaration.ts';
import type { UserRealm } from '../../udf/function-library.ts';

/** What the context asks of the operator. Times in ms; null: there is none. */
export interface ContextHost {
  key(): object;
  timeMs(): number | null;
  watermarkMs(): number | null;
  nowMs(): number;
  emit(row: unknown): void;
  register(kind: 'event' | 'processing', name: string, timeMs: number): void;
  clearTimer(name: string): void;
  clearAllTimers(): void;
  clearAllState(): void;
}

const HOST_METHODS: readonly (keyof ContextHost)[] = [
  ...(['key', 'timeMs', 'watermarkMs', 'nowMs', 'emit', 'register'] as const),
  ...(['clearTimer', 'clearAllTimers', 'clearAllState'] as const),
];

/** What the handles call. */
const TABLE_METHODS: Readonly<Record<StateDeclaration['kind'], readonly string[]>> = {
  value: ['get', 'set', 'clear'],
  list: ['get', 'add', 'clear'],
  map: ['get', 'has', 'put', 'delete', 'each', 'size', 'clear'],
};

/** Handles of declared state. `h` is the host object of its table, shielded. */
const HANDLES: Readonly<Record<StateDeclaration['kind'], string>> = {
  value: `(h) => Object.freeze({
    get: () => h.get(),
    set: (value) => { h.set(value); },
    clear: () => { h.clear(); },
  })`,
  list: `(h) => Object.freeze({
    get: () => h.get(),
    add: (value) => { h.add(value); },
    addAll: (values) => { for (const value of values) h.add(value); },
    clear: () => { h.clear(); },
    [Symbol.iterator]: () => h.get()[Symbol.iterator](),
  })`,
  map: `(h) => {
    const entries = () => { const made = []; h.each((key, value) => { made.push([key, value]); }); return made; };
    return Object.freeze({
      get: (key) => h.get(key),
      has: (key) => h.has(key),
      put: (key, value) => { h.put(key, value); },
      delete: (key) => h.delete(key),
      entries,
      keys: () => entries().map(([key]) => key),
      values: () => entries().map(([, value]) => value),
      get size() { return h.size(); },
      clear: () => { h.clear(); },
      [Symbol.iterator]: () => entries()[Symbol.iterator](),
    });
  }`,
};

const CONTEXT = `(h, handles, args, Timestamp) => {
  const state = {};
  for (const [name, handle] of handles) Object.defineProperty(state, name, { value: handle, enumerable: true });
  const at = (ms) => (ms === null ? null : new Timestamp(ms, 0));
  const register = (method, kind) => (name, time) => {
    if (typeof name !== 'string') throw new TypeError(method + ': the name of a timer is a string');
    const ms = time instanceof Timestamp ? time.epochMs : time;
    if (!Number.isSafeInteger(ms))
      throw new TypeError(method + ': the time of a timer is a Timestamp or a whole number of milliseconds');
    h.register(kind, name, ms);
  };
  return Object.freeze({
    state: Object.freeze(state),
    args: Object.freeze(args),
    get key() { return h.key(); },
    get time() { return at(h.timeMs()); },
    get watermark() { return at(h.watermarkMs()); },
    get now() { return at(h.nowMs()); },
    emit: (row) => { h.emit(row); },
    registerOnTime: register('registerOnTime', 'event'),
    registerProcessingTime: register('registerProcessingTime', 'processing'),
    clearTimer: (name) => { h.clearTimer(name); },
    clearAllTimers: () => { h.clearAllTimers(); },
    clearAllState: () => { h.clearAllState(); },
    clearAll: () => { h.clearAllState(); h.clearAllTimers(); },
  });
}`;

const TIMER = `(Timestamp) => (name, ms, kind) => Object.freeze({ name, time: new Timestamp(ms, 0), kind })`;

/** Makes `timer` of `onTimer`. */
export type TimerMaker = (name: string, timeMs: number, kind: 'event' | 'processing') => object;

/** The context of one operator. `tables`: the host objects of its state by name. */
export function userContext(
  realm: UserRealm,
  host: ContextHost,
  tables: readonly { readonly name: string; readonly kind: StateDeclaration['kind']; readonly host: object }[],
  args: object,
): object {
  const handles = tables.map(({ name, kind, host: table }) => {
    const make = realm.compile(HANDLES[kind]) as (table: object) => object;
    return [name, make(realm.shield(table, TABLE_METHODS[kind]))] as const;
  });
  const make = realm.compile(CONTEXT) as (...parts: unknown[]) => object;
  return make(realm.shield(host, HOST_METHODS), handles, args, realm.Timestamp);
}

/** The maker of timers in a realm. */
export function timerMaker(realm: UserRealm): TimerMaker {
  const make = realm.compile(TIMER) as (timestamp: unknown) => TimerMaker;
  return make(realm.Timestamp);
}
