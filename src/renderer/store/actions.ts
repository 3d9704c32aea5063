/**
 * What the user can do to the program, whichever way it was asked for (canvas, form, menu, key).
 * Requests go through the language worker one after the other, so that each is computed on the text
 * that the one before it left; a refusal is said with its reason and changes nothing.
 */
import type { Diagnostic } from '../../runtime/base/diagnostic.ts';
import { LAYER_GAP_PX, NODE_HEIGHT_PX, NODE_WIDTH_PX } from '../../runtime/program/auto-layout.ts';
import type { EditRequest, PaletteKind, ProgramEdit } from '../../runtime/program/edit.ts';
import type { ProgramGraph } from '../../runtime/program/graph.ts';
import type { Point } from '../../runtime/program/layout.ts';
import { useAnalysis } from './analysis.ts';
import { isImported } from './file-path.ts';
import { announce, toast } from './notices.ts';
import { afterOthers, flushPending } from './pending-edits.ts';
import { applyEdit, redo, undo, useProject } from './project.ts';
import { selectNodes } from './selection.ts';
import { services } from './services.ts';

/** Answer of a request: the edit that was applied, or why there was none. */
export type EditOutcome =
  | { readonly ok: true; readonly edit: ProgramEdit }
  | { readonly ok: false; readonly diagnostic: Diagnostic };

/** How often a request is computed again because the text changed meanwhile (typing during a drag). */
const RETRY_COUNT_MAX = 5;

/**
 * Asks for an edit and applies it. `quiet` leaves the refusal to the caller (forms show it beside the
 * field); otherwise it becomes a toast. `group` joins bursts of one field into one step of the history.
 */
export function requestEdit(
  request: EditRequest,
  options: { quiet?: boolean; group?: string; origin?: string; keepSelection?: boolean } = {},
): Promise<EditOutcome> {
  return afterOthers(() => perform(request, options));
}

async function perform(
  request: EditRequest,
  options: { quiet?: boolean; group?: string; origin?: string; keepSelection?: boolean },
): Promise<EditOutcome> {
  for (let attempt = 0; attempt < RETRY_COUNT_MAX; attempt += 1) {
    const { text, layout, files, revision } = useProject.getState();
    const answer = await services().language.call('edit', {
      text,
      layout,
      request: withSchemas(request, revision),
      filePaths: [...files.keys()],
    });
    if (!answer.ok) return refuse(workerFailed(answer.error.message), options.quiet ?? false);
    if (useProject.getState().revision !== revision) continue;
    const result = answer.value.result;
    if (!result.ok) return refuse(result.diagnostic, options.quiet ?? false);
    // A file that others import is not only that function's.
    const kept = result.edit.files?.filter((file) => file.text !== null || !isImported(file.path, files));
    const edit = kept === undefined ? result.edit : { ...result.edit, files: kept };
    // A form that says what the text says already is no step to undo.
    if (request.kind === 'set-form' && edit.edits.length === 0) return { ok: true, edit };
    renameAutoPositions(edit.layout.rename);
    applyEdit(edit, { group: options.group, origin: options.origin });
    if (options.keepSelection !== true && edit.select.length > 0) selectNodes(edit.select);
    if (request.kind !== 'set-form' && request.kind !== 'set-sql') announce(`${edit.label}.`);
    return { ok: true, edit };
  }
  return refuse(workerFailed('The text kept changing meanwhile.'), options.quiet ?? false);
}

/** New statements get the columns that the binder knows, while it speaks of this text. */
function withSchemas(request: EditRequest, revision: number): EditRequest {
  const { revision: analysed, schemas } = useAnalysis.getState();
  const wantsSchemas = request.kind === 'add-node' || request.kind === 'connect' || request.kind === 'insert-on-edge';
  if (!wantsSchemas || analysed !== revision) return request;
  return { ...request, schemas: Object.fromEntries([...schemas].map(([id, schema]) => [id, schema.columns])) };
}

/** Places that the layout file does not know follow a renamed node too. */
function renameAutoPositions(renames: Readonly<Record<string, string>> | undefined): void {
  if (renames === undefined) return;
  useAnalysis.setState((s) => ({
    autoPositions: Object.fromEntries(Object.entries(s.autoPositions).map(([id, at]) => [renames[id] ?? id, at])),
  }));
}

function refuse(diagnostic: Diagnostic, isQuiet: boolean): EditOutcome {
  if (!isQuiet) toast('bad', diagnostic.message, { hint: diagnostic.hint ?? '' });
  return { ok: false, diagnostic };
}

function workerFailed(message: string): Diagnostic {
  return {
    code: 'edit/unavailable',
    phase: 'parse',
    severity: 'error',
    message: `The change could not be made. ${message}`,
  };
}

/** Undo over everything: typing, drawing, forms. */
export async function undoAction(): Promise<void> {
  await flushPending();
  const label = undo();
  announce(label === null ? 'Nothing to undo.' : `Undid: ${label}.`);
}

/** Redo of what was undone last. */
export async function redoAction(): Promise<void> {
  await flushPending();
  const label = redo();
  announce(label === null ? 'Nothing to redo.' : `Redid: ${label}.`);
}

/** Lays the whole graph out anew, as one step that can be undone. */
export async function tidyLayout(): Promise<void> {
  const { graph } = useAnalysis.getState();
  const { layout } = useProject.getState();
  const answer = await services().language.call('layout', { graph, layout: { ...layout, nodes: {} } });
  if (answer.ok) await requestEdit({ kind: 'move', positions: answer.value.positions }, { keepSelection: true });
}

/** Where the nodes stand: by hand where the layout says so, else as they were laid out. */
export function currentPositions(): Readonly<Record<string, Point>> {
  return { ...useAnalysis.getState().autoPositions, ...useProject.getState().layout.nodes };
}

/** From one column of the layout to the next. */
const COLUMN_STEP_PX = NODE_WIDTH_PX + LAYER_GAP_PX;

let spliceCount = 0;

/**
 * Splices a new node into an edge. It takes a column of its own between the two ends; whatever lies
 * downstream moves right when there is no room. Both together are one step of the history.
 */
export async function insertOnEdge(edgeId: string, palette: PaletteKind): Promise<void> {
  const { graph } = useAnalysis.getState();
  const positions = currentPositions();
  const edge = graph.edges.find((e) => e.id === edgeId);
  const from = edge === undefined ? undefined : positions[edge.from];
  const to = edge === undefined ? undefined : positions[edge.to];
  if (edge === undefined || from === undefined || to === undefined) return;
  spliceCount += 1;
  const group = `splice:${spliceCount}`;
  const at = { x: from.x + COLUMN_STEP_PX, y: to.y };
  const outcome = await requestEdit({ kind: 'insert-on-edge', edge: edgeId, palette, at }, { group });
  const missing = from.x + 2 * COLUMN_STEP_PX - to.x;
  if (!outcome.ok || missing <= 0) return;
  const moved: Record<string, Point> = {};
  for (const id of [edge.to, ...downstream(graph, edge.to)]) {
    const place = positions[id];
    if (place !== undefined) moved[id] = { x: place.x + missing, y: place.y };
  }
  await requestEdit({ kind: 'move', positions: moved }, { group, keepSelection: true });
}

function downstream(graph: ProgramGraph, from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [from];
  while (open.length > 0) {
    const id = open.pop();
    for (const edge of graph.edges) {
      if (edge.from !== id || edge.to === from || found.has(edge.to)) continue;
      found.add(edge.to);
      open.push(edge.to);
    }
  }
  return found;
}

/** A new node stands this far right of another one, and a card that is in its way moves it down by that much. */
const NEW_NODE_STEP_PX = { x: 320, y: 128 } as const;
/** Air around a card that keeps two of them apart. */
const CARD_GAP_PX = { x: 8, y: 16 } as const;

/** Where a new node goes when nobody points at a place: right of what is there, or of the selected node. */
export function placeForNewNode(besides: string | null): Point {
  const positions = currentPositions();
  const known = besides === null ? undefined : positions[besides];
  if (known !== undefined) return freeFrom({ x: known.x + NEW_NODE_STEP_PX.x, y: known.y }, positions);
  const all = Object.values(positions);
  if (all.length === 0) return { x: 0, y: 0 };
  return freeFrom(
    { x: Math.max(...all.map((p) => p.x)) + NEW_NODE_STEP_PX.x, y: Math.min(...all.map((p) => p.y)) },
    positions,
  );
}

function freeFrom(start: Point, positions: Readonly<Record<string, Point>>): Point {
  const all = Object.values(positions);
  let at = start;
  const isTaken = (p: Point): boolean =>
    Math.abs(p.x - at.x) < NODE_WIDTH_PX + CARD_GAP_PX.x && Math.abs(p.y - at.y) < NODE_HEIGHT_PX + CARD_GAP_PX.y;
  while (all.some(isTaken)) at = { x: at.x, y: at.y + NEW_NODE_STEP_PX.y };
  return at;
}
