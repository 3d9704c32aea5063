/**
 * SQL values as keys of a JavaScript `Map`, for state, DISTINCT and sets of array items. Most types are JavaScript primitives that `Map` already
 * compares as SQL's grouping does (NULL is one group, NaN equals NaN); the others (nano timestamps,
 * bytes, rows, arrays, maps) are turned into a text that is equal exactly when the values are.
 */
import type { LogicalType } from './logical-type.ts';
import { MapValue, NanoTimestamp, type Value } from './value.ts';

/** What a `Map` compares: `null`, boolean, number, bigint or string. */
export type PrimitiveKey = null | boolean | number | bigint | string;

/** Turns a value of one type into a primitive; `null` where the value already is one. */
export type KeyCodec = ((value: Value) => PrimitiveKey) | null;

/** The codec of a type. */
export function keyCodec(type: LogicalType): KeyCodec {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
    case 'MAP':
    case 'ROW':
    case 'BINARY':
    case 'VARBINARY':
    case 'VARIANT':
      return contentKey;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision > 3 ? contentKey : null;
    case 'FLOAT':
    case 'DOUBLE':
      return floatKey;
    default:
      return null;
  }
}

/** Flink compares keys by their bits: 0.0 and -0.0 are two groups, while NaN is one. `Map` takes zeros for one. */
function floatKey(value: Value): PrimitiveKey {
  return Object.is(value, -0) ? '-0' : (value as PrimitiveKey);
}

/** The key of one value: `keyCodec` for where there is no place to keep the codec. */
export function valueKey(value: Value, type: LogicalType): PrimitiveKey {
  const codec = keyCodec(type);
  return codec === null ? (value as PrimitiveKey) : codec(value);
}

/** A text (or the value itself, when primitive) that is equal exactly for equal values of one type. */
export function contentKey(value: Value): PrimitiveKey {
  if (value === null || typeof value !== 'object') return value;
  return render(value);
}

function render(value: Value): string {
  if (value === null) return 'n';
  switch (typeof value) {
    case 'string':
      return `s${value.length}:${value}`;
    case 'number':
      return Object.is(value, -0) ? 'd-0' : `d${value}`;
    case 'bigint':
      return `i${value}`;
    case 'boolean':
      return value ? 't' : 'f';
    default:
  }
  if (value instanceof NanoTimestamp) return `T${value.epochMs}.${value.nanoOfMs}`;
  if (value instanceof Uint8Array) return `b${value.length}:${value.join(',')}`;
  if (value instanceof MapValue) {
    // Maps are equal whatever the order of their entries.
    const entries = value.entries.map(([key, item]) => render(key) + render(item));
    return `m${entries.length}{${entries.sort().join('')}}`;
  }
  const items = value as readonly Value[];
  return `r${items.length}(${items.map(render).join('')})`;
}
