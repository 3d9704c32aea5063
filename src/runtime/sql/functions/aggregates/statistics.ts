/**
 * Variance and standard deviation, computed in DOUBLE by Welford's method and cast to the argument's
 * type (cut for integers), and PERCENTILE. Flink: `WelfordM2AggFunction`, `PercentileAggFunction`.
 */
import { castFunction } from '../../../data/casts/cast-function.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { arrayType, avgType, bigintType, doubleType, withNullable } from '../../../data/type-rules.ts';
import type { Value } from '../../../data/value.ts';
import type { AccumulatorSlot, AggregateCode, AggregateFunction, EmitContext, Mismatch } from '../function.ts';
import { AS_BIGINT, AS_DOUBLE, form, matchForms } from '../typing.ts';
import { CountedValues } from './counted-values.ts';
import { resolveNumeric, valueSlot } from './sums.ts';

interface Shape {
  readonly root: boolean;
  readonly sample: boolean;
}

/** Running mean and sum of squared distances from it, by Welford's method, in both directions. */
class Moments {
  count = 0;
  mean = 0;
  squares = 0;

  add(x: number): void {
    this.count += 1;
    const delta = x - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * (x - this.mean);
  }

  remove(x: number): void {
    this.count -= 1;
    if (this.count <= 0) {
      this.mean = 0;
      this.squares = 0;
      return;
    }
    const delta = x - this.mean;
    this.mean -= delta / this.count;
    this.squares -= delta * (x - this.mean);
  }

  merge(other: Moments): void {
    if (other.count === 0) return;
    const total = this.count + other.count;
    const delta = other.mean - this.mean;
    this.squares += other.squares + (delta * delta * this.count * other.count) / total;
    this.mean = (this.mean * this.count + other.mean * other.count) / total;
    this.count = total;
  }
}

const MOMENTS_CODEC: AccumulatorSlot['codec'] = {
  kind: 'custom',
  encode: (v) => [(v as Moments).count, (v as Moments).mean, (v as Moments).squares],
  decode(v) {
    const [count, mean, squares] = v as readonly number[];
    return Object.assign(new Moments(), { count, mean, squares });
  },
};

/** The statistic of moments in the type of the argument, cut for integers. */
function statistic(moments: Moments, type: LogicalType, shape: Shape): Value {
  const { count, squares } = moments;
  if (count <= 0 || (shape.sample && count === 1)) return null;
  const variance = squares / (shape.sample ? count - 1 : count);
  const result = shape.root ? Math.sqrt(variance) : variance;
  const cast = castFunction(doubleType(false), type);
  return cast === undefined ? result : cast(result, 'UTC');
}

function momentsCode(value: (moments: string) => string, cx: EmitContext): AggregateCode {
  return {
    slots: [{ initial: `new ${cx.constant(Moments)}()`, codec: MOMENTS_CODEC }],
    accumulate: ([m], [x = 'null']) => `if (${x} !== null) ${m}.add(${x});`,
    retract: ([m], [x = 'null']) => `if (${x} !== null) ${m}.remove(${x});`,
    merge: ([m], [other]) => `${m}.merge(${other});`,
    value: ([m = '']) => value(m),
  };
}

function variance(name: string, text: string, shape: Shape): AggregateFunction {
  return {
    name,
    doc: { signature: `${name}([DISTINCT] numeric)`, text, category: 'aggregate' },
    resolve: (args) => {
      const resolved = resolveNumeric(name, args, avgType);
      if ('message' in resolved) return resolved;
      return {
        type: withNullable(resolved.type, true),
        argTypes: [doubleType(resolved.argTypes[0]?.nullable ?? true)],
      };
    },
    code: ({ type }, cx) =>
      momentsCode((m) => `${cx.constant(statistic)}(${m}, ${cx.constant(type)}, ${cx.constant(shape)})`, cx),
  };
}

/**
 * The sum of squared distances from the mean: what Flink keeps for all of these, beside a COUNT. The
 * binder expands the others into it, so that an update is sent whenever the count moves.
 */
const welfordM2: AggregateFunction = {
  name: '$WELFORD_M2',
  doc: {
    signature: '$WELFORD_M2(numeric)',
    text: 'Sum of squared distances from the mean. Used by the planner.',
    category: 'aggregate',
  },
  resolve: (args) => {
    const resolved = resolveNumeric('$WELFORD_M2', args, () => doubleType(true));
    return 'message' in resolved
      ? resolved
      : { ...resolved, argTypes: [doubleType(resolved.argTypes[0]?.nullable ?? true)] };
  },
  code: (_call, cx) => momentsCode((m) => `(${m}.count <= 0 || ${m}.squares < 0 ? null : ${m}.squares)`, cx),
};

/** The value at a fraction of the sorted values, between two of them by straight line. */
function percentileOf(values: CountedValues, fraction: number): number | null {
  const sorted = [...values.entries()].filter(([, n]) => n > 0).sort((a, b) => (a[0] as number) - (b[0] as number));
  const total = sorted.reduce((sum, [, n]) => sum + n, 0);
  if (total === 0) return null;
  // Counted from 1 as Flink does, which decides the last bits of the result.
  const position = 1 + (total - 1) * fraction;
  const at = (index: number): number => {
    let left = index;
    for (const [value, n] of sorted) {
      if (left < n) return value as number;
      left -= n;
    }
    return sorted[sorted.length - 1]?.[0] as number;
  };
  const [low, high] = [at(Math.floor(position) - 1), at(Math.ceil(position) - 1)];
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
    signature: 'PERCENTILE(numeric, fraction [, frequency])',
    text: 'The value below which the fraction of all values lies, interpolated.',
    category: 'aggregate',
    example: 'PERCENTILE(latency, 0.99)',
  },
  resolve(args) {
    const fractions = args[1]?.type;
    if (fractions?.kind === 'ARRAY') {
      const doubles = arrayType(doubleType(false), fractions.nullable);
      const rest = args.slice(2).map((a) => bigintType(a.type.nullable));
      if (rest.length > 1) return matchForms('PERCENTILE', args, [], 'bridged') as Mismatch;
      return {
        type: arrayType(doubleType(), true),
        argTypes: [doubleType(args[0]?.type.nullable ?? true), doubles, ...rest],
      };
    }
    const types = matchForms('PERCENTILE', args, [form([AS_DOUBLE, AS_DOUBLE, AS_BIGINT], 1)], 'bridged');
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
      accumulate: ([s, f], [x = 'null', p, n]) =>
        n === undefined
          ? `if (${x} !== null) { ${s}.add(${x}, 1); ${f} = ${p}; }`
          : `if (${x} !== null && ${n} !== null && ${n} > 0) { ${s}.add(${x}, Number(${n})); ${f} = ${p}; }`,
      retract: ([s], [x = 'null', , n]) =>
        n === undefined
          ? `if (${x} !== null) ${s}.add(${x}, -1);`
          : `if (${x} !== null && ${n} !== null && ${n} > 0) ${s}.add(${x}, -Number(${n}));`,
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
  welfordM2,
  percentile,
];
