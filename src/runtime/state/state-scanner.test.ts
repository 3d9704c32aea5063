/** Pages of state through the scanner, against a plain list. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareValues } from '../data/compare.ts';
import type { LogicalType, Schema } from '../data/logical-type.ts';
import type { Value } from '../data/value.ts';
import type { StateDescriptor } from '../engine/operator.ts';
import { inspectLists, inspectValues } from './inspect.ts';
import { KeyedState } from './keyed-state.ts';
import type { SliceHost } from './slices.ts';
import { type StatePageAnswer, type StatePageQuestion, StateScanner } from './state-scanner.ts';

const TEXT: LogicalType = { kind: 'VARCHAR', nullable: true, length: 20 };
const INT: LogicalType = { kind: 'INT', nullable: true };
const KEYS: Schema = [{ name: 'k', type: TEXT }];
const VALUES: Schema = [{ name: 'v', type: INT }];
const DESCRIPTOR: StateDescriptor = {
  name: 's',
  kind: 'value',
  keySchema: KEYS,
  valueSchema: VALUES,
  ttlMs: 0,
  bound: '',
  version: 1,
};

/** Runs deferred tasks one by one; each reading of the clock is a millisecond later, so slices are short. */
class SlicingHost implements SliceHost {
  #nowMs = 0;
  readonly tasks: (() => void)[] = [];
  readonly clock = { nowMs: (): number => this.#nowMs++ };

  defer(task: () => void): void {
    this.tasks.push(task);
  }

  waitMs(timeMs: number): void {
    this.#nowMs += timeMs;
  }

  /** How many turns it took. */
  run(between: () => void = () => {}): number {
    for (let turns = 0; ; turns++) {
      const task = this.tasks.shift();
      if (task === undefined) return turns;
      between();
      task();
    }
  }
}

function stateOf(rows: readonly (readonly [string | null, number | null])[]): KeyedState<number | null> {
  let nowMs = 1000;
  const state = new KeyedState<number | null>(KEYS);
  state.open({ ttlMs: 0, nowMs: () => nowMs++ });
  for (const [k, v] of rows) state.insert([k], [0], v);
  return state;
}

const inspected = (state: KeyedState<number | null>) => ({
  id: 'node/s',
  state: inspectValues(
    () => state,
    (value) => [value],
  ),
  descriptor: DESCRIPTOR,
});

const ALL: StatePageQuestion = { offset: 0, countMax: 100, filter: '', sort: null };
const keysOf = (answer: StatePageAnswer | null): unknown => answer?.entries.map(({ key }) => key[0]);

/** Asks, lets slices run, and answers. */
function ask(
  scanner: StateScanner,
  host: SlicingHost,
  state: KeyedState<number | null>,
  question: Partial<StatePageQuestion>,
): Promise<StatePageAnswer> {
  const answer = scanner.page(inspected(state), { ...ALL, ...question });
  host.run();
  return answer;
}

describe('StateScanner', () => {
  it('gives the same page as sorting and filtering a plain list, for every order, filter and offset', async () => {
    const key = fc.option(fc.string({ maxLength: 3 }));
    const rows = fc.uniqueArray(fc.tuple(key, fc.option(fc.integer({ min: -5, max: 5 }))), {
      selector: ([k]) => k,
      maxLength: 1500,
      minLength: 1,
      size: 'max',
    });
    const sort = fc.option(
      fc.record({
        by: fc.constantFrom('key' as const, 'value' as const, 'updated' as const),
        column: fc.constant(0),
        descending: fc.boolean(),
      }),
    );
    const question = fc.record({
      offset: fc.nat(1200),
      countMax: fc.integer({ min: 1, max: 30 }),
      filter: fc.constantFrom('', 'a', 'NUL', 'B'),
      sort,
    });
    await fc.assert(
      fc.asyncProperty(rows, fc.array(question, { minLength: 1, maxLength: 4 }), async (all, questions) => {
        const state = stateOf(all);
        const host = new SlicingHost();
        const scanner = new StateScanner(host, 'UTC');
        for (const asked of questions) {
          const answer = await ask(scanner, host, state, asked);
          const { filter, sort: order, offset, countMax } = asked;
          const matches = all
            .map(([k, v], at) => ({ k, v, updated: 1000 + at }))
            .filter(({ k }) => (k ?? 'NULL').toLowerCase().includes(filter.toLowerCase()));
          const value = (row: (typeof matches)[number]): Value =>
            order?.by === 'key' ? row.k : order?.by === 'value' ? row.v : row.updated;
          if (order !== null) {
            const type = order.by === 'key' ? TEXT : INT;
            matches.sort((a, b) => (order.descending ? -1 : 1) * compareValues(value(a), value(b), type));
          }
          expect(answer).toEqual({
            entries: matches.slice(offset, offset + countMax).map(({ k, v, updated }) => ({
              key: [k],
              value: [v === null ? null : String(v)],
              updatedMs: updated,
            })),
            matchCount: matches.length,
            entryCount: all.length,
            sizeBytes: state.bytesOf(0),
            isMoving: false,
          });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('orders numbers as numbers, and NULL before all of them', async () => {
    const state = stateOf([
      ['a', 10],
      ['b', 9],
      ['c', null],
      ['d', -1],
    ]);
    const host = new SlicingHost();
    const sort = { by: 'value', column: 0, descending: false } as const;
    const up = await ask(new StateScanner(host, 'UTC'), host, state, { sort });
    const down = await ask(new StateScanner(host, 'UTC'), host, state, { sort: { ...sort, descending: true } });
    expect([keysOf(up), keysOf(down)]).toEqual([
      ['c', 'd', 'b', 'a'],
      ['a', 'b', 'd', 'c'],
    ]);
  });

  it('lets rows flow between slices, and says so', async () => {
    const state = stateOf(Array.from({ length: 3000 }, (_, i) => [`k${i}`, i]));
    const host = new SlicingHost();
    const scanner = new StateScanner(host, 'UTC');
    const sort = { by: 'value', column: 0, descending: true } as const;
    const answer = scanner.page(inspected(state), { ...ALL, countMax: 2, sort });
    let next = 10_000;
    const turns = host.run(() => {
      if (next < 10_020) state.insert([`k${next}`], [0], next++);
      const first = state.entries().next().value;
      if (first !== undefined) state.delete(first);
    });
    const { entries, isMoving, matchCount } = await answer;
    expect([turns > 20, entries.map(({ value }) => value[0]), isMoving, matchCount >= 3000]).toEqual([
      true,
      ['10019', '10018'],
      true,
      true,
    ]);
  });

  it('ends a search when a newer question comes, and answers both', async () => {
    const state = stateOf(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i]));
    const host = new SlicingHost();
    const scanner = new StateScanner(host, 'UTC');
    const older = scanner.page(inspected(state), { ...ALL, filter: '1' });
    const newer = scanner.page(inspected(state), { ...ALL, filter: 'k1999' });
    host.run();
    expect([keysOf(await older), (await older).isMoving, keysOf(await newer)]).toEqual([[], true, ['k1999']]);
  });

  it('searches once for several pages of one question, and again once the state has changed for a while', async () => {
    const state = stateOf(Array.from({ length: 5000 }, (_, i) => [`k${i}`, i]));
    const host = new SlicingHost();
    const scanner = new StateScanner(host, 'UTC');
    let looked = 0;
    const counting = {
      ...inspected(state),
      state: inspectValues(
        () => state,
        (value) => {
          looked += 1;
          return [value];
        },
      ),
    };
    const sort = { by: 'value', column: 0, descending: true } as const;
    const page = async (offset: number): Promise<unknown> => {
      const answer = scanner.page(counting, { ...ALL, offset, countMax: 1, sort });
      host.run();
      return [keysOf(await answer), looked];
    };
    const results = [await page(4000), await page(4500), await page(10)];
    state.insert(['new'], [0], 99_999);
    results.push(await page(0));
    host.waitMs(1_000_000);
    results.push(await page(0));
    expect(results).toEqual([
      [['k999'], 5001],
      [['k499'], 5002],
      [['k4989'], 5003],
      [['k4999'], 5004],
      [['new'], 5004 + 5001 + 1],
    ]);
  });

  it('answers open questions when it is reset', async () => {
    const state = stateOf(Array.from({ length: 2000 }, (_, i) => [`k${i}`, i]));
    const host = new SlicingHost();
    const scanner = new StateScanner(host, 'UTC');
    const open = [
      scanner.page(inspected(state), { ...ALL, countMax: 1000 }),
      scanner.page(inspected(state), { ...ALL, filter: 'k' }),
    ];
    scanner.reset();
    expect((await Promise.all(open)).map(({ entries, isMoving }) => [entries.length, isMoving])).toEqual([
      [0, true],
      [0, true],
    ]);
  });

  it('never touches state: what has expired stays, and ages on', async () => {
    let nowMs = 0;
    const state = new KeyedState<number | null>(KEYS, { ttlMs: 10, nowMs: () => nowMs });
    state.insert(['a'], [0], 1);
    nowMs = 50;
    const host = new SlicingHost();
    const before = [state.size, state.changeCount];
    const found = await ask(new StateScanner(host, 'UTC'), host, state, { filter: 'a' });
    expect([keysOf(found), state.size, state.changeCount, state.find(['a'], [0])]).toEqual([
      ['a'],
      ...before,
      undefined,
    ]);
  });

  it('pages over the items of a list as if keys did not exist', async () => {
    const state = new KeyedState<number[]>(KEYS);
    let next = 0;
    for (let k = 0; k < 200; k++) {
      const items = Array.from({ length: k % 5 }, () => next++);
      state.grow(state.insert([`k${k}`], [0], items), 1, items.length, 0);
    }
    const lists = inspectLists(() => state, 1, {
      items: (value) => value,
      countOf: ({ length }) => length,
      value: (item) => [item],
    });
    const host = new SlicingHost();
    const scanner = new StateScanner(host, 'UTC');
    const answer = scanner.page(
      { id: 'l', state: lists, descriptor: DESCRIPTOR },
      { ...ALL, offset: 123, countMax: 3 },
    );
    host.run();
    expect([(await answer).entries.map(({ value }) => value[0]), (await answer).entryCount]).toEqual([
      ['123', '124', '125'],
      400,
    ]);
  });
});
