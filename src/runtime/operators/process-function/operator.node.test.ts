/** Process functions by the harness, with real code in the real sandbox: every script also with a stop after each event. */
import { beforeAll, describe, expect, it } from 'vitest';
import { present } from '../../base/assert.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { runHarness } from '../../engine/test-harness.ts';
import { UNWATCHED } from '../../node/engine/call-guard.ts';
import { compileFunctions } from '../../node/functions/compile-functions.ts';
import { VmFunctionSandbox } from '../../node/functions/function-sandbox.ts';
import type { CompiledFunction } from '../../udf/function-library.ts';
import { UserCodeLoader } from '../../udf/user-code.ts';
import { columns, INT, ROWTIME, TEXT } from '../test-shapes.ts';
import { ProcessFunctionOperator } from './operator.ts';

const INPUT: Schema = columns({ k: TEXT, cmd: TEXT, v: INT, ts: ROWTIME });
const NOT_NULL_TIME: LogicalType = { ...ROWTIME, nullable: false };

const SOURCE = `
import { process, state, t } from 'millrace';
export default process({
  returns: { event: t.string(), n: t.int() },
  state: {
    last: state.value(t.row({ v: t.int(), cmd: t.string() })),
    seen: state.list(t.int(), { ttl: 1000 }),
    counts: state.map(t.string(), t.int(), { ttl: 1000 }),
  },
  onRow(row, cx) {
    const [what, name, time] = (row.cmd ?? '').split(':');
    const { last, seen, counts } = cx.state;
    if (what === 'event') cx.registerOnTime(name, Number(time));
    if (what === 'clock') cx.registerProcessingTime(name, Number(time));
    if (what === 'cancel') cx.clearTimer(name);
    if (what === 'forget') cx.clearAll();
    if (what === 'many') for (let i = 0; i <= 1_000_000; i++) cx.registerOnTime('x', 7);
    if (what === 'fail') throw new Error('no more');
    if (what === 'caught') { try { cx.emit({ event: 5, n: 1 }); } catch { cx.emit({ event: 'caught', n: null }); } }
    if (what === 'see') { seen.add(row.v); counts.put(row.k ?? '?', (counts.get(row.k ?? '?') ?? 0) + 1); }
    if (what === 'keep') last.set({ v: row.v, cmd: row.cmd });
    cx.emit({ event: [what, last.get()?.v, seen.get().join('+'), counts.size, cx.time?.epochMs, cx.watermark?.epochMs].join('|'), n: row.v });
  },
  onTimer(timer, cx) {
    cx.emit({ event: [timer.kind, timer.name, timer.time.epochMs, cx.time?.epochMs, cx.watermark?.epochMs].join('|'), n: null });
    if (timer.name === 'again') cx.registerOnTime('later', timer.time.epochMs + 5);
  },
});
`;

let compiled: CompiledFunction;

beforeAll(async () => {
  const files = [{ path: 'f.ts', text: SOURCE }];
  const outcome = await compileFunctions(['f.ts'], { folder: '', files });
  expect(outcome.problems).toEqual([]);
  compiled = present(outcome.compiled.get('f.ts'), 'the compiled function');
});

function run(script: string, { onTime = true, orderBy = false } = {}) {
  const { declaration } = compiled;
  if (declaration.form !== 'process') throw new Error('it is a process function');
  const user = { name: 'f', path: 'f.ts' };
  const create = (): ProcessFunctionOperator => {
    const runtime = { functions: new Map([['f.ts', compiled]]), sandbox: new VmFunctionSandbox(), guard: UNWATCHED };
    const code = new UserCodeLoader(runtime, { nowMs: () => 0, random: () => 0 }, () => 0).load(user, null);
    if (!code.ok) throw new Error(code.error.message);
    const call = {
      user,
      declaration,
      partitionBy: [0],
      orderBy: orderBy ? [{ index: 3, descending: false, nullsFirst: true }] : [],
      onTime: onTime ? 3 : null,
      uid: 'f',
      args: [],
      columns: INPUT.map(({ name, type }, index) => ({ name, index, type })),
    };
    return new ProcessFunctionOperator({ call, code: code.value, input: INPUT, timeZone: 'UTC' });
  };
  const output = [
    { name: 'k', type: TEXT },
    ...declaration.returns,
    ...(onTime ? [{ name: 'rowtime', type: NOT_NULL_TIME }] : []),
  ];
  return runHarness({ create, inputs: [INPUT], output }, script);
}

describe('a process function', () => {
  it('fires timers in order of time before the watermark goes on, and those of a name once', () => {
    const { output, state } = run(`
      +I a event:x:20 1 1
      +I a event:y:10 2 2
      +I a event:x:30 3 3
      +I b event:again:10 4 4
      W 15
      W 40
    `);
    expect(output.map((line) => line.replace(/1970-01-01 00:00:00/g, ''))).toEqual([
      '+I[a, event|||0|1|, 1, .001]',
      '+I[a, event|||0|2|, 2, .002]',
      '+I[a, event|||0|3|, 3, .003]',
      '+I[b, event|||0|4|, 4, .004]',
      '+I[a, event|y|10|10|15, null, .010]',
      '+I[b, event|again|10|10|15, null, .010]',
      '+I[b, event|later|15|15|15, null, .015]',
      'W[15]',
      '+I[a, event|x|30|30|40, null, .030]',
      'W[40]',
    ]);
    expect(state).toEqual([]);
  });

  it('fires a timer in the past at the next watermark, and all timers of the watermark at the end, none of the clock', () => {
    const { output, state } = run(`
      W 100
      +I a event:past:5 1 50
      +I a clock:tick:5000 2 50
      +I a event:far:900000 3 50
      W 101
      END
    `);
    expect(output.filter((line) => line.includes('|'))).toEqual([
      '+I[a, event|||0|50|100, 1, 1970-01-01 00:00:00.050]',
      '+I[a, clock|||0|50|100, 2, 1970-01-01 00:00:00.050]',
      '+I[a, event|||0|50|100, 3, 1970-01-01 00:00:00.050]',
      '+I[a, event|past|5|5|101, null, 1970-01-01 00:00:00.005]',
      '+I[a, event|far|900000|900000|8640000000000000, null, 1970-01-01 00:15:00.000]',
    ]);
    expect(state).toEqual(['timers: [a, tick] -> [1970-01-01 00:00:05.000, processing]']);
  });

  it('fires timers of the clock, with an event time right behind the watermark', () => {
    const { output } = run(`
      +I a clock:tick:5000 1 10
      W 20
      T 4999
      T 5000
    `);
    expect(output.slice(1)).toEqual(['W[20]', '+I[a, processing|tick|5000|21|20, null, 1970-01-01 00:00:00.021]']);
  });

  it('keeps state by key, lists each element and each map entry, and lets them expire one by one', () => {
    const { output, state } = run(
      `
      T 1
      +I a see 1 null
      T 600
      +I a see 2 null
      +I null keep 3 null
      T 1200
      +I a see 4 null
      +I b see 5 null
    `,
      { onTime: false },
    );
    expect(output).toEqual([
      '+I[a, see||1|1||, 1]',
      '+I[a, see||1+2|1||, 2]',
      '+I[null, keep|3||0||, 3]',
      '+I[a, see||2+4|1||, 4]',
      '+I[b, see||5|1||, 5]',
    ]);
    expect(state).toEqual([
      'last: [null] -> [3, keep]',
      'seen: [a, 0] -> [2]',
      'seen: [a, 1] -> [4]',
      'seen: [b, 0] -> [5]',
      'counts: [a, a] -> [3]',
      'counts: [b, b] -> [1]',
    ]);
  });

  it('forgets state and timers of one key', () => {
    const { output, state } = run(`
      +I a keep 1 1
      +I a event:x:9 2 1
      +I b keep 3 1
      +I a forget 4 1
      W 10
    `);
    expect(output.at(-2)).toBe('+I[a, forget|||0|1|, 4, 1970-01-01 00:00:00.001]');
    expect(state).toEqual(['last: [b] -> [3, keep]']);
  });

  it('sorts rows by time and drops late ones when the table argument says ORDER BY', () => {
    const { output, state, lateRowCount } = run(
      `
      +I a one 1 30
      +I a two 2 10
      W 20
      +I a late 3 15
      +I b three 4 50
      W 40
    `,
      { orderBy: true },
    );
    expect(output).toEqual([
      '+I[a, two|||0|10|, 2, 1970-01-01 00:00:00.010]',
      'W[20]',
      '+I[a, one|||0|30|20, 1, 1970-01-01 00:00:00.030]',
      'W[40]',
    ]);
    expect({ state, lateRowCount }).toEqual({
      state: ['waiting rows: [b] -> [b, three, 4, 1970-01-01 00:00:00.050]'],
      lateRowCount: 1,
    });
  });

  it('takes timers of sorted rows that wait for the end of the input for no endless chain, however many', () => {
    const { output } = run('+I a many 1 30\nEND', { orderBy: true });
    expect(output).toEqual([
      '+I[a, many|||0|30|, 1, 1970-01-01 00:00:00.030]',
      '+I[a, event|x|7|7|8640000000000000, null, 1970-01-01 00:00:00.007]',
      'W[Infinity]',
    ]);
  });

  it('can catch its own mistake in a row that it gives', () => {
    expect(run('+I a caught 1 1').output[0]).toBe('+I[a, caught, null, 1970-01-01 00:00:00.001]');
  });

  it('ends the job with function, place and row when it throws', () => {
    const line = SOURCE.split('\n').findIndex((text) => text.includes('no more')) + 1;
    expect(() => run('+I a fail 7 1')).toThrow(
      expect.objectContaining({
        cause: expect.objectContaining({
          code: 'run/function-failed',
          message: expect.stringContaining(`f failed at f.ts:${line}:`),
          file: expect.objectContaining({ path: 'f.ts', line }),
          hint: expect.stringContaining('k = a, cmd = fail, v = 7'),
        }),
      }),
    );
  });
});
