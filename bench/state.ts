/**
 * Looking at state: how long the run is held up by it at a million keys, how long answers take, and how far the
 * estimated bytes are from what the heap grows by.
 */
import { cpus } from 'node:os';
import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { present } from '../src/runtime/base/assert.ts';
import type { LogicalType, Schema } from '../src/runtime/data/logical-type.ts';
import { RowKind } from '../src/runtime/data/row-kind.ts';
import type { Row, Value } from '../src/runtime/data/value.ts';
import { Dataflow } from '../src/runtime/engine/dataflow.ts';
import type { Operator } from '../src/runtime/engine/operator.ts';
import type { OperatorFactory } from '../src/runtime/engine/operator-factory.ts';
import { deduplicateFactory } from '../src/runtime/operators/deduplicate/operator.ts';
import { groupAggregateFactory } from '../src/runtime/operators/group-aggregate/operator.ts';
import { joinFactory } from '../src/runtime/operators/join/operator.ts';
import { rankFactory } from '../src/runtime/operators/rank/operator.ts';
import { BIGINT, columns, INT, subjectOf } from '../src/runtime/operators/test-shapes.ts';
import { windowAggregateFactory } from '../src/runtime/operators/window-aggregate/operator.ts';
import type { AggregateCall } from '../src/runtime/sql/2-bind/bound-expr.ts';
import type { OptionsOf, PhysicalOptions } from '../src/runtime/sql/3-plan/physical-options.ts';
import { aggregateFunction } from '../src/runtime/sql/functions/registry.ts';
import type { SliceHost } from '../src/runtime/state/slices.ts';
import { type StatePageQuestion, StateScanner, stateFigures } from '../src/runtime/state/state-scanner.ts';

export const needsDisplay = false;

const TEXT: LogicalType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const DECIMAL: LogicalType = { kind: 'DECIMAL', nullable: true, precision: 38, scale: 2 };
const ROWTIME: LogicalType = { kind: 'TIMESTAMP', nullable: true, precision: 3, timeAttribute: 'rowtime' };
const INPUT: Schema = columns({ k: TEXT, id: INT, v: INT, d: DECIMAL, s: TEXT, ts: ROWTIME });
const KEY_COUNT = 1_000_000;
const START_MS = 1_700_000_000_000;

/** `npm run bench -- state [keys]`. */
export async function run(args: readonly string[]): Promise<number> {
  const keyCount = Number(args[0] ?? KEY_COUNT);
  print(`${cpus()[0]?.model ?? ''}, Node ${process.version}`);
  await measureLooking(keyCount);
  measureBytes(Math.min(keyCount, 200_000));
  return 0;
}

/** One operator between a hand-driven input (or two) and nothing. */
class Bench {
  readonly operator: Operator;
  readonly #flow: Dataflow;

  constructor(operator: Operator) {
    this.operator = operator;
    const inputs = operator.inputs.map((_, id) => ({
      id,
      name: `input ${id}`,
      nodeIds: [],
      inputs: [],
      body: { kind: 'source', reader: SILENT } as const,
    }));
    const id = inputs.length;
    this.#flow = new Dataflow(
      [
        ...inputs,
        {
          id,
          name: 'subject',
          nodeIds: [],
          inputs: inputs.map((each) => each.id),
          body: { kind: 'operator', operator },
        },
      ],
      { nowMs: () => Date.now(), random: Math.random, timeZone: 'UTC', stateTtlMs: 0, trace: null },
    );
  }

  send(row: Row, input = 0): void {
    this.#flow.node(input).output.processRow(RowKind.Insert, row);
  }
}

const SILENT = {
  open: () => ({ ok: true, value: undefined }) as const,
  poll: () => ({ ok: true, value: 'blocked' }) as const,
  progress: () => ({ rowsRead: 0, fraction: null }),
  position: (): Value => 0,
  restore: () => {},
  close: () => {},
};

function create<K extends PhysicalOptions['kind']>(
  factory: OperatorFactory<K>,
  options: OptionsOf<K>,
  output: Schema,
  inputs: readonly Schema[] = [INPUT],
): Bench {
  return new Bench(subjectOf(factory, options, inputs, output).create());
}

function call(name: string, arg: number | null, type: LogicalType): AggregateCall {
  const fn = present(aggregateFunction(name), name);
  const argTypes = arg === null ? [] : [present(INPUT[arg], 'argument').type];
  return { fn, args: arg === null ? [] : [arg], argTypes, distinct: false, type, name: `${name}${arg ?? ''}` };
}

const rowOf = (id: number, round = 0): Row => [
  `user-${id}`,
  id,
  (id * 7919 + round) % 100_003,
  (id * 7919 + round) % 1_000_003,
  `page-${(id * 31 + round) % 1000}`,
  START_MS + id,
];

function groupBy(key: number): Bench {
  const calls = [call('COUNT', null, BIGINT), call('SUM', 3, DECIMAL), call('MAX', 4, TEXT)];
  const output = [present(INPUT[key], 'key'), ...calls.map(({ name, type }) => ({ name, type }))];
  return create(
    groupAggregateFactory,
    { kind: 'group-aggregate', keys: [key], calls, retract: false, updateBefore: true, batch: false },
    output,
  );
}

/** Runs turns of a few milliseconds of rows, as the scheduler does, with slices of looking in between. */
async function measureLooking(keyCount: number): Promise<void> {
  for (const count of [100, keyCount]) {
    const bench = groupBy(0);
    for (let id = 0; id < count; id++) bench.send(rowOf(id));
    const { entryCount, sizeBytes } = stateFigures(bench.operator);
    print(`\n${entryCount.toLocaleString('en-US')} keys, ${(sizeBytes / 1e6).toFixed(1)} MB`);
    const sort = (by: 'key' | 'value' | 'updated', descending = false) => ({
      by,
      column: by === 'value' ? 1 : 0,
      descending,
    });
    const page = { offset: 0, countMax: 100, filter: '', sort: null };
    const deep = Math.floor(count * 0.9);
    const questions: readonly (readonly [string, StatePageQuestion])[] = [
      ['first page', page],
      ['page at 90 %', { ...page, offset: deep }],
      ['filter', { ...page, filter: '99' }],
      ['sorted by value', { ...page, sort: sort('value', true) }],
      ['sorted by key', { ...page, sort: sort('key') }],
      ['sorted, page at 90 %', { ...page, offset: deep, sort: sort('value') }],
      ['by last change, page at 90 %', { ...page, offset: deep, sort: sort('updated') }],
    ];
    for (const [name, question] of questions) {
      for (const flows of [false, true]) await measureQuestion(bench, count, name, question, flows);
    }
  }
}

async function measureQuestion(
  bench: Bench,
  count: number,
  name: string,
  question: StatePageQuestion,
  flows: boolean,
): Promise<void> {
  const operator = bench.operator;
  const descriptor = present(operator.describeState()[0], 'state');
  const slices: { readonly startMs: number; readonly endMs: number; readonly cpuMs: number }[] = [];
  const pauses: { readonly startMs: number; readonly endMs: number }[] = [];
  const watchPauses = new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      pauses.push({ startMs: startTime, endMs: startTime + duration });
  });
  watchPauses.observe({ entryTypes: ['gc'] });
  const timed = (task: () => void): void => {
    const startMs = performance.now();
    const cpu = process.cpuUsage();
    task();
    const { user, system } = process.cpuUsage(cpu);
    slices.push({ startMs, endMs: performance.now(), cpuMs: (user + system) / 1000 });
  };
  const host: SliceHost = {
    clock: { nowMs: () => Date.now() },
    defer: (task) =>
      void setImmediate(() => {
        const endMs = performance.now() + 5;
        while (flows && performance.now() < endMs) bench.send(rowOf(Math.floor(Math.random() * count), 1));
        timed(task);
      }),
  };
  const scanner = new StateScanner(host, 'UTC');
  const startMs = performance.now();
  let answer: ReturnType<StateScanner['page']> | null = null;
  timed(() => {
    answer = scanner.page({ id: 's', state: operator.inspectState(descriptor.name), descriptor }, question);
  });
  await answer;
  const totalMs = performance.now() - startMs;
  // The observer hears of pauses later.
  await new Promise((resolve) => setTimeout(resolve, 20));
  watchPauses.disconnect();
  const sliceMs = slices.map(({ startMs: from, endMs: to }) => to - from);
  const longestMs = Math.max(...sliceMs);
  // A busy machine makes slices wait, and garbage (mostly of the rows that flow) is collected in some of them: what
  // is left is what the program can answer for.
  const ownMs = Math.max(
    ...slices.map(({ startMs: from, endMs: to, cpuMs }) => Math.min(cpuMs, to - from) - overlapMs(pauses, from, to)),
  );
  const lateCount = sliceMs.filter((each) => each > 5).length;
  const looking = sliceMs.reduce((sum, each) => sum + each, 0);
  print(
    `${(name + (flows ? ', rows flow' : '')).padEnd(42)} answer ${totalMs.toFixed(1).padStart(7)} ms   looking ${looking.toFixed(1).padStart(7)} ms   longest slice ${longestMs.toFixed(2).padStart(6)} ms (own ${ownMs.toFixed(2)})   over 5 ms: ${lateCount} of ${slices.length}`,
  );
}

function overlapMs(
  pauses: readonly { readonly startMs: number; readonly endMs: number }[],
  fromMs: number,
  toMs: number,
): number {
  let sum = 0;
  for (const { startMs, endMs } of pauses) sum += Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs));
  return sum;
}

function measureBytes(count: number): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  print(`\nEstimated bytes against growth of the heap, ${count.toLocaleString('en-US')} rows`);
  const window = [call('COUNT', null, BIGINT), call('SUM', 3, DECIMAL)];
  const windowOutput = [
    ...columns({ k: TEXT }),
    ...window.map(({ name, type }) => ({ name, type })),
    ...columns({ window_start: ROWTIME, window_end: ROWTIME }),
  ];
  const ordered = [{ index: 2, descending: true, nullsFirst: false }];
  const none = { kind: 'none' } as const;
  const types = INPUT.map((field) => field.type);
  const cases: readonly (readonly [string, () => Bench, (bench: Bench, i: number) => void])[] = [
    ['group by text', () => groupBy(0), (bench, i) => bench.send(rowOf(i))],
    ['group by integer', () => groupBy(1), (bench, i) => bench.send(rowOf(i))],
    [
      'deduplicate, whole rows',
      () =>
        create(
          deduplicateFactory,
          {
            kind: 'deduplicate',
            keys: [0],
            keep: 'last',
            time: 'proctime',
            timeColumn: 5,
            updateBefore: true,
            retract: false,
          },
          INPUT,
        ),
      (bench, i) => bench.send(rowOf(i)),
    ],
    [
      'join, 4 rows a key',
      () =>
        create(
          joinFactory,
          {
            kind: 'join',
            type: 'inner',
            keys: [{ left: 1, right: 1, nullSafe: false }],
            leftUnique: none,
            rightUnique: none,
            leftTypes: types,
            rightTypes: types,
            batch: false,
          },
          [...INPUT, ...INPUT],
          [INPUT, INPUT],
        ),
      (bench, i) => bench.send(withId(rowOf(i), Math.floor(i / 4)), i % 2),
    ],
    [
      'top 3 of each key',
      () =>
        create(
          rankFactory,
          {
            kind: 'rank',
            partitionBy: [1],
            orderBy: ordered,
            start: 1,
            end: 3,
            outputRank: false,
            strategy: { kind: 'append' },
            updateBefore: true,
          },
          INPUT,
        ),
      (bench, i) => bench.send(withId(rowOf(i), Math.floor(i / 5))),
    ],
    [
      'tumbling window',
      () =>
        create(
          windowAggregateFactory,
          {
            kind: 'window-aggregate',
            keys: [0],
            calls: window,
            retract: false,
            properties: ['start', 'end'],
            source: {
              kind: 'time',
              time: { index: 5, attribute: 'rowtime', local: false },
              window: { kind: 'tumble', sizeMs: 60_000, offsetMs: 0 },
            },
          },
          windowOutput,
        ),
      (bench, i) => bench.send(rowOf(i)),
    ],
  ];
  for (const [name, make, send] of cases) {
    const bench = make();
    for (let i = 0; i < 100; i++) send(bench, i);
    collect();
    const before = process.memoryUsage().heapUsed;
    const beforeBytes = stateFigures(bench.operator).sizeBytes;
    for (let i = 100; i < count; i++) send(bench, i);
    collect();
    const grown = process.memoryUsage().heapUsed - before;
    const { entryCount, sizeBytes } = stateFigures(bench.operator);
    const estimated = sizeBytes - beforeBytes;
    print(
      `${name.padEnd(28)} ${entryCount.toLocaleString('en-US').padStart(9)} entries   estimated ${mb(estimated)}   heap ${mb(grown)}   ratio ${(estimated / grown).toFixed(2)}`,
    );
  }
}

function withId(row: Row, id: number): Row {
  return row.map((value, index) => (index === 1 ? id : value));
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1).padStart(6)} MB`;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
