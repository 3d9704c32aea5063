/**
 * Breakpoints on edges: where a run, or a replay that plays, stops because a row meets a condition.
 * They belong to the user at this window and not to the program, so they are kept in the window's own
 * storage by the project's path, and never reach the script or the layout file.
 */
import type * as z from 'zod/mini';
import { create } from 'zustand';
import type { breakpointHitShape, breakpointShape } from '../../runtime/contract/engine-contract.ts';
import type { GraphEdge, ProgramGraph } from '../../runtime/program/graph.ts';
import { renamedByTyping } from './analyse-loop.ts';
import { useAnalysis } from './analysis.ts';
import { checkCondition } from './breakpoint-condition.ts';
import { useProject } from './project.ts';
import { useRun } from './run.ts';
import { services } from './services.ts';

/** A breakpoint. */
export type Breakpoint = z.infer<typeof breakpointShape>;
/** Where a breakpoint stopped. */
export type BreakpointHit = z.infer<typeof breakpointHitShape>;

interface BreakpointsState {
  /** In the order in which they were made. */
  readonly list: readonly Breakpoint[];
  /** What is wrong with a condition, by the breakpoint's id. */
  readonly problems: ReadonlyMap<string, string>;
  /** The stop that the user is looking at. */
  readonly hit: BreakpointHit | null;
  /** Breakpoint whose condition is being edited on the canvas. */
  readonly editing: string | null;
  /** The one being edited is new: it does not stop anything before its condition is there. */
  readonly isDraft: boolean;
}

/** The breakpoints of the open project. */
export const useBreakpoints = create<BreakpointsState>(() => ({
  list: [],
  problems: new Map(),
  hit: null,
  editing: null,
  isDraft: false,
}));

/** More are refused: each is a condition on every row of its edge. */
export const BREAKPOINT_COUNT_MAX = 50;

/** The breakpoint on an edge; two edges between the same nodes share it. */
export function breakpointOn(list: readonly Breakpoint[], edge: Pick<GraphEdge, 'from' | 'to'>): Breakpoint | null {
  return list.find((b) => b.from === edge.from && b.to === edge.to) ?? null;
}

/** The edge that a breakpoint lies on; null when the graph has none there (any more). */
export function edgeOf(graph: ProgramGraph, breakpoint: Pick<Breakpoint, 'from' | 'to'>): GraphEdge | null {
  return graph.edges.find((e) => e.from === breakpoint.from && e.to === breakpoint.to) ?? null;
}

let nextNumber = 1;

/** Puts a breakpoint on an edge that stops at every row, or answers the one there is. Null: there are too many. */
export function addBreakpoint(
  edge: Pick<GraphEdge, 'from' | 'to'>,
  { enabled }: { readonly enabled: boolean } = { enabled: true },
): Breakpoint | null {
  const { list } = useBreakpoints.getState();
  const known = breakpointOn(list, edge);
  if (known !== null) return known;
  if (list.length >= BREAKPOINT_COUNT_MAX) return null;
  while (list.some((b) => b.id === `b${nextNumber}`)) nextNumber += 1;
  const made: Breakpoint = { id: `b${nextNumber}`, from: edge.from, to: edge.to, condition: '', enabled };
  change([...list, made]);
  return made;
}

/** Changes the condition of a breakpoint, or switches it on or off. */
export function changeBreakpoint(id: string, to: Partial<Pick<Breakpoint, 'condition' | 'enabled'>>): void {
  change(useBreakpoints.getState().list.map((b) => (b.id === id ? { ...b, ...to } : b)));
}

/** Takes a breakpoint away. */
export function removeBreakpoint(id: string): void {
  const { list, editing, hit } = useBreakpoints.getState();
  useBreakpoints.setState({
    ...(editing === id ? { editing: null, isDraft: false } : {}),
    hit: hit?.breakpointId === id ? null : hit,
  });
  change(list.filter((b) => b.id !== id));
}

/** Opens the condition of a breakpoint on the canvas. */
export function editBreakpoint(id: string): void {
  useBreakpoints.setState({ editing: id, isDraft: false });
}

/**
 * Puts a breakpoint on an edge and opens its condition. It is off until that is closed: a run that goes on
 * must not stop at any row while the condition is being typed. Null: there are too many.
 */
export function draftBreakpoint(edge: Pick<GraphEdge, 'from' | 'to'>): Breakpoint | null {
  const made = addBreakpoint(edge, { enabled: false });
  if (made !== null) useBreakpoints.setState({ editing: made.id, isDraft: true });
  return made;
}

/** Closes the condition that is open, and keeps it. A new breakpoint holds from now on. */
export function finishEditing(condition: string): void {
  const { editing, isDraft, list } = useBreakpoints.getState();
  const breakpoint = list.find((b) => b.id === editing);
  useBreakpoints.setState({ editing: null, isDraft: false });
  if (breakpoint === undefined) return;
  const enabled = breakpoint.enabled || isDraft;
  if (condition === breakpoint.condition && enabled === breakpoint.enabled) return;
  changeBreakpoint(breakpoint.id, { condition, enabled });
}

/** Closes the condition that is open and leaves it as it was; a new breakpoint is not made. */
export function cancelEditing(): void {
  const { editing, isDraft } = useBreakpoints.getState();
  if (editing !== null && isDraft) removeBreakpoint(editing);
  else useBreakpoints.setState({ editing: null });
}

/** The user goes on: the stop is no longer looked at. */
export function clearHit(): void {
  if (useBreakpoints.getState().hit !== null) useBreakpoints.setState({ hit: null });
}

function change(list: readonly Breakpoint[]): void {
  useBreakpoints.setState({ list });
  remember();
  void sendBreakpoints();
  void checkConditions();
}

/** Tells the engine the breakpoints of the view that is looked at. Called with each change and with each new view. */
export async function sendBreakpoints(): Promise<void> {
  const { runId, viewId } = useRun.getState();
  const engine = services().engine.current();
  if (engine === null || viewId === null) return;
  const breakpoints = [...useBreakpoints.getState().list];
  // A replay may be looked at while the run rests: that one must stop there too when it goes on.
  if (runId !== null && runId !== viewId) void engine.call('breakpoints.set', { runId, breakpoints });
  const answer = await engine.call('breakpoints.set', { runId: viewId, breakpoints });
  if (!answer.ok || answer.value.problems.length === 0) return;
  const problems = new Map(useBreakpoints.getState().problems);
  for (const { breakpointId, diagnostic } of answer.value.problems) problems.set(breakpointId, diagnostic.message);
  useBreakpoints.setState({ problems });
}

/** What was found out about a condition, so that it is asked once for each text and breakpoint. */
async function checkConditions(): Promise<void> {
  const { list } = useBreakpoints.getState();
  const found = await Promise.all(list.map(async (b) => [b.id, await checkCondition(b.from, b.condition)] as const));
  if (useBreakpoints.getState().list !== list) return;
  useBreakpoints.setState({ problems: new Map(found.flatMap(([id, wrong]) => (wrong === null ? [] : [[id, wrong]]))) });
}

/** Breakpoints follow the names of their nodes, and belong to the open project. Called once at start. */
export function keepBreakpoints(): void {
  useAnalysis.subscribe((state, before) => {
    if (state.graph === before.graph) return;
    if (state.statementCount === before.statementCount) followRenames(renamedByTyping(before.graph, state.graph));
    else followSplices(before.graph, state.graph);
    if (useBreakpoints.getState().list.length > 0) void checkConditions();
  });
  useProject.subscribe((state, before) => {
    if (state.place === before.place) return;
    // Saving and trusting change nothing but the place: it is the same project.
    const isSaved = state.place !== null && before.place !== null && state.revision === before.revision;
    if (isSaved) remember();
    else
      useBreakpoints.setState({
        list: recall(state.place?.path ?? null),
        problems: new Map(),
        hit: null,
        editing: null,
        isDraft: false,
      });
  });
}

function followRenames(renamed: ReadonlyMap<string, string>): void {
  const { list } = useBreakpoints.getState();
  if (!list.some((b) => renamed.has(b.from) || renamed.has(b.to))) return;
  change(list.map((b) => ({ ...b, from: renamed.get(b.from) ?? b.from, to: renamed.get(b.to) ?? b.to })));
}

/**
 * A node that is put into an edge, or taken out again, leaves a breakpoint where its rows come from: its
 * condition is over the columns of that node.
 */
function followSplices(before: ProgramGraph, after: ProgramGraph): void {
  const { list } = useBreakpoints.getState();
  const moved = list.map((breakpoint) => {
    if (edgeOf(before, breakpoint) === null || edgeOf(after, breakpoint) !== null) return breakpoint;
    const to = splicedInto(before, after, breakpoint) ?? splicedOutOf(before, after, breakpoint);
    const isTaken = to === null || breakpointOn(list, { from: breakpoint.from, to }) !== null;
    return isTaken ? breakpoint : { ...breakpoint, to };
  });
  if (moved.some((breakpoint, i) => breakpoint !== list[i])) change(moved);
}

/** The new node between the two ends of an edge. */
function splicedInto(before: ProgramGraph, after: ProgramGraph, edge: Pick<GraphEdge, 'from' | 'to'>): string | null {
  const known = new Set(before.nodes.map((node) => node.id));
  const found = after.nodes.find(
    ({ id }) =>
      !known.has(id) &&
      edgeOf(after, { from: edge.from, to: id }) !== null &&
      edgeOf(after, { from: id, to: edge.to }) !== null,
  );
  return found?.id ?? null;
}

/** What reads the source of an edge now that the node at its other end is gone. */
function splicedOutOf(before: ProgramGraph, after: ProgramGraph, edge: Pick<GraphEdge, 'from' | 'to'>): string | null {
  if (after.nodes.some((node) => node.id === edge.to)) return null;
  const found = before.edges.find(
    ({ from, to }) => from === edge.to && edgeOf(after, { from: edge.from, to }) !== null,
  );
  return found?.to ?? null;
}

const STORAGE_KEY = 'millrace.breakpoints';
/** Projects whose breakpoints are remembered; those changed longest ago are forgotten. */
const PROJECT_COUNT_MAX = 50;

type Remembered = readonly (readonly [path: string, list: readonly Breakpoint[]])[];

function remember(): void {
  const path = useProject.getState().place?.path ?? null;
  if (path === null) return;
  const { list } = useBreakpoints.getState();
  const others = readAll().filter(([known]) => known !== path);
  const all: Remembered = list.length === 0 ? others : [...others, [path, list]];
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(all.slice(-PROJECT_COUNT_MAX)));
  } catch {
    // Storage may be full or forbidden; the breakpoints of this session still hold.
  }
}

function recall(path: string | null): readonly Breakpoint[] {
  if (path === null) return [];
  return readAll().find(([known]) => known === path)?.[1] ?? [];
}

function readAll(): Remembered {
  try {
    const parsed: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    if (!Array.isArray(parsed)) return [];
    return parsed.flatMap((entry: unknown) =>
      Array.isArray(entry) && typeof entry[0] === 'string' && Array.isArray(entry[1])
        ? [[entry[0], entry[1].filter(isBreakpoint).slice(0, BREAKPOINT_COUNT_MAX)] as const]
        : [],
    );
  } catch {
    return [];
  }
}

function isBreakpoint(value: unknown): value is Breakpoint {
  if (typeof value !== 'object' || value === null) return false;
  const { id, from, to, condition, enabled } = value as Record<string, unknown>;
  return [id, from, to, condition].every((text) => typeof text === 'string') && typeof enabled === 'boolean';
}
