/** OVER alone, row by row, in its four ways. */
import { describe, expect, it } from 'vitest';
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { AggregateCall } from '../../sql/2-bind/bound-expr.ts';
import type { OverGroup } from '../../sql/2-bind/rel.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { aggregateFunction } from '../../sql/functions/registry.ts';
import { noUserCode } from '../test-shapes.ts';
import { overAggregateFactory } from './operator.ts';

const INT = { kind: 'INT', nullable: true } as const;
const BIGINT = { kind: 'BIGINT', nullable: false } as const;
const INPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: INT },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
];
const CHANGELOG = { kinds: { insert: true, update: true, delete: true }, updates: 'before-and-after' } as const;

function call(name: string, args: readonly number[], type: AggregateCall['type']): AggregateCall {
  const fn = present(aggregateFunction(name), name);
  return { fn, args, argTypes: args.map(() => INT), distinct: false, type, name: name.toLowerCase() };
}

const SUM = call('SUM', [1], INT);

function subject(
  options: Pick<OptionsOf<'over-aggregate'>, 'time'> & { readonly batch?: boolean; readonly ttlMs?: number },
  group: Partial<OverGroup>,
): HarnessSubject {
  const calls = group.calls ?? [SUM];
  const output: Schema = [...INPUT, ...calls.map((c) => ({ name: c.name, type: c.type }))];
  const orderBy = [{ index: options.time === 'non-time' ? 1 : 2, descending: false, nullsFirst: true }];
  const settings = { partitionBy: [0], orderBy, unit: 'range', following: 0, ...group, calls } as const;
  return {
    inputs: [INPUT],
    output,
    ...(options.ttlMs === undefined ? {} : { stateTtlMs: options.ttlMs }),
    create: () =>
      overAggregateFactory.create(
        {
          kind: 'over-aggregate',
          group: settings,
          time: options.time,
          timeColumn: 2,
          retract: false,
          batch: options.batch ?? false,
        },
        {
          inputs: [INPUT],
          inputChangelogs: [CHANGELOG],
          output,
          changelog: CHANGELOG,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

describe('OVER by event time', () => {
  it('waits for the watermark and gives all rows of one time the same result under RANGE', () => {
    const rows = '+I a 1 10\n+I b 2 20\n+I a 4 30\n+I a 8 30\nW 25\n+I a 16 20\n+I a 32 26\nW 100';
    expect(runHarness(subject({ time: 'rowtime' }, {}), rows)).toEqual({
      output: [
        '+I[a, 1, 10, 1]',
        '+I[b, 2, 20, 2]',
        'W[25]',
        '+I[a, 32, 26, 33]',
        '+I[a, 4, 30, 45]',
        '+I[a, 8, 30, 45]',
        'W[100]',
      ],
      state: ['frames: [a] -> [45]', 'frames: [b] -> [2]'],
      lateRowCount: 1,
    });
  });

  it('counts rows of one time in order of arrival under ROWS', () => {
    const rows = subject({ time: 'rowtime' }, { unit: 'rows', preceding: 1, calls: [SUM, call('COUNT', [], BIGINT)] });
    expect(runHarness(rows, '+I a 1 10\n+I a 2 10\n+I a 4 10\n+I a 8 5\nW 100').output).toEqual([
      '+I[a, 8, 5, 8, 1]',
      '+I[a, 1, 10, 9, 2]',
      '+I[a, 2, 10, 3, 2]',
      '+I[a, 4, 10, 6, 2]',
      'W[100]',
    ]);
  });

  it('gives peers the same LAG: the value before the last of them', () => {
    const lag = subject({ time: 'rowtime' }, { calls: [call('LAG', [1], INT)] });
    expect(runHarness(lag, '+I a 1 10\n+I a 2 20\n+I a 4 30\n+I a 8 30\nW 30').output).toEqual([
      '+I[a, 1, 10, null]',
      '+I[a, 2, 20, 1]',
      '+I[a, 4, 30, 4]',
      '+I[a, 8, 30, 4]',
      'W[30]',
    ]);
  });

  it('takes back what leaves a bounded range, and forgets a quiet key', () => {
    const range = subject({ time: 'rowtime' }, { preceding: 10 });
    expect(runHarness(range, '+I a 1 10\n+I a 2 15\n+I a 4 20\n+I a 8 26\nW 26\nW 50')).toEqual({
      output: ['+I[a, 1, 10, 1]', '+I[a, 2, 15, 3]', '+I[a, 4, 20, 7]', '+I[a, 8, 26, 12]', 'W[26]', 'W[50]'],
      state: ['frames: [a] -> [null]'],
      lateRowCount: 0,
    });
  });

  it('counts a put-off clean-up as progress of the key', () => {
    // Clean-up of 10 was planned for 17, then put off to 20; at 17 the key has come to 17.
    const range = subject({ time: 'rowtime' }, { preceding: 4 });
    const { output, lateRowCount } = runHarness(range, '+I a 1 10\n+I a 2 13\nW 18\n+I a 4 15\n+I a 8 18\nW 19');
    expect({ output, lateRowCount }).toEqual({
      output: ['+I[a, 1, 10, 1]', '+I[a, 2, 13, 3]', 'W[18]', '+I[a, 8, 18, 8]', 'W[19]'],
      lateRowCount: 1,
    });
  });

  it('drops rows by the key’s own progress when the frame is bounded', () => {
    const range = subject({ time: 'rowtime' }, { preceding: 100 });
    const { output, lateRowCount } = runHarness(range, '+I a 1 10\n+I b 2 20\nW 20\n+I a 4 15\n+I b 8 15\nW 21');
    expect({ output, lateRowCount }).toEqual({
      output: ['+I[a, 1, 10, 1]', '+I[b, 2, 20, 2]', 'W[20]', '+I[a, 4, 15, 5]', 'W[21]'],
      lateRowCount: 1,
    });
  });

  it('starts anew when the state of a partition has expired', () => {
    const expiring = subject({ time: 'rowtime', ttlMs: 100 }, {});
    expect(runHarness(expiring, '+I a 1 10\nW 10\nT 500\n+I a 2 20\nW 20').output).toEqual([
      '+I[a, 1, 10, 1]',
      'W[10]',
      '+I[a, 2, 20, 2]',
      'W[20]',
    ]);
  });
});

describe('OVER by processing time', () => {
  it('answers each row at once', () => {
    const rows = subject({ time: 'proctime' }, { unit: 'rows', preceding: 1 });
    expect(runHarness(rows, '+I a 1 0\n+I a 2 0\n+I a 4 0').output).toEqual([
      '+I[a, 1, 0, 1]',
      '+I[a, 2, 0, 3]',
      '+I[a, 4, 0, 6]',
    ]);
  });

  it('waits until the millisecond is over when the range is bounded', () => {
    const range = subject({ time: 'proctime' }, { preceding: 10 });
    expect(runHarness(range, 'T 5\n+I a 1 0\n+I a 2 0\nT 6\nT 16\n+I a 4 0\nT 20').output).toEqual([
      '+I[a, 1, 0, 3]',
      '+I[a, 2, 0, 3]',
      '+I[a, 4, 0, 4]',
    ]);
  });
});

describe('OVER by another column', () => {
  it('corrects the rows that sort after a new one, and stops where nothing changes', () => {
    expect(runHarness(subject({ time: 'non-time' }, {}), '+I a 5 1\n+I a 3 2\n+I a 5 3\n+I a null 4')).toEqual({
      output: [
        '+I[a, 5, 1, 5]',
        '+I[a, 3, 2, 3]',
        '-U[a, 5, 1, 5]',
        '+U[a, 5, 1, 8]',
        '-U[a, 5, 1, 8]',
        '+U[a, 5, 1, 13]',
        '+I[a, 5, 3, 13]',
        '+I[a, null, 4, null]',
      ],
      state: [
        'rows: [a] -> [a, null, 4, null]',
        'rows: [a] -> [a, 3, 2, 3]',
        'rows: [a] -> [a, 5, 1, 13]',
        'rows: [a] -> [a, 5, 3, 13]',
      ],
      lateRowCount: 0,
    });
  });

  it('takes rows back and keeps the kind of an update', () => {
    const script = '+I a 5 1\n+I a 3 2\n-U a 5 1\n+U a 1 1\n-D a 3 2\n-D a 9 9';
    expect(runHarness(subject({ time: 'non-time' }, {}), script).output).toEqual([
      '+I[a, 5, 1, 5]',
      '+I[a, 3, 2, 3]',
      '-U[a, 5, 1, 5]',
      '+U[a, 5, 1, 8]',
      '-D[a, 5, 1, 8]',
      '+U[a, 1, 1, 1]',
      '-U[a, 3, 2, 3]',
      '+U[a, 3, 2, 4]',
      '-D[a, 3, 2, 4]',
    ]);
  });

  it('numbers equal rows in order of arrival under ROWS', () => {
    const rows = subject({ time: 'non-time' }, { unit: 'rows' });
    expect(runHarness(rows, '+I a 5 1\n+I a 5 2\n+I a 1 3\n-D a 5 1').output).toEqual([
      '+I[a, 5, 1, 5]',
      '+I[a, 5, 2, 10]',
      '+I[a, 1, 3, 1]',
      '-U[a, 5, 1, 5]',
      '+U[a, 5, 1, 6]',
      '-U[a, 5, 2, 10]',
      '+U[a, 5, 2, 11]',
      '-D[a, 5, 1, 6]',
      '-U[a, 5, 2, 11]',
      '+U[a, 5, 2, 6]',
    ]);
  });
});

describe('OVER in batch mode', () => {
  it('looks forward, by rows and by value', () => {
    const script = '+I a 5 0\n+I a 3 0\n+I b 7 0\n+I a 1 0\nEND';
    const rows = subject({ time: 'non-time', batch: true }, { unit: 'rows', preceding: 1, following: 1 });
    const range = subject({ time: 'non-time', batch: true }, { preceding: 2, following: 2 });
    expect(runHarness(rows, script).output).toEqual([
      'W[Infinity]',
      '+I[a, 1, 0, 4]',
      '+I[a, 3, 0, 9]',
      '+I[a, 5, 0, 8]',
      '+I[b, 7, 0, 7]',
    ]);
    expect(runHarness(range, script).output).toEqual([
      'W[Infinity]',
      '+I[a, 1, 0, 4]',
      '+I[a, 3, 0, 9]',
      '+I[a, 5, 0, 8]',
      '+I[b, 7, 0, 7]',
    ]);
  });

  it('ranks whole partitions', () => {
    const calls = [
      call('RANK', [], BIGINT),
      call('DENSE_RANK', [], BIGINT),
      call('CUME_DIST', [], { kind: 'DOUBLE', nullable: false }),
      call('LEAD', [1], INT),
    ];
    const ranks = subject({ time: 'non-time', batch: true }, { unit: 'rows', calls });
    expect(runHarness(ranks, '+I a 2 0\n+I a 1 0\n+I a 2 1\n+I a 3 0\nEND').output).toEqual([
      'W[Infinity]',
      '+I[a, 1, 0, 1, 1, 0.25, 2]',
      '+I[a, 2, 0, 2, 2, 0.5, 2]',
      '+I[a, 2, 1, 2, 2, 0.75, 3]',
      '+I[a, 3, 0, 4, 3, 1.0, null]',
    ]);
  });
});
