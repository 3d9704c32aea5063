/**
 * The scan of a table as a reader sees it: connector columns → computed columns → watermark.
 * Flink: `CatalogSourceTable.toRel`.
 */
import type { Field } from '../../data/logical-type.ts';
import type { BoundExpr } from './bound-expr.ts';
import type { BoundTable } from './catalog.ts';
import { inputRef } from './expr-tools.ts';
import type { Rel } from './rel.ts';
import { namesOf, projectOf } from './rel-tools.ts';

/** Physical and metadata columns in order of declaration: what `scan` gives and computed columns are over. */
export function producedColumns(table: Pick<BoundTable, 'columns'>): readonly Field[] {
  return table.columns.flatMap((c) => (c.kind === 'computed' ? [] : [{ name: c.name, type: c.type }]));
}

/** Reads a table. `nodeId` goes to the top, whose rows are the table's. */
export function scanOf(table: BoundTable, hints: Readonly<Record<string, string>>): Rel {
  if (Object.keys(hints).length > 0) return makeScan(table, hints);
  const known = SCANS.get(table) ?? makeScan(table, hints);
  SCANS.set(table, known);
  return known;
}

/** Readers of one table share its scan, so that planning sees at once that it is the same. */
const SCANS = new WeakMap<BoundTable, Rel>();

function makeScan(table: BoundTable, hints: Readonly<Record<string, string>>): Rel {
  const produced = producedColumns(table);
  const scan: Rel = { kind: 'scan', table, hints, schema: produced };
  let rel: Rel = scan;
  if (table.columns.some((c) => c.kind === 'computed')) {
    let next = 0;
    const exprs = table.columns.map((c): BoundExpr => (c.kind === 'computed' ? c.expr : inputRef(next++, c.type)));
    rel = projectOf(scan, exprs, namesOf(table.schema));
  }
  if (table.watermark !== undefined) {
    const { column, expr } = table.watermark;
    rel = { kind: 'watermark', input: rel, column, expr, schema: table.schema };
  }
  return table.nodeId === undefined ? rel : { ...rel, nodeId: table.nodeId };
}
