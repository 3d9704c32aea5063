/** Small pieces of SQL text that edits write: names with the quotes they need, sealed fragments. */
import { quoteIdentifier } from '../sql/print/quote.ts';

/**
 * A plain name as SQL: `orders` → orders, `my table` → `` `my table` ``, `db.t` → db.t. A text that
 * already has back-ticks is taken as written.
 */
export function nameToSql(name: string): string {
  if (name.includes('`')) return name;
  return name.split('.').map(quoteIdentifier).join('.');
}

/** The last part of a plain or back-ticked name, unquoted. */
export function lastPartOf(name: string): string {
  const quoted = /`((?:[^`]|``)*)`$/.exec(name);
  if (quoted?.[1] !== undefined) return quoted[1].replaceAll('``', '`');
  return name.split('.').at(-1) ?? name;
}

/** A fragment that text may follow on the same line: a comment at its end gets its own line end. */
export function sealed(fragment: string): string {
  const lastLine = fragment.slice(fragment.lastIndexOf('\n') + 1);
  return lastLine.includes('--') ? `${fragment}\n` : fragment;
}
