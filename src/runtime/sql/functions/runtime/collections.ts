/** Run-time side of the collection functions. Equality is that of grouping: NULL equals NULL. */
import { compareValues, equalsValues } from '../../../data/compare.ts';
import type { LogicalType } from '../../../data/logical-type.ts';
import { MapValue, type Value } from '../../../data/value.ts';
import { valueKey } from '../../../data/value-key.ts';
import { illegalArgument } from './failures.ts';

type Array_ = readonly Value[];

/** `array[i]` from 1; `missing` outside of the array or for a NULL index. */
export function arrayItem(array: Array_ | null, index: number | bigint | null, missing: Value): Value {
  if (array === null || index === null || index < 1 || index > array.length) return missing;
  return array[Number(index) - 1] ?? missing;
}

/** `map[key]`; `missing` when the key is absent. */
export function mapItem(map: MapValue | null, key: Value, type: LogicalType, missing: Value): Value {
  if (map === null) return missing;
  const found = map.entries.find(([k]) => equalsValues(k, key, type));
  return found?.[1] ?? missing;
}

/** A MAP from keys and values in turn; the last of equal keys wins, at the place of the first. */
export function makeMap(items: Array_, keyType: LogicalType): MapValue {
  const entries = new Map<unknown, readonly [Value, Value]>();
  for (let i = 0; i + 1 < items.length; i += 2) {
    const key = items[i] ?? null;
    entries.set(valueKey(key, keyType), [key, items[i + 1] ?? null]);
  }
  return new MapValue([...entries.values()]);
}

/** ARRAY_CONTAINS. */
export function arrayContains(array: Array_, needle: Value, type: LogicalType): boolean {
  return array.some((v) => equalsValues(v, needle, type));
}

/** ARRAY_POSITION from 1; 0 when absent. */
export function arrayPosition(array: Array_, needle: Value, type: LogicalType): number {
  return array.findIndex((v) => equalsValues(v, needle, type)) + 1;
}

/** ARRAY_REMOVE. */
export function arrayRemove(array: Array_, needle: Value, type: LogicalType): Array_ {
  return array.filter((v) => !equalsValues(v, needle, type));
}

/**
 * ARRAY_DISTINCT, in order of first occurrence. Zeros of both signs are one value here and for ARRAY_UNION, though
 * two for ARRAY_EXCEPT and ARRAY_INTERSECT, as in Flink.
 */
export function arrayDistinct(array: Array_, type: LogicalType): Array_ {
  const seen = new Set<unknown>();
  return array.filter((v) => {
    const key = typeof v === 'number' ? v : valueKey(v, type);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** ARRAY_UNION. */
export function arrayUnion(a: Array_, b: Array_, type: LogicalType): Array_ {
  return arrayDistinct([...a, ...b], type);
}

/** ARRAY_EXCEPT. */
export function arrayExcept(a: Array_, b: Array_, type: LogicalType): Array_ {
  const other = new Set(b.map((v) => valueKey(v, type)));
  return arrayDistinct(a, type).filter((v) => !other.has(valueKey(v, type)));
}

/** ARRAY_INTERSECT. */
export function arrayIntersect(a: Array_, b: Array_, type: LogicalType): Array_ {
  const other = new Set(b.map((v) => valueKey(v, type)));
  return arrayDistinct(a, type).filter((v) => other.has(valueKey(v, type)));
}

/** ARRAY_SLICE: positions from 1, negative from the end, both inclusive. */
export function arraySlice(array: Array_, start: number, end: number = array.length): Array_ {
  const from = start < 0 ? array.length + start : start === 0 ? 0 : start - 1;
  const to = end < 0 ? array.length + end : end === 0 ? 0 : end - 1;
  if (from > to || from >= array.length || to < 0) return [];
  return array.slice(Math.max(0, from), to + 1);
}

/** ARRAY_SORT. NULLs come first when ascending, unless said otherwise. */
export function arraySort(array: Array_, type: LogicalType, ascending = true, nullsFirst = ascending): Array_ {
  return [...array].sort((a, b) => {
    if (a === null || b === null) return a === b ? 0 : (a === null) === nullsFirst ? -1 : 1;
    const order = compareValues(a, b, type);
    return ascending ? order : -order;
  });
}

/** ARRAY_MAX and ARRAY_MIN, NULLs left out. */
export function arrayExtreme(array: Array_, type: LogicalType, sign: 1 | -1): Value {
  let best: Value = null;
  for (const v of array) if (v !== null && (best === null || compareValues(v, best, type) * sign > 0)) best = v;
  return best;
}

/** ARRAY_JOIN. */
export function arrayJoin(array: Array_, delimiter: string, nullText?: string): string {
  const shown = nullText === undefined ? array.filter((v) => v !== null) : array.map((v) => v ?? nullText);
  return shown.join(delimiter);
}

/** MAP_FROM_ARRAYS. */
export function mapFromArrays(keys: Array_, values: Array_, keyType: LogicalType): MapValue {
  if (keys.length !== values.length) {
    return illegalArgument(
      `Invalid function MAP_FROM_ARRAYS call:\nThe length of the keys array ${keys.length} is not equal to the length of the values array ${values.length}`,
    );
  }
  return makeMap(
    keys.flatMap((k, i) => [k, values[i] ?? null]),
    keyType,
  );
}

/** MAP_UNION: later maps win. */
export function mapUnion(maps: readonly MapValue[], keyType: LogicalType): MapValue {
  return makeMap(
    maps.flatMap((m) => m.entries.flat()),
    keyType,
  );
}

/** ELEMENT: the only element; fails for several. */
export function element(array: Array_): Value {
  if (array.length > 1) return illegalArgument('Array has more than one element.');
  return array[0] ?? null;
}
