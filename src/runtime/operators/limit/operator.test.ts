/** LIMIT and OFFSET without an order. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { columns, INT, subjectOf, TEXT } from '../test-shapes.ts';
import { limitFactory } from './operator.ts';

const INPUT = columns({ k: TEXT, v: INT });
const limit = (offset: number, count: number | null, retract: boolean): HarnessSubject =>
  subjectOf(limitFactory, { kind: 'limit', offset, limit: count, retract }, [INPUT], INPUT);

describe('limit', () => {
  it('passes the rows of its range and counts the others', () => {
    expect(runHarness(limit(1, 2, false), '+I a 1\n+I b 2\n+I c 3\n+I d 4')).toEqual({
      output: ['+I[b, 2]', '+I[c, 3]'],
      state: ['count: [] -> [4]'],
      lateRowCount: 0,
    });
  });

  it('passes everything behind the offset when there is no limit', () => {
    expect(runHarness(limit(2, null, false), '+I a 1\n+I b 2\n+I c 3\n+I d 4').output).toEqual([
      '+I[c, 3]',
      '+I[d, 4]',
    ]);
  });

  it('moves the next row in when one of the range is taken back', () => {
    expect(runHarness(limit(0, 2, true), '+I a 1\n+I b 2\n+I c 3\n-D a 1\n-D x 9\n-D c 3')).toEqual({
      output: ['+I[a, 1]', '+I[b, 2]', '-D[a, 1]', '+I[c, 3]', '-D[c, 3]'],
      state: ['count: [] -> [1]', 'rows: [] -> [b, 2]'],
      lateRowCount: 0,
    });
  });

  it('shifts the whole range when a row before it is taken back', () => {
    expect(runHarness(limit(1, 1, true), '+I a 1\n+I b 2\n+I c 3\n-D a 1').output).toEqual([
      '+I[b, 2]',
      '-D[b, 2]',
      '+I[c, 3]',
    ]);
  });

  it('passes nothing when the limit is zero', () => {
    expect(runHarness(limit(0, 0, false), '+I a 1').output).toEqual([]);
  });
});
