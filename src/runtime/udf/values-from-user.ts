/**
 * What user code gave as engine values (`data/value.ts`), compiled once for each type. Nothing is cast:
 * a value that is not one of the declared type is a `UserValueError` that names the function and the
 * column, the type and what came. Exact forms of the same value are taken (a safe integer for BIGINT, a
 * text for DECIMAL); everything else would hide a mistake.
 */
import { unreachable } from '../base/assert.ts';
import { fitDecimal, parseDecimal, pow10 } from '../data/decimal.ts';
import { canonical, LONG_MAX, LONG_MIN, type Long } from '../data/integers.ts';
import { LENGTH_MAX, type LogicalType, type Schema, type TypeOf } from '../data/logical-type.ts';
import { typeToString } from '../data/type-text.ts';
import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';
import { keyCodec } from '../data/value-key.ts';
import { describeUserValue } from './describe-user-value.ts';

/** User code gave something that its declaration does not allow. */
export class UserValueError extends Error {
  override readonly name = 'UserValueError';
}

/** A user value as an engine value; throws `UserValueError`. */
export type FromUser = (value: unknown) => Value;

/** A user object as an engine row; throws `UserValueError`. */
export type RowFromUser = (value: unknown) => Row;

/** The converter of one type. `what` opens the messages: `the result of risk`. */
export function fromUser(type: LogicalType, what: string): FromUser {
  const convert = notNull(type, what);
  const { nullable } = type;
  const expected = typeToString(type);
  return (value) => {
    if (value === null && nullable) return null;
    if (value === null || value === undefined) return fail(what, expected, value);
    return convert(value);
  };
}

/** The converter of rows given by name. `what` opens the messages: `a row of sessions`. */
export function rowFromUser(schema: Schema, what: string): RowFromUser {
  const names = schema.map((field) => field.name);
  const converters = schema.map((field) => fromUser(field.type, `${what}, column ${field.name}`));
  const known = new Set(names);
  return (value) => {
    if (value === null || typeof value !== 'object' || Array.isArray(value))
      throw new UserValueError(
        `${what}: expected an object with ${names.join(', ')}, but got ${describeUserValue(value)}`,
      );
    const object = value as Readonly<Record<string, unknown>>;
    const row: Value[] = [];
    for (let i = 0; i < names.length; i++) {
      const convert = converters[i];
      if (convert !== undefined) row.push(convert(object[names[i] ?? '']));
    }
    const keys = Object.keys(object);
    if (keys.length > names.length) {
      const extra = keys.filter((key) => !known.has(key));
      if (extra.length > 0)
        throw new UserValueError(`${what}: there is no column ${extra.join(', ')}; declared are ${names.join(', ')}`);
    }
    return row;
  };
}

function fail(what: string, expected: string, value: unknown, hint = ''): never {
  throw new UserValueError(`${what}: expected ${expected}, but got ${describeUserValue(value)}${hint}`);
}

/** The converter of values that are not NULL. */
function notNull(type: LogicalType, what: string): FromUser {
  const expected = typeToString(type);
  const wrong = (value: unknown, hint?: string): never => fail(what, expected, value, hint);
  switch (type.kind) {
    case 'BOOLEAN':
      return (value) => (typeof value === 'boolean' ? value : wrong(value));
    case 'TINYINT':
      return integer(-128, 127, wrong);
    case 'SMALLINT':
      return integer(-32_768, 32_767, wrong);
    case 'INT':
    case 'DATE':
    case 'INTERVAL_YEAR_MONTH':
      return integer(-2_147_483_648, 2_147_483_647, wrong);
    case 'INTERVAL_DAY_TIME':
      return integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, wrong);
    case 'BIGINT':
      return (value) => {
        if (typeof value === 'bigint') return value >= LONG_MIN && value <= LONG_MAX ? canonical(value) : wrong(value);
        if (Number.isSafeInteger(value)) return (value as number) + 0;
        return wrong(value, typeof value === 'number' ? ': give a bigint' : '');
      };
    case 'FLOAT':
      return (value) => {
        if (typeof value !== 'number') return wrong(value);
        const rounded = Math.fround(value);
        // Every number that is not a float is rounded to the nearest, but one that is too large has none.
        return Number.isFinite(rounded) || !Number.isFinite(value) ? rounded : wrong(value);
      };
    case 'DOUBLE':
      return (value) => (typeof value === 'number' ? value : wrong(value));
    case 'DECIMAL':
      return decimal(type, wrong);
    case 'CHAR':
    case 'VARCHAR':
      return text(type, wrong);
    case 'BINARY':
    case 'VARBINARY':
      return (value) => {
        if (!isBytes(value)) return wrong(value);
        // The constructor looks inside; `length` and the iterator may be the user's own.
        const bytes = new Uint8Array(value);
        const fits = type.kind === 'BINARY' ? bytes.length === type.length : bytes.length <= type.length;
        return fits ? bytes : wrong(value, ` of length ${bytes.length}`);
      };
    case 'TIME': {
      const step = 10 ** Math.max(0, 3 - type.precision);
      const check = integer(0, 86_399_999, wrong);
      return (value) => (Number(check(value)) % step === 0 ? check(value) : wrong(value));
    }
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestamp(type.precision, wrong);
    case 'ARRAY': {
      const convert = fromUser(type.element, `${what}, an element`);
      return (value) => {
        if (!Array.isArray(value)) return wrong(value);
        const made: Value[] = [];
        for (let i = 0; i < value.length; i++) made.push(convert(value[i]));
        return made;
      };
    }
    case 'MAP':
      return map(type.key, fromUser(type.key, `${what}, a key`), fromUser(type.value, `${what}, a value`), wrong);
    case 'MULTISET':
      return map(
        type.element,
        fromUser(type.element, `${what}, an element`),
        integer(1, 2_147_483_647, (count) => fail(`${what}, a count`, 'a number from 1', count)),
        wrong,
      );
    case 'ROW':
      return rowFromUser(type.fields, what);
    case 'NULL':
      return wrong;
    // The reader accepts no declaration with these.
    case 'SYMBOL':
    case 'DESCRIPTOR':
    case 'VARIANT':
    case 'ERROR':
      return wrong;
    default:
      return unreachable(type);
  }
}

type Wrong = (value: unknown, hint?: string) => never;

function integer(min: number, max: number, wrong: Wrong): FromUser {
  return (value) => {
    // + 0 makes -0 the zero that SQL knows.
    if (typeof value === 'number')
      return Number.isInteger(value) && value >= min && value <= max ? value + 0 : wrong(value);
    if (typeof value === 'bigint' && value >= min && value <= max) return Number(value);
    return wrong(value);
  };
}

function text(type: LogicalType & { readonly length: number }, wrong: Wrong): FromUser {
  const { kind, length } = type;
  if (length === LENGTH_MAX) return (value) => (typeof value === 'string' ? value : wrong(value));
  return (value) => {
    if (typeof value !== 'string') return wrong(value);
    const count = codePointCount(value, length);
    return (kind === 'CHAR' ? count === length : count <= length) ? value : wrong(value, ` of length ${count}`);
  };
}

/** Characters as SQL counts them: a pair of surrogates is one. */
function codePointCount(value: string, enough: number): number {
  if (value.length <= enough && !/[\ud800-\udbff]/.test(value)) return value.length;
  let count = 0;
  for (const _ of value) count++;
  return count;
}

function decimal({ precision, scale }: TypeOf<'DECIMAL'>, wrong: Wrong): FromUser {
  const exact = (value: unknown, unscaled: bigint, fromScale: number): Long => {
    let at = unscaled;
    if (fromScale > scale) {
      const divisor = pow10(fromScale - scale);
      if (unscaled % divisor !== 0n)
        return wrong(value, `: more than ${scale} digits after the point, round it with rounded(${scale})`);
      at = unscaled / divisor;
    } else if (fromScale < scale) {
      at = unscaled * pow10(scale - fromScale);
    }
    return fitDecimal(canonical(at), precision) ?? wrong(value);
  };
  return (value) => {
    const given = decimalIn(value);
    if (given !== undefined) return exact(value, given.unscaled, given.scale);
    if (typeof value === 'bigint') return exact(value, value, 0);
    if (typeof value !== 'number' && typeof value !== 'string') return wrong(value);
    // No type has more than 38 digits, so an exponent of more than three digits means no value of any.
    const parsed = parseDecimal(String(value).trim());
    if (parsed === undefined || Math.abs(parsed.scale) > 1000) return wrong(value);
    return parsed.scale >= 0
      ? exact(value, parsed.unscaled, parsed.scale)
      : exact(value, parsed.unscaled * pow10(-parsed.scale), 0);
  };
}

function timestamp(precision: number, wrong: Wrong): FromUser {
  const msStep = 10 ** Math.max(0, 3 - precision);
  const nanoStep = 10 ** Math.min(6, Math.max(0, 9 - precision));
  return (value) => {
    const given = timestampIn(value);
    if (given === undefined)
      return wrong(
        value,
        Object.prototype.toString.call(value) === '[object Date]' ? ': write Timestamp.of(date)' : '',
      );
    const { epochMs, nanoOfMs } = given;
    if (epochMs % msStep !== 0 || nanoOfMs % nanoStep !== 0)
      return wrong(value, `: more than ${precision} digits of seconds`);
    return precision > 3 ? new NanoTimestamp(epochMs, nanoOfMs) : epochMs;
  };
}

/** Keys that are equal to SQL are one entry, the last one wins: decimals are objects, of which a `Map` may have two. */
function map(keyType: LogicalType, key: FromUser, value: FromUser, wrong: Wrong): FromUser {
  const codec = keyCodec(keyType);
  return (given) => {
    const entries = mapEntries(given);
    if (entries === undefined) return wrong(given);
    const places = new Map<unknown, number>();
    const made: [Value, Value][] = [];
    for (const [k, v] of entries) {
      const entry: [Value, Value] = [key(k), value(v)];
      const id = codec === null ? entry[0] : codec(entry[0]);
      const place = places.get(id);
      if (place === undefined) places.set(id, made.push(entry) - 1);
      else made[place] = entry;
    }
    return new MapValue(made);
  };
}

/** Entries of a `Map` of any realm; undefined when it is none. The host's own method looks inside it. */
function mapEntries(value: unknown): Iterable<[unknown, unknown]> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  try {
    return Map.prototype.entries.call(value as Map<unknown, unknown>);
  } catch {
    return undefined;
  }
}

function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && Object.prototype.toString.call(value) === '[object Uint8Array]';
}

/**
 * The parts of a `Decimal`, known by its content, because each function has a class of its own. Read once: a
 * getter may answer otherwise the second time.
 */
function decimalIn(value: unknown): { readonly unscaled: bigint; readonly scale: number } | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { unscaled, scale } = value as { unscaled?: unknown; scale?: unknown };
  if (typeof unscaled !== 'bigint' || typeof scale !== 'number') return undefined;
  return Number.isInteger(scale) && scale >= 0 && scale <= 10_000 ? { unscaled, scale } : undefined;
}

/** The parts of a `Timestamp`, as above. */
function timestampIn(value: unknown): { readonly epochMs: number; readonly nanoOfMs: number } | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const { epochMs, nanoOfMs } = value as { epochMs?: unknown; nanoOfMs?: unknown };
  if (typeof epochMs !== 'number' || typeof nanoOfMs !== 'number') return undefined;
  const isWhole = Number.isSafeInteger(epochMs) && Number.isInteger(nanoOfMs) && nanoOfMs >= 0 && nanoOfMs < 1e6;
  // + 0 makes -0 the zero that SQL knows.
  return isWhole ? { epochMs: epochMs + 0, nanoOfMs: nanoOfMs + 0 } : undefined;
}
