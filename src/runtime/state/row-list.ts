/** Lists of rows on a key: their figures, and how they look. */
import { LIST_BYTES, rowBytes, SLOT_BYTES } from '../data/memory-size.ts';
import type { Row } from '../data/value.ts';
import type { InspectedState } from '../engine/operator.ts';
import { inspectLists } from './inspect.ts';
import type { Contents, KeyedState } from './keyed-state.ts';
import type { ValueCodec } from './save-chunks.ts';

/** Bytes of a row with its place in a list. */
export function listedRowBytes(row: Row): number {
  return SLOT_BYTES + rowBytes(row);
}

/** Bytes of a list of rows. O(rows). */
export function rowListBytes(rows: readonly Row[]): number {
  let bytes = LIST_BYTES;
  for (const row of rows) bytes += listedRowBytes(row);
  return bytes;
}

/** Contents of a state that keeps one list of rows per key. */
export const rowListContents: Contents<Row[]> = {
  count: (rows, list) => (list === 0 ? rows.length : 0),
  bytes: (rows, list) => (list === 0 ? rowListBytes(rows) : 0),
};

/** One row as it is saved. */
export const rowCodec: ValueCodec<Row> = { save: (row) => row, load: (saved) => saved as Row };

/** A list of rows as it is saved. */
export const rowListCodec: ValueCodec<Row[]> = { save: (rows) => rows, load: (saved) => [...(saved as Row[])] };

/** Such a state to look at. */
export function inspectRowLists(state: () => KeyedState<Row[]>): InspectedState {
  return inspectLists(state, 0, { items: (rows) => rows, countOf: (rows) => rows.length, value: (row) => row });
}
