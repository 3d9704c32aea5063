/** The temporal join alone, row by row. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import { noUserCode } from '../test-shapes.ts';
import { temporalJoinFactory } from './operator.ts';

const LEFT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'id', type: { kind: 'INT', nullable: true } },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
];
const RIGHT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'rate', type: { kind: 'INT', nullable: true } },
  { name: 't', type: { kind: 'BIGINT', nullable: true } },
];
const CHANGELOG = { kinds: { insert: true, update: true, delete: true }, updates: 'before-and-after' } as const;

function subject(type: 'inner' | 'left'): HarnessSubject {
  const output = [...LEFT, ...RIGHT];
  return {
    inputs: [LEFT, RIGHT],
    inputNames: ['left', 'right'],
    output,
    create: () =>
      temporalJoinFactory.create(
        {
          kind: 'temporal-join',
          type,
          keys: [{ left: 0, right: 0, nullSafe: false }],
          leftTime: 2,
          rightTime: 2,
          rightKey: [0],
          attribute: 'rowtime',
        },
        {
          inputs: [LEFT, RIGHT],
          inputChangelogs: [CHANGELOG, CHANGELOG],
          output,
          changelog: CHANGELOG,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

const SCRIPT = `
  right: +I eur 100 10
  right: +U eur 110 20
  left: +I eur 1 5
  left: +I eur 2 19
  left: +I usd 3 19
  left: +I null 4 19
  right: W 25
  left: +I eur 5 40
  left: W 25
  right: -D eur 110 30
  left: +I eur 6 29
  W 50`;

describe('temporal join', () => {
  it('joins with the version that was valid, once both watermarks have come, in order of arrival', () => {
    expect(runHarness(subject('inner'), SCRIPT)).toEqual({
      output: ['+I[eur, 2, 19, eur, 100, 10]', 'W[25]', '+I[eur, 6, 29, eur, 110, 20]', 'W[50]'],
      state: ['versions: [eur] -> [eur, 110, 30]'],
      lateRowCount: 0,
    });
  });

  it('pads a row without a version, before the first, after a delete and for a NULL key', () => {
    expect(runHarness(subject('left'), SCRIPT).output).toEqual([
      '+I[eur, 1, 5, null, null, null]',
      '+I[eur, 2, 19, eur, 100, 10]',
      '+I[usd, 3, 19, null, null, null]',
      '+I[null, 4, 19, null, null, null]',
      'W[25]',
      '+I[eur, 5, 40, null, null, null]',
      '+I[eur, 6, 29, eur, 110, 20]',
      'W[50]',
    ]);
  });

  it('lets the last of several versions with one time count, and keeps the kind of left rows', () => {
    const script = 'right: +I eur 1 10\nright: +U eur 2 10\nleft: +I eur 1 10\nleft: -D eur 1 10\nW 10';
    expect(runHarness(subject('inner'), script).output).toEqual([
      '+I[eur, 1, 10, eur, 2, 10]',
      '-D[eur, 1, 10, eur, 2, 10]',
      'W[10]',
    ]);
  });
});
