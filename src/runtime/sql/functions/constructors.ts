/** Constructors of arrays, maps and rows, and access to their items. Arrays count from 1. */
import type { LogicalType, TypeOf } from '../../data/logical-type.ts';
import { isCharacter, isInteger } from '../../data/type-families.ts';
import {
  arrayType,
  commonType,
  intType,
  leastRestrictiveType,
  mapType,
  rowType,
  stringType,
  withNullable,
} from '../../data/type-rules.ts';
import type { Value } from '../../data/value.ts';
import type { ArgumentInfo, Mismatch, ScalarFunction } from './function.ts';
import * as run from './runtime/collections.ts';
import { callText, illegalNull } from './typing.ts';

/** Class of the mistakes that Calcite's validator finds. */
export const VALIDATOR = 'org.apache.calcite.sql.validate.SqlValidatorException';

/** Element type of an array or multiset; NULL's type for anything else. */
export const elementOf = (type: LogicalType | undefined): LogicalType =>
  type !== undefined && 'element' in type ? type.element : { kind: 'NULL', nullable: true };
/** The type when it is a map. */
export const mapOf = (type: LogicalType | undefined): TypeOf<'MAP'> | undefined =>
  type?.kind === 'MAP' ? type : undefined;

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

/** ARRAY[…], MAP[…], ROW(…) and item access. */
export const constructorFunctions: readonly ScalarFunction[] = [arrayConstructor, mapConstructor, rowConstructor, item];
