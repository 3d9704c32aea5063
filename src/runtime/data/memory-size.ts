/**
 * How many bytes values and state take in memory: an estimate that is added up as rows come, so that it is there
 * at once whatever the size. It is a function of the content alone, so a replay shows the bytes of the run.
 *
 *   array (a row, a key)    56 for object and store, 7 a place
 *   number beyond 31 bits,  14 for its box (small integers stand in their place)
 *     or with a fraction
 *   string                  16, and a byte a letter (two beyond Latin-1)
 *   object                  20, 7 a field
 *   map slot                36, with the empty places of a map that grows by doubling
 *
 * The figures lie between V8 with pointers of 8 bytes (Node, the CLI) and of 4 (Electron); measured growth
 * of the heap is within a factor of two of them in both (`npm run bench -- state` measures it). Strings
 * and rows that several states share count in each: that is what remains when the others let them go.
 */
import type { LogicalType } from './logical-type.ts';
import { MapValue, NanoTimestamp, type Row, type Value } from './value.ts';

const POINTER_BYTES = 7;
const ARRAY_BYTES = 42;
const STRING_BYTES = 16;
const OBJECT_BYTES = 20;
/** A number that does not fit into its place: beyond 31 bits, or with a fraction. */
export const BOX_BYTES = 14;
const SMALL_INTEGER_MAX = 2 ** 30;

/** An item of a `Map`, beside key and value. */
export const MAP_SLOT_BYTES = 36;

/** An entry of keyed state, beside key and value: object, place in its chunk, slot in the map. */
export const ENTRY_BYTES = OBJECT_BYTES + 5 * POINTER_BYTES + POINTER_BYTES + 2 + MAP_SLOT_BYTES;

/** An array that grows by pushing, when empty. */
export const LIST_BYTES = ARRAY_BYTES;

/** A place in an array. */
export const SLOT_BYTES = POINTER_BYTES;

/** An object with `fieldCount` fields that hold no boxed numbers. */
export function objectBytes(fieldCount: number): number {
  return OBJECT_BYTES + fieldCount * POINTER_BYTES;
}

/** A row and all it holds. */
export function rowBytes(row: Row): number {
  let bytes = ARRAY_BYTES + row.length * POINTER_BYTES;
  for (let i = 0; i < row.length; i++) bytes += boxBytes(row[i] as Value);
  return bytes;
}

/** An array of `length` small values. */
export function arrayBytes(length: number): number {
  return ARRAY_BYTES + length * POINTER_BYTES;
}

/** What a value of a type takes beside its place, whatever the value; `null` where it depends on it. */
export function fixedBoxBytes(type: LogicalType): number | null {
  switch (type.kind) {
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
    case 'TIME':
    case 'INTERVAL_YEAR_MONTH':
      return 0;
    case 'BIGINT':
      // Counts are small, identifiers and sums are not.
      return BOX_BYTES / 2;
    case 'FLOAT':
    case 'DOUBLE':
    case 'DECIMAL':
    case 'INTERVAL_DAY_TIME':
      return BOX_BYTES;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision > 3 ? objectBytes(2) + BOX_BYTES : BOX_BYTES;
    default:
      return null;
  }
}

/** Something that counts its own bytes. */
export interface Measured {
  memoryBytes(): number;
}

/** What an accumulator takes beside its place: a value, a list of values, or one that knows. O(1): lists by their last item. */
export function accumulatorBytes(value: unknown): number {
  if (Array.isArray(value)) {
    const last = value[value.length - 1] as Value | undefined;
    return ARRAY_BYTES + value.length * (POINTER_BYTES + (last === undefined ? 0 : boxBytes(last)));
  }
  if (typeof value === 'object' && value !== null) {
    if ('memoryBytes' in value) return (value as Measured).memoryBytes();
    if (value instanceof NanoTimestamp || value instanceof Uint8Array || value instanceof MapValue)
      return boxBytes(value);
    return objectBytes(4) + 2 * BOX_BYTES;
  }
  return boxBytes(value as Value);
}

/** What a value takes beside its place. */
export function boxBytes(value: Value): number {
  switch (typeof value) {
    case 'number':
      return Number.isInteger(value) && value < SMALL_INTEGER_MAX && value >= -SMALL_INTEGER_MAX ? 0 : BOX_BYTES;
    case 'string':
      return STRING_BYTES + value.length;
    case 'boolean':
      return 0;
    case 'bigint':
      return BOX_BYTES + POINTER_BYTES;
    default:
      return value === null ? 0 : compositeBytes(value);
  }
}

function compositeBytes(value: Exclude<Value, null | boolean | number | bigint | string>): number {
  if (value instanceof NanoTimestamp) return objectBytes(2) + BOX_BYTES;
  if (value instanceof Uint8Array) return 120 + value.length;
  if (!(value instanceof MapValue)) return rowBytes(value);
  let bytes = objectBytes(1) + ARRAY_BYTES;
  for (const entry of value.entries) bytes += POINTER_BYTES + rowBytes(entry);
  return bytes;
}
