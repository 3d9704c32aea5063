/**
 * Makes a reference mean another table: the name behind FROM and, where the query calls the table by
 * its own name (`orders.amount`, a hint for `orders`), those places too, so that the statement still
 * binds.
 */
import type { Span, TextEdit } from '../base/span.ts';
import { quoteIdentifier, quoteString } from '../sql/print/quote.ts';
import type { TableReference } from './references.ts';
import { lastPartOf, nameToSql } from './sql-text.ts';

/** Edits that let `reference` read `name` (plain, or quoted where it holds dots). */
export function repointReference(text: string, reference: TableReference, name: string): readonly TextEdit[] {
  const edits: TextEdit[] = [{ span: reference.name.span, text: nameToSql(name) }];
  if (!reference.alias) edits.push(...requalify(text, reference, lastPartOf(name)));
  return edits;
}

/** Edits of the places that call a reference by its label, without the reference itself. */
export function requalify(text: string, reference: TableReference, qualifier: string): readonly TextEdit[] {
  const columns = reference.qualifiers.map((span) => ({ span, text: quoteIdentifier(qualifier) }));
  return [...columns, ...reference.hints.flatMap((hint) => hintEdits(text, hint, reference.label, qualifier))];
}

/** Words, quoted names and strings of a hint. */
const HINT_PART = /'((?:[^']|'')*)'|`((?:[^`]|``)*)`|[A-Za-z_][\w$]*/g;

function hintEdits(text: string, hint: Span, label: string, qualifier: string): readonly TextEdit[] {
  const written = text.slice(hint.start, hint.end);
  const open = written.indexOf('(');
  return [...written.matchAll(HINT_PART)].flatMap((match) => {
    const start = hint.start + match.index;
    const name = match[1]?.replaceAll("''", "'") ?? match[2]?.replaceAll('``', '`') ?? match[0];
    if (match.index < open || name !== label) return [];
    return [
      {
        span: { start, end: start + match[0].length },
        text: match[1] === undefined ? quoteIdentifier(qualifier) : quoteString(qualifier),
      },
    ];
  });
}

/** Adds the edits whose place no earlier edit rewrites. */
export function withoutOverlaps(edits: readonly TextEdit[], more: readonly TextEdit[]): readonly TextEdit[] {
  const overlaps = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
  return [...edits, ...more.filter((candidate) => !edits.some((edit) => overlaps(edit.span, candidate.span)))];
}
