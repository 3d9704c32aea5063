/** A file of a bundle, to be read: Monaco with the languages that a bundle has. Loaded by itself, like all editors. */
import 'monaco-editor/languages/definitions/dockerfile/register';
import 'monaco-editor/languages/definitions/java/register';
import 'monaco-editor/languages/definitions/javascript/register';
import 'monaco-editor/languages/definitions/markdown/register';
import 'monaco-editor/languages/definitions/shell/register';
import 'monaco-editor/languages/definitions/xml/register';
import 'monaco-editor/languages/definitions/yaml/register';
import { useEffect, useRef } from 'react';
import { monaco, SHARED_OPTIONS } from '../editors/monaco.ts';
import styles from './export-dialog.module.css';
import { languageOf } from './export-tree.ts';

/** The text of a file. */
export function ExportFileView({ path, text }: { readonly path: string; readonly text: string }) {
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const model = monaco.editor.createModel(text, languageOf(path));
    const editor = monaco.editor.create(element, {
      ...SHARED_OPTIONS,
      language: languageOf(path),
      model,
      readOnly: true,
      domReadOnly: true,
      // Tab leaves: nothing can be typed here.
      tabFocusMode: true,
      folding: false,
      renderLineHighlight: 'none',
      ariaLabel: `Text of ${path}`,
    });
    return () => {
      editor.dispose();
      model.dispose();
    };
  }, [path, text]);
  return <div ref={host} className={styles.editor} data-testid="export-file" data-path={path} />;
}
