/** The editor of one TypeScript file: in the inspector of the node that calls it, or large in the centre. */
import { useEffect, useRef } from 'react';
import { useCaret } from '../store/caret.ts';
import { useOpenFile } from '../store/open-file.ts';
import { useProblems } from '../store/problems.ts';
import { useProject } from '../store/project.ts';
import { showFileMarkers } from './markers.ts';
import { monaco, SHARED_OPTIONS } from './monaco.ts';
import styles from './script-editor.module.css';
import { TYPESCRIPT } from './typescript.ts';
import { modelOf } from './typescript-files.ts';
import { bindWindowKeys } from './window-keys.ts';

/** An editor of the file at `path`, which the project has. `narrow`: beside the canvas. */
export function FileEditor({ path, narrow }: { path: string; narrow: boolean }) {
  const host = useRef<HTMLDivElement>(null);
  const problems = useProblems().all;
  // A file that is undone and redone has another model.
  const isThere = useProject((s) => s.files.has(path));

  useEffect(() => {
    const element = host.current;
    const model = isThere ? modelOf(path) : null;
    if (element === null || model === null) return;
    const editor = monaco.editor.create(element, {
      ...SHARED_OPTIONS,
      language: TYPESCRIPT,
      model,
      ariaLabel: `TypeScript of ${path}`,
      // In the narrow inspector the code needs the room of the numbers.
      ...(narrow
        ? {
            wordWrap: 'on',
            wrappingIndent: 'indent',
            lineNumbers: 'off',
            folding: false,
            glyphMargin: false,
            lineDecorationsWidth: 8,
            lineNumbersMinChars: 0,
          }
        : {}),
    });
    bindWindowKeys(editor);
    const caret = narrow
      ? null
      : editor.onDidChangeCursorPosition(({ position }) =>
          useCaret.setState({ file: { line: position.lineNumber, column: position.column } }),
        );
    const goTo = (): void => {
      const { reveal } = useOpenFile.getState();
      if (narrow || reveal === null || reveal.path !== path) return;
      const position = { lineNumber: reveal.line, column: reveal.column };
      editor.setPosition(position);
      editor.revealPositionInCenterIfOutsideViewport(position);
      editor.focus();
    };
    const revealed = useOpenFile.subscribe((state, before) => {
      if (state.reveal !== before.reveal) goTo();
    });
    if (!narrow) editor.focus();
    goTo();
    return () => {
      caret?.dispose();
      revealed();
      editor.dispose();
    };
  }, [path, narrow, isThere]);

  useEffect(() => {
    const model = isThere ? modelOf(path) : null;
    if (model !== null) {
      showFileMarkers(
        model,
        path,
        problems.map((p) => p.diagnostic),
      );
    }
  }, [problems, path, isThere]);

  return (
    <div
      ref={host}
      className={styles.host}
      data-testid={narrow ? 'node-file-editor' : 'file-editor'}
      data-path={path}
    />
  );
}
