/**
 * The whole script. What is typed here goes into the project as text edits and comes back as graph;
 * what is drawn there comes here as edits of the model. The caret and the canvas show the same node.
 */
import { useEffect, useRef } from 'react';
import { applyTextEdits, type TextEdit } from '../../runtime/base/span.ts';
import { useAnalysis } from '../store/analysis.ts';
import { useCaret } from '../store/caret.ts';
import { useProblems } from '../store/problems.ts';
import { applyTyping, useProject } from '../store/project.ts';
import { useSelection } from '../store/selection.ts';
import { registerDocument } from './editor-document.ts';
import { bindLanguageKeys } from './language-features.ts';
import { showMarkers } from './markers.ts';
import { monaco, SHARED_OPTIONS } from './monaco.ts';
import styles from './script-editor.module.css';
import { hasMixedLineEnds, LineStarts } from './text-positions.ts';
import { bindWindowKeys } from './window-keys.ts';

const ORIGIN = 'script';

/** The editor of the whole script. */
export function ScriptEditor() {
  const host = useRef<HTMLDivElement>(null);
  const editorRef = useRef<monaco.editor.IStandaloneCodeEditor | null>(null);
  const problems = useProblems();
  const graph = useAnalysis((s) => s.graph);

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const session = openSession(element);
    editorRef.current = session.editor;
    return () => {
      editorRef.current = null;
      session.dispose();
    };
  }, []);

  useEffect(() => {
    const model = editorRef.current?.getModel();
    const { revision, text } = useProject.getState();
    // Diagnostics of an older text would be drawn at the wrong places; the next analysis brings the right ones.
    if (model == null || useAnalysis.getState().revision !== revision) return;
    showMarkers(
      model,
      problems.all.map((p) => p.diagnostic),
      { start: 0, end: text.length },
    );
  }, [problems]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new graph has new spans.
  useEffect(() => {
    if (editorRef.current !== null) showSelection(editorRef.current);
  }, [graph]);

  return <div ref={host} className={styles.host} data-testid="script-editor" />;
}

/** Connects a new editor with the stores. */
function openSession(element: HTMLElement): { editor: monaco.editor.IStandaloneCodeEditor; dispose: () => void } {
  const { text } = useProject.getState();
  const model = monaco.editor.createModel(text, SHARED_OPTIONS.language);
  const editor = monaco.editor.create(element, { ...SHARED_OPTIONS, model, ariaLabel: 'The whole script' });
  registerDocument(model, () => null);
  bindWindowKeys(editor);
  bindLanguageKeys(monaco, editor);
  let isFollowing = false;
  let isMixed = hasMixedLineEnds(text);

  const typed = model.onDidChangeContent((event) => {
    if (isFollowing) return;
    const before = useProject.getState().text;
    const lines = isMixed ? new LineStarts(before) : null;
    const edits = event.changes.map((change): TextEdit => {
      const start = lines?.offset(change.range.startLineNumber, change.range.startColumn) ?? change.rangeOffset;
      const end =
        lines?.offset(change.range.endLineNumber, change.range.endColumn) ?? change.rangeOffset + change.rangeLength;
      return { span: { start, end }, text: change.text };
    });
    applyTyping(edits, ORIGIN);
  });

  const follow = useProject.subscribe((state, before) => {
    if (state.revision === before.revision || state.lastChange?.origin === ORIGIN) return;
    isFollowing = true;
    if (state.lastChange === null) {
      isMixed = hasMixedLineEnds(state.text);
      model.setValue(state.text);
    } else {
      let at = before.text;
      for (const edits of state.lastChange.changes) at = applyToModel(model, at, edits, isMixed);
    }
    isFollowing = false;
  });

  const caret = editor.onDidChangeCursorPosition(({ position }) => {
    const offset = isMixed
      ? new LineStarts(useProject.getState().text).offset(position.lineNumber, position.column)
      : model.getOffsetAt(position);
    useCaret.setState({ offset });
    const { graph } = useAnalysis.getState();
    const node = graph.nodes.find((n) => offset >= n.span.start && offset <= n.span.end);
    useSelection.setState((s) => (s.caretNode === (node?.id ?? null) ? s : { ...s, caretNode: node?.id ?? null }));
  });

  const reveal = useSelection.subscribe((state, before) => {
    if (state.reveal !== before.reveal && state.reveal?.offset != null) goTo(editor, state.reveal.offset);
    if (state.nodes !== before.nodes) showSelection(editor);
  });
  const wanted = useSelection.getState().reveal?.offset ?? null;
  if (wanted !== null) {
    goTo(editor, wanted);
    useSelection.setState({ reveal: null });
  } else {
    revealSelected(editor);
  }
  editor.focus();

  return {
    editor,
    dispose() {
      for (const part of [typed, caret]) part.dispose();
      follow();
      reveal();
      useSelection.setState({ caretNode: null });
      editor.dispose();
      model.dispose();
    },
  };
}

/** Applies edits to the model as they were applied to `text`; answers the text after them. */
function applyToModel(
  model: monaco.editor.ITextModel,
  text: string,
  edits: readonly TextEdit[],
  isMixed: boolean,
): string {
  const lines = isMixed ? new LineStarts(text) : null;
  const at = (offset: number): { lineNumber: number; column: number } =>
    lines?.position(offset) ?? model.getPositionAt(offset);
  model.applyEdits(
    edits.map(({ span, text: inserted }) => {
      const start = at(span.start);
      const end = at(span.end);
      return {
        range: new monaco.Range(start.lineNumber, start.column, end.lineNumber, end.column),
        text: inserted,
        forceMoveMarkers: true,
      };
    }),
  );
  return applyTextEdits(text, edits);
}

function goTo(editor: monaco.editor.IStandaloneCodeEditor, offset: number): void {
  const position = new LineStarts(useProject.getState().text).position(offset);
  editor.setPosition(position);
  editor.revealPositionInCenterIfOutsideViewport(position);
  editor.focus();
}

const selectionMarks = new WeakMap<monaco.editor.IStandaloneCodeEditor, monaco.editor.IEditorDecorationsCollection>();

/** Marks the statements of the selected nodes in the margin. */
function showSelection(editor: monaco.editor.IStandaloneCodeEditor): void {
  const model = editor.getModel();
  if (model === null) return;
  const { nodesById } = useAnalysis.getState();
  const lines = new LineStarts(useProject.getState().text);
  const ranges = useSelection.getState().nodes.flatMap((id) => {
    const node = nodesById.get(id);
    if (node === undefined) return [];
    const start = lines.position(node.span.start);
    const end = lines.position(node.span.end);
    return [new monaco.Range(start.lineNumber, start.column, end.lineNumber, end.column)];
  });
  const marks = selectionMarks.get(editor) ?? editor.createDecorationsCollection();
  selectionMarks.set(editor, marks);
  marks.set(
    ranges.map((range) => ({
      range,
      options: { isWholeLine: true, linesDecorationsClassName: 'millrace-selected-statement' },
    })),
  );
}

function revealSelected(editor: monaco.editor.IStandaloneCodeEditor): void {
  const node = useAnalysis.getState().nodesById.get(useSelection.getState().nodes[0] ?? '');
  if (node === undefined) return;
  const position = new LineStarts(useProject.getState().text).position(node.span.start);
  editor.setPosition(position);
  editor.revealPositionInCenterIfOutsideViewport(position);
  showSelection(editor);
}
