/** UNNEST alone. Arrays are made from a text by SPLIT, since the harness reads plain values. */
import { describe, expect, it } from 'vitest';
import { present } from '../../base/assert.ts';
import type { Schema } from '../../data/logical-type.ts';
import { arrayType, stringType } from '../../data/type-rules.ts';
import { type HarnessSubject, runHarness } from '../../engine/test-harness.ts';
import type { BoundExpr } from '../../sql/2-bind/bound-expr.ts';
import { callOf, inputRef, literal } from '../../sql/2-bind/expr-tools.ts';
import type { OptionsOf } from '../../sql/3-plan/physical-options.ts';
import { scalarFunction } from '../../sql/functions/registry.ts';
import { noUserCode } from '../test-shapes.ts';
import { correlateFactory } from './operator.ts';

const INPUT: Schema = [
  { name: 'id', type: { kind: 'INT', nullable: true } },
  { name: 'tags', type: stringType() },
];
const CHANGELOG = { kinds: { insert: true, update: true, delete: true }, updates: 'before-and-after' } as const;
const TAGS: BoundExpr = callOf(
  present(scalarFunction('SPLIT'), 'SPLIT').name,
  [inputRef(1, stringType()), literal(';', stringType(false))],
  arrayType(stringType(), true),
);

function subject(
  options: { readonly type: 'inner' | 'left'; readonly withOrdinality?: boolean } & Pick<
    Partial<OptionsOf<'correlate'>>,
    'condition'
  >,
): HarnessSubject {
  const { type, withOrdinality = false, condition } = options;
  const rightTypes = withOrdinality ? [stringType(), { kind: 'INT', nullable: true } as const] : [stringType()];
  const output: Schema = [...INPUT, ...rightTypes.map((each, index) => ({ name: `e${index}`, type: each }))];
  return {
    inputs: [INPUT],
    output,
    create: () =>
      correlateFactory.create(
        {
          kind: 'correlate',
          type,
          call: { kind: 'unnest', operand: TAGS, withOrdinality },
          rightTypes,
          ...(condition === undefined ? {} : { condition }),
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

describe('unnest', () => {
  it('sends a row for each element, with the kind of its row', () => {
    expect(runHarness(subject({ type: 'inner' }), '+I 1 a;b\n-D 1 a;b\n+I 2 null\n+U 3 c').output).toEqual([
      '+I[1, a;b, a]',
      '+I[1, a;b, b]',
      '-D[1, a;b, a]',
      '-D[1, a;b, b]',
      '+U[3, c, c]',
    ]);
  });

  it('pads a row without elements in a left join', () => {
    expect(runHarness(subject({ type: 'left' }), '+I 1 a\n+I 2 null').output).toEqual([
      '+I[1, a, a]',
      '+I[2, null, null]',
    ]);
  });

  it('numbers elements from 1', () => {
    expect(runHarness(subject({ type: 'inner', withOrdinality: true }), '+I 1 a;b').output).toEqual([
      '+I[1, a;b, a, 1]',
      '+I[1, a;b, b, 2]',
    ]);
  });

  it('keeps the elements for which a condition holds, and pads when there is none', () => {
    const condition = callOf('=', [inputRef(2, stringType()), literal('b', stringType(false))], {
      kind: 'BOOLEAN',
      nullable: true,
    });
    expect(runHarness(subject({ type: 'left', condition }), '+I 1 a;b\n+I 2 c').output).toEqual([
      '+I[1, a;b, b]',
      '+I[2, c, null]',
    ]);
  });
});
