/** Pieces of a script shown on one line: comments gone, white space folded, length bounded. */
import type { Span } from '../base/span.ts';

/** Longest summary in UTF-16 units: about three lines of a node's tooltip; the card itself cuts earlier. */
const SUMMARY_LENGTH_MAX = 160;

/** Text that matters to a reader: strings and quoted names whole, then comments, then white space. */
const PIECE = /'(?:[^']|'')*'?|`(?:[^`]|``)*`?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+/g;

/** The text of a span on one line. */
export function oneLine(text: string, span: Span): string {
  // Cutting before folding bounds the cost for a statement of megabytes.
  const raw = text.slice(span.start, Math.min(span.end, span.start + 4 * SUMMARY_LENGTH_MAX));
  const folded = raw
    .replace(PIECE, (piece) => (piece.startsWith("'") || piece.startsWith('`') ? piece : ' '))
    .replace(/ {2,}/g, ' ')
    .trim();
  return shorten(folded);
}

/** Cuts a line at the longest summary. */
export function shorten(line: string): string {
  return line.length <= SUMMARY_LENGTH_MAX ? line : `${line.slice(0, SUMMARY_LENGTH_MAX - 1)}…`;
}

/** The first line with something on it. */
export function firstLine(text: string, span: Span): string {
  const raw = text.slice(span.start, Math.min(span.end, span.start + 4 * SUMMARY_LENGTH_MAX));
  const line = raw.split('\n').find((candidate) => candidate.trim() !== '') ?? '';
  return shorten(line.trim());
}
