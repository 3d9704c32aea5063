/** Which columns of a table a connector reads and writes. */
import type { Field, Schema } from '../data/logical-type.ts';
import type { BoundColumn, BoundTable } from '../sql/2-bind/catalog.ts';

type StoredColumn = Exclude<BoundColumn, { readonly kind: 'computed' }>;

/** Physical and metadata columns in order of declaration: what a scan can produce. */
export function scanColumns(table: BoundTable): readonly StoredColumn[] {
  return table.columns.filter((column): column is StoredColumn => column.kind !== 'computed');
}

/** Physical and writable metadata columns in order of declaration: what a sink gets. */
export function sinkColumns(table: BoundTable): readonly StoredColumn[] {
  return table.columns.filter(
    (column): column is StoredColumn => column.kind === 'physical' || (column.kind === 'metadata' && !column.virtual),
  );
}

/** Columns stored in the records themselves. */
export function physicalSchema(table: BoundTable): Schema {
  return table.columns.filter((column) => column.kind === 'physical').map(fieldOf);
}

/** A column as a field. */
export function fieldOf(column: StoredColumn | BoundColumn): Field {
  return { name: column.name, type: column.type };
}

/** Options whose keys begin with `prefix.`, without it. */
export function optionsWithPrefix(options: ReadonlyMap<string, string>, prefix: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of options) {
    if (key.startsWith(`${prefix}.`)) found.set(key.slice(prefix.length + 1), value);
  }
  return found;
}

/** Whether a text can be used as a pattern of whole names. */
export function isPattern(text: string): boolean {
  try {
    new RegExp(`^(?:${text})$`);
    return true;
  } catch {
    return false;
  }
}
