/**
 * The text that an editor shows a part of: the whole script, or the statement of one node inside it. What
 * the language worker says is about the whole text; here its offsets become places of the editor and back.
 */
import type * as Monaco from 'monaco-editor/editor';
import type { Span } from '../../runtime/base/span.ts';
import { filesOf, useProject } from '../store/project.ts';
import { LineStarts } from './text-positions.ts';

/** What an editor shows: the statement between these offsets of the project's text, or all of it. */
export type Window = () => Span | null;

const windows = new WeakMap<Monaco.editor.ITextModel, Window>();

/** Says what a model shows a part of. A window of null: nothing yet. */
export function registerDocument(model: Monaco.editor.ITextModel, window: Window): void {
  windows.set(model, window);
}

/** A place in the whole text. */
export interface DocumentPlace {
  readonly text: string;
  readonly files: { path: string; text: string }[];
  readonly offset: number;
}

/** The whole text as the editor shows it now, and a position in it; null for models that show no script. */
export function placeIn(model: Monaco.editor.ITextModel, position: Monaco.IPosition): DocumentPlace | null {
  const document = documentOf(model);
  if (document === null) return null;
  const offset = document.start + document.lines.offset(position.lineNumber, position.column);
  return { text: document.text, files: filesOf(), offset };
}

/** A span of the whole text as a range of the editor; null when it is outside. */
export function rangeIn(model: Monaco.editor.ITextModel, span: Span): Monaco.IRange | null {
  const document = documentOf(model);
  if (document === null || span.start < document.start || span.end > document.start + document.shown.length)
    return null;
  const start = document.lines.position(span.start - document.start);
  const end = document.lines.position(span.end - document.start);
  return {
    startLineNumber: start.lineNumber,
    startColumn: start.column,
    endLineNumber: end.lineNumber,
    endColumn: end.column,
  };
}

function documentOf(model: Monaco.editor.ITextModel) {
  const window = windows.get(model);
  if (window === undefined) return null;
  const { text } = useProject.getState();
  const span = window();
  if (span === null) return { text, shown: text, start: 0, lines: new LineStarts(text) };
  const shown = model.getValue();
  const whole = text.slice(0, span.start) + shown + text.slice(span.end);
  return { text: whole, shown, start: span.start, lines: new LineStarts(shown) };
}
