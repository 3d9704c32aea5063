/**
 * Edits of a comma list by span: items that stay keep their bytes, removed ones leave with one comma,
 * new ones are written in the style of their neighbours (one line, or one line each).
 */
import { assert } from '../base/assert.ts';
import type { Span, TextEdit } from '../base/span.ts';

/** What becomes of the items, in the order of the new list. Every old index occurs once, ascending. */
export type ListOp =
  | { readonly kind: 'keep'; readonly index: number }
  /** Changes inside the item. */
  | { readonly kind: 'patch'; readonly index: number; readonly edits: readonly TextEdit[] }
  | { readonly kind: 'delete'; readonly index: number }
  | { readonly kind: 'insert'; readonly text: string };

/** Pairs of a comparison beyond this many are not looked at one by one: only common ends are kept. */
const ALIGN_CELLS_MAX = 250_000;

/**
 * Which old item each new one is: equal keys by the longest common sequence; between these, items in
 * the same place are taken for changed ones, the rest for removed or new.
 */
export function alignLists(
  before: readonly string[],
  after: readonly string[],
): readonly (
  | { readonly kind: 'same' | 'changed'; readonly before: number; readonly after: number }
  | { readonly kind: 'removed'; readonly before: number }
  | { readonly kind: 'added'; readonly after: number }
)[] {
  const out: ReturnType<typeof alignLists>[number][] = [];
  let i = 0;
  let j = 0;
  const gap = (toI: number, toJ: number): void => {
    while (i < toI && j < toJ) out.push({ kind: 'changed', before: i++, after: j++ });
    while (i < toI) out.push({ kind: 'removed', before: i++ });
    while (j < toJ) out.push({ kind: 'added', after: j++ });
  };
  for (const [a, b] of commonSequence(before, after)) {
    gap(a, b);
    out.push({ kind: 'same', before: i++, after: j++ });
  }
  gap(before.length, after.length);
  return out;
}

function commonSequence(before: readonly string[], after: readonly string[]): readonly (readonly [number, number])[] {
  const pairs: [number, number][] = [];
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) {
    pairs.push([head, head]);
    head += 1;
  }
  let tail = 0;
  while (
    tail < before.length - head &&
    tail < after.length - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  )
    tail += 1;
  const rows = before.length - head - tail;
  const columns = after.length - head - tail;
  if (rows * columns <= ALIGN_CELLS_MAX) {
    const lengths = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1));
    const cell = (r: number, c: number): number => lengths[r]?.[c] ?? 0;
    for (let r = rows - 1; r >= 0; r -= 1) {
      for (let c = columns - 1; c >= 0; c -= 1) {
        const row = lengths[r];
        assert(row, 'the table has a row for each old item');
        row[c] =
          before[head + r] === after[head + c] ? cell(r + 1, c + 1) + 1 : Math.max(cell(r + 1, c), cell(r, c + 1));
      }
    }
    for (let r = 0, c = 0; r < rows && c < columns; ) {
      if (before[head + r] === after[head + c]) pairs.push([head + r++, head + c++]);
      else if (cell(r + 1, c) >= cell(r, c + 1)) r += 1;
      else c += 1;
    }
  }
  for (let k = tail; k > 0; k -= 1) pairs.push([before.length - k, after.length - k]);
  return pairs;
}

/** The text edits of list operations. `spans` are the old items; at least one stays. */
export function listEdits(text: string, spans: readonly Span[], ops: readonly ListOp[]): readonly TextEdit[] {
  const edits: TextEdit[] = [];
  const survivors = new Set(ops.flatMap((op) => (op.kind === 'keep' || op.kind === 'patch' ? [op.index] : [])));
  assert(survivors.size > 0, 'a list keeps at least one of its items');
  const separator = separatorOf(text, spans);
  const span = (index: number): Span => {
    const found = spans[index];
    assert(found, 'list operations refer to items of the list');
    return found;
  };
  let last: number | null = null;
  const leading: string[] = [];
  for (const op of ops) {
    switch (op.kind) {
      case 'keep':
      case 'patch':
        if (op.kind === 'patch') edits.push(...op.edits);
        if (last === null)
          for (const item of leading)
            edits.push({ span: { start: span(op.index).start, end: span(op.index).start }, text: item + separator });
        last = op.index;
        break;
      case 'insert':
        if (last === null) leading.push(op.text);
        else edits.push({ span: { start: span(last).end, end: span(last).end }, text: separator + op.text });
        break;
      case 'delete': {
        // With a survivor behind it an item leaves up to the next item, else from the end of the one before.
        const next = op.index + 1;
        const isLast = !spans.some((_, i) => i > op.index && survivors.has(i));
        if (isLast) edits.push({ span: { start: span(op.index - 1).end, end: span(op.index).end }, text: '' });
        else edits.push({ span: { start: span(op.index).start, end: span(next).start }, text: '' });
        break;
      }
    }
  }
  return edits;
}

/** `, ` or a comma, a line break and the indent of the items. */
function separatorOf(text: string, spans: readonly Span[]): string {
  const sample = spans[1] ?? spans[0];
  if (!sample) return ', ';
  const indent = indentBefore(text, sample.start);
  return indent === null ? ', ' : `,\n${indent}`;
}

/** The white space before `offset` when nothing else stands before it on its line. */
export function indentBefore(text: string, offset: number): string | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const before = text.slice(lineStart, offset);
  return lineStart > 0 && /^[ \t]*$/.test(before) ? before : null;
}
