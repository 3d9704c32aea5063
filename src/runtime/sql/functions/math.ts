/** Numeric functions. Java's results: halves round away from zero, doubles round by their decimal text. */

import { utf8Encode } from '../../data/bytes.ts';
import { ceilDecimal, floorDecimal } from '../../data/decimal.ts';
import { absLong, signLong } from '../../data/integers.ts';
import type { LogicalType } from '../../data/logical-type.ts';
import { isInteger, isInterval } from '../../data/type-families.ts';
import { decimalType, doubleType, intType, roundDecimalType, stringType, withNullable } from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import { unsupportedCall } from './arithmetic.ts';
import { type Definition, define } from './define.ts';
import type { ArgumentInfo, EmitContext, ScalarFunction } from './function.ts';
import {
  binaryText,
  hexText,
  javaRandom,
  randomInteger,
  roundDecimalTo,
  roundDoubleTo,
  roundLongTo,
  truncateDecimalTo,
  truncateDoubleTo,
  truncateLongTo,
} from './runtime/math.ts';
import { AS_BIGINT, AS_DOUBLE, AS_INT, AS_STRING, form, NUMERIC } from './typing.ts';

/** Functions of one DOUBLE that are one JavaScript expression. */
function unary(name: string, text: string, code: (x: string) => string): Definition {
  return {
    name,
    signature: `${name}(numeric)`,
    text,
    forms: [form([AS_DOUBLE])],
    style: 'standard',
    result: doubleType(),
    emit: ([x = 'NaN']) => code(x),
  };
}

/** The argument's type. */
const same = (types: readonly LogicalType[]): LogicalType => types[0] ?? intType();

function constant(name: string, text: string, value: number): Definition {
  return {
    name,
    signature: `${name}()`,
    text,
    forms: [form([])],
    style: 'standard',
    result: doubleType(false),
    emit: () => String(value),
  };
}

function roundType(types: readonly LogicalType[], args: readonly ArgumentInfo[]): LogicalType {
  const type = same(types);
  if (type.kind !== 'DECIMAL') return type;
  const digits = args.length < 2 ? 0 : args[1]?.literal;
  return typeof digits === 'number' ? roundDecimalType(type.precision, type.scale, digits) : type;
}

/** ROUND and TRUNCATE differ only in their run-time functions. */
function rounding(
  name: 'ROUND' | 'TRUNCATE',
  text: string,
  run: {
    readonly double: typeof roundDoubleTo;
    readonly long: typeof roundLongTo;
    readonly decimal: typeof roundDecimalTo;
  },
): Definition {
  return {
    name,
    signature: `${name}(numeric [, digits])`,
    text,
    example: `${name}(2.675E0, 2)`,
    forms: [form([NUMERIC, AS_INT], 1)],
    style: 'standard',
    result: roundType,
    emit([x = '0', digits = '0'], types, result, cx) {
      const type = types[0] ?? intType();
      if (type.kind === 'DECIMAL' && result.kind === 'DECIMAL') {
        return `${cx.constant(run.decimal)}(${x}, ${type.scale}, ${digits}, ${result.precision}, ${result.scale})`;
      }
      if (isInteger(type)) return narrowInteger(`${cx.constant(run.long)}(${x}, ${digits})`, type);
      return type.kind === 'FLOAT'
        ? `Math.fround(${cx.constant(run.double)}(${x}, ${digits}))`
        : `${cx.constant(run.double)}(${x}, ${digits})`;
    },
  };
}

function narrowInteger(code: string, type: LogicalType): string {
  return type.kind === 'BIGINT' ? code : `(Number(${code}) | 0)`;
}

/** FLOOR or CEIL of a number; the forms with a unit are in `temporal.ts`. */
export function emitFloorCeil(x: string, type: LogicalType, direction: 'floor' | 'ceil', cx: EmitContext): string {
  if (isInteger(type)) return x;
  if (type.kind === 'DECIMAL')
    return `${cx.constant(direction === 'floor' ? floorDecimal : ceilDecimal)}(${x}, ${type.scale})`;
  return `Math.${direction}(${x})`;
}

/** Type of FLOOR or CEIL of a number: decimals lose their scale. */
export function floorCeilType(type: LogicalType): LogicalType {
  return type.kind === 'DECIMAL' ? decimalType(type.precision, 0, type.nullable) : type;
}

const definitions: readonly Definition[] = [
  {
    name: 'ABS',
    signature: 'ABS(numeric)',
    text: 'The value without its sign.',
    forms: [form([NUMERIC]), form([{ family: 'DATETIME_INTERVAL' }])],
    style: 'standard',
    result: (types) =>
      types[0] !== undefined && isInterval(types[0]) ? unsupportedCall(`ABS(${typeToString(types[0])})`) : same(types),
    emit([x = '0'], types, _result, cx) {
      const kind = types[0]?.kind;
      if (kind === 'BIGINT' || kind === 'DECIMAL')
        return kind === 'BIGINT'
          ? `${cx.constant(absLong)}(${x})`
          : `(${x} < 0 ? (typeof ${x} === 'number' ? 0 - ${x} : -${x}) : ${x})`;
      if (kind === 'INT') return `(Math.abs(${x}) | 0)`;
      if (kind === 'SMALLINT') return `(Math.abs(${x}) << 16 >> 16)`;
      if (kind === 'TINYINT') return `(Math.abs(${x}) << 24 >> 24)`;
      return `Math.abs(${x})`;
    },
  },
  {
    name: 'SIGN',
    signature: 'SIGN(numeric)',
    text: '-1, 0 or 1 in the type of the argument.',
    forms: [form([NUMERIC])],
    style: 'standard',
    result: same,
    emit([x = '0'], types, _result, cx) {
      const type = types[0];
      if (type?.kind === 'DECIMAL') return `${cx.constant(signDecimal)}(${x}, ${type.scale})`;
      return type !== undefined && isInteger(type) ? `${cx.constant(signLong)}(${x})` : `Math.sign(${x})`;
    },
  },
  rounding('ROUND', 'Rounded to some digits after the point; halves go away from zero.', {
    double: roundDoubleTo,
    long: roundLongTo,
    decimal: roundDecimalTo,
  }),
  rounding('TRUNCATE', 'Cut to some digits after the point.', {
    double: truncateDoubleTo,
    long: truncateLongTo,
    decimal: truncateDecimalTo,
  }),
  unary('SQRT', 'Square root; NaN for a negative number.', (x) => `Math.sqrt(${x})`),
  unary('EXP', 'e raised to a power.', (x) => `Math.exp(${x})`),
  unary('LN', 'Natural logarithm.', (x) => `Math.log(${x})`),
  unary('LOG10', 'Logarithm of base 10.', (x) => `Math.log10(${x})`),
  unary('LOG2', 'Logarithm of base 2.', (x) => `(Math.log(${x}) / Math.LN2)`),
  unary('SIN', 'Sine.', (x) => `Math.sin(${x})`),
  unary('COS', 'Cosine.', (x) => `Math.cos(${x})`),
  unary('TAN', 'Tangent.', (x) => `Math.tan(${x})`),
  unary('COT', 'Cotangent.', (x) => `(1 / Math.tan(${x}))`),
  unary('ASIN', 'Arc sine.', (x) => `Math.asin(${x})`),
  unary('ACOS', 'Arc cosine.', (x) => `Math.acos(${x})`),
  unary('ATAN', 'Arc tangent.', (x) => `Math.atan(${x})`),
  unary('SINH', 'Hyperbolic sine.', (x) => `Math.sinh(${x})`),
  unary('COSH', 'Hyperbolic cosine.', (x) => `Math.cosh(${x})`),
  unary('TANH', 'Hyperbolic tangent.', (x) => `Math.tanh(${x})`),
  unary('DEGREES', 'Radians as degrees.', (x) => `(${x} * 57.29577951308232)`),
  unary('RADIANS', 'Degrees as radians.', (x) => `(${x} * 0.017453292519943295)`),
  {
    name: 'POWER',
    signature: 'POWER(numeric1, numeric2)',
    text: 'The first number raised to the second, as DOUBLE.',
    forms: [form([AS_DOUBLE, AS_DOUBLE])],
    style: 'standard',
    result: doubleType(),
    emit: ([x, y]) => `Math.pow(${x}, ${y})`,
  },
  {
    name: 'ATAN2',
    signature: 'ATAN2(y, x)',
    text: 'Angle of the point (x, y).',
    forms: [form([AS_DOUBLE, AS_DOUBLE])],
    style: 'standard',
    result: doubleType(),
    emit: ([y, x]) => `Math.atan2(${y}, ${x})`,
  },
  {
    name: 'LOG',
    signature: 'LOG([base,] numeric)',
    text: 'Logarithm; natural when no base is given.',
    forms: [form([AS_DOUBLE, AS_DOUBLE], 1)],
    style: 'standard',
    result: doubleType(),
    emit: ([x, y]) => (y === undefined ? `Math.log(${x})` : `(Math.log(${y}) / Math.log(${x}))`),
  },
  constant('PI', 'The number π.', Math.PI),
  constant('E', 'The number e.', Math.E),
  {
    name: 'RAND',
    signature: 'RAND([seed])',
    text: 'A random DOUBLE in [0, 1).',
    determinism: 'per-row',
    forms: [form([AS_INT], 1)],
    style: 'standard',
    result: doubleType(false),
    nullability: 'as-is',
    emit: ([seed], _types, _result, cx) =>
      seed === undefined ? `${cx.runtime}.random()` : `${cx.constant(javaRandom())}.nextDouble(${seed})`,
  },
  {
    name: 'RAND_INTEGER',
    signature: 'RAND_INTEGER([seed,] bound)',
    text: 'A random INT in [0, bound).',
    determinism: 'per-row',
    forms: [form([AS_INT]), form([AS_INT, AS_INT])],
    style: 'standard',
    result: intType(false),
    nullability: 'as-is',
    emit: ([first, second], _types, _result, cx) =>
      second === undefined
        ? `${cx.constant(randomInteger)}(${first}, ${cx.runtime}.random())`
        : `${cx.constant(javaRandom())}.nextInt(${first}, ${second})`,
  },
  {
    name: 'BIN',
    signature: 'BIN(integer)',
    text: 'Binary digits; a negative number has 64 of them.',
    forms: [form([AS_BIGINT])],
    style: 'standard',
    result: stringType(),
    call: binaryText,
  },
  {
    name: 'HEX',
    signature: 'HEX(integer | string)',
    text: 'Upper-case hex digits of a number, or of the UTF-8 bytes of a text.',
    forms: [form([AS_BIGINT]), form([AS_STRING])],
    style: 'standard',
    result: stringType(),
    emit: ([x], types, _result, cx) =>
      types[0]?.kind === 'BIGINT' ? `${cx.constant(hexText)}(${x})` : `${cx.constant(hexOfText)}(${x})`,
  },
];

function signDecimal(value: number | bigint, scale: number): number | bigint {
  const sign = value > 0 ? 1 : value < 0 ? -1 : 0;
  return sign === 0 ? 0 : scale <= 15 ? sign * 10 ** scale : BigInt(sign) * 10n ** BigInt(scale);
}

function hexOfText(text: string): string {
  return Array.from(utf8Encode(text), (b) => b.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase();
}

/** Numeric functions except the operators. */
export const mathFunctions: readonly ScalarFunction[] = define('arithmetic', definitions).map(nullabilityOfRandom);

/** Random functions never give NULL for a seed that is not. */
function nullabilityOfRandom(fn: ScalarFunction): ScalarFunction {
  if (fn.name !== 'RAND' && fn.name !== 'RAND_INTEGER') return fn;
  return {
    ...fn,
    resolve(args) {
      const resolved = fn.resolve(args);
      return 'message' in resolved
        ? resolved
        : {
            ...resolved,
            type: withNullable(
              resolved.type,
              args.some((a) => a.type.nullable),
            ),
          };
    },
  };
}
