/** Watermarks from a column. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { bindCall, column, literalOf } from '../../sql/4-codegen/test-exprs.ts';
import { columns, INT, subjectOf, TIME } from '../test-shapes.ts';
import { watermarkAssignerFactory } from './operator.ts';

const INPUT = columns({ ts: TIME, v: INT });

function assigner(options: { readonly intervalMs?: number; readonly idleTimeoutMs?: number } = {}): HarnessSubject {
  const delay = literalOf(5, {
    kind: 'INTERVAL_DAY_TIME',
    nullable: false,
    unit: 'SECOND',
    precision: 2,
    fraction: 3,
  });
  const expr = bindCall('-', column(INPUT, 'ts'), delay);
  const settings = {
    kind: 'watermark-assigner',
    column: 0,
    expr,
    intervalMs: 0,
    idleTimeoutMs: 0,
    ...options,
  } as const;
  return subjectOf(watermarkAssignerFactory, settings, [INPUT], INPUT);
}

describe('watermark assigner', () => {
  it('sends a watermark behind every row that raises it, and never a lower one', () => {
    expect(runHarness(assigner(), '+I 10 1\n+I 30 2\n+I 20 3\n+I 31 4')).toEqual({
      output: [
        '+I[1970-01-01 00:00:00.010, 1]',
        'W[5]',
        '+I[1970-01-01 00:00:00.030, 2]',
        'W[25]',
        '+I[1970-01-01 00:00:00.020, 3]',
        '+I[1970-01-01 00:00:00.031, 4]',
        'W[26]',
      ],
      state: ['watermark: [] -> [1970-01-01 00:00:00.026, 1970-01-01 00:00:00.026]'],
      lateRowCount: 0,
    });
  });

  it('starts at 1970: earlier rows raise nothing', () => {
    expect(runHarness(assigner(), '+I -100 1\n+I 5 2\n+I 6 3').output.filter((line) => line.startsWith('W'))).toEqual([
      'W[1]',
    ]);
  });

  it('does not pass on watermarks from upstream, except the last', () => {
    expect(runHarness(assigner(), 'W 1000\n+I 10 1\nEND').output.filter((line) => line.startsWith('W'))).toEqual([
      'W[5]',
      'W[Infinity]',
    ]);
  });

  it('with an interval, waits for a rise beyond it or for the clock', () => {
    const output = runHarness(assigner({ intervalMs: 200 }), '+I 105 1\n+I 205 2\n+I 206 3\n+I 210 4\nT 200').output;
    expect(output.filter((line) => line.startsWith('W'))).toEqual(['W[201]', 'W[205]']);
  });

  it('fails on a row without a time, in the words of Flink', () => {
    expect(() => runHarness(assigner(), '+I null 1')).toThrow('RowTime field should not be null');
  });
});
