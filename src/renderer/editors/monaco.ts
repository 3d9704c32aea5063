/**
 * Monaco with the features that a SQL editor needs and nothing more (TypeScript comes with `typescript.ts`). Loaded by dynamic import only
 * (it is larger than the rest of the window together). Workers are files, so the page needs no right
 * to make code from strings.
 */
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codeAction/register';
import 'monaco-editor/features/codeEditor/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/contextmenu/register';
import 'monaco-editor/features/find/register';
import 'monaco-editor/features/folding/register';
import 'monaco-editor/features/format/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/gotoLine/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/lineSelection/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/longLinesHelper/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/placeholderText/register';
import 'monaco-editor/features/readOnlyMessage/register';
import 'monaco-editor/features/rename/register';
import 'monaco-editor/features/smartSelect/register';
import 'monaco-editor/features/suggest/register';
// Monaco 0.57 forgets the controller itself in the line above: without it nothing is ever suggested.
import 'monaco-editor/editor/contrib/suggest/browser/suggestController';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordHighlighter/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/features/wordPartOperations/register';
import editorWorkerUrl from 'monaco-editor/editor/editor.worker?worker&url';
import typescriptWorkerUrl from 'monaco-editor/language/typescript/ts.worker?worker&url';
import { isDark, useSettings } from '../store/settings.ts';
import { FLINK_SQL, registerFlinkSql } from './flink-sql-language.ts';
import { registerLanguageFeatures } from './language-features.ts';
import { themeRules } from './theme.ts';

self.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(label === 'typescript' ? typescriptWorkerUrl : editorWorkerUrl, { type: 'module', name: label }),
};

registerFlinkSql(monaco);
registerLanguageFeatures(monaco);

/** Monaco measures letters once; with the fallback font every caret would be off. */
void document.fonts?.load("12px 'JetBrains Mono Variable'").then(() => monaco.editor.remeasureFonts());

const applyTheme = (): void => {
  const dark = isDark(useSettings.getState());
  // The theme attribute of the page is set by another listener of the same store; wait for it.
  requestAnimationFrame(() => {
    monaco.editor.defineTheme('millrace', themeRules(dark));
    monaco.editor.setTheme('millrace');
  });
};
useSettings.subscribe((state, before) => {
  if (isDark(state) !== isDark(before)) applyTheme();
});
applyTheme();

/** Options that all editors of the window share. */
export const SHARED_OPTIONS = {
  language: FLINK_SQL,
  theme: 'millrace',
  automaticLayout: true,
  fontFamily: "'JetBrains Mono Variable', 'JetBrains Mono', monospace",
  fontSize: 12.5,
  lineHeight: 20,
  fontLigatures: false,
  minimap: { enabled: false },
  scrollBeyondLastLine: false,
  renderLineHighlight: 'line',
  tabSize: 2,
  unusualLineTerminators: 'off',
  unicodeHighlight: { ambiguousCharacters: false },
  largeFileOptimizations: true,
  maxTokenizationLineLength: 5000,
  stickyScroll: { enabled: false },
  // Calm: neither rainbow brackets nor every SELECT lit up because the caret stands on one.
  occurrencesHighlight: 'off',
  bracketPairColorization: { enabled: false },
  fixedOverflowWidgets: true,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  guides: { indentation: false },
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10, useShadows: false },
  padding: { top: 8, bottom: 8 },
  wordBasedSuggestions: 'off',
  accessibilitySupport: 'auto',
} as const satisfies monaco.editor.IStandaloneEditorConstructionOptions;

export { monaco };
