/**
 * The TypeScript files of the open project as Monaco's models, one each, whichever editors show them. They
 * follow the store, what is typed in them goes there, and what the type checker says becomes problems.
 */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { diffText } from '../../runtime/program/text-diff.ts';
import { useAnalysis } from '../store/analysis.ts';
import { applyFileTyping, useProject } from '../store/project.ts';
import { setTypeProblems } from '../store/type-problems.ts';
import { monaco } from './monaco.ts';
import { type CheckedFolder, openCheckedFolder, TYPESCRIPT } from './typescript.ts';

/** Each costs the worker a check of the library; what a project has beyond is checked when it is opened. */
const CHECKED_COUNT_MAX = 24;

interface OpenModel {
  readonly path: string;
  readonly model: monaco.editor.ITextModel;
  readonly folder: CheckedFolder;
  dispose(): void;
}

const models = new Map<string, OpenModel>();
/** The model that is being brought in step with the store: what it reports then was not typed. */
let following: string | null = null;

/** The model of a file; null when the project has no such file. */
export function modelOf(path: string): monaco.editor.ITextModel | null {
  const { files } = useProject.getState();
  const text = files.get(path);
  if (text === undefined) return null;
  const known = models.get(path);
  if (known !== undefined) return known.model;
  const folder = openCheckedFolder(path);
  const model = monaco.editor.createModel(text, TYPESCRIPT, folder.uri);
  const typed = model.onDidChangeContent(() => {
    if (following !== path) applyFileTyping(path, model.getValue());
  });
  const opened: OpenModel = {
    path,
    model,
    folder,
    dispose() {
      typed.dispose();
      model.dispose();
      folder.dispose();
      models.delete(path);
      setTypeProblems(path, []);
    },
  };
  models.set(path, opened);
  describe(opened);
  return model;
}

/** Tells the checker what the file's rows are, and what it can import. */
function describe({ path, folder }: OpenModel): void {
  const { files } = useProject.getState();
  const { functions } = useAnalysis.getState();
  const own = functions.filter((f) => f.path === path);
  // While a word is being typed the declaration cannot be read; what was known of the row still holds.
  if (own.length === 0 || own.some((f) => f.form !== null))
    folder.setInputRow(own.find((f) => f.inputRowType !== null)?.inputRowType ?? null);
  const importsOthers = /\bfrom\s*['"]\.|\bimport\s*\(?\s*['"]\./.test(files.get(path) ?? '');
  folder.setNeighbours(importsOthers ? files : new Map());
}

/** All files of the project get a model, so that mistakes in those that are not open are seen too. */
function checkAll(): void {
  let count = 0;
  for (const path of useProject.getState().files.keys()) {
    if (count >= CHECKED_COUNT_MAX) return;
    count += 1;
    modelOf(path);
  }
}

useProject.subscribe((state, before) => {
  if (state.files === before.files) return;
  const isOtherProject = state.lastChange === null && state.revision !== before.revision;
  for (const opened of [...models.values()]) {
    const text = state.files.get(opened.path);
    if (text === undefined || isOtherProject) opened.dispose();
    else follow(opened, text);
  }
  for (const opened of models.values()) describe(opened);
  checkAll();
});

useAnalysis.subscribe((state, before) => {
  if (state.functions !== before.functions) for (const opened of models.values()) describe(opened);
});

/** Only what differs is replaced, so that carets and folds stay. */
function follow({ path, model }: OpenModel, text: string): void {
  const shown = model.getValue();
  if (shown === text) return;
  following = path;
  model.applyEdits(
    diffText(shown, text).map(({ span, text: inserted }) => ({
      range: monaco.Range.fromPositions(model.getPositionAt(span.start), model.getPositionAt(span.end)),
      text: inserted,
      forceMoveMarkers: true,
    })),
  );
  following = null;
}

monaco.editor.onDidChangeMarkers((uris) => {
  const changed = new Set(uris.map(String));
  for (const { path, model } of models.values()) {
    if (!changed.has(String(model.uri))) continue;
    const markers = monaco.editor.getModelMarkers({ resource: model.uri, owner: TYPESCRIPT });
    setTypeProblems(
      path,
      markers.flatMap((marker) => problemOf(path, marker) ?? []),
    );
  }
});

function problemOf(path: string, marker: monaco.editor.IMarker): Diagnostic | null {
  if (marker.severity < monaco.MarkerSeverity.Warning) return null;
  return {
    code: `typescript/${typeof marker.code === 'object' ? marker.code.value : (marker.code ?? 'error')}`,
    phase: 'validate',
    severity: marker.severity === monaco.MarkerSeverity.Error ? 'error' : 'warning',
    message: marker.message,
    file: { path, line: marker.startLineNumber, column: marker.startColumn },
  };
}

checkAll();
