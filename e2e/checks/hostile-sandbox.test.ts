/**
 * Functions that look for a way out of their realm: whatever of ours comes into their hands (an error, a callback,
 * a stack that is full, a module) leads to constructors that make no code from text. A realm is no wall that an
 * attacker could not climb; these are the ways that are known, and each was open once or is open in `node:vm`.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runWithFunctions } from '../../src/runtime/node/engine/test-functions.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-hostile-'));
  writeFileSync(join(folder, 'n.jsonl'), '{"k":"a","v":1}\n{"k":"b","v":2}\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const TABLE = `CREATE TABLE n (k STRING, v INT) WITH ('connector' = 'filesystem', 'path' = 'n.jsonl', 'format' = 'json');
CREATE TEMPORARY FUNCTION f AS 'f.ts' LANGUAGE TYPESCRIPT;`;
const SCALAR_SCRIPT = `${TABLE}\nSELECT f(k) AS r FROM n;`;
const PROCESS_SCRIPT = `${TABLE}\nSELECT r FROM f(input => TABLE n PARTITION BY k);`;

/** `probe(x)` climbs from `x` to a `Function` and asks it for the host's `process`. `note` keeps what it said. */
const HEAD = `import { process as processFunction, scalar, state, t } from 'millrace';
declare const console: { log(...values: unknown[]): void };
const said: string[] = [];
const note = (text: string): string => { if (said.length < 50 && !said.includes(text)) said.push(text); return text; };
const probe = (what: any): string => {
  try {
    return note('out: ' + what.constructor.constructor('return typeof process')());
  } catch (error: any) {
    return note(/disallowed/.test(error.message) ? 'in' : 'in: ' + error.message);
  }
};
/** Calls \`attempt\` at each depth at which the stack is about to be full. */
const atTheEdge = (attempt: () => unknown): void => {
  const down = (n: number): void => { if (n > 0) { down(n - 1); return; } attempt(); };
  const isFull = (n: number): boolean => {
    try { down(n); return false; } catch (error) { if (!(error instanceof Error)) probe(error); return true; }
  };
  // Frames become smaller when the code is compiled, so the edge is looked for more than once.
  for (let round = 0; round < 3; round++) {
    let [low, high] = [0, 100_000];
    while (high - low > 1) { const n = (low + high) >> 1; if (isFull(n)) high = n; else low = n; }
    for (let n = low - 40; n < low + 40; n++) isFull(n);
  }
};
`;

const scalar = (body: string, top = ''): string =>
  `${HEAD}${top}\nexport default scalar({ args: { a: t.string() }, returns: t.string(), eval({ a }) {\n${body}\n} });\n`;
const processing = (body: string): string => `${HEAD}
export default processFunction({
  returns: { r: t.string() },
  state: { one: state.value(t.int()), list: state.list(t.int()), map: state.map(t.string(), t.int()) },
  onRow(row: any, cx: any) {\n${body}\ncx.emit({ r: said.join('; ') });\n},
});`;

/** What the last row of a script says. */
async function said(script: string, text: string): Promise<unknown> {
  const { document, outcome } = await runWithFunctions(script, [{ path: 'f.ts', text }], folder);
  if (outcome.status !== 'finished') return outcome.diagnostics.map(({ message }) => message);
  const [result] = document.results;
  return result?.type === 'query' ? result.rows.at(-1)?.[1] : result;
}

describe('an error of ours that a process function catches', () => {
  it.each([
    ['a row that is none', 'cx.emit(7)'],
    ['a column of another type', 'cx.emit({ r: 5 })'],
    ['a column too many', "cx.emit({ r: 'x', s: 'y' })"],
    ['a value for a state', "cx.state.one.set('x')"],
    ['an element for a state', "cx.state.list.addAll(['x'])"],
    ['an entry for a state', "cx.state.map.put('a', 'x')"],
    ['a key for a state', 'cx.state.map.get(1)'],
    ['a timer without onTimer', "cx.registerProcessingTime('x', 1)"],
  ])('is one of its own realm: %s', async (_, call) => {
    const body = `try { ${call}; note('nothing'); } catch (error) { note(String(error instanceof Error)); probe(error); }`;
    expect(await said(PROCESS_SCRIPT, processing(body))).toEqual(['true; in']);
  });
});

describe('a stack that is full within ours', () => {
  it.each([
    ['the clock', 'Date.now()'],
    ['a date', 'new Date()'],
    ['random numbers', 'Math.random()'],
    ['console', "console.log('x')"],
  ])('throws an error of the realm: %s', async (_, call) => {
    const text = scalar(`atTheEdge(() => ${call}); return said.join('; ');`);
    expect(await said(SCALAR_SCRIPT, text)).toEqual(['']);
  });

  it('throws an error of the realm from the context of a process function, too', async () => {
    const calls = [
      'cx.now',
      'cx.key',
      'cx.watermark',
      "cx.emit({ r: 'x' })",
      'cx.state.one.set(1)',
      'cx.state.map.size',
    ];
    const body = calls.map((call) => `atTheEdge(() => ${call});`).join('\n');
    expect(await said(PROCESS_SCRIPT, processing(body))).toEqual(['']);
  });
});

describe('what cannot be had', () => {
  it('is a module that is named only at run time', async () => {
    const top = `const name = 'node:' + 'fs';
const ask = async (): Promise<void> => { try { note('got ' + typeof (await import(name))); } catch (error) { probe(error); } };
void ask();`;
    expect(await said(SCALAR_SCRIPT, scalar("void ask(); return said.join('; ');", top))).toEqual(['in']);
  });

  it('is a callback of ours, through the declaration that is looked at once more', async () => {
    const text = `${HEAD}
import self from './f.ts';
export default scalar({ args: { a: t.row({ x: t.int() }) }, returns: t.string(), eval() { return said.join('; '); } });
const fields: any = (self as any).args.a.fields;
for (const name of ['map', 'some', 'every', 'forEach', Symbol.iterator]) {
  const real = fields[name];
  try {
    Object.defineProperty(fields, name, { value(given: any) { if (given) probe(given); return real.call(this, given); } });
  } catch { note('frozen'); }
}`;
    const script = `${TABLE}\nSELECT f(ROW(v)) AS r FROM n;`;
    expect(['', 'frozen']).toContain(String(await said(script, text)));
  });

  it.each([
    [
      'prepareStackTrace',
      "Error.prepareStackTrace = (_, frames) => probe(frames[0]) as any; note(typeof new Error('x').stack);",
    ],
    ['captureStackTrace', 'const o: any = {}; Error.captureStackTrace(o); note(typeof o.stack); probe(o);'],
    ['the caller', 'note(typeof (atTheEdge as any).caller);'],
    ['the arguments of a call', 'note(typeof (function (this: unknown) { return this; })());'],
    ['the prototype chain of an argument', 'probe(Object.getPrototypeOf(Object.getPrototypeOf(arguments[0])) ?? {});'],
    ['a generator', 'probe(Object.getPrototypeOf(function* () {}));'],
    ['an async function', 'probe(Object.getPrototypeOf(async () => {}));'],
    [
      'species',
      'class A extends Array { static get [Symbol.species]() { return note as any; } } probe(A.from([1]).constructor);',
    ],
    ['the prototypes of all objects', "(Object.prototype as any).polluted = 1; note('polluted');"],
    [
      '__proto__',
      'const o: any = JSON.parse(\'{"__proto__":{"polluted":1}}\'); Object.assign({}, o); note(String(({} as any).polluted));',
    ],
  ])('is the host, by %s', async (_, body) => {
    const text = scalar(
      `(function (..._given: unknown[]) { try { ${body} } catch (error) { probe(error); } })(arguments[0]); return said.join('; ');`.replaceAll(
        'arguments[0]',
        '{ a }',
      ),
    );
    const answer = await said(SCALAR_SCRIPT, text);
    expect(String(answer)).not.toContain('out:');
    expect([({} as Record<string, unknown>).polluted, String(answer).includes('polluted')]).toEqual([undefined, false]);
  });
});

describe('what a function throws or gives', () => {
  const failed = (message: string): string[] => [`f failed at f.ts:${message}`];
  it.each([
    [
      'a proxy that throws at every look',
      'throw new Proxy({}, { get() { throw 1; }, has() { throw 2; }, getPrototypeOf() { throw 3; } });',
      /: The function threw something that cannot be looked at\.$/,
    ],
    [
      'a message that is no text',
      'throw { message: { toString() { throw new Error("no"); } } };',
      /cannot be looked at\.$/,
    ],
    ['a message of ten million letters', "throw new Error('x'.repeat(1e7));", /^f failed at f\.ts:\d+:\d+: x{2000}…$/],
    ['a thenable', 'return { then() {} } as any;', /is asynchronous/],
    [
      'an array with another length each time',
      'let n = 0; return new Proxy([], { get: (o, k) => (k === "length" ? ++n : (o as any)[k]) }) as any;',
      /expected STRING/,
    ],
  ])('ends the run with its name: %s', async (_, body, expected) => {
    const answer = (await said(SCALAR_SCRIPT, scalar(body))) as string[];
    expect([answer.length, answer[0]]).toEqual([1, expect.stringMatching(expected)]);
    expect(answer[0]?.startsWith(failed('')[0] ?? '')).toBe(true);
  });

  it('is read once: a value that answers otherwise the second time is not taken over', async () => {
    const text = `${HEAD}
export default scalar({ args: { a: t.string() }, returns: t.decimal(5, 2), eval() {
  let n = 0;
  return { get unscaled() { return n++ === 0 ? 125n : 'x'; }, get scale() { return 2; } } as any;
} });`;
    expect(await said(SCALAR_SCRIPT, text)).toEqual(['1.25']);
  });

  it('is as long as it is, not as it says', async () => {
    const text = `${HEAD}
export default scalar({ args: { a: t.string() }, returns: t.varbinary(2), eval() {
  return Object.defineProperty(new Uint8Array(5), 'length', { value: 1 });
} });`;
    expect(String(await said(SCALAR_SCRIPT, text))).toMatch(/expected VARBINARY\(2\), but got .* of length 5$/);
  });
});
