/**
 * Positions in a script. Everything the front end knows about a piece of text (tokens, tree nodes,
 * diagnostics, edits) refers to it by a half-open span of UTF-16 offsets, as editors do.
 */

/** Half-open range `[start, end)` of UTF-16 code units in the script. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A position as people and Flink count: both from 1; column in UTF-16 code units. */
export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** One replacement of the text in `span` by `text`; an insertion has an empty span. */
export interface TextEdit {
  readonly span: Span;
  readonly text: string;
}

/** The smallest span that covers both. */
export function cover(a: Span, b: Span): Span {
  return { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Line and column of an offset. Cost: linear in the offset; use `LineIndex` for many look-ups. */
export function lineColumn(text: string, offset: number): LineColumn {
  let line = 1;
  let lineStart = 0;
  for (let i = text.indexOf('\n'); i !== -1 && i < offset; i = text.indexOf('\n', i + 1)) {
    line += 1;
    lineStart = i + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

/**
 * Applies edits that do not overlap, given in any order. Offsets refer to the text before all edits.
 * Edits at the same offset are applied in the order given.
 */
export function applyTextEdits(text: string, edits: readonly TextEdit[]): string {
  const sorted = edits.map((edit, order) => ({ edit, order }));
  sorted.sort((a, b) => a.edit.span.start - b.edit.span.start || a.order - b.order);
  let out = '';
  let at = 0;
  for (const { edit } of sorted) {
    out += text.slice(at, edit.span.start) + edit.text;
    at = Math.max(at, edit.span.end);
  }
  return out + text.slice(at);
}
