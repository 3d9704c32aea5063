/** The window deduplication alone, row by row. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { noUserCode } from '../test-shapes.ts';
import { windowDeduplicateFactory } from './operator.ts';

const INPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: { kind: 'INT', nullable: true } },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
  { name: 'window_end', type: { kind: 'BIGINT', nullable: true } },
];
const INSERTS = { kinds: { insert: true, update: false, delete: false }, updates: 'none' } as const;

function subject(keep: 'first' | 'last'): HarnessSubject {
  return {
    inputs: [INPUT],
    output: INPUT,
    create: () =>
      windowDeduplicateFactory.create(
        { kind: 'window-deduplicate', keys: [0], keep, timeColumn: 2, windowEnd: 3, local: false },
        {
          inputs: [INPUT],
          inputChangelogs: [INSERTS],
          output: INPUT,
          changelog: INSERTS,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

const ROWS = '+I a 1 3 10\n+I b 9 1 10\n+I a 2 3 10\n+I a 3 1 10\n+I a 4 1 10\n+I a 5 12 20\nW 9\n+I a 6 2 10';

describe('window deduplication', () => {
  it('keeps the earliest row of each key and window, the first that came of equal ones', () => {
    expect(runHarness(subject('first'), ROWS)).toEqual({
      output: ['+I[a, 3, 1, 10]', '+I[b, 9, 1, 10]', 'W[9]'],
      state: ['rows: [a, 1970-01-01 00:00:00.020] -> [a, 5, 12, 20]'],
      lateRowCount: 1,
    });
  });

  it('keeps the latest row, the last that came of equal ones', () => {
    expect(runHarness(subject('last'), ROWS).output).toEqual(['+I[a, 2, 3, 10]', '+I[b, 9, 1, 10]', 'W[9]']);
  });
});
