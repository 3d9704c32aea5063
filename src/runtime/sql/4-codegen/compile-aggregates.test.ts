/** Generated aggregate handlers: results while rows come and go, snapshots, merging. */
import { describe, expect, test } from 'vitest';
import { present } from '../../base/assert.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { booleanType, decimalType, doubleType, intType, stringType } from '../../data/type-rules.ts';
import type { Row, Value } from '../../data/value.ts';
import type { AggregateCall } from '../2-bind/bound-expr.ts';
import type { EvalContext } from '../functions/function.ts';
import { aggregateFunction } from '../functions/registry.ts';
import { compileAggregates } from './compile-aggregates.ts';

const cx: EvalContext = {
  currentTimeMs: () => 0,
  queryStartMs: 0,
  random: () => 0.5,
  currentWatermarkMs: () => null,
  timeZone: 'UTC',
};

function call(name: string, types: readonly LogicalType[], options: Partial<AggregateCall> = {}): AggregateCall {
  const fn = present(aggregateFunction(name), name);
  const resolved = fn.resolve(types.map((type) => ({ type })));
  if ('message' in resolved) throw new Error(resolved.message);
  return {
    fn,
    args: types.map((_, i) => i),
    argTypes: resolved.argTypes,
    distinct: false,
    type: resolved.type,
    name: 'x',
    ...options,
  };
}

/** Results after each change: `+` adds the value, `-` takes it back. */
function run(aggregate: AggregateCall, type: LogicalType, changes: readonly (readonly ['+' | '-', Value])[]): Value[] {
  const schema: Schema = [{ name: 'x', type }];
  const handler = compileAggregates([aggregate], schema, { retract: changes.some(([kind]) => kind === '-') });
  const acc = handler.create();
  return changes.map(([kind, value]) => {
    if (kind === '+') handler.accumulate(acc, [value], cx);
    else handler.retract(acc, [value], cx);
    // A snapshot in the middle must change nothing.
    expect(handler.values(handler.decode(handler.encode(acc)))).toEqual(handler.values(acc));
    return handler.values(acc)[0] ?? null;
  });
}

const plus = (...values: Value[]): (readonly ['+', Value])[] => values.map((v) => ['+', v] as const);

describe('aggregates', () => {
  test.each<[string, AggregateCall, LogicalType, readonly (readonly ['+' | '-', Value])[], Value[]]>([
    ['COUNT skips NULL', call('COUNT', [intType()]), intType(), plus(1, null, 2), [1, 1, 2]],
    ['SUM of INT wraps', call('SUM', [intType()]), intType(), plus(2147483647, 1), [2147483647, -2147483648]],
    ['SUM of nothing is NULL', call('SUM', [intType()]), intType(), plus(null), [null]],
    [
      'SUM is NULL again when all is taken back',
      call('SUM', [intType()]),
      intType(),
      [
        ['+', 3],
        ['+', null],
        ['-', 3],
      ],
      [3, 3, null],
    ],
    [
      'SUM of DECIMAL keeps the scale',
      call('SUM', [decimalType(10, 2)]),
      decimalType(10, 2),
      plus(110, 205),
      [110, 315],
    ],
    ['AVG of INT is cut', call('AVG', [intType()]), intType(), plus(1, 2), [1, 1]],
    ['AVG of INT adds in 64 bits', call('AVG', [intType()]), intType(), plus(2147483647, 1), [2147483647, 1073741824]],
    [
      'AVG of DECIMAL has six digits',
      call('AVG', [decimalType(10, 2)]),
      decimalType(10, 2),
      plus(125, 230),
      [1250000, 1775000],
    ],
    [
      'MAX falls back to the next value',
      call('MAX', [intType()]),
      intType(),
      [
        ['+', 3],
        ['+', 5],
        ['-', 5],
        ['-', 3],
      ],
      [3, 5, 3, null],
    ],
    [
      'MIN counts equal values',
      call('MIN', [intType()]),
      intType(),
      [
        ['+', 1],
        ['+', 1],
        ['+', 2],
        ['-', 1],
        ['-', 1],
      ],
      [1, 1, 1, 1, 2],
    ],
    [
      'MIN of strings orders by code point',
      call('MIN', [stringType()]),
      stringType(),
      plus('b', 'B', '😀'),
      ['b', 'B', 'B'],
    ],
    ['FIRST_VALUE skips NULL', call('FIRST_VALUE', [intType()]), intType(), plus(null, 2, 3), [null, 2, 2]],
    [
      'LAST_VALUE goes back',
      call('LAST_VALUE', [intType()]),
      intType(),
      [
        ['+', 1],
        ['+', 2],
        ['-', 2],
      ],
      [1, 2, 1],
    ],
    ['LISTAGG joins', call('LISTAGG', [stringType()]), stringType(), plus('x', null, 'y'), ['x', 'x', 'x,y']],
    [
      'LISTAGG gives back the first equal text',
      call('LISTAGG', [stringType()]),
      stringType(),
      [
        ['+', 'x'],
        ['+', 'y'],
        ['+', 'x'],
        ['-', 'x'],
      ],
      ['x', 'x,y', 'x,y,x', 'y,x'],
    ],
    ['ARRAY_AGG keeps NULL', call('ARRAY_AGG', [intType()]), intType(), plus(1, null), [[1], [1, null]]],
    ['STDDEV_SAMP of INT is cut', call('STDDEV_SAMP', [intType()]), intType(), plus(9, 1), [null, 5]],
    [
      'STDDEV_SAMP of DOUBLE',
      call('STDDEV_SAMP', [doubleType()]),
      doubleType(),
      plus(1.5, -1, 4),
      [null, 1.7677669529663689, 2.5],
    ],
    [
      'COUNT DISTINCT under retraction',
      call('COUNT', [intType()], { distinct: true }),
      intType(),
      [
        ['+', 1],
        ['+', 1],
        ['-', 1],
        ['-', 1],
      ],
      [1, 1, 1, 0],
    ],
    [
      'SUM DISTINCT adds a value once',
      call('SUM', [intType()], { distinct: true }),
      intType(),
      plus(1, 1, 2),
      [1, 1, 3],
    ],
  ])('%s', (_name, aggregate, type, changes, expected) => {
    expect(run(aggregate, type, changes)).toEqual(expected);
  });

  test('FILTER counts only rows where it is TRUE', () => {
    const schema: Schema = [
      { name: 'x', type: intType() },
      { name: 'f', type: booleanType() },
    ];
    const handler = compileAggregates([call('SUM', [intType()], { filter: 1 })], schema, { retract: false });
    const acc = handler.create();
    const rows: Row[] = [
      [1, true],
      [2, false],
      [4, null],
      [8, true],
    ];
    for (const row of rows) handler.accumulate(acc, row, cx);
    expect(handler.values(acc)).toEqual([9]);
  });

  test('merging two accumulators equals adding all rows to one', () => {
    const schema: Schema = [{ name: 'x', type: intType() }];
    const calls = [
      call('COUNT', [intType()]),
      call('SUM', [intType()]),
      call('AVG', [intType()]),
      call('MIN', [intType()]),
      call('MAX', [intType()]),
      call('COUNT', [intType()], { distinct: true }),
      call('STDDEV_POP', [intType()]),
      call('ARRAY_AGG', [intType()]),
    ];
    const handler = compileAggregates(calls, schema, { retract: true });
    const [whole, left, right] = [handler.create(), handler.create(), handler.create()];
    [5, 3, null, 5, 9, 3].forEach((x, i) => {
      handler.accumulate(whole, [x], cx);
      handler.accumulate(i < 3 ? left : right, [x], cx);
    });
    handler.merge(left, right);
    expect(handler.values(left)).toEqual(handler.values(whole));
  });
});
