/** Functions of arrays, maps and multisets. Arrays count from 1. */
import type { LogicalType } from '../../data/logical-type.ts';
import { isCharacter } from '../../data/type-families.ts';
import {
  arrayType,
  booleanType,
  commonType,
  intType,
  mapType,
  rowType,
  stringType,
  withNullable,
} from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import { elementOf, mapOf, VALIDATOR } from './constructors.ts';
import { type Definition, define } from './define.ts';
import type { ArgumentInfo, EmitContext, Mismatch, Resolved, ScalarFunction } from './function.ts';
import * as run from './runtime/collections.ts';
import { ARRAY, AS_BOOLEAN, AS_INT, AS_STRING, callText, form, illegalNull, MAP } from './typing.ts';

const cardinality: ScalarFunction = {
  name: 'CARDINALITY',
  determinism: 'deterministic',
  nulls: 'strict',
  doc: { signature: 'CARDINALITY(array | map)', text: 'Number of elements or entries.', category: 'collection' },
  resolve(args) {
    const [collection] = args;
    const kind = collection?.type.kind;
    if (collection === undefined || (kind !== 'ARRAY' && kind !== 'MAP' && kind !== 'MULTISET')) {
      return {
        message: `Cannot apply 'CARDINALITY' to arguments of type '${callText('CARDINALITY', args)}'. Supported form(s): 'CARDINALITY(<MULTISET>)'\n'CARDINALITY(<ARRAY>)'\n'CARDINALITY(<MAP>)'`,
        flinkClass: VALIDATOR,
      };
    }
    return { type: intType(collection.type.nullable), argTypes: [collection.type] };
  },
  emit: ([c], types) => (types[0]?.kind === 'ARRAY' ? `${c}.length` : `${c}.entries.length`),
};

/** A bridged function whose first argument is an array and whose other arguments are elements of it. */
function withNeedle(
  name: string,
  text: string,
  result: (array: LogicalType, needle: ArgumentInfo) => LogicalType,
  nulls: 'strict' | 'own',
  emit: (array: string, needle: string, element: string, cx: EmitContext) => string,
): ScalarFunction {
  return {
    name,
    determinism: 'deterministic',
    nulls,
    doc: { signature: `${name}(array, element)`, text, category: 'collection' },
    resolve(args): Resolved | Mismatch {
      const [array, needle] = args;
      if (array?.type.kind !== 'ARRAY' || needle === undefined || args.length !== 2)
        return badCall(name, '<ARRAY>, <ARRAY ELEMENT>');
      const element = commonType(array.type.element, needle.type);
      // What is looked for or added must fit into the array as it is: no 1.5 for an ARRAY<INT>.
      if (
        element === undefined ||
        (element.kind !== array.type.element.kind &&
          array.type.element.kind !== 'CHAR' &&
          array.type.element.kind !== 'NULL')
      )
        return badCall(name, '<ARRAY>, <ARRAY ELEMENT>');
      const full = withNullable(element, array.type.element.nullable || needle.type.nullable);
      return {
        type: result({ ...array.type, element: full }, needle),
        argTypes: [
          { ...array.type, element: withNullable(element, array.type.element.nullable) },
          withNullable(element, needle.type.nullable),
        ],
      };
    },
    emit: ([array = 'null', needle = 'null'], types, _result, cx) =>
      emit(array, needle, cx.constant(elementOf(types[0])), cx),
  };
}

function badCall(name: string, params: string): Mismatch {
  return {
    message: 'Invalid input arguments.',
    hint: `Expected: ${name}(${params})`,
    flinkClass: 'org.apache.flink.table.api.ValidationException',
  };
}

/** Functions that leave the array's type as it is. */
function sameArray(
  name: string,
  text: string,
  extra: Definition['forms'][number]['params'],
  optional: number,
  emit: ScalarFunction['emit'],
): Definition {
  return {
    name,
    signature: `${name}(array${extra.length > 0 ? ', …' : ''})`,
    text,
    forms: [form([ARRAY, ...extra], optional)],
    result: (types) => types[0] ?? arrayType(intType()),
    emit,
  };
}

/** Functions of two (or more) arrays of one common type. */
function setFunction(
  name: string,
  text: string,
  repeats: boolean,
  emit: (args: readonly string[], element: string, cx: EmitContext) => string,
): ScalarFunction {
  return {
    name,
    determinism: 'deterministic',
    nulls: 'strict',
    doc: { signature: `${name}(array1, array2${repeats ? ', …' : ''})`, text, category: 'collection' },
    resolve(args) {
      if (args.some((a) => a.type.kind === 'NULL')) return illegalNull();
      const common = args.length === 0 ? undefined : commonType(...args.map((a) => a.type));
      if (common?.kind !== 'ARRAY' || (!repeats && args.length !== 2)) return badCall(name, '<COMMON>, <COMMON>');
      return { type: common, argTypes: args.map((a) => withNullable(common, a.type.nullable)) };
    },
    emit: (args, types, _result, cx) => emit(args, cx.constant(elementOf(types[0])), cx),
  };
}

const UNORDERED: ReadonlySet<string> = new Set(['BOOLEAN', 'ARRAY', 'MAP', 'MULTISET', 'ROW']);

/** Why elements of a type have no largest one. */
function unordered(type: LogicalType): Mismatch | undefined {
  if (!UNORDERED.has(type.kind)) return undefined;
  return {
    message: `Type '${typeToString(type)}' should support both 'EQUALS' and 'ORDER' comparison with itself.`,
    flinkClass: 'org.apache.flink.table.api.ValidationException',
  };
}

const arrayOf = (array: LogicalType): LogicalType => array;
/** Flink counts a nullable element as a nullable argument, so that the array itself is typed nullable. */
const grown = (array: LogicalType, element: ArgumentInfo): LogicalType =>
  withNullable(array, array.nullable || element.type.nullable);

const arrayFunctions: readonly ScalarFunction[] = [
  withNeedle(
    'ARRAY_CONTAINS',
    'Whether the element is in the array; NULL can be looked for.',
    (array) => booleanType(array.nullable),
    'own',
    (a, n, t, cx) => `(${a} === null ? null : ${cx.constant(run.arrayContains)}(${a}, ${n}, ${t}))`,
  ),
  withNeedle(
    'ARRAY_POSITION',
    'Position of the first equal element, from 1; 0 when absent.',
    (array, needle) => intType(array.nullable || needle.type.nullable),
    'strict',
    (a, n, t, cx) => `${cx.constant(run.arrayPosition)}(${a}, ${n}, ${t})`,
  ),
  withNeedle(
    'ARRAY_REMOVE',
    'The array without the equal elements.',
    arrayOf,
    'own',
    (a, n, t, cx) => `(${a} === null ? null : ${cx.constant(run.arrayRemove)}(${a}, ${n}, ${t}))`,
  ),
  withNeedle(
    'ARRAY_APPEND',
    'The array with one more element at the end.',
    grown,
    'own',
    (a, n) => `(${a} === null ? null : [...${a}, ${n}])`,
  ),
  withNeedle(
    'ARRAY_PREPEND',
    'The array with one more element at the start.',
    grown,
    'own',
    (a, n) => `(${a} === null ? null : [${n}, ...${a}])`,
  ),
  setFunction(
    'ARRAY_UNION',
    'The elements of both arrays, each once.',
    false,
    ([a, b], t, cx) => `${cx.constant(run.arrayUnion)}(${a}, ${b}, ${t})`,
  ),
  setFunction(
    'ARRAY_EXCEPT',
    'The elements of the first array that the second has not, each once.',
    false,
    ([a, b], t, cx) => `${cx.constant(run.arrayExcept)}(${a}, ${b}, ${t})`,
  ),
  setFunction(
    'ARRAY_INTERSECT',
    'The elements that both arrays have, each once.',
    false,
    ([a, b], t, cx) => `${cx.constant(run.arrayIntersect)}(${a}, ${b}, ${t})`,
  ),
  setFunction('ARRAY_CONCAT', 'The arrays in a row.', true, (args) => `[${args.map((a) => `...${a}`).join(', ')}]`),
  ...define('collection', [
    sameArray('ARRAY_REVERSE', 'The elements in reverse order.', [], 0, ([a]) => `${a}.slice().reverse()`),
    sameArray(
      'ARRAY_DISTINCT',
      'Each element once, in order of first occurrence.',
      [],
      0,
      ([a], types, _r, cx) => `${cx.constant(run.arrayDistinct)}(${a}, ${cx.constant(elementOf(types[0]))})`,
    ),
    sameArray(
      'ARRAY_SLICE',
      'A part, both ends included; negative positions count from the end.',
      [AS_INT, AS_INT],
      1,
      (args, _types, _r, cx) => `${cx.constant(run.arraySlice)}(${args.join(', ')})`,
    ),
    sameArray(
      'ARRAY_SORT',
      'The elements in order; NULLs first when ascending.',
      [AS_BOOLEAN, AS_BOOLEAN],
      2,
      ([a, ...rest], types, _r, cx) =>
        `${cx.constant(run.arraySort)}(${[a, cx.constant(elementOf(types[0])), ...rest].join(', ')})`,
    ),
    {
      name: 'ARRAY_MAX',
      signature: 'ARRAY_MAX(array)',
      text: 'The largest element that is not NULL.',
      forms: [form([ARRAY])],
      result: (types) => unordered(elementOf(types[0])) ?? elementOf(types[0]),
      nullability: 'always',
      emit: ([a], types, _r, cx) => `${cx.constant(run.arrayExtreme)}(${a}, ${cx.constant(elementOf(types[0]))}, 1)`,
    },
    {
      name: 'ARRAY_MIN',
      signature: 'ARRAY_MIN(array)',
      text: 'The smallest element that is not NULL.',
      forms: [form([ARRAY])],
      result: (types) => unordered(elementOf(types[0])) ?? elementOf(types[0]),
      nullability: 'always',
      emit: ([a], types, _r, cx) => `${cx.constant(run.arrayExtreme)}(${a}, ${cx.constant(elementOf(types[0]))}, -1)`,
    },
    {
      name: 'ARRAY_JOIN',
      signature: 'ARRAY_JOIN(array, delimiter [, nullText])',
      text: 'The texts joined; NULLs are left out unless a text for them is given.',
      forms: [form([ARRAY, AS_STRING, AS_STRING], 1)],
      result: (types) =>
        isCharacter(elementOf(types[0])) || elementOf(types[0]).kind === 'NULL'
          ? stringType()
          : badCall('ARRAY_JOIN', '<ARRAY<STRING>>, <STRING>'),
      call: run.arrayJoin,
    },
    {
      name: 'ELEMENT',
      signature: 'ELEMENT(array)',
      text: 'The only element; fails when there are several.',
      forms: [form([ARRAY])],
      style: 'standard',
      result: (types) =>
        withNullable(elementOf(types[0]), (types[0]?.nullable ?? true) || elementOf(types[0]).nullable),
      nullability: 'as-is',
      call: run.element,
    },
  ]),
];

const mapFunctions: readonly ScalarFunction[] = [
  ...define('collection', [
    {
      name: 'MAP_KEYS',
      signature: 'MAP_KEYS(map)',
      text: 'The keys as an array.',
      forms: [form([MAP])],
      result: (types) => arrayType(mapOf(types[0])?.key ?? intType()),
      emit: ([m]) => `${m}.entries.map((e) => e[0])`,
    },
    {
      name: 'MAP_VALUES',
      signature: 'MAP_VALUES(map)',
      text: 'The values as an array.',
      forms: [form([MAP])],
      result: (types) => arrayType(mapOf(types[0])?.value ?? intType()),
      emit: ([m]) => `${m}.entries.map((e) => e[1])`,
    },
    {
      name: 'MAP_ENTRIES',
      signature: 'MAP_ENTRIES(map)',
      text: 'The entries as an array of rows.',
      forms: [form([MAP])],
      result: (types) => {
        const map = mapOf(types[0]);
        return arrayType(
          rowType([
            { name: 'key', type: map?.key ?? intType() },
            { name: 'value', type: map?.value ?? intType() },
          ]),
        );
      },
      emit: ([m]) => `${m}.entries.map((e) => [e[0], e[1]])`,
    },
    {
      name: 'MAP_FROM_ARRAYS',
      signature: 'MAP_FROM_ARRAYS(keys, values)',
      text: 'A map from an array of keys and one of values.',
      forms: [form([ARRAY, ARRAY])],
      result: (types) => mapType(elementOf(types[0]), elementOf(types[1])),
      emit: ([k, v], types, _r, cx) =>
        `${cx.constant(run.mapFromArrays)}(${k}, ${v}, ${cx.constant(elementOf(types[0]))})`,
    },
  ]),
  {
    name: 'MAP_UNION',
    determinism: 'deterministic',
    nulls: 'strict',
    doc: {
      signature: 'MAP_UNION(map1, map2, …)',
      text: 'The entries of all maps; later ones win.',
      category: 'collection',
    },
    resolve(args) {
      const common = args.length === 0 ? undefined : commonType(...args.map((a) => a.type));
      if (common?.kind !== 'MAP') return badCall('MAP_UNION', '<COMMON>, <COMMON>…');
      return { type: common, argTypes: args.map((a) => withNullable(common, a.type.nullable)) };
    },
    emit: (args, types, _result, cx) =>
      `${cx.constant(run.mapUnion)}([${args.join(', ')}], ${cx.constant(mapOf(types[0])?.key)})`,
  },
];

/** The functions of arrays and maps. */
export const collectionFunctions: readonly ScalarFunction[] = [cardinality, ...arrayFunctions, ...mapFunctions];
