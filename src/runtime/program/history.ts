/**
 * Undo and redo over the whole program: text, layout and TypeScript files change together and come back
 * together, for typing, drawing and forms alike. Pure: a history is a value, and every function returns a new one.
 *
 * An entry keeps the edits both ways instead of copies of the text, so a history of a large script
 * stays small. Keystrokes and drags that follow each other closely join one entry. Files of functions
 * are short, so of them an entry keeps the whole text before and after.
 */
import { assert } from '../base/assert.ts';
import { applyTextEdits, type TextEdit } from '../base/span.ts';
import type { ProgramEdit } from './edit.ts';
import type { Layout, LayoutPatch } from './layout.ts';
import { applyLayoutPatch, diffLayout } from './layout-file.ts';
import { invertEdits } from './text-diff.ts';

/** Most entries kept; older ones are forgotten. A day's work in the designer is a few hundred. */
export const HISTORY_ENTRIES_MAX = 1_000;

/** Most text kept over all entries, in UTF-16 units: replacing a 5 MB script a few times must not eat the memory. */
export const HISTORY_LENGTH_MAX = 64_000_000;

/** Changes of one group closer than this join one entry: a pause in typing is a step to come back to. */
export const GROUP_PAUSE_MS = 1_000;

/** Most changes in one entry, so that undoing a long burst is not all or nothing. */
export const GROUP_CHANGES_MAX = 200;

/** Texts of the TypeScript files by path as `CREATE FUNCTION … AS` writes it. */
export type ProgramFiles = ReadonlyMap<string, string>;

/** What the history is about. */
export interface ProgramState {
  readonly text: string;
  readonly layout: Layout;
  readonly files: ProgramFiles;
}

/** A file's text before and after; null: it is not there. */
export interface FileChange {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What the history records of an edit. */
export type RecordedEdit = Pick<ProgramEdit, 'edits' | 'layout' | 'label' | 'files'>;

/** One step of undo. Every inner list holds the edits of one change, on the text before that change. */
export interface HistoryEntry {
  readonly label: string;
  readonly forward: readonly (readonly TextEdit[])[];
  /** In the order to apply them: the last change is undone first. */
  readonly backward: readonly (readonly TextEdit[])[];
  readonly layoutForward: LayoutPatch;
  readonly layoutBackward: LayoutPatch;
  readonly files: readonly FileChange[];
  readonly group: string | null;
  readonly changeCount: number;
  readonly lastChangeMs: number;
}

/** Undo and redo stacks; the newest entry is the last. */
export interface History {
  readonly past: readonly HistoryEntry[];
  readonly future: readonly HistoryEntry[];
}

/** A history without entries. */
export const EMPTY_HISTORY: History = { past: [], future: [] };

/** A change with the state after it. */
export interface HistoryStep {
  readonly history: History;
  readonly state: ProgramState;
  /** Label of the entry that was made, undone or redone. */
  readonly label: string;
}

/** How a change is recorded. */
export interface RecordOptions {
  /** Time of the change from the caller's clock, in milliseconds. */
  readonly nowMs: number;
  /** Changes with equal keys (`typing`, `drag:view:big`) join while they follow closely; absent: an entry of its own. */
  readonly group?: string;
}

/** Applies a change and records it. Whatever could be redone is forgotten. */
export function applyAndRecord(
  history: History,
  state: ProgramState,
  change: RecordedEdit,
  options: RecordOptions,
): HistoryStep {
  const files = fileChanges(state.files, change.files ?? []);
  const after: ProgramState = {
    text: applyTextEdits(state.text, change.edits),
    layout: applyLayoutPatch(state.layout, change.layout),
    files: withFiles(state.files, files, 'after'),
  };
  const layoutForward = diffLayout(state.layout, after.layout);
  const layoutBackward = diffLayout(after.layout, state.layout);
  if (after.text === state.text && isEmptyPatch(layoutForward) && files.length === 0)
    return { history, state: after, label: change.label };
  const edits = after.text === state.text ? [] : change.edits;
  const fresh: HistoryEntry = {
    label: change.label,
    forward: edits.length > 0 ? [edits] : [],
    backward: edits.length > 0 ? [invertEdits(state.text, edits)] : [],
    layoutForward,
    layoutBackward,
    files,
    group: options.group ?? null,
    changeCount: 1,
    lastChangeMs: options.nowMs,
  };
  const last = history.past.at(-1);
  const past =
    last && joins(last, fresh, history)
      ? [...history.past.slice(0, -1), join(last, fresh, state)]
      : [...history.past, fresh];
  return { history: { past: bounded(past), future: [] }, state: after, label: change.label };
}

/** Takes the last entry back; `null` when there is none. */
export function undo(history: History, state: ProgramState): HistoryStep | null {
  const entry = history.past.at(-1);
  if (!entry) return null;
  const text = entry.backward.reduce(applyTextEdits, state.text);
  const layout = applyLayoutPatch(state.layout, entry.layoutBackward);
  return {
    history: { past: history.past.slice(0, -1), future: [...history.future, entry] },
    state: { text, layout, files: withFiles(state.files, entry.files, 'before') },
    label: entry.label,
  };
}

/** Does the last undone entry again; `null` when there is none. */
export function redo(history: History, state: ProgramState): HistoryStep | null {
  const entry = history.future.at(-1);
  if (!entry) return null;
  const text = entry.forward.reduce(applyTextEdits, state.text);
  const layout = applyLayoutPatch(state.layout, entry.layoutForward);
  return {
    history: { past: [...history.past, entry], future: history.future.slice(0, -1) },
    state: { text, layout, files: withFiles(state.files, entry.files, 'after') },
    label: entry.label,
  };
}

/** What really changes: a file that is set to the text it has is no change. */
function fileChanges(files: ProgramFiles, wanted: NonNullable<ProgramEdit['files']>): readonly FileChange[] {
  return wanted
    .map(({ path, text }): FileChange => ({ path, before: files.get(path) ?? null, after: text }))
    .filter((change) => change.before !== change.after);
}

function withFiles(files: ProgramFiles, changes: readonly FileChange[], side: 'before' | 'after'): ProgramFiles {
  if (changes.length === 0) return files;
  const out = new Map(files);
  for (const change of changes) {
    const text = change[side];
    if (text === null) out.delete(change.path);
    else out.set(change.path, text);
  }
  return out;
}

function joins(last: HistoryEntry, fresh: HistoryEntry, history: History): boolean {
  return (
    fresh.group !== null &&
    last.group === fresh.group &&
    history.future.length === 0 &&
    last.changeCount < GROUP_CHANGES_MAX &&
    fresh.lastChangeMs >= last.lastChangeMs &&
    fresh.lastChangeMs - last.lastChangeMs <= GROUP_PAUSE_MS
  );
}

/** One entry for two that follow each other; `between` is the state after the first. */
function join(last: HistoryEntry, fresh: HistoryEntry, between: ProgramState): HistoryEntry {
  const merged = mergeAdjacent(last, fresh, between.text);
  return {
    ...last,
    forward: merged ? merged.forward : [...last.forward, ...fresh.forward],
    backward: merged ? merged.backward : [...fresh.backward, ...last.backward],
    layoutForward: mergePatch(last.layoutForward, fresh.layoutForward),
    // The older value of each node wins: that is where the group began.
    layoutBackward: mergePatch(fresh.layoutBackward, last.layoutBackward),
    files: mergeFiles(last.files, fresh.files),
    changeCount: last.changeCount + 1,
    lastChangeMs: fresh.lastChangeMs,
  };
}

/**
 * Keystrokes side by side become one replacement. `between` is the text between the two changes; the
 * merged edit covers, in it, the text the first wrote and the text the second replaces.
 */
function mergeAdjacent(
  last: HistoryEntry,
  fresh: HistoryEntry,
  between: string,
): Pick<HistoryEntry, 'forward' | 'backward'> | null {
  const [written, more] = last.backward[0] ?? [];
  const [next, another] = fresh.forward[0] ?? [];
  if (!written || !next || more || another || last.backward.length !== 1 || fresh.forward.length !== 1) return null;
  if (next.span.end < written.span.start || next.span.start > written.span.end) return null;
  const start = Math.min(written.span.start, next.span.start);
  const end = Math.max(written.span.end, next.span.end);
  const original = between.slice(start, written.span.start) + written.text + between.slice(written.span.end, end);
  const result = between.slice(start, next.span.start) + next.text + between.slice(next.span.end, end);
  return {
    forward: [[{ span: { start, end: start + original.length }, text: result }]],
    backward: [[{ span: { start, end: start + result.length }, text: original }]],
  };
}

/** One change for two of the same file: from where the first began to where the second ended. */
function mergeFiles(first: readonly FileChange[], second: readonly FileChange[]): readonly FileChange[] {
  const merged = new Map(first.map((change) => [change.path, change]));
  for (const change of second) {
    const earlier = merged.get(change.path);
    merged.set(change.path, earlier === undefined ? change : { ...change, before: earlier.before });
  }
  return [...merged.values()];
}

function mergePatch(first: LayoutPatch, second: LayoutPatch): LayoutPatch {
  assert(!first.rename && !second.rename, 'patches of a history are differences of node positions');
  const notes = second.notes ?? first.notes;
  const nodes = first.nodes || second.nodes ? { ...first.nodes, ...second.nodes } : undefined;
  return { ...(nodes ? { nodes } : {}), ...(notes ? { notes } : {}) };
}

function isEmptyPatch(patch: LayoutPatch): boolean {
  return patch.nodes === undefined && patch.notes === undefined;
}

/** Forgets the oldest entries beyond the bounds; the newest always stays. */
function bounded(past: readonly HistoryEntry[]): readonly HistoryEntry[] {
  let length = 0;
  let first = past.length;
  while (first > 0 && past.length - first < HISTORY_ENTRIES_MAX) {
    const entry = past[first - 1];
    for (const edits of [...(entry?.forward ?? []), ...(entry?.backward ?? [])])
      for (const edit of edits) length += edit.text.length;
    // Neighbouring entries share the text between them, so each counts one.
    for (const { after } of entry?.files ?? []) length += after?.length ?? 0;
    if (length > HISTORY_LENGTH_MAX && first < past.length) break;
    first -= 1;
  }
  return first === 0 ? past : past.slice(first);
}
