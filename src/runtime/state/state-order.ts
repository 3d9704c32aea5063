/**
 * The order of a column of state, and the text of a cell. Order is Flink's by type (`data/compare.ts`): numbers
 * as numbers, times as times, NULL first. Types without an order (maps) are ordered by their text.
 */
import { compareValues } from '../data/compare.ts';
import { formatValue } from '../data/format-value.ts';
import type { LogicalType, Schema } from '../data/logical-type.ts';
import { MapValue, type Row, type Value } from '../data/value.ts';

/** Letters of a cell. More is not read in a table, and would be sent with each page. */
const CELL_LENGTH_MAX = 2000;
/** Items of an array or map in a cell; formatting all of a large one would hold the run up. */
const CELL_ITEM_COUNT_MAX = 100;

/** Compares values of a type, NULL first. */
export function valueOrder(type: LogicalType, timeZone: string): (a: Value, b: Value) => number {
  if (hasOrder(type)) return (a, b) => compareValues(a, b, type);
  return (a, b) => {
    const x = cellText(a, type, timeZone);
    const y = cellText(b, type, timeZone);
    if (x === y) return 0;
    return x === null || (y !== null && x < y) ? -1 : 1;
  };
}

function hasOrder(type: LogicalType): boolean {
  switch (type.kind) {
    case 'MAP':
    case 'MULTISET':
    case 'VARIANT':
      return false;
    case 'ARRAY':
      return hasOrder(type.element);
    case 'ROW':
      return type.fields.every((field) => hasOrder(field.type));
    default:
      return true;
  }
}

/** The cells of a row. */
export function cellTexts(schema: Schema, row: Row, timeZone: string): (string | null)[] {
  return schema.map(({ type }, index) => cellText(row[index] ?? null, type, timeZone));
}

/** The text of a cell, cut off where it is long. */
export function cellText(value: Value, type: LogicalType, timeZone: string): string | null {
  if (value === null) return null;
  if (type.kind === 'VARCHAR') return clipped(value as string);
  const items = Array.isArray(value) && type.kind === 'ARRAY' ? value : value instanceof MapValue ? value.entries : [];
  if (items.length <= CELL_ITEM_COUNT_MAX) return clipped(formatValue(value, type, timeZone));
  const first = items.slice(0, CELL_ITEM_COUNT_MAX);
  const part = value instanceof MapValue ? new MapValue(first as MapValue['entries']) : (first as readonly Value[]);
  return `${clipped(formatValue(part, type, timeZone)) ?? ''} … ${items.length.toLocaleString('en-US')} in all`;
}

function clipped(text: string | null): string | null {
  if (text === null || text.length <= CELL_LENGTH_MAX) return text;
  return `${text.slice(0, CELL_LENGTH_MAX)}… ${text.length.toLocaleString('en-US')} letters in all`;
}
