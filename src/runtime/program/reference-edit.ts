/**
 * Makes a reference mean another table: the name behind FROM and, where the query calls the table by
 * its own name (`orders.amount`), those places too, so that the statement still binds.
 */
import type { Span, TextEdit } from '../base/span.ts';
import { quoteIdentifier } from '../sql/print/quote.ts';
import type { TableReference } from './references.ts';
import { lastPartOf, nameToSql } from './sql-text.ts';

/** Edits that let `reference` read `name` (plain, or quoted where it holds dots). */
export function repointReference(reference: TableReference, name: string): readonly TextEdit[] {
  const edits: TextEdit[] = [{ span: reference.name.span, text: nameToSql(name) }];
  if (!reference.alias) edits.push(...requalify(reference, lastPartOf(name)));
  return edits;
}

/** Edits of the qualifiers of a reference only. */
export function requalify(reference: TableReference, qualifier: string): readonly TextEdit[] {
  return reference.qualifiers.map((span) => ({ span, text: quoteIdentifier(qualifier) }));
}

/** Adds the edits whose place no earlier edit rewrites. */
export function withoutOverlaps(edits: readonly TextEdit[], more: readonly TextEdit[]): readonly TextEdit[] {
  const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
  return [...edits, ...more.filter((candidate) => !edits.some((edit) => overlaps(edit.span, candidate.span)))];
}
