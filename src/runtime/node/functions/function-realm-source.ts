/**
 * What runs in a new realm before any user code: takes away what would make a run unrepeatable, gives
 * clock and random numbers of the run, and freezes everything that is shared, so that a function can
 * keep nothing where the engine does not see it (state is for that).
 *
 * It is text because it belongs to the other realm: a function of this one would bring its realm along.
 */

/** Names that stay; everything else of the realm's global object goes. */
export const REALM_NAMES: readonly string[] = [
  ...['Object', 'Function', 'Array', 'Number', 'Boolean', 'String', 'Symbol', 'BigInt', 'Date', 'RegExp', 'JSON'],
  ...['Math', 'Reflect', 'Proxy', 'Map', 'Set', 'WeakMap', 'WeakSet', 'ArrayBuffer', 'DataView'],
  ...['Error', 'TypeError', 'RangeError', 'SyntaxError', 'ReferenceError', 'EvalError', 'URIError', 'AggregateError'],
  ...['Int8Array', 'Uint8Array', 'Uint8ClampedArray', 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array'],
  ...['Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'],
  ...[
    'parseInt',
    'parseFloat',
    'isNaN',
    'isFinite',
    'encodeURI',
    'encodeURIComponent',
    'decodeURI',
    'decodeURIComponent',
  ],
  ...['console'],
];

/** Why a name is not there, told with the error. */
export const ABSENT_NAMES: Readonly<Record<string, string>> = {
  setTimeout: 'functions have no timers of their own: a process function has cx.registerProcessingTime',
  setInterval: 'functions have no timers of their own: a process function has cx.registerProcessingTime',
  setImmediate: 'functions run within the turn of one row and cannot wait',
  queueMicrotask: 'functions run within the turn of one row and cannot wait',
  Promise: 'functions run within the turn of one row and cannot wait',
  fetch: 'functions have no network: what they need comes as a table of the script',
  WebSocket: 'functions have no network: what they need comes as a table of the script',
  XMLHttpRequest: 'functions have no network: what they need comes as a table of the script',
  process: 'functions do not see the program that runs them',
  require: 'functions import with an import statement, and only files of their project',
  module: 'functions are modules: write import and export',
  Buffer: 'functions have Uint8Array',
  performance: 'the time of the run is Date.now() or cx.now',
  crypto: 'random numbers of the run are Math.random()',
  WebAssembly: 'functions are TypeScript only',
  Intl: 'what it gives depends on the machine, so that a run could not be repeated elsewhere',
  eval: 'functions cannot make code from text',
};

/**
 * An expression of type `(host, note) => { globals, shield }`. `host` has `nowMs`, `random` and `log`; `globals`
 * is a list of values in the order of `REALM_NAMES`, after the global object.
 *
 * `shield(host, methods)` is an object of the realm with methods of a host's object. An error that one of them
 * throws (also one that the host does not throw itself: a stack that is full) never reaches user code: it would
 * lead to the host's `Function`. `note` is told which error of the realm stands for it.
 */
export const REALM_SOURCE = `(host, note) => {
  'use strict';
  const { Object, Error, RangeError, TypeError, String } = globalThis;
  const own = (error) => {
    if (error === null || (typeof error !== 'object' && typeof error !== 'function') || error instanceof Object) return error;
    let made = new Error('The engine could not do this.');
    try {
      const message = String(error.message);
      made = error.name === 'RangeError' ? new RangeError(message) : error.name === 'TypeError' ? new TypeError(message) : new Error(message);
      note(made, error);
    } catch {
      // The stack is full: there is no room to say more.
    }
    return made;
  };
  const shield = (object, methods) => {
    const shielded = {};
    for (const method of methods) {
      shielded[method] = (a, b, c) => {
        try {
          return object[method](a, b, c);
        } catch (error) {
          throw own(error);
        }
      };
    }
    return Object.freeze(shielded);
  };
  const { nowMs, random, log } = shield(host, ['nowMs', 'random', 'log']);
  const names = ${JSON.stringify(REALM_NAMES)};
  const define = (object, name, value) =>
    Object.defineProperty(object, name, { value, writable: true, enumerable: false, configurable: true });

  // ---- What goes.
  const keep = new Set([...names, 'Infinity', 'NaN', 'undefined', 'globalThis']);
  for (const name of Reflect.ownKeys(globalThis)) if (!keep.has(name)) delete globalThis[name];

  // ---- Clock: the time of the run, and UTC everywhere, because a replay may be on another machine.
  const RealDate = Date;
  const proto = RealDate.prototype;
  const isoLocal = /^[+-]?\\d{4,6}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d([.,]\\d+)?)?$/;
  const hasZone = /(Z|[+-]\\d\\d:?\\d\\d|\\b(GMT|UTC?|[ECMP][SD]T)\\b.*)\\s*(\\(.*\\))?$/i;
  const parse = (text) => {
    const t = String(text).trim();
    if (isoLocal.test(t)) return RealDate.parse(t + 'Z');
    if (/^[+-]?\\d{4,6}(-\\d\\d(-\\d\\d)?)?$/.test(t) || hasZone.test(t)) return RealDate.parse(t);
    return RealDate.parse(t + ' UTC');
  };
  const RunDate = function Date(...args) {
    if (new.target === undefined) return new RunDate(nowMs()).toString();
    if (args.length === 0) return Reflect.construct(RealDate, [nowMs()], new.target);
    if (args.length > 1) return Reflect.construct(RealDate, [RealDate.UTC(...args)], new.target);
    let value = args[0];
    if (value !== null && typeof value === 'object') {
      value = proto.isPrototypeOf(value) ? proto.getTime.call(value) : value[Symbol.toPrimitive]?.('default') ?? String(value);
    }
    return Reflect.construct(RealDate, [typeof value === 'string' ? parse(value) : Number(value)], new.target);
  };
  define(RunDate, 'now', () => nowMs());
  define(RunDate, 'parse', parse);
  define(RunDate, 'UTC', RealDate.UTC);
  Object.defineProperty(RunDate, 'prototype', { value: proto, writable: false });
  Object.defineProperty(RunDate, 'length', { value: 7, configurable: true });
  define(proto, 'constructor', RunDate);
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    define(proto, 'get' + part, proto['getUTC' + part]);
    if (part !== 'Day') define(proto, 'set' + part, proto['setUTC' + part]);
  }
  define(proto, 'getTimezoneOffset', () => 0);
  const utcString = proto.toUTCString;
  define(proto, 'toString', utcString);
  define(proto, 'toDateString', function () { return utcString.call(this).slice(0, 16); });
  define(proto, 'toTimeString', function () { return utcString.call(this).slice(17); });
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    const plain = { toLocaleString: 'toString', toLocaleDateString: 'toDateString', toLocaleTimeString: 'toTimeString' }[name];
    define(proto, name, function () { return proto[plain].call(this); });
  }
  define(globalThis, 'Date', RunDate);

  // ---- Random numbers of the run.
  define(Math, 'random', () => random());

  // ---- No language of the machine.
  for (const of of [Number, BigInt, Array, Object.getPrototypeOf(Uint8Array)]) {
    const { toString } = of.prototype;
    define(of.prototype, 'toLocaleString', function () { return toString.call(this); });
  }
  define(String.prototype, 'localeCompare', function (other) {
    const [a, b] = [String(this), String(other)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
  define(String.prototype, 'toLocaleUpperCase', String.prototype.toUpperCase);
  define(String.prototype, 'toLocaleLowerCase', String.prototype.toLowerCase);

  // ---- console goes to a list that people can look at.
  const line = (value) => {
    try {
      if (typeof value === 'string') return value;
      if (typeof value === 'bigint') return value + 'n';
      if (value instanceof Error) return String(value);
      if (value instanceof Map) return 'Map ' + line([...value]);
      if (value instanceof Set) return 'Set ' + line([...value]);
      if (value !== null && typeof value === 'object')
        return JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v + 'n' : v)) ?? String(value);
      return String(value);
    } catch {
      return '?';
    }
  };
  const console = {};
  for (const level of ['log', 'info', 'warn', 'error', 'debug']) {
    console[level] = (...values) => { log(level, values.map(line).join(' ')); };
  }
  define(globalThis, 'console', console);

  // ---- A promise would be settled outside of any turn.
  const wait = () => { throw new TypeError('Functions cannot be asynchronous: they run within the turn of one row'); };
  const PromisePrototype = Object.getPrototypeOf((async () => {})());
  for (const name of ['then', 'catch', 'finally']) define(PromisePrototype, name, wait);

  // ---- Errors can be given a name and a message of their own although their prototypes are frozen.
  const settable = (object) => {
    for (const name of Reflect.ownKeys(object)) {
      const { value, configurable, get } = Object.getOwnPropertyDescriptor(object, name);
      if (!configurable || get !== undefined) continue;
      Object.defineProperty(object, name, {
        get: () => value,
        set(given) {
          if (this === object) throw new TypeError('Cannot change ' + String(name) + ' of all objects');
          Object.defineProperty(this, name, { value: given, writable: true, enumerable: true, configurable: true });
        },
        enumerable: false,
        configurable: false,
      });
    }
  };
  for (const name of names) if (/Error$/.test(name)) settable(globalThis[name].prototype);
  settable(Object.prototype);
  settable(Function.prototype);

  // ---- Freeze all that can be reached.
  const seen = new Set();
  const waiting = [
    ...names.map((name) => globalThis[name]),
    function* () {}, async () => {}, async function* () {}, PromisePrototype, new Proxy({}, {}),
    [][Symbol.iterator](), ''[Symbol.iterator](), new Map().entries(), new Set().values(), 'a'.matchAll(/a/g),
    (function* () {})(), (async function* () {})(),
  ];
  while (waiting.length > 0) {
    const object = waiting.pop();
    if ((typeof object !== 'object' && typeof object !== 'function') || object === null || seen.has(object)) continue;
    seen.add(object);
    if (object === globalThis) continue;
    for (const key of Reflect.ownKeys(object)) {
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key);
      waiting.push(value, get, set);
    }
    waiting.push(Object.getPrototypeOf(object));
    Object.freeze(object);
  }
  const values = names.map((name) => globalThis[name]);
  // A global object of our own, frozen too: the realm's cannot be.
  const visible = {};
  names.forEach((name, i) => { visible[name] = values[i]; });
  visible.globalThis = visible;
  return { globals: [Object.freeze(visible), ...values], shield };
}`;
