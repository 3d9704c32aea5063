/** The window Top-N alone, row by row. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { noUserCode } from '../test-shapes.ts';
import { windowRankFactory } from './operator.ts';

const INPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: { kind: 'INT', nullable: true } },
  { name: 'window_end', type: { kind: 'BIGINT', nullable: true } },
];
const INSERTS = { kinds: { insert: true, update: false, delete: false }, updates: 'none' } as const;

function subject(options: Partial<OptionsOf<'window-rank'>>): HarnessSubject {
  const rank: Schema = options.outputRank === true ? [{ name: 'rn', type: { kind: 'BIGINT', nullable: false } }] : [];
  const output = [...INPUT, ...rank];
  return {
    inputs: [INPUT],
    output,
    ...(options.local === true ? { timeZone: 'America/Los_Angeles' } : {}),
    create: () =>
      windowRankFactory.create(
        {
          kind: 'window-rank',
          partitionBy: [],
          orderBy: [{ index: 1, descending: true, nullsFirst: false }],
          start: 1,
          end: 2,
          outputRank: false,
          windowStart: 2,
          windowEnd: 2,
          local: false,
          ...options,
        },
        {
          inputs: [INPUT],
          inputChangelogs: [INSERTS],
          output,
          changelog: INSERTS,
          timeZone: options.local === true ? 'America/Los_Angeles' : 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

describe('window Top-N', () => {
  it('sends the first rows of a window once it is complete; equal rows in order of arrival', () => {
    const script = '+I a 5 10\n+I b 7 10\n+I c 7 10\n+I d 9 20\n+I e 7 10\nW 8\nW 9\n+I f 99 10';
    expect(runHarness(subject({ outputRank: true }), script)).toEqual({
      output: ['W[8]', '+I[b, 7, 10, 1]', '+I[c, 7, 10, 2]', 'W[9]'],
      state: ['rows: [1970-01-01 00:00:00.020] -> [d, 9, 20]'],
      lateRowCount: 1,
    });
  });

  it('can leave out the first ranks, and ranks each key apart', () => {
    const second = subject({ partitionBy: [0], start: 2, end: 3 });
    const script = '+I a 5 10\n+I b 7 10\n+I a 6 10\n+I a 1 10\n+I a 2 10\nEND';
    expect(runHarness(second, script).output).toEqual(['+I[a, 5, 10]', '+I[a, 2, 10]', 'W[Infinity]']);
  });

  it('completes windows by the wall clock of the session zone', () => {
    // 10 ms after midnight in Los Angeles is 8 h later in UTC.
    const local = subject({ local: true });
    expect(runHarness(local, '+I a 1 10\nW 28800008\nW 28800009').output).toEqual([
      'W[28800008]',
      '+I[a, 1, 10]',
      'W[28800009]',
    ]);
  });
});
