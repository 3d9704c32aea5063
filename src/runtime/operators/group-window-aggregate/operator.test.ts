/** Legacy windows alone, row by row. */
import { describe, expect, it } from 'vitest';
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { AggregateCall } from '../../sql/2-bind/bound-expr.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { aggregateFunction } from '../../sql/functions/registry.ts';
import { noUserCode } from '../test-shapes.ts';
import { groupWindowAggregateFactory } from './operator.ts';

const INT = { kind: 'INT', nullable: true } as const;
const BIGINT = { kind: 'BIGINT', nullable: true } as const;
const INPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: INT },
  { name: 't', type: BIGINT },
];
const OUTPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 's', type: INT },
  { name: 'window_start', type: BIGINT },
  { name: 'window_end', type: BIGINT },
];
const CALLS: readonly AggregateCall[] = [
  { fn: present(aggregateFunction('SUM'), 'SUM'), args: [1], argTypes: [INT], distinct: false, type: INT, name: 's' },
];
const CHANGELOG = { kinds: { insert: true, update: true, delete: true }, updates: 'before-and-after' } as const;
const NO_EMIT = { earlyMs: null, lateMs: null, allowedLatenessMs: 0 };

type Options = OptionsOf<'group-window-aggregate'>;

function subject(window: Options['window'], options: Partial<Options> = {}): HarnessSubject {
  return {
    inputs: [INPUT],
    output: OUTPUT,
    create: () =>
      groupWindowAggregateFactory.create(
        {
          kind: 'group-window-aggregate',
          window,
          time: { index: 2, attribute: 'rowtime', local: false },
          keys: [0],
          calls: CALLS,
          retract: false,
          properties: ['start', 'end'],
          emit: NO_EMIT,
          updateBefore: true,
          ...options,
        },
        {
          inputs: [INPUT],
          inputChangelogs: [CHANGELOG],
          output: OUTPUT,
          changelog: CHANGELOG,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

const TUMBLE = { kind: 'tumble', sizeMs: 10, offsetMs: 0 } as const;
const HOP = { kind: 'hop', sizeMs: 10, slideMs: 5, offsetMs: 0 } as const;
const SESSION = { kind: 'session', gapMs: 10, partitionKeys: [] } as const;

describe('legacy windows', () => {
  it('send one result per key and window, and drop late rows', () => {
    expect(runHarness(subject(TUMBLE), '+I a 1 1\n+I b 2 4\n+I a 4 12\n+I a 8 9\nW 9\n+I a 16 9\nW 30')).toEqual({
      output: ['+I[a, 9, 0, 10]', '+I[b, 2, 0, 10]', 'W[9]', '+I[a, 4, 10, 20]', 'W[30]'],
      state: [],
      lateRowCount: 1,
    });
  });

  it('put hopping windows together from panes; a late row counts where a window is still open', () => {
    expect(runHarness(subject(HOP), '+I a 1 1\n+I a 2 7\nW 4\n+I a 4 3\nW 9\n+I a 8 6\nW 30')).toEqual({
      output: ['+I[a, 1, -5, 5]', 'W[4]', '+I[a, 7, 0, 10]', 'W[9]', '+I[a, 10, 5, 15]', 'W[30]'],
      state: [],
      lateRowCount: 0,
    });
    const uneven = subject({ kind: 'hop', sizeMs: 6, slideMs: 4, offsetMs: 0 });
    expect(runHarness(uneven, '+I a 1 1\n+I a 2 5\nW 30').output).toEqual([
      '+I[a, 1, -4, 2]',
      '+I[a, 3, 0, 6]',
      '+I[a, 2, 4, 10]',
      'W[30]',
    ]);
  });

  it('join sessions that a row bridges', () => {
    expect(runHarness(subject(SESSION), '+I a 1 10\n+I a 2 25\n+I b 4 0\n+I a 8 17\nW 12\n+I b 16 1\nW 40')).toEqual({
      output: ['+I[b, 4, 0, 10]', 'W[12]', '+I[a, 11, 10, 35]', 'W[40]'],
      state: [],
      lateRowCount: 1,
    });
  });

  it('take rows back, and send nothing for a window that is empty at its end', () => {
    const retracting = subject(TUMBLE, { retract: true });
    expect(runHarness(retracting, '+I a 1 1\n+I b 2 1\n-U a 1 1\n+U a 5 2\n-D b 2 1\nW 20').output).toEqual([
      '+I[a, 5, 0, 10]',
      'W[20]',
    ]);
  });

  it('answer every row early, correct the answer, and are silent when nothing changed', () => {
    const early = subject(TUMBLE, { emit: { ...NO_EMIT, earlyMs: 0 } });
    expect(runHarness(early, '+I a 1 1\n+I a 2 2\n+I a 0 3\nW 20').output).toEqual([
      '+I[a, 1, 0, 10]',
      '-U[a, 1, 0, 10]',
      '+U[a, 3, 0, 10]',
      'W[20]',
    ]);
  });

  it('answer early by the clock, again and again', () => {
    const early = subject(TUMBLE, { emit: { ...NO_EMIT, earlyMs: 100 }, updateBefore: false });
    expect(runHarness(early, 'T 50\n+I a 1 1\nT 100\n+I a 2 2\nT 150\n+I a 4 3\nT 250\nW 20\nT 400').output).toEqual([
      '+I[a, 3, 0, 10]',
      '+U[a, 7, 0, 10]',
      'W[20]',
    ]);
  });

  it('correct themselves for late rows within the allowed lateness', () => {
    const late = subject(TUMBLE, { emit: { earlyMs: null, lateMs: 0, allowedLatenessMs: 10 } });
    expect(runHarness(late, '+I a 1 1\nW 12\n+I a 2 2\n+I a 4 15\nW 19\n+I a 8 3\nW 40')).toEqual({
      output: ['+I[a, 1, 0, 10]', 'W[12]', '-U[a, 1, 0, 10]', '+U[a, 3, 0, 10]', '+I[a, 4, 10, 20]', 'W[19]', 'W[40]'],
      state: [],
      lateRowCount: 1,
    });
  });

  it('gather late rows for a while before they answer again', () => {
    const late = subject(TUMBLE, { emit: { earlyMs: null, lateMs: 100, allowedLatenessMs: 100 } });
    expect(runHarness(late, '+I a 1 1\nW 12\n+I a 2 2\n+I a 4 3\nT 100\nW 60').output).toEqual([
      '+I[a, 1, 0, 10]',
      'W[12]',
      '-U[a, 1, 0, 10]',
      '+U[a, 7, 0, 10]',
      'W[60]',
    ]);
  });

  it('answer every row of a window that only late rows have opened', () => {
    const late = subject(TUMBLE, { emit: { earlyMs: null, lateMs: 100, allowedLatenessMs: 100 } });
    expect(runHarness(late, 'W 12\n+I a 2 2\nW 13\n+I a 4 3').output).toEqual([
      'W[12]',
      '+I[a, 2, 0, 10]',
      'W[13]',
      '-U[a, 2, 0, 10]',
      '+U[a, 6, 0, 10]',
    ]);
  });

  it('end by the clock over processing time', () => {
    const clock = subject(TUMBLE, { time: { index: 2, attribute: 'proctime', local: false } });
    expect(runHarness(clock, 'T 3\n+I a 1 0\nT 8\n+I a 2 0\nT 12\n+I a 4 0\nT 20\nEND').output).toEqual([
      '+I[a, 3, 0, 10]',
      '+I[a, 4, 10, 20]',
      'W[Infinity]',
    ]);
  });
});
