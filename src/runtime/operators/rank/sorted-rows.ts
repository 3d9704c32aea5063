/** Rows of one partition in rank order: by the sort key, equal ones by arrival. */
import type { Row } from '../../data/value.ts';
import type { RowComparator } from '../../sql/4-codegen/compiled.ts';

/** First position whose row comes after `row`: behind all equal ones. */
export function upperBound(rows: readonly Row[], row: Row, compare: RowComparator): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(row, rows[middle] as Row) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** First position whose row does not come before `row`. */
export function lowerBound(rows: readonly Row[], row: Row, compare: RowComparator): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(rows[middle] as Row, row) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
