/** Constructors and functions of arrays, maps, multisets and rows. Arrays count from 1. */
import type { LogicalType, TypeOf } from '../../data/logical-type.ts';
import { isCharacter, isInteger } from '../../data/type-families.ts';
import {
  arrayType,
  booleanType,
  commonType,
  intType,
  leastRestrictiveType,
  mapType,
  rowType,
  stringType,
  withNullable,
} from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { Value } from '../../data/value.ts';
import { type Definition, define } from './define.ts';
import type { ArgumentInfo, EmitContext, Mismatch, Resolved, ScalarFunction } from './function.ts';
import * as run from './runtime/collections.ts';
import { ARRAY, AS_BOOLEAN, AS_INT, AS_STRING, callText, form, illegalNull, MAP } from './typing.ts';

const VALIDATOR = 'org.apache.calcite.sql.validate.SqlValidatorException';

const elementOf = (type: LogicalType | undefined): LogicalType =>
  type !== undefined && 'element' in type ? type.element : { kind: 'NULL', nullable: true };
const mapOf = (type: LogicalType | undefined): TypeOf<'MAP'> | undefined => (type?.kind === 'MAP' ? type : undefined);

function mixed(): Mismatch {
  return { message: 'Parameters must be of the same type', flinkClass: VALIDATOR };
}

const arrayConstructor: ScalarFunction = {
  name: 'ARRAY',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'ARRAY[value1, value2, …]',
    text: 'An array of values of one type.',
    category: 'value',
    example: 'ARRAY[1, 2, 3]',
  },
  resolve(args) {
    if (args.length === 0) {
      return {
        message:
          "No match found for function signature ARRAY().\nSupported signatures are:\n'ARRAY(<EQUIVALENT_TYPE>, <EQUIVALENT_TYPE>, <...>)'",
        flinkClass: VALIDATOR,
      };
    }
    const common = leastRestrictiveType(...args.map((a) => a.type));
    if (common === undefined)
      return args.every((a) => a.type.kind === 'NULL')
        ? { type: arrayType({ kind: 'NULL', nullable: true }, false), argTypes: args.map((a) => a.type) }
        : mixed();
    return { type: arrayType(common, false), argTypes: args.map((a) => withNullable(common, a.type.nullable)) };
  },
  emit: (args) => `[${args.join(', ')}]`,
};

const mapConstructor: ScalarFunction = {
  name: 'MAP',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'MAP[key1, value1, …]',
    text: 'A map of keys and values of one type each.',
    category: 'value',
    example: "MAP['a', 1, 'b', 2]",
  },
  resolve(args) {
    if (args.length === 0 || args.length % 2 !== 0)
      return { message: 'Map requires an even number of arguments', flinkClass: VALIDATOR };
    // A bare NULL takes the first known type of all operands, as Calcite infers it.
    const known = args.find((a) => a.type.kind !== 'NULL')?.type;
    const typeOf = (a: ArgumentInfo): LogicalType =>
      a.type.kind === 'NULL' && known !== undefined ? withNullable(known, true) : a.type;
    const key = leastRestrictiveType(...args.filter((_, i) => i % 2 === 0).map(typeOf));
    const value = leastRestrictiveType(...args.filter((_, i) => i % 2 === 1).map(typeOf));
    if (key === undefined || value === undefined) return mixed();
    return {
      type: mapType(key, value, false),
      argTypes: args.map((a, i) => withNullable(i % 2 === 0 ? key : value, a.type.nullable)),
    };
  },
  emit: (args, _types, result, cx) =>
    `${cx.constant(run.makeMap)}([${args.join(', ')}], ${cx.constant(mapOf(result)?.key)})`,
};

const rowConstructor: ScalarFunction = {
  name: 'ROW',
  determinism: 'deterministic',
  nulls: 'own',
  doc: { signature: 'ROW(value1, value2, …)', text: 'A row of values.', category: 'value', example: "ROW(1, 'a')" },
  resolve: (args) =>
    args.some((a) => a.type.kind === 'NULL')
      ? illegalNull()
      : {
          type: rowType(
            args.map((a, i) => ({ name: `EXPR$${i}`, type: a.type })),
            false,
          ),
          argTypes: args.map((a) => a.type),
        },
  emit: (args) => `[${args.join(', ')}]`,
};

/**
 * What Flink's generated code yields for a missing element when the element type is NOT NULL: the
 * default of the Java primitive (flink-semantics #117).
 */
export function missingValue(type: LogicalType): Value {
  if (type.nullable) return null;
  switch (type.kind) {
    case 'BOOLEAN':
      return false;
    case 'CHAR':
    case 'VARCHAR':
      return '';
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_DAY_TIME':
    case 'INTERVAL_YEAR_MONTH':
      return -1;
    default:
      return null;
  }
}

const item: ScalarFunction = {
  name: 'ITEM',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'array[index] or map[key]',
    text: 'An element of an array, from 1, or the value of a key.',
    category: 'collection',
    example: "m['a']",
  },
  resolve(args) {
    const [collection, index] = args;
    if (collection === undefined || index === undefined) return { message: 'ITEM needs two operands' };
    const { type } = collection;
    if (type.kind === 'ARRAY' && (isInteger(index.type) || index.type.kind === 'NULL')) {
      if (typeof index.literal === 'number' && index.literal < 1) {
        return {
          message: `Array element access needs an index starting at 1 but was ${index.literal}.`,
          flinkClass: 'org.apache.flink.table.api.ValidationException',
        };
      }
      return {
        type: withNullable(type.element, true),
        argTypes: [type, index.type.kind === 'NULL' ? intType() : index.type],
      };
    }
    if (type.kind === 'MAP' && commonType(type.key, index.type) !== undefined) {
      const key = isCharacter(type.key) ? stringType(index.type.nullable) : withNullable(type.key, index.type.nullable);
      return { type: withNullable(type.value, true), argTypes: [type, key] };
    }
    return {
      message: `Cannot apply 'ITEM' to arguments of type '${callText('ITEM', args)}'. Supported form(s): <ARRAY>[<INTEGER>]\n<MAP>[<ANY>]\n<ROW>[<CHARACTER>|<INTEGER>]\n<VARIANT>[<CHARACTER>|<INTEGER>]`,
      flinkClass: VALIDATOR,
    };
  },
  emit([collection, index], types, _result, cx) {
    const type = types[0];
    if (type?.kind === 'MAP') {
      return `${cx.constant(run.mapItem)}(${collection}, ${index}, ${cx.constant(type.key)}, ${JSON.stringify(missingValue(type.value))})`;
    }
    return `${cx.constant(run.arrayItem)}(${collection}, ${index}, ${JSON.stringify(missingValue(elementOf(type)))})`;
  },
};

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

/** Constructors, item access, and the functions of arrays and maps. */
export const collectionFunctions: readonly ScalarFunction[] = [
  arrayConstructor,
  mapConstructor,
  rowConstructor,
  item,
  cardinality,
  ...arrayFunctions,
  ...mapFunctions,
];
