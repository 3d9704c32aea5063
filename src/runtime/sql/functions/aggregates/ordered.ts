/**
 * Aggregates that keep values in order of arrival: FIRST_VALUE, LAST_VALUE, LISTAGG, ARRAY_AGG, COLLECT,
 * SINGLE_VALUE, LAG. A retraction takes the oldest equal value away. Flink: `FirstValueWithRetractAggFunction`,
 * `ListAggWithRetractAggFunction`, `ArrayAggFunction`, `CollectAggFunction`, `LagAggFunction`.
 */
import { RunError } from '../../../base/diagnostic.ts';
import { equalsValues } from '../../../data/compare.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import {
  arrayType,
  intType,
  multisetType,
  stringType,
  withNullable,
  withoutTimeAttribute,
} from '../../../data/type-rules.ts';
import { MapValue, type Value } from '../../../data/value.ts';
import { missingValue } from '../constructors.ts';
import type { AccumulatorSlot, AggregateCode, AggregateFunction } from '../function.ts';
import { ANY, AS_INT, CHARACTER, form, matchForms } from '../typing.ts';
import { CountedValues } from './counted-values.ts';
import { valueSlot } from './sums.ts';

/** A slot that holds a growing list. */
const LIST_SLOT: AccumulatorSlot = {
  initial: '[]',
  codec: { kind: 'custom', encode: (v) => [...(v as Value[])], decode: (v) => [...(v as readonly Value[])] },
};

/** Takes the first equal value out of a list. */
function removeFirst(list: Value[], value: Value, type: LogicalType): void {
  const index = list.findIndex((v) => equalsValues(v, value, type));
  if (index !== -1) list.splice(index, 1);
}

function firstOrLast(name: 'FIRST_VALUE' | 'LAST_VALUE', text: string): AggregateFunction {
  const first = name === 'FIRST_VALUE';
  return {
    name,
    doc: { signature: `${name}(value)`, text, category: 'aggregate' },
    resolve(args) {
      const types = matchForms(name, args, [form([ANY])], 'standard');
      if ('message' in types) return types;
      const type = withoutTimeAttribute(types[0] ?? intType());
      return { type, argTypes: [type] };
    },
    code({ type, retract }, cx): AggregateCode {
      if (!retract) {
        const guard = first
          ? (s: string, x: string) => `${s} === null && ${x} !== null`
          : (_s: string, x: string) => `${x} !== null`;
        return {
          slots: [valueSlot('null', withNullable(type, true))],
          accumulate: ([s = ''], [x = 'null']) => `if (${guard(s, x)}) ${s} = ${x};`,
          merge: ([s = ''], [other = 'null']) => `if (${guard(s, other)}) ${s} = ${other};`,
          value: ([s = 'null']) => s,
        };
      }
      const remove = `${cx.constant(removeFirst)}`;
      return {
        slots: [LIST_SLOT],
        accumulate: ([s], [x = 'null']) => `if (${x} !== null) ${s}.push(${x});`,
        retract: ([s], [x = 'null']) => `if (${x} !== null) ${remove}(${s}, ${x}, ${cx.constant(type)});`,
        merge: ([s], [other]) => `${s}.push(...${other});`,
        value: ([s]) => `(${s}.length === 0 ? null : ${s}[${first ? '0' : `${s}.length - 1`}])`,
      };
    },
  };
}

const listAgg: AggregateFunction = {
  name: 'LISTAGG',
  doc: {
    signature: 'LISTAGG([DISTINCT] string [, separator])',
    text: "The texts that are not NULL, joined by the separator (',' when left out); NULL when there is none.",
    category: 'aggregate',
    example: "LISTAGG(name, ';')",
  },
  resolve(args) {
    const types = matchForms('LISTAGG', args, [form([CHARACTER, CHARACTER], 1)], 'standard');
    if ('message' in types) return types;
    return { type: stringType(types.some((type) => type.nullable)), argTypes: types };
  },
  code({ literals, retract }, cx): AggregateCode {
    // Flink takes the separator of the row at hand where it is no constant.
    const separator = (args: readonly string[]): string =>
      typeof literals[1] === 'string' ? cx.constant(literals[1]) : (args[1] ?? "','");
    if (!retract) {
      return {
        slots: [valueSlot('null', stringType())],
        accumulate: ([s], args) =>
          `if (${args[0]} !== null) ${s} = ${s} === null ? ${args[0]} : ${s} + ${separator(args)} + ${args[0]};`,
        merge: ([s], [other]) =>
          `if (${other} !== null) ${s} = ${s} === null ? ${other} : ${s} + ${typeof literals[1] === 'string' ? cx.constant(literals[1]) : "','"} + ${other};`,
        value: ([s = 'null']) => s,
      };
    }
    const text = cx.constant(stringType());
    return {
      slots: [LIST_SLOT, valueSlot("','", stringType())],
      accumulate: ([s, sep], args) =>
        `if (${args[0]} !== null) { ${s}.push(${args[0]}); ${sep} = ${separator(args)}; }`,
      retract: ([s, sep], args) =>
        `if (${args[0]} !== null) { ${cx.constant(removeFirst)}(${s}, ${args[0]}, ${text}); ${sep} = ${separator(args)}; }`,
      merge: ([s, sep], [other, otherSep]) => `${s}.push(...${other}); ${sep} = ${otherSep};`,
      value: ([s, sep]) => `(${s}.length === 0 ? null : ${s}.join(${sep}))`,
    };
  },
};

const arrayAgg: AggregateFunction = {
  name: 'ARRAY_AGG',
  doc: {
    signature: 'ARRAY_AGG([DISTINCT] value [IGNORE NULLS])',
    text: 'The values as an array, NULLs included; NULL when there is no row.',
    category: 'aggregate',
  },
  resolve(args) {
    const types = matchForms('ARRAY_AGG', args, [form([ANY])], 'bridged');
    if ('message' in types) return types;
    const type = withoutTimeAttribute(types[0] ?? intType());
    return { type: arrayType(type, type.nullable), argTypes: [type] };
  },
  code({ argTypes, ignoreNulls }, cx): AggregateCode {
    const guard = (x: string): string => (ignoreNulls ? `if (${x} !== null) ` : '');
    return {
      slots: [LIST_SLOT],
      accumulate: ([s], [x = 'null']) => `${guard(x)}${s}.push(${x});`,
      retract: ([s], [x = 'null']) =>
        `${guard(x)}${cx.constant(removeFirst)}(${s}, ${x}, ${cx.constant(argTypes[0])});`,
      merge: ([s], [other]) => `${s}.push(...${other});`,
      value: ([s]) => `(${s}.length === 0 ? null : ${s}.slice())`,
    };
  },
};

const collect: AggregateFunction = {
  name: 'COLLECT',
  doc: {
    signature: 'COLLECT([DISTINCT] value)',
    text: 'The values that are not NULL as a multiset.',
    category: 'aggregate',
  },
  resolve(args) {
    const types = matchForms('COLLECT', args, [form([ANY])], 'standard');
    if ('message' in types) return types;
    const type = withoutTimeAttribute(types[0] ?? intType());
    return { type: multisetType(type, false), argTypes: [type] };
  },
  code({ argTypes }, cx): AggregateCode {
    const of = argTypes[0] ?? intType();
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
      ],
      accumulate: ([s], [x = 'null']) => `if (${x} !== null) ${s}.add(${x}, 1);`,
      retract: ([s], [x = 'null']) => `if (${x} !== null) ${s}.add(${x}, -1);`,
      merge: ([s], [other]) => `for (const [v, n] of ${other}.entries()) ${s}.add(v, n);`,
      value: ([s]) => `new ${cx.constant(MapValue)}([...${s}.entries()])`,
    };
  },
};

function moreThanOne(): never {
  throw new RunError(
    'run/single-value',
    'SingleValueAggFunction received more than one element.',
    'java.lang.RuntimeException',
  );
}

const singleValue: AggregateFunction = {
  name: 'SINGLE_VALUE',
  doc: {
    signature: 'SINGLE_VALUE(value)',
    text: 'The only value; fails when there are several. Used for scalar sub-queries.',
    category: 'aggregate',
  },
  resolve(args) {
    const type = args[0]?.type ?? intType();
    return { type: withNullable(type, true), argTypes: [type] };
  },
  code({ type }, cx): AggregateCode {
    return {
      slots: [valueSlot('null', withNullable(type, true)), valueSlot('0', intType(false))],
      accumulate: ([s, n], [x]) => `if (${n} > 0) ${cx.constant(moreThanOne)}(); ${s} = ${x}; ${n} += 1;`,
      retract: ([s, n], _args) => `${n} -= 1; if (${n} === 0) ${s} = null;`,
      value: ([s = 'null']) => s,
    };
  },
};

const lag: AggregateFunction = {
  name: 'LAG',
  doc: {
    signature: 'LAG(value [, offset [, default]]) OVER (…)',
    text: 'The value some rows before, in the order of the window.',
    category: 'window',
  },
  resolve(args) {
    const types = matchForms('LAG', args, [form([ANY, AS_INT, ANY], 2)], 'standard');
    if ('message' in types) return types;
    const type = withoutTimeAttribute(types[0] ?? intType());
    const byDefault = types[2];
    // Only the default decides, whatever the value is: Calcite's `SqlLeadLagAggFunction`.
    const nullable = byDefault === undefined ? true : byDefault.nullable;
    return {
      type: withNullable(type, nullable),
      argTypes: [
        type,
        ...types.slice(1, 2),
        ...(byDefault === undefined ? [] : [withNullable(type, byDefault.nullable)]),
      ],
    };
  },
  code({ literals, type }, cx): AggregateCode {
    const offset = typeof literals[1] === 'number' ? literals[1] : 1;
    return {
      slots: [LIST_SLOT, valueSlot('null', withNullable(type, true))],
      accumulate: ([s, d], args) =>
        `${s}.push(${args[0]}); if (${s}.length > ${offset + 1}) ${s}.shift(); ${d} = ${args[2] ?? 'null'};`,
      retract: ([s], [x = 'null']) => `${cx.constant(removeFirst)}(${s}, ${x}, ${cx.constant(type)});`,
      // A NULL that the type rules out shows as the default of the Java primitive.
      value: ([s, d]) =>
        `(${s}.length > ${offset} ? ${s}[${s}.length - 1 - ${offset}] ?? ${cx.constant(missingValue(type))} : ${d})`,
    };
  },
};

/** FIRST_VALUE, LAST_VALUE, LISTAGG, ARRAY_AGG, COLLECT, SINGLE_VALUE, LAG. */
export const orderedAggregates: readonly AggregateFunction[] = [
  firstOrLast('FIRST_VALUE', 'The first value that is not NULL, in order of arrival.'),
  firstOrLast('LAST_VALUE', 'The last value that is not NULL, in order of arrival.'),
  listAgg,
  arrayAgg,
  collect,
  singleValue,
  lag,
];
