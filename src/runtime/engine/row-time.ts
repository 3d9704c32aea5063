/**
 * Event time of a row, as operators read it from a rowtime column.
 */
import { assert } from '../base/assert.ts';
import type { Row } from '../data/value.ts';

/**
 * Epoch ms in the rowtime column `column` of a row. NULL, which only the padded side of an outer interval
 * join brings, counts as 1970: Flink reads the field of a binary row without asking whether it is NULL.
 */
export function rowtimeMs(row: Row, column: number): number {
  const time = row[column];
  if (time === null) return 0;
  assert(typeof time === 'number', 'a rowtime column has at most millisecond precision');
  return time;
}
