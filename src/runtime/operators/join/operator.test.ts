/** The regular join, row by row. */
import { describe, expect, it } from 'vitest';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { JoinUniqueness, OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { bindCall, column } from '../../sql/4-codegen/test-exprs.ts';
import { columns, INT, subjectOf, TEXT } from '../test-shapes.ts';
import { joinFactory } from './operator.ts';

const LEFT = columns({ lk: TEXT, lv: INT });
const RIGHT = columns({ rk: TEXT, rv: INT });
const NONE: JoinUniqueness = { kind: 'none' };

function join(type: OptionsOf<'join'>['type'], more: Partial<OptionsOf<'join'>> = {}): HarnessSubject {
  const options: OptionsOf<'join'> = {
    kind: 'join',
    type,
    keys: [{ left: 0, right: 0, nullSafe: false }],
    leftUnique: NONE,
    rightUnique: NONE,
    leftTypes: LEFT.map((field) => field.type),
    rightTypes: RIGHT.map((field) => field.type),
    batch: false,
    ...more,
  };
  const output = type === 'semi' || type === 'anti' ? LEFT : [...LEFT, ...RIGHT];
  return { ...subjectOf(joinFactory, options, [LEFT, RIGHT], output), inputNames: ['l', 'r'] };
}

const output = (subject: HarnessSubject, script: string): readonly string[] => runHarness(subject, script).output;

describe('inner join', () => {
  it('meets every row of the other side that came before', () => {
    expect(runHarness(join('inner'), 'l: +I a 1\nr: +I a 10\nr: +I b 20\nl: +I a 2\nr: +I a 30')).toEqual({
      output: ['+I[a, 1, a, 10]', '+I[a, 2, a, 10]', '+I[a, 1, a, 30]', '+I[a, 2, a, 30]'],
      state: [
        'left: [a] -> [a, 1, 1]',
        'left: [a] -> [a, 2, 1]',
        'right: [a] -> [a, 10, 1]',
        'right: [a] -> [a, 30, 1]',
        'right: [b] -> [b, 20, 1]',
      ],
      lateRowCount: 0,
    });
  });

  it('takes back what a row gave, with the kind of the change, without asking whether it was there', () => {
    expect(output(join('inner'), 'l: +I a 1\nr: +I a 10\nl: -U a 1\nl: +U a 2\nr: -D a 10\nr: -D a 10')).toEqual([
      '+I[a, 1, a, 10]',
      '-U[a, 1, a, 10]',
      '+U[a, 2, a, 10]',
      '-D[a, 2, a, 10]',
      '-D[a, 2, a, 10]',
    ]);
  });

  it('counts equal rows separately', () => {
    expect(output(join('inner'), 'l: +I a 1\nl: +I a 1\nr: +I a 10\nl: -D a 1')).toEqual([
      '+I[a, 1, a, 10]',
      '+I[a, 1, a, 10]',
      '-D[a, 1, a, 10]',
    ]);
  });

  it('matches NULL keys with nothing, unless they are null-safe', () => {
    const script = 'l: +I null 1\nr: +I null 10';
    const safe = join('inner', { keys: [{ left: 0, right: 0, nullSafe: true }] });
    expect([output(join('inner'), script), output(safe, script)]).toEqual([[], ['+I[null, 1, null, 10]']]);
  });

  it('asks the rest of the condition for each pair; NULL is no match', () => {
    const both = [...LEFT, ...RIGHT];
    const residual = bindCall('<', column(both, 'lv'), column(both, 'rv'));
    expect(output(join('inner', { residual }), 'l: +I a 5\nr: +I a 4\nr: +I a 6\nr: +I a null')).toEqual([
      '+I[a, 5, a, 6]',
    ]);
  });

  it('joins each row with each when there is no key', () => {
    expect(output(join('inner', { keys: [] }), 'l: +I a 1\nl: +I b 2\nr: +I x 3')).toEqual([
      '+I[a, 1, x, 3]',
      '+I[b, 2, x, 3]',
    ]);
  });

  it('lets the new version of a unique row take the place of the old', () => {
    const unique = join('inner', { rightUnique: { kind: 'join-key' } });
    expect(runHarness(unique, 'r: +I a 10\nr: +U a 20\nl: +I a 1').output).toEqual(['+I[a, 1, a, 20]']);
  });

  it('forgets rows after the time to live', () => {
    const subject = { ...join('inner'), stateTtlMs: 100 };
    expect(output(subject, 'l: +I a 1\nT 100\nr: +I a 10\nl: +I a 2')).toEqual(['+I[a, 2, a, 10]']);
  });
});

describe('outer joins', () => {
  it('left: pads a lone row, takes the padding back with the first partner and brings it again', () => {
    expect(output(join('left'), 'l: +I a 1\nr: +I a 10\nr: +I a 20\nr: -D a 10\nr: -D a 20')).toEqual([
      '+I[a, 1, null, null]',
      '-D[a, 1, null, null]',
      '+I[a, 1, a, 10]',
      '+I[a, 1, a, 20]',
      '-D[a, 1, a, 10]',
      '-D[a, 1, a, 20]',
      '+I[a, 1, null, null]',
    ]);
  });

  it('left: shows with each left row how many partners it has', () => {
    expect(runHarness(join('left'), 'l: +I a 1\nl: +I b 2\nr: +I a 10\nr: +I a 20').state).toEqual([
      'left: [a] -> [a, 1, 1, 2]',
      'left: [b] -> [b, 2, 1, 0]',
      'right: [a] -> [a, 10, 1]',
      'right: [a] -> [a, 20, 1]',
    ]);
  });

  it('left: pads rows with a NULL key, and takes the padding back with them', () => {
    expect(output(join('left'), 'l: +I null 1\nr: +I null 9\nl: -D null 1')).toEqual([
      '+I[null, 1, null, null]',
      '-D[null, 1, null, null]',
    ]);
  });

  it('right: the same from the other side', () => {
    expect(output(join('right'), 'r: +I a 10\nl: +I a 1\nl: -D a 1')).toEqual([
      '+I[null, null, a, 10]',
      '-D[null, null, a, 10]',
      '+I[a, 1, a, 10]',
      '-D[a, 1, a, 10]',
      '+I[null, null, a, 10]',
    ]);
  });

  it('full: pads both sides', () => {
    expect(output(join('full'), 'l: +I a 1\nr: +I b 2\nr: +I a 3\nl: -D a 1')).toEqual([
      '+I[a, 1, null, null]',
      '+I[null, null, b, 2]',
      '-D[a, 1, null, null]',
      '+I[a, 1, a, 3]',
      '-D[a, 1, a, 3]',
      '+I[null, null, a, 3]',
    ]);
  });
});

describe('semi and anti join', () => {
  it('semi: sends a left row while it has a partner', () => {
    expect(output(join('semi'), 'l: +I a 1\nr: +I a 10\nr: +I a 20\nl: +I a 2\nr: -D a 10\nr: -D a 20')).toEqual([
      '+I[a, 1]',
      '+I[a, 2]',
      '-D[a, 1]',
      '-D[a, 2]',
    ]);
  });

  it('anti: sends a left row while it has none, NULL keys always', () => {
    expect(output(join('anti'), 'l: +I a 1\nl: +I null 2\nr: +I a 10\nr: -D a 10\nl: -D a 1')).toEqual([
      '+I[a, 1]',
      '+I[null, 2]',
      '-D[a, 1]',
      '+I[a, 1]',
      '-D[a, 1]',
    ]);
  });
});
