/** State by key. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schema } from '../data/logical-type.ts';
import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';
import { KeyedState } from './keyed-state.ts';

const KEYS: Schema = [
  { name: 'a', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'b', type: { kind: 'BIGINT', nullable: true } },
];
const keysOf = <V>(state: KeyedState<V>): Row[] => [...state.entries()].map((entry) => entry.key);

describe('KeyedState', () => {
  it('finds by the columns of any row and lists in order of first insertion', () => {
    const state = new KeyedState<number>(KEYS);
    state.insert(['x', 1n, 'b'], [2, 1], 10);
    state.insert(['a', 1], [0, 1], 20);
    state.insert([null, null], [0, 1], 30);
    expect([state.find(['b', 1n], [0, 1])?.value, state.find([null, null], [0, 1])?.value, state.size]).toEqual([
      10, 30, 3,
    ]);
    expect(state.find(['b', null], [0, 1])).toBeUndefined();
    expect(keysOf(state)).toEqual([
      ['b', 1n],
      ['a', 1],
      [null, null],
    ]);
  });

  it('takes NULL, NaN, zero of each sign and numbers beyond 2^53 as keys of their own', () => {
    const state = new KeyedState<string>([{ name: 'd', type: { kind: 'DOUBLE', nullable: true } }]);
    state.insert([Number.NaN], [0], 'nan');
    state.insert([null], [0], 'null');
    state.insert([-0], [0], 'minus zero');
    expect([Number.NaN, null, -0, 0].map((key) => state.find([key], [0])?.value)).toEqual([
      'nan',
      'null',
      'minus zero',
      undefined,
    ]);
    const long = new KeyedState<string>([{ name: 'b', type: { kind: 'BIGINT', nullable: true } }]);
    long.insert([9007199254740993n], [0], 'odd');
    long.insert([9007199254740992n], [0], 'even');
    expect([long.find([9007199254740993n], [0])?.value, long.find([9007199254740994n], [0])]).toEqual([
      'odd',
      undefined,
    ]);
  });

  it('compares times, bytes, arrays, rows and maps by content', () => {
    const values: readonly (readonly [Schema[number]['type'], () => Value, Value])[] = [
      [{ kind: 'TIMESTAMP', nullable: true, precision: 9 }, () => new NanoTimestamp(1, 2), new NanoTimestamp(1, 3)],
      [{ kind: 'VARBINARY', nullable: true, length: 9 }, () => Uint8Array.of(1, 2), Uint8Array.of(12)],
      [
        { kind: 'ARRAY', nullable: true, element: { kind: 'VARCHAR', nullable: true, length: 9 } },
        () => ['a', null, 'b'],
        ['a', 'nb'],
      ],
      [
        {
          kind: 'MAP',
          nullable: true,
          key: { kind: 'INT', nullable: true },
          value: { kind: 'INT', nullable: true },
        },
        () =>
          new MapValue([
            [1, 2],
            [3, 4],
          ]),
        new MapValue([[1, 2]]),
      ],
    ];
    const found = values.map(([type, make, other]) => {
      const state = new KeyedState<string>([{ name: 'k', type }]);
      state.insert([make()], [0], 'here');
      return [state.find([make()], [0])?.value, state.find([other], [0])?.value];
    });
    expect(found).toEqual(values.map(() => ['here', undefined]));
  });

  it('holds one entry when there is no key column', () => {
    const state = new KeyedState<number>([]);
    state.insert([5], [], 1);
    expect(() => state.insert([6], [], 2)).toThrow('a key is inserted once');
    expect([state.find([7], [])?.value, state.size]).toEqual([1, 1]);
  });

  it('finds nothing that expired, counts age from the last write, and lists what nobody has touched since', () => {
    let nowMs = 0;
    const state = new KeyedState<string>(KEYS.slice(0, 1), { ttlMs: 100, nowMs: () => nowMs });
    const touched = state.insert(['t'], [0], 'touched');
    state.insert(['u'], [0], 'untouched');
    nowMs = 60;
    state.touch(touched);
    nowMs = 99;
    expect(keysOf(state)).toEqual([['t'], ['u']]);
    nowMs = 100;
    // Still in memory, so it counts and a snapshot holds it; asking for it removes it.
    expect([keysOf(state), state.find(['u'], [0]), keysOf(state), state.find(['t'], [0])?.value]).toEqual([
      [['t'], ['u']],
      undefined,
      [['t']],
      'touched',
    ]);
    nowMs = 160;
    expect([state.find(['t'], [0]), state.size]).toEqual([undefined, 0]);
  });

  it('keeps age over a restore', () => {
    const state = new KeyedState<string>(KEYS.slice(0, 1), { ttlMs: 100, nowMs: () => 150 });
    state.restoreEntry(['old'], 'a', 40);
    state.restoreEntry(['new'], 'b', 60);
    expect([state.find(['old'], [0]), state.find(['new'], [0])?.updatedMs, keysOf(state)]).toEqual([
      undefined,
      60,
      [['new']],
    ]);
  });

  it('knows when each key changed last, also where nothing expires', () => {
    let nowMs = 1_700_000_000_000;
    const state = new KeyedState<string>(KEYS.slice(0, 1));
    state.open({ ttlMs: 0, nowMs: () => nowMs });
    const first = state.insert(['a'], [0], '');
    nowMs += 5;
    state.insert(['b'], [0], '');
    nowMs += 90_000_000_000;
    state.touch(first);
    expect([...state.entries()].map(({ key, updatedMs }) => [key[0], updatedMs])).toEqual([
      ['a', 1_790_000_000_005],
      ['b', 1_700_000_000_005],
    ]);
  });

  it('begins at any entry, and at any of the counted ones of a list, whatever came and went', () => {
    const step = fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 900, minLength: 100 }), fc.nat(), (steps, seed) => {
        const state = new KeyedState<number>(KEYS.slice(1));
        for (const [k, count] of steps) {
          const found = state.find([k], [0]);
          if (found === undefined) state.grow(state.insert([k], [0], count), 1, count, count * 8);
          else {
            state.grow(found, 1, -found.value, -found.value * 8);
            state.delete(found);
          }
        }
        const keys = [...state.entries()];
        const counted = keys.flatMap((entry) => Array.from({ length: entry.value }, (_, item) => [entry.key[0], item]));
        const offset = seed % (keys.length + 2);
        expect([...state.walk(null, offset, () => 1).entries]).toEqual(keys.slice(offset));
        const at = seed % (counted.length + 2);
        const { entries, skip } = state.walk(1, at, (value) => value);
        const listed = [...entries].flatMap(({ key, value }) => Array.from({ length: value }, (_, i) => [key[0], i]));
        expect(listed.slice(skip)).toEqual(counted.slice(at));
        expect([state.countOf(1), state.bytesOf(1)]).toEqual([counted.length, counted.length * 8]);
      }),
    );
  });

  it('is walked through while entries come and go: nothing twice, and nothing that stays is missed', () => {
    const step = fc.tuple(fc.constantFrom('insert', 'delete', 'next', 'next'), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const state = new KeyedState<number>(KEYS.slice(1));
        for (let k = 0; k < 200; k++) state.insert([k], [0], 0);
        const staying = new Set(Array.from({ length: 200 }, (_, k) => k));
        let next = 200;
        const met: unknown[] = [];
        const walk = state.entries();
        for (const [what, n] of steps) {
          if (what === 'insert') state.insert([next++], [0], 0);
          else if (what === 'next') met.push(...[walk.next().value].flatMap((entry) => entry?.key ?? []));
          else {
            const entry = state.find([n % next], [0]);
            if (entry !== undefined) state.delete(entry);
            staying.delete(n % next);
          }
        }
        for (const entry of walk) met.push(...entry.key);
        expect(new Set(met).size).toBe(met.length);
        expect([...staying].filter((k) => !met.includes(k))).toEqual([]);
      }),
    );
  });

  it('takes no more for figures than for content: bytes come and go with keys', () => {
    const state = new KeyedState<number>(KEYS);
    const empty = state.bytesOf(0);
    const a = state.insert(['some text', 2 ** 40], [0, 1], 0);
    const one = state.bytesOf(0);
    const b = state.insert(['other text, longer', 1], [0, 1], 0);
    const two = state.bytesOf(0);
    state.delete(b);
    const oneAgain = state.bytesOf(0);
    state.delete(a);
    expect([empty, one > 100, two > one, oneAgain === one, state.bytesOf(0)]).toEqual([0, true, true, true, 0]);
  });

  it('lets the current entry be deleted while listing, and forgets it once', () => {
    const state = new KeyedState<number>(KEYS.slice(1));
    for (let i = 0; i < 5; i++) state.insert([i], [0], i);
    for (const entry of state.entries()) if (entry.value % 2 === 0) state.delete(entry);
    expect([keysOf(state), state.size]).toEqual([[[1], [3]], 2]);
  });

  it('agrees with a plain list of pairs in random sequences', () => {
    const key = fc.tuple(fc.constantFrom('a', 'b', '', null), fc.constantFrom<Value>(0, 1, 9007199254740993n, null));
    const step = fc.tuple(fc.constantFrom('put', 'delete'), key, fc.integer());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const state = new KeyedState<number>(KEYS);
        const model: [Row, number][] = [];
        const same = (a: Row, b: Row): boolean => a[0] === b[0] && a[1] === b[1];
        for (const [what, row, value] of steps) {
          const entry = state.find(row, [0, 1]);
          const at = model.findIndex(([other]) => same(other, row));
          if (what === 'delete') {
            if (entry !== undefined) state.delete(entry);
            if (at !== -1) model.splice(at, 1);
          } else if (entry === undefined) {
            state.insert(row, [0, 1], value);
            model.push([row, value]);
          } else {
            entry.value = value;
            model.splice(at, 1, [row, value]);
          }
        }
        expect([...state.entries()].map((entry) => [entry.key, entry.value])).toEqual(model);
        expect(state.size).toBe(model.length);
      }),
    );
  });
});
