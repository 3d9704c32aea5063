/**
 * COALESCE and its like. Code generation evaluates their arguments one after another and only as far
 * as needed (`4-codegen/generate-lazy.ts`), so that `IF(i = 0, 0, 1 / i)` never divides by zero; the
 * `emit` here is never asked. CASE is a node of its own.
 */
import { assert } from '../../base/assert.ts';
import { compareValues } from '../../data/compare.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { isTimestamp } from '../../data/type-families.ts';
import {
  booleanType,
  commonType,
  leastRestrictiveType,
  withNullable,
  withoutTimeAttribute,
} from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { Value } from '../../data/value.ts';
import { comparisonTypes } from './comparison.ts';
import type { ArgumentInfo, Mismatch, Resolved, ScalarFunction } from './function.ts';
import { anyNullable, callText, illegalNull } from './typing.ts';

const lazy: ScalarFunction['emit'] = () => {
  assert(false, 'conditional functions are generated as branches');
};

const BRIDGED = 'org.apache.flink.table.api.ValidationException';

function resolveCommon(args: readonly ArgumentInfo[], nullable: boolean): Resolved | Mismatch {
  const common = args.length === 0 ? undefined : commonType(...args.map((a) => a.type));
  if (common === undefined)
    return { message: 'Invalid input arguments.', flinkClass: BRIDGED, hint: 'All arguments need a common type.' };
  return { type: withNullable(common, nullable), argTypes: args.map((a) => withNullable(common, a.type.nullable)) };
}

const coalesce: ScalarFunction = {
  name: 'COALESCE',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'COALESCE(value1, value2, …)',
    text: 'The first argument that is not NULL.',
    category: 'conditional',
    example: "COALESCE(name, '?')",
  },
  resolve: (args) =>
    resolveCommon(
      args,
      args.every((a) => a.type.nullable),
    ),
  emit: lazy,
};

const ifNull: ScalarFunction = {
  name: 'IFNULL',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'IFNULL(value, replacement)',
    text: 'The replacement where the value is NULL.',
    category: 'conditional',
  },
  resolve(args) {
    if (args.length !== 2) return { message: 'Invalid input arguments.', flinkClass: BRIDGED };
    return resolveCommon(
      args,
      args.every((a) => a.type.nullable),
    );
  },
  emit: lazy,
};

const IF_FORMS = [
  'ANY_TYPE>, <NUMERIC_TYPE>, <NUMERIC_TYPE',
  'BOOLEAN>, <CHARACTER>, <CHARACTER',
  'BOOLEAN>, <BOOLEAN>, <BOOLEAN',
]
  .map((f) => `'IF(<${f}>)'`)
  .join('\n');

/** Types without a form of IF. */
const NO_IF: ReadonlySet<string> = new Set(['ARRAY', 'MAP', 'MULTISET', 'ROW']);

const ifFunction: ScalarFunction = {
  name: 'IF',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'IF(condition, value1, value2)',
    text: 'value1 when the condition is TRUE, else value2.',
    category: 'conditional',
    example: 'IF(x > 0, 1, 0)',
  },
  resolve(args) {
    const [condition, whenTrue, whenFalse] = args;
    if (condition === undefined || whenTrue === undefined || whenFalse === undefined || args.length !== 3) {
      return {
        message: "Invalid number of arguments to function 'IF'. Was expecting 3 arguments",
        flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
      };
    }
    if (whenTrue.type.kind === 'NULL' || whenFalse.type.kind === 'NULL') return illegalNull();
    // Of two timestamps the first gives the type, whatever the other's precision.
    const common =
      whenTrue.type.kind === whenFalse.type.kind && isTimestamp(whenTrue.type)
        ? withoutTimeAttribute(whenTrue.type)
        : leastRestrictiveType(whenTrue.type, whenFalse.type);
    const isBoolean =
      condition.type.kind === 'BOOLEAN' || condition.type.kind === 'NULL' || condition.type.kind === 'ERROR';
    if (common === undefined || !isBoolean || NO_IF.has(common.kind)) {
      return {
        message: `Cannot apply 'IF' to arguments of type '${callText('IF', args)}'. Supported form(s): ${IF_FORMS}`,
        flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
      };
    }
    return {
      type: withNullable(common, anyNullable(args)),
      argTypes: [
        booleanType(condition.type.nullable),
        withNullable(common, whenTrue.type.nullable),
        withNullable(common, whenFalse.type.nullable),
      ],
    };
  },
  emit: lazy,
};

const nullIf: ScalarFunction = {
  name: 'NULLIF',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'NULLIF(value1, value2)',
    text: 'NULL when both values are equal, else value1.',
    category: 'conditional',
    example: 'x / NULLIF(y, 0)',
  },
  resolve(args) {
    const types = comparisonTypes('=', args);
    if ('message' in types) return types;
    const [a, b] = args;
    if (a === undefined || b === undefined) return { message: 'NULLIF needs two arguments' };
    // The comparison casts; the result is the first argument as it is.
    return { type: withNullable(a.type, true), argTypes: [a.type, b.type] };
  },
  emit: lazy,
};

/** The largest or smallest of values of one type; NULL when one is NULL. */
export function extreme(type: LogicalType, sign: 1 | -1, values: readonly Value[]): Value {
  let best: Value = null;
  for (const value of values) {
    if (value === null) return null;
    if (best === null || compareValues(value, best, type) * sign > 0) best = value;
  }
  return best;
}

/** Flink's generated code cannot cast a bare NULL. */
function untypedNull(args: readonly ArgumentInfo[]): Mismatch | undefined {
  const other = args.find((a) => a.type.kind !== 'NULL');
  if (other === undefined || !args.some((a) => a.type.kind === 'NULL')) return undefined;
  return {
    message: `Unsupported casting from NULL to ${typeToString(withNullable(other.type, true))}.`,
    hint: 'Give the NULL a type: CAST(NULL AS INT).',
    flinkClass: 'org.apache.flink.table.planner.codegen.CodeGenException',
  };
}

/** Flink's generated code does not compile for a DATE beside a TIMESTAMP. */
function mixedDates(args: readonly ArgumentInfo[]): Mismatch | undefined {
  const kinds = new Set(args.map((a) => a.type.kind));
  if (!kinds.has('DATE') || !(kinds.has('TIMESTAMP') || kinds.has('TIMESTAMP_LTZ'))) return undefined;
  return {
    message:
      'Assignment conversion not possible from type "org.apache.flink.table.data.TimestampData" to type "java.lang.Integer"',
    hint: 'Cast the dates to TIMESTAMP.',
    flinkClass: 'org.codehaus.commons.compiler.CompileException',
  };
}

function extremeFunction(name: 'GREATEST' | 'LEAST', text: string): ScalarFunction {
  const sign = name === 'GREATEST' ? 1 : -1;
  return {
    name,
    determinism: 'deterministic',
    nulls: 'strict',
    doc: { signature: `${name}(value1, value2, …)`, text, category: 'conditional', example: `${name}(1, 3, 2)` },
    resolve: (args) => untypedNull(args) ?? mixedDates(args) ?? resolveCommon(args, anyNullable(args)),
    emit: (args, types, _result, cx) =>
      `${cx.constant(extreme)}(${cx.constant(types[0])}, ${sign}, [${args.join(', ')}])`,
  };
}

/** COALESCE, IFNULL, IF, NULLIF, GREATEST, LEAST. */
export const conditionalFunctions: readonly ScalarFunction[] = [
  coalesce,
  ifNull,
  ifFunction,
  nullIf,
  extremeFunction('GREATEST', 'The largest argument; NULL when one is NULL.'),
  extremeFunction('LEAST', 'The smallest argument; NULL when one is NULL.'),
];
