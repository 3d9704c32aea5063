/**
 * MIN, MAX. Without retraction one value is kept; with it all values with their counts, and the
 * extreme is searched again only after it was taken away. Flink: `MinAggFunction`, `MinWithRetractAggFunction`.
 */
import { compareValues } from '../../../data/compare.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { objectBytes } from '../../../data/memory-size.ts';
import { isNano } from '../../../data/type-families.ts';
import { withNullable, withoutTimeAttribute } from '../../../data/type-rules.ts';
import type { Value } from '../../../data/value.ts';
import type { AggregateFunction, EmitContext } from '../function.ts';
import { callText, cannotApply } from '../typing.ts';
import { CountedValues } from './counted-values.ts';
import { valueSlot } from './sums.ts';

/** All values seen and the extreme among them. */
class RetractableExtreme {
  readonly values: CountedValues;
  readonly #sign: 1 | -1;
  #best: Value = null;
  #known = true;

  constructor(type: LogicalType, sign: 1 | -1, values = new CountedValues(type)) {
    this.values = values;
    this.#sign = sign;
    if (values.size > 0) this.#known = false;
  }

  add(value: Value): void {
    const { after } = this.values.add(value, 1);
    if (!this.#known || after <= 0) return;
    if (this.#best === null || compareValues(value, this.#best, this.values.type) * this.#sign > 0) this.#best = value;
  }

  remove(value: Value): void {
    const { after } = this.values.add(value, -1);
    if (after === 0 && this.#known && this.#best !== null && compareValues(value, this.#best, this.values.type) === 0)
      this.#known = false;
  }

  /** Estimated bytes in memory. O(1). */
  memoryBytes(): number {
    return objectBytes(4) + this.values.memoryBytes();
  }

  value(): Value {
    if (!this.#known) {
      this.#best = this.values.extreme(this.#sign);
      this.#known = true;
    }
    return this.#best;
  }

  merge(other: RetractableExtreme): void {
    for (const [value, count] of other.values.entries()) this.values.add(value, count);
    this.#known = false;
  }
}

/**
 * Types that JavaScript's `<` orders as Flink does here. Floating-point numbers too: Flink compares them plainly
 * while nothing is taken back, so that a first NaN stays and zeros of both signs are equal.
 */
function comparesPlainly(type: LogicalType): boolean {
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
    case 'ARRAY':
    case 'ROW':
      return false;
    default:
      return !isNano(type);
  }
}

/** Condition that `x` beats `best`. */
function beats(type: LogicalType, sign: 1 | -1, x: string, best: string, cx: EmitContext): string {
  const op = sign === 1 ? '>' : '<';
  return comparesPlainly(type)
    ? `${x} ${op} ${best}`
    : `${cx.constant(compareValues)}(${x}, ${best}, ${cx.constant(type)}) ${op} 0`;
}

function extreme(name: 'MIN' | 'MAX', text: string): AggregateFunction {
  const sign = name === 'MAX' ? 1 : -1;
  return {
    name,
    doc: { signature: `${name}(value)`, text, category: 'aggregate' },
    resolve(args) {
      const [arg] = args;
      if (arg === undefined || args.length !== 1)
        return { message: `Invalid number of arguments to function '${name}'. Was expecting 1 arguments` };
      if (arg.type.kind === 'MAP' || arg.type.kind === 'MULTISET')
        return cannotApply(name, callText(name, args), [`${name}(<COMPARABLE_TYPE>)`]);
      if (arg.type.kind === 'ARRAY' || arg.type.kind === 'ROW')
        return {
          message: `${name === 'MAX' ? 'Max' : 'Min'} aggregate function does not support type: ''${arg.type.kind}''. Please re-check the data type.`,
          flinkClass: 'org.apache.flink.table.api.TableException',
        };
      return { type: withoutTimeAttribute(arg.type), argTypes: [arg.type] };
    },
    code({ argTypes, type, retract }, cx) {
      const of = withNullable(argTypes[0] ?? type, true);
      if (!retract) {
        const step = (s: string, x: string): string =>
          `if (${x} !== null && (${s} === null || ${beats(of, sign, x, s, cx)})) ${s} = ${x};`;
        return {
          slots: [valueSlot('null', of)],
          accumulate: ([s = ''], [x = 'null']) => step(s, x),
          merge: ([s = ''], [other = 'null']) => step(s, other),
          value: ([s = 'null']) => s,
        };
      }
      const make = cx.constant(() => new RetractableExtreme(of, sign));
      return {
        slots: [
          {
            initial: `${make}()`,
            codec: {
              kind: 'custom',
              encode: (v) => (v as RetractableExtreme).values.encode(),
              decode: (v) => new RetractableExtreme(of, sign, CountedValues.decode(v, of)),
            },
          },
        ],
        accumulate: ([s], [x = 'null']) => `if (${x} !== null) ${s}.add(${x});`,
        retract: ([s], [x = 'null']) => `if (${x} !== null) ${s}.remove(${x});`,
        merge: ([s], [other]) => `${s}.merge(${other});`,
        value: ([s]) => `${s}.value()`,
      };
    },
  };
}

/** MIN and MAX. */
export const extremeAggregates: readonly AggregateFunction[] = [
  extreme('MIN', 'The smallest value that is not NULL; NULL when there is none.'),
  extreme('MAX', 'The largest value that is not NULL; NULL when there is none.'),
];
