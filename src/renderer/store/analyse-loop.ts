/**
 * Keeps the analysis in step with the text: waits for a pause in typing, asks the worker, places new
 * nodes, and drops answers that a newer text has overtaken. One question at a time is under way.
 */

import { projectPath } from '../../runtime/base/project-path.ts';
import type { ProgramGraph } from '../../runtime/program/graph.ts';
import type { Layout, Point } from '../../runtime/program/layout.ts';
import { forgetAnalysis, useAnalysis } from './analysis.ts';
import { applyEdit, FILE_ORIGIN, filesOf, useProject } from './project.ts';
import { useSelection } from './selection.ts';
import { services } from './services.ts';

/** A pause in typing this long starts the analysis; edits from canvas and forms do not wait. */
const TYPING_PAUSE_MS = 140;
/** Beyond this length each analysis costs noticeable time, so the pause grows. */
const LARGE_TEXT_LENGTH = 500_000;
const LARGE_TEXT_PAUSE_MS = 700;

/** Starts the loop; the answer stops it. */
export function startAnalysing(): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let isAsking = false;

  const ask = async (): Promise<void> => {
    timer = null;
    if (isAsking) return;
    isAsking = true;
    try {
      while (
        useProject.getState().place !== null &&
        useAnalysis.getState().revision !== useProject.getState().revision
      ) {
        await analyseOnce();
      }
    } finally {
      isAsking = false;
    }
  };

  const schedule = (isTyping: boolean): void => {
    if (timer !== null) clearTimeout(timer);
    const { text } = useProject.getState();
    const pause = text.length > LARGE_TEXT_LENGTH ? LARGE_TEXT_PAUSE_MS : TYPING_PAUSE_MS;
    timer = setTimeout(() => void ask(), isTyping ? pause : 0);
  };

  const stop = useProject.subscribe((state, before) => {
    if (state.place === null) {
      if (before.place !== null) forgetAnalysis();
      return;
    }
    if (state.revision === before.revision && state.place === before.place) return;
    // A text that is new as a whole must not be seen with the graph of another project.
    if (state.lastChange === null && state.revision !== before.revision) forgetAnalysis();
    const origin = state.lastChange?.origin ?? '';
    schedule(origin === 'script' || origin.startsWith(FILE_ORIGIN));
  });
  if (useProject.getState().place !== null) schedule(false);
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

async function analyseOnce(): Promise<void> {
  const { text, files, revision } = useProject.getState();
  const { language } = services();
  const answer = await language.call('analyse', { text, files: filesOf({ files }) });
  if (!answer.ok) {
    useAnalysis.setState({ revision, failure: answer.error.message });
    return;
  }
  const { graph, schemas, statementCount } = answer.value;
  // The window knows a file by one path, however the script writes it.
  const functions = answer.value.functions.map((f) => ({ ...f, path: projectPath(f.path) }));
  const diagnostics = answer.value.diagnostics.map((d) =>
    d.file === undefined ? d : { ...d, file: { ...d.file, path: projectPath(d.file.path) } },
  );
  const { layout } = useProject.getState();
  const before = useAnalysis.getState();
  const renamed =
    before.statementCount === statementCount ? renamedByTyping(before.graph, graph) : new Map<string, string>();
  let autoPositions: Readonly<Record<string, Point>> = { ...useAnalysis.getState().autoPositions };
  for (const [old, id] of renamed) {
    const place = layout.nodes[old] ?? autoPositions[old];
    if (place !== undefined && layout.nodes[id] === undefined) autoPositions = { ...autoPositions, [id]: place };
  }
  const known = placed(layout, autoPositions);
  if (graph.nodes.some((node) => known.nodes[node.id] === undefined)) {
    const places = await language.call('layout', { graph, layout: known });
    if (places.ok) autoPositions = { ...autoPositions, ...places.value.positions };
  }
  // The text may have gone on meanwhile; this answer is still the newest there is, and the loop asks again.
  const nodesById = new Map(graph.nodes.map((node) => [node.id, node]));
  useAnalysis.setState({
    revision,
    graph,
    nodesById,
    statementCount,
    diagnostics,
    schemas: new Map(schemas.map((schema) => [schema.nodeId, schema])),
    functions,
    autoPositions: Object.fromEntries(Object.entries(autoPositions).filter(([id]) => nodesById.has(id))),
    failure: '',
  });
  if (revision !== useProject.getState().revision) return;
  follow(renamed);
  dropGoneSelection(nodesById);
}

/**
 * A name that was changed by typing makes a new node id, and a statement that does not parse for the
 * moment too. It is the same thing to the user: old id → new id, matched by the statement's number. Only
 * asked while no statement came or went. INSERTs of one set share a number and have no name to change.
 */
export function renamedByTyping(before: ProgramGraph, after: ProgramGraph): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  const alive = new Set(after.nodes.map((node) => node.id));
  const known = new Set(before.nodes.map((node) => node.id));
  const gone = new Map(before.nodes.filter((n) => !alive.has(n.id) && isOwn(n.id)).map((n) => [n.statement, n.id]));
  for (const node of after.nodes) {
    const old = known.has(node.id) || !isOwn(node.id) ? undefined : gone.get(node.statement);
    if (old !== undefined) renamed.set(old, node.id);
  }
  return renamed;
}

/** Whether a node is a statement of its own. */
function isOwn(id: string): boolean {
  return !id.startsWith('insert:');
}

/** The card of a renamed node stays where it is, and stays selected. */
function follow(renamed: ReadonlyMap<string, string>): void {
  if (renamed.size === 0) return;
  const { layout, lastChange } = useProject.getState();
  const placedByHand = [...renamed].filter(([old]) => layout.nodes[old] !== undefined);
  // Undo has brought the layout back already; only what was typed in the script needs the layout to follow.
  if (placedByHand.length > 0 && lastChange?.origin === 'script') {
    const patch = { rename: Object.fromEntries(placedByHand) };
    applyEdit({ edits: [], layout: patch, label: 'Typing' }, { origin: 'script', group: 'typing:script' });
  }
  useSelection.setState((s) =>
    s.nodes.some((id) => renamed.has(id)) ? { nodes: s.nodes.map((id) => renamed.get(id) ?? id) } : s,
  );
}

/** New nodes are laid out around what the user already sees, placed by hand or not. */
function placed(layout: Layout, autoPositions: Readonly<Record<string, Point>>): Layout {
  return { ...layout, nodes: { ...autoPositions, ...layout.nodes } };
}

function dropGoneSelection(nodesById: ReadonlyMap<string, unknown>): void {
  const { nodes, edges } = useSelection.getState();
  const alive = nodes.filter((id) => nodesById.has(id));
  const edgeIds = new Set(useAnalysis.getState().graph.edges.map((edge) => edge.id));
  const aliveEdges = edges.filter((id) => edgeIds.has(id));
  if (alive.length !== nodes.length || aliveEdges.length !== edges.length) {
    useSelection.setState({ nodes: alive, edges: aliveEdges });
  }
}
