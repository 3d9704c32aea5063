/** The group aggregate alone, row by row. */
import { describe, expect, it } from 'vitest';
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { AggregateCall } from '../../sql/2-bind/bound-expr.ts';
import { aggregateFunction } from '../../sql/functions/registry.ts';
import { noUserCode } from '../test-shapes.ts';
import { groupAggregateFactory } from './operator.ts';

const INPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'v', type: { kind: 'INT', nullable: true } },
];
const BIGINT = { kind: 'BIGINT', nullable: false } as const;
const INT = { kind: 'INT', nullable: true } as const;
const OUTPUT: Schema = [
  { name: 'k', type: { kind: 'VARCHAR', nullable: true, length: 10 } },
  { name: 'c', type: BIGINT },
  { name: 's', type: INT },
];
const CALLS: readonly AggregateCall[] = [
  {
    fn: present(aggregateFunction('COUNT'), 'COUNT'),
    args: [],
    argTypes: [],
    distinct: false,
    type: BIGINT,
    name: 'c',
  },
  { fn: present(aggregateFunction('SUM'), 'SUM'), args: [1], argTypes: [INT], distinct: false, type: INT, name: 's' },
];
const CHANGELOG = { kinds: { insert: true, update: true, delete: true }, updates: 'before-and-after' } as const;

function subject(
  options: {
    readonly retract?: boolean;
    readonly updateBefore?: boolean;
    readonly batch?: boolean;
    readonly global?: boolean;
  } = {},
): HarnessSubject {
  const output = options.global === true ? OUTPUT.slice(1) : OUTPUT;
  return {
    inputs: [INPUT],
    output,
    create: () =>
      groupAggregateFactory.create(
        {
          kind: 'group-aggregate',
          keys: options.global === true ? [] : [0],
          calls: CALLS,
          retract: options.retract ?? true,
          updateBefore: options.updateBefore ?? true,
          batch: options.batch ?? false,
        },
        {
          inputs: [INPUT],
          inputChangelogs: [CHANGELOG],
          output,
          changelog: CHANGELOG,
          timeZone: 'UTC',
          userCode: noUserCode,
        },
      ),
  };
}

describe('group aggregate', () => {
  it('sends the first row of a key as +I and corrects it with -U and +U', () => {
    expect(runHarness(subject(), '+I a 1\n+I b 5\n+I a 2')).toEqual({
      output: ['+I[a, 1, 1]', '+I[b, 1, 5]', '-U[a, 1, 1]', '+U[a, 2, 3]'],
      state: ['groups: [a] -> [2, 3, 2]', 'groups: [b] -> [1, 5, 1]'],
      lateRowCount: 0,
    });
  });

  it('forgets a key whose last row was taken back, so that an update of a lone row is -D and +I', () => {
    expect(runHarness(subject(), '+I a 1\n-U a 1\n+U a 2\n-D b 9')).toEqual({
      output: ['+I[a, 1, 1]', '-D[a, 1, 1]', '+I[a, 1, 2]'],
      state: ['groups: [a] -> [1, 2, 1]'],
      lateRowCount: 0,
    });
  });

  it('sends nothing when the result is the same, and no -U when nobody needs it', () => {
    const max = subject({ updateBefore: false, retract: false });
    expect(runHarness(max, '+I a 1\n+I a null').output).toEqual(['+I[a, 1, 1]', '+U[a, 2, 1]']);
  });

  it('sends an unchanged result again when state can expire', () => {
    const ttl = { ...subject({ retract: false }), stateTtlMs: 1000 };
    expect(runHarness(ttl, '+I a 1\nT 500\n+I a 2\nT 2000\n+I a 3').output).toEqual([
      '+I[a, 1, 1]',
      '-U[a, 1, 1]',
      '+U[a, 2, 3]',
      '+I[a, 1, 3]',
    ]);
  });

  it('keeps NULL as one group', () => {
    expect(runHarness(subject(), '+I null 1\n+I null 2').output).toEqual([
      '+I[null, 1, 1]',
      '-U[null, 1, 1]',
      '+U[null, 2, 3]',
    ]);
  });

  it('gives one row for an empty input in batch mode only', () => {
    expect(runHarness(subject({ global: true }), 'END').output).toEqual(['W[Infinity]']);
    expect(runHarness(subject({ global: true, batch: true }), 'END').output).toEqual(['W[Infinity]', '+I[0, null]']);
  });
});
