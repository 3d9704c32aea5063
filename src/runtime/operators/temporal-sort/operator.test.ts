/** The sort by time alone, row by row. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { noUserCode } from '../test-shapes.ts';
import { temporalSortFactory } from './operator.ts';

const INPUT: Schema = [
  { name: 'v', type: { kind: 'INT', nullable: true } },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
];
const INSERTS = { kinds: { insert: true, update: false, delete: false }, updates: 'none' } as const;

function subject(attribute: 'rowtime' | 'proctime', further: boolean): HarnessSubject {
  const time = { index: 1, descending: false, nullsFirst: true };
  const orderBy = further ? [time, { index: 0, descending: true, nullsFirst: false }] : [time];
  return {
    inputs: [INPUT],
    output: INPUT,
    create: () =>
      temporalSortFactory.create(
        { kind: 'temporal-sort', timeColumn: 1, attribute, orderBy },
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

describe('sort by time', () => {
  it('lets rows go in order of time when the watermark reaches them', () => {
    expect(runHarness(subject('rowtime', false), '+I 1 30\n+I 2 10\n+I 3 10\nW 10\nW 40')).toEqual({
      output: ['+I[2, 10]', '+I[3, 10]', 'W[10]', '+I[1, 30]', 'W[40]'],
      state: ['progress: [] -> [1970-01-01 00:00:00.030]'],
      lateRowCount: 0,
    });
  });

  it('drops a row that is not after the last one that left, though one from before the watermark may pass', () => {
    const script = '+I 1 10\n+I 2 50\nW 40\n+I 3 20\n+I 4 10\nW 60';
    const { output, lateRowCount } = runHarness(subject('rowtime', false), script);
    expect({ output, lateRowCount }).toEqual({
      output: ['+I[1, 10]', 'W[40]', '+I[3, 20]', '+I[2, 50]', 'W[60]'],
      lateRowCount: 1,
    });
  });

  it('orders rows of one time by the further columns', () => {
    expect(runHarness(subject('rowtime', true), '+I 1 10\n+I 3 10\n+I null 10\n+I 2 10\nW 10').output).toEqual([
      '+I[3, 10]',
      '+I[2, 10]',
      '+I[1, 10]',
      '+I[null, 10]',
      'W[10]',
    ]);
  });

  it('passes rows of processing time through, or sorts them within their millisecond', () => {
    expect(runHarness(subject('proctime', false), '+I 1 0\n+I 2 0').output).toEqual(['+I[1, 0]', '+I[2, 0]']);
    expect(runHarness(subject('proctime', true), 'T 5\n+I 1 0\n+I 2 0\nT 6\n+I 9 0\nT 7').output).toEqual([
      '+I[2, 0]',
      '+I[1, 0]',
      '+I[9, 0]',
    ]);
  });
});
