/**
 * Order and equality of values by type, as Java has them: strings by code point (UTF-8 byte order),
 * doubles by `Double.compare` where rows are sorted and grouped (NaN equals NaN and is the largest),
 * NULL lowest. Flink: `ComparatorCodeGenerator`, `EqualiserCodeGenerator`.
 */
import { assert } from '../base/assert.ts';
import type { LogicalType } from './logical-type.ts';
import { isNano } from './type-families.ts';
import { MapValue, NanoTimestamp, type Value } from './value.ts';

/** Order of two strings by code point, which is the order of their UTF-8 bytes. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      // A surrogate stands for a code point above U+FFFF: larger than any other unit.
      const xHigh = x >= 0xd800 && x <= 0xdfff;
      const yHigh = y >= 0xd800 && y <= 0xdfff;
      if (xHigh !== yHigh) return xHigh ? 1 : -1;
      return x < y ? -1 : 1;
    }
  }
  return a.length < b.length ? -1 : 1;
}

/** Order of two byte strings, bytes unsigned, shorter first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return a.length === b.length ? 0 : a.length < b.length ? -1 : 1;
}

/** Java: `Double.compare`. -0.0 before 0.0, NaN last and equal to itself. */
export function compareDoubles(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  if (a === b && a !== 0) return 0;
  const x = Number.isNaN(a) ? 2 : Object.is(a, -0) ? 0 : 1;
  const y = Number.isNaN(b) ? 2 : Object.is(b, -0) ? 0 : 1;
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Order of two timestamps of more than millisecond precision. */
export function compareNano(a: NanoTimestamp, b: NanoTimestamp): number {
  if (a.epochMs !== b.epochMs) return a.epochMs < b.epochMs ? -1 : 1;
  return a.nanoOfMs === b.nanoOfMs ? 0 : a.nanoOfMs < b.nanoOfMs ? -1 : 1;
}

/** Order of two values of one type. NULL is the smallest. Negative, zero or positive. */
export function compareValues(a: Value, b: Value, type: LogicalType): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  switch (type.kind) {
    case 'CHAR':
    case 'VARCHAR':
      return compareStrings(a as string, b as string);
    case 'BINARY':
    case 'VARBINARY':
      return compareBytes(a as Uint8Array, b as Uint8Array);
    case 'FLOAT':
    case 'DOUBLE':
      return compareDoubles(a as number, b as number);
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      if (isNano(type)) return compareNano(a as NanoTimestamp, b as NanoTimestamp);
      break;
    case 'ARRAY': {
      const [x, y] = [a as readonly Value[], b as readonly Value[]];
      for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
        const order = compareValues(x[i] ?? null, y[i] ?? null, type.element);
        if (order !== 0) return order;
      }
      return x.length - y.length;
    }
    case 'ROW': {
      const [x, y] = [a as readonly Value[], b as readonly Value[]];
      for (const [i, field] of type.fields.entries()) {
        const order = compareValues(x[i] ?? null, y[i] ?? null, field.type);
        if (order !== 0) return order;
      }
      return 0;
    }
    case 'MAP':
    case 'MULTISET':
      assert(false, 'maps and multisets have no order');
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Equality of two values of one type as states and changelogs use it: NULL equals NULL, NaN equals NaN. */
export function equalsValues(a: Value, b: Value, type: LogicalType): boolean {
  if (a === b) return type.kind !== 'DOUBLE' && type.kind !== 'FLOAT' ? true : a !== 0 || Object.is(a, b);
  if (a === null || b === null) return false;
  switch (type.kind) {
    case 'FLOAT':
    case 'DOUBLE':
      return Number.isNaN(a) && Number.isNaN(b);
    case 'BINARY':
    case 'VARBINARY':
      return compareBytes(a as Uint8Array, b as Uint8Array) === 0;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return a instanceof NanoTimestamp && b instanceof NanoTimestamp && compareNano(a, b) === 0;
    case 'ARRAY': {
      const [x, y] = [a as readonly Value[], b as readonly Value[]];
      return x.length === y.length && x.every((v, i) => equalsValues(v, y[i] ?? null, type.element));
    }
    case 'ROW': {
      const [x, y] = [a as readonly Value[], b as readonly Value[]];
      return type.fields.every((f, i) => equalsValues(x[i] ?? null, y[i] ?? null, f.type));
    }
    case 'MAP':
      return equalMaps(a, b, type.key, type.value);
    case 'MULTISET':
      return equalMaps(a, b, type.element, { kind: 'INT', nullable: false });
    default:
      return false;
  }
}

/** Two maps are equal when they hold the same entries in any order. */
function equalMaps(a: Value, b: Value, key: LogicalType, value: LogicalType): boolean {
  assert(a instanceof MapValue && b instanceof MapValue, 'a MAP value is a MapValue');
  if (a.entries.length !== b.entries.length) return false;
  return a.entries.every(([k, v]) => {
    const other = b.entries.find(([k2]) => equalsValues(k, k2, key));
    return other !== undefined && equalsValues(v, other[1], value);
  });
}
