/**
 * The open project: its text, its layout, and one history for typing, drawing and forms. The text is
 * the document (design.md §1); nothing else in the window is stored.
 */
import { create } from 'zustand';
import type { TextEdit } from '../../runtime/base/span.ts';
import type { ProgramEdit } from '../../runtime/program/edit.ts';
import {
  applyAndRecord,
  EMPTY_HISTORY,
  type History,
  type HistoryStep,
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
}

interface ProjectState {
  readonly place: ProjectPlace | null;
  readonly text: string;
  readonly layout: Layout;
  /** Counts changes of the text. */
  readonly revision: number;
  readonly savedText: string;
  readonly savedLayoutText: string;
  readonly isDirty: boolean;
  readonly history: History;
  /**
   * The changes, one after the other, that made this revision from the one before, for editors that
   * follow the text; null when the text is new as a whole. `origin` names the editor that made them,
   * which must not follow itself.
   */
  readonly lastChange: { readonly changes: readonly (readonly TextEdit[])[]; readonly origin: string } | null;
}

const CLOSED: ProjectState = {
  place: null,
  text: '',
  layout: EMPTY_LAYOUT,
  revision: 0,
  savedText: '',
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
  saved: { text: string; layoutText: string | null },
  recovered: { text: string; layoutText: string | null } | null = null,
): void {
  const text = recovered?.text ?? saved.text;
  const layoutText = recovered?.layoutText ?? saved.layoutText;
  const layout = layoutText === null ? EMPTY_LAYOUT : parseLayout(layoutText).layout;
  const savedLayout = saved.layoutText === null ? EMPTY_LAYOUT : parseLayout(saved.layoutText).layout;
  useProject.setState((s) =>
    withDirty({
      place,
      text,
      layout,
      revision: s.revision + 1,
      savedText: saved.text,
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
export function applyEdit(
  edit: Pick<ProgramEdit, 'edits' | 'layout' | 'label'>,
  options: { origin?: string; group?: string } = {},
): void {
  const s = useProject.getState();
  const record = { nowMs: Date.now(), ...(options.group === undefined ? {} : { group: options.group }) };
  const step = applyAndRecord(s.history, { text: s.text, layout: s.layout }, edit, record);
  take(step, [edit.edits], options.origin ?? '');
}

/** Takes in what an editor already shows: a burst of keystrokes becomes one step. */
export function applyTyping(edits: readonly TextEdit[], origin: string): void {
  applyEdit({ edits, layout: {}, label: 'Typing' }, { origin, group: `typing:${origin}` });
}

/** Goes one step back. Answers the step's label, or null when there is none. */
export function undo(): string | null {
  const s = useProject.getState();
  const changes = s.history.past.at(-1)?.backward ?? [];
  const step = undoStep(s.history, { text: s.text, layout: s.layout });
  if (step !== null) take(step, changes, '');
  return step?.label ?? null;
}

/** Goes one step forward again. Answers the step's label, or null when there is none. */
export function redo(): string | null {
  const s = useProject.getState();
  const changes = s.history.future.at(-1)?.forward ?? [];
  const step = redoStep(s.history, { text: s.text, layout: s.layout });
  if (step !== null) take(step, changes, '');
  return step?.label ?? null;
}

/** Notes that this text and layout now stand in the file at `place`. */
export function markSaved(place: ProjectPlace, text: string, layoutText: string): void {
  useProject.setState((s) => withDirty({ ...s, place, savedText: text, savedLayoutText: layoutText }));
}

function take(step: HistoryStep, changes: readonly (readonly TextEdit[])[], origin: string): void {
  useProject.setState((s) => {
    const { text, layout } = step.state;
    const isSameText = text === s.text;
    return withDirty({
      ...s,
      text,
      layout,
      history: step.history,
      revision: isSameText ? s.revision : s.revision + 1,
      lastChange: isSameText ? s.lastChange : { changes, origin },
    });
  });
}

function withDirty(s: ProjectState): ProjectState {
  // Lengths first: comparing two large texts byte by byte on each keystroke would be felt.
  const isDirty =
    s.place !== null &&
    (s.text.length !== s.savedText.length || s.text !== s.savedText || printLayout(s.layout) !== s.savedLayoutText);
  return isDirty === s.isDirty ? s : { ...s, isDirty };
}
