/** Declarations are read from the text alone, and what cannot be read says where and what to write instead. */
import { describe, expect, it } from 'vitest';
import { typeToString } from '../data/type-text.ts';
import type { Declaration } from './declaration.ts';
import { projectFunctions } from './project-functions.ts';
import { readDeclaration } from './read-declaration.ts';

const ALL = "import { scalar, table, process, t, state } from 'millrace';\n";

/** A declaration in one line: what the binder will know. */
function brief(declaration: Declaration): string {
  const columns = (schema: Iterable<{ name: string; type: Parameters<typeof typeToString>[0] }>): string =>
    [...schema].map(({ name, type }) => `${name} ${typeToString(type)}`).join(', ');
  const head = `${declaration.form}${declaration.deterministic ? '' : ' volatile'}(${columns(declaration.args)})`;
  if (declaration.form === 'scalar') return `${head} ${typeToString(declaration.returns)}`;
  if (declaration.form === 'table') return `${head} [${columns(declaration.returns)}]`;
  const states = declaration.states.map(
    ({ name, kind, key, value, ttlMs }) =>
      `${name}: ${kind} ${key === null ? '' : `${typeToString(key)} → `}${typeToString(value)}${ttlMs === 0 ? '' : ` ${ttlMs} ms`}`,
  );
  const input = declaration.input === null ? 'any' : `[${columns(declaration.input)}]`;
  return `${head} ${input} [${columns(declaration.returns)}] {${states.join('; ')}}`;
}

/** `line:column code` of each problem, or the declaration. */
function read(text: string): string | string[] {
  const reading = readDeclaration(text, 'operators/f.ts');
  if (reading.ok) return brief(reading.value);
  return reading.error.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

const scalarOf = (returns: string): string =>
  `${ALL}export default scalar({ args: {}, returns: ${returns}, eval() {} });`;

describe('a declaration', () => {
  it.each([
    ['t.boolean()', 'BOOLEAN'],
    ['t.tinyint()', 'TINYINT'],
    ['t.smallint()', 'SMALLINT'],
    ['t.int()', 'INT'],
    ['t.bigint().notNull()', 'BIGINT NOT NULL'],
    ['t.float()', 'FLOAT'],
    ['t.double()', 'DOUBLE'],
    ['t.decimal(10, 2)', 'DECIMAL(10, 2)'],
    ['t.decimal()', 'DECIMAL(10, 0)'],
    ['t.char(3)', 'CHAR(3)'],
    ['t.varchar(10)', 'VARCHAR(10)'],
    ['t.string()', 'STRING'],
    ['t.binary(4)', 'BINARY(4)'],
    ['t.varbinary(4)', 'VARBINARY(4)'],
    ['t.bytes()', 'BYTES'],
    ['t.date()', 'DATE'],
    ['t.time()', 'TIME(0)'],
    ['t.timestamp(3)', 'TIMESTAMP(3)'],
    ['t.timestampLtz()', 'TIMESTAMP_LTZ(6)'],
    ['t.intervalYearToMonth()', 'INTERVAL MONTH'],
    ['t.intervalDayToSecond()', 'INTERVAL SECOND(3)'],
    ['t.array(t.int().notNull())', 'ARRAY<INT NOT NULL>'],
    ['t.map(t.string(), t.bigint())', 'MAP<STRING, BIGINT>'],
    ['t.multiset(t.string())', 'MULTISET<STRING>'],
    ["t.row({ a: t.int(), 'b c': t.row({ x: t.date() }) }).notNull()", 'ROW<`a` INT, `b c` ROW<`x` DATE>> NOT NULL'],
  ])('knows the type %s', (text, type) => {
    expect(read(scalarOf(text))).toBe(`scalar() ${type}`);
  });

  it.each([
    [
      'of a scalar function',
      `${ALL}export default scalar({ args: { amount: t.decimal(10, 2), city: t.string() }, returns: t.double(), eval({ amount }) { return 1; } });`,
      'scalar(amount DECIMAL(10, 2), city STRING) DOUBLE',
    ],
    [
      'of a table function with a generator',
      `${ALL}export default table({ args: { s: t.string() }, returns: { word: t.string(), n: t.int() }, *eval({ s }) {} });`,
      'table(s STRING) [word STRING, n INT]',
    ],
    [
      'of a process function with all it can have',
      `${ALL}export default process({ input: { k: t.string() }, args: { limit: t.int() }, returns: { n: t.bigint() },
        state: { last: state.value(t.int(), { ttl: '10 min' }), all: state.list(t.string()), sums: state.map(t.string(), t.bigint(), { ttl: 500 }) },
        onRow(row, cx) {}, onTimer(timer, cx) {} });`,
      'process(limit INT) [k STRING] [n BIGINT] {last: value INT 600000 ms; all: list STRING; sums: map STRING → BIGINT 500 ms}',
    ],
    [
      'of a process function for any table',
      `${ALL}export default process({ returns: { n: t.bigint() }, onRow() {} });`,
      'process() any [n BIGINT] {}',
    ],
    [
      'that is not deterministic',
      `${ALL}export default scalar({ args: {}, returns: t.int(), deterministic: false, eval: () => 1 });`,
      'scalar volatile() INT',
    ],
    [
      'under other names of the import',
      `import { scalar as s, t as types } from 'millrace'; export default s({ args: {}, returns: types.int(), eval() { return 1; } });`,
      'scalar() INT',
    ],
    [
      'through the library as one object',
      `import * as m from 'millrace'; export default m.scalar({ args: {}, returns: m.t.int(), eval() { return 1; } });`,
      'scalar() INT',
    ],
    [
      'held by a constant',
      `${ALL}const f = scalar({ args: {}, returns: t.int(), eval() { return 1; } });\nexport default f;`,
      'scalar() INT',
    ],
    [
      'exported as default in a list',
      `${ALL}const f = scalar({ args: {}, returns: t.int(), eval() { return 1; } });\nexport { f as default };`,
      'scalar() INT',
    ],
    [
      'in parentheses, `as` and `satisfies`',
      `${ALL}export default ((scalar({ args: {} as const, returns: (t.int()), eval() { return 1; } }) satisfies object) as unknown);`,
      'scalar() INT',
    ],
    [
      'made of constants and their spreads, which may be replaced',
      `${ALL}const money = t.decimal(12, 2);\nexport const base = { a: t.int(), b: money };\nconst DIGITS = 3;
       export default scalar({ args: { ...base, a: money.notNull(), c: base.b, d: t.timestamp(DIGITS) }, returns: money, eval() { return null; } });`,
      'scalar(a DECIMAL(12, 2) NOT NULL, b DECIMAL(12, 2), c DECIMAL(12, 2), d TIMESTAMP(3)) DECIMAL(12, 2)',
    ],
    [
      'held in a constant as a whole, in shorthand',
      `${ALL}const args = { a: t.int() };\nconst returns = t.int();\nfunction body() { return 1; }\nconst definition = { args, returns, eval: body };\nexport default scalar(definition);`,
      'scalar(a INT) INT',
    ],
    [
      'with a computed text as a name, `__proto__` included',
      `${ALL}export default scalar({ ['args']: { ['__proto__']: t.int() }, returns: t.int(), eval() { return 1; } });`,
      'scalar(__proto__ INT) INT',
    ],
    [
      'beside any other code',
      `${ALL}import { help } from './help.ts';\ninterface X { a: number }\nlet counter = 0;\nclass Y<T> { constructor(readonly t: T) {} }\nenum Z { A }
       export default scalar({ args: {}, returns: t.int(), eval() { counter++; return help(counter) as number; } });`,
      'scalar() INT',
    ],
  ])('is read: %s', (_, text, expected) => {
    expect(read(text)).toBe(expected);
  });

  it.each<[string, string, string[]]>([
    ['a file without one', 'export const a = 1;', ['1:1 udf/no-default-export']],
    ['an empty file', '', ['1:1 udf/no-default-export']],
    ['another default export', `${ALL}export default { eval() {} };`, ['2:16 udf/not-a-declaration']],
    ['a function as default export', `${ALL}export default function f() {}`, ['2:16 udf/not-a-declaration']],
    ['an import that is missing', 'export default scalar({});', ['1:16 udf/not-imported']],
    [
      'types whose import is missing',
      "import { scalar } from 'millrace';\nexport default scalar({ args: {}, returns: t.int(), eval() {} });",
      ['2:44 udf/not-imported'],
    ],
    [
      'the same names from somewhere else',
      "import { scalar, t } from './mine.ts';\nexport default scalar({ args: {}, returns: t.int(), eval() {} });",
      ['2:16 udf/not-a-declaration'],
    ],
    ['a call without a definition', `${ALL}export default scalar();`, ['2:16 udf/missing-member']],
    [
      'a missing result and body',
      `${ALL}export default scalar({ args: {} });`,
      ['2:16 udf/missing-member', '2:16 udf/missing-member'],
    ],
    [
      'a misspelt member',
      `${ALL}export default scalar({ arg: {}, returns: t.int(), eval() {} });`,
      ['2:25 udf/unknown-member'],
    ],
    ['a misspelt type', scalarOf('t.strng()'), ['2:46 udf/unknown-type']],
    ['a type without its call', scalarOf('t.string'), ['2:44 udf/not-a-type']],
    ['a text for a type', scalarOf("'STRING'"), ['2:44 udf/not-a-type']],
    ['a TypeScript type for a type', scalarOf('number'), ['2:44 udf/not-a-type']],
    ['a type that is computed', scalarOf('Math.random() > 0.5 ? t.int() : t.string()'), ['2:44 udf/not-a-type']],
    [
      'a type from another file',
      `${ALL}import { money } from './m.ts';\nexport default scalar({ args: {}, returns: money, eval() {} });`,
      ['3:44 udf/computed'],
    ],
    [
      'a type in a variable',
      `${ALL}let money = t.int();\nexport default scalar({ args: {}, returns: money, eval() {} });`,
      ['3:44 udf/computed'],
    ],
    [
      'types that refer to themselves',
      `${ALL}const a = b; const b = a;\nexport default scalar({ args: {}, returns: a, eval() {} });`,
      ['3:44 udf/computed'],
    ],
    ['too many digits', scalarOf('t.decimal(39, 2)'), ['2:54 udf/type-argument']],
    ['a scale above the precision', scalarOf('t.decimal(3, 4)'), ['2:57 udf/type-argument']],
    ['a negative length', scalarOf('t.char(-1)'), ['2:51 udf/type-argument']],
    ['a missing length', scalarOf('t.varchar()'), ['2:44 udf/type-argument']],
    ['an argument too many', scalarOf('t.int(4)'), ['2:50 udf/type-argument']],
    ['an array of nothing', scalarOf('t.array()'), ['2:44 udf/type-argument']],
    ['a row without fields', scalarOf('t.row({})'), ['2:50 udf/no-columns']],
    ['an object where a type belongs', scalarOf('{ a: t.int() }'), ['2:44 udf/not-a-type']],
    [
      'a type where columns belong',
      `${ALL}export default table({ args: {}, returns: t.int(), *eval() {} });`,
      ['2:43 udf/computed'],
    ],
    [
      'a table without columns',
      `${ALL}export default table({ args: {}, returns: {}, *eval() {} });`,
      ['2:43 udf/no-columns'],
    ],
    [
      'names that are computed',
      `${ALL}export default scalar({ args: { [x]: t.int() }, returns: t.int(), eval() {} });`,
      ['2:34 udf/computed'],
    ],
    [
      'names that are numbers',
      `${ALL}export default scalar({ args: { 1: t.int() }, returns: t.int(), eval() {} });`,
      ['2:33 udf/name'],
    ],
    [
      'a prototype for a member',
      `${ALL}export default scalar({ args: { __proto__: t.int() }, returns: t.int(), eval() {} });`,
      ['2:33 udf/name'],
    ],
    [
      'an asynchronous body',
      `${ALL}export default scalar({ args: {}, returns: t.int(), async eval() {} });`,
      ['2:59 udf/async'],
    ],
    [
      'a scalar generator',
      `${ALL}export default scalar({ args: {}, returns: t.int(), *eval() {} });`,
      ['2:54 udf/generator'],
    ],
    [
      'a body that is none',
      `${ALL}export default scalar({ args: {}, returns: t.int(), eval: 5 });`,
      ['2:59 udf/unexpected'],
    ],
    [
      'a process function without onRow',
      `${ALL}export default process({ returns: { n: t.int() } });`,
      ['2:16 udf/missing-member'],
    ],
    [
      'a process argument that every call has',
      `${ALL}export default process({ args: { uid: t.int() }, returns: { n: t.int() }, onRow() {} });`,
      ['2:34 udf/name'],
    ],
    [
      'a type for a state',
      `${ALL}export default process({ returns: { n: t.int() }, state: { a: t.int() }, onRow() {} });`,
      ['2:63 udf/not-a-state'],
    ],
    [
      'a state without a type',
      `${ALL}export default process({ returns: { n: t.int() }, state: { a: state.map(t.int()) }, onRow() {} });`,
      ['2:63 udf/type-argument'],
    ],
    [
      'a ttl that is no duration',
      `${ALL}export default process({ returns: { n: t.int() }, state: { a: state.value(t.int(), { ttl: 'soon' }) }, onRow() {} });`,
      ['2:91 udf/ttl'],
    ],
    [
      'whether it is deterministic, computed',
      `${ALL}export default scalar({ args: {}, returns: t.int(), deterministic: x, eval() {} });`,
      ['2:68 udf/unexpected'],
    ],
    [
      'mistakes of syntax, all of them',
      `${ALL}const a = 1; const a = 2;\nexport default scalar({ args: {}, returns: t.int(), eval() { return; return 1 } });\nconst c;`,
      ['2:20 udf/syntax', '4:8 udf/syntax'],
    ],
    [
      'several mistakes at once, in the order of the text',
      `${ALL}export default scalar({ args: { a: t.strng(), b: 'x' }, returns: t.int, evl() {} });`,
      [
        '2:16 udf/missing-member',
        '2:38 udf/unknown-type',
        '2:50 udf/not-a-type',
        '2:66 udf/not-a-type',
        '2:73 udf/unknown-member',
      ],
    ],
  ])('is told what is wrong: %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('is told what to write instead', () => {
    const hints = (text: string): (string | undefined)[] => {
      const reading = readDeclaration(text, 'f.ts');
      return reading.ok ? [] : reading.error.map((problem) => problem.hint);
    };
    expect(
      ['t.strng()', 't.string', "'DECIMAL(10, 2)'", 'number', 't.integer()', 't.datetime()'].flatMap((type) =>
        hints(scalarOf(type)),
      ),
    ).toEqual([
      'Did you mean t.string()?',
      'Did you mean t.string()?',
      'Did you mean t.decimal(10, 2)?',
      'Did you mean t.double()?',
      'Did you mean t.int()?',
      'Did you mean t.timestamp(3)?',
    ]);
  });

  it('is looked for in texts of any kind, quickly', () => {
    const LENGTH = 65_536;
    const fill = (part: string): string => part.repeat(Math.ceil(LENGTH / part.length)).slice(0, LENGTH);
    let seed = 7;
    const random = (): string => {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      return 'abc<>(){}[];:,.=?!&|`\'"/*+-\n xyz0123456789'[Math.floor((seed / 0x7fffffff) * 42)] ?? ' ';
    };
    const parts = [
      '(',
      '[',
      '{a:',
      'a<',
      'a?(b):c=>',
      '`${',
      'async(',
      '<a>(',
      '!',
      '"a',
      'a.',
      'new ',
      'x as y ',
      '(a)=>',
    ];
    const texts = [
      Array.from({ length: LENGTH }, random).join(''),
      ...parts.map(fill),
      ...parts.map((part) => `${ALL}export default ${part.repeat(5000)}`),
      `${ALL}export default scalar({ args: {}, returns: ${'t.array('.repeat(2000)}t.int()${')'.repeat(2000)}, eval() {} });`,
      `${ALL}const a0 = {};\n${Array.from({ length: 500 }, (_, i) => `const a${i + 1} = { ...a${i}, ...a${i} };`).join('\n')}
       export default scalar({ args: a500, returns: t.int(), eval() {} });`,
      `${ALL}const a0 = t.int();\n${Array.from({ length: 40 }, (_, i) => `const a${i + 1} = t.map(a${i}, a${i});`).join('\n')}
       export default scalar({ args: {}, returns: a40, eval() {} });`,
    ];
    expect(texts.filter((text) => readDeclaration(text, 'f.ts').ok)).toEqual([]);
  });
});

describe('the functions of a project', () => {
  const text = scalarOf('t.int()');

  it('are found by their path, however it is written', () => {
    const library = projectFunctions([{ path: 'operators/f.ts', text }]);
    const forms = ['operators/f.ts', './operators/f.ts', 'operators\\f.ts', 'operators/x/../f.ts'].map((path) => {
      const reading = library.declarationOf(path);
      return reading.ok ? reading.value.form : reading.error;
    });
    expect(forms).toEqual(['scalar', 'scalar', 'scalar', 'scalar']);
  });

  it('that are not there are missed by the path of the script', () => {
    const library = projectFunctions([{ path: 'operators/risk.ts', text }]);
    expect(library.declarationOf('operators/rsk.ts')).toEqual({
      ok: false,
      error: [
        {
          code: 'udf/file-missing',
          path: 'operators/rsk.ts',
          message: 'There is no file operators/rsk.ts in the project.',
          hint: 'Did you mean operators/risk.ts?',
          line: 1,
          column: 1,
          span: { start: 0, end: 0 },
        },
      ],
    });
  });
});
