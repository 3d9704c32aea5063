/**
 * Engine values (`data/value.ts`) as user code gets them, compiled once for each type into one function
 * of the realm of user code: no switch over types and no foreign object per value.
 *
 * | SQL type                | in TypeScript                                     |
 * |-------------------------|---------------------------------------------------|
 * | NULL of any type        | `null`                                            |
 * | TINYINT to INT, FLOAT, DOUBLE, intervals, DATE (days), TIME (ms) | `number` |
 * | BIGINT                  | `bigint`                                          |
 * | DECIMAL                 | `Decimal`                                         |
 * | TIMESTAMP(_LTZ)         | `Timestamp`                                       |
 * | BINARY, BYTES           | `Uint8Array` (a copy)                             |
 * | ARRAY, MAP, MULTISET    | array, `Map`                                      |
 * | ROW                     | object by field name                              |
 */
import { unreachable } from '../base/assert.ts';
import type { LogicalType, Schema } from '../data/logical-type.ts';
import type { Row, Value } from '../data/value.ts';
import type { UserRealm } from './function-library.ts';

/** An engine value of one type as a user value. */
export type ToUser = (value: Value) => unknown;

/** An engine row as an object by column name. */
export type RowToUser = (row: Row) => object;

/** The converter of one type into a realm. */
export function toUser(type: LogicalType, realm: UserRealm): ToUser {
  return compile(realm, `(v) => ${expression(type, 'v')}`) as ToUser;
}

/**
 * The converter of rows. `positions` says where in the engine's row each column stands, when not in order:
 * a function with a declared `input` sees only its columns.
 */
export function rowToUser(schema: Schema, realm: UserRealm, positions?: readonly number[]): RowToUser {
  const members = schema.map(({ name, type }, i) => member(name, expression(type, `r[${positions?.[i] ?? i}]`)));
  return compile(realm, `(r) => ({ ${members.join(', ')} })`) as RowToUser;
}

/** What the generated code uses besides the classes of the realm. */
const HELPERS = `
  const decimal = (v, scale) => (v === null ? null : new Decimal(BigInt(v), scale));
  const millis = (v) => (v === null ? null : new Timestamp(v, 0));
  const nanos = (v) => (v === null ? null : new Timestamp(v.epochMs, v.nanoOfMs));
  const bytes = (v) => (v === null ? null : new Uint8Array(v));
  const list = (v, convert) => {
    if (v === null) return null;
    const made = new Array(v.length);
    for (let i = 0; i < v.length; i++) made[i] = convert(v[i]);
    return made;
  };
  const map = (v, key, value) => {
    if (v === null) return null;
    const made = new Map();
    for (let i = 0; i < v.entries.length; i++) made.set(key(v.entries[i][0]), value(v.entries[i][1]));
    return made;
  };
  const row = (v, convert) => (v === null ? null : convert(v));`;

function compile(realm: UserRealm, source: string): unknown {
  const factory = realm.compile(`(Decimal, Timestamp) => {${HELPERS}\n  return ${source};\n}`) as (
    ...classes: unknown[]
  ) => unknown;
  return factory(realm.Decimal, realm.Timestamp);
}

function expression(type: LogicalType, v: string): string {
  switch (type.kind) {
    case 'BIGINT':
      return `(${v} === null ? null : BigInt(${v}))`;
    case 'DECIMAL':
      return `decimal(${v}, ${type.scale})`;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision > 3 ? `nanos(${v})` : `millis(${v})`;
    case 'BINARY':
    case 'VARBINARY':
      return `bytes(${v})`;
    case 'ARRAY':
      return `list(${v}, (v) => ${expression(type.element, 'v')})`;
    case 'MAP':
      return `map(${v}, (v) => ${expression(type.key, 'v')}, (v) => ${expression(type.value, 'v')})`;
    case 'MULTISET':
      return `map(${v}, (v) => ${expression(type.element, 'v')}, (v) => v)`;
    case 'ROW': {
      const members = type.fields.map((field, i) => member(field.name, expression(field.type, `r[${i}]`)));
      return `row(${v}, (r) => ({ ${members.join(', ')} }))`;
    }
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'FLOAT':
    case 'DOUBLE':
    case 'CHAR':
    case 'VARCHAR':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
    case 'INTERVAL_DAY_TIME':
    case 'NULL':
      return v;
    // The binder gives no function an argument of these.
    case 'SYMBOL':
    case 'DESCRIPTOR':
    case 'VARIANT':
    case 'ERROR':
      return 'null';
    default:
      return unreachable(type);
  }
}

/** A member of an object literal. The brackets make `__proto__` a name like all others. */
function member(name: string, value: string): string {
  return `[${JSON.stringify(name)}]: ${value}`;
}
