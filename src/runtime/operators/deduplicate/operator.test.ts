/** Deduplication alone, row by row, in its four ways. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { noUserCode } from '../test-shapes.ts';
import { deduplicateFactory } from './operator.ts';

const INPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: { kind: 'INT', nullable: true } },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
];
const CHANGELOG = { kinds: { insert: true, update: true, delete: true }, updates: 'before-and-after' } as const;

function subject(
  keep: 'first' | 'last',
  time: 'rowtime' | 'proctime',
  options: Partial<OptionsOf<'deduplicate'>> & { readonly ttlMs?: number } = {},
): HarnessSubject {
  const { ttlMs, ...settings } = options;
  return {
    inputs: [INPUT],
    output: INPUT,
    ...(ttlMs === undefined ? {} : { stateTtlMs: ttlMs }),
    create: () =>
      deduplicateFactory.create(
        { kind: 'deduplicate', keys: [0], keep, time, timeColumn: 2, updateBefore: true, retract: false, ...settings },
        {
          inputs: [INPUT],
          inputChangelogs: [CHANGELOG],
          output: INPUT,
          changelog: CHANGELOG,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

describe('deduplicate', () => {
  it('keep-first by event time waits for the watermark and sends the row with the smallest time', () => {
    expect(
      runHarness(subject('first', 'rowtime'), '+I a 1 5\n+I a 2 3\n+I b 3 9\nW 5\n+I a 4 7\n+I b 5 4\nW 9'),
    ).toEqual({
      output: ['+I[a, 2, 3]', 'W[5]', '+I[b, 3, 9]', 'W[9]'],
      state: ['rows: [a] -> [a, 2, 3]', 'rows: [b] -> [b, 3, 9]'],
      lateRowCount: 1,
    });
  });

  it('keep-last by event time replaces by the same time or a later one', () => {
    const last = subject('last', 'rowtime');
    expect(runHarness(last, '+I a 1 5\n+I a 2 5\n+I a 3 4\n+I a 4 6').output).toEqual([
      '+I[a, 1, 5]',
      '-U[a, 1, 5]',
      '+U[a, 2, 5]',
      '-U[a, 2, 5]',
      '+U[a, 4, 6]',
    ]);
  });

  it('keep-first by processing time sends the first arrival of a key', () => {
    expect(runHarness(subject('first', 'proctime'), '+I a 1 9\n+I a 2 1\n+I null 3 0\n+I null 4 0').output).toEqual([
      '+I[a, 1, 9]',
      '+I[null, 3, 0]',
    ]);
  });

  it('keep-last by processing time is silent about an equal row, and leaves out -U when nobody needs it', () => {
    const last = subject('last', 'proctime', { updateBefore: false });
    expect(runHarness(last, '+I a 1 9\n+I a 1 9\n+I a 2 9').output).toEqual(['+I[a, 1, 9]', '+U[a, 2, 9]']);
  });

  it('forgets a key whose state has expired', () => {
    const first = subject('first', 'proctime', { ttlMs: 100 });
    expect(runHarness(first, '+I a 1 0\nT 50\n+I a 2 0\nT 200\n+I a 3 0').output).toEqual([
      '+I[a, 1, 0]',
      '+I[a, 3, 0]',
    ]);
  });
});
