/**
 * SQL values as plain data: nothing but what a structured clone and a store keep. Timestamps of
 * nanosecond precision and maps are instances of classes in memory; here they are tagged objects.
 */
import { assert } from '../base/assert.ts';
import { MapValue, NanoTimestamp, type Value } from './value.ts';

/** A value without classes (bytes excepted, which every clone keeps). */
export type Portable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly Portable[]
  | { readonly nano: readonly [epochMs: number, nanoOfMs: number] }
  | { readonly map: readonly (readonly [Portable, Portable])[] };

/** A value as plain data. */
export function toPortable(value: Value): Portable {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return value;
  if (value instanceof NanoTimestamp) return { nano: [value.epochMs, value.nanoOfMs] };
  if (value instanceof MapValue)
    return { map: value.entries.map(([key, item]) => [toPortable(key), toPortable(item)]) };
  return mapped(value, toPortable) as readonly Portable[];
}

/** The value that `toPortable` was given. */
export function fromPortable(portable: Portable): Value {
  if (portable === null || typeof portable !== 'object' || portable instanceof Uint8Array) return portable;
  if (isList(portable)) return mapped(portable, fromPortable) as readonly Value[];
  if ('nano' in portable) return new NanoTimestamp(portable.nano[0], portable.nano[1]);
  assert('map' in portable, 'plain data is a list, a timestamp or a map');
  return new MapValue(portable.map.map(([key, item]) => [fromPortable(key), fromPortable(item)] as const));
}

/**
 * The list with each item mapped; the list itself where nothing changed. Most rows hold no instance of a
 * class, and snapshots of large states must not copy each of them twice.
 */
function mapped<T, U>(list: readonly T[], map: (item: T) => U): readonly (T | U)[] {
  for (let i = 0; i < list.length; i++) {
    const item = list[i] as T;
    if ((map(item) as unknown) === item) continue;
    return list.map(map);
  }
  return list;
}

function isList(portable: Portable): portable is readonly Portable[] {
  return Array.isArray(portable);
}
