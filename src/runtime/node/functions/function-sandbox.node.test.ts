/** User code sees the run's clock and nothing of the machine, and its exceptions are told in its own lines. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { CompiledFunction, FunctionWorld, LoadedFunction } from '../../udf/function-library.ts';
import { fromUser } from '../../udf/values-from-user.ts';
import { rowToUser } from '../../udf/values-to-user.ts';
import { compileFunctions } from './compile-functions.ts';
import { VmFunctionSandbox } from './function-sandbox.ts';

const PATH = './operators/f.ts';

async function compiled(text: string, others: Readonly<Record<string, string>> = {}): Promise<CompiledFunction> {
  const files = Object.entries({ ...others, 'operators/f.ts': text }).map(([path, each]) => ({ path, text: each }));
  const { compiled: functions, problems } = await compileFunctions([PATH], { folder: '', files });
  expect(problems).toEqual([]);
  const fn = functions.get(PATH);
  if (fn === undefined) throw new Error('not compiled');
  return fn;
}

/** A world that ends at nothing: its clock stands, its random numbers count. */
function world(): FunctionWorld {
  let count = 0;
  return {
    nowMs: () => 1_700_000_000_123,
    random: () => {
      count += 1;
      return count / 10;
    },
  };
}

function load(fn: CompiledFunction, sandbox = new VmFunctionSandbox(), in_ = world()): LoadedFunction {
  const loaded = sandbox.load(fn, in_);
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.value;
}

const HEAD = "import { scalar, t } from 'millrace';\n";
const textOf = (body: string, top = ''): string =>
  `${HEAD}${top}\nexport default scalar({ args: { a: t.string() }, returns: t.string(),\n  eval({ a }) {\n    ${body}\n  } });\n`;

/** What a body returns, or how its exception is explained. */
async function run(body: string, top = '', sandbox = new VmFunctionSandbox()): Promise<unknown> {
  const loaded = load(await compiled(textOf(body, top)), sandbox);
  try {
    return (loaded.definition.eval as (args: unknown) => unknown)({ a: 'x' });
  } catch (error) {
    const { message, path, line, column } = loaded.explain(error);
    return `${path}:${line}:${column} ${message}`;
  }
}

describe('user code', () => {
  it('sees the clock and the random numbers of the run', async () => {
    expect(
      await run(`const d = new Date();
        return [Date.now(), d.getTime(), new Date(5).getTime(), Math.random(), Math.random(), Date().length > 0, d instanceof Date, new Date(d).getTime() - d.getTime()].join(' ');`),
    ).toBe('1700000000123 1700000000123 5 0.1 0.2 true true 0');
  });

  it('lives in UTC and without a language, whatever the machine has', async () => {
    const zone = process.env.TZ;
    process.env.TZ = 'America/New_York';
    try {
      expect(
        await run(`const d = new Date(2024, 6, 1, 10, 30);
          d.setHours(d.getHours() + 1);
          return [
            d.toISOString(), String(d), d.getTimezoneOffset(), d.toLocaleString(), JSON.stringify(new Date('2024-07-01T10:00')),
            new Date('July 1 2024 10:00').toISOString(), new Date('2024-07-01T10:00:00+02:00').toISOString(), new Date('2024-07-01').toISOString(),
            (1234.5).toLocaleString(), 'I'.toLocaleLowerCase(), ['b', 'a', 'Z'].sort((x, y) => x.localeCompare(y)).join(''),
          ].join('|');`),
      ).toBe(
        [
          '2024-07-01T11:30:00.000Z',
          'Mon, 01 Jul 2024 11:30:00 GMT',
          '0',
          'Mon, 01 Jul 2024 11:30:00 GMT',
          '"2024-07-01T10:00:00.000Z"',
          '2024-07-01T10:00:00.000Z',
          '2024-07-01T08:00:00.000Z',
          '2024-07-01T00:00:00.000Z',
          '1234.5',
          'i',
          'Zab',
        ].join('|'),
      );
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it.each([
    'process',
    'module',
    'Buffer',
    'setTimeout',
    'setInterval',
    'setImmediate',
    'queueMicrotask',
    'fetch',
    'WebSocket',
    'XMLHttpRequest',
    'performance',
    'crypto',
    'Promise',
    'WebAssembly',
    'Intl',
    'eval',
  ])('has no %s, and is told why', async (name) => {
    const message = await run(
      `return String((globalThis as never)['${name}']) + typeof ${name};`,
      `declare const ${name}: unknown;`,
    );
    expect(message).toBe('undefinedundefined');
    expect(await run(`return (${name} as () => string)();`, `declare const ${name}: unknown;`)).toMatch(
      new RegExp(`^./operators/f.ts:5:5 ReferenceError: ${name} is not defined: .{20}`),
    );
  });

  it('has no require, in whatever way it is written', async () => {
    expect(
      await run(
        "const r = require; return String((r as (name: string) => unknown)('fs'));",
        'declare const require: unknown;',
      ),
    ).toMatch(/Dynamic require of "fs" is not supported$/);
  });

  it.each([
    'SharedArrayBuffer',
    'Atomics',
    'WeakRef',
    'FinalizationRegistry',
    'global',
    'self',
    'window',
    'structuredClone',
    'navigator',
    'exports',
    '__dirname',
  ])('has no %s', async (name) => {
    expect(
      await run(
        `return typeof ${name} + String(Reflect.ownKeys(globalThis).includes('${name}'));`,
        `declare const ${name}: unknown;`,
      ),
    ).toBe('undefinedfalse');
  });

  it('cannot make code from text, by any function it can reach', async () => {
    const answers = await Promise.all(
      [
        "return Function('return 1')();",
        "return (eval.constructor as never)('return process')();".replace('eval', 'isNaN'),
        "return (globalThis.constructor.constructor as FunctionConstructor)('return process')();",
        "return ((function* () {}).constructor as FunctionConstructor)('return 1')();",
        // What the host hands in belongs to this realm too.
        "return (a.constructor.constructor as FunctionConstructor)('return process')();",
      ].map((body) => run(body)),
    );
    expect(answers.map((answer) => String(answer).replace(/^.*?:\d+:\d+ /, ''))).toEqual(
      Array.from({ length: 5 }, () => 'EvalError: Code generation from strings disallowed for this context'),
    );
  });

  it('gets values of its own realm', async () => {
    const fn = await compiled(`import { scalar, t } from 'millrace';
export default scalar({
  args: { r: t.row({ m: t.map(t.string(), t.array(t.timestamp(9))), d: t.decimal(5, 2), b: t.bytes() }) },
  returns: t.string(),
  eval({ r }) {
    const all = [r, r?.m, r?.m?.get('k'), r?.m?.get('k')?.[0], r?.d, r?.b];
    return all.map((each) => String((each as object).constructor.constructor === Function)).join() +
      String(r instanceof Object && r.m instanceof Map && r.b instanceof Uint8Array);
  },
});`);
    const loaded = load(fn);
    if (fn.declaration.form !== 'scalar') throw new Error('not scalar');
    const { NanoTimestamp, MapValue } = await import('../../data/value.ts');
    const args = rowToUser(
      fn.declaration.args,
      loaded.realm,
    )([[new MapValue([['k', [new NanoTimestamp(1, 2)]]]), 125, Uint8Array.of(1)]]);
    const result = (loaded.definition.eval as (args: unknown) => unknown)(args);
    expect(fromUser(fn.declaration.returns, 'f')(result)).toBe('true,true,true,true,true,truetrue');
  });

  it('cannot keep anything in what is shared', async () => {
    const answers = await Promise.all(
      [
        '(Array.prototype as never as { x: number }).x = 1;',
        "(Object.prototype as never as { toString: unknown }).toString = () => 'mine';",
        '(globalThis as never as { x: number }).x = 1;',
        'Math.max = () => 7;',
        '(Math.random as never as { count: number }).count = 1;',
        '(t as never as { x: number }).x = 1;',
      ].map((body) => run(`${body} return 'kept';`)),
    );
    expect(answers.filter((answer) => !/TypeError: Cannot (add|assign|change)/.test(String(answer)))).toEqual([]);
  });

  it('can still give its own objects the names that all objects have', async () => {
    expect(
      await run(`
        class Wrong extends Error { constructor(m: string) { super(m); this.name = 'Wrong'; this.message = m + '!'; } }
        const o: Record<string, unknown> = {};
        o.toString = () => 'own'; o.constructor = 5; o.valueOf = 1;
        const made = new Wrong('m');
        return [String(o), o.constructor, made.name, made.message, made instanceof Wrong, Object.keys(o).join()].join(' ');`),
    ).toBe('own 5 Wrong m! true toString,constructor,valueOf');
  });

  it('cannot wait for anything', async () => {
    const asynchronous = /is asynchronous: functions run within the turn of one row and cannot wait$/;
    const cannot = /Functions cannot be asynchronous: they run within the turn of one row$/;
    expect(await run('return (async () => a)() as never;')).toMatch(asynchronous);
    expect(await run('return (async function* () {})() as never;')).toMatch(asynchronous);
    expect(await run('return { then() {} } as never;')).toMatch(asynchronous);
    expect(await run('(async () => 1)().then(() => {}); return a;')).toMatch(cannot);
    const fn = await compiled(`import { process, t } from 'millrace';
export default process({ returns: { n: t.int() }, onRow: ((row: unknown) => (async () => row)()) as never });`);
    const onRow = load(fn).definition.onRow as (row: unknown, cx: unknown) => unknown;
    expect(() => onRow({}, {})).toThrow(asynchronous);
  });

  it('writes with console into a list of bounded length', async () => {
    const sandbox = new VmFunctionSandbox();
    await run(
      "console.log('a', 5n, { b: 1n }, [null], new Map([[1, 2]]), new Error('e')); console.warn('w'); return a;",
      '',
      sandbox,
    );
    expect(sandbox.consoleLines).toEqual([
      { level: 'log', text: 'a 5n {"b":"1n"} [null] Map [[1,2]] Error: e' },
      { level: 'warn', text: 'w' },
    ]);
    await run("for (let i = 0; i < 5000; i++) console.log('x'.repeat(10000) + i); return a;", '', sandbox);
    expect([sandbox.consoleLines.length, sandbox.consoleLines[0]?.text.length]).toEqual([500, 2000]);
  });

  it('of one job shares no module with another job, and no global', async () => {
    const fn = await compiled(textOf('count += 1; return String(count);', 'let count = 0;'));
    const sandbox = new VmFunctionSandbox();
    const call = (loaded: LoadedFunction): unknown =>
      (loaded.definition.eval as (args: unknown) => unknown)({ a: 'x' });
    const [first, second] = [load(fn, sandbox), load(fn, sandbox)];
    expect([call(first), call(first), call(second)]).toEqual(['1', '2', '1']);
  });
});

describe('an exception', () => {
  it('is told with the place in the file, also behind imports and callbacks', async () => {
    const fn = await compiled(
      `${HEAD}import { half } from './help.ts';
export default scalar({
  args: { a: t.string() },
  returns: t.double(),
  eval({ a }) {
    if (a === 'text') return JSON.parse('{');
    return ['x'].map(() => half(a))[0] ?? null;
  },
});`,
      {
        'operators/help.ts':
          '\n// nothing\nexport function half(a: string | null): number {\n  return a!.length / (null as never as { x: number }).x;\n}\n',
      },
    );
    const loaded = load(fn);
    const failures = ['x', 'text'].map((a) => {
      try {
        return (loaded.definition.eval as (args: unknown) => unknown)({ a });
      } catch (error) {
        return loaded.explain(error);
      }
    });
    expect(failures).toEqual([
      {
        message: "TypeError: Cannot read properties of null (reading 'x')",
        path: 'operators/help.ts',
        line: 4,
        column: 55,
      },
      { message: expect.stringMatching(/^SyntaxError: .*JSON/), path: PATH, line: 7, column: 35 },
    ]);
  });

  it.each([
    ["throw new Error('plain');", `${PATH}:5:11 plain`],
    ["throw new RangeError('wide');", `${PATH}:5:11 RangeError: wide`],
    ["throw 'text';", `${PATH}:3:16 The function threw the string 'text'.`],
    ['throw null;', `${PATH}:3:16 The function threw NULL.`],
    [
      'throw { get stack() { throw 1; }, get message() { throw 2; } };',
      `${PATH}:3:16 The function threw something that cannot be looked at.`,
    ],
    [
      "throw new Error('a\\n    at x (millrace-function-1.js:1:1)');",
      `${PATH}:5:11 a\n    at x (millrace-function-1.js:1:1)`,
    ],
    [
      "t.decimal(1, 2).notNull(); return Decimal.of('x').toString();",
      `${PATH}:5:47 TypeError: Not a decimal number: x`,
    ],
    ['const f = (): string => f(); return f();', `${PATH}:5:29 RangeError: Maximum call stack size exceeded`],
  ])('of any kind is told: %s', async (body, expected) => {
    expect(await run(body, "import { Decimal } from 'millrace';")).toBe(expected);
  });

  it('while the file is loaded stops the load, with its place', async () => {
    const fn = await compiled(
      textOf('return a;', "const table: Record<string, { x: string }> = {};\nconst first = table['a'].x;"),
    );
    expect(new VmFunctionSandbox().load(fn, world())).toEqual({
      ok: false,
      error: {
        domain: 'user-code',
        message: "./operators/f.ts:3:26: TypeError: Cannot read properties of undefined (reading 'x')",
        retry: 'never',
      },
    });
  });

  it('is made of a file that never gets to its end', async () => {
    const fn = await compiled(textOf('return a;', 'for (;;) {}'));
    const loaded = new VmFunctionSandbox({ loadMsMax: 100 }).load(fn, world());
    expect(loaded.ok ? null : loaded.error.message).toBe(
      './operators/f.ts:3:16: The top level of the file did not come to its end within 100 ms.',
    );
  });
});

describe('a declaration', () => {
  let fn: CompiledFunction;
  beforeAll(async () => {
    fn = await compiled(textOf('return a;'));
  });

  it('that the code computes differently than its text says is refused', async () => {
    const changed = await compiled(
      `import { scalar, t } from 'millrace';
const args = { a: t.string() };
(args as Record<string, unknown>).b = t.int();
export default scalar({ args, returns: t.string(), eval() { return 'x'; } });`,
    );
    const loaded = new VmFunctionSandbox().load(changed, world());
    expect(loaded.ok ? null : loaded.error.message).toBe(
      './operators/f.ts:4:16: The declaration is computed: args has a, b, but a was read. Write it literally.',
    );
  });

  it.each<[Partial<CompiledFunction['declaration']>, string]>([
    [{ returns: { kind: 'INT', nullable: true } }, 'returns is STRING, but INT was read'],
    [{ args: [] }, 'args has a, but nothing was read'],
    [{ form: 'table' } as never, 'it is a scalar, not a table'],
  ])('that was read otherwise is refused: %o', (other, expected) => {
    const tampered = { ...fn, declaration: { ...fn.declaration, ...other } as CompiledFunction['declaration'] };
    const loaded = new VmFunctionSandbox().load(tampered, world());
    expect(loaded.ok ? null : loaded.error.message).toContain(`The declaration is computed: ${expected}.`);
  });

  it('of every kind of type and state is the same when read and when loaded', async () => {
    const all = await compiled(`import { process, state, t } from 'millrace';
export default process({
  input: { k: t.string().notNull(), at: t.timestampLtz(3) },
  args: { a: t.char(2), b: t.varbinary(4), c: t.time(3), d: t.intervalYearToMonth(), e: t.intervalDayToSecond(), f: t.multiset(t.int()) },
  returns: { r: t.row({ x: t.array(t.map(t.string(), t.decimal(38, 18))), y: t.date().notNull() }), s: t.smallint() },
  state: { v: state.value(t.float(), { ttl: '1 d' }), l: state.list(t.bytes()), m: state.map(t.binary(), t.boolean(), { ttl: 5 }) },
  onRow() {},
  onTimer() {},
});`);
    const { definition } = load(all);
    expect([typeof definition.onRow, typeof definition.onTimer]).toEqual(['function', 'function']);
  });
});
