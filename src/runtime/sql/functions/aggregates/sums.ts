/**
 * COUNT, SUM, SUM0, AVG. NULLs do not count. SUM keeps its argument's type (an INT sum wraps), AVG of
 * integers is cut toward zero. Flink: `SumAggFunction`, `SumWithRetractAggFunction`, `AvgAggFunction`.
 */
import { divDecimal } from '../../../data/decimal.ts';
import { divLong } from '../../../data/integers.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { isNumeric } from '../../../data/type-families.ts';
import { avgType, bigintType, decimalType, doubleType, sumType } from '../../../data/type-rules.ts';
import type { AccumulatorSlot, AggregateFunction, ArgumentInfo, EmitContext, Mismatch, Resolved } from '../function.ts';
import { illegalNull, matchForms, NUMERIC } from '../typing.ts';
import { numericCode } from './numeric-code.ts';

const COUNT_SLOT: AccumulatorSlot = { initial: '0', codec: { kind: 'value', type: bigintType(false) } };

/** A slot that holds a value of a SQL type. */
export function valueSlot(initial: string, type: LogicalType): AccumulatorSlot {
  return { initial, codec: { kind: 'value', type } };
}

/** Types a call over one number. */
export function resolveNumeric(
  name: string,
  args: readonly ArgumentInfo[],
  result: (type: LogicalType) => LogicalType,
): Resolved | Mismatch {
  const types = matchForms(name, args, [{ params: [NUMERIC] }], 'standard');
  if ('message' in types) return types;
  const [type] = types;
  return type === undefined || !isNumeric(type)
    ? { message: `${name} takes a number` }
    : { type: result(type), argTypes: [type] };
}

const count: AggregateFunction = {
  name: 'COUNT',
  doc: {
    signature: 'COUNT(* | [DISTINCT] value)',
    text: 'Number of rows, or of rows where the value is not NULL.',
    category: 'aggregate',
    example: 'COUNT(*)',
  },
  resolve: (args) =>
    args.some((a) => a.type.kind === 'NULL')
      ? illegalNull()
      : { type: bigintType(false), argTypes: args.map((a) => a.type) },
  code({ argTypes }) {
    const guard = (args: readonly string[]): string => {
      const tests = args.filter((_, i) => argTypes[i]?.nullable !== false).map((a) => `${a} !== null`);
      return tests.length === 0 ? '' : `if (${tests.join(' && ')}) `;
    };
    return {
      slots: [COUNT_SLOT],
      accumulate: ([n], args) => `${guard(args)}${n} += 1;`,
      retract: ([n], args) => `${guard(args)}${n} -= 1;`,
      merge: ([n], [other]) => `${n} += ${other};`,
      value: ([n = '0']) => n,
    };
  },
};

/** `sum = sum === null ? x : sum + x`, also after an overflow to NULL: as Flink's formula does. */
function plus(type: LogicalType, sum: string, x: string, cx: EmitContext): string {
  return `${sum} = ${sum} === null ? ${x} : ${numericCode('+', type, sum, x, cx)};`;
}

const sum: AggregateFunction = {
  name: 'SUM',
  doc: {
    signature: 'SUM([DISTINCT] numeric)',
    text: 'Sum of the values that are not NULL; NULL when there is none.',
    category: 'aggregate',
  },
  resolve: (args) => {
    const resolved = resolveNumeric('SUM', args, sumType);
    // The argument is widened first: decimals are summed with 38 digits.
    return 'message' in resolved
      ? resolved
      : { type: resolved.type, argTypes: [resolved.argTypes[0] ?? resolved.type] };
  },
  code({ type, retract }, cx) {
    if (!retract) {
      return {
        slots: [valueSlot('null', type)],
        accumulate: ([s = ''], [x = 'null']) => `if (${x} !== null) ${plus(type, s, x, cx)}`,
        merge: ([s = ''], [other = 'null']) => `if (${other} !== null) ${plus(type, s, other, cx)}`,
        value: ([s = 'null']) => s,
      };
    }
    return {
      slots: [valueSlot('null', type), COUNT_SLOT],
      accumulate: ([s = '', n], [x = 'null']) => `if (${x} !== null) { ${plus(type, s, x, cx)} ${n} += 1; }`,
      retract: ([s = '', n], [x = 'null']) =>
        `if (${x} !== null) { ${s} = ${numericCode('-', type, `(${s} === null ? 0 : ${s})`, x, cx)}; ${n} -= 1; }`,
      merge: ([s = '', n], [other = 'null', m]) => `if (${other} !== null) ${plus(type, s, other, cx)} ${n} += ${m};`,
      value: ([s = 'null', n]) => `(${n} === 0 ? null : ${s})`,
    };
  },
};

const sum0: AggregateFunction = {
  name: '$SUM0',
  doc: {
    signature: '$SUM0(numeric)',
    text: 'Sum of the values that are not NULL; 0 when there is none. Used by the planner.',
    category: 'aggregate',
  },
  resolve: (args) => resolveNumeric('$SUM0', args, (type) => ({ ...sumType(type), nullable: false })),
  code({ type }, cx) {
    return {
      slots: [valueSlot('0', type)],
      accumulate: ([s = ''], [x = 'null']) => `if (${x} !== null) ${s} = ${numericCode('+', type, s, x, cx)};`,
      retract: ([s = ''], [x = 'null']) => `if (${x} !== null) ${s} = ${numericCode('-', type, s, x, cx)};`,
      merge: ([s = ''], [other = '0']) => `${s} = ${numericCode('+', type, s, other, cx)};`,
      value: ([s = '0']) => s,
    };
  },
};

/** Type in which AVG adds up. */
function avgSumType(type: LogicalType): LogicalType {
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return doubleType(false);
    case 'DECIMAL':
      return decimalType(38, type.scale, false);
    default:
      return bigintType(false);
  }
}

const avg: AggregateFunction = {
  name: 'AVG',
  doc: {
    signature: 'AVG([DISTINCT] numeric)',
    text: 'Mean of the values that are not NULL, in their own type: integers are cut.',
    category: 'aggregate',
  },
  resolve: (args) => resolveNumeric('AVG', args, avgType),
  code({ argTypes, type }, cx) {
    const add = avgSumType(argTypes[0] ?? type);
    // A decimal sum that overflowed stays NULL here, unlike in SUM.
    const step = (op: '+' | '-', s: string, x: string): string =>
      `${add.kind === 'DECIMAL' ? `if (${s} !== null) ` : ''}${s} = ${numericCode(op, add, s, x, cx)};`;
    return {
      slots: [valueSlot('0', add), COUNT_SLOT],
      accumulate: ([s = '', n], [x = 'null']) => `if (${x} !== null) { ${step('+', s, x)} ${n} += 1; }`,
      retract: ([s = '', n], [x = 'null']) => `if (${x} !== null) { ${step('-', s, x)} ${n} -= 1; }`,
      merge: ([s = '', n], [other = '0', m]) => `${step('+', s, other)} ${n} += ${m};`,
      value: ([s = '0', n]) => `(${n} === 0 ? null : ${quotient(add, type, s, n ?? '1', cx)})`,
    };
  },
};

function quotient(add: LogicalType, type: LogicalType, s: string, n: string, cx: EmitContext): string {
  if (type.kind === 'DECIMAL' && add.kind === 'DECIMAL') {
    return `(${s} === null ? null : ${cx.constant(divDecimal)}(${s}, ${add.scale}, ${n}, 0, ${type.precision}, ${type.scale}))`;
  }
  if (type.kind === 'DOUBLE') return `${s} / ${n}`;
  if (type.kind === 'FLOAT') return `Math.fround(${s} / ${n})`;
  return `${cx.constant(divLong)}(${s}, ${n})`;
}

/** COUNT, SUM, $SUM0, AVG. */
export const sumAggregates: readonly AggregateFunction[] = [count, sum, sum0, avg];
