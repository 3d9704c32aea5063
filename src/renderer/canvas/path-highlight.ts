/**
 * Lights up the edges that lead to and from the node under the pointer. Done on the page's elements,
 * not in React: a moving pointer must not paint cards anew.
 */
import { useAnalysis } from '../store/analysis.ts';
import { reachable } from './kernels.ts';

/** Marks the edges of all streams through `nodeId`; null takes the marks away. */
export function highlightPath(wrapper: HTMLElement | null, nodeId: string | null): void {
  const { graph } = useAnalysis.getState();
  const up = nodeId === null ? null : new Set([nodeId, ...reachable(graph, nodeId, 'up')]);
  const down = nodeId === null ? null : new Set([nodeId, ...reachable(graph, nodeId, 'down')]);
  const byId = new Map(graph.edges.map((edge) => [edge.id, edge]));
  for (const element of wrapper?.querySelectorAll('.react-flow__edge') ?? []) {
    const edge = byId.get(element.getAttribute('data-id') ?? '');
    const isOnPath =
      edge !== undefined &&
      ((up?.has(edge.from) === true && up.has(edge.to)) || (down?.has(edge.from) === true && down.has(edge.to)));
    element.toggleAttribute('data-path', isOnPath);
  }
}
