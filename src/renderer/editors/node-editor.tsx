/**
 * The SQL of one node. Edits are sent after a pause in typing as one request that changes that
 * statement's text and nothing else; the form of the node follows.
 */
import { useEffect, useRef } from 'react';
import type { GraphNode } from '../../runtime/program/graph.ts';
import { requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { registerPending } from '../store/pending-edits.ts';
import { useProblems } from '../store/problems.ts';
import { useProject } from '../store/project.ts';
import { registerDocument } from './editor-document.ts';
import { bindLanguageKeys } from './language-features.ts';
import { showMarkers } from './markers.ts';
import { monaco, SHARED_OPTIONS } from './monaco.ts';
import styles from './script-editor.module.css';
import { bindWindowKeys } from './window-keys.ts';

/** A pause in typing this long sends the text. */
const PAUSE_MS = 300;

interface Session {
  readonly editor: monaco.editor.IStandaloneCodeEditor;
  readonly model: monaco.editor.ITextModel;
  /** Shows `sql`, unless the user is ahead of it. */
  show(node: GraphNode, sql: string): void;
  dispose(): void;
}

/** An editor of the statement of `node`. */
export function NodeEditor({ node }: { node: GraphNode }) {
  const host = useRef<HTMLDivElement>(null);
  const session = useRef<Session | null>(null);
  const problems = useProblems();

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    session.current = openSession(element);
    return () => {
      session.current?.dispose();
      session.current = null;
    };
  }, []);

  useEffect(() => {
    const { text, revision } = useProject.getState();
    const current = session.current;
    // The span is of the analysed text; with a newer one it would cut at the wrong places.
    if (current === null || useAnalysis.getState().revision !== revision) return;
    current.show(node, text.slice(node.span.start, node.span.end));
    showMarkers(
      current.model,
      problems.all.map((p) => p.diagnostic),
      node.span,
    );
  }, [node, problems]);

  return <div ref={host} className={styles.host} data-testid="node-editor" />;
}

function openSession(element: HTMLElement): Session {
  const model = monaco.editor.createModel('', SHARED_OPTIONS.language);
  const editor = monaco.editor.create(element, {
    ...SHARED_OPTIONS,
    model,
    ariaLabel: 'SQL of the node',
    lineNumbers: 'off',
    folding: false,
    glyphMargin: false,
    lineDecorationsWidth: 8,
    lineNumbersMinChars: 0,
    wordWrap: 'on',
  });
  bindWindowKeys(editor);
  bindLanguageKeys(monaco, editor);
  let shown: GraphNode | null = null;
  registerDocument(model, () => shown?.span ?? { start: 0, end: 0 });
  let isShowing = false;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let unregister: (() => void) | null = null;

  const send = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    unregister?.();
    unregister = null;
    if (shown === null) return;
    const sql = model.getValue();
    await requestEdit(
      { kind: 'set-sql', node: shown.id, sql },
      { group: `sql:${shown.statement}`, origin: 'node-sql' },
    );
  };
  const typed = model.onDidChangeContent(() => {
    if (isShowing) return;
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void send(), PAUSE_MS);
    unregister ??= registerPending(send);
  });
  const left = editor.onDidBlurEditorText(() => {
    if (timer !== null) void send();
  });

  return {
    editor,
    model,
    show(node, sql) {
      const isOther = shown !== null && shown.statement !== node.statement;
      // What waits belongs to the node that was shown before.
      if (isOther && timer !== null) void send();
      const isAhead = timer !== null && !isOther;
      shown = node;
      if (isAhead || model.getValue() === sql) return;
      isShowing = true;
      if (isOther || model.getValueLength() === 0) model.setValue(sql);
      else replaceKeepingCaret(editor, model, sql);
      isShowing = false;
    },
    dispose() {
      if (timer !== null) void send();
      typed.dispose();
      left.dispose();
      editor.dispose();
      model.dispose();
    },
  };
}

/** Replaces only the part that differs, so that caret and scroll stay. */
function replaceKeepingCaret(
  editor: monaco.editor.IStandaloneCodeEditor,
  model: monaco.editor.ITextModel,
  sql: string,
): void {
  const old = model.getValue();
  let start = 0;
  while (start < old.length && start < sql.length && old[start] === sql[start]) start += 1;
  let end = 0;
  while (
    end < old.length - start &&
    end < sql.length - start &&
    old[old.length - 1 - end] === sql[sql.length - 1 - end]
  )
    end += 1;
  const range = monaco.Range.fromPositions(model.getPositionAt(start), model.getPositionAt(old.length - end));
  const position = editor.getPosition();
  model.applyEdits([{ range, text: sql.slice(start, sql.length - end) }]);
  if (position !== null) editor.setPosition(position);
}
