/**
 * Keeps the analysis in step with the text: waits for a pause in typing, asks the worker, places new
 * nodes, and drops answers that a newer text has overtaken. One question at a time is under way.
 */
import type { ProgramGraph } from '../../runtime/program/graph.ts';
import type { Layout, Point } from '../../runtime/program/layout.ts';
import { forgetAnalysis, useAnalysis } from './analysis.ts';
import { useProject } from './project.ts';
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
    schedule(state.lastChange?.origin === 'script');
  });
  if (useProject.getState().place !== null) schedule(false);
  return () => {
    stop();
    if (timer !== null) clearTimeout(timer);
  };
}

async function analyseOnce(): Promise<void> {
  const { text, revision } = useProject.getState();
  const { language } = services();
  const answer = await language.call('analyse', { text });
  if (!answer.ok) {
    useAnalysis.setState({ revision, failure: answer.error.message });
    return;
  }
  const { graph, diagnostics, schemas, statementCount } = answer.value;
  const { layout } = useProject.getState();
  let autoPositions = carryOver(useAnalysis.getState().graph, graph, layout, useAnalysis.getState().autoPositions);
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
    autoPositions: Object.fromEntries(Object.entries(autoPositions).filter(([id]) => nodesById.has(id))),
    failure: '',
  });
  if (revision === useProject.getState().revision) dropGoneSelection(nodesById);
}

/**
 * A name that was changed by typing makes a new node id. The statement is the same thing to the user,
 * so its card stays where it was.
 */
function carryOver(
  before: ProgramGraph,
  after: ProgramGraph,
  layout: Layout,
  autoPositions: Readonly<Record<string, Point>>,
): Readonly<Record<string, Point>> {
  const alive = new Set(after.nodes.map((node) => node.id));
  const known = new Set(before.nodes.map((node) => node.id));
  const goneByStatement = new Map(
    before.nodes.filter((node) => !alive.has(node.id)).map((node) => [node.statement, node.id]),
  );
  const out: Record<string, Point> = { ...autoPositions };
  for (const node of after.nodes) {
    if (known.has(node.id) || layout.nodes[node.id] !== undefined || out[node.id] !== undefined) continue;
    const gone = goneByStatement.get(node.statement);
    if (gone === undefined || before.nodes.length !== after.nodes.length) continue;
    const place = layout.nodes[gone] ?? autoPositions[gone];
    if (place !== undefined) out[node.id] = place;
  }
  return out;
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
