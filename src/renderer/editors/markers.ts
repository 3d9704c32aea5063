/** Diagnostics as Monaco's markers. */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { projectPath } from '../../runtime/base/project-path.ts';
import type { Span } from '../../runtime/base/span.ts';
import { monaco } from './monaco.ts';

const SEVERITY = {
  error: monaco.MarkerSeverity.Error,
  warning: monaco.MarkerSeverity.Warning,
  info: monaco.MarkerSeverity.Info,
} as const;

/** Markers of a TypeScript file, without those of the type checker, which makes its own. */
export function showFileMarkers(
  model: monaco.editor.ITextModel,
  path: string,
  diagnostics: readonly Diagnostic[],
): void {
  const markers: monaco.editor.IMarkerData[] = [];
  for (const { file, severity, message, hint, code } of diagnostics) {
    if (file === undefined || projectPath(file.path) !== path || code.startsWith('typescript/')) continue;
    const line = Math.min(Math.max(1, file.line), model.getLineCount());
    const column = Math.min(Math.max(1, file.column), model.getLineMaxColumn(line));
    const word = model.getWordAtPosition({ lineNumber: line, column });
    markers.push({
      severity: SEVERITY[severity],
      message: hint === undefined ? message : `${message}\n${hint}`,
      code,
      startLineNumber: line,
      startColumn: column,
      endLineNumber: line,
      endColumn: word?.endColumn ?? column + 1,
    });
  }
  monaco.editor.setModelMarkers(model, 'millrace', markers);
}

/** Markers for the diagnostics inside `window` of the text, where the model holds exactly that window. */
export function showMarkers(model: monaco.editor.ITextModel, diagnostics: readonly Diagnostic[], window: Span): void {
  const markers: monaco.editor.IMarkerData[] = [];
  for (const { span, severity, message, hint, code } of diagnostics) {
    if (span === undefined || span.start < window.start || span.start > window.end) continue;
    const start = model.getPositionAt(span.start - window.start);
    // An empty span would be invisible; one character is the least that can be seen.
    const end = model.getPositionAt(Math.max(span.start + 1, Math.min(span.end, window.end)) - window.start);
    markers.push({
      severity: SEVERITY[severity],
      message: hint === undefined ? message : `${message}\n${hint}`,
      code,
      startLineNumber: start.lineNumber,
      startColumn: start.column,
      endLineNumber: end.lineNumber,
      endColumn: end.column,
    });
  }
  monaco.editor.setModelMarkers(model, 'millrace', markers);
}
