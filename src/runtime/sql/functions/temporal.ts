/** Functions over dates, times, timestamps and intervals. Zoned ones work at the session's wall clock. */

import type { LogicalType, TypeOf } from '../../data/logical-type.ts';
import { parseDate } from '../../data/time-text.ts';
import {
  isCharacter,
  isDatetime,
  isInteger,
  isInterval,
  isNano,
  isNumeric,
  isTimestamp,
} from '../../data/type-families.ts';
import {
  bigintType,
  dateType,
  intType,
  stringType,
  timestampLtzType,
  timestampType,
  withNullable,
  withoutTimeAttribute,
} from '../../data/type-rules.ts';
import { emitPlus } from './arithmetic.ts';
import { type Definition, define } from './define.ts';
import type { ArgumentInfo, EmitContext, Mismatch, Resolved, ScalarFunction } from './function.ts';
import { emitFloorCeil, floorCeilType } from './math.ts';
import * as run from './runtime/temporal.ts';
import { AS_STRING, anyNullable, callText, cannotApply, form, illegalNull } from './typing.ts';

const EXTRACT_FORMS = [
  'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME_INTERVAL>)',
  'EXTRACT(<DATETIME_INTERVAL> FROM <DATETIME>)',
];

function resolveExtract(args: readonly ArgumentInfo[]): Resolved | Mismatch {
  const [unit, value] = args;
  if (unit === undefined || value === undefined) return { message: 'EXTRACT needs a unit and a value' };
  if (!isDatetime(value.type) && !isInterval(value.type) && value.type.kind !== 'ERROR') {
    return cannotApply(
      'EXTRACT',
      `EXTRACT(<INTERVAL ${unit.symbol}> FROM ${callText('', [value]).slice(1, -1)})`,
      EXTRACT_FORMS,
    );
  }
  if (value.type.kind === 'TIME' && !TIME_FIELDS.has(unit.symbol ?? '')) {
    return {
      message: `unit ${unit.symbol} can not be applied to time variable`,
      flinkClass: 'org.apache.flink.table.api.ValidationException',
    };
  }
  return { type: bigintType(value.type.nullable), argTypes: [unit.type, withoutTimeAttribute(value.type)] };
}

/** What a TIME of day has. */
const TIME_FIELDS: ReadonlySet<string> = new Set([
  'HOUR',
  'MINUTE',
  'SECOND',
  'MILLISECOND',
  'MICROSECOND',
  'NANOSECOND',
  'EPOCH',
]);

/** Code of a field of a datetime or interval term; `field` is a JavaScript string literal. */
function emitExtract(field: string, value: string, type: LogicalType, cx: EmitContext): string {
  switch (type.kind) {
    case 'DATE':
      return `${cx.constant(run.extractDate)}(${field}, ${value})`;
    case 'TIME':
      return `${cx.constant(run.extractFromMs)}(${field}, ${value}, 0)`;
    case 'TIMESTAMP_LTZ':
      return `${cx.constant(run.extractLtz)}(${field}, ${value}, ${cx.runtime}.timeZone)`;
    case 'INTERVAL_YEAR_MONTH':
      return `${cx.constant(run.extractMonths)}(${field}, ${value})`;
    case 'INTERVAL_DAY_TIME':
      return `${cx.constant(run.extractMs)}(${field}, ${value})`;
    default:
      return `${cx.constant(run.extractTimestamp)}(${field}, ${value})`;
  }
}

const extract: ScalarFunction = {
  name: 'EXTRACT',
  determinism: 'deterministic',
  nulls: 'strict',
  doc: {
    signature: 'EXTRACT(unit FROM value)',
    text: 'A field of a date, time, timestamp or interval, as BIGINT.',
    example: 'EXTRACT(HOUR FROM ts)',
    category: 'temporal',
  },
  resolve: resolveExtract,
  emit: ([field = '""', value = 'null'], types, _result, cx) =>
    emitExtract(field, value, types[1] ?? timestampType(3), cx),
};

/** YEAR(x), HOUR(x) and their like are EXTRACT by another name. */
function fieldFunction(name: string, field: string, text: string): ScalarFunction {
  return {
    name,
    determinism: 'deterministic',
    nulls: 'strict',
    doc: { signature: `${name}(value)`, text, category: 'temporal' },
    resolve(args) {
      const [value] = args;
      if (value === undefined || args.length !== 1)
        return { message: `Invalid number of arguments to function '${name}'. Was expecting 1 arguments` };
      if (value.type.kind === 'NULL') return illegalNull();
      if (!isDatetime(value.type) && value.type.kind !== 'ERROR')
        return cannotApply(name, callText(name, args), [`${name}(<DATETIME>)`]);
      return { type: bigintType(value.type.nullable), argTypes: [withoutTimeAttribute(value.type)] };
    },
    emit: ([value = 'null'], types, _result, cx) =>
      emitExtract(JSON.stringify(field), value, types[0] ?? timestampType(3), cx),
  };
}

/** FLOOR and CEIL, of a number or to a unit. */
function floorCeil(name: 'FLOOR' | 'CEIL' | 'CEILING', direction: 'floor' | 'ceil'): ScalarFunction {
  return {
    name,
    determinism: 'deterministic',
    nulls: 'strict',
    doc: {
      signature: `${name}(numeric) or ${name}(datetime TO unit)`,
      text: `Rounded ${direction === 'floor' ? 'down' : 'up'}: a number to a whole one, a time to a unit.`,
      example: `${name}(ts TO HOUR)`,
      category: 'arithmetic',
    },
    resolve(args) {
      const [value, unit] = args;
      if (value === undefined)
        return { message: `Invalid number of arguments to function '${name}'. Was expecting 1 arguments` };
      if (value.type.kind === 'NULL') return illegalNull();
      const type = withoutTimeAttribute(value.type);
      if (unit === undefined && isNumeric(type)) return { type: floorCeilType(type), argTypes: [type] };
      if (unit !== undefined && isDatetime(type)) return { type, argTypes: [type, unit.type] };
      if (type.kind === 'ERROR') return { type, argTypes: args.map((a) => a.type) };
      return cannotApply(name, callText(name, args), [
        `${name}(<NUMERIC>)`,
        `${name}(<DATETIME_INTERVAL>)`,
        `${name}(<DATE> TO <TIME_UNIT>)`,
        `${name}(<TIME> TO <TIME_UNIT>)`,
        `${name}(<TIMESTAMP> TO <TIME_UNIT>)`,
      ]);
    },
    emit([value = 'null', unit], types, _result, cx) {
      const type = types[0] ?? intType();
      if (unit === undefined) return emitFloorCeil(value, type, direction, cx);
      const tail = `${unit}, ${value}, '${direction}'`;
      if (type.kind === 'DATE') return `${cx.constant(run.roundDate)}(${tail})`;
      if (type.kind === 'TIME') return `${cx.constant(run.roundMs)}(${tail})`;
      if (!isTimestamp(type)) return value;
      if (type.kind === 'TIMESTAMP_LTZ')
        return `${cx.constant(run.roundLtz)}(${tail}, ${type.precision}, ${cx.runtime}.timeZone)`;
      return `${cx.constant(run.roundTimestamp)}(${tail}, ${type.precision})`;
    },
  };
}

const MONTHS_OF: Record<string, number> = {
  MONTH: 1,
  QUARTER: 3,
  YEAR: 12,
  DECADE: 120,
  CENTURY: 1200,
  MILLENNIUM: 12_000,
};
const MS_OF: Record<string, number> = {
  MILLISECOND: 1,
  SECOND: 1000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
  WEEK: 604_800_000,
};

/** Unit names as TIMESTAMPADD takes them: `SQL_TSI_DAY` is DAY. */
const unitOf = (symbol: string | undefined): string => (symbol ?? '').replace(/^SQL_TSI_/, '');

function intervalOf(unit: string): LogicalType {
  if (MONTHS_OF[unit] !== undefined)
    return { kind: 'INTERVAL_YEAR_MONTH', nullable: false, unit: 'MONTH', precision: 2 };
  const fine = unit === 'HOUR' || unit === 'MINUTE' || unit === 'SECOND' || unit === 'MILLISECOND';
  const name: TypeOf<'INTERVAL_DAY_TIME'>['unit'] = fine ? 'SECOND' : 'DAY';
  return { kind: 'INTERVAL_DAY_TIME', nullable: false, unit: name, precision: 2, fraction: 3 };
}

const timestampAdd: ScalarFunction = {
  name: 'TIMESTAMPADD',
  determinism: 'deterministic',
  nulls: 'strict',
  doc: {
    signature: 'TIMESTAMPADD(unit, count, datetime)',
    text: 'The time some units later.',
    example: 'TIMESTAMPADD(DAY, 7, ts)',
    category: 'temporal',
  },
  resolve(args) {
    const [unit, count, value] = args;
    if (unit === undefined || count === undefined || value === undefined)
      return { message: "Invalid number of arguments to function 'TIMESTAMPADD'. Was expecting 3 arguments" };
    if (count.type.kind === 'NULL' || value.type.kind === 'NULL') return illegalNull();
    if (!isInteger(count.type) || !isDatetime(value.type))
      return cannotApply('TIMESTAMPADD', callText('TIMESTAMPADD', args), [
        'TIMESTAMPADD(<TIME_UNIT>, <INTEGER>, <DATETIME>)',
      ]);
    const type = withoutTimeAttribute(value.type);
    const name = unitOf(unit.symbol);
    if (MONTHS_OF[name] === undefined && MS_OF[name] === undefined && unit.symbol !== undefined)
      return {
        message: `Unsupported call: TIMESTAMPADD with ${name}`,
        flinkClass: 'org.apache.flink.table.planner.codegen.CodeGenException',
      };
    const toTimestamp = type.kind === 'DATE' && MS_OF[name] !== undefined && name !== 'DAY' && name !== 'WEEK';
    const result = toTimestamp ? timestampType(6) : type;
    return {
      type: withNullable(result, anyNullable([count, value])),
      argTypes: [unit.type, bigintType(count.type.nullable), type],
    };
  },
  emit([unit = '""', count = '0', value = 'null'], types, result, cx) {
    const name = unitOf(JSON.parse(unit) as string);
    const factor = MONTHS_OF[name] ?? MS_OF[name] ?? 1;
    const amount = cx.local();
    cx.statement(`${amount} = Number(${count}) * ${factor};`);
    return emitPlus([value, amount], [types[2] ?? timestampType(3), intervalOf(name)], result, cx);
  },
};

const timestampDiff: ScalarFunction = {
  name: 'TIMESTAMPDIFF',
  determinism: 'deterministic',
  nulls: 'strict',
  doc: {
    signature: 'TIMESTAMPDIFF(unit, from, to)',
    text: 'Whole units between two times.',
    example: 'TIMESTAMPDIFF(MINUTE, started, ended)',
    category: 'temporal',
  },
  resolve(args) {
    const [unit, from, to] = args;
    if (unit === undefined || from === undefined || to === undefined)
      return { message: "Invalid number of arguments to function 'TIMESTAMPDIFF'. Was expecting 3 arguments" };
    if (from.type.kind === 'NULL' || to.type.kind === 'NULL') return illegalNull();
    if (!isDatetime(from.type) || !isDatetime(to.type))
      return cannotApply('TIMESTAMPDIFF', callText('TIMESTAMPDIFF', args), [
        'TIMESTAMPDIFF(<TIME_UNIT>, <DATETIME>, <DATETIME>)',
      ]);
    const [a, b] = [withoutTimeAttribute(from.type), withoutTimeAttribute(to.type)];
    if ((a.kind === 'TIMESTAMP_LTZ') !== (b.kind === 'TIMESTAMP_LTZ'))
      return {
        message: 'TIMESTAMP_LTZ only supports diff between the same type.',
        hint: 'Cast one of the times.',
        flinkClass: 'org.apache.flink.table.planner.codegen.CodeGenException',
      };
    return { type: intType(anyNullable([from, to])), argTypes: [unit.type, a, b] };
  },
  emit([unit = '""', from = 'null', to = 'null'], types, _result, cx) {
    const ms = (term: string, type: LogicalType | undefined): string =>
      type?.kind === 'DATE' ? `${term} * 86400000` : type !== undefined && isNano(type) ? `${term}.epochMs` : term;
    const name = JSON.stringify(unitOf(JSON.parse(unit) as string));
    return `(${cx.constant(run.timestampDiff)}(${name}, ${ms(from, types[1])}, ${ms(to, types[2])}) | 0)`;
  },
};

const STRING = stringType();
const DATE_PATTERN = "'yyyy-MM-dd HH:mm:ss'";

const definitions: readonly Definition[] = [
  {
    name: 'DATE_FORMAT',
    signature: 'DATE_FORMAT(timestamp, pattern)',
    text: "A time as text, by a pattern of Java's DateTimeFormatter.",
    example: "DATE_FORMAT(ts, 'yyyy-MM-dd HH:mm')",
    forms: [form([{ family: 'TIMESTAMP' }, AS_STRING]), form([AS_STRING, AS_STRING])],
    style: 'standard',
    result: STRING,
    nullability: 'always',
    emit([value, pattern], types, _result, cx) {
      const type = types[0] ?? STRING;
      if (isCharacter(type)) return `${cx.constant(run.formatTextBy)}(${value}, ${pattern})`;
      if (type.kind === 'TIMESTAMP_LTZ')
        return `${cx.constant(run.formatLtzBy)}(${value}, ${pattern}, ${cx.runtime}.timeZone)`;
      return `${cx.constant(run.formatTimestampBy)}(${value}, ${pattern})`;
    },
  },
  {
    name: 'TO_DATE',
    signature: 'TO_DATE(string [, pattern])',
    text: 'The date of a text; NULL when it is none.',
    forms: [form([AS_STRING, AS_STRING], 1)],
    style: 'standard',
    result: dateType(),
    nullability: 'always',
    emit: ([text, pattern], _types, _result, cx) =>
      pattern === undefined
        ? `${cx.constant(parseDate)}(${text})`
        : `${cx.constant(/^["']/.test(text ?? '') ? run.toDateOfConstant : run.toDateBy)}(${text}, ${pattern})`,
  },
  {
    name: 'TO_TIMESTAMP',
    signature: 'TO_TIMESTAMP(string [, pattern])',
    text: 'The TIMESTAMP(3) of a text; NULL when it is none.',
    example: "TO_TIMESTAMP('2024-01-02 03:04:05')",
    forms: [form([AS_STRING, AS_STRING], 1)],
    style: 'standard',
    result: timestampType(3),
    nullability: 'always',
    emit: ([text, pattern], _types, _result, cx) =>
      pattern === undefined
        ? `${cx.constant(run.toTimestamp)}(${text})`
        : `${cx.constant(run.toTimestampBy)}(${text}, ${pattern})`,
  },
  {
    name: 'TO_TIMESTAMP_LTZ',
    signature: 'TO_TIMESTAMP_LTZ(numeric [, precision]) or TO_TIMESTAMP_LTZ(string [, pattern [, zone]])',
    text: 'The instant of an epoch number (milliseconds by default, seconds with precision 0) or of a text (in UTC by default).',
    example: 'TO_TIMESTAMP_LTZ(epoch_ms, 3)',
    forms: [
      form([{ family: 'NUMERIC' }, { family: 'INTEGER', to: intType() }], 1),
      form([AS_STRING, AS_STRING, AS_STRING], 2),
    ],
    result: (types, args) => {
      const precision = args[1]?.literal;
      const numeric = types[0] !== undefined && isNumeric(types[0]);
      return timestampLtzType(numeric && typeof precision === 'number' && precision > 3 ? precision : 3);
    },
    nullability: 'always',
    emit([value, second, zone], types, _result, cx) {
      const type = types[0] ?? STRING;
      if (isCharacter(type))
        return `${cx.constant(run.toLtzFromText)}(${value}, ${second ?? 'undefined'}, ${zone ?? "'UTC'"})`;
      const number = type.kind === 'DECIMAL' ? `Math.trunc(Number(${value}) / 1e${type.scale})` : value;
      return `${cx.constant(run.toLtzFromNumber)}(${number}, ${second ?? '3'})`;
    },
  },
  {
    name: 'FROM_UNIXTIME',
    signature: 'FROM_UNIXTIME(seconds [, pattern])',
    text: "Seconds since 1970 as text, at the session's zone.",
    forms: [form([{ family: 'INTEGER', to: bigintType() }, AS_STRING], 1)],
    style: 'standard',
    result: STRING,
    nullability: 'always',
    emit: ([seconds, pattern = DATE_PATTERN], _types, _result, cx) =>
      `${cx.constant(run.fromUnixTime)}(${seconds}, ${pattern}, ${cx.runtime}.timeZone)`,
  },
  {
    name: 'UNIX_TIMESTAMP',
    signature: 'UNIX_TIMESTAMP([string [, pattern]])',
    text: "Seconds since 1970, of now or of a text at the session's zone.",
    determinism: 'per-query',
    forms: [form([AS_STRING, AS_STRING], 2)],
    style: 'standard',
    result: bigintType(),
    emit: ([text, pattern = DATE_PATTERN], _types, _result, cx) =>
      text === undefined
        ? `Math.trunc(${cx.now()} / 1000)`
        : `${cx.constant(run.unixTimestamp)}(${text}, ${pattern}, ${cx.runtime}.timeZone)`,
  },
  {
    name: 'CONVERT_TZ',
    signature: 'CONVERT_TZ(string, from, to)',
    text: "A text 'yyyy-MM-dd HH:mm:ss' moved from one time zone to another.",
    forms: [form([AS_STRING, AS_STRING, AS_STRING])],
    style: 'standard',
    result: STRING,
    nullability: 'always',
    call: run.convertTz,
  },
];

/** Temporal functions. */
export const temporalFunctions: readonly ScalarFunction[] = [
  extract,
  fieldFunction('YEAR', 'YEAR', 'The year.'),
  fieldFunction('QUARTER', 'QUARTER', 'The quarter, 1 to 4.'),
  fieldFunction('MONTH', 'MONTH', 'The month, 1 to 12.'),
  fieldFunction('WEEK', 'WEEK', 'The ISO week.'),
  fieldFunction('DAYOFYEAR', 'DOY', 'The day of the year.'),
  fieldFunction('DAYOFMONTH', 'DAY', 'The day of the month.'),
  fieldFunction('DAYOFWEEK', 'DOW', 'The day of the week, Sunday is 1.'),
  fieldFunction('HOUR', 'HOUR', 'The hour, 0 to 23.'),
  fieldFunction('MINUTE', 'MINUTE', 'The minute.'),
  fieldFunction('SECOND', 'SECOND', 'The second.'),
  floorCeil('FLOOR', 'floor'),
  floorCeil('CEIL', 'ceil'),
  floorCeil('CEILING', 'ceil'),
  timestampAdd,
  timestampDiff,
  ...define('temporal', definitions),
];
