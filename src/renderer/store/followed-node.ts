/** Which node's rows are shown: the one that is selected, and what stands in for it. */
import { useAnalysis } from './analysis.ts';
import { useCluster } from './cluster.ts';
import { useRun } from './run.ts';
import { useSelection } from './selection.ts';
import { followNode } from './tap.ts';

/** The node whose rows are shown: the selected one, else the one shown before, else the first result. */
export function nodeToFollow(): string | null {
  const selected = useSelection.getState().nodes[0];
  if (selected !== undefined) return selected;
  const { graph, nodesById } = useAnalysis.getState();
  const last = lastFollowed;
  if (last !== null && nodesById.has(last)) return last;
  const result = graph.nodes.find((n) => n.id.startsWith('select:')) ?? graph.nodes.find((n) => n.family === 'sink');
  return result?.id ?? graph.nodes[graph.nodes.length - 1]?.id ?? null;
}

let lastFollowed: string | null = null;

/** Keeps the rows in step with the selection. Called once at start. */
export function followSelection(): void {
  useSelection.subscribe((state, before) => {
    if (state.nodes === before.nodes) return;
    const node = state.nodes[0];
    if (node === undefined) return;
    lastFollowed = node;
    const { viewId } = useRun.getState();
    // Rows of jobs on a cluster stay there.
    if (viewId !== null && useCluster.getState().watched === null) followNode(node, viewId);
  });
}
