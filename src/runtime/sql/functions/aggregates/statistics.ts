/**
 * Variance and standard deviation from the sum of squares, the sum and the count, in the argument's own
 * type as Calcite's expansion computes them: for INT with integer division, so that the result is cut.
 * Also PERCENTILE. Flink: `AggregateReduceFunctionsRule`, `PercentileAggFunction`.
 */

import { doubleToDecimal } from '../../../data/casts/to-number.ts';
import { decimalToDouble } from '../../../data/decimal.ts';
import {
  divLong,
  doubleToInt,
  doubleToLong,
  type Long,
  mulLong,
  subLong,
  wrapByte,
  wrapShort,
} from '../../../data/integers.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { isInteger } from '../../../data/type-families.ts';
import { arrayType, bigintType, doubleType, withNullable } from '../../../data/type-rules.ts';
import type { Value } from '../../../data/value.ts';
import type { AggregateCode, AggregateFunction } from '../function.ts';
import { AS_DOUBLE, form, matchForms } from '../typing.ts';
import { CountedValues } from './counted-values.ts';
import { numericCode } from './numeric-code.ts';
import { resolveNumeric, valueSlot } from './sums.ts';

interface Shape {
  readonly root: boolean;
  readonly sample: boolean;
}

/** The statistic from its three sums; `null` for no value, and for one value where a sample needs two. */
function statistic(
  squares: number | bigint,
  sum: number | bigint,
  count: number,
  type: LogicalType,
  shape: Shape,
): Value {
  if (count === 0 || (shape.sample && count === 1)) return null;
  const divisor = shape.sample ? count - 1 : count;
  if (isInteger(type)) {
    const mean = divLong(narrow(mulLong(sum, sum), type), count);
    const variance = divLong(subLong(squares, mean), divisor);
    if (!shape.root) return narrow(variance, type);
    const root = Number(variance) ** 0.5;
    return type.kind === 'BIGINT' ? doubleToLong(root) : narrow(doubleToInt(root), type);
  }
  const scale = type.kind === 'DECIMAL' ? type.scale : 0;
  const [q, s] = [decimalToDouble(squares, scale), decimalToDouble(sum, scale)];
  const variance = (q - (s * s) / count) / divisor;
  const result = shape.root ? variance ** 0.5 : variance;
  return type.kind === 'DECIMAL'
    ? doubleToDecimal(result, type.precision, type.scale)
    : type.kind === 'FLOAT'
      ? Math.fround(result)
      : result;
}

function narrow(value: Long, type: LogicalType): Long {
  if (type.kind === 'BIGINT') return value;
  const low = Number(BigInt.asIntN(32, BigInt(value)));
  return type.kind === 'INT' ? low : type.kind === 'SMALLINT' ? wrapShort(low) : wrapByte(low);
}

function variance(name: string, text: string, shape: Shape): AggregateFunction {
  return {
    name,
    doc: { signature: `${name}([DISTINCT] numeric)`, text, category: 'aggregate' },
    resolve: (args) => {
      const resolved = resolveNumeric(name, args, (type) =>
        type.kind === 'DECIMAL' ? { ...type, precision: 38, scale: Math.max(6, type.scale) } : type,
      );
      return 'message' in resolved
        ? resolved
        : {
            type: withNullable(resolved.type, true),
            argTypes: [withNullable(resolved.type, resolved.argTypes[0]?.nullable ?? true)],
          };
    },
    code({ type }, cx): AggregateCode {
      const of = withNullable(type, false);
      const step = (op: '+' | '-', [q = '', s = '', n = '']: readonly string[], x: string): string => {
        const square = numericCode('*', of, x, x, cx);
        return `if (${x} !== null) { ${q} = ${numericCode(op, of, q, square, cx)}; ${s} = ${numericCode(op, of, s, x, cx)}; ${n} ${op}= 1; }`;
      };
      return {
        slots: [valueSlot('0', of), valueSlot('0', of), valueSlot('0', bigintType(false))],
        accumulate: (slots, [x = 'null']) => step('+', slots, x),
        retract: (slots, [x = 'null']) => step('-', slots, x),
        merge: ([q = '', s = '', n], [oq = '0', os = '0', on]) =>
          `${q} = ${numericCode('+', of, q, oq, cx)}; ${s} = ${numericCode('+', of, s, os, cx)}; ${n} += ${on};`,
        value: ([q, s, n]) => `${cx.constant(statistic)}(${q}, ${s}, ${n}, ${cx.constant(of)}, ${cx.constant(shape)})`,
      };
    },
  };
}

/** The value at a fraction of the sorted values, between two of them by straight line. */
function percentileOf(values: CountedValues, fraction: number): number | null {
  const sorted = [...values.entries()].filter(([, n]) => n > 0).sort((a, b) => (a[0] as number) - (b[0] as number));
  const total = sorted.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return null;
  const position = fraction * (total - 1);
  const at = (index: number): number => {
    let left = index;
    for (const [value, n] of sorted) {
      if (left < n) return value as number;
      left -= n;
    }
    return sorted[sorted.length - 1]?.[0] as number;
  };
  const [low, high] = [at(Math.floor(position)), at(Math.ceil(position))];
  return low === high ? low : (Math.ceil(position) - position) * low + (position - Math.floor(position)) * high;
}

/** One percentile, or an array of them. */
function percentiles(values: CountedValues, fraction: Value): Value {
  if (fraction === null) return null;
  if (typeof fraction === 'number') return percentileOf(values, fraction);
  const all = (fraction as readonly Value[]).map((f) => percentileOf(values, f as number));
  return all.every((v) => v === null) ? null : all;
}

const percentile: AggregateFunction = {
  name: 'PERCENTILE',
  doc: {
    signature: 'PERCENTILE(numeric, fraction)',
    text: 'The value below which the fraction of all values lies, interpolated.',
    category: 'aggregate',
    example: 'PERCENTILE(latency, 0.99)',
  },
  resolve(args) {
    const fractions = args[1]?.type;
    if (fractions?.kind === 'ARRAY') {
      const doubles = arrayType(doubleType(false), fractions.nullable);
      return { type: arrayType(doubleType(), true), argTypes: [doubleType(args[0]?.type.nullable ?? true), doubles] };
    }
    const types = matchForms('PERCENTILE', args, [form([AS_DOUBLE, AS_DOUBLE])], 'bridged');
    return 'message' in types ? types : { type: doubleType(true), argTypes: types };
  },
  code({ argTypes, literals }, cx): AggregateCode {
    const of = doubleType();
    const make = cx.constant(() => new CountedValues(of));
    return {
      slots: [
        {
          initial: `${make}()`,
          codec: {
            kind: 'custom',
            encode: (v) => (v as CountedValues).encode(),
            decode: (v) => CountedValues.decode(v, of),
          },
        },
        valueSlot(
          literals[1] === undefined || literals[1] === null ? 'null' : cx.constant(literals[1]),
          argTypes[1] ?? of,
        ),
      ],
      accumulate: ([s, f], [x = 'null', p]) => `if (${x} !== null) { ${s}.add(${x}, 1); ${f} = ${p}; }`,
      retract: ([s], [x = 'null']) => `if (${x} !== null) ${s}.add(${x}, -1);`,
      merge: ([s, f], [other, otherFraction]) =>
        `for (const [v, n] of ${other}.entries()) ${s}.add(v, n); ${f} = ${otherFraction};`,
      value: ([s, f]) => `${cx.constant(percentiles)}(${s}, ${f})`,
    };
  },
};

/** STDDEV_POP, STDDEV_SAMP, VAR_POP, VAR_SAMP and their short names; PERCENTILE. */
export const statisticAggregates: readonly AggregateFunction[] = [
  variance('STDDEV_POP', 'Standard deviation of all values.', { root: true, sample: false }),
  variance('STDDEV_SAMP', 'Standard deviation of a sample; NULL for fewer than two values.', {
    root: true,
    sample: true,
  }),
  variance('STDDEV', 'Standard deviation of a sample; NULL for fewer than two values.', { root: true, sample: true }),
  variance('VAR_POP', 'Variance of all values.', { root: false, sample: false }),
  variance('VAR_SAMP', 'Variance of a sample; NULL for fewer than two values.', { root: false, sample: true }),
  variance('VARIANCE', 'Variance of a sample; NULL for fewer than two values.', { root: false, sample: true }),
  percentile,
];
