/**
 * The open project: its script, its TypeScript files, its layout, and one history for typing, drawing
 * and forms. The texts are the document (design.md §1); nothing else in the window is stored.
 */
import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { TextEdit } from '../../runtime/base/span.ts';
import type { operatorChangeShape, operatorFileShape } from '../../runtime/contract/shared-shapes.ts';
import {
  applyAndRecord,
  EMPTY_HISTORY,
  type History,
  type HistoryStep,
  type ProgramFiles,
  type RecordedEdit,
  redo as redoStep,
  undo as undoStep,
} from '../../runtime/program/history.ts';
import { EMPTY_LAYOUT, type Layout } from '../../runtime/program/layout.ts';
import { parseLayout, printLayout } from '../../runtime/program/layout-file.ts';

/** Where a project lives. `path` null: never saved. */
export interface ProjectPlace {
  readonly path: string | null;
  readonly name: string;
  readonly folder: string;
  readonly readOnly: boolean;
  /** Whether code of this folder may run and its connectors may open files. */
  readonly trusted: boolean;
  /** Where its runs are recorded. */
  readonly recordingsFolder: string;
}

/** A TypeScript file of the project, as the contracts send it. */
export type ProjectFile = z.infer<typeof operatorFileShape>;
/** What was changed of one; `text` null: it is gone. */
export type ProjectFileChange = z.infer<typeof operatorChangeShape>;

interface ProjectState {
  readonly place: ProjectPlace | null;
  readonly text: string;
  readonly layout: Layout;
  /** TypeScript files as the window has them, by path. */
  readonly files: ProgramFiles;
  /** Counts changes of the text and of the files. */
  readonly revision: number;
  readonly savedText: string;
  /** TypeScript files as they are on the disk, as far as is known. */
  readonly savedFiles: ProgramFiles;
  readonly savedLayoutText: string;
  readonly isDirty: boolean;
  readonly history: History;
  /**
   * The changes of the script, one after the other, that made this revision from the one before, for editors
   * that follow it (none when only files changed); null when the text is new as a whole. `origin` names the editor that made them,
   * which must not follow itself.
   */
  readonly lastChange: { readonly changes: readonly (readonly TextEdit[])[]; readonly origin: string } | null;
}

const NO_FILES: ProgramFiles = new Map();

const CLOSED: ProjectState = {
  place: null,
  text: '',
  layout: EMPTY_LAYOUT,
  files: NO_FILES,
  revision: 0,
  savedText: '',
  savedFiles: NO_FILES,
  savedLayoutText: '',
  isDirty: false,
  history: EMPTY_HISTORY,
  lastChange: null,
};

/** The open project. */
export const useProject = create<ProjectState>(() => CLOSED);

/** Puts a project into the window. `recovered` is unsaved work of an earlier session to go on with. */
export function openProject(
  place: ProjectPlace,
  saved: { text: string; layoutText: string | null; files: readonly ProjectFile[] },
  recovered: { text: string; layoutText: string | null; files: readonly ProjectFileChange[] } | null = null,
): void {
  const savedFiles = filesByPath(saved.files);
  const text = recovered?.text ?? saved.text;
  const layoutText = recovered?.layoutText ?? saved.layoutText;
  const layout = layoutText === null ? EMPTY_LAYOUT : parseLayout(layoutText).layout;
  const savedLayout = saved.layoutText === null ? EMPTY_LAYOUT : parseLayout(saved.layoutText).layout;
  useProject.setState((s) =>
    withDirty({
      place,
      text,
      layout,
      // A draft holds what was changed; the other files are as on the disk.
      files: recovered === null ? savedFiles : changed(savedFiles, recovered.files),
      revision: s.revision + 1,
      savedText: saved.text,
      savedFiles,
      savedLayoutText: printLayout(savedLayout),
      isDirty: false,
      history: EMPTY_HISTORY,
      lastChange: null,
    }),
  );
}

/** Takes the project out of the window. */
export function closeProject(): void {
  useProject.setState((s) => ({ ...CLOSED, revision: s.revision + 1 }));
}

/** Applies an edit as one step of the history. `group` joins it with the step before when that has the same. */
export function applyEdit(edit: RecordedEdit, options: { origin?: string; group?: string } = {}): void {
  const s = useProject.getState();
  const record = { nowMs: Date.now(), ...(options.group === undefined ? {} : { group: options.group }) };
  const step = applyAndRecord(s.history, s, edit, record);
  take(step, [edit.edits], options.origin ?? '');
}

/** Takes in what an editor already shows: a burst of keystrokes becomes one step. */
export function applyTyping(edits: readonly TextEdit[], origin: string): void {
  applyEdit({ edits, layout: {}, label: 'Typing' }, { origin, group: `typing:${origin}` });
}

/** Takes in what the editor of a TypeScript file already shows. */
export function applyFileTyping(path: string, text: string): void {
  const origin = `${FILE_ORIGIN}${path}`;
  applyEdit({ edits: [], layout: {}, label: 'Typing', files: [{ path, text }] }, { origin, group: `typing:${origin}` });
}

/** Origin of changes that are typed in the editor of a file, before its path. */
export const FILE_ORIGIN = 'file:';

/** The TypeScript files as the contracts send them. */
export function filesOf(state: Pick<ProjectState, 'files'> = useProject.getState()): ProjectFile[] {
  return [...state.files].map(([path, text]) => ({ path, text }));
}

/** Files whose text is not the one on the disk, and those on the disk that the project has no longer. */
export function changedFilesOf(
  { files, savedFiles }: Pick<ProjectState, 'files' | 'savedFiles'> = useProject.getState(),
): ProjectFileChange[] {
  if (files === savedFiles) return [];
  const gone = [...savedFiles.keys()].filter((path) => !files.has(path));
  return [
    ...filesOf({ files }).filter(({ path, text }) => savedFiles.get(path) !== text),
    ...gone.map((path) => ({ path, text: null })),
  ];
}

/** Notes what a file on the disk holds now (null: it is gone), without changing what the window has. */
export function markFileOnDisk(path: string, text: string | null): void {
  useProject.setState((s) => {
    const savedFiles = new Map(s.savedFiles);
    if (text === null) savedFiles.delete(path);
    else savedFiles.set(path, text);
    return withDirty({ ...s, savedFiles });
  });
}

/** Goes one step back. Answers the step's label, or null when there is none. */
export function undo(): string | null {
  const s = useProject.getState();
  const changes = s.history.past.at(-1)?.backward ?? [];
  const step = undoStep(s.history, s);
  if (step !== null) take(step, changes, '');
  return step?.label ?? null;
}

/** Goes one step forward again. Answers the step's label, or null when there is none. */
export function redo(): string | null {
  const s = useProject.getState();
  const changes = s.history.future.at(-1)?.forward ?? [];
  const step = redoStep(s.history, s);
  if (step !== null) take(step, changes, '');
  return step?.label ?? null;
}

/** Notes that this text, layout and files now stand on the disk at `place`. */
export function markSaved(
  place: ProjectPlace,
  saved: { text: string; layoutText: string; files: readonly ProjectFileChange[] },
): void {
  useProject.setState((s) =>
    withDirty({
      ...s,
      place,
      savedText: saved.text,
      savedLayoutText: saved.layoutText,
      savedFiles: changed(s.savedFiles, saved.files),
    }),
  );
}

/** Notes whether a folder is trusted, when it is still that of the project. */
export function markTrusted(folder: string, trusted: boolean): void {
  useProject.setState((s) => (s.place?.folder === folder ? { place: { ...s.place, trusted } } : s));
}

function filesByPath(files: readonly ProjectFile[]): ProgramFiles {
  return new Map(files.map(({ path, text }) => [path, text]));
}

function changed(files: ProgramFiles, changes: readonly ProjectFileChange[]): ProgramFiles {
  if (changes.length === 0) return files;
  const out = new Map(files);
  for (const { path, text } of changes) {
    if (text === null) out.delete(path);
    else out.set(path, text);
  }
  return out;
}

function take(step: HistoryStep, changes: readonly (readonly TextEdit[])[], origin: string): void {
  useProject.setState((s) => {
    const { text, layout, files } = step.state;
    const isSameText = text === s.text;
    const isSame = isSameText && files === s.files;
    return withDirty({
      ...s,
      text,
      layout,
      files,
      history: step.history,
      revision: isSame ? s.revision : s.revision + 1,
      lastChange: isSame ? s.lastChange : { changes: isSameText ? [] : changes, origin },
    });
  });
}

function withDirty(s: ProjectState): ProjectState {
  // Lengths first: comparing two large texts byte by byte on each keystroke would be felt.
  const isDirty =
    s.place !== null &&
    (s.text.length !== s.savedText.length ||
      s.text !== s.savedText ||
      changedFilesOf(s).length > 0 ||
      printLayout(s.layout) !== s.savedLayoutText);
  return isDirty === s.isDirty ? s : { ...s, isDirty };
}
