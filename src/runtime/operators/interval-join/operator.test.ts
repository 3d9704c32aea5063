/** The interval join alone, row by row. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { noUserCode } from '../test-shapes.ts';
import { intervalJoinFactory } from './operator.ts';

const SIDE: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
];
const INSERTS = { kinds: { insert: true, update: false, delete: false }, updates: 'none' } as const;

/** Right rows from 0 to 10 ms after the left row. */
function subject(type: OptionsOf<'interval-join'>['type']): HarnessSubject {
  const output = [...SIDE, ...SIDE];
  return {
    inputs: [SIDE, SIDE],
    inputNames: ['left', 'right'],
    output,
    create: () =>
      intervalJoinFactory.create(
        {
          kind: 'interval-join',
          type,
          keys: [{ left: 0, right: 0, nullSafe: false }],
          leftTime: 1,
          rightTime: 1,
          attribute: 'rowtime',
          lowerMs: -10,
          upperMs: 0,
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

const rows = ({ output }: { readonly output: readonly string[] }): readonly string[] =>
  output.filter((line) => !line.startsWith('W'));

describe('interval join', () => {
  it('joins within the interval, both ends included, whichever side comes first', () => {
    const script = 'right: +I a 100\nleft: +I a 100\nleft: +I a 90\nleft: +I a 89\nright: +I a 99\nright: +I b 95';
    expect(rows(runHarness(subject('inner'), script))).toEqual([
      '+I[a, 100, a, 100]',
      '+I[a, 90, a, 100]',
      '+I[a, 90, a, 99]',
      '+I[a, 89, a, 99]',
    ]);
  });

  it('pads an outer row once no partner can come any more, and forgets it', () => {
    const { output, state } = runHarness(subject('full'), 'left: +I a 100\nright: +I b 100\nleft: +I null 100\nW 200');
    expect({ rows: rows({ output }), state }).toEqual({
      rows: ['+I[null, null, b, 100]', '+I[a, 100, null, null]', '+I[null, 100, null, null]'],
      state: [],
    });
  });

  it('pads a late left row at once, when its partners’ time is over', () => {
    const script = 'left: +I a 100\nW 150\nleft: +I a 120\nleft: +I a 145\nright: +I a 146\nW 200';
    expect(rows(runHarness(subject('left'), script))).toEqual([
      '+I[a, 100, null, null]',
      '+I[a, 120, null, null]',
      '+I[a, 145, a, 146]',
    ]);
  });

  it('holds watermarks back by the widest bound', () => {
    expect(runHarness(subject('inner'), 'W 100').output).toEqual(['W[90]']);
  });
});
