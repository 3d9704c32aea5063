/**
 * `+ - * / %`, unary minus and MOD over numbers, dates and intervals. Integers wrap, decimals are
 * exact and NULL on overflow, doubles are IEEE. Flink: `ScalarOperatorGens`, `FlinkReturnTypes`.
 */
import { addMonths, addMonthsToMs } from '../../data/civil.ts';
import { addDecimal, mulDecimal, subDecimal } from '../../data/decimal.ts';
import { addLong, mulLong, negLong, subLong, wrapByte, wrapShort } from '../../data/integers.ts';
import type { LogicalType, TypeOf } from '../../data/logical-type.ts';
import { toPrecision } from '../../data/time-text.ts';
import {
  isDatetime,
  isExactNumeric,
  isInteger,
  isInterval,
  isNano,
  isNumeric,
  isTimestamp,
} from '../../data/type-families.ts';
import {
  asDecimal,
  bigintType,
  commonDayTimeInterval,
  type DecimalOperator,
  decimalResultType,
  leastRestrictiveType,
  withNullable,
  withoutTimeAttribute,
} from '../../data/type-rules.ts';
import { typeToString } from '../../data/type-text.ts';
import type { ArgumentInfo, EmitContext, Mismatch, Resolved, ScalarFunction } from './function.ts';
import { checkedDiv, checkedDivDecimal, checkedMod, checkedModDecimal } from './runtime/arithmetic.ts';
import { addMonthsToNano, addMsToDate, addMsToNano, addMsToTime } from './runtime/interval.ts';
import { anyNullable, argText, callText, cannotApply, illegalNull } from './typing.ts';

const FORMS: Record<DecimalOperator, readonly string[]> = {
  '+': [
    '<NUMERIC> + <NUMERIC>',
    '<DATETIME_INTERVAL> + <DATETIME_INTERVAL>',
    '<DATETIME> + <DATETIME_INTERVAL>',
    '<DATETIME_INTERVAL> + <DATETIME>',
  ],
  '-': ['<NUMERIC> - <NUMERIC>', '<DATETIME_INTERVAL> - <DATETIME_INTERVAL>', '<DATETIME> - <DATETIME_INTERVAL>'],
  '*': ['<NUMERIC> * <NUMERIC>', '<DATETIME_INTERVAL> * <NUMERIC>', '<NUMERIC> * <DATETIME_INTERVAL>'],
  '/': ['<NUMERIC> / <NUMERIC>', '<DATETIME_INTERVAL> / <NUMERIC>'],
  '%': ['<EXACT_NUMERIC> % <EXACT_NUMERIC>'],
};

/** Types of `left op right`, numbers first, then time arithmetic. */
function resolveArithmetic(op: DecimalOperator, args: readonly ArgumentInfo[], name: string = op): Resolved | Mismatch {
  const [left, right] = args;
  if (left === undefined || right === undefined || args.length !== 2) {
    return { message: `Invalid number of arguments to function '${name}'. Was expecting 2 arguments` };
  }
  const [a, b] = [withoutTimeAttribute(left.type), withoutTimeAttribute(right.type)];
  if (a.kind === 'NULL' || b.kind === 'NULL') return illegalNull();
  if (a.kind === 'ERROR' || b.kind === 'ERROR') return { type: { kind: 'ERROR', nullable: true }, argTypes: [a, b] };
  const nullable = anyNullable(args);
  if (isNumeric(a) && isNumeric(b)) {
    const numeric = resolveNumeric(op, a, b, nullable);
    if (numeric !== undefined) return numeric;
  }
  const temporal = resolveTemporal(op, a, b, nullable);
  if (temporal !== undefined) return temporal;
  if (name !== op) return cannotApply(name, callText(name, args), [`${name}(<EXACT_NUMERIC>, <EXACT_NUMERIC>)`]);
  return cannotApply(op, `${argText(left)} ${op} ${argText(right)}`, FORMS[op]);
}

function resolveNumeric(op: DecimalOperator, a: LogicalType, b: LogicalType, nullable: boolean): Resolved | undefined {
  const exact = isExactNumeric(a) && isExactNumeric(b);
  if (op === '%' && !exact) return undefined;
  if (exact && (a.kind === 'DECIMAL' || b.kind === 'DECIMAL')) {
    const [x, y] = [asDecimal(a), asDecimal(b)];
    if (x === undefined || y === undefined) return undefined;
    return { type: withNullable(decimalResultType(op, x, y), nullable), argTypes: [a, b] };
  }
  if (op === '%') {
    // The result has the divisor's type; the operation itself is done in 64 bits.
    return {
      type: withNullable(b, nullable),
      argTypes: [withNullable(bigintType(), a.nullable), withNullable(bigintType(), b.nullable)],
    };
  }
  const common = leastRestrictiveType(a, b);
  if (common === undefined) return undefined;
  return {
    type: withNullable(common, nullable),
    argTypes: [withNullable(common, a.nullable), withNullable(common, b.nullable)],
  };
}

function resolveTemporal(
  op: DecimalOperator,
  a: LogicalType,
  b: LogicalType,
  nullable: boolean,
): Resolved | Mismatch | undefined {
  if (op === '+' || op === '-') {
    if (a.kind === 'INTERVAL_DAY_TIME' && b.kind === 'INTERVAL_DAY_TIME') {
      return { type: withNullable(commonDayTimeInterval(a, b), nullable), argTypes: [a, b] };
    }
    if (a.kind === 'INTERVAL_YEAR_MONTH' && b.kind === 'INTERVAL_YEAR_MONTH') {
      return { type: withNullable(leastRestrictiveType(a, b) ?? a, nullable), argTypes: [a, b] };
    }
    if (isDatetime(a) && isInterval(b)) return { type: withNullable(a, nullable), argTypes: [a, b] };
    if (op === '+' && isInterval(a) && isDatetime(b)) {
      return { type: withNullable(b, nullable), argTypes: [a, b] };
    }
    return undefined;
  }
  if (op === '*' && isInterval(a) && isNumeric(b)) return intervalProduct(a, b, nullable, [a, bigintType(b.nullable)]);
  if (op === '*' && isNumeric(a) && isInterval(b)) return intervalProduct(b, a, nullable, [bigintType(a.nullable), b]);
  if (op === '/' && isInterval(a) && isNumeric(b)) return unsupportedCall(`/(${typeToString(a)}, ${typeToString(b)})`);
  return undefined;
}

/** Flink's code generator multiplies intervals by whole numbers only. */
function intervalProduct(
  interval: LogicalType,
  factor: LogicalType,
  nullable: boolean,
  argTypes: readonly LogicalType[],
): Resolved | Mismatch {
  if (isInteger(factor)) return { type: withNullable(interval, nullable), argTypes };
  return {
    message: `Unsupported casting from ${typeToString(factor)} to ${typeToString(interval)}.`,
    flinkClass: 'org.apache.flink.table.planner.codegen.CodeGenException',
  };
}

/** What Flink's code generator says about a call that passes validation and has no code. */
export function unsupportedCall(call: string): Mismatch {
  return {
    message: `Unsupported call: ${call} \nIf you think this function should be supported, you can create an issue and start a discussion for it.`,
    flinkClass: 'org.apache.flink.table.planner.codegen.CodeGenException',
  };
}

/** Code of one operator for the types that `resolveArithmetic` gave. */
function emitArithmetic(
  op: DecimalOperator,
  args: readonly string[],
  types: readonly LogicalType[],
  result: LogicalType,
  cx: EmitContext,
): string {
  const [a = 'null', b = 'null'] = args;
  const [left, right] = types;
  if (left === undefined || right === undefined) return 'null';
  if (isDatetime(left) || isDatetime(right)) return emitDatetimePlus(op, a, b, left, right, result, cx);
  if (isInterval(left) || isInterval(right)) return emitIntervalArithmetic(op, a, b, left, right);
  if (result.kind === 'DECIMAL') return emitDecimal(op, a, b, left, right, result, cx);
  if (result.kind === 'DOUBLE') return `(${a} ${op} ${b})`;
  if (result.kind === 'FLOAT') return `Math.fround(${a} ${op} ${b})`;
  return emitInteger(op, a, b, result, cx);
}

function emitDecimal(
  op: DecimalOperator,
  a: string,
  b: string,
  left: LogicalType,
  right: LogicalType,
  result: TypeOf<'DECIMAL'>,
  cx: EmitContext,
): string {
  const run = { '+': addDecimal, '-': subDecimal, '*': mulDecimal, '/': checkedDivDecimal, '%': checkedModDecimal }[op];
  const scales = [asDecimal(left)?.scale ?? 0, asDecimal(right)?.scale ?? 0];
  return `${cx.constant(run)}(${a}, ${scales[0]}, ${b}, ${scales[1]}, ${result.precision}, ${result.scale})`;
}

function emitInteger(op: DecimalOperator, a: string, b: string, result: LogicalType, cx: EmitContext): string {
  if (op === '%') return wrapTo(result, `${cx.constant(checkedMod)}(${a}, ${b})`, cx);
  if (op === '/') return wrapTo(result, `${cx.constant(checkedDiv)}(${a}, ${b})`, cx);
  if (result.kind === 'BIGINT') {
    return `${cx.constant({ '+': addLong, '-': subLong, '*': mulLong }[op])}(${a}, ${b})`;
  }
  if (op === '*') return result.kind === 'INT' ? `Math.imul(${a}, ${b})` : wrapTo(result, `${a} * ${b}`, cx);
  return result.kind === 'INT' ? `((${a} ${op} ${b}) | 0)` : wrapTo(result, `${a} ${op} ${b}`, cx);
}

function wrapTo(type: LogicalType, code: string, cx: EmitContext): string {
  switch (type.kind) {
    case 'TINYINT':
      return `${cx.constant(wrapByte)}(${code})`;
    case 'SMALLINT':
      return `${cx.constant(wrapShort)}(${code})`;
    case 'INT':
      return `((${code}) | 0)`;
    default:
      return code;
  }
}

function emitIntervalArithmetic(
  op: DecimalOperator,
  a: string,
  b: string,
  left: LogicalType,
  right: LogicalType,
): string {
  const code = `Number(${a}) ${op} Number(${b})`;
  // Months and milliseconds are whole: what a factor leaves over is cut.
  return isInterval(left) && isInterval(right) ? `(${a} ${op} ${b})` : `(Math.trunc(${code}) + 0)`;
}

function emitDatetimePlus(
  op: DecimalOperator,
  a: string,
  b: string,
  left: LogicalType,
  right: LogicalType,
  result: LogicalType,
  cx: EmitContext,
): string {
  const flipped = isInterval(left);
  const [time, amount] = flipped ? [b, a] : [a, b];
  const [type, interval] = flipped ? [right, left] : [left, right];
  const signed = op === '-' ? `-${amount}` : amount;
  const months = interval.kind === 'INTERVAL_YEAR_MONTH';
  switch (type.kind) {
    case 'DATE':
      if (isTimestamp(result))
        return `${cx.constant(toPrecision)}(${time} * 86400000 + ${signed}, ${result.precision})`;
      return months
        ? `${cx.constant(addMonths)}(${time}, ${signed})`
        : `${cx.constant(addMsToDate)}(${time}, ${signed})`;
    case 'TIME':
      return months ? time : `${cx.constant(addMsToTime)}(${time}, ${signed})`;
    default:
      if (isNano(type)) return `${cx.constant(months ? addMonthsToNano : addMsToNano)}(${time}, ${signed})`;
      return months ? `${cx.constant(addMonthsToMs)}(${time}, ${signed})` : `(${time} + ${signed})`;
  }
}

/** Adds an interval to a date, time or timestamp term: shared with TIMESTAMPADD. */
export const emitPlus: ScalarFunction['emit'] = (args, types, result, cx) =>
  emitArithmetic('+', args, types, result, cx);

function arithmetic(op: DecimalOperator, text: string, example: string): ScalarFunction {
  return {
    name: op,
    determinism: 'deterministic',
    nulls: 'strict',
    doc: { signature: `value1 ${op} value2`, text, example, category: 'arithmetic' },
    resolve: (args) => resolveArithmetic(op, args),
    emit: (args, types, result, cx) => emitArithmetic(op, args, types, result, cx),
  };
}

const negate: ScalarFunction = {
  name: 'NEGATE',
  determinism: 'deterministic',
  nulls: 'strict',
  doc: { signature: '- numeric', text: 'The value with the other sign.', category: 'arithmetic' },
  resolve(args) {
    const [arg] = args;
    if (arg === undefined) return { message: 'unary minus needs an operand' };
    if (arg.type.kind === 'NULL') return illegalNull();
    if (!isNumeric(arg.type) && !isInterval(arg.type) && arg.type.kind !== 'ERROR') {
      return cannotApply('-', `-${argText(arg)}`, ['-<NUMERIC>', '-<DATETIME_INTERVAL>']);
    }
    return { type: arg.type, argTypes: [arg.type] };
  },
  emit([a = 'null'], _types, result, cx) {
    switch (result.kind) {
      case 'FLOAT':
      case 'DOUBLE':
        return `(-${a})`;
      case 'BIGINT':
        return `${cx.constant(negLong)}(${a})`;
      case 'DECIMAL':
        return `(typeof ${a} === 'number' ? 0 - ${a} : -${a})`;
      case 'INT':
      case 'TINYINT':
      case 'SMALLINT':
        return wrapTo(result, `-${a}`, cx);
      default:
        return `(0 - ${a})`;
    }
  },
};

const mod: ScalarFunction = {
  ...arithmetic('%', 'Remainder of the division, with the sign of the dividend.', 'MOD(-5, 3)'),
  name: 'MOD',
  doc: {
    signature: 'MOD(numeric1, numeric2)',
    text: 'Remainder of the division, with the sign of the dividend.',
    example: 'MOD(-5, 3)',
    category: 'arithmetic',
  },
  resolve: (args) => resolveArithmetic('%', args, 'MOD'),
};

/** The arithmetic operators and MOD. */
export const arithmeticFunctions: readonly ScalarFunction[] = [
  arithmetic('+', 'Sum. Adds an interval to a date or time.', "ts + INTERVAL '1' HOUR"),
  arithmetic('-', 'Difference. Takes an interval from a date or time.', "ts - INTERVAL '5' SECOND"),
  arithmetic('*', 'Product.', '2 * 3'),
  arithmetic('/', 'Quotient; integers are cut toward zero, and division of an integer by zero fails.', '7 / 2'),
  arithmetic('%', 'Remainder of the division, with the sign of the dividend.', '7 % 3'),
  negate,
  mod,
];
