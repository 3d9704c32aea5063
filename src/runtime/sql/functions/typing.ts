/**
 * The small language in which functions state what arguments they take. A *form* is one accepted
 * shape of a call; the first form that fits gives the types the arguments are cast to. Messages are
 * worded as Calcite words them for standard functions, and as Flink does for its own ("bridged") ones.
 */
import type { LogicalType } from '../../data/logical-type.ts';
import {
  isBinary,
  isCharacter,
  isDatetime,
  isExactNumeric,
  isInteger,
  isInterval,
  isNumeric,
  isTimestamp,
} from '../../data/type-families.ts';
import {
  bigintType,
  booleanType,
  bytesType,
  doubleType,
  intType,
  stringType,
  withNullable,
  withoutTimeAttribute,
} from '../../data/type-rules.ts';
import { typeToDigest } from '../../data/type-text.ts';
import type { ArgumentInfo, Mismatch, Resolved } from './function.ts';

/** A set of types that a parameter takes, under the name that messages show. */
export type Family =
  | 'NUMERIC'
  | 'EXACT_NUMERIC'
  | 'INTEGER'
  | 'CHARACTER'
  | 'BINARY'
  | 'STRING'
  | 'BOOLEAN'
  | 'DATETIME'
  | 'TIMESTAMP'
  | 'DATE'
  | 'TIME'
  | 'DATETIME_INTERVAL'
  | 'ARRAY'
  | 'MAP'
  | 'MULTISET'
  | 'ROW'
  | 'SYMBOL'
  | 'VARIANT'
  | 'ANY';

/** A parameter: its family, and what the argument is cast to (left as it is when absent). */
export interface Param {
  readonly family: Family;
  readonly to?: LogicalType;
}

/** One accepted shape of a call. */
export interface Form {
  readonly params: readonly Param[];
  /** How many of `params` may be left out at the end. */
  readonly optional?: number;
  /** The last parameter may repeat. */
  readonly repeats?: boolean;
}

/** What a standard function (Calcite) or a bridged one (Flink) says about a wrong call. */
export type MessageStyle = 'standard' | 'bridged';

const p = (family: Family, to?: LogicalType): Param => (to === undefined ? { family } : { family, to });

/** Any number, kept as it is. */
export const NUMERIC = p('NUMERIC');
/** Any number, taken as DOUBLE. */
export const AS_DOUBLE = p('NUMERIC', doubleType());
/** An exact number, kept as it is. */
export const EXACT = p('EXACT_NUMERIC');
/** An integer, taken as INT. */
export const AS_INT = p('INTEGER', intType());
/** An integer, taken as BIGINT. */
export const AS_BIGINT = p('INTEGER', bigintType());
/** CHAR or VARCHAR, taken as STRING. */
export const AS_STRING = p('CHARACTER', stringType());
/** CHAR or VARCHAR, kept as it is. */
export const CHARACTER = p('CHARACTER');
/** BINARY or VARBINARY, taken as BYTES. */
export const AS_BYTES = p('BINARY', bytesType());
/** BOOLEAN. */
export const AS_BOOLEAN = p('BOOLEAN', booleanType());
/** Any type, kept as it is. */
export const ANY = p('ANY');
/** A keyword. */
export const SYMBOL = p('SYMBOL');
/** An array. */
export const ARRAY = p('ARRAY');
/** A map. */
export const MAP = p('MAP');
/** TIMESTAMP or TIMESTAMP_LTZ. */
export const TIMESTAMP = p('TIMESTAMP');
/** DATE, TIME or a timestamp. */
export const DATETIME = p('DATETIME');
/** An interval. */
export const INTERVAL = p('DATETIME_INTERVAL');

/** Shorthand for a form of fixed parameters, the last `optional` of which may be left out. */
export function form(params: readonly Param[], optional = 0): Form {
  return { params, optional };
}

/** Whether `type` belongs to `family`. NULL and unbound expressions belong to all. */
export function inFamily(type: LogicalType, family: Family): boolean {
  if (type.kind === 'NULL' || type.kind === 'ERROR') return true;
  switch (family) {
    case 'ANY':
      return true;
    case 'NUMERIC':
      return isNumeric(type);
    case 'EXACT_NUMERIC':
      return isExactNumeric(type);
    case 'INTEGER':
      return isInteger(type);
    case 'CHARACTER':
      return isCharacter(type);
    case 'BINARY':
      return isBinary(type);
    case 'STRING':
      return isCharacter(type) || isBinary(type);
    case 'DATETIME':
      return isDatetime(type);
    case 'TIMESTAMP':
      return isTimestamp(type);
    case 'DATETIME_INTERVAL':
      return isInterval(type);
    default:
      return type.kind === family;
  }
}

/** The argument types of the first form that fits, or the mismatch to report. */
export function matchForms(
  name: string,
  args: readonly ArgumentInfo[],
  forms: readonly Form[],
  style: MessageStyle,
): readonly LogicalType[] | Mismatch {
  const byCount = forms.filter((f) => fitsCount(f, args.length));
  if (byCount.length === 0) return countMismatch(name, args, forms, style);
  for (const candidate of byCount) {
    if (args.every((arg, i) => inFamily(arg.type, paramAt(candidate, i).family))) {
      if (
        style === 'standard' &&
        args.some((arg, i) => arg.type.kind === 'NULL' && paramAt(candidate, i).family !== 'ANY')
      ) {
        return illegalNull();
      }
      return args.map((arg, i) => argumentType(arg.type, paramAt(candidate, i)));
    }
  }
  return style === 'bridged' ? bridgedMismatch(name, forms) : standardMismatch(name, args, forms);
}

function fitsCount(f: Form, count: number): boolean {
  if (count < f.params.length - (f.optional ?? 0)) return false;
  return f.repeats === true || count <= f.params.length;
}

function paramAt(f: Form, index: number): Param {
  return f.params[Math.min(index, f.params.length - 1)] ?? ANY;
}

function argumentType(type: LogicalType, param: Param): LogicalType {
  const target = param.to ?? (type.kind === 'NULL' ? nullDefault(param.family) : undefined);
  if (target === undefined) return withoutTimeAttribute(type);
  return withNullable(target, type.nullable);
}

/** What a bare NULL counts as in a place of some family. */
function nullDefault(family: Family): LogicalType | undefined {
  switch (family) {
    case 'NUMERIC':
    case 'EXACT_NUMERIC':
    case 'INTEGER':
      return intType();
    case 'CHARACTER':
    case 'STRING':
      return stringType();
    case 'BINARY':
      return bytesType();
    case 'BOOLEAN':
      return booleanType();
    default:
      return undefined;
  }
}

/** `CAST(NULL AS …)` is what Calcite asks for where a bare NULL has no type. */
export function illegalNull(): Mismatch {
  return {
    message: "Illegal use of 'NULL'",
    hint: 'Give the NULL a type: CAST(NULL AS INT).',
    flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
  };
}

function countMismatch(
  name: string,
  args: readonly ArgumentInfo[],
  forms: readonly Form[],
  style: MessageStyle,
): Mismatch {
  if (style === 'bridged') return bridgedMismatch(name, forms);
  const counts = new Set<number>();
  for (const f of forms) {
    for (let n = f.params.length - (f.optional ?? 0); n <= f.params.length; n += 1) counts.add(n);
  }
  return {
    message: `Invalid number of arguments to function '${name}'. Was expecting ${[...counts].sort((a, b) => a - b).join(' or ')} arguments`,
    hint: `${args.length} given.`,
    flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
  };
}

function bridgedMismatch(name: string, forms: readonly Form[]): Mismatch {
  return {
    message: 'Invalid input arguments.',
    hint: `Expected: ${forms.map((f) => formText(name, f)).join(' or ')}`,
    flinkClass: 'org.apache.flink.table.api.ValidationException',
  };
}

/** Calcite's sentence for a call whose argument types fit no form. */
export function standardMismatch(name: string, args: readonly ArgumentInfo[], forms: readonly Form[]): Mismatch {
  return cannotApply(
    name,
    callText(name, args),
    forms.map((f) => formText(name, f)),
  );
}

/** `Cannot apply 'f' to arguments of type 'f(<INTEGER>)'. Supported form(s): …`. */
export function cannotApply(name: string, call: string, forms: readonly string[]): Mismatch {
  return {
    message: `Cannot apply '${name}' to arguments of type '${call}'. Supported form(s): ${forms.map((f) => `'${f}'`).join('\n')}`,
    flinkClass: 'org.apache.calcite.sql.validate.SqlValidatorException',
  };
}

/** `ABS(<INTEGER>)`: a call with its argument types. */
export function callText(name: string, args: readonly ArgumentInfo[]): string {
  return `${name}(${args.map(argText).join(', ')})`;
}

/** `<INTEGER>`: the type of an argument as messages show it. */
export function argText(arg: ArgumentInfo): string {
  return `<${arg.symbol ?? typeToDigest(arg.type).toUpperCase()}>`;
}

function formText(name: string, f: Form): string {
  const params = f.params.map((param) => `<${param.family}>`);
  return `${name}(${params.join(', ')}${f.repeats ? '...' : ''})`;
}

/** Whether an argument may be NULL. */
export function anyNullable(args: readonly ArgumentInfo[]): boolean {
  return args.some((a) => a.type.nullable);
}

/** Whether a typing result says that the call does not fit. */
export function isMismatch(result: Resolved | Mismatch | readonly LogicalType[]): result is Mismatch {
  return 'message' in result;
}
