/** Completion, hover, help with arguments, rename, repairs and formatting of the SQL editors, from the language worker. */
import type * as Monaco from 'monaco-editor/editor';
import type { CommandOut } from '../../runtime/contract/contract.ts';
import type { LanguageContract } from '../../runtime/contract/language-contract.ts';
import { requestEdit } from '../store/actions.ts';
import { useAnalysis } from '../store/analysis.ts';
import { announce, toast } from '../store/notices.ts';
import { showFile } from '../store/open-file.ts';
import { flushPending } from '../store/pending-edits.ts';
import { applyEdit, useProject } from '../store/project.ts';
import { revealOffset } from '../store/selection.ts';
import { services } from '../store/services.ts';
import { useSettings } from '../store/settings.ts';
import { type DocumentPlace, placeIn, rangeIn } from './editor-document.ts';
import { FLINK_SQL } from './flink-sql-language.ts';

type Item = CommandOut<LanguageContract, 'complete'>['items'][number];

/** Registers all of them for Flink SQL. */
export function registerLanguageFeatures(monaco: typeof Monaco): void {
  registerCompletion(monaco);
  registerRename(monaco);
  registerRepairs(monaco);
  registerFormatting(monaco);
  monaco.languages.registerHoverProvider(FLINK_SQL, {
    async provideHover(model, position) {
      const place = placeIn(model, position);
      const answer = place === null ? null : await services().language.call('hover', place);
      const hover = answer?.ok === true ? answer.value.hover : null;
      const range = hover === null ? null : rangeIn(model, hover.span);
      return hover === null || range === null ? null : { range, contents: [{ value: hover.markdown }] };
    },
  });
  monaco.languages.registerSignatureHelpProvider(FLINK_SQL, {
    signatureHelpTriggerCharacters: ['(', ','],
    signatureHelpRetriggerCharacters: ['>'],
    async provideSignatureHelp(model, position) {
      const place = placeIn(model, position);
      const answer = place === null ? null : await services().language.call('signature', place);
      const help = answer?.ok === true ? answer.value.help : null;
      if (help === null) return null;
      const { label, doc, parameters, active } = help;
      const signature = { label, documentation: doc, parameters: parameters.map((p) => ({ label: p })) };
      return { value: { signatures: [signature], activeSignature: 0, activeParameter: active }, dispose() {} };
    },
  });
}

function registerCompletion(monaco: typeof Monaco): void {
  const { CompletionItemKind: Kind } = monaco.languages;
  const kinds: Readonly<Record<Item['kind'], Monaco.languages.CompletionItemKind>> = {
    column: Kind.Field,
    table: Kind.Struct,
    function: Kind.Function,
    keyword: Kind.Keyword,
    type: Kind.TypeParameter,
    option: Kind.Property,
    value: Kind.Value,
    parameter: Kind.Variable,
    unit: Kind.Unit,
  };
  monaco.languages.registerCompletionItemProvider(FLINK_SQL, {
    triggerCharacters: ['.', "'", '('],
    async provideCompletionItems(model, position) {
      const place = placeIn(model, position);
      const answer = place === null ? null : await services().language.call('complete', place);
      if (answer?.ok !== true) return { suggestions: [] };
      const range = rangeIn(model, answer.value.replace);
      if (range === null) return { suggestions: [] };
      const suggestions = answer.value.items.map((item) => ({
        label: item.label,
        kind: kinds[item.kind],
        detail: item.detail,
        documentation: item.doc,
        insertText: item.insert,
        sortText: `${item.rank}${item.label}`,
        range,
      }));
      return { suggestions };
    },
  });
}

function registerRename(monaco: typeof Monaco): void {
  monaco.languages.registerRenameProvider(FLINK_SQL, {
    async resolveRenameLocation(model, position) {
      const nothing = { range: new monaco.Range(1, 1, 1, 1), text: '' };
      const place = placeIn(model, position);
      const answer = place === null ? null : await services().language.call('renameTarget', place);
      const target = answer?.ok === true ? answer.value.target : null;
      const range = target === null ? null : rangeIn(model, target.span);
      if (target === null || range === null)
        return { ...nothing, rejectReason: 'There is no name here that can change.' };
      return { range, text: target.name };
    },
    async provideRenameEdits(model, position, name) {
      const place = placeIn(model, position);
      const rejectReason = place === null ? 'Nothing to rename.' : await rename(place, name);
      // The edits went through the one history of the program; nothing is left for the editor to do.
      return rejectReason === null ? { edits: [] } : { edits: [], rejectReason };
    },
  });
}

/** Renames as one step of the history; answers why not. */
async function rename(place: DocumentPlace, name: string): Promise<string | null> {
  await flushPending();
  const { text, revision } = useProject.getState();
  if (text !== place.text) return 'The text changed meanwhile.';
  const answer = await services().language.call('renameName', { ...place, name });
  if (!answer.ok) return answer.error.message;
  const result = answer.value;
  if (result.kind === 'refused') return result.reason;
  if (result.kind === 'table') {
    const { definition } = result;
    const node = useAnalysis.getState().graph.nodes.find((n) => n.span.start === definition.start);
    if (node === undefined) return 'This table has no card on the canvas.';
    const outcome = await requestEdit({ kind: 'rename', node: node.id, name }, { quiet: true });
    return outcome.ok ? null : outcome.diagnostic.message;
  }
  if (useProject.getState().revision !== revision) return 'The text changed meanwhile.';
  applyEdit({ edits: result.edits, layout: {}, label: result.label }, { origin: 'rename' });
  announce(`${result.label} in ${result.edits.length} places.`);
  return null;
}

/** Shift+Alt+F: all statements, or those of the selection. In the editor of a node its one statement. */
function registerFormatting(monaco: typeof Monaco): void {
  const format = async (
    model: Monaco.editor.ITextModel,
    range: Monaco.IRange,
  ): Promise<Monaco.languages.TextEdit[]> => {
    const start = placeIn(model, { lineNumber: range.startLineNumber, column: range.startColumn });
    const end = placeIn(model, { lineNumber: range.endLineNumber, column: range.endColumn });
    if (start === null || end === null) return [];
    const within = { start: start.offset, end: end.offset };
    const answer = await services().language.call('format', { text: start.text, within });
    if (!answer.ok) return [];
    return answer.value.edits.flatMap(({ span, text }) => {
      const place = rangeIn(model, span);
      return place === null ? [] : [{ range: place, text }];
    });
  };
  monaco.languages.registerDocumentFormattingEditProvider(FLINK_SQL, {
    provideDocumentFormattingEdits: (model) => format(model, model.getFullModelRange()),
  });
  monaco.languages.registerDocumentRangeFormattingEditProvider(FLINK_SQL, {
    provideDocumentRangeFormattingEdits: format,
  });
}

function registerRepairs(monaco: typeof Monaco): void {
  monaco.languages.registerCodeActionProvider(FLINK_SQL, {
    provideCodeActions(model, range) {
      const actions: Monaco.languages.CodeAction[] = [];
      for (const diagnostic of useAnalysis.getState().diagnostics) {
        const at = diagnostic.span === undefined ? null : rangeIn(model, diagnostic.span);
        if (at === null || !monaco.Range.areIntersectingOrTouching(at, range)) continue;
        for (const fix of diagnostic.fixes ?? []) {
          const edits = fix.edits.flatMap(({ span, text }) => {
            const place = rangeIn(model, span);
            return place === null
              ? []
              : [{ resource: model.uri, versionId: undefined, textEdit: { range: place, text } }];
          });
          if (edits.length === fix.edits.length)
            actions.push({ title: fix.title, kind: 'quickfix', isPreferred: true, edit: { edits } });
        }
      }
      return { actions, dispose() {} };
    },
  });
}

/** Gives an editor the keys that go beyond its own text. */
export function bindLanguageKeys(monaco: typeof Monaco, editor: Monaco.editor.IStandaloneCodeEditor): void {
  editor.addAction({
    id: 'millrace.format',
    label: 'Format',
    // Monaco's own key for it is another one on Linux.
    keybindings: [monaco.KeyMod.Shift | monaco.KeyMod.Alt | monaco.KeyCode.KeyF],
    run: () => editor.getAction('editor.action.formatDocument')?.run(),
  });
  editor.addAction({
    id: 'millrace.definition',
    label: 'Go to definition',
    keybindings: [monaco.KeyCode.F12],
    contextMenuGroupId: 'navigation',
    async run() {
      const model = editor.getModel();
      const position = editor.getPosition();
      const place = model === null || position === null ? null : placeIn(model, position);
      const answer = place === null ? null : await services().language.call('definition', place);
      const found = answer?.ok === true ? answer.value.places[0] : undefined;
      if (found === undefined) {
        toast('info', 'There is no definition in the script for what stands here.');
        return;
      }
      if (found.path !== undefined) {
        showFile(found.path);
        return;
      }
      const range = model === null ? null : rangeIn(model, found.span);
      if (range !== null) {
        editor.setPosition({ lineNumber: range.startLineNumber, column: range.startColumn });
        editor.revealPositionInCenterIfOutsideViewport({
          lineNumber: range.startLineNumber,
          column: range.startColumn,
        });
        return;
      }
      useSettings.setState({ centreTab: 'script' });
      revealOffset(found.span.start);
    },
  });
}
