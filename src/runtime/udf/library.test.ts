/** The library as functions see it: the arithmetic of its classes, and what the type checker says of sample files. */
import * as fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { decimalToString, rescale } from '../data/decimal.ts';
import { canonical } from '../data/integers.ts';
import { Decimal, Timestamp } from './library/millrace.ts';
import { LIBRARY_TEXT } from './library-text.ts';
import { typescriptMembers } from './typescript-types.ts';

/** Parsed once for all tests. */
const standardLibrary = new Map<string, ts.SourceFile | undefined>();

/** What the type checker says of a function's file, beside the text that the editor and the compiler use. */
function typeErrors(text: string, extra = ''): string[] {
  const files = new Map([
    ['/f.ts', text],
    ['/extra.ts', extra],
    ['/node_modules/millrace/index.ts', LIBRARY_TEXT],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    lib: ['lib.es2022.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  delete host.directoryExists;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const held = files.get(path);
    if (held !== undefined) return ts.createSourceFile(path, held, ts.ScriptTarget.ES2022);
    let parsed = standardLibrary.get(path);
    if (parsed === undefined) {
      parsed = getSourceFile(path, ...rest);
      standardLibrary.set(path, parsed);
    }
    return parsed;
  };
  host.getCurrentDirectory = () => '/';
  const program = ts.createProgram(['/f.ts', '/extra.ts'], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start ?? 0).line + 1;
    return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ').slice(0, 200)}`;
  });
}

const SAME = `
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}
`;

describe('the types of the library', () => {
  it('give a scalar function its arguments, and check its result', () => {
    expect(
      typeErrors(`import { type Decimal, scalar, t, type Timestamp } from 'millrace';${SAME}
export default scalar({
  args: {
    amount: t.decimal(10, 2), city: t.string().notNull(), n: t.bigint(), at: t.timestamp(3), raw: t.bytes(),
    lines: t.array(t.row({ x: t.int() })), tags: t.map(t.string().notNull(), t.boolean()), bag: t.multiset(t.string()),
  },
  returns: t.decimal(10, 2),
  eval({ amount, city, n, at, raw, lines, tags, bag, ...rest }) {
    same<typeof amount, Decimal | null>(true);
    same<typeof city, string>(true);
    same<typeof n, bigint | null>(true);
    same<typeof at, Timestamp | null>(true);
    same<typeof raw, Uint8Array | null>(true);
    same<typeof lines, readonly ({ readonly x: number | null } | null)[] | null>(true);
    same<typeof tags, ReadonlyMap<string, boolean | null> | null>(true);
    same<typeof bag, ReadonlyMap<string | null, number> | null>(true);
    same<typeof rest, {}>(true);
    // Everything exact is a DECIMAL, and so is NULL.
    return city === '' ? null : city === 'a' ? 1 : city === 'b' ? 2n : city === 'c' ? '1.25' : amount;
  },
});
// @ts-expect-error: a text is no number
export const a = scalar({ args: {}, returns: t.int(), eval: () => 'x' });
// @ts-expect-error: NULL is not allowed
export const b = scalar({ args: {}, returns: t.int().notNull(), eval: () => null });
// @ts-expect-error: there is no such argument
export const c = scalar({ args: { x: t.int() }, returns: t.int(), eval: ({ y }) => y });
// @ts-expect-error: a promise is no number
export const d = scalar({ args: {}, returns: t.int(), eval: async () => 1 });
// @ts-expect-error: a varchar has a length
export const e = t.varchar();
`),
    ).toEqual([]);
  });

  it('check the rows of a table function', () => {
    expect(
      typeErrors(`import { table, t } from 'millrace';
export default table({
  args: { s: t.string() },
  returns: { word: t.string().notNull(), n: t.bigint() },
  *eval({ s }) {
    for (const word of (s ?? '').split(' ')) yield { word, n: word.length };
  },
});
export const list = table({ args: {}, returns: { n: t.int() }, eval: () => [{ n: 1 }, { n: null }] });
// @ts-expect-error: a column is missing
export const a = table({ args: {}, returns: { n: t.int(), m: t.int() }, *eval() { yield { n: 1 }; } });
// @ts-expect-error: NULL is not allowed
export const b = table({ args: {}, returns: { n: t.int().notNull() }, *eval() { yield { n: null }; } });
`),
    ).toEqual([]);
  });

  it('know row, state, timers and rows to emit of a process function', () => {
    expect(
      typeErrors(`import { Decimal, process, state, t, type Timestamp } from 'millrace';${SAME}
export default process({
  input: { card: t.string().notNull(), amount: t.decimal(10, 2) },
  args: { limit: t.int() },
  returns: { total: t.decimal(20, 2), at: t.timestamp(3) },
  state: {
    total: state.value(t.decimal(20, 2).notNull(), { ttl: '10 min' }),
    seen: state.list(t.string()),
    sums: state.map(t.string().notNull(), t.bigint(), { ttl: 1000 }),
  },
  onRow(row, cx) {
    same<typeof row.card, string>(true);
    // @ts-expect-error: no such column
    row.crd;
    const total = cx.state.total.get();
    same<typeof total, Decimal | null>(true);
    cx.state.total.set((total ?? Decimal.of(0)).plus(row.amount ?? 0));
    // @ts-expect-error: NULL is not allowed
    cx.state.total.set(null);
    same<ReturnType<typeof cx.state.sums.get>, bigint | null>(true);
    cx.state.sums.put(row.card, 5);
    // @ts-expect-error: the key is a text
    cx.state.sums.has(5);
    for (const [key, value] of cx.state.sums) {
      same<typeof key, string>(true);
      same<typeof value, bigint | null>(true);
    }
    for (const text of cx.state.seen) same<typeof text, string | null>(true);
    // @ts-expect-error: no such state
    cx.state.other;
    same<typeof cx.args.limit, number | null>(true);
    same<typeof cx.time, Timestamp | null>(true);
    same<typeof cx.now, Timestamp>(true);
    cx.emit({ total: '1.25', at: cx.time });
    // @ts-expect-error: no such column
    cx.emit({ total: null, at: null, more: 1 });
    if (cx.time !== null) cx.registerOnTime('end', cx.time.plusMs(1000));
    cx.registerProcessingTime('idle', cx.now.epochMs + 5);
    cx.clearTimer('idle');
  },
  onTimer(timer, cx) {
    same<typeof timer.kind, 'event' | 'processing'>(true);
    cx.emit({ total: cx.state.total.get(), at: timer.time });
    cx.clearAll();
  },
});
`),
    ).toEqual([]);
  });

  it('let the editor say which columns the table of a process function has', () => {
    const text = `import { process, t } from 'millrace';${SAME}
export default process({
  returns: { n: t.bigint() },
  onRow(row, cx) {
    same<typeof row.amount, import('millrace').Decimal | null>(true);
    row.amout;
  },
});
`;
    const members = typescriptMembers([
      { name: 'amount', type: { kind: 'DECIMAL', nullable: true, precision: 10, scale: 2 } },
      { name: 'two words', type: { kind: 'ARRAY', nullable: false, element: { kind: 'BIGINT', nullable: true } } },
    ]);
    expect(members).toBe('readonly amount: Decimal | null;\nreadonly "two words": readonly (bigint | null)[];');
    const graph = `import type { Decimal } from 'millrace';\ndeclare module 'millrace' { interface InputRow { ${members} } }`;
    expect([typeErrors(text, graph), typeErrors(text.replaceAll('amout', 'amount'), graph)]).toEqual([
      ["/f.ts:9: Property 'amout' does not exist on type 'Readonly<InputRow>'. Did you mean 'amount'?"],
      [],
    ]);
    // Before anything is connected every column may be there.
    expect(typeErrors(text.replace(/ +same<typeof row.*\n/, ''))).toEqual([]);
  });
});

describe('Decimal', () => {
  const decimals = fc
    .tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 20 }))
    .map(([unscaled, scale]) => new Decimal(unscaled, scale));

  it('calculates exactly, in all scales', () => {
    fc.assert(
      fc.property(decimals, decimals, decimals, (a, b, c) => {
        expect(a.plus(b).minus(b).equals(a)).toBe(true);
        expect(a.times(b.plus(c)).equals(a.times(b).plus(a.times(c)))).toBe(true);
        expect(Decimal.of(a.toString())).toEqual(a);
        expect(Math.sign(a.compare(b))).toBe(a.minus(b).sign());
        if (b.sign() !== 0) {
          const rest = a.minus(a.dividedBy(b, 0, 'DOWN').times(b));
          expect(a.remainder(b).equals(rest)).toBe(true);
        }
      }),
      { seed: 6 },
    );
  });

  it('rounds as the engine does', () => {
    fc.assert(
      fc.property(decimals, fc.integer({ min: 0, max: 20 }), (a, scale) => {
        const expected = decimalToString(rescale(canonical(a.unscaled), a.scale, scale), scale);
        expect(a.rounded(scale).toString()).toBe(expected);
      }),
      { seed: 6 },
    );
  });

  it('knows all ways to round', () => {
    const round = (text: string): string[] =>
      (['HALF_UP', 'HALF_EVEN', 'DOWN', 'UP', 'FLOOR', 'CEILING'] as const).map((rounding) =>
        Decimal.of(text).rounded(0, rounding).toString(),
      );
    expect([round('2.5'), round('-2.5'), round('-2.4'), round('3.5')]).toEqual([
      ['3', '2', '2', '3', '2', '3'],
      ['-3', '-2', '-2', '-3', '-3', '-2'],
      ['-2', '-2', '-2', '-3', '-3', '-2'],
      ['4', '4', '3', '4', '3', '4'],
    ]);
  });

  it('divides with the digits asked for, and is made of texts and numbers as they are written', () => {
    expect([
      Decimal.of(1).dividedBy(3, 5).toString(),
      Decimal.of('-2').dividedBy('0.003', 2).toString(),
      Decimal.of(0.1).plus(0.2).toString(),
      Decimal.of('1e3').toString(),
      Decimal.of('-.5').toString(),
      Decimal.of('12.50').toNumber(),
      Decimal.of('-12.50').toBigInt(),
      JSON.stringify({ d: Decimal.of('1.10') }),
    ]).toEqual(['0.33333', '-666.67', '0.3', '1000', '-0.5', 12.5, -12n, '{"d":"1.10"}']);
    expect(() => Decimal.of('x')).toThrow('Not a decimal number: x');
    expect(() => Decimal.of(Number.NaN)).toThrow('Not a decimal number: NaN');
    expect(() => Decimal.of(1).dividedBy(0, 2)).toThrow('Division by zero');
    expect(() => Number(Decimal.of(1))).toThrow('A Decimal has no operators');
    expect(`${Decimal.of('1.5')}`).toBe('1.5');
  });
});

describe('Timestamp', () => {
  it('reads what it prints, to the nanosecond', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }),
        fc.integer({ min: 0, max: 999_999 }),
        (ms, nanos) => {
          const at = new Timestamp(ms, nanos);
          expect(Timestamp.parse(at.toString())).toEqual(at);
        },
      ),
      { seed: 6 },
    );
  });

  it('compares and calculates with its nanoseconds', () => {
    const a = Timestamp.parse('2024-02-29T10:20:30.123456789Z');
    const b = Timestamp.parse('2024-02-29 10:20:30.123');
    expect([
      a.compare(b) > 0,
      b.isBefore(a),
      a.minus(b),
      a.plusMs(-123).toString(),
      b.equals(Timestamp.of(b.toDate())),
      Timestamp.parse('0001-01-01').epochMs,
    ]).toEqual([true, true, 0.456789, '2024-02-29 10:20:30.000456789', true, -62_135_596_800_000]);
    expect(() => Timestamp.parse('2023-02-29')).toThrow('There is no such time: 2023-02-29');
    expect(() => Timestamp.parse('yesterday')).toThrow('Not a timestamp');
    expect(() => Number(a) - Number(b)).toThrow('A Timestamp has no operators');
  });
});
