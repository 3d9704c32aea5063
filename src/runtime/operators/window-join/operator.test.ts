/** The window join alone, row by row. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { noUserCode } from '../test-shapes.ts';
import { windowJoinFactory } from './operator.ts';

const SIDE: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: { kind: 'INT', nullable: true } },
  { name: 'window_start', type: { kind: 'BIGINT', nullable: true } },
  { name: 'window_end', type: { kind: 'BIGINT', nullable: true } },
];
const INSERTS = { kinds: { insert: true, update: false, delete: false }, updates: 'none' } as const;

function subject(type: OptionsOf<'window-join'>['type'], nullSafe = false): HarnessSubject {
  const output = type === 'semi' || type === 'anti' ? SIDE : [...SIDE, ...SIDE];
  return {
    inputs: [SIDE, SIDE],
    inputNames: ['left', 'right'],
    output,
    create: () =>
      windowJoinFactory.create(
        {
          kind: 'window-join',
          type,
          keys: [{ left: 0, right: 0, nullSafe }],
          leftWindowStart: 2,
          leftWindowEnd: 3,
          rightWindowStart: 2,
          rightWindowEnd: 3,
          local: false,
        },
        {
          inputs: [SIDE, SIDE],
          inputChangelogs: [INSERTS, INSERTS],
          output,
          changelog: INSERTS,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

const ROWS = `
  left: +I a 1 0 10
  right: +I a 2 0 10
  right: +I b 3 0 10
  left: +I c 4 0 10
  left: +I null 5 0 10
  right: +I null 6 0 10
  left: +I a 7 10 20
  W 9
  right: +I a 8 0 10`;

describe('window join', () => {
  it('joins a window when the watermark of both inputs has passed it, and drops what comes later', () => {
    expect(runHarness(subject('inner'), ROWS)).toEqual({
      output: ['+I[a, 1, 0, 10, a, 2, 0, 10]', 'W[9]'],
      state: ['left: [a, 1970-01-01 00:00:00.020] -> [a, 7, 10, 20]'],
      lateRowCount: 1,
    });
  });

  it('pads outer rows at the end of the window', () => {
    expect(runHarness(subject('full'), ROWS).output).toEqual([
      '+I[a, 1, 0, 10, a, 2, 0, 10]',
      '+I[null, null, null, null, b, 3, 0, 10]',
      '+I[c, 4, 0, 10, null, null, null, null]',
      '+I[null, 5, 0, 10, null, null, null, null]',
      '+I[null, null, null, null, null, 6, 0, 10]',
      'W[9]',
    ]);
    expect(runHarness(subject('right'), ROWS).output).toEqual([
      '+I[a, 1, 0, 10, a, 2, 0, 10]',
      '+I[null, null, null, null, b, 3, 0, 10]',
      '+I[null, null, null, null, null, 6, 0, 10]',
      'W[9]',
    ]);
  });

  it('sends the left rows that have, or have not, a partner', () => {
    expect(runHarness(subject('semi'), ROWS).output).toEqual(['+I[a, 1, 0, 10]', 'W[9]']);
    expect(runHarness(subject('anti'), ROWS).output).toEqual(['+I[c, 4, 0, 10]', '+I[null, 5, 0, 10]', 'W[9]']);
  });

  it('matches NULL keys only where they are null-safe', () => {
    expect(runHarness(subject('inner', true), ROWS).output).toEqual([
      '+I[a, 1, 0, 10, a, 2, 0, 10]',
      '+I[null, 5, 0, 10, null, 6, 0, 10]',
      'W[9]',
    ]);
  });
});
