/** Breakpoints by key: on the edge that is selected, that has the focus, or that is the only way out of the selected node. */
import type { GraphEdge } from '../../runtime/program/graph.ts';
import { useAnalysis } from '../store/analysis.ts';
import {
  BREAKPOINT_COUNT_MAX,
  breakpointOn,
  changeBreakpoint,
  draftBreakpoint,
  useBreakpoints,
} from '../store/breakpoints.ts';
import { announce, toast } from '../store/notices.ts';
import { useSelection } from '../store/selection.ts';

/** The edge that the key means; null when none is meant. */
export function edgeForBreakpoint(): GraphEdge | null {
  const { nodes, edges } = useSelection.getState();
  const { graph } = useAnalysis.getState();
  const focused = document.activeElement?.closest('.react-flow__edge')?.getAttribute('data-id') ?? null;
  const id = focused ?? edges[0] ?? null;
  if (id !== null) return graph.edges.find((e) => e.id === id) ?? null;
  const out = nodes.length === 1 ? graph.edges.filter((e) => e.from === nodes[0]) : [];
  return out.length === 1 ? (out[0] ?? null) : null;
}

/** Makes a breakpoint and asks for its condition; switches the one there is on or off. */
export function toggleBreakpoint(): void {
  const edge = edgeForBreakpoint();
  if (edge === null) return;
  const known = breakpointOn(useBreakpoints.getState().list, edge);
  if (known === null) newBreakpoint(edge);
  else {
    changeBreakpoint(known.id, { enabled: !known.enabled });
    announce(known.enabled ? 'Breakpoint off.' : 'Breakpoint on.');
  }
}

/** Makes a breakpoint on an edge and opens its condition. */
export function newBreakpoint(edge: Pick<GraphEdge, 'from' | 'to'>): void {
  if (draftBreakpoint(edge) !== null) return;
  toast('bad', `There are ${BREAKPOINT_COUNT_MAX} breakpoints already.`, { hint: 'Remove one first.' });
}
