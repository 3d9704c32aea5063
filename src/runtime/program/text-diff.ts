/** The smallest single replacement between two texts: how typing in an editor becomes an edit. */
import type { TextEdit } from '../base/span.ts';

/**
 * One edit that turns `before` into `after`, or none when they are equal. Cuts never fall inside a
 * surrogate pair, so that each half of an undo is valid text.
 */
export function diffText(before: string, after: string): readonly TextEdit[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (start > 0 && isHighSurrogate(before.charCodeAt(start - 1))) start -= 1;
  let tail = 0;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail += 1;
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail -= 1;
  return [{ span: { start, end: before.length - tail }, text: after.slice(start, after.length - tail) }];
}

/** The edits that undo `edits` on the text after them. `text` is the text before. */
export function invertEdits(text: string, edits: readonly TextEdit[]): readonly TextEdit[] {
  const ordered = edits.map((edit, order) => ({ edit, order }));
  ordered.sort((a, b) => a.edit.span.start - b.edit.span.start || a.order - b.order);
  let shift = 0;
  return ordered.map(({ edit }) => {
    const start = edit.span.start + shift;
    shift += edit.text.length - (edit.span.end - edit.span.start);
    return { span: { start, end: start + edit.text.length }, text: text.slice(edit.span.start, edit.span.end) };
  });
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
