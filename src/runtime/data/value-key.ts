/**
 * Keys for maps over values: equal values (as grouping and DISTINCT see them) have the same key.
 * Plain types are their own key, so that the hot path builds no text.
 */
import type { LogicalType } from './logical-type.ts';
import { isNano } from './type-families.ts';
import { MapValue, NanoTimestamp, type Value } from './value.ts';

/** Something that a `Map` compares as SQL compares the value. */
export type ValueKey = null | boolean | number | bigint | string;

/** Whether values of the type are their own key. */
export function isOwnKey(type: LogicalType): boolean {
  switch (type.kind) {
    case 'BINARY':
    case 'VARBINARY':
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return false;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return !isNano(type);
    default:
      return true;
  }
}

/** Key of a value of a type. */
export function valueKey(value: Value, type: LogicalType): ValueKey {
  return isOwnKey(type) ? (value as ValueKey) : textKey(value);
}

/** Key of several values together. */
export function tupleKey(values: readonly Value[]): string {
  return textKey(values);
}

/** A text that differs for different values of one type. */
function textKey(value: Value): string {
  if (value === null) return 'N';
  if (typeof value === 'string') return `"${value.length}:${value}`;
  if (value instanceof NanoTimestamp) return `t${value.epochMs}.${value.nanoOfMs}`;
  if (value instanceof Uint8Array) return `b${value.length}:${Array.from(value).join(',')}`;
  if (value instanceof MapValue) {
    const entries = value.entries.map(([k, v]) => `${textKey(k)}=${textKey(v)}`).sort();
    return `{${entries.length}:${entries.join(',')}}`;
  }
  if (Array.isArray(value)) return `[${value.length}:${value.map(textKey).join(',')}]`;
  return `${typeof value === 'bigint' ? 'i' : typeof value === 'number' ? 'n' : ''}${String(value)}`;
}
