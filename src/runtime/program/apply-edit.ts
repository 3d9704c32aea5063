/**
 * `edit`: one request of the canvas or a form as text edits and a layout patch, or the reason why not.
 * Pure: nothing is changed here. Each kind of request is a step on a draft of the script; this file
 * turns what the draft became into the answer, carries positions over to nodes whose identity changed,
 * and makes sure that no edit of ours ever breaks a statement that parsed.
 */
import { unreachable } from '../base/assert.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import type { ParsedScript } from '../sql/1-parse/parse-script.ts';
import { graphOf } from './build-graph.ts';
import { Draft } from './draft.ts';
import type { EditRequest, EditResult, ProgramEdit } from './edit.ts';
import { addStep, insertOnEdgeStep, NEW_NODE } from './edit-add.ts';
import { connectStep, disconnectStep } from './edit-connect.ts';
import { copyMark, duplicateStep } from './edit-duplicate.ts';
import { addFunctionStep, removeFunctionStep } from './edit-functions.ts';
import { refuse } from './edit-messages.ts';
import { removeStep } from './edit-remove.ts';
import { renameStep } from './edit-rename.ts';
import { setFormStep, setOptionStep, setSqlStep } from './edit-text.ts';
import type { Layout, LayoutPatch, Point } from './layout.ts';
import { snap } from './layout-file.ts';
import { paletteLabel } from './templates.ts';

/** What the caller of `edit` knows besides the script. */
export interface EditKnowledge {
  /** The script's parse, which saves the first of a few. */
  readonly parsed?: ParsedScript;
  /** Paths of the TypeScript files there are, so that a new one gets a name of its own. */
  readonly filePaths?: readonly string[];
}

/** Carries out a request on a script. Cost: a few parses of the script. */
export function edit(text: string, layout: Layout, request: EditRequest, known: EditKnowledge = {}): EditResult {
  const draft = new Draft(text, known);
  if (request.kind === 'move') return moved(draft, request.positions);
  const refused = carryOut(draft, request) ?? brokenBy(draft, request);
  if (refused) return { ok: false, diagnostic: refused };
  const places = placesOf(draft, layout, request);
  const result: ProgramEdit = {
    edits: draft.edits(),
    layout: layoutPatch(draft, layout, places),
    ...(draft.files.length > 0 ? { files: draft.files } : {}),
    label: labelOf(draft, request),
    select: selectionOf(draft, request),
  };
  return { ok: true, edit: result };
}

function carryOut(draft: Draft, request: Exclude<EditRequest, { kind: 'move' }>): Diagnostic | null {
  switch (request.kind) {
    case 'add-node':
      return addStep(draft, request.palette, request.connectFrom, request.schemas);
    case 'connect':
      return connectStep(draft, request.from, request.to, request.toPort, request.schemas);
    case 'disconnect': {
      const found = graphOf(draft.model).edges.find((candidate) => candidate.id === request.edge);
      return found ? disconnectStep(draft, found) : refuse.noSuchEdge(request.edge);
    }
    case 'insert-on-edge':
      return insertOnEdgeStep(draft, request.edge, request.palette, request.schemas);
    case 'remove-nodes':
      return removeStep(draft, request.nodes, { heal: request.heal });
    case 'rename':
      return renameStep(draft, request.node, request.name);
    case 'duplicate':
      return duplicateStep(draft, request.nodes);
    case 'set-form':
      return setFormStep(draft, request.node, request.form);
    case 'set-sql':
      return setSqlStep(draft, request.node, request.sql);
    case 'add-function':
      return addFunctionStep(draft, request.form, request.path);
    case 'remove-function':
      return removeFunctionStep(draft, request.name);
    case 'set-option':
      return setOptionStep(draft, request.key, request.value);
    default:
      return unreachable(request);
  }
}

/** Only typed SQL may leave a statement that does not parse. */
function brokenBy(draft: Draft, request: EditRequest): Diagnostic | null {
  if (request.kind === 'set-sql') return null;
  const count = (units: Draft['model']['units']): number => units.filter((unit) => unit.role === 'broken').length;
  if (count(draft.model.units) <= count(draft.original.units)) return null;
  return refuse.wouldBreak(
    draft.diagnostics.find((diagnostic) => diagnostic.severity === 'error')?.message.split('\n')[0] ?? '',
  );
}

// ---------------------------------------------------------------- layout

/** Positions that the request gives to new nodes, by id after the edit. */
function placesOf(draft: Draft, layout: Layout, request: EditRequest): ReadonlyMap<string, Point> {
  const places = new Map<string, Point>();
  if (request.kind === 'add-node' || request.kind === 'insert-on-edge') {
    const added = draft.unitAtMark(NEW_NODE);
    if (added) places.set(added.id, snap(request.at));
  }
  if (request.kind === 'duplicate') {
    for (const id of request.nodes) {
      const copy = draft.unitAtMark(copyMark(id));
      const from = Object.hasOwn(layout.nodes, id) ? layout.nodes[id] : undefined;
      if (copy && from) places.set(copy.id, snap({ x: from.x + request.offset.x, y: from.y + request.offset.y }));
    }
  }
  return places;
}

function layoutPatch(draft: Draft, layout: Layout, places: ReadonlyMap<string, Point>): LayoutPatch {
  const rename: [string, string][] = [];
  const nodes: [string, Point | null][] = [];
  for (const unit of draft.original.units) {
    if (!Object.hasOwn(layout.nodes, unit.id)) continue;
    const now = draft.unitNow(unit.id);
    if (!now || now.edgeOnly) nodes.push([unit.id, null]);
    else if (now.id !== unit.id) rename.push([unit.id, now.id]);
  }
  const carried = new Set(rename.map(([, to]) => to));
  // A removal is applied after the carrying over: an id that another node took stays.
  const set = [...nodes.filter(([id]) => !carried.has(id) && !places.has(id)), ...places];
  return {
    ...(rename.length > 0 ? { rename: Object.fromEntries(rename) } : {}),
    ...(set.length > 0 ? { nodes: Object.fromEntries(set) } : {}),
  };
}

function moved(draft: Draft, positions: Readonly<Record<string, Point>>): EditResult {
  const entries = Object.entries(positions);
  const unknown = entries.find(([id]) => !draft.model.byId.has(id));
  if (unknown) return { ok: false, diagnostic: refuse.noSuchNode(unknown[0]) };
  if (entries.length === 0) return { ok: false, diagnostic: refuse.nothingToDo() };
  const ids = entries.map(([id]) => id);
  return {
    ok: true,
    edit: {
      edits: [],
      layout: { nodes: Object.fromEntries(entries.map(([id, point]) => [id, snap(point)])) },
      label: `Move ${nodesText(draft, ids)}`,
      select: ids,
    },
  };
}

// ---------------------------------------------------------------- words and selection

function nodesText(draft: Draft, ids: readonly string[]): string {
  return ids.length === 1 ? nameOf(draft, ids[0] ?? '') : `${ids.length} nodes`;
}

function nameOf(draft: Draft, id: string): string {
  return draft.original.byId.get(id)?.name ?? id;
}

function labelOf(draft: Draft, request: Exclude<EditRequest, { kind: 'move' }>): string {
  switch (request.kind) {
    case 'add-node':
      return `Add ${paletteLabel(request.palette)}`;
    case 'connect':
      return `Connect ${nameOf(draft, request.from)} to ${nameOf(draft, request.to)}`;
    case 'disconnect':
      return 'Disconnect';
    case 'insert-on-edge':
      return `Insert ${paletteLabel(request.palette)}`;
    case 'remove-nodes':
      return `Remove ${nodesText(draft, request.nodes)}`;
    case 'rename':
      return `Rename ${nameOf(draft, request.node)} to ${request.name}`;
    case 'duplicate':
      return `Duplicate ${nodesText(draft, request.nodes)}`;
    case 'set-form':
      return `Edit ${nameOf(draft, request.node)}`;
    case 'set-sql':
      return `Edit SQL of ${nameOf(draft, request.node)}`;
    case 'add-function':
      return `Add ${request.form} function`;
    case 'remove-function':
      return `Remove function ${request.name}`;
    case 'set-option':
      return request.value === null ? `Remove ${request.key}` : `Set ${request.key}`;
    default:
      return unreachable(request);
  }
}

function selectionOf(draft: Draft, request: Exclude<EditRequest, { kind: 'move' }>): readonly string[] {
  const now = (id: string): readonly string[] => {
    const unit = draft.unitNow(id);
    return unit && !unit.edgeOnly ? [unit.id] : [];
  };
  switch (request.kind) {
    case 'add-node':
    case 'insert-on-edge':
      return [draft.unitAtMark(NEW_NODE)].flatMap((unit) => unit?.id ?? []);
    case 'connect':
      return now(request.to);
    case 'rename':
    case 'set-form':
    case 'set-sql':
      return now(request.node);
    case 'duplicate':
      return request.nodes.flatMap((id) => draft.unitAtMark(copyMark(id))?.id ?? []);
    case 'disconnect':
    case 'remove-nodes':
    case 'add-function':
    case 'remove-function':
    case 'set-option':
      return [];
    default:
      return unreachable(request);
  }
}
