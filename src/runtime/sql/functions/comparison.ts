/**
 * Comparison operators. Equality is Java's: `NaN = NaN` is TRUE, while `<` and its like follow IEEE.
 * Strings compare by code point. Operands of one family compare after the lossless cast to their
 * common type; decimals compare exactly whatever their scales. Flink: `ScalarOperatorGens`.
 */
import { compareBytes, compareNano, compareStrings } from '../../data/compare.ts';
import { compareDecimal, decimalToDouble } from '../../data/decimal.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import {
  isBinary,
  isCharacter,
  isDatetime,
  isExactNumeric,
  isInterval,
  isNano,
  isNumeric,
  isTimestamp,
} from '../../data/type-families.ts';
import {
  asDecimal,
  booleanType,
  leastRestrictiveType,
  stringType,
  timestampLtzType,
  timestampType,
  withNullable,
  withoutTimeAttribute,
} from '../../data/type-rules.ts';
import { typeRootName, typeToString } from '../../data/type-text.ts';
import type { ArgumentInfo, EmitContext, Mismatch, Resolved, ScalarFunction } from './function.ts';
import { equals3 } from './runtime/equality.ts';
import { anyNullable, argText, cannotApply } from './typing.ts';

/** The six comparison operators by symbol. */
export type ComparisonOperator = '=' | '<>' | '<' | '<=' | '>' | '>=';

/** Types both operands of a comparison are cast to, or why they cannot be compared. */
export function comparisonTypes(name: string, args: readonly ArgumentInfo[]): readonly LogicalType[] | Mismatch {
  const [left, right] = args;
  if (left === undefined || right === undefined || args.length !== 2) {
    return { message: `Invalid number of arguments to function '${name}'. Was expecting 2 arguments` };
  }
  const [a, b] = [withoutTimeAttribute(left.type), withoutTimeAttribute(right.type)];
  if (a.kind === 'ERROR' || b.kind === 'ERROR') return [a, b];
  if (a.kind === 'NULL') return [withNullable(b, true), b];
  if (b.kind === 'NULL') return [a, withNullable(a, true)];
  // `<` and its like read a text as a number at run time; equality of a text and a number is refused.
  const ordering = name.startsWith('<') ? name !== '<>' : name.startsWith('>');
  if (isNumeric(a) && isCharacter(b)) return ordering ? [a, withNullable(a, true)] : noImplicitConversion(a, b);
  if (isCharacter(a) && isNumeric(b)) return ordering ? [withNullable(b, true), b] : noImplicitConversion(a, b);
  if (!ordering && ((a.kind === 'BOOLEAN' && isCharacter(b)) || (isCharacter(a) && b.kind === 'BOOLEAN')))
    return [a, b];
  if (isCharacter(a) && (isDatetime(b) || isInterval(b))) return [withNullable(b, true), b];
  if ((isDatetime(a) || isInterval(a)) && isCharacter(b)) return [a, withNullable(a, true)];
  if (isTimestamp(a) && isTimestamp(b)) return timestampPair(a, b, ordering);
  if (isNumeric(a) && isNumeric(b)) return numericPair(a, b);
  if (isCharacter(a) && isCharacter(b))
    return [withNullable(stringType(), a.nullable), withNullable(stringType(), b.nullable)];
  if (isBinary(a) && isBinary(b)) return [a, b];
  const common = a.kind === b.kind ? leastRestrictiveType(a, b) : undefined;
  if (common === undefined) {
    return cannotApply(name, `${argText(left)} ${name} ${argText(right)}`, [
      `<COMPARABLE_TYPE> ${name} <COMPARABLE_TYPE>`,
    ]);
  }
  return [withNullable(common, a.nullable), withNullable(common, b.nullable)];
}

/** Flink 2.3 has no implicit cast between texts and numbers yet and says so. */
function noImplicitConversion(a: LogicalType, b: LogicalType): Mismatch {
  return {
    message: `implicit type conversion between ${typeRootName(a)} and ${typeRootName(b)} is not supported now`,
    hint: 'Cast one side.',
    flinkClass: 'org.apache.flink.table.api.ValidationException',
  };
}

/**
 * A TIMESTAMP that meets a TIMESTAMP_LTZ: equality compares moments, `<` and its like compare wall clocks
 * of the session's zone. The two differ in the hour that a change of the clock skips.
 */
function timestampPair(
  a: LogicalType & { precision: number },
  b: LogicalType & { precision: number },
  ordering: boolean,
): readonly LogicalType[] {
  const precision = Math.max(a.precision, b.precision);
  const local = a.kind === 'TIMESTAMP_LTZ' || b.kind === 'TIMESTAMP_LTZ';
  const shape = (type: LogicalType): LogicalType =>
    (local && !ordering ? timestampLtzType : timestampType)(precision, type.nullable);
  return [shape(a), shape(b)];
}

/** Exact numbers stay as they are (compared at a common scale); with a FLOAT or DOUBLE both become that. */
function numericPair(a: LogicalType, b: LogicalType): readonly LogicalType[] {
  if (isExactNumeric(a) && isExactNumeric(b)) return [a, b];
  const common = leastRestrictiveType(a, b) ?? a;
  return [withNullable(common, a.nullable), withNullable(common, b.nullable)];
}

function resolveComparison(name: string, args: readonly ArgumentInfo[], nullable: boolean): Resolved | Mismatch {
  const argTypes = comparisonTypes(name, args);
  if ('message' in argTypes) return argTypes;
  return { type: booleanType(nullable), argTypes };
}

/** A boolean JavaScript expression for `a op b`; terms are not null. */
export function emitComparison(
  operator: ComparisonOperator,
  a: string,
  b: string,
  types: readonly LogicalType[],
  cx: EmitContext,
): string {
  const [left, right] = types;
  if (left === undefined || right === undefined) return 'false';
  const js = operator === '=' ? '===' : operator === '<>' ? '!==' : operator;
  if (left.kind === 'DECIMAL' || right.kind === 'DECIMAL') return emitDecimalComparison(js, a, b, left, right, cx);
  switch (left.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      if (operator === '=') return `(${a} === ${b} || (${a} !== ${a} && ${b} !== ${b}))`;
      if (operator === '<>') return `!(${a} === ${b} || (${a} !== ${a} && ${b} !== ${b}))`;
      return `(${a} ${js} ${b})`;
    case 'CHAR':
    case 'VARCHAR':
      if (operator === '=' || operator === '<>') return `(${a} ${js} ${b})`;
      return `(${cx.constant(compareStrings)}(${a}, ${b}) ${js} 0)`;
    case 'BINARY':
    case 'VARBINARY':
      return `(${cx.constant(compareBytes)}(${a}, ${b}) ${js} 0)`;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return isNano(left) ? `(${cx.constant(compareNano)}(${a}, ${b}) ${js} 0)` : `(${a} ${js} ${b})`;
    default:
      return `(${a} ${js} ${b})`;
  }
}

function emitDecimalComparison(
  js: string,
  a: string,
  b: string,
  left: LogicalType,
  right: LogicalType,
  cx: EmitContext,
): string {
  const [x, y] = [asDecimal(left), asDecimal(right)];
  if (x === undefined || y === undefined) {
    const scale = (x ?? y)?.scale ?? 0;
    const toDouble = cx.constant(decimalToDouble);
    return x === undefined ? `(${a} ${js} ${toDouble}(${b}, ${scale}))` : `(${toDouble}(${a}, ${scale}) ${js} ${b})`;
  }
  if (x.scale === y.scale) return `(${a} ${js} ${b})`;
  return `(${cx.constant(compareDecimal)}(${a}, ${x.scale}, ${b}, ${y.scale}) ${js} 0)`;
}

function isConstructedKind(type: LogicalType | undefined): boolean {
  return type?.kind === 'ARRAY' || type?.kind === 'MAP' || type?.kind === 'ROW' || type?.kind === 'MULTISET';
}

function comparison(operator: ComparisonOperator, text: string): ScalarFunction {
  return {
    name: operator,
    determinism: 'deterministic',
    nulls: 'strict',
    doc: { signature: `value1 ${operator} value2`, text, category: 'comparison' },
    resolve(args) {
      const resolved = resolveComparison(operator, args, anyNullable(args));
      if ('message' in resolved || operator === '=' || operator === '<>') return resolved;
      const unordered = resolved.argTypes.find(isConstructedKind);
      if (unordered === undefined) return resolved;
      return {
        message: `Comparable type expected, but was '${typeToString(unordered)}'.`,
        hint: 'Arrays, maps and rows can be equal or not, but have no order.',
        flinkClass: 'org.apache.flink.table.planner.codegen.CodeGenException',
      };
    },
    emit(args, types, _result, cx) {
      const [a = 'null', b = 'null'] = args;
      const type = types[0];
      if (isConstructedKind(type) && (operator === '=' || operator === '<>')) {
        const equal = `${cx.constant(equals3)}(${a}, ${b}, ${cx.constant(type)})`;
        if (operator === '=') return equal;
        const t = cx.local();
        cx.statement(`${t} = ${equal};`);
        return `(${t} === null ? null : !${t})`;
      }
      return emitComparison(operator, a, b, types, cx);
    },
  };
}

function distinct(name: 'IS DISTINCT FROM' | 'IS NOT DISTINCT FROM'): ScalarFunction {
  const negated = name === 'IS NOT DISTINCT FROM';
  return {
    name,
    determinism: 'deterministic',
    nulls: 'own',
    doc: {
      signature: `value1 ${name} value2`,
      text: negated
        ? 'TRUE when both are equal or both are NULL; never NULL.'
        : 'TRUE when the values differ, NULL counting as a value; never NULL.',
      category: 'comparison',
      example: `NULL ${name} NULL`,
    },
    resolve: (args) => resolveComparison(name, args, false),
    emit(args, types, _result, cx) {
      const [a = 'null', b = 'null'] = args;
      const equal = isConstructedKind(types[0])
        ? `${cx.constant(equals3)}(${a}, ${b}, ${cx.constant(types[0])}) === true`
        : emitComparison('=', a, b, types, cx);
      const same = `(${a} === null || ${b} === null ? ${a} === ${b} : ${equal})`;
      return negated ? same : `!${same}`;
    },
  };
}

/** `x IN (a, b)` over a list: TRUE if one is equal, else NULL if one comparison is NULL, else FALSE. */
const inList: ScalarFunction = {
  name: 'IN',
  determinism: 'deterministic',
  nulls: 'own',
  doc: {
    signature: 'value IN (value1, value2, …)',
    text: 'TRUE when the value equals one of the list.',
    category: 'comparison',
  },
  resolve(args) {
    const [operand, ...items] = args;
    if (operand === undefined) return { message: 'IN needs an operand' };
    for (const item of items) {
      const pair = comparisonTypes('<', [operand, item]);
      if ('message' in pair) {
        return 'message' in pair && pair.message.startsWith('implicit')
          ? pair
          : {
              message: 'Values passed to IN operator must have compatible types',
              flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
            };
      }
    }
    if (leastRestrictiveType(...items.map((a) => a.type)) === undefined && items.some((a) => a.type.kind !== 'NULL')) {
      return {
        message: 'Values in expression list must have compatible types',
        flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
      };
    }
    const types = args.map((a) => a.type);
    // A text among numbers is read as a number.
    const common = leastRestrictiveType(...types) ?? leastRestrictiveType(...types.filter(isNumeric)) ?? operand.type;
    return {
      type: booleanType(anyNullable(args)),
      argTypes: args.map((a) => withNullable(common, a.type.nullable || a.type.kind === 'NULL')),
    };
  },
  emit(args, types, _result, cx) {
    const [operand = 'null', ...items] = args;
    const type = types[0];
    const t = cx.local();
    cx.statement(`${t} = false;`);
    for (const item of items) {
      const equal = isConstructedKind(type)
        ? `${cx.constant(equals3)}(${operand}, ${item}, ${cx.constant(type)})`
        : `(${operand} === null || ${item} === null ? null : ${emitComparison('=', operand, item, type ? [type, type] : [], cx)})`;
      cx.statement(`if (${t} !== true) { const e = ${equal}; if (e !== false) ${t} = e; }`);
    }
    return t;
  },
};

/** All comparison operators. */
export const comparisonFunctions: readonly ScalarFunction[] = [
  comparison('=', 'TRUE when both values are equal; NULL when one is NULL.'),
  comparison('<>', 'TRUE when the values differ; NULL when one is NULL.'),
  comparison('<', 'TRUE when value1 is less than value2.'),
  comparison('<=', 'TRUE when value1 is less than or equal to value2.'),
  comparison('>', 'TRUE when value1 is greater than value2.'),
  comparison('>=', 'TRUE when value1 is greater than or equal to value2.'),
  distinct('IS DISTINCT FROM'),
  distinct('IS NOT DISTINCT FROM'),
  inList,
];
