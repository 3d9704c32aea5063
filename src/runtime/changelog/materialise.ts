/**
 * Folds a changelog into the table that it describes: +I and +U put a row in, -U and -D take an equal
 * one out. A multiset: equal rows count separately, order is that of arrival.
 */
import type { Schema } from '../data/logical-type.ts';
import { isAccumulate, type RowKind } from '../data/row-kind.ts';
import type { Row } from '../data/value.ts';
import { RowKeys, RowMultiset } from '../state/row-multiset.ts';

/** One change of a changelog. */
export interface Change {
  readonly kind: RowKind;
  readonly row: Row;
}

/** A table that follows a changelog. Cost per change: one look-up. */
export class MaterialisedTable {
  readonly #rows: RowMultiset;

  constructor(schema: Schema) {
    const keys = new RowKeys(
      schema.map((field) => field.type),
      schema.map((_, index) => index),
    );
    this.#rows = new RowMultiset(keys);
  }

  /** Applies a change. Taking out a row that is not there does nothing and answers false. */
  apply(kind: RowKind, row: Row): boolean {
    if (isAccumulate(kind)) {
      this.#rows.add(row, 0);
      return true;
    }
    return this.#rows.remove(row);
  }

  /** All rows, copies included. */
  rows(): Row[] {
    const rows: Row[] = [];
    for (const { row, count } of this.#rows.values()) for (let copy = 0; copy < count; copy++) rows.push(row);
    return rows;
  }
}

/** The table at the end of a changelog. */
export function materialise(schema: Schema, changes: Iterable<Change>): Row[] {
  const table = new MaterialisedTable(schema);
  for (const { kind, row } of changes) table.apply(kind, row);
  return table.rows();
}
