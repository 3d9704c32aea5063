/**
 * A script while one edit request is carried out. A request may take several steps (write a view, then
 * rewire its reader); each step sees the program as the steps before left it, and at the end the draft
 * says what changed against the text the request began with: the fewest replacements, and which node
 * became which.
 *
 * The text is kept as pieces: ranges of the original, and new text between them. So every character
 * of the original knows where it went.
 */
import { assert } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { Span, TextEdit } from '../base/span.ts';
import { type ParsedScript, parseScript } from '../sql/1-parse/parse-script.ts';
import { buildModel, type ProgramModel, type Unit } from './model.ts';

type Piece =
  | { readonly kind: 'original'; readonly start: number; readonly end: number }
  | { readonly kind: 'new'; readonly text: string };

/** A program being edited. */
export class Draft {
  readonly originalText: string;
  readonly original: ProgramModel;
  /** Line end of the file: new text is written with it. */
  readonly lineEnd: '\n' | '\r\n';
  /** Units that became another by rewriting all of their text: original id → id now. */
  readonly became = new Map<string, string>();
  /** Paths of the TypeScript files there are. */
  readonly filePaths: readonly string[];
  /** TypeScript files that the request writes, or takes out of the program. */
  readonly files: { readonly path: string; readonly text: string | null }[] = [];
  /** Places of new statements, by a name of the caller's; they follow the text. */
  readonly #marks = new Map<string, number>();
  #pieces: readonly Piece[];
  #text: string;
  #model: ProgramModel;
  #diagnostics: readonly Diagnostic[];

  /** `parsed` saves the first parse when the caller has it; it must be that of `text`. */
  constructor(text: string, known: { readonly parsed?: ParsedScript; readonly filePaths?: readonly string[] } = {}) {
    const { script, diagnostics } = known.parsed ?? parseScript(text);
    this.filePaths = known.filePaths ?? [];
    assert(script.text === text, 'the parsed script is that of the text');
    this.originalText = text;
    this.lineEnd = /^[^\n]*\r\n/.test(text) ? '\r\n' : '\n';
    this.original = buildModel(script);
    this.#pieces = text === '' ? [] : [{ kind: 'original', start: 0, end: text.length }];
    this.#text = text;
    this.#model = this.original;
    this.#diagnostics = diagnostics;
  }

  get text(): string {
    return this.#text;
  }

  /** The program as the steps so far left it. */
  get model(): ProgramModel {
    return this.#model;
  }

  /** What the parser says about the text now. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics;
  }

  /** Applies edits of the current text; they must not overlap. */
  apply(edits: readonly TextEdit[]): void {
    if (edits.length === 0) return;
    const ordered = edits.map(({ span, text }, order) => ({ edit: { span, text: this.withLineEnds(text) }, order }));
    ordered.sort((a, b) => a.edit.span.start - b.edit.span.start || a.order - b.order);
    const pieces: Piece[] = [];
    let at = 0;
    for (const { edit } of ordered) {
      assert(edit.span.end <= this.#text.length && edit.span.start <= edit.span.end, 'edits lie within the text');
      assert(edit.span.start >= at || edit.span.start === edit.span.end, 'edits do not overlap');
      pieces.push(...this.#slice(at, Math.max(at, edit.span.start)));
      if (edit.text !== '') pieces.push({ kind: 'new', text: edit.text });
      at = Math.max(at, edit.span.end);
    }
    pieces.push(...this.#slice(at, this.#text.length));
    for (const [name, offset] of this.#marks) {
      const before = ordered.filter(({ edit }) => edit.span.end <= offset);
      this.#marks.set(
        name,
        before.reduce((sum, { edit }) => sum + edit.text.length - (edit.span.end - edit.span.start), offset),
      );
    }
    this.#pieces = pieces;
    this.#text = pieces
      .map((piece) => (piece.kind === 'new' ? piece.text : this.originalText.slice(piece.start, piece.end)))
      .join('');
    const { script, diagnostics } = parseScript(this.#text);
    this.#model = buildModel(script);
    this.#diagnostics = diagnostics;
  }

  /** A text with the line ends of the file. */
  withLineEnds(text: string): string {
    return text.replace(/\r?\n/g, this.lineEnd);
  }

  /** All changes since the beginning, as edits of the original text. */
  edits(): readonly TextEdit[] {
    const edits: TextEdit[] = [];
    let at = 0;
    let fresh = '';
    for (const piece of [
      ...this.#pieces,
      { kind: 'original', start: this.originalText.length, end: this.originalText.length } as const,
    ]) {
      if (piece.kind === 'new') {
        fresh += piece.text;
        continue;
      }
      if (fresh !== '' || piece.start > at) edits.push({ span: { start: at, end: piece.start }, text: fresh });
      fresh = '';
      at = piece.end;
    }
    return edits.filter((edit) => this.originalText.slice(edit.span.start, edit.span.end) !== edit.text);
  }

  /** Where a character of the original is now; `null` when it was removed. */
  offsetNow(original: number): number | null {
    let length = 0;
    for (const piece of this.#pieces) {
      if (piece.kind === 'original' && original >= piece.start && original < piece.end)
        return length + original - piece.start;
      length += piece.kind === 'new' ? piece.text.length : piece.end - piece.start;
    }
    return null;
  }

  /** The unit now that a unit of the original became; `null` when its statement is gone. */
  unitNow(id: string): Unit | null {
    const became = this.became.get(id);
    if (became !== undefined) return this.#model.byId.get(became) ?? null;
    const before = this.original.byId.get(id);
    if (!before) return this.#model.byId.get(id) ?? null;
    const start = this.offsetNow(before.span.start);
    const moved = start === null ? undefined : this.#model.units.find((unit) => unit.span.start === start);
    if (moved) return moved;
    // A statement that was cut out and written elsewhere keeps its name.
    const same = this.#model.byId.get(id);
    return same && before.role !== 'select' && before.role !== 'broken' ? same : null;
  }

  /** The id in the original of a unit of now, when it was there. */
  originalIdOf(unit: Unit): string | null {
    return this.original.units.find((before) => this.unitNow(before.id)?.id === unit.id)?.id ?? null;
  }

  /** Remembers the unit that begins at `offset` now. */
  mark(name: string, offset: number): void {
    this.#marks.set(name, offset);
  }

  /** The unit that a mark stands at now. */
  unitAtMark(name: string): Unit | null {
    const offset = this.#marks.get(name);
    return this.#model.units.find((unit) => unit.span.start === offset) ?? null;
  }

  #slice(start: number, end: number): readonly Piece[] {
    const out: Piece[] = [];
    let at = 0;
    for (const piece of this.#pieces) {
      const length = piece.kind === 'new' ? piece.text.length : piece.end - piece.start;
      const from = Math.max(start - at, 0);
      const to = Math.min(end - at, length);
      if (from < to) {
        if (piece.kind === 'new') out.push({ kind: 'new', text: piece.text.slice(from, to) });
        else out.push({ kind: 'original', start: piece.start + from, end: piece.start + to });
      }
      at += length;
    }
    return out;
  }
}

/** The text of a span. */
export function textOf(draft: Draft, span: Span): string {
  return draft.text.slice(span.start, span.end);
}
