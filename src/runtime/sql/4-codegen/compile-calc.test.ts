/** Generated functions over rows: values, NULLs, short circuits, sharing. */
import { describe, expect, test } from 'vitest';
import { RunError } from '../../base/diagnostic.ts';
import type { LogicalType, Schema } from '../../data/logical-type.ts';
import { bigintType, booleanType, decimalType, doubleType, intType, stringType } from '../../data/type-rules.ts';
import type { Row, Value } from '../../data/value.ts';
import type { BoundExpr } from '../2-bind/bound-expr.ts';
import type { EvalContext } from '../functions/function.ts';
import { scalarFunction } from '../functions/registry.ts';
import {
  compileCalc,
  compileEvaluator,
  compileJoinPredicate,
  compilePredicate,
  compileProjection,
} from './compile-calc.ts';
import { sourceOf } from './generated-function.ts';
import { bindCall, caseOf, column, literalOf } from './test-exprs.ts';

const cx: EvalContext = {
  currentTimeMs: () => 0,
  queryStartMs: 0,
  random: () => 0.5,
  currentWatermarkMs: () => null,
  timeZone: 'UTC',
};

const schema: Schema = [
  { name: 'i', type: intType() },
  { name: 'l', type: bigintType(false) },
  { name: 's', type: stringType() },
  { name: 'd', type: doubleType() },
  { name: 'de', type: decimalType(10, 2) },
];

const col = (name: string): BoundExpr => column(schema, name);
const evaluate = (expr: BoundExpr, row: Row): Value => compileEvaluator(expr, schema)(row, cx);

describe('operators', () => {
  const row: Row = [7, 9007199254740991, 'ab', 2.5, 12345];
  test.each<[string, BoundExpr, Value]>([
    ['INT wraps', bindCall('*', col('i'), literalOf(1000000000, intType(false))), -1589934592],
    ['BIGINT leaves the safe range', bindCall('+', col('l'), literalOf(1, intType(false))), 9007199254740992n],
    ['BIGINT wraps', bindCall('*', col('l'), col('l')), BigInt.asIntN(64, 9007199254740991n ** 2n)],
    ['integers divide toward zero', bindCall('/', literalOf(-5, intType(false)), literalOf(2, intType(false))), -2],
    [
      'remainder has the sign of the dividend',
      bindCall('MOD', literalOf(-5, intType(false)), literalOf(3, intType(false))),
      -2,
    ],
    ['decimals multiply exactly', bindCall('*', col('de'), literalOf(15, decimalType(2, 1, false))), 185175],
    [
      '7 / 2.0 is 3.500000',
      bindCall('/', literalOf(7, intType(false)), literalOf(20, decimalType(2, 1, false))),
      3500000,
    ],
    [
      'mixed comparison is exact',
      bindCall('=', literalOf(110, decimalType(3, 2, false)), literalOf(11, decimalType(2, 1, false))),
      true,
    ],
    [
      'NaN equals NaN',
      bindCall(
        '=',
        literalOf(Number.NaN, doubleType(false)),
        bindCall('/', literalOf(0, doubleType(false)), literalOf(0, doubleType(false))),
      ),
      true,
    ],
    ['minus minus', bindCall('-', literalOf(1, intType(false)), literalOf(-5, intType(false))), 6],
    ['negation of a negative', bindCall('NEGATE', literalOf(-5, intType(false))), 5],
    [
      'strings order by code point',
      bindCall('<', literalOf('～', stringType(false)), literalOf('😀', stringType(false))),
      true,
    ],
    [
      'IS DISTINCT FROM counts NULL as a value',
      bindCall('IS DISTINCT FROM', col('i'), literalOf(null, intType())),
      true,
    ],
  ])('%s', (_name, expr, expected) => {
    expect(evaluate(expr, row)).toEqual(expected);
  });
});

describe('NULL', () => {
  const nulls: Row = [null, 1, null, null, null];
  const and = (...operands: BoundExpr[]): BoundExpr => ({ kind: 'and', operands, type: booleanType() });
  const or = (...operands: BoundExpr[]): BoundExpr => ({ kind: 'or', operands, type: booleanType() });
  const unknown = bindCall('>', col('i'), literalOf(0, intType(false)));
  const no = bindCall('<', col('l'), literalOf(0, intType(false)));
  const yes = bindCall('>', col('l'), literalOf(0, intType(false)));
  test.each<[string, BoundExpr, Value]>([
    ['an operator over NULL is NULL', bindCall('+', col('i'), col('l')), null],
    ['NULL AND FALSE is FALSE', and(unknown, no), false],
    ['FALSE AND NULL is FALSE', and(no, unknown), false],
    ['NULL AND TRUE is NULL', and(unknown, yes), null],
    ['NULL OR TRUE is TRUE', or(unknown, yes), true],
    ['NULL OR FALSE is NULL', or(unknown, no), null],
    [
      '1 IN (2, NULL) is NULL',
      bindCall('IN', col('l'), literalOf(2, intType(false)), literalOf(null, intType())),
      null,
    ],
    [
      '1 IN (1, NULL) is TRUE',
      bindCall('IN', col('l'), literalOf(1, intType(false)), literalOf(null, intType())),
      true,
    ],
    ['COALESCE takes the first that is not NULL', bindCall('COALESCE', col('i'), literalOf(3, intType(false))), 3],
    [
      'IF of an unknown condition takes the other branch',
      bindCall('IF', unknown, literalOf(1, intType(false)), literalOf(2, intType(false))),
      2,
    ],
    ['NULLIF of equal values', bindCall('NULLIF', col('l'), literalOf(1, intType(false))), null],
    ['GREATEST with NULL is NULL', bindCall('GREATEST', col('i'), col('l')), null],
  ])('%s', (_name, expr, expected) => {
    expect(evaluate(expr, nulls)).toEqual(expected);
  });

  test('a filter keeps only TRUE', () => {
    const keep = compilePredicate(unknown, schema);
    expect([keep([1, 0, null, null, null], cx), keep([0, 0, null, null, null], cx), keep(nulls, cx)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('order of evaluation', () => {
  const reciprocal = bindCall('/', literalOf(100, intType(false)), col('i'));
  const isZero = bindCall('=', col('i'), literalOf(0, intType(false)));
  const zero: Row = [0, 1, null, null, null];

  test('a guarded division by zero never happens', () => {
    const guarded = caseOf(isZero, literalOf(-1, intType(false)), reciprocal);
    const either: BoundExpr = {
      kind: 'or',
      operands: [isZero, bindCall('>', reciprocal, literalOf(1, intType(false)))],
      type: booleanType(),
    };
    expect([
      evaluate(guarded, zero),
      evaluate(bindCall('IF', isZero, literalOf(0, intType(false)), reciprocal), zero),
      evaluate(either, zero),
    ]).toEqual([-1, 0, true]);
  });

  test('an unguarded one fails as Flink does', () => {
    expect(() => evaluate(reciprocal, zero)).toThrow(
      new RunError(
        'run/division-by-zero',
        '/ by zero',
        'java.lang.ArithmeticException',
        'Guard the division: NULLIF(divisor, 0).',
      ),
    );
  });

  test('a value computed inside a branch is computed again outside of it', () => {
    const twice = bindCall('+', reciprocal, literalOf(1, intType(false)));
    const guarded = caseOf(isZero, literalOf(-1, intType(false)), twice);
    const project = compileProjection([guarded, col('i'), reciprocal], schema);
    expect(project([10, 1, null, null, null], cx)).toEqual([11, 10, 10]);
  });
});

describe('compiled functions', () => {
  test('a calc filters, projects, and shares what repeats', () => {
    const sum = bindCall('+', col('l'), col('l'));
    const calc = compileCalc(bindCall('>', sum, literalOf(2, intType(false))), [sum, bindCall('*', sum, sum)], schema);
    expect([calc([null, 1, null, null, null], cx), calc([null, 2, null, null, null], cx)]).toEqual([null, [4, 16]]);
    expect(sourceOf(calc)?.match(/\$addLong\(/g)).toHaveLength(1);
  });

  test('text of the user reaches the code only as data', () => {
    const evil = literalOf('"; throw 1; //\u2028`$x', stringType(false));
    expect(evaluate(bindCall('=', col('s'), evil), [null, 1, '"; throw 1; //\u2028`$x', null, null])).toBe(true);
  });

  test('a join condition reads both sides', () => {
    const right: BoundExpr = { kind: 'input', index: 5, type: intType() as LogicalType };
    const condition = compileJoinPredicate(bindCall('=', col('i'), right), 5);
    expect([condition([1, 0, null, null, null], [1], cx), condition([1, 0, null, null, null], [null], cx)]).toEqual([
      true,
      false,
    ]);
  });

  test('registry names are upper case and unique', () => {
    expect(scalarFunction('coalesce')).toBe(scalarFunction('COALESCE'));
  });
});
