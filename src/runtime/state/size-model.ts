/**
 * How many bytes state takes: an estimate that is added up as rows come, so that it is there at once whatever
 * the size. It is a function of the content alone, so a replay shows the bytes of the run.
 *
 *   array (a row, a key)    56 for object and store, 7 a place
 *   number beyond 31 bits,  14 for its box (small integers stand in their place)
 *     or with a fraction
 *   string                  16, and a byte a letter (two beyond Latin-1)
 *   object                  20, 7 a field
 *   map slot                36, with the empty places of a map that grows by doubling
 *
 * The figures lie between V8 with pointers of 8 bytes (Node, the CLI) and of 4 (Electron); measured growth
 * of the heap is within a factor of two of them in both (`tools` print it: `npm run bench -- state`). Strings
 * and rows that several states share count in each: that is what remains when the others let them go.
 */
import { MapValue, NanoTimestamp, type Row, type Value } from '../data/value.ts';

const POINTER_BYTES = 7;
const ARRAY_BYTES = 42;
const STRING_BYTES = 16;
const OBJECT_BYTES = 20;
const BOX_BYTES = 14;
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
